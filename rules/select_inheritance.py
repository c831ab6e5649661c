"""A mutating element that inherits hx-select."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, Node, PageView, Related, Rule, Violation, is_page_wide


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: PageView) -> Iterator[Violation]:
    for node in view.mutating_elements:
        if view.is_inert(node):
            continue
        if node.get("hx-select") or view.dynamic(node, "hx-select"):
            continue
        selected = view.inherited(node, "hx-select")
        swap = view.inherited(node, "hx-swap")
        if selected is None or selected.holder is node:
            continue
        if swap and swap.value.split()[0] == "none":
            continue
        if not _is_broad(view, node, selected.holder):
            continue
        related = [
            Related(
                "hx-select is inherited from here",
                view.span(selected.holder, "hx-select", "hx-select:inherited"),
                is_cause=True,
            )
        ]
        note = ""
        if "hx-select" in (node.get("hx-disinherit") or "") or node.get("hx-disinherit") == "*":
            note = "; `hx-disinherit` protects what is inside its element, not the element itself"
            related.append(
                Related("this has no effect on its own element", view.span(node, "hx-disinherit"))
            )
        yield Violation(
            node,
            view.span(node, "hx-post", "hx-put", "hx-patch", "hx-delete"),
            f'this request inherits `hx-select="{selected.value}"`: an answer without '
            f"`{selected.value}` empties the target{note}",
            'write `hx-select="unset"` here, or select something that the answer contains',
            tuple(related),
        )


def _is_broad(view: PageView, node: Node, holder: Node) -> bool:
    """Whether a selection is made for a whole page rather than for one form."""
    if is_page_wide(holder) or holder.get("hx-boost") == "true":
        return True
    return any(view.requests(other) for other in holder.descendants() if other is not node)


rule = Rule(
    name="select_inheritance",
    summary="a changing request inherits an hx-select that its answer may lack",
    severity="warning",
    check=check,
)
