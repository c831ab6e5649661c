"""A listener without a connection above it."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, Related, Rule, trail


def check(context: Context) -> Iterator[Finding]:
    for listener in context.listeners:
        above = context.above(listener)
        if above.found or above.dynamic or not (above.bare or above.unknown):
            continue
        certain = not above.unknown
        way = (above.bare or above.unknown)[0]
        related = tuple(Related(*place) for place in trail(context.project, way))
        others = len(above.bare) + len(above.unknown) - 1
        count = f" (nor on {others} other ways to reach it)" if others else ""
        yield Finding(
            rule.name,
            listener.span,
            f"this listener is inside no connection{count}: its events never arrive"
            if certain
            else "no known template puts this listener inside a connection",
            'connect on this element or one around it: `hx-ext="sse" sse-connect="..."`'
            if certain
            else "render this partial inside an element that connects",
            severity=None if certain else "warning",
            confidence="certain" if certain else "possible",
            related=related,
        )


rule = Rule(
    name="sse_orphan",
    summary="a listener with no connection at or above it",
    severity="error",
    check=check,
)
