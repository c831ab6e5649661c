"""Lists in the order and number in which the source puts them together, and turns of loops.

The evaluator says what a name may be, all ways at once. Tables of routes need more: which prefix
goes with which router in each turn of a loop, and what was appended to a list after it was made.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from sse_check.python.module import last_name
from sse_check.python.scope import Binding
from sse_check.python.values import (
    Frame,
    FunctionValue,
    Limit,
    MappingValue,
    ModuleValue,
    SequenceValue,
    Unknown,
)

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

_DEEPEST = 12
_MOST_TURNS = 100
_MOST_OPEN = 40
_MOST_STEPS = 100
_GROWING = ("append", "extend", "insert", "appendleft")


class Item(NamedTuple):
    """An element of a list and where it is evaluated; `whole` is false when the expression is a
    list of which nothing more is known."""

    node: ast.expr
    frame: Frame
    whole: bool = True


class Sequences:
    """Answers what lists hold. Nodes that are made here are kept, since others remember them."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self._made: list[ast.expr] = []
        # What is being looked at: a list that is made of itself ends there.
        self._open: set[tuple[int, int]] = set()
        # How many lists were looked at for the question that is being answered.
        self._spent = 0
        # Loops and functions of which only a part was looked at.
        self.cuts: dict[int, Limit] = {}

    # Lists

    def items(self, node: ast.expr, frame: Frame, depth: int = 0) -> Iterator[Item]:
        """Every element of a list, also those that are added to it in steps."""
        key = (id(node), id(frame))
        self._spent = self._spent + 1 if self._open else 0
        too_much = self._spent > _MOST_STEPS or len(self._open) > _MOST_OPEN
        if depth > _DEEPEST or key in self._open or too_much:
            yield Item(node, frame, whole=False)
            return
        self._open.add(key)
        try:
            found = list(self._items(node, frame, depth))
        finally:
            self._open.discard(key)
        yield from found

    def _items(self, node: ast.expr, frame: Frame, depth: int) -> Iterator[Item]:
        match node:
            case ast.List() | ast.Tuple() | ast.Set():
                yield from self._written(node, frame, depth)
            case ast.BinOp(op=ast.Add(), left=first, right=second):
                yield from self._both(first, second, frame, depth)
            case ast.IfExp(body=first, orelse=second):
                yield from self._both(first, second, frame, depth)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                turns = self.comprehended(node.generators, frame)
                yield from (Item(node.elt, turn) for turn in turns)
            case ast.Name():
                yield from self._named(node, frame, depth)
            case ast.Attribute():
                yield from self._attribute(node, frame, depth)
            case ast.Call():
                yield from self._called(node, frame, depth)
            case _:
                yield from self._valued(node, frame)

    def _written(
        self, node: ast.List | ast.Tuple | ast.Set, frame: Frame, depth: int
    ) -> Iterator[Item]:
        for element in node.elts:
            if isinstance(element, ast.Starred):
                yield from self.items(element.value, frame, depth + 1)
            else:
                yield Item(element, frame)

    def _both(self, first: ast.expr, second: ast.expr, frame: Frame, depth: int) -> Iterator[Item]:
        yield from self.items(first, frame, depth + 1)
        yield from self.items(second, frame, depth + 1)

    def _valued(self, node: ast.expr, frame: Frame) -> Iterator[Item]:
        for value in self.evaluator.values(node, frame):
            if isinstance(value, SequenceValue):
                starred = [item for item in value.items if isinstance(item, ast.Starred)]
                for item in value.items:
                    if isinstance(item, ast.Starred):
                        yield from self.items(item.value, value.frame)
                    else:
                        yield Item(item, value.frame)
                if value.more and not starred:
                    yield Item(node, frame, whole=False)
            else:
                yield Item(node, frame, whole=False)

    def _named(self, node: ast.Name, frame: Frame, depth: int) -> Iterator[Item]:
        current: Frame | None = frame
        start = True
        while current is not None:
            given = current.given.get(node.id)
            if given is not None and len(given) == 2 and isinstance(given[0], ast.expr):
                yield from self.items(given[0], given[1], depth + 1)
                return
            hidden = current.scope.is_class and not start
            if not hidden and node.id in current.scope.bindings:
                before = node.lineno if start else None
                yield from self.bound(node.id, current, node, depth, before)
                return
            current, start = current.outer, False
        yield Item(node, frame, whole=False)

    def bound(
        self,
        name: str,
        frame: Frame,
        at: ast.expr,
        depth: int = 0,
        before: int | None = None,
    ) -> Iterator[Item]:
        """What a list with this name holds when its scope has been run to the end, or to a line
        of it."""
        for binding in _standing(frame, name, before):
            if binding.kind == "import":
                yield from self._imported(binding.dotted, frame, at, depth)
            elif binding.kind in ("assign", "augment") and binding.value and not binding.path:
                for turn in self.turns(binding.node, frame):
                    yield from self.items(binding.value, turn, depth + 1)
            elif binding.kind in ("parameter", "loop", "with") or binding.path:
                yield from self._valued(at, frame)
        for call in frame.scope.calls:
            function = call.func
            if (
                isinstance(function, ast.Attribute)
                and function.attr in _GROWING
                and isinstance(function.value, ast.Name)
                and function.value.id == name
                and call.args
                and (before is None or call.lineno < before)
            ):
                for turn in self.turns(call, frame):
                    if function.attr == "extend":
                        yield from self.items(call.args[0], turn, depth + 1)
                    else:
                        yield Item(call.args[-1], turn)

    def _imported(self, dotted: str, frame: Frame, at: ast.expr, depth: int) -> Iterator[Item]:
        home, _, name = dotted.rpartition(".")
        program = self.evaluator.program
        file = program.find(home, frame.module.path) if home else None
        module = program.module(file) if file is not None else None
        if module is not None and name in module.scope.bindings and depth < _DEEPEST:
            yield from self.bound(name, self.evaluator.frame(module.scope), at, depth + 1)
        else:
            yield from self._valued(at, frame)

    def _attribute(self, node: ast.Attribute, frame: Frame, depth: int) -> Iterator[Item]:
        for owner in self.evaluator.values(node.value, frame):
            if isinstance(owner, ModuleValue) and node.attr in owner.module.scope.bindings:
                inner = self.evaluator.frame(owner.module.scope)
                yield from self.bound(node.attr, inner, node, depth)
                return
        yield from self._valued(node, frame)

    def _called(self, node: ast.Call, frame: Frame, depth: int) -> Iterator[Item]:
        name = last_name(node.func)
        if isinstance(node.func, ast.Name) and name in ("list", "tuple", "sorted", "reversed"):
            if node.args:
                yield from self.items(node.args[0], frame, depth + 1)
            return
        for function in self.evaluator.values(node.func, frame):
            if isinstance(function, FunctionValue) and function.scope.returns:
                inner = self.evaluator.inside(function, node, frame)
                for statement in function.scope.returns:
                    if statement.value is not None:
                        yield from self.items(statement.value, inner, depth + 1)
            else:
                yield Item(node, frame, whole=False)

    # Loops

    def turns(self, node: ast.AST, frame: Frame) -> list[Frame]:
        """The frames in which a place of a scope is run, one for each turn of the loops around."""
        line = getattr(node, "lineno", 0)
        frames = [frame]
        for loop in frame.scope.loops:
            inside = loop.lineno < line <= (loop.end_lineno or 0)
            if isinstance(loop, ast.While) or not inside:
                continue
            frames = self._turned(loop.target, loop.iter, frames)
        return frames

    def comprehended(self, generators: list[ast.comprehension], frame: Frame) -> list[Frame]:
        """The frames of a comprehension, one for each element."""
        frames = [frame]
        for generator in generators:
            frames = self._turned(generator.target, generator.iter, frames)
        return frames

    def _turned(self, target: ast.expr, iterated: ast.expr, frames: list[Frame]) -> list[Frame]:
        """The frames of one more loop inside others, as many as are worth a look."""
        found: list[Frame] = []
        for frame in frames:
            found.extend(self._turn(target, iterated, frame))
            if len(found) > _MOST_TURNS:
                why = f"this goes round more than {_MOST_TURNS} times: the rest is not looked at"
                self.cuts.setdefault(id(target), Limit(frame.module, target, why))
                break
        return found[:_MOST_TURNS]

    def _turn(self, target: ast.expr, iterated: ast.expr, frame: Frame) -> list[Frame]:
        elements = list(self._iterated(iterated, frame))
        if not elements or any(not one.whole for one in elements):
            return [frame]
        frames: list[Frame] = []
        for element in elements:
            given = dict(frame.given)
            fixed = dict(frame.fixed)
            for name, one in self._bound_names(target, element):
                # As an expression for what is asked of lists and paths, as values for the rest.
                if one.whole:
                    given[name] = (one.node, one.frame)
                    fixed[name] = self.evaluator.values(one.node, one.frame)
                else:
                    fixed[name] = (Unknown(one.node),)
            frames.append(replace(frame, given=given, fixed=fixed))
        return frames

    def _iterated(self, node: ast.expr, frame: Frame) -> Iterator[Item]:
        """What a loop goes through: lists, tables, `items()`, `enumerate`, `zip`."""
        if isinstance(node, ast.Call):
            name = last_name(node.func)
            if isinstance(node.func, ast.Attribute) and name in ("items", "values", "keys"):
                yield from self._table(node.func.value, name, node, frame)
                return
            if name == "enumerate" and node.args:
                for number, item in enumerate(self._iterated(node.args[0], frame)):
                    yield self._pair(ast.Constant(number), item.node, node, item.frame)
                return
            if name == "zip" and len(node.args) == 2:
                left = list(self._iterated(node.args[0], frame))
                right = list(self._iterated(node.args[1], frame))
                for one, other in zip(left, right, strict=False):
                    if one.frame is not other.frame:
                        yield Item(node, frame, whole=False)
                        return
                    yield self._pair(one.node, other.node, node, one.frame)
                return
        for value in self.evaluator.values(node, frame):
            if isinstance(value, MappingValue):
                yield from self._table(node, "keys", node, frame)
                return
        yield from self.items(node, frame)

    def _table(self, node: ast.expr, wanted: str, at: ast.expr, frame: Frame) -> Iterator[Item]:
        for value in self.evaluator.values(node, frame):
            if not isinstance(value, MappingValue) or None in value.keys:
                yield Item(node, frame, whole=False)
                return
            for key, item in zip(value.keys, value.items, strict=True):
                assert key is not None  # noqa: S101 - looked at above
                if wanted == "items":
                    yield self._pair(key, item, at, value.frame)
                else:
                    yield Item(key if wanted == "keys" else item, value.frame)

    def _pair(self, first: ast.expr, second: ast.expr, at: ast.expr, frame: Frame) -> Item:
        pair = ast.copy_location(ast.Tuple([first, second], ast.Load()), at)
        ast.copy_location(first, at) if not hasattr(first, "lineno") else None
        self._made.append(pair)
        return Item(pair, frame)

    def _bound_names(self, target: ast.expr, item: Item) -> Iterator[tuple[str, Item]]:
        """The names that a target of a loop binds, each with what it is in one turn."""
        if isinstance(target, ast.Name):
            yield target.id, item
        elif isinstance(target, ast.Tuple | ast.List):
            elements = list(self.items(item.node, item.frame))
            known = all(one.whole for one in elements)
            for at, inner in enumerate(target.elts):
                if known and at < len(elements):
                    yield from self._bound_names(inner, elements[at])
                elif isinstance(inner, ast.Name):
                    yield inner.id, Item(item.node, item.frame, whole=False)


def _standing(frame: Frame, name: str, before: int | None) -> list[Binding]:
    """The bindings of a name that count at a line: those after the last that replaces the others
    for certain."""
    bindings = frame.scope.bindings.get(name, [])
    if before is not None:
        earlier = [b for b in bindings if (getattr(b.node, "end_lineno", 0) or 0) < before]
        inside = [b for b in bindings if _is_around(b.node, before)]
        bindings = earlier or ([] if inside else bindings)
    body = getattr(frame.scope.node, "body", None)
    if isinstance(body, list) and body:
        whole = (body[0].lineno, body[-1].end_lineno or body[-1].lineno)
        for at in range(len(bindings) - 1, -1, -1):
            if bindings[at].kind in ("assign", "import") and bindings[at].block == whole:
                return bindings[at:]
    return list(bindings)


def _is_around(node: ast.AST, line: int) -> bool:
    return getattr(node, "lineno", 0) <= line <= (getattr(node, "end_lineno", 0) or 0)
