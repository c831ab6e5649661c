"""What code puts later into a list or a dict that is written down, by any of its names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sse_check.python.module import Module, last_name
from sse_check.python.scope import Scope
from sse_check.python.values import MappingValue, SequenceValue, Text, Unknown, Value

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

_ONE = frozenset(("append", "add", "insert", "appendleft"))
_SEVERAL = frozenset(("extend", "extendleft", "update"))
# More places than this that change one thing are not told apart.
_MOST_PLACES = 24


class Change(NamedTuple):
    """What changes something, `owner`, and where: a call of a method, or an item that is set."""

    scope: Scope
    owner: ast.expr
    call: ast.Call | None = None
    key: ast.expr | None = None
    value: ast.expr | None = None


def into_table(evaluator: Evaluator, table: MappingValue, key: str) -> Iterator[Value]:
    """What may come under a key, where it is not written as `table["key"] = x`."""
    changes = _changes(evaluator, table)
    if len(changes) > _MOST_PLACES:
        yield Unknown(table.node)
    for change in changes[:_MOST_PLACES]:
        frame = evaluator.frame(change.scope)
        if change.call is not None:
            yield from _updated(evaluator, change.call, key, change.scope)
        elif change.key is not None and change.value is not None:
            is_written = isinstance(change.key, ast.Constant)
            if not is_written and evaluator.text(change.key, frame) in (None, key):
                yield from evaluator.values(change.value, frame)


def _updated(evaluator: Evaluator, call: ast.Call, key: str, scope: Scope) -> Iterator[Value]:
    """`table.update(other, name=x)`"""
    if last_name(call.func) != "update":
        return
    frame = evaluator.frame(scope)
    for keyword in call.keywords:
        if keyword.arg == key:
            yield from evaluator.values(keyword.value, frame)
    spread = [one.value for one in call.keywords if one.arg is None]
    for other in (*call.args, *spread):
        for value in evaluator.values(other, frame):
            if not isinstance(value, MappingValue):
                yield Unknown(call)
                continue
            for name, item in zip(value.keys, value.items, strict=True):
                known = evaluator.text(name, value.frame) if name is not None else None
                if known in (None, key):
                    yield from evaluator.values(item, value.frame) if name else (Unknown(call),)


def into_list(
    evaluator: Evaluator, listed: SequenceValue, found: tuple[Value, ...]
) -> tuple[Value, ...]:
    """The texts of a list, with those that join it later or take the place of one."""
    if not found or not all(isinstance(one, Text) for one in found):
        return found
    later: dict[Value, None] = dict.fromkeys(found)
    changes = _changes(evaluator, listed)
    if len(changes) > _MOST_PLACES:
        later[Unknown(listed.node)] = None
    for change in changes[:_MOST_PLACES]:
        frame = evaluator.frame(change.scope)
        if change.value is not None:
            several = isinstance(change.key, ast.Slice)
            looked = evaluator.elements if several else evaluator.values
            later.update(dict.fromkeys(looked(change.value, frame)))
        elif change.call is not None and change.call.args:
            one = last_name(change.call.func) in _ONE
            looked = evaluator.values if one else evaluator.elements
            later.update(dict.fromkeys(looked(change.call.args[-1], frame)))
    return tuple(later)


def _changes(evaluator: Evaluator, owner: SequenceValue | MappingValue) -> list[Change]:
    """Every change of something by code that is not around it, in the files that are read."""
    if isinstance(owner.node, ast.Tuple):
        return []
    return [
        change
        for change in _possible(evaluator, owner)
        if any(
            isinstance(value, SequenceValue | MappingValue) and value.node is owner.node
            for value in evaluator.values(change.owner, evaluator.frame(change.scope))
        )
    ]


def _possible(evaluator: Evaluator, owner: SequenceValue | MappingValue) -> list[Change]:
    """The changes of what has one of its names, which are looked for once among the same files."""
    home = owner.frame.scope
    modules = evaluator.program.modules
    known = evaluator.changes.get(id(owner.node))
    if known is not None and known[0] == len(modules):
        return known[1]
    names = [n for n, bound in home.bindings.items() if any(b.value is owner.node for b in bound)]
    kept = [last_name(s.target) for s in home.stores if s.value is owner.node]
    # What a function calls by a name is changed by those inside it, or where it is taken in turn.
    everywhere = kept or not home.is_function
    found = [
        change
        for module in (tuple(modules) if everywhere else (home.module,))
        for change in (_named(module, [*names, *kept]) if names or kept else ())
        if change.scope is not home or not home.is_function
    ]
    evaluator.changes[id(owner.node)] = (len(modules), found)
    return found


def _named(module: Module, names: list[str]) -> Iterator[Change]:
    """The changes of what has one of these names in a file."""
    for scope in module.scopes_mentioning(*names):
        for call in scope.calls:
            function = call.func
            if not isinstance(function, ast.Attribute) or last_name(function.value) not in names:
                continue
            if function.attr in _ONE | _SEVERAL:
                yield Change(scope, function.value, call)
        for store in scope.stores:
            target = store.target
            if isinstance(target, ast.Subscript) and last_name(target.value) in names:
                yield Change(scope, target.value, None, target.slice, store.value)
