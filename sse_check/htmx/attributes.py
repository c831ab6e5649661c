"""The attributes of Server-Sent Events on an element, whatever htmx they are written for."""

from sse_check.htmx.dom import Node, spelt
from sse_check.pages.marks import HOLE

# Most elements have none of these, which one look tells.
_CONNECTING = spelt("sse-connect", "hx-sse:connect", "hx-sse")
_SWAPPING = spelt("sse-swap", "hx-sse")


def connect_attribute(node: Node) -> str | None:
    """The attribute by which an element asks for a stream, in any generation's spelling."""
    if not node.has_any(_CONNECTING):
        return None
    if node.get("sse-connect") is not None:
        return "sse-connect"
    if node.get("hx-sse:connect") is not None:
        return "hx-sse:connect"
    if "connect:" in (node.get("hx-sse") or ""):
        return "hx-sse"
    return None


def url_of(node: Node) -> str:
    """The address of the stream that an element asks for."""
    name = connect_attribute(node)
    value = (node.get(name) if name else None) or ""
    if name != "hx-sse":
        return value
    return next((w.partition(":")[2] for w in value.split() if w.startswith("connect:")), "")


def swap_attribute(node: Node) -> str | None:
    if not node.has_any(_SWAPPING):
        return None
    if node.get("sse-swap") is not None:
        return "sse-swap"
    if "swap:" in (node.get("hx-sse") or ""):
        return "hx-sse"
    return None


def event_names(node: Node) -> list[str]:
    """The names that an element swaps, as htmx 1 and 2 split them."""
    name = swap_attribute(node)
    value = (node.get(name) if name else None) or ""
    if name == "hx-sse":
        return [w.partition(":")[2] for w in value.split() if w.startswith("swap:")]
    return [part.strip() for part in value.split(",")]


def is_page_wide(node: Node) -> bool:
    """Whether an element holds a page's content: what it sets is meant for all of it."""
    return node.name in ("body", "main", "html")


def describe(node: Node) -> str:
    """How a message names an element: `#id` where it has one, else its tag."""
    ident = node.attributes.get("id")
    if ident and HOLE not in ident:
        return f"`#{ident}`"
    return f"the `<{node.name}>`"
