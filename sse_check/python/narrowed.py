"""What the conditions around a place leave of the values of a name: `if event is not None:`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from sse_check.python.depends import names_in
from sse_check.python.enums import as_written
from sse_check.python.scope import Binding
from sse_check.python.truth import compared, is_true, written_in
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    InstanceValue,
    MappingValue,
    SequenceValue,
    Text,
    Unknown,
    Value,
)
from sse_check.template.values import Pattern

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
        found = [left for one in found for left in remaining(evaluator, one, test, holds, frame)]
    return found


def _conditions(
    evaluator: Evaluator, name: str, binding: Binding, frame: Frame, at: ast.expr
) -> Iterator[_Said]:
    """What is said of the name between the binding and the place."""
    place = evaluator.places(frame.scope).of(at)
    if place is None or not place.guards:
        return
    bound, here = start(binding.node), start(at)
    # What is bound further on is seen in the next turn of a loop, which begins there.
    again = [start(loop) for loop in place.loops if start(loop) <= bound < end(loop)]
    for guard in place.guards:
        if guard.test is None or name not in names_in(guard.test):
            continue
        asked = start(guard.test)
        if here <= end(guard.test) or end(guard.test) < bound < here:
            # It stands in the condition itself, or is bound anew after that.
            continue
        if bound > here and not (again and again[-1] < asked):
            continue
        yield from parts(guard.test, guard.holds, partial(_is_name, name))


def parts(test: ast.expr, holds: bool, is_it: Callable[[ast.expr], bool]) -> Iterator[_Said]:
    """The conditions on one thing alone that a condition is made of, all of which are so."""
    match test:
        case ast.UnaryOp(op=ast.Not()):
            yield from parts(test.operand, not holds, is_it)
        case ast.BoolOp() if isinstance(test.op, ast.And) is holds:
            for one in test.values:
                yield from parts(one, holds, is_it)
        case ast.Compare(left=left, ops=[_], comparators=[_]) if is_it(left):
            yield ast.Compare(_IT, test.ops, test.comparators), holds
        case ast.Compare(
            left=ast.Subscript(value=owner, slice=ast.Constant()), ops=[_], comparators=[_]
        ) if is_it(owner):
            yield test, holds
        case ast.Call(func=ast.Attribute(value=owner, attr="startswith"), args=[_]) if is_it(owner):
            yield test, holds
        case _ if is_it(test):
            yield test, holds


_IT = ast.Name("it")


def _is_name(name: str, node: ast.expr) -> bool:
    if isinstance(node, ast.NamedExpr):
        node = node.target
    return isinstance(node, ast.Name) and node.id == name


def remaining(
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
    told = isinstance(test, ast.Compare) and isinstance(value, SequenceValue | MappingValue)
    if not isinstance(value, Text) and not is_open(value) and not told:
        members = _members(evaluator, value)
        left = (remaining(evaluator, one, test, holds, frame) for one in members)
        return [one for several in left for one in several] if members else (value,)
    if isinstance(test, ast.Call):
        return _beginning(value, test, holds, frame)
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
    return (other,) if is_it and is_open(value) else (value,)


def _members(evaluator: Evaluator, value: Value) -> tuple[Value, ...]:
    """What an object of an enumeration may be."""
    if not isinstance(value, InstanceValue) or not isinstance(value.of, ClassValue):
        return ()
    whole = as_written(evaluator, value.of)
    if not isinstance(whole, SequenceValue):
        return ()
    return tuple(one for item in whole.items for one in evaluator.values(item, whole.frame))


def _may_have(
    evaluator: Evaluator, value: Value, index: int, test: ast.Compare, holds: bool, frame: Frame
) -> bool:
    """`result[0] == "shown"`: whether a tuple that is written down may be one of those."""
    if not isinstance(value, SequenceValue) or not isinstance(value.node, ast.Tuple):
        return True
    if value.more or not 0 <= index < len(value.items):
        return True
    items = evaluator.values(value.items[index], value.frame)
    return any(True for item in items for _ in remaining(evaluator, item, test, holds, frame))


def _among(
    evaluator: Evaluator, value: Value, right: ast.expr, inside: bool, frame: Frame
) -> Iterable[Value]:
    """`kind in ("a", "b")`, `kind in KINDS`"""
    others = written_in(evaluator, right, frame)
    if not others:
        return (value,)
    answers = [compared(value, ast.Eq(), other) for other in others]
    if inside:
        if is_open(value):
            return others
        return (value,) if any(answer is not False for answer in answers) else ()
    return () if True in answers else (value,)


def _beginning(value: Value, test: ast.Call, holds: bool, frame: Frame) -> Iterable[Value]:
    """`kind.startswith("row:")`"""
    given = test.args[0]
    written = given.elts if isinstance(given, ast.Tuple) else [given]
    begun = [one for one in written if isinstance(one, ast.Constant) and one.value]
    starts = tuple(str(one.value) for one in begun)
    if len(begun) != len(written):
        return (value,)
    if not isinstance(value, Text) or is_open(value):
        made = (Text(Pattern.of(str(one.value), None), one, frame) for one in begun)
        return tuple(made) if holds else (value,)
    known = value.pattern.literal
    return () if known is not None and known.startswith(starts) is not holds else (value,)


def is_open(value: Value) -> bool:
    """Whether it may be any text, or anything at all."""
    if isinstance(value, Text):
        return value.kind == "text" and value.pattern.parts == (None,)
    if isinstance(value, InstanceValue):
        return isinstance(value.of, External)
    return isinstance(value, Unknown | External)


def start(node: ast.AST) -> tuple[int, int]:
    return (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))


def end(node: ast.AST) -> tuple[int, int]:
    return (getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0))
