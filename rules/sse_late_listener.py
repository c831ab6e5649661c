"""A listener that an event brings, on a stream that goes on at once."""

import re
from collections.abc import Iterator

from sse_check.api import (
    Context,
    Emission,
    Finding,
    Node,
    PageView,
    Related,
    Rule,
    StreamRoute,
    Violation,
    event_names,
    is_carried,
    mark_of,
    pattern_of,
)

_NO_SETTLING = re.compile(r"\bsettle:0(?:ms|s)?\b")
# A pause after what was sent.
_PAUSE = re.compile(r"[^\n]*\n(?:[^\n]*\n){0,2}[^\n]*\bsleep\(")


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, lambda view: judge(context, view))


def judge(context: Context, view: PageView) -> Iterator[Violation]:
    if view.generation == "4":
        return
    for node in view.listeners:
        connection = view.connection_of(node)
        brought = context.payload_templates.get(mark_of(node).path, [])
        if connection is None or connection is node or not brought or view.is_inert(node):
            continue
        for one in context.streams_of(view, connection):
            bringing = [e for e in one.stream.emissions if any(e is other for other in brought)]
            bringing = [e for e in bringing if is_carried(context, e, mark_of(node))]
            late = [e for e in bringing if _is_too_late(context, view, connection, node, one, e)]
            if late:
                yield _hit(view, node, late[0])
                break


def _is_too_late(
    context: Context,
    view: PageView,
    connection: Node,
    node: Node,
    one: StreamRoute,
    bringing: Emission,
) -> bool:
    """Whether events for a listener may follow the one that brings it before htmx has met it."""
    names = [pattern_of(name) for name in event_names(node)]
    if all(name == bringing.name for name in names):
        # It brings itself again.
        return False
    if not any(one.stream.sends(name) for name in names):
        return False
    for wait in context.event_listeners(view, connection):
        if wait.kind == "swap" and wait.name.matches(bringing.name):
            swap = view.inherited(wait.node, "hx-swap")
            if swap is None or not _NO_SETTLING.search(swap.value):
                return True
    return False


def _hit(view: PageView, node: Node, bringing: Emission) -> Violation:
    paused = _PAUSE.match(bringing.span.source.text, bringing.span.end) is not None
    hope = " (the pause after it helps as long as nothing on the way gathers events)"
    return Violation(
        node,
        view.span(node, "sse-swap", "hx-sse"),
        f"this listener comes with the event `{bringing.name}`: events for it that follow "
        f"within 20 ms, before htmx has settled it, are lost{hope if paused else ''}",
        "add `settle:0ms` to the `hx-swap` that puts it in, or let its first content come with it",
        (Related("it is sent here", bringing.span),),
        sure=not paused,
    )


rule = Rule(
    name="sse_late_listener",
    summary="a listener that an event brings, too late for the next ones",
    severity="info",
    check=check,
    stacks=("1", "2"),
)
