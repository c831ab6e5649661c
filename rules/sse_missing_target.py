"""A target that no page has."""

from collections.abc import Iterator

from sse_check.api import Context, Finding, Outcome, PageView, Related, Rule, Violation


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: PageView) -> Iterator[Violation]:
    for outcome in view.played.outcomes:
        harm = _harm(view, outcome)
        if harm is None:
            continue
        listener = outcome.listener
        target = view.inherited(listener, "hx-target")
        if target is None or view.target_of(listener) is not None:
            continue
        if not view.complete and not target.value.startswith(("closest ", "find ")):
            continue
        related: tuple[Related, ...] = ()
        if target.holder is not listener:
            at = view.span(listener, "sse-swap", "hx-sse", "hx-trigger", "hx-sse:connect")
            related = (Related("this listener uses it", at),)
        yield Violation(
            target.holder,
            view.span(target.holder, "hx-target", "hx-target:inherited"),
            f"the target `{target.value}` matches nothing: {harm}",
            "write a target that the page has, or remove it to swap in place",
            related,
            outcome=outcome,
        )


def _harm(view: PageView, outcome: Outcome) -> str | None:
    """What becomes of an event whose target may be missing."""
    if outcome.verdict == "lost" and outcome.failure == "no target":
        return f"the event `{outcome.name}` is lost"
    if view.generation == "4" and outcome.kind == "swap" and outcome.lands is outcome.listener:
        return "messages land in this element instead"
    return None


rule = Rule(
    name="sse_missing_target",
    summary="an event goes to a target that is not on the page",
    severity="error",
    check=check,
)
