"""What a person typed or opened, inside content that events replace."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, Node, PageView, Related, Rule, Violation, mark_of

_FIELDS = frozenset(("textarea", "select", "details", "canvas", "video", "audio"))
_STATELESS = frozenset(("hidden", "submit", "button", "reset", "image"))
_REPLACING = frozenset(("innerHTML", "outerHTML"))


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: PageView) -> Iterator[Violation]:
    for outcome in view.played.outcomes:
        if outcome.kind != "swap" or outcome.style not in _REPLACING or outcome.lands is None:
            continue
        if outcome.verdict != "delivered" or outcome.lands.mark is None:
            continue
        inside = next((node for node in outcome.lands.subtree() if _keeps_state(node)), None)
        if inside is None or mark_of(inside) is mark_of(outcome.lands):
            continue
        yield Violation(
            outcome.listener,
            view.span(outcome.listener, "sse-swap", "hx-sse", "hx-sse:connect", "sse-connect"),
            f"every event replaces this `<{inside.name}>`: what someone did there is lost",
            "move it out of the swapped element, or give it `hx-preserve` and an id",
            (Related("this is replaced", view.span(inside)),),
            outcome=outcome,
        )


def _keeps_state(node: Node) -> bool:
    return (
        node.mark is not None
        and _may_be_changed(node)
        and all(above.get("hx-preserve") is None for above in node.lineage())
    )


def _may_be_changed(node: Node) -> bool:
    if node.name == "input":
        return (node.attributes.get("type") or "text").lower() not in _STATELESS
    editable = node.attributes.get("contenteditable")
    return node.name in _FIELDS or (editable is not None and editable.lower() != "false")


rule = Rule(
    name="sse_client_state",
    summary="events replace fields that hold what a person did",
    severity="warning",
    check=check,
    of_swaps=True,
)
