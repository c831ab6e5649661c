"""View transitions over live updates."""

from collections.abc import Iterator

from sse_check.api import (
    Context,
    Finding,
    PageView,
    Related,
    Rule,
    Violation,
    describe,
    is_page_wide,
)


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: PageView) -> Iterator[Violation]:
    if not view.stack.timed:
        # The extension, or a core before 2.0.5, swaps at once whatever is asked for.
        return
    for outcome in view.played.outcomes:
        if outcome.kind != "swap" or outcome.lands is None:
            continue
        swap = view.inherited(outcome.listener, "hx-swap")
        if swap is None or "transition:true" not in swap.value.split():
            continue
        inherited = swap.holder is not outcome.listener
        if not inherited and not is_page_wide(outcome.lands):
            continue
        where = view.span(outcome.listener, "sse-swap", "hx-sse:connect", "sse-connect")
        yield Violation(
            outcome.listener,
            where,
            f"every event runs a view transition over {describe(outcome.lands)}: the page freezes "
            "for its length and clicks are lost",
            "give the listener its own `hx-swap` without `transition:true`",
            (
                Related(
                    "the transition is set here",
                    view.span(swap.holder, "hx-swap"),
                    is_cause=True,
                ),
            )
            if inherited
            else (),
            outcome=outcome,
        )


rule = Rule(
    name="sse_view_transition",
    summary="live updates run view transitions over the page",
    severity="warning",
    check=check,
    stacks=("2", "4"),
)
