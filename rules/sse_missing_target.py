"""A target that no page has."""

import re
from collections.abc import Callable, Iterator
from functools import cache, partial

from sse_check.api import (
    VERBS,
    Asked,
    Context,
    Finding,
    Node,
    Outcome,
    PageView,
    Related,
    Rule,
    Violation,
    answer_opens,
    brought,
    is_in_code,
    is_named_in_python,
    opening_files,
)

_OF_ID = re.compile(r"#([\w-]+)")


def check(context: Context) -> Iterator[Finding]:
    opening = cache(partial(opening_files, context))
    return context.each_view(rule, lambda view: judge(context, view, opening))


def judge(
    context: Context, view: PageView, opening: Callable[[], frozenset[str]]
) -> Iterator[Violation]:
    yield from _never_opened(context, view, opening)
    # Hundreds of listeners may have the same target.
    brings_of = cache(partial(_brings, context, view))
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
        brings = brings_of(target.value) if sure else None
        if brings is not None and brings.by_itself:
            # It is there soon after the page, for all events but the first.
            continue
        sure = sure and brings is None
        related: tuple[Related, ...] = ()
        if target.holder is not listener:
            at = view.span(listener, "sse-swap", "hx-sse", "hx-trigger", "hx-sse:connect")
            related = (Related("this listener uses it", at),)
        if brings is not None:
            at = view.span(brings.node, brings.verb)
            related = (*related, Related("the answer to this request may bring it, later", at))
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


def _brings(context: Context, view: PageView, target: str) -> Asked | None:
    """The request that brings the element with the id that a target asks for."""
    name = _OF_ID.fullmatch(target.strip())
    return brought(context, view, name[1]) if name is not None else None


def _is_nowhere(context: Context, view: PageView, target: str) -> bool:
    """Whether nothing of an application has the id that a target asks for: no template that may
    be on the page, of which not all is known, and no program."""
    name, app = _OF_ID.fullmatch(target.strip()), context.app_of(view)
    if name is None or app is None or app.part:
        return False
    return not context.may_have_id(view, name[1]) and not is_in_code(context.project, name[1])


def _never_opened(
    context: Context, view: PageView, opening: Callable[[], frozenset[str]]
) -> Iterator[Violation]:
    """Requests whose answer opens a stream, and goes to what the page does not have."""
    for node in view.htmx_elements if view.complete else ():
        name = next((one for one in VERBS if node.get(one)), None)
        target = view.inherited(node, "hx-target") if name is not None else None
        if name is None or target is None or not _OF_ID.fullmatch(target.value):
            continue
        if view.is_inert(node) or view.dynamic(node, "hx-target"):
            continue
        if view.target_of(node) is None and _is_absent(context, view, target.value):
            yield from _unopened_by(context, view, node, name, opening())


def _unopened_by(
    context: Context, view: PageView, node: Node, name: str, opening: frozenset[str]
) -> Iterator[Violation]:
    joined = context.answers_of(view, node, name)
    target = view.inherited(node, "hx-target")
    app = joined.app
    routes = [one for one in joined.routes if app and answer_opens(context, app, one, opening)]
    if not routes or target is None:
        return
    holder, at = target.holder, view.span(node, name)
    yield Violation(
        holder,
        view.span(holder, "hx-target", "hx-target:inherited"),
        f"the target `{target.value}` matches nothing: the answer of `{routes[0].path}`, "
        "which opens a stream, is never shown",
        "write a target that the page has, or remove it to swap in place",
        (Related("this request uses it", at),) if holder is not node else (),
    )


def _is_absent(context: Context, view: PageView, target: str) -> bool:
    """Whether nothing of an application has the id, on a page of which all is in sight: what asks
    for it may be written in Python as well."""
    name, app = target[1:], context.app_of(view)
    if app is None or app.part or context.may_have_id(view, name):
        return False
    return not is_named_in_python(context, app, name)


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
