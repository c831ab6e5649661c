"""Constants, choices between values, and what is written down in brackets."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sse_check.python.truth import is_true, truth
from sse_check.python.turns import in_turn, pairs_up, spelled, turns
from sse_check.python.values import Frame, SequenceValue, Text, Unknown, Value
from sse_check.source.numbers import written_out
from sse_check.template.values import Pattern

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator


def constant(node: ast.Constant, frame: Frame) -> Value:
    value = node.value
    kinds = {str: "text", bytes: "bytes", bool: "bool", int: "number", float: "number"}
    kind = kinds.get(type(value), "none" if value is None else "")
    if not kind:
        return Unknown(node)
    return Text(Pattern.of(written_out(value)), node, frame, kind)


def choices(evaluator: Evaluator, node: ast.BoolOp, frame: Frame) -> Iterable[Value]:
    """`a or b`, `a and b`: up to the first whose truth decides."""
    deciding = isinstance(node.op, ast.Or)
    for one in node.values[:-1]:
        holds = truth(evaluator, one, frame)
        if holds is not (not deciding):
            # The others go on to what follows.
            values = evaluator.values(one, frame)
            yield from (v for v in values if is_true(v) is not (not deciding))
        if holds is deciding:
            return
    yield from evaluator.values(node.values[-1], frame)


def conditional(evaluator: Evaluator, node: ast.IfExp, frame: Frame) -> Iterable[Value]:
    holds = truth(evaluator, node.test, frame)
    if holds is not False:
        yield from evaluator.values(node.body, frame)
    if holds is not True:
        yield from evaluator.values(node.orelse, frame)


def each(
    evaluator: Evaluator, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, frame: Frame
) -> Iterable[Value]:
    if goes_through_nothing(evaluator, node, frame):
        return (SequenceValue((), frame, node),)
    known = turns(evaluator, node.generators, frame)
    if known is not None:
        homes = (in_turn(node.generators, turn, frame) for turn in known)
        items = [spelled(evaluator, node.elt, home) for home in homes]
        if None not in items:
            return (SequenceValue(tuple(filter(None, items)), frame, node),)
    elif pairs_up(node.generators):
        # Of keys and values that are not known nobody can say which belong together.
        return (SequenceValue((), frame, node, True),)
    return (SequenceValue((node.elt,), frame, node, True, True),)


def goes_through_nothing(
    evaluator: Evaluator, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, frame: Frame
) -> bool:
    """`(... for line in "".splitlines())`: an empty text has no lines."""
    lines = node.generators[0].iter
    if not isinstance(lines, ast.Call) or not isinstance(lines.func, ast.Attribute):
        return False
    owner = lines.func
    return owner.attr == "splitlines" and evaluator.text(owner.value, frame) == ""


def sequence(
    evaluator: Evaluator, node: ast.List | ast.Tuple | ast.Set, frame: Frame
) -> Iterable[Value]:
    del evaluator
    more = any(isinstance(one, ast.Starred) for one in node.elts)
    return (SequenceValue(tuple(node.elts), frame, node, more),)
