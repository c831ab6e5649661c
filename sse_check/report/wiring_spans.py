"""Where what the map tells of stands in the templates."""

from sse_check.htmx.attributes import swap_attribute
from sse_check.htmx.dom import Node
from sse_check.htmx.outcomes import Outcome
from sse_check.htmx.view import PageView
from sse_check.source import Span
from sse_check.wiring.listening import narrowed

_ASKING = ("hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete", "hx-action")


def asking_attribute(node: Node) -> str | None:
    """The attribute by which an element sends a request."""
    return next((name for name in _ASKING if node.get(name) is not None), None)


def span_of(view: PageView, outcome: Outcome) -> Span:
    """The attribute that makes an element listen, or the part of it that is the event's name."""
    node, name = outcome.listener, outcome.name
    for attribute in _attributes(view, outcome):
        if node.get(attribute) is not None:
            return narrowed(view, node, attribute, name)
    return view.span(node)


def _attributes(view: PageView, outcome: Outcome) -> list[str]:
    if outcome.kind == "close":
        return ["hx-sse:close", "sse-close"]
    if outcome.kind == "trigger":
        return ["hx-trigger"]
    if outcome.kind == "script":
        return [f"hx-on:{outcome.name}", "hx-on"]
    if view.generation == "4":
        return ["hx-sse:connect", "sse-connect", *_ASKING]
    return [swap_attribute(outcome.listener) or "sse-swap"]
