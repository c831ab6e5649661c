"""What elements wait for, with the names that Python gives them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sse_check.htmx.view import PageView
from sse_check.pages.marks import mark_of
from sse_check.pages.node import Node
from sse_check.template.values import Hole, Pattern
from sse_check.wiring.listening import EventListener

if TYPE_CHECKING:
    from sse_check.findings.context import Context

_ATTRIBUTES = {
    "swap": ("sse-swap",),
    "trigger": ("hx-trigger",),
    "close": ("sse-close", "hx-sse:close"),
}


def told_listeners(context: "Context", view: PageView, connection: Node) -> Iterator[EventListener]:
    """The names that are waited for under a connection: where a name is what Python gives the
    template (`sse-swap="{{ event }}"`), that is put in its place."""
    for wait in context.event_listeners(view, connection):
        given = _given(context, view, connection, wait) if wait.name.is_open else None
        yield wait._replace(name=given) if given is not None else wait


def _given(
    context: "Context", view: PageView, connection: Node, wait: EventListener
) -> Pattern | None:
    app = context.joined(view, connection).app
    hole = _only_hole(wait)
    if app is None or hole is None or wait.name.parts.count(None) != 1:
        return None
    values = context.wiring.given(hole.text, app, view.page.path, wait.node)
    if len(values) != 1 or values[0].is_open:
        return None
    at = wait.name.parts.index(None)
    before, after = wait.name.parts[:at], wait.name.parts[at + 1 :]
    return Pattern.of(*before, *values[0].parts, *after)


def _only_hole(wait: EventListener) -> Hole | None:
    """The one expression in an attribute that says what is waited for."""
    written = mark_of(wait.node).attributes
    for name in _ATTRIBUTES[wait.kind]:
        found = written.get(name) or written.get(f"data-{name}")
        if found is not None:
            if found.attribute.frames:
                return None
            holes = [p for p in found.attribute.written.value or () if isinstance(p, Hole)]
            return holes[0] if len(holes) == 1 else None
    return None
