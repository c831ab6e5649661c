"""What an event brings, as markup: its text, or the template that is rendered into it."""

import re
from typing import TYPE_CHECKING

from sse_check.apps.model import Emission

if TYPE_CHECKING:
    from sse_check.findings.context import Context

# What brings content from elsewhere, or leaves some of what is written out.
_OPEN = re.compile(
    r"\{%-?\s*(?:include|extends|block|call|macro|def|slot|partialdef|partial|set|with|import|from)\b"
)
_SAID = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_STATEMENT = re.compile(r"\{%.*?%\}|\{#.*?#\}|<!--.*?-->", re.DOTALL)


def carried_markup(context: "Context", emission: Emission) -> list[str]:
    """The texts that an event may carry whole, what is not known in them as a star; none where
    some of what it carries is not known."""
    texts = [str(text) for text in dict.fromkeys(context.payload_texts(emission))]
    return texts or list(dict.fromkeys(_rendered(context, emission)))


def _rendered(context: "Context", emission: Emission) -> list[str]:
    found: list[str] = []
    for app, one in context.wiring.streams:
        if emission not in one.stream.emissions:
            continue
        for render in context.wiring.applications.carried_whole(emission, app):
            name = render.names[0].literal
            path = context.template_of(app, name) if name else None
            template = context.project.template(path) if path is not None else None
            if template is None or _OPEN.search(template.source.text):
                return []
            found.append(_STATEMENT.sub("", _SAID.sub("*", template.source.text)))
    return found
