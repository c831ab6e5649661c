"""Tokens that replace each other."""

import ast
import re
from collections.abc import Iterator

from sse_check.api import (
    Context,
    Emission,
    Finding,
    PageView,
    Related,
    Rule,
    Violation,
    by_name,
)

_OUT_OF_BAND = re.compile(r"hx[-_]swap[-_]oob")
_SMALL = frozenset("token tok chunk delta piece word part text_chunk content_delta".split())
# What leaves a piece of a text a piece of it, and where what models answer has one.
_PASSING = frozenset("replace strip lstrip rstrip escape str quote".split())
_PLACES = frozenset("delta content text choices".split())
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
        emissions = by_name(
            e
            for e in context.emissions_of(view, connection)
            # A name that is sent as it is where frames are written by hand stands for a frame.
            if _is_small(e) and not (isinstance(e.payload, ast.Name) and id(e.payload) in raw)
        )
        for wait in context.event_listeners(view, connection) if emissions else []:
            if wait.kind != "swap" or view.dynamic(wait.node, "hx-swap"):
                continue
            swap = view.inherited(wait.node, "hx-swap")
            if swap is not None and swap.value.split()[0] in _ADDING:
                continue
            small = next(iter(emissions.get(wait.name, ())), None)
            # What goes out of band stays where it is put.
            if small is not None and not _is_put_elsewhere(context, small):
                yield Violation(
                    wait.node,
                    wait.span,
                    f"`{wait.name}` carries one piece of a text at a time, and each replaces the "
                    "one before: only the last is visible",
                    'append them: `hx-swap="beforeend"`',
                    (Related("one piece is sent here", small.span),),
                )


def _is_put_elsewhere(context: Context, emission: Emission) -> bool:
    """Whether some of what an event carries is swapped out of band."""
    texts = map(str, context.payload_texts(emission))
    written = (emission.span.text, *texts, *context.written_of(emission))
    return any(_OUT_OF_BAND.search(text) for text in written)


def _is_small(emission: Emission) -> bool:
    """Whether an event carries the variable of a loop over pieces of a text."""
    if emission.frame is None or emission.payload is None:
        return False
    scope = emission.frame.scope
    used = {n.id for n in ast.walk(emission.payload) if isinstance(n, ast.Name)}
    for name in tuple(used):
        bound = scope.bindings.get(name, [])
        if len(bound) == 1 and bound[0].kind == "assign" and bound[0].value is not None:
            used.update(_passed_on(bound[0].value))
    return any(
        isinstance(loop, ast.For | ast.AsyncFor)
        and isinstance(loop.target, ast.Name)
        and loop.target.id in used & _SMALL
        for loop in scope.loops
    )


def _passed_on(node: ast.expr) -> Iterator[str]:
    """The name of which an expression is the text, as a whole or prepared for a frame."""
    match node:
        case ast.Name():
            yield node.id
        case ast.BoolOp(op=ast.Or(), values=[first, ast.Constant()]):
            yield from _passed_on(first)
        case ast.Call(func=ast.Attribute(attr=name, value=owner)) if name in _PASSING:
            inside = node.args[0] if name in ("escape", "quote") and node.args else owner
            yield from _passed_on(inside)
        case ast.Call(func=ast.Name(id=name), args=[inside, *_]) if name in _PASSING:
            yield from _passed_on(inside)
        case ast.Attribute(attr=name, value=owner) if name in _PLACES:
            yield from _passed_on(owner)
        case ast.Subscript(value=ast.Attribute(attr="choices", value=owner)):
            yield from _passed_on(owner)


rule = Rule(
    name="sse_append_mode",
    summary="pieces of a text replace each other instead of adding up",
    severity="warning",
    check=check,
    of_swaps=True,
    stacks=("1", "2"),
)
