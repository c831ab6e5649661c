"""Markup of another generation of htmx than the page loads: it is dead there."""

from sse_check.htmx.dom import Node


def foreign_attribute(node: Node, generation: str) -> str | None:
    """The attribute by which an element speaks to another htmx, as it is written."""
    if generation != "1" and node.get("hx-sse") is not None:
        return "hx-sse"
    if generation == "4":
        return "sse-swap" if node.get("sse-swap") is not None else None
    return next((name for name in node.attributes if name.startswith("hx-sse:")), None)


def is_foreign_connection(attribute: str, generation: str) -> bool:
    """Whether a connecting attribute opens nothing in a generation of htmx."""
    if attribute.endswith("hx-sse"):
        return generation != "1"
    return "hx-sse:" in attribute and generation != "4"
