"""The events that pages of htmx 4 have anyway, whatever a server sends."""

from sse_check.htmx.dom import Node

_FIELDS = ("input", "select", "textarea")
_EVENTS = frozenset(
    "load click dblclick submit change input focus blur focusin focusout reset select scroll "
    "revealed intersect every".split()
)


def is_of_the_page(name: str) -> bool:
    """Whether an event comes from what people do in a page, or from htmx."""
    return name in _EVENTS or name.startswith(("htmx:", "key", "mouse", "pointer", "touch"))


def default_trigger(node: Node) -> str:
    if node.name == "form":
        return "submit"
    plain = node.attributes.get("type") in ("button", "submit")
    return "change" if node.name in _FIELDS and not plain else "click"
