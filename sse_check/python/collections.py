"""Lists, tuples, dicts and loops over them, when they are written down."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeGuard

from sse_check.python import tables
from sse_check.python.changed import and_later
from sse_check.python.enums import as_written
from sse_check.python.filled import into_list, into_table
from sse_check.python.lines import alternatives, lines
from sse_check.python.module import last_name
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
    GeneratorValue,
    InstanceValue,
    MappingValue,
    SequenceValue,
    Text,
    Unknown,
    Value,
)
from sse_check.source.numbers import count_of

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

# The tables of a framework's app that are there for what an application wants to keep.
_KEEPING = frozenset(("extensions", "config"))


def elements(
    evaluator: Evaluator, node: ast.expr, frame: Frame, path: tuple[int, ...] = ()
) -> tuple[Value, ...]:
    """What a loop goes through, unpacked by `path`."""
    if isinstance(node, ast.BoolOp | ast.IfExp):
        ways = alternatives(evaluator, node, frame)
        return tuple(
            dict.fromkeys(v for one in ways for v in elements(evaluator, one, frame, path))
        )
    if isinstance(node, ast.Call):
        special = _looped_call(evaluator, node, frame, path)
        if special is not None:
            return special
    kept = tables.kept(evaluator, tables.uncopied(node), frame) or tables.kept_in_name(
        evaluator, node, frame
    )
    if kept:
        return tuple(one for inner in kept for one in part(evaluator, inner, path))
    return tuple(
        one
        for value in evaluator.values(node, frame)
        for one in _elements_of(evaluator, value, node, path)
    )


def _elements_of(
    evaluator: Evaluator, value: Value, node: ast.expr, path: tuple[int, ...]
) -> Iterator[Value]:
    handed = tables.handed(evaluator, value)
    if handed and tables.is_table(value):
        handed = tables.handed_keys(evaluator, value) or (Unknown(node),)
    value = as_written(evaluator, value)
    if handed is not None:
        for inner in handed:
            yield from part(evaluator, inner, path)
    elif isinstance(value, SequenceValue):
        found = [v for one in value.items for v in _element(evaluator, one, value.frame, path)]
        yield from found if path else into_list(evaluator, value, tuple(found))
    elif isinstance(value, MappingValue):
        for key in value.keys:
            yield from evaluator.values(key, value.frame) if key else (Unknown(node),)
    elif isinstance(value, GeneratorValue):
        yield from yielded(evaluator, value, path)
    else:
        yield Unknown(node)


def got(evaluator: Evaluator, node: ast.Call, frame: Frame) -> list[Value] | None:
    """`table.get(key, default)`, `table.pop(key)`, `table.setdefault(key, value)`."""
    if not isinstance(node.func, ast.Attribute) or not node.args:
        return None
    found: list[Value] = []
    owners = evaluator.values(node.func.value, frame)
    for value in owners:
        handed = tables.handed(evaluator, value) if not isinstance(value, InstanceValue) else None
        if handed:
            found.extend(handed)
        elif isinstance(value, MappingValue):
            key = evaluator.text(node.args[0], frame)
            known = _of_mapping(evaluator, value, key, node)
            # A table without a key is there to be filled, by whatever code.
            asked = len(node.args) < 2 or not value.keys
            found.extend(v for v in known if asked or not isinstance(v, Unknown))
        else:
            return None
    if not all(_has(evaluator, one, node.args[0], frame) for one in owners):
        for default in node.args[1:2]:
            found.extend(evaluator.values(default, frame))
    return [v._replace(put_in=None) if isinstance(v, Text) else v for v in found] or None


def _has(evaluator: Evaluator, value: Value, wanted: ast.expr, frame: Frame) -> bool:
    """Whether a table certainly has a key, so that no default is ever taken."""
    key = evaluator.text(wanted, frame)
    if key is None or not isinstance(value, MappingValue):
        return False
    return any(_key(evaluator, name, value.frame) == key for name in value.keys if name)


def stepped(evaluator: Evaluator, node: ast.Call, frame: Frame) -> tuple[Value, ...] | None:
    """`next(rows, default)`, `await rows.__anext__()`: one of the values of a generator."""
    function = node.func
    owner: ast.expr | None = None
    if isinstance(function, ast.Name) and function.id in ("next", "anext") and node.args:
        owner = node.args[0]
    elif isinstance(function, ast.Attribute) and function.attr in ("__next__", "__anext__"):
        owner = function.value
    if owner is None:
        return None
    found = evaluator.values(owner, frame)
    if not all(isinstance(value, GeneratorValue) for value in found):
        return None
    defaults = (v for one in node.args[1:2] for v in evaluator.values(one, frame))
    return (*elements(evaluator, owner, frame), *defaults)


def yielded(
    evaluator: Evaluator, value: GeneratorValue, path: tuple[int, ...] = ()
) -> tuple[Value, ...]:
    """What a generator yields, unpacked by `path`."""
    scope = value.function.scope
    found: list[Value] = []
    with evaluator.asking(scope.node, value.frame) as free:
        for one in scope.yields if free else ():
            if isinstance(one, ast.YieldFrom):
                found.extend(elements(evaluator, one.value, value.frame, path))
            elif one.value is not None:
                found.extend(_element(evaluator, one.value, value.frame, path))
    return tuple(dict.fromkeys(found)) or (Unknown(scope.node),)


def handed_out(evaluator: Evaluator, value: Value) -> tuple[Value, ...]:
    """What a dependency or a context manager hands out: what it yields, if it yields."""
    return yielded(evaluator, value) if isinstance(value, GeneratorValue) else (value,)


def part(evaluator: Evaluator, value: Value, path: tuple[int, ...]) -> tuple[Value, ...]:
    """One place of a value that is unpacked."""
    if not path:
        return (value,)
    items = value.items if isinstance(value, SequenceValue) and not value.more else ()
    if not 0 <= path[0] < len(items) or not isinstance(value, SequenceValue):
        return (Unknown(),)
    found = evaluator.values(items[path[0]], value.frame)
    return tuple(one for inner in found for one in part(evaluator, inner, path[1:]))


def _element(
    evaluator: Evaluator, item: ast.expr, frame: Frame, path: tuple[int, ...]
) -> Iterable[Value]:
    if isinstance(item, ast.Starred):
        return elements(evaluator, item.value, frame, path)
    return unpacked(evaluator, item, path, frame) if path else evaluator.values(item, frame)


def _looped_call(
    evaluator: Evaluator, node: ast.Call, frame: Frame, path: tuple[int, ...]
) -> tuple[Value, ...] | None:
    """`enumerate(x)`, `sorted(x)`, `table.items()` and the like."""
    name = getattr(node.func, "id", "")
    if name == "enumerate" and node.args:
        if path[:1] == (1,):
            return elements(evaluator, node.args[0], frame, path[1:])
        return (Unknown(node),)
    if name == "iter" and len(node.args) == 2:
        # `iter(queue.get, None)`
        return evaluator.elements(node.args[0], frame, path)
    if name in ("sorted", "reversed", "list", "tuple", "set", "iter") and node.args:
        return elements(evaluator, node.args[0], frame, path)
    if name == "filter" and len(node.args) == 2:
        return elements(evaluator, node.args[1], frame, path)
    attribute = getattr(node.func, "attr", "")
    if attribute in ("split", "splitlines"):
        return lines(evaluator, node, frame)
    if attribute not in ("items", "keys", "values") or node.args:
        return None
    return _looped_table(evaluator, node, attribute, frame, path)


def _looped_table(
    evaluator: Evaluator, node: ast.Call, way: str, frame: Frame, path: tuple[int, ...]
) -> tuple[Value, ...] | None:
    """`table.items()`, `table.keys()` or `table.values()`, unpacked by `path`."""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else node
    wanted = way if way != "items" else ("keys", "values")[path[0] if path else 0]
    rest = path[1:] if way == "items" else path
    found: list[Value] = []
    for value in evaluator.values(owner, frame):
        handed = tables.handed(evaluator, value) if tables.is_table(value) else None
        if handed and wanted == "keys":
            keys = tables.handed_keys(evaluator, value) or (Unknown(node),)
            found.extend(one for key in keys for one in part(evaluator, key, rest))
        elif handed:
            # What code elsewhere keeps under keys: `clients[key] = queue`.
            lists = [one for one in handed if isinstance(one, SequenceValue)]
            found.extend(v for one in lists or handed for v in part(evaluator, one, rest))
        elif not isinstance(value, MappingValue):
            return None
        else:
            for one in value.keys if wanted == "keys" else value.items:
                known = _element(evaluator, one, value.frame, rest) if one else (Unknown(node),)
                found.extend(known)
    return tuple(found)


def unpacked(
    evaluator: Evaluator, node: ast.expr, path: tuple[int, ...], frame: Frame
) -> Iterable[Value]:
    """One place of a tuple that is written down."""
    for value in evaluator.values(node, frame):
        items = value.items if isinstance(value, SequenceValue) else ()
        at = path[0]
        if isinstance(value, InstanceValue) and isinstance(value.of, External):
            # `app, rt = fast_app()`
            yield External(f"{value.dotted}()[{at}]", value)
        elif not isinstance(value, SequenceValue) or not 0 <= at < len(items) or value.more:
            yield Unknown(node)
        elif path[1:]:
            yield from unpacked(evaluator, items[at], path[1:], value.frame)
        else:
            yield from evaluator.values(items[at], value.frame)


def item(evaluator: Evaluator, node: ast.Subscript, frame: Frame) -> Iterable[Value]:
    """`NAMES[kind]`: the item of a known key, else any of a table that is written down.

    What is kept in a table may have come as JSON, in which a member of an enumeration is its value.
    """
    for value in _item(evaluator, node, frame):
        yield value._replace(put_in=None) if isinstance(value, Text) else value


def _item(evaluator: Evaluator, node: ast.Subscript, frame: Frame) -> Iterable[Value]:
    wanted = evaluator.one(node.slice, frame)
    key = wanted.pattern.literal if isinstance(wanted, Text) else None
    for value in evaluator.values(node.value, frame):
        if isinstance(value, SequenceValue) and isinstance(node.slice, ast.Slice):
            # What a part of it goes through is among what all of it does.
            yield value
        else:
            yield from _item_of(evaluator, value, key, node)


def _item_of(
    evaluator: Evaluator, value: Value, key: str | None, node: ast.Subscript
) -> Iterable[Value]:
    handed = tables.handed(evaluator, value)
    if handed:
        yield from handed
    elif isinstance(value, MappingValue):
        yield from _of_mapping(evaluator, value, key, node)
    elif isinstance(value, SequenceValue):
        place = count_of(key or "")
        known = place is not None and place < len(value.items)
        chosen = [value.items[place]] if known and place is not None else value.items
        found = [v for one in chosen for v in _element(evaluator, one, value.frame, ())]
        yield from into_list(evaluator, value, tuple(found))
    elif isinstance(value, ClassValue):
        # `Event["DONE"]`, or a generic class with its parameter.
        yield from evaluator.attribute(value, key, node) if key else (value,)
    elif isinstance(value, External):
        yield from _kept_with(evaluator, node, key) or (value,)
    elif isinstance(value, Unknown) and key is not None:
        yield from _kept_with(evaluator, node, key) or (Unknown(node),)
    else:
        yield from _of_object(evaluator, value, key, node)


def _of_object(
    evaluator: Evaluator, value: Value, key: str | None, node: ast.expr
) -> Iterable[Value]:
    made = _by_default(evaluator, value)
    if not made and isinstance(value, InstanceValue) and key is not None:
        return _stored_item(evaluator, value, key, node)
    return made or (Unknown(node),)


def _by_default(evaluator: Evaluator, value: Value) -> tuple[Value, ...]:
    """What `defaultdict(Queue)` has under whatever key: one object stands for all of them."""
    if not isinstance(value, InstanceValue) or value.dotted != "collections.defaultdict":
        return ()
    if value.call is None or not value.call.args:
        return ()
    found: list[Value] = []
    for maker in evaluator.values(value.call.args[0], value.frame):
        if isinstance(maker, ClassValue) or (isinstance(maker, External) and "." in maker.dotted):
            evaluator.keep(value, value.frame)
            found.append(evaluator.made(maker, value.call, value.frame, (id(value), 0)))
        elif isinstance(maker, FunctionValue):
            found.extend(evaluator.result(maker, None, value.frame))
    return tuple(found)


def _kept_with(
    evaluator: Evaluator, node: ast.Subscript, key: str | None
) -> tuple[InstanceValue, ...]:
    """The objects that an application keeps with its framework: `app.extensions["hub"] = Hub()`.
    Settings under such a key may come from anywhere."""
    where = last_name(node.value)
    if where not in _KEEPING or not key:
        return ()
    found = {
        value: None
        for scope, store in evaluator.stores(f"[{key}]")
        if last_name(store.target.value) == where
        for value in evaluator.values(store.value, evaluator.frame(scope))
        if isinstance(value, InstanceValue)
    }
    return tuple(found)


def _of_mapping(
    evaluator: Evaluator, value: MappingValue, key: str | None, node: ast.expr
) -> Iterator[Value]:
    yield from _at_key(evaluator, value, key, node) or (Unknown(node),)


def _has_its_keys(value: Value, key: str) -> TypeGuard[MappingValue]:
    """Whether a table that is spread into another has no such key but those it is made with."""
    if not isinstance(value, MappingValue) or f"[{key}]" in value.frame.module.stored_names:
        return False
    return bool(value.keys) or not isinstance(value.node, ast.Dict)


def _key(evaluator: Evaluator, name: ast.expr | None, frame: Frame) -> str | None:
    """The text of a key; most are written down, and large tables are asked often."""
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        return name.value
    return evaluator.text(name, frame)


def _at_key(
    evaluator: Evaluator, value: MappingValue, key: str | None, node: ast.expr
) -> list[Value]:
    """What a table has under a key, or under any; nothing where it certainly has no such key."""
    found: list[Value] = []
    for name, item in zip(value.keys, value.items, strict=True):
        known = _key(evaluator, name, value.frame)
        if name is None:
            for spread in evaluator.values(item, value.frame):
                if key is not None and _has_its_keys(spread, key):
                    found += _at_key(evaluator, spread, key, node)
                else:
                    found.append(Unknown(node))
        elif key is None or known is None or known == key:
            found += evaluator.values(item, value.frame)
    if key is not None:
        found = and_later(evaluator, value, f"[{key}]", found)
        if all(isinstance(one, Text) for one in found):
            found += into_table(evaluator, value, key)
    return found


def _stored_item(
    evaluator: Evaluator, owner: InstanceValue, key: str, node: ast.expr
) -> Iterator[Value]:
    """`app["hub"]`, where `app["hub"] = Hub()` stands somewhere."""
    found = False
    for scope, store in evaluator.stores(f"[{key}]"):
        if owner in evaluator.values(store.target.value, evaluator.frame(scope)):
            found = True
            yield from evaluator.values(store.value, evaluator.frame(scope))
    if not found:
        yield Unknown(node)


def entered(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Iterable[Value]:
    """What `with x as y` gives: what the context manager yields, or the thing itself."""
    for value in evaluator.values(node, frame):
        if isinstance(value, InstanceValue) and isinstance(value.of, ClassValue):
            for name in ("__enter__", "__aenter__"):
                for method in evaluator.attribute(value, name, node):
                    yield from evaluator.result(method)
        else:
            yield from handed_out(evaluator, value)
