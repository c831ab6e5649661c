"""Navigation inside a connection that shuts out the page's target."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, Node, PageView, Related, Rule, Violation


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: PageView) -> Iterator[Violation]:
    if view.generation == "4":
        return
    shut_out_at = {
        id(connection): shut_out
        for connection in view.connections
        if (shut_out := _shut_out(connection)) is not None
    }
    for node in view.requesting_elements if shut_out_at else []:
        if node.name != "a":
            continue
        connection = view.connection_of(node)
        shut_out = shut_out_at.get(id(connection))
        if connection is None or connection is node or shut_out is None:
            continue
        if node.get("hx-target") or view.dynamic(node, "hx-target"):
            continue
        if not _navigates(view, node) or view.inherited(node, "hx-target") is not None:
            continue
        goes = (
            "the answer replaces the whole body"
            if view.is_boosted(node)
            else "the answer lands in the link itself"
        )
        related = (
            Related("this target is not inherited", view.span(shut_out, "hx-target")),
            Related("because of this", view.span(connection, "hx-disinherit")),
        )
        for span in view.spans_like(node, "hx-get" if node.get("hx-get") is not None else "href"):
            yield Violation(
                node,
                span,
                f"`hx-disinherit` keeps the page's target from this link: {goes}",
                f'repeat it: `hx-target="{shut_out.get("hx-target")}"`',
                related,
            )


def _navigates(view: PageView, node: Node) -> bool:
    if node.get("hx-swap") is not None:
        return False
    return view.is_boosted(node) or node.get("hx-get") is not None


def _shut_out(connection: Node) -> Node | None:
    if connection.get("hx-disinherit") is None:
        return None
    found = (node for node in connection.ancestors() if node.get("hx-target") and node.mark)
    return next(found, None)


rule = Rule(
    name="sse_nav_target",
    summary="navigation inside a connection lost the page's target",
    severity="warning",
    check=check,
    stacks=("1", "2"),
)
