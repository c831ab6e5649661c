"""A yield looked at once for each thing that may come: what a loop goes through or a queue gives,
one at a time, so that an event's name stays with its own data."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from sse_check.python import enums
from sse_check.python.collections import part
from sse_check.python.depends import depending, names_in
from sse_check.python.evaluate import Evaluator
from sse_check.python.scope import Binding, Scope
from sse_check.python.values import (
    Frame,
    GeneratorValue,
    InstanceValue,
    MappingValue,
    SequenceValue,
    Text,
    Value,
)

GETTING = frozenset("get get_nowait popleft pop receive receive_nowait get_message".split())
_MOST = 64
_DEEPEST = 6


class Round(NamedTuple):
    """A frame in which some names have one of their values, and where that value is written.

    `certain` says that a loop comes to each of them; `heard` that it is put there elsewhere.
    """

    frame: Frame
    origin: Value | None = None
    certain: bool = True
    heard: bool = False


def rounds(evaluator: Evaluator, node: ast.expr, frame: Frame) -> list[Round]:
    """The frames in which an expression is to be looked at."""
    found = [Round(frame)]
    for binding in _sources(evaluator, node, frame.scope):
        grown: list[Round] = []
        for one in found:
            grown.extend(_split(evaluator, binding, one))
        if len(grown) > _MOST:
            break
        found = grown
    return found


def _split(evaluator: Evaluator, binding: Binding, one: Round) -> Iterator[Round]:
    if binding.value is None:
        yield one
        return
    frame = one.frame
    if binding.kind == "loop":
        choices = evaluator.elements(binding.value, frame)
        listed = enums.listed(evaluator, binding.value, frame)
        certain = one.certain and all(isinstance(v, SequenceValue) and v.items for v in listed)
        heard = not any(isinstance(v, SequenceValue | GeneratorValue) for v in listed)
    else:
        choices = evaluator.values(binding.value, frame)
        certain, heard = False, is_taken(binding.value)
    if len(choices) < 2:
        yield one._replace(heard=one.heard or heard)
        return
    names = _bound_with(frame.scope, binding)
    touched = depending(evaluator, frame.scope, frozenset(other.name for other in names))
    for choice in choices:
        fixed = {other.name: part(evaluator, choice, other.path) for other in names}
        yield Round(frame.fixing(fixed, touched), choice, certain, one.heard or heard)


def _bound_with(scope: Scope, binding: Binding) -> list[Binding]:
    """Everything that is bound by the same statement."""
    return [
        other
        for bindings in scope.bindings.values()
        for other in bindings
        if other.node is binding.node and other.kind == binding.kind
    ]


def _sources(evaluator: Evaluator, node: ast.expr, scope: Scope) -> list[Binding]:
    """The loops and received things on which an expression depends, outer ones first."""
    place = evaluator.places(scope).of(node)
    around = {id(loop) for loop in place.loops} if place is not None else set()
    seen: set[str] = set()
    found: dict[int, Binding] = {}
    pending = [(name, 0) for name in sorted(names_in(node))]
    while pending:
        name, depth = pending.pop()
        if name in seen or depth > _DEEPEST:
            continue
        seen.add(name)
        for binding in scope.bindings.get(name, ()):
            if binding.kind == "loop" and id(binding.node) in around:
                if not _is_numbered(binding):
                    found[id(binding.node)] = binding
            elif binding.kind == "assign" and binding.value is not None:
                if _is_received(binding.value):
                    found[id(binding.node)] = binding
                else:
                    pending.extend((inner, depth + 1) for inner in sorted(names_in(binding.value)))
    return sorted(found.values(), key=lambda one: getattr(one.node, "lineno", 0))


def loop_of(evaluator: Evaluator, node: ast.Name, scope: Scope) -> Binding | None:
    """The loop that alone gives a name its value at a place; other loops may use the name too."""
    bindings = scope.bindings.get(node.id, [])
    place = evaluator.places(scope).of(node)
    around = [id(loop) for loop in place.loops] if place is not None else []
    loops = {id(one.node): one for one in bindings if one.kind == "loop"}
    inner = [loops[one] for one in around if one in loops]
    if not inner:
        return bindings[0] if len(bindings) == 1 and bindings[0].kind == "loop" else None
    chosen = inner[-1]
    within = {id(one) for one in ast.walk(chosen.node)}
    others = (one for one in bindings if one is not chosen)
    return None if any(id(one.node) in within for one in others) else chosen


def _is_received(node: ast.expr) -> bool:
    """`await queue.get()`: something that is asked for, and not made here."""
    return isinstance(node, ast.Await) or is_taken(node)


def is_taken(node: ast.expr) -> bool:
    """Whether an expression takes something out of a queue."""
    return any(isinstance(one, ast.Attribute) and one.attr in GETTING for one in ast.walk(node))


def _is_numbered(binding: Binding) -> bool:
    """Loops that pair things up are unpacked by the evaluator alone."""
    call = binding.value
    name = ""
    if isinstance(call, ast.Call):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    return name in ("enumerate", "items", "zip")


def _given(items: tuple[ast.expr, ...], frame: Frame) -> tuple[ast.expr, Frame] | None:
    """The argument that is the first of these items."""
    for item in items:
        given = frame.given.get(item.id) if isinstance(item, ast.Name) else None
        if given is not None and len(given) == 2 and isinstance(given[0], ast.expr):
            return _given((given[0],), given[1]) or given
    return None


def called_with(frame: Frame) -> tuple[ast.expr, Frame] | None:
    """The call by which a function got what it puts together."""
    for given in frame.given.values():
        if len(given) == 2 and isinstance(given[0], ast.expr) and isinstance(given[1], Frame):
            argument, caller = given
            for call in caller.scope.calls:
                if any(argument is one for one in (*call.args, *(k.value for k in call.keywords))):
                    return call, caller
    return None


def origin_of(value: Value | None) -> tuple[ast.expr, Frame] | None:
    """Where a value is written; what a function puts together of its parameters, where it is
    called."""
    if isinstance(value, SequenceValue | MappingValue):
        return _given(value.items, value.frame) or (value.node, value.frame)
    if isinstance(value, Text) and isinstance(value.node, ast.Constant):
        return value.node, value.frame
    if isinstance(value, Text):
        return called_with(value.frame) or (value.node, value.frame)
    if isinstance(value, InstanceValue) and value.call is not None:
        return value.call, value.frame
    if isinstance(value, GeneratorValue):
        return None
    return None
