"""A target that no page has."""

import re
from collections.abc import Iterator

from sse_check.api import Context, Finding, Outcome, PageView, Related, Rule, Violation, is_in_code

_OF_ID = re.compile(r"#([\w-]+)")


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, lambda view: judge(context, view))


def judge(context: Context, view: PageView) -> Iterator[Violation]:
    for outcome in view.played.outcomes:
        harm = _harm(view, outcome)
        if harm is None:
            continue
        listener = outcome.listener
        target = view.inherited(listener, "hx-target")
        if target is None or view.target_of(listener) is not None:
            continue
        around = target.value.startswith(("closest ", "find "))
        sure = view.complete or around
        if not sure and not _is_nowhere(context, view, target.value):
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
            severity=None if sure else "warning",
            sure=sure,
        )


def _is_nowhere(context: Context, view: PageView, target: str) -> bool:
    """Whether nothing of an application has the id that a target asks for: no template that may
    be on the page, of which not all is known, and no program."""
    name, app = _OF_ID.fullmatch(target.strip()), context.app_of(view)
    if name is None or app is None or app.part:
        return False
    return not context.may_have_id(view, name[1]) and not is_in_code(context.project, name[1])


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
