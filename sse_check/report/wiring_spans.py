"""Where what the map tells of stands in the templates."""

from sse_check.htmx.attributes import connect_attribute, swap_attribute
from sse_check.htmx.dom import Node
from sse_check.htmx.outcomes import Outcome
from sse_check.htmx.view import PageView
from sse_check.source import Span
from sse_check.wiring.listening import narrowed

_ASKING = ("hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete", "hx-action")

_BOOSTED = {"a": "href", "form": "action"}


def asks_by(view: PageView, node: Node) -> str | None:
    """The attribute by which an element sends a request, if it is not itself a connection."""
    if connect_attribute(node) is not None:
        return None
    found = next((name for name in _ASKING if node.get(name) is not None), None)
    return _BOOSTED.get(node.name) if found is None and view.is_boosted(node) else found


def span_of_connection(view: PageView, node: Node) -> Span:
    """The attribute by which an element asks for a stream."""
    names = (connect_attribute(node), asks_by(view, node))
    return view.span(node, *(name for name in names if name))


def span_of(view: PageView, outcome: Outcome) -> Span:
    """The attribute that makes an element listen, or the part of it that is the event's name."""
    node, name = outcome.listener, outcome.name
    if outcome.unnamed:
        return span_of_connection(view, node)
    for attribute in _attributes(outcome):
        if node.get(attribute) is not None:
            return narrowed(view, node, attribute, name)
    return view.span(node)


def _attributes(outcome: Outcome) -> list[str]:
    if outcome.kind == "close":
        return ["hx-sse:close", "sse-close"]
    if outcome.kind == "trigger":
        return ["hx-trigger"]
    if outcome.kind == "script":
        return [f"hx-on:{outcome.name}", "hx-on"]
    # In htmx 4 only messages swap, and those have no name.
    return [swap_attribute(outcome.listener) or "sse-swap"]
