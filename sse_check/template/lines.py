"""Whether what a template renders has several lines, whatever it is given."""

import re
from collections.abc import Iterator

from sse_check.template.model import Template

_TAG = re.compile(r"\{%[-+]?\s*(\w*).*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_EXPRESSION = re.compile(r"\{\{(?!-)[^{}]*(?<!-)\}\}")


def ends_lines_inside(template: Template) -> bool:
    """Whether a line end certainly stands between what a template writes on every rendering."""
    # An expression takes no line end away, unless it says so: what it writes may be nothing.
    text = _EXPRESSION.sub("", template.text)
    return any("\n" in part.strip() for part in _always(text))


def _always(text: str) -> Iterator[str]:
    """The stretches of text that are outside of every block and expression.

    One beside a statement may lose the blanks there, which `strip` leaves out as well.
    """
    ends = {match[1] for match in _TAG.finditer(text) if (match[1] or "").startswith("end")}
    depth = at = 0
    for match in _TAG.finditer(text):
        if depth == 0:
            yield text[at : match.start()]
        at = match.end()
        word = match[1] or ""
        if word == "extends":
            return
        if word in ends:
            depth = max(depth - 1, 0)
        elif f"end{word}" in ends and not (word == "set" and "=" in match[0]):
            depth += 1
    if depth == 0:
        yield text[at:]
