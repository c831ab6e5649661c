"""A target on the connection, or between it and the listener, that takes the payload."""

import itertools
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
    describe,
    mark_of,
)


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, judge)


def judge(view: PageView) -> Iterator[Violation]:
    if view.generation == "4":
        return
    for listener in view.listeners:
        connection = view.connection_of(listener)
        target = view.inherited(listener, "hx-target")
        if connection is None or connection is listener or target is None:
            continue
        if target.holder is listener or not connection.contains(target.holder):
            continue
        where = view.target_of(listener)
        if not isinstance(where, Node) or where is listener or not where.contains(listener):
            continue
        open_ = HOLE in target.value
        if _is_open(listener, target.holder) if open_ else view.dynamic(listener, "hx-target"):
            continue
        removed = any(listener in outcome.destroys for outcome in view.outcomes(listener))
        removed = removed or (open_ and _replaces(view, listener))
        harm = ", and the first one removes the listener" if removed else ""
        yield Violation(
            target.holder,
            view.span(target.holder, "hx-target"),
            f"the events of listeners inside land in {describe(where)}{harm}",
            'put `hx-target="this"` on each listener instead, and `hx-disinherit="hx-target"` here',
            (
                Related(
                    "this listener inherits the target", view.span(listener, "sse-swap", "hx-sse")
                ),
            ),
            # The second event finds nobody.
            severity="error" if removed else None,
        )


def _is_open(listener: Node, holder: Node) -> bool:
    """Whether something below the target that is known may be given one of its own."""
    below = itertools.takewhile(lambda node: node is not holder, listener.lineage())
    return any(mark_of(node).tag.may_gain("hx-target") for node in below if node.mark is not None)


def _replaces(view: PageView, listener: Node) -> bool:
    if view.dynamic(listener, "hx-swap"):
        return False
    swap = view.inherited(listener, "hx-swap")
    return swap is None or swap.value.split()[:1] in (["innerHTML"], ["outerHTML"])


rule = Rule(
    name="sse_target_capture",
    summary="`hx-target` on the connection takes what its listeners receive",
    severity="warning",
    check=check,
    stacks=("1", "2"),
)
