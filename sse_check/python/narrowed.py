"""What the conditions around a place leave of the values of a name: `if event is not None:`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sse_check.python.depends import names_in
from sse_check.python.scope import Binding
from sse_check.python.truth import compared, is_true
from sse_check.python.values import (
    External,
    Frame,
    InstanceValue,
    SequenceValue,
    Text,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

_Said = tuple[ast.expr, bool]
_EQUAL = (ast.Eq, ast.Is)
_OTHER = (ast.NotEq, ast.IsNot)


def narrowed(
    evaluator: Evaluator,
    name: str,
    values: Iterable[Value],
    binding: Binding,
    frame: Frame,
    at: ast.expr,
) -> Iterable[Value]:
    """Those of the values that a binding gives to a name with which a place is reached."""
    found = values
    for test, holds in _conditions(evaluator, name, binding, frame, at):
        found = [left for one in found for left in _left(evaluator, one, test, holds, frame)]
    return found


def _conditions(
    evaluator: Evaluator, name: str, binding: Binding, frame: Frame, at: ast.expr
) -> Iterator[_Said]:
    """What is said of the name between the binding and the place."""
    place = evaluator.places(frame.scope).of(at)
    if place is None or not place.guards:
        return
    bound, here = _start(binding.node), _start(at)
    # What is bound further on is seen in the next turn of a loop, which begins there.
    again = [_start(loop) for loop in place.loops if _start(loop) <= bound < _end(loop)]
    for guard in place.guards:
        if guard.test is None or name not in names_in(guard.test):
            continue
        asked = _start(guard.test)
        if here <= _end(guard.test) or _end(guard.test) < bound < here:
            # It stands in the condition itself, or is bound anew after that.
            continue
        if bound > here and not (again and again[-1] < asked):
            continue
        yield from _parts(guard.test, guard.holds, name)


def _parts(test: ast.expr, holds: bool, name: str) -> Iterator[_Said]:
    """The conditions on the name alone that a condition is made of, all of which are so."""
    match test:
        case ast.UnaryOp(op=ast.Not()):
            yield from _parts(test.operand, not holds, name)
        case ast.BoolOp() if isinstance(test.op, ast.And) is holds:
            for one in test.values:
                yield from _parts(one, holds, name)
        case ast.Compare(left=left, ops=[_], comparators=[_]) if _is_of(left, name):
            yield test, holds
        case _ if _is_name(test, name):
            yield test, holds


def _is_of(node: ast.expr, name: str) -> bool:
    """`kind`, or `result[0]`."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        node = node.value
    return _is_name(node, name)


def _is_name(node: ast.expr, name: str) -> bool:
    if isinstance(node, ast.NamedExpr):
        node = node.target
    return isinstance(node, ast.Name) and node.id == name


def _left(
    evaluator: Evaluator, value: Value, test: ast.expr, holds: bool, frame: Frame
) -> Iterable[Value]:
    """The value, where the condition may hold (or not hold) with it; what it is then.

    A list or an object may have been changed since: of these nothing is said.
    """
    match test:
        case ast.Compare(left=ast.Subscript(value=owner, slice=ast.Constant(value=int(index)))):
            alone = ast.Compare(owner, test.ops, test.comparators)
            return (value,) if _may_have(evaluator, value, index, alone, holds, frame) else ()
        case ast.Compare(left=ast.Subscript()):
            return (value,)
    if not isinstance(value, Text) and not _is_open(value):
        return (value,)
    if not isinstance(test, ast.Compare):
        return () if is_true(value) is (not holds) else (value,)
    operation, right = test.ops[0], test.comparators[0]
    if isinstance(operation, ast.In | ast.NotIn):
        return _among(evaluator, value, right, isinstance(operation, ast.In) is holds, frame)
    if not isinstance(right, ast.Constant) or not isinstance(operation, _EQUAL + _OTHER):
        return (value,)
    (other,) = evaluator.values(right, frame)
    answer = compared(value, operation, other)
    if answer is (not holds):
        return ()
    is_it = isinstance(operation, _EQUAL) is holds
    return (other,) if is_it and _is_open(value) else (value,)


def _may_have(
    evaluator: Evaluator, value: Value, index: int, test: ast.Compare, holds: bool, frame: Frame
) -> bool:
    """`result[0] == "shown"`: whether a tuple that is written down may be one of those."""
    if not isinstance(value, SequenceValue) or not isinstance(value.node, ast.Tuple):
        return True
    if value.more or not 0 <= index < len(value.items):
        return True
    items = evaluator.values(value.items[index], value.frame)
    return any(True for item in items for _ in _left(evaluator, item, test, holds, frame))


def _among(
    evaluator: Evaluator, value: Value, right: ast.expr, inside: bool, frame: Frame
) -> Iterable[Value]:
    """`kind in ("a", "b")`"""
    if not isinstance(right, ast.Tuple | ast.List | ast.Set):
        return (value,)
    if not all(isinstance(one, ast.Constant) for one in right.elts):
        return (value,)
    others = [other for one in right.elts for other in evaluator.values(one, frame)]
    answers = [compared(value, ast.Eq(), other) for other in others]
    if inside:
        if _is_open(value):
            return others
        return (value,) if any(answer is not False for answer in answers) else ()
    return () if True in answers else (value,)


def _is_open(value: Value) -> bool:
    """Whether it may be any text, or anything at all."""
    if isinstance(value, Text):
        return value.kind == "text" and value.pattern.parts == (None,)
    if isinstance(value, InstanceValue):
        return isinstance(value.of, External)
    return isinstance(value, Unknown | External)


def _start(node: ast.AST) -> tuple[int, int]:
    return (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))


def _end(node: ast.AST) -> tuple[int, int]:
    return (getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0))
