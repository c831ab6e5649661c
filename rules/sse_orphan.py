"""A listener without a connection above it."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, Related, Rule, mark_of, trail


def check(context: Context) -> Iterator[Finding]:
    heard, fourth = _played(context)
    for listener in context.listeners:
        place = (listener.element.path, listener.element.node)
        if place in heard or place in fourth:
            continue
        above = context.above(listener)
        if above.found or above.dynamic or not (above.bare or above.unknown):
            continue
        certain = not above.unknown
        way = (above.bare or above.unknown)[0]
        related = tuple(Related(*place) for place in trail(context.project, way))
        others = len(above.bare) + len(above.unknown) - 1
        count = f" (nor on {others} other ways to it)" if others else ""
        yield Finding(
            rule.name,
            listener.span,
            f"no connection stands above this listener{count}: its events never arrive"
            if certain
            else "no connection stands above this listener in the files at hand",
            'open one on this element or around it: `hx-ext="sse" sse-connect="..."`'
            if certain
            else "whoever renders this piece must put it inside an element with `sse-connect`",
            severity=None if certain else "warning",
            confidence="certain" if certain else "possible",
            related=related,
        )


def _played(context: Context) -> tuple[set[tuple[str, int]], set[tuple[str, int]]]:
    """Elements that hear an event all the same, and those that stand on pages of htmx 4 alone.

    A trigger of htmx 2 is an event that bubbles: who waits above it, or with `from:`, hears it.
    In htmx 4 such listeners are dead wherever they stand, which `sse_stack` and `sse_trigger` say.
    """
    heard: set[tuple[str, int]] = set()
    fourth: set[tuple[str, int]] = set()
    others: set[tuple[str, int]] = set()
    for view in context.views:
        heard.update(
            mark_of(one.listener).place for one in view.played.outcomes if one.verdict != "lost"
        )
        known = view.generation == "4" and view.loaded.known
        (fourth if known else others).update(mark_of(node).place for node in view.speaking)
    return heard, fourth - others


rule = Rule(
    name="sse_orphan",
    summary="a listener with no connection at or above it",
    severity="error",
    check=check,
)
