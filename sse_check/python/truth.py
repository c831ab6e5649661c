"""Whether a condition holds, as far as the values in it are known."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeGuard

from sse_check.python.module import last_name
from sse_check.python.values import (
    ClassValue,
    Frame,
    FunctionValue,
    GeneratorValue,
    InstanceValue,
    MappingValue,
    SequenceValue,
    Text,
    Value,
)

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator
    from sse_check.python.places import Place
    from sse_check.python.scope import Scope

_FALSE = {"number": ("0", "0.0"), "bool": ("False",)}
# What only looks at a list that it is called with.
_READING = frozenset(
    "len any all bool str print sorted sum min max join dumps enumerate isinstance".split()
)
_KINDS = {"str": "text", "bytes": "bytes", "bool": "bool", "int": "number", "float": "number"}


def truth(evaluator: Evaluator, test: ast.expr, frame: Frame) -> bool | None:
    """True, False, or None when it cannot be told."""
    match test:
        case ast.Constant():
            return bool(test.value)
        case ast.UnaryOp(op=ast.Not()):
            inner = truth(evaluator, test.operand, frame)
            return None if inner is None else not inner
        case ast.BoolOp():
            return _several(evaluator, test, frame)
        case ast.Compare(ops=[ast.Is() | ast.Eq() | ast.IsNot() | ast.NotEq()]):
            return evaluator.condition(test, frame, _compared)
        case ast.Compare(ops=[ast.In() | ast.NotIn()]):
            return evaluator.condition(test, frame, _is_among)
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, _]):
            return evaluator.condition(test, frame, _is_of)
        case ast.Await() | ast.Call() | ast.Compare():
            return None
    return evaluator.condition(test, frame, _of_values)


def _of_values(evaluator: Evaluator, test: ast.expr, frame: Frame) -> bool | None:
    found = {is_true(value) for value in settled(evaluator, test, frame)}
    return found.pop() if len(found) == 1 else None


def reached(evaluator: Evaluator, place: Place | None, frame: Frame) -> bool:
    """Whether a statement may be reached: no guard of it is known not to hold, and no loop stops
    at what comes to it: `while (item := queue.get()) is not None`."""
    if place is None:
        return True
    return not any(
        guard.test is not None and truth(evaluator, guard.test, frame) is (not guard.holds)
        for guard in place.guards
    ) and not any(
        isinstance(loop, ast.While)
        and any(isinstance(one, ast.NamedExpr) for one in ast.walk(loop.test))
        and truth(evaluator, loop.test, frame) is False
        for loop in place.loops
    )


def certain(evaluator: Evaluator, place: Place | None, frame: Frame) -> bool:
    """Whether a statement is reached whatever the conditions around it say."""
    if place is None:
        return True
    return place.rescue is None and all(
        guard.test is not None and truth(evaluator, guard.test, frame) is guard.holds
        for guard in place.guards
        if guard.encloses
    )


def settled(evaluator: Evaluator, node: ast.expr, frame: Frame) -> tuple[Value, ...]:
    """The values of an expression, empty where something else may be put there later: flags of a
    module or of an object are changed from anywhere."""
    found = evaluator.values(node, frame)
    if any(_is_joined(value) for value in found):
        return ()
    if isinstance(node, ast.Name):
        if _is_collected(evaluator, node.id, frame.scope):
            return ()
        local = node.id in frame.fixed or node.id in frame.scope.bindings
        if not local:
            # An empty collection is there to be filled, whatever its name.
            is_open = _is_empty if node.id.isupper() else _is_flag
            return tuple(v for v in found if not is_open(v))
        collected = any(isinstance(value, SequenceValue | MappingValue) for value in found)
        return () if collected and node.id in evaluator.handed_on(frame.scope) else found
    if isinstance(node, ast.Attribute):
        modules = (frame.module, *(value.frame.module for value in found if _is_counted(value)))
        open_ = len(modules) > 1 and any(node.attr in module.counted for module in modules)
        if open_ or any(_is_set_by_code(value) for value in found):
            return ()
    return found


def _is_joined(value: Value) -> bool:
    """Whether a text is put together of pieces, of which there may be none."""
    made = value.node if isinstance(value, Text) else None
    return isinstance(made, ast.Call) and last_name(made.func) == "join"


def _is_collected(evaluator: Evaluator, name: str, scope: Scope) -> bool:
    """Whether a loop adds to what a name stands for: it may have no turn at all."""
    steps = evaluator.steps(scope).get(name) if scope.is_function else None
    places = evaluator.places(scope) if steps else None
    there = (places.of(step.node) for step in steps or () if places is not None)
    return any(place is not None and place.loops for place in there)


def handed_on(scope: Scope) -> frozenset[str]:
    """The names that a function gives to other code, which may put things into what they hold:
    an inner function, or one that is called with them."""
    inner = (child.node for child in scope.children.values())
    given = (
        argument
        for call in scope.calls
        if last_name(call.func) not in _READING
        for argument in (*call.args, *(keyword.value for keyword in call.keywords))
    )
    return frozenset(
        one.id for outer in (*inner, *given) for one in ast.walk(outer) if isinstance(one, ast.Name)
    )


def _is_counted(value: Value) -> TypeGuard[Text]:
    return isinstance(value, Text) and value.is_number


def _is_set_by_code(value: Value) -> bool:
    """A first state that a method gives, rather than an argument or a default; and an empty
    collection, of a class too."""
    if _is_empty(value):
        return True
    if not isinstance(value, Text | SequenceValue | MappingValue) or not _is_flag(value):
        return False
    return value.frame.scope.is_function


def _is_empty(value: Value) -> bool:
    if isinstance(value, SequenceValue):
        return not value.items
    return isinstance(value, MappingValue) and not value.keys


def _is_flag(value: Value) -> bool:
    if isinstance(value, Text):
        return value.kind in ("none", "bool", "number")
    return isinstance(value, SequenceValue | MappingValue)


def _several(evaluator: Evaluator, test: ast.BoolOp, frame: Frame) -> bool | None:
    deciding = isinstance(test.op, ast.Or)
    told = True
    for one in test.values:
        holds = truth(evaluator, one, frame)
        if holds is deciding:
            return deciding
        told = told and holds is not None
    return not deciding if told else None


def _compared(evaluator: Evaluator, test: ast.Compare, frame: Frame) -> bool | None:
    left, (operation,), (right,) = test.left, test.ops, test.comparators
    others = settled(evaluator, right, frame)
    if not others or not all(isinstance(other, Text) for other in others):
        # Nothing can be told then, whatever the left side is: that may take long to work out.
        return None
    answers: set[bool | None] = set()
    for one in settled(evaluator, left, frame) or (None,):
        for other in others:
            answers.add(compared(one, operation, other))
            if None in answers or len(answers) > 1:
                return None
    return answers.pop()


def compared(left: Value | None, operation: ast.cmpop, right: Value | None) -> bool | None:
    same: bool | None = None
    if isinstance(left, Text) and isinstance(right, Text):
        if "none" in (left.kind, right.kind):
            same = left.kind == right.kind
        elif left.pattern.literal is not None and right.pattern.literal is not None:
            same = left.pattern == right.pattern
        elif not left.pattern.matches(right.pattern):
            same = False
    elif isinstance(right, Text) and (
        isinstance(left, SequenceValue | MappingValue)
        or (right.kind == "none" and _is_object(left))
    ):
        same = False
    if same is None:
        return None
    return same if isinstance(operation, ast.Is | ast.Eq) else not same


def _is_among(evaluator: Evaluator, test: ast.Compare, frame: Frame) -> bool | None:
    """`kind in KINDS`"""
    others = written_in(evaluator, test.comparators[0], frame)
    answers: set[bool | None] = set()
    for one in settled(evaluator, test.left, frame) if others else ():
        said = {compared(one, ast.Eq(), other) for other in others}
        answers.add(True if True in said else None if None in said else False)
    if len(answers) != 1:
        return None
    (answer,) = answers
    return answer if answer is None or isinstance(test.ops[0], ast.In) else not answer


def written_in(evaluator: Evaluator, node: ast.expr, frame: Frame) -> list[Value]:
    """The texts in a tuple, list or set that is written down; none where not all are known."""
    found = evaluator.values(node, frame)
    if len(found) != 1 or not isinstance(found[0], SequenceValue) or not found[0].is_told:
        return []
    whole = found[0]
    if not isinstance(node, ast.Tuple | ast.List | ast.Set) and not _stays(whole):
        return []
    items = [evaluator.values(one, whole.frame) for one in whole.items]
    told = [item[0] for item in items if len(item) == 1 and isinstance(item[0], Text)]
    return [*told] if len(told) == len(items) and all(_is_told(one) for one in told) else []


def _stays(value: SequenceValue) -> bool:
    """Whether a collection is what it is written as wherever it is asked: a tuple, or a constant
    of a module or class."""
    return isinstance(value.node, ast.Tuple) or not value.frame.scope.is_function


def _is_told(text: Text) -> bool:
    return text.pattern.literal is not None


_OBJECTS = (
    FunctionValue,
    GeneratorValue,
    ClassValue,
    SequenceValue,
    MappingValue,
)


def _is_object(value: Value | None) -> bool:
    """Whether a value is certainly something: what calls of others' classes give may be nothing."""
    if isinstance(value, InstanceValue):
        return isinstance(value.of, ClassValue) and value.call is not None
    return isinstance(value, _OBJECTS)


def _is_of(evaluator: Evaluator, test: ast.Call, frame: Frame) -> bool | None:
    """`isinstance(x, str)`, with one class or a tuple of them."""
    node, kind = test.args
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    answers: set[bool | None] = set()
    for value in settled(evaluator, node, frame) or (None,):
        each = [_is_of_one(evaluator, value, one, frame) for one in kinds]
        answers.add(True if True in each else None if None in each else False)
    return answers.pop() if len(answers) == 1 else None


def _is_of_one(
    evaluator: Evaluator, value: Value | None, kind: ast.expr, frame: Frame
) -> bool | None:
    name = kind.id if isinstance(kind, ast.Name) else ""
    if isinstance(value, Text):
        return value.kind == _KINDS[name] if name in _KINDS else None
    if isinstance(value, MappingValue):
        return name in ("dict", "Mapping")
    if isinstance(value, SequenceValue):
        return None if name in ("list", "tuple", "set") else False
    if isinstance(value, InstanceValue) and isinstance(value.of, ClassValue):
        if name in _KINDS or name in ("dict", "list"):
            names = {getattr(base, "dotted", "") for base in evaluator.lineage(value.of)}
            return name in names
        wanted = evaluator.one(kind, frame)
        if isinstance(wanted, ClassValue):
            above = {
                id(one.scope) for one in evaluator.lineage(value.of) if isinstance(one, ClassValue)
            }
            return id(wanted.scope) in above
    return None


def is_true(value: Value) -> bool | None:
    """Whether a value counts as true."""
    if isinstance(value, Text):
        if value.kind == "none":
            return False
        literal = value.pattern.literal
        if value.kind in _FALSE:
            return None if literal is None else literal not in _FALSE[value.kind]
        if literal is not None:
            return bool(literal)
        return True if any(value.pattern.parts) else None
    if isinstance(value, SequenceValue):
        return _has_items(value)
    if isinstance(value, MappingValue):
        # What is unpacked into it may be empty.
        certain = any(key is not None for key in value.keys)
        return certain or (None if value.keys else False)
    return True if isinstance(value, FunctionValue | GeneratorValue | ClassValue) else None


def _has_items(value: SequenceValue) -> bool | None:
    """Whether a collection has something in it: a comprehension goes through what may be empty,
    and so may be what is unpacked."""
    if not value.alike and any(not isinstance(one, ast.Starred) for one in value.items):
        return True
    return None if value.more or value.items else False
