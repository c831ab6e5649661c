"""Two connections to one address on one page."""

from collections.abc import Iterator

from sse_check.api import (
    HOLE,
    Context,
    Finding,
    Node,
    PageView,
    Related,
    Rule,
    Violation,
    connect_attribute,
    trail,
    url_of,
)


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, lambda view: judge(context, view))


def judge(context: Context, view: PageView) -> Iterator[Violation]:
    first: dict[str, Node] = {}
    for node in view.open_connections:
        url = _address(context, view, node)
        if not url:
            continue
        if url not in first:
            first[url] = node
            continue
        name = connect_attribute(node) or ""
        yield Violation(
            node,
            view.span(node, name),
            f"this page opens a second stream to `{url}`: the server does the work twice",
            "connect once, on an element around both",
            _related(context, view, first[url], node),
        )


def _related(context: Context, view: PageView, first: Node, node: Node) -> tuple[Related, ...]:
    """Where the first one is; of two that are written at one place, how each came onto the page."""
    at = view.span(first, "sse-connect", "hx-sse")
    if at != view.span(node, connect_attribute(node) or ""):
        return (Related("the first one", at),)
    path = view.page.path
    ways = [trail(context.project, one, path, whole=False)[:1] for one in (first, node)]
    return tuple(dict.fromkeys(Related(said, span) for way in ways for said, span in way))


def _address(context: Context, view: PageView, node: Node) -> str:
    """The address of a connection where all of it is known: written, named, or from Python."""
    url = url_of(node)
    if HOLE not in url:
        return url
    joined = context.joined(view, node)
    if joined.address.query:
        # What is asked for may differ.
        return ""
    paths = {route.pattern.literal for route in joined.routes}
    whole = joined.address.named or joined.address.path.literal
    return (paths.pop() or "") if len(paths) == 1 and whole else ""


rule = Rule(
    name="sse_duplicate_connection",
    summary="two connections to one address on one page",
    severity="warning",
    check=check,
)
