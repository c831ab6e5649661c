"""Texts, lists and dicts that a function builds step by step: `+=`, `append`, `write`, `[x] =`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from itertools import groupby, islice
from typing import TYPE_CHECKING, NamedTuple

from sse_check.python.depends import depending
from sse_check.python.module import last_name
from sse_check.python.truth import truth
from sse_check.python.turns import Turn, spelled, table_of, turns
from sse_check.python.values import (
    Frame,
    FunctionValue,
    MappingValue,
    SequenceValue,
    Text,
    Unknown,
    Value,
)
from sse_check.template.values import Pattern

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator
    from sse_check.python.scope import Binding, Loop, Scope

_HOLE = Pattern((None,))
_GROWING = frozenset(("append", "extend", "add", "write", "insert", "appendleft", "update"))
_LEAVING = (ast.Break, ast.Return, ast.Raise, ast.Try)
_MOST = 16
# How a step is called that a function makes which is given the thing.
HANDED = "handed over"
# A place after all that a scope does: where those inside it use what it has put together.
END = ast.Name("end", ast.Load(), lineno=1 << 30, col_offset=0)


class Step(NamedTuple):
    """One change of a name: how ("+=", the name of a method, "[]"), with what, where it stands.

    `key` is the key of an item that is set.
    """

    name: str
    how: str
    value: ast.expr
    node: ast.AST
    key: ast.expr | None = None

    @property
    def at(self) -> tuple[int, int]:
        return getattr(self.node, "lineno", 0), getattr(self.node, "col_offset", 0)


def steps_of(scope: Scope) -> dict[str, list[Step]]:
    """The changes that a scope makes to its names, in the order of the text."""
    found = [
        Step(name, "+=", binding.value, binding.node)
        for name, bindings in scope.bindings.items()
        for binding in bindings
        if binding.kind == "augment" and binding.value is not None
    ]
    for call in scope.calls:
        method = call.func
        printed = _printed(call)
        if printed is not None:
            found.append(printed)
        if not isinstance(method, ast.Attribute) or not isinstance(method.value, ast.Name):
            continue
        if method.attr in _GROWING and call.args:
            found.append(Step(method.value.id, method.attr, call.args[-1], call))
        elif method.attr == "update":
            # `fields.update(name=x)`
            keys = ((ast.Constant(one.arg), one.value) for one in call.keywords if one.arg)
            found += [Step(method.value.id, "[]", value, call, key) for key, value in keys]
        elif method.attr == "writelines" and call.args:
            found.append(Step(method.value.id, "write", _at_once(call.args[0]), call))
    for store in scope.stores:
        target = store.target
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            found.append(Step(target.value.id, "[]", store.value, store.node, target.slice))
    sorted_steps: dict[str, list[Step]] = {}
    for step in sorted(found, key=lambda one: one.at):
        sorted_steps.setdefault(step.name, []).append(step)
    return sorted_steps


@cache
def _at_once(several: ast.expr) -> ast.expr:
    """`"".join(lines)`, which is what `buffer.writelines(lines)` writes."""
    join = ast.copy_location(ast.Attribute(ast.Constant(""), "join"), several)
    return ast.copy_location(ast.Call(join, [several], []), several)


def _printed(call: ast.Call) -> Step | None:
    """`print(x, y, file=buffer)`"""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    buffer = given.get("file")
    if getattr(call.func, "id", "") != "print" or not isinstance(buffer, ast.Name):
        return None
    return Step(buffer.id, "write", _line(call), call)


@cache
def _line(call: ast.Call) -> ast.expr:
    """What a call of `print` writes."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    parts: list[ast.expr] = []
    for number, argument in enumerate(call.args):
        parts += [given.get("sep", ast.Constant(" "))] if number else []
        parts.append(argument)
    parts.append(given.get("end", ast.Constant("\n")))
    placed = [part if hasattr(part, "lineno") else ast.copy_location(part, call) for part in parts]
    values: list[ast.expr] = [ast.FormattedValue(part, -1, None) for part in placed]
    return ast.copy_location(ast.JoinedStr(values), call)


def handed_over(evaluator: Evaluator, scope: Scope) -> dict[str, list[Step]]:
    """Where a scope gives a collection that it has begun to a function which changes it."""
    key = id(scope)
    if key not in evaluator.handed_over:
        # What is asked on the way there sees none of them.
        evaluator.handed_over[key] = {}
        evaluator.handed_over[key] = _handed_over(evaluator, scope)
    return evaluator.handed_over[key]


def _handed_over(evaluator: Evaluator, scope: Scope) -> dict[str, list[Step]]:
    begun = {
        name
        for name, bindings in scope.bindings.items()
        if any(b.kind == "assign" and _begins(b.value) for b in bindings)
    }
    found: dict[str, list[Step]] = {}
    frame = evaluator.frame(scope)
    for call in scope.calls if begun else ():
        named = [one for one in call.args if isinstance(one, ast.Name) and one.id in begun]
        for argument in named:
            for function in evaluator.values(call.func, frame):
                if isinstance(function, FunctionValue):
                    inner = evaluator.inside(function, call, frame)
                    given = [n for n, value in inner.given.items() if argument in value]
                    changed = evaluator.steps(function.scope)
                    if any(name in changed for name in given):
                        step = Step(argument.id, HANDED, argument, call)
                        found.setdefault(argument.id, []).append(step)
    return found


def _begins(node: ast.expr | None) -> bool:
    """Whether an expression makes a collection, or a buffer, that can be changed."""
    if isinstance(node, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp):
        return True
    name = last_name(node.func) if isinstance(node, ast.Call) else ""
    return name in ("list", "dict", "set", "StringIO", "BytesIO")


def grown(
    evaluator: Evaluator,
    value: Value,
    binding: Binding,
    frame: Frame,
    at: ast.expr,
    steps: list[Step],
) -> tuple[Value, ...]:
    """What a value that was bound has become where it is used."""
    if not isinstance(value, Text | SequenceValue | MappingValue):
        return (value,)
    found: list[Value] = [value]
    for step, always, home in _turned(evaluator, binding, frame, at, steps):
        known = home is not frame
        # Each of these ways has as many again: no more are made than are kept.
        grown_ones = (
            new for one in found for new in _taken(evaluator, one, step, home, in_turn=known)
        )
        after = list(islice(grown_ones, _MOST + 1))
        found = after if always else [*found, *after]
        if len(found) > _MOST:
            evaluator.stop(frame.module, step.node, "this is put together in too many ways")
            found = [*after[:_MOST], Unknown(step.node)]
    return tuple(dict.fromkeys(found))


def _turned(
    evaluator: Evaluator, binding: Binding, frame: Frame, at: ast.expr, steps: list[Step]
) -> Iterator[tuple[Step, bool, Frame]]:
    """The steps that are taken, those in a loop once for each of its turns where they are known."""
    taken = list(_between(evaluator, binding, frame, at, steps))
    places = evaluator.places(frame.scope)
    there = places.of(at)
    around = {id(loop) for loop in there.loops} if there is not None else set()

    def loops_of(one: tuple[Step, bool]) -> tuple[Loop, ...]:
        place = places.of(one[0].node)
        loops = place.loops if place is not None else ()
        return tuple(loop for loop in loops if id(loop) not in around)

    for loops, group in groupby(taken, key=loops_of):
        inside = list(group)
        known = _turns_of(evaluator, loops, frame)
        if known is None:
            yield from ((step, always, frame) for step, always in inside)
            continue
        wanted = [step for step, _ in inside]
        for turn in known:
            touched = depending(evaluator, frame.scope, frozenset(turn))
            home = frame.fixing(turn, touched)
            for step, always in _between(evaluator, binding, home, at, wanted):
                yield step, always, home


def _turns_of(evaluator: Evaluator, loops: tuple[Loop, ...], frame: Frame) -> list[Turn] | None:
    """The turns of loops in each other, where they are known: none of them may be left early."""
    each = [loop for loop in loops if isinstance(loop, ast.For)]
    if not each or len(each) < len(loops):
        return None
    if any(map(_may_leave, each)):
        return None
    return turns(evaluator, [ast.comprehension(x.target, x.iter, [], 0) for x in each], frame)


@cache
def _may_leave(loop: ast.For) -> bool:
    return any(isinstance(node, _LEAVING) for node in ast.walk(loop))


def _between(
    evaluator: Evaluator, binding: Binding, frame: Frame, at: ast.expr, steps: list[Step]
) -> Iterator[tuple[Step, bool]]:
    """The steps after a binding and before a use, with whether each is always taken."""
    places = evaluator.places(frame.scope)
    start = (getattr(binding.node, "lineno", 0), getattr(binding.node, "col_offset", 0))
    use = (getattr(at, "lineno", 0), getattr(at, "col_offset", 0))
    there = places.of(at)
    shared = {(id(g.test), g.holds) for g in there.guards} if there is not None else set()
    around = {id(loop) for loop in there.loops} if there is not None else set()
    for step in steps:
        place = places.of(step.node)
        if place is None or step.at <= start:
            continue
        last = (getattr(step.node, "end_lineno", 0) or 0, getattr(step.node, "end_col_offset", 0))
        if last > use and not (step.at > use and any(id(x) in around for x in place.loops)):
            continue
        always = place.rescue is None or (there is not None and there.rescue is place.rescue)
        taken = True
        for guard in place.guards:
            if (id(guard.test), guard.holds) in shared:
                continue
            if (id(guard.test), not guard.holds) in shared and guard.test is not None:
                taken = taken and not guard.encloses
                continue
            holds = truth(evaluator, guard.test, frame) if guard.test is not None else None
            if holds is None:
                # What follows a statement that may leave is reached where the use is.
                always = always and not guard.encloses
            elif holds is not guard.holds:
                taken = False
        if taken:
            yield step, always


def _taken(
    evaluator: Evaluator, value: Value, step: Step, frame: Frame, *, in_turn: bool
) -> list[Value]:
    """What a step makes of a value; `in_turn` says that the frame is one turn of its loop."""
    if isinstance(value, Text) and value.is_number:
        # Numbers are not put side by side.
        return [Unknown(step.value)]
    untold = not in_turn and _goes_through_pairs(evaluator, step, frame)
    if isinstance(value, Text):
        if step.how == HANDED:
            parts = (*value.pattern.parts, None)
            return [Text(Pattern.of(*parts), step.value, frame, value.kind)]
        if step.how not in ("+=", "write"):
            return [value]
        if untold:
            parts = (*value.pattern.parts, None)
            return [Text(Pattern.of(*parts), step.value, frame, value.kind)]
        return _longer(evaluator, value, step, frame, in_turn=in_turn)
    if isinstance(value, SequenceValue):
        if untold:
            return [value._replace(more=True, alike=False)]
        return [_with_item(evaluator, value, step, frame, in_turn=in_turn)]
    if isinstance(value, MappingValue):
        return [_with_key(value, step, frame)]
    return [value]


def _longer(
    evaluator: Evaluator, value: Text, step: Step, frame: Frame, *, in_turn: bool
) -> list[Value]:
    repeats = not in_turn and _repeats(evaluator, step, frame)
    found: list[Value] = []
    for more in evaluator.texts(step.value, frame):
        parts = [*value.pattern.parts, *more.parts]
        if repeats and not _is_line(more):
            parts.append(None)
        found.append(Text(Pattern.of(*parts), step.value, frame, value.kind))
    return found


def _is_line(pattern: Pattern) -> bool:
    """Whether a text ends its line: said again, it makes no other line longer."""
    return bool(pattern.parts) and str(pattern.parts[-1] or "").endswith("\n")


def _goes_through_pairs(evaluator: Evaluator, step: Step, frame: Frame) -> bool:
    """Whether a step stands in a loop through keys and values, and its turn is not known."""
    place = evaluator.places(frame.scope).of(step.node)
    if place is None:
        return False
    loops = (
        ast.comprehension(x.target, x.iter, [], 0) for x in place.loops if isinstance(x, ast.For)
    )
    return any(table_of(loop) is not None for loop in loops)


def _repeats(evaluator: Evaluator, step: Step, frame: Frame) -> bool:
    place = evaluator.places(frame.scope).of(step.node)
    return place is not None and bool(place.loops)


def _with_item(
    evaluator: Evaluator, value: SequenceValue, step: Step, frame: Frame, *, in_turn: bool
) -> SequenceValue:
    if in_turn and step.how in ("append", "add"):
        item = spelled(evaluator, step.value, frame)
        if item is None:
            return value._replace(more=True, alike=False)
        return value._replace(items=(*value.items, item))
    if in_turn and step.how in ("extend", "+=", "update"):
        return _with_several(evaluator, value, step, frame)
    if step.how in ("append", "add"):
        return value._replace(items=(*value.items, step.value), frame=frame)
    if step.how in ("insert", "appendleft"):
        return value._replace(items=(step.value, *value.items), frame=frame)
    if step.how in ("extend", "+=", "update"):
        for more in evaluator.values(step.value, frame):
            if isinstance(more, SequenceValue) and more.frame is frame:
                items = (*value.items, *more.items)
                alike = value.is_told and more.is_told
                return value._replace(items=items, more=value.more or more.more, alike=alike)
    return value._replace(more=True, alike=False)


def _with_several(
    evaluator: Evaluator, value: SequenceValue, step: Step, frame: Frame
) -> SequenceValue:
    """A list with what one turn of a loop adds to it."""
    more = evaluator.one(step.value, frame)
    if isinstance(more, SequenceValue):
        items = [spelled(evaluator, item, more.frame) for item in more.items]
        if None not in items:
            known = tuple(filter(None, items))
            alike = value.is_told and more.is_told
            return value._replace(
                items=(*value.items, *known), more=value.more or more.more, alike=alike
            )
    return value._replace(more=True, alike=False)


def _with_key(value: MappingValue, step: Step, frame: Frame) -> MappingValue:
    if step.how == "[]" and value.frame is frame:
        kept = [
            (key, item)
            for key, item in zip(value.keys, value.items, strict=True)
            if not _same_key(key, step.key)
        ]
        keys = (*(key for key, _ in kept), step.key)
        return value._replace(keys=keys, items=(*(item for _, item in kept), step.value))
    return value._replace(keys=(*value.keys, None), items=(*value.items, step.value))


def _same_key(one: ast.expr | None, other: ast.expr | None) -> bool:
    return (
        isinstance(one, ast.Constant)
        and isinstance(other, ast.Constant)
        and one.value == other.value
    )
