"""More streams than a browser opens to one server."""

from collections.abc import Iterator

from sse_check.api import (
    Context,
    Finding,
    Node,
    PageView,
    Related,
    Rule,
    Violation,
    connect_attribute,
    mark_of,
)

_MOST = 6


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: PageView) -> Iterator[Violation]:
    connections = view.open_connections
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
        if _in_loop(node):
            yield Violation(
                node,
                view.span(node, connect_attribute(node) or ""),
                "every turn of this loop opens a stream: over HTTP/1.1 a browser allows six to "
                "one server, and every other request waits until one closes",
                "open one stream around the loop and tell the events apart by name",
            )


def _in_loop(node: Node) -> bool:
    mark = mark_of(node)
    flow = mark.template.flow
    context = mark.template.context(mark.node)
    return any(record.kind in ("for", "while", "async") for record in flow.chain(context))


rule = Rule(
    name="sse_connection_limit",
    summary="more streams than a browser opens to one server",
    severity="warning",
    check=check,
)
