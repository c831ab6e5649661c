"""Tokens that replace each other."""

import ast
from collections.abc import Iterator

from sse_check.api import Context, Emission, Finding, PageView, Related, Rule, Violation

_SMALL = frozenset("token tok chunk delta piece word part text_chunk content_delta".split())
_ADDING = ("beforeend", "afterbegin", "beforebegin", "afterend", "append", "prepend", "none")


def check(context: Context) -> Iterator[Finding]:
    return context.each_view(rule, lambda view: judge(context, view))


def judge(context: Context, view: PageView) -> Iterator[Violation]:
    if view.generation == "4":
        return
    for connection in view.connections:
        raw = {
            id(node)
            for one in context.streams_of(view, connection)
            for node, _, _ in one.stream.raw
        }
        emissions = [
            e
            for e in context.emissions_of(view, connection)
            # A name that is sent as it is where frames are written by hand stands for a frame.
            if _is_small(e) and not (isinstance(e.payload, ast.Name) and id(e.payload) in raw)
        ]
        for wait in context.event_listeners(view, connection) if emissions else []:
            if wait.kind != "swap" or view.dynamic(wait.node, "hx-swap"):
                continue
            swap = view.inherited(wait.node, "hx-swap")
            if swap is not None and swap.value.split()[0] in _ADDING:
                continue
            small = next((e for e in emissions if e.name == wait.name), None)
            if small is not None:
                yield Violation(
                    wait.node,
                    wait.span,
                    f"`{wait.name}` carries one piece of a text at a time, and each replaces the "
                    "one before: only the last is visible",
                    'append them: `hx-swap="beforeend"`',
                    (Related("one piece is sent here", small.span),),
                )


def _is_small(emission: Emission) -> bool:
    """Whether an event carries the variable of a loop over pieces of a text."""
    if emission.frame is None or emission.payload is None:
        return False
    used = {n.id for n in ast.walk(emission.payload) if isinstance(n, ast.Name)}
    return any(
        isinstance(loop, ast.For | ast.AsyncFor)
        and isinstance(loop.target, ast.Name)
        and loop.target.id in used & _SMALL
        for loop in emission.frame.scope.loops
    )


rule = Rule(
    name="sse_append_mode",
    summary="pieces of a text replace each other instead of adding up",
    severity="warning",
    check=check,
    of_swaps=True,
    stacks=("1", "2"),
)
