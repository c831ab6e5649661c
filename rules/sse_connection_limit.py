"""More streams than a browser opens to one server."""

import re
from collections.abc import Iterator

from sse_check.api import (
    Context,
    Finding,
    Node,
    PageView,
    Related,
    Rule,
    Span,
    Violation,
    connect_attribute,
    mark_of,
    own_attribute,
    turns_of,
)

_MOST = 6
_NAME = re.compile(r"[A-Za-z_]\w*")


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, lambda view: judge(context, view))


def judge(context: Context, view: PageView) -> Iterator[Violation]:
    connections = view.open_connections
    app = context.app_of(view)
    each = [turns_of(context.wiring, app, mark_of(node)) for node in connections]
    few = None not in each and sum(number or 0 for number in each) < _MOST
    if len(connections) >= _MOST:
        yield Violation(
            connections[_MOST - 1],
            view.span(connections[_MOST - 1], connect_attribute(connections[_MOST - 1]) or ""),
            f"this page opens {len(connections)} streams: over HTTP/1.1 a browser allows six to "
            "one server, and every other request waits until one closes",
            "open one stream around all of them and tell the events apart by name",
            (Related("the first one", view.span(connections[0], "sse-connect", "hx-sse")),),
        )
    for node in connections:
        span = view.span(node, connect_attribute(node) or "")
        if _in_loop(node) and not few:
            some = _on_some_turns(node, span)
            turns = (
                "each turn of this loop that it is written on"
                if some
                else "every turn of this loop"
            )
            yield Violation(
                node,
                span,
                f"{turns} opens a stream: over HTTP/1.1 a browser allows six to "
                "one server, and every other request waits until one closes",
                "open one stream around the loop and tell the events apart by name",
                severity="info" if some else None,
            )


def _in_loop(node: Node) -> bool:
    mark = mark_of(node)
    flow = mark.template.flow
    context = mark.template.context(mark.node)
    return any(record.kind in ("for", "while", "async") for record in flow.chain(context))


def _on_some_turns(node: Node, span: Span) -> bool:
    """Whether a condition inside the loop asks for what differs from turn to turn."""
    mark = mark_of(node)
    attribute = own_attribute(node, connect_attribute(node) or "")
    own = attribute.facts if attribute is not None else ()
    loop = mark.template.flow.record(mark.template.context(mark.node)).loop
    bound: set[str] = set()
    while loop is not None:
        bound |= loop.targets
        loop = loop.outer
    said = " ".join(text for text, _ in (*mark.template.facts_at(span.start), *own))
    return not bound.isdisjoint(_NAME.findall(said))


rule = Rule(
    name="sse_connection_limit",
    summary="more streams than a browser opens to one server",
    severity="warning",
    check=check,
)
