"""More streams than a browser opens to one server."""

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
    is_on_some_turns,
    is_repeated,
    loops_elsewhere,
    mark_of,
    own_attribute,
    turns_of,
)

_MOST = 6


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
        if is_repeated(mark_of(node)) and not few:
            some = _on_some_turns(node, span)
            sites = loops_elsewhere(mark_of(node))
            loop = "the loop around this" if sites else "this loop"
            turns = (
                f"each turn of {loop} that it is written on" if some else f"every turn of {loop}"
            )
            yield Violation(
                node,
                span,
                f"{turns} opens a stream: over HTTP/1.1 a browser allows six to "
                "one server, and every other request waits until one closes",
                "open one stream around the loop and tell the events apart by name",
                tuple(Related("a loop brings it in here", site) for site in sites),
                severity="info" if some else None,
            )


def _on_some_turns(node: Node, span: Span) -> bool:
    """Whether a condition inside the loop asks for what differs from turn to turn."""
    mark = mark_of(node)
    attribute = own_attribute(node, connect_attribute(node) or "")
    own = attribute.facts if attribute is not None else ()
    return is_on_some_turns(mark, (*mark.template.facts_at(span.start), *own))


rule = Rule(
    name="sse_connection_limit",
    summary="more streams than a browser opens to one server",
    severity="warning",
    check=check,
)
