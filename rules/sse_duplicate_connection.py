"""Two connections to one address on one page."""

from collections.abc import Iterator

from sse_check.api import (
    HOLE,
    Context,
    Finding,
    Hit,
    Node,
    Related,
    Rule,
    View,
    connect_attribute,
    url_of,
)


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: View) -> Iterator[Hit]:
    first: dict[str, Node] = {}
    for node in view.connections:
        url = url_of(node)
        if not url or HOLE in url or view.is_inert(node):
            continue
        if url not in first:
            first[url] = node
            continue
        name = connect_attribute(node) or ""
        yield Hit(
            node,
            view.span(node, name),
            f"this page opens a second stream to `{url}`: the server does the work twice",
            "connect once, on an element around both",
            (Related("the first one", view.span(first[url], "sse-connect", "hx-sse")),),
        )


rule = Rule(
    name="sse_duplicate_connection",
    summary="two connections to one address on one page",
    severity="warning",
    check=check,
)
