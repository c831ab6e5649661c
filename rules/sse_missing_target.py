"""A target that no page has."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, Hit, Related, Rule, View


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: View) -> Iterator[Hit]:
    if view.generation == "4":
        return
    for outcome in view.played.outcomes:
        if outcome.verdict != "lost" or outcome.failure != "no target":
            continue
        listener = outcome.listener
        target = view.inherited(listener, "hx-target")
        if target is None or view.target_of(listener) is not None:
            continue
        if not view.complete and not target.value.startswith(("closest ", "find ")):
            continue
        related: tuple[Related, ...] = ()
        if target.holder is not listener:
            at = view.span(listener, "sse-swap", "hx-sse", "hx-trigger")
            related = (Related("this listener uses it", at),)
        yield Hit(
            target.holder,
            view.span(target.holder, "hx-target"),
            f"`{target.value}` finds nothing: the event `{outcome.name}` is lost",
            "name an element that the page has, or drop the target to swap in place",
            related,
            outcome=outcome,
        )


rule = Rule(
    name="sse_missing_target",
    summary="an event goes to a target that is not on the page",
    severity="error",
    check=check,
)
