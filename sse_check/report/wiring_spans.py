"""Where what the map tells of stands in the templates."""

from sse_check.htmx.dom import Node
from sse_check.htmx.outcomes import Outcome
from sse_check.htmx.view import View, swap_attribute
from sse_check.pages.marks import HOLE, mark_of
from sse_check.source import Span
from sse_check.template.values import Pattern

_ASKING = ("hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete", "hx-action")


def asking_attribute(node: Node) -> str | None:
    """The attribute by which an element sends a request."""
    return next((name for name in _ASKING if node.get(name) is not None), None)


def span_of(view: View, outcome: Outcome) -> Span:
    """The attribute that makes an element listen, or the part of it that is the event's name."""
    node, name = outcome.listener, outcome.name
    for attribute in _attributes(view, outcome):
        if node.get(attribute) is not None:
            return _narrow(view, node, attribute, name)
    return view.span(node)


def _attributes(view: View, outcome: Outcome) -> list[str]:
    if outcome.kind == "close":
        return ["hx-sse:close", "sse-close"]
    if outcome.kind == "trigger":
        return ["hx-trigger"]
    if outcome.kind == "script":
        return [f"hx-on:{outcome.name}", "hx-on"]
    if view.generation == "4":
        return ["hx-sse:connect", "sse-connect", *_ASKING]
    return [swap_attribute(outcome.listener) or "sse-swap"]


def _narrow(view: View, node: Node, attribute: str, name: str) -> Span:
    """Where one of several names stands in an attribute; the attribute when there is but one."""
    whole = view.span(node, attribute)
    given = mark_of(node).given
    found = given.get(attribute) or given.get(f"data-{attribute}")
    if found is None or HOLE in name:
        return whole
    value = found.attribute.value_span
    text = value.text
    if text.strip() in (name, f"sse:{name}") or text.count(name) != 1:
        return whole
    start = value.start + text.index(name)
    return Span(value.source, start, start + len(name))


def pattern_of(text: str, hole: str = HOLE) -> Pattern:
    """A text with its holes."""
    parts: list[str | None] = []
    for number, piece in enumerate(text.split(hole)):
        parts.extend([None] if number else [])
        parts.append(piece)
    return Pattern.of(*parts)
