"""An hx-select that picks nothing from an answer, or may pick nothing."""

from collections.abc import Iterator

from sse_check.api import (
    VERBS,
    Context,
    Finding,
    Node,
    Outcome,
    PageView,
    Pattern,
    Related,
    Rule,
    Violation,
    answer_lacking,
    is_page_wide,
    payload_has,
)


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, lambda view: judge(context, view))


def judge(context: Context, view: PageView) -> Iterator[Violation]:
    yield from _inheriting(view)
    for outcome in view.played.outcomes:
        if outcome.kind == "swap" and outcome.select:
            yield from _picking_of_payload(context, view, outcome)
        if outcome.kind == "trigger" and outcome.select and outcome.requests:
            yield from _picking(context, view, outcome)


def _picking(context: Context, view: PageView, outcome: Outcome) -> Iterator[Violation]:
    """A request that an event of a stream sends, whose answer has nothing that is picked."""
    node, selector = outcome.listener, outcome.select
    harm = _harm(outcome)
    for name in VERBS if harm else ():
        route = answer_lacking(context, view, node, name, selector) if node.get(name) else None
        if route is None:
            continue
        chosen = view.inherited(node, "hx-select")
        related = [Related(f"`{route.path}` is defined here", route.span)]
        if chosen is not None and chosen.holder is not node:
            at = view.span(chosen.holder, "hx-select", "hx-select:inherited")
            related.insert(0, Related("hx-select is inherited from here", at, is_cause=True))
        yield Violation(
            node,
            view.span(node, name),
            f"`hx-select` picks `{selector}`, and the answer of `{route.path}` has no such "
            f"element: every `{outcome.name}` {harm}",
            'write `hx-select="unset"` here, or select something that the answer contains',
            tuple(related),
            severity="error",
            outcome=outcome,
        )


def _picking_of_payload(context: Context, view: PageView, outcome: Outcome) -> Iterator[Violation]:
    """An event of which a part is picked, as htmx 1 and 4 do, where that part is not in it."""
    node, selector = outcome.listener, outcome.select
    chosen, harm = view.inherited(node, "hx-select"), _harm(outcome)
    if not harm or chosen is None or view.dynamic(node, "hx-select"):
        return
    name = Pattern.of(outcome.name)
    sent = [one for one in context.emissions_of(view, outcome.connection) if one.name.matches(name)]
    has = payload_has(context, sent, selector)
    meant = chosen.holder is node or not _is_broad(view, node, chosen.holder)
    if has is True or (has is None and meant):
        # One of its own is there to pick what comes.
        return
    related = [Related("it is sent here", one.span) for one in sent[:1]]
    if chosen.holder is not node:
        at = view.span(chosen.holder, "hx-select", "hx-select:inherited")
        related.insert(0, Related("hx-select is inherited from here", at, is_cause=True))
    message = f"`hx-select` picks `{selector}` of `{outcome.name}`: an event without that {harm}"
    if has is False:
        lacking = f"`{outcome.name}` has no such element: every one {harm}"
        message = f"`hx-select` picks `{selector}`, and {lacking}"
    yield Violation(
        node,
        view.span(node, "sse-swap", "hx-sse", "hx-sse:connect"),
        message,
        'write `hx-select="unset"` here, or send something that has what is selected',
        tuple(related),
        severity=None if has is None else "error",
        outcome=outcome,
    )


def _harm(outcome: Outcome) -> str:
    """What an answer does of which nothing is picked."""
    place = "this element" if outcome.lands is outcome.listener else "its target"
    if outcome.lands is None or outcome.style in ("none", "delete"):
        return ""
    if outcome.takes_whole:
        return f"removes {place}"
    beside = ("beforeend", "afterbegin", "beforebegin", "afterend", "append", "prepend")
    return "adds nothing" if outcome.style in (*beside, "before", "after") else f"empties {place}"


def _inheriting(view: PageView) -> Iterator[Violation]:
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
    summary="an hx-select picks nothing from an answer, or may pick nothing",
    severity="warning",
    check=check,
)
