"""What the tag of a script says: its address, and what is imported inside it."""

import re

from sse_check.htmx.dom import Node
from sse_check.pages.marks import HOLE, Mark, mark_of
from sse_check.source.lazy import lazy

IMPORT = lazy(r"(?:from|import)\s*\(?\s*[\"']([^\"']+)[\"']")
# The name of a script in an expression of a template.
_NAMED = lazy(r"[\"']([^\"'\s]+\.m?js)\b[^\"']*[\"']")


def address_of(src: str, mark: Mark) -> str:
    """The address of a script, or the name that is written where it is computed."""
    given = mark.attributes.get("src")
    text = given.attribute.span.text if given else mark.span.text
    return re.split(r"[?#]", _literal(text) if HOLE in src else src)[0]


def written_address(node: Node) -> str:
    """The address of a script as it is told to people; empty for one without."""
    src = node.attributes.get("src")
    return address_of(src, mark_of(node)) if src is not None else ""


def _literal(text: str) -> str:
    """The name of a script in an attribute that is computed (`{% static 'js/htmx.js' %}`)."""
    match = _NAMED.search(text)
    return match[1] if match else text.rstrip("\"'}) ")


def imports_more(node: Node, known: int) -> bool:
    """Whether a script in the page imports what is not known to be of htmx."""
    if node.attributes.get("type") != "module" or "src" in node.attributes:
        return False
    mark = mark_of(node)
    template = mark.template
    end = template.content_end(mark.node) or template.ends[mark.node]
    found = sum(1 for _ in IMPORT.finditer(template.text, template.ends[mark.node], end))
    return found > known
