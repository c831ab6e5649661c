"""A connection whose every event is dropped."""

from collections.abc import Iterator

from sse_check.api import (
    Context,
    Finding,
    PageView,
    Rule,
    Violation,
    connect_attribute,
    is_deaf,
    mark_of,
)

Place = tuple[str, int]


def check(context: Context) -> Iterator[Finding]:
    heard, deaf = _heard(context, context.views)
    if not deaf <= heard:
        # Other pages of the project may listen on it.
        heard |= _heard(context, context.all_views)[0]
    return context.each_view(rule, lambda view: judge(view, heard))


def _heard(context: Context, views: list[PageView]) -> tuple[set[Place], set[Place]]:
    """The connections that something listens to in one of these views, and the others."""
    found: tuple[set[Place], set[Place]] = (set(), set())
    for view in views:
        for node in view.connections:
            found[is_deaf(context.project, view, node)].add(mark_of(node).place)
    return found


def judge(view: PageView, heard: set[Place]) -> Iterator[Violation]:
    for node in view.connections:
        if mark_of(node).place in heard:
            # In one of its renderings something listens, or may.
            continue
        yield Violation(
            node,
            view.span(node, connect_attribute(node) or "sse-connect"),
            "nothing listens to this connection: the stream is opened, and every event dropped",
            "listen on it or inside it: `sse-swap="
            '"name"`, or `hx-trigger="sse:name"` with a request',
        )


rule = Rule(
    name="sse_unheard",
    summary="a connection that nothing listens to",
    severity="warning",
    check=check,
    stacks=("1", "2"),
)
