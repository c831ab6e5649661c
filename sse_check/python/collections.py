"""Lists, tuples, dicts and loops over them, when they are written down."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sse_check.python.changed import and_later
from sse_check.python.enums import as_written
from sse_check.python.module import last_name
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
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
_TABLES = frozenset(("defaultdict", "OrderedDict", "WeakValueDictionary"))


def elements(
    evaluator: Evaluator, node: ast.expr, frame: Frame, path: tuple[int, ...] = ()
) -> tuple[Value, ...]:
    """What a loop goes through, unpacked by `path`."""
    if isinstance(node, ast.Call):
        special = _looped_call(evaluator, node, frame, path)
        if special is not None:
            return special
    kept = _kept(evaluator, _uncopied(node), frame) or _kept_in_name(evaluator, node, frame)
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
    handed = _handed(evaluator, value)
    value = as_written(evaluator, value)
    if handed is not None:
        for inner in handed:
            yield from part(evaluator, inner, path)
    elif isinstance(value, SequenceValue):
        for item in value.items:
            yield from _element(evaluator, item, value.frame, path)
    elif isinstance(value, MappingValue):
        for key in value.keys:
            yield from evaluator.values(key, value.frame) if key else (Unknown(node),)
    elif isinstance(value, GeneratorValue):
        yield from yielded(evaluator, value, path)
    else:
        yield Unknown(node)


def _kept(evaluator: Evaluator, node: ast.expr, frame: Frame) -> list[Value]:
    """What is kept under a key of a table that is filled elsewhere: `queues[channel]`."""
    owner: ast.expr | None = None
    if isinstance(node, ast.Subscript):
        owner = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        owner = node.func.value if node.func.attr in ("get", "setdefault", "pop") else None
    if owner is None or evaluator.relay is None:
        return []
    tables = (v for v in evaluator.values(owner, frame) if not isinstance(v, SequenceValue))
    handed = (one for table in tables for one in _handed(evaluator, table) or ())
    return [one for one in handed if not isinstance(one, SequenceValue)]


def _kept_in_name(evaluator: Evaluator, node: ast.expr, frame: Frame) -> list[Value]:
    """The same for a name: `listening = list(queues.get(channel, []))`, under a lock, or a loop
    over `queues.values()`. Where the table has one thing under a key, and no list of them, what is
    gone through is that thing."""
    bound = frame.scope.bindings.get(node.id, []) if isinstance(node, ast.Name) else []
    if len(bound) != 1 or bound[0].value is None:
        return []
    taken = _uncopied(bound[0].value)
    if bound[0].kind == "loop":
        return _in_lists(evaluator, taken, bound[0].path, frame)
    if bound[0].kind != "assign" or bound[0].path:
        return []
    tables = [] if not isinstance(taken, ast.Subscript) else evaluator.values(taken.value, frame)
    has_lists = any(map(_is_of_lists, tables)) or any(
        isinstance(one, SequenceValue) for one in evaluator.values(taken, frame)
    )
    return _kept(evaluator, taken, frame) if has_lists else []


def _in_lists(
    evaluator: Evaluator, node: ast.expr, path: tuple[int, ...], frame: Frame
) -> list[Value]:
    """What is in the lists of a table that a loop goes through: `for each in table.values()`."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr="values"), args=[]) if path == ():
            pass
        case ast.Call(func=ast.Attribute(value=owner, attr="items"), args=[]) if path == (1,):
            pass
        case _:
            return []
    found: list[Value] = []
    for table in evaluator.values(owner, frame):
        handed = _handed(evaluator, table) or () if _is_table(table) else ()
        inside = [one for one in handed if not isinstance(one, SequenceValue)]
        if len(inside) < len(handed) or _is_of_lists(table):
            found.extend(inside)
    return found


def _is_of_lists(value: Value) -> bool:
    return isinstance(value, InstanceValue) and value.dotted.endswith("defaultdict")


def _uncopied(node: ast.expr) -> ast.expr:
    """What a copy is made of: `x` of `list(x)`, `x.copy()`, `x or []`."""
    while True:
        match node:
            case ast.Call(func=ast.Name(id="list" | "tuple" | "set" | "sorted"), args=[inner]):
                node = inner
            case ast.Call(func=ast.Attribute(value=inner, attr="copy"), args=[]):
                node = inner
            case ast.BoolOp(op=ast.Or(), values=[inner, ast.List(elts=[]) | ast.Tuple(elts=[])]):
                node = inner
            case _:
                return node


def _handed(evaluator: Evaluator, value: Value) -> tuple[Value, ...] | None:
    """What was put into a queue or a collection elsewhere."""
    return evaluator.relay.elements(value) if evaluator.relay is not None else None


def got(evaluator: Evaluator, node: ast.Call, frame: Frame) -> list[Value] | None:
    """`table.get(key, default)`, `table.pop(key)`, `table.setdefault(key, value)`."""
    if not isinstance(node.func, ast.Attribute) or not node.args:
        return None
    found: list[Value] = []
    for value in evaluator.values(node.func.value, frame):
        handed = _handed(evaluator, value) if not isinstance(value, InstanceValue) else None
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
    for default in node.args[1:2]:
        found.extend(evaluator.values(default, frame))
    return found or None


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
    attribute = getattr(node.func, "attr", "")
    if attribute in ("split", "splitlines") and isinstance(node.func, ast.Attribute):
        return _lines(evaluator, node, node.func.value, frame)
    if attribute not in ("items", "keys", "values") or node.args:
        return None
    owner = node.func.value if isinstance(node.func, ast.Attribute) else node
    return _of_tables(evaluator, evaluator.values(owner, frame), node, path)


def _of_tables(
    evaluator: Evaluator, tables: Iterable[Value], node: ast.Call, path: tuple[int, ...]
) -> tuple[Value, ...] | None:
    """What `table.items()` and the like go through; None where something else has such a method."""
    attribute = last_name(node.func)
    wanted = attribute if attribute != "items" else ("keys", "values")[path[0] if path else 0]
    rest = path[1:] if attribute == "items" else path
    found: list[Value] = []
    for value in tables:
        if wanted == "values" and _is_table(value) and (handed := _handed(evaluator, value)):
            lists = [one for one in handed if isinstance(one, SequenceValue)]
            for one in lists or handed:
                found.extend(part(evaluator, one, rest))
            continue
        if not isinstance(value, MappingValue):
            return None
        for item in value.keys if wanted == "keys" else value.items:
            kept = _element(evaluator, item, value.frame, rest) if item else (Unknown(node),)
            found.extend(kept)
    return tuple(found)


def _is_table(value: Value) -> bool:
    """Whether a value has things under keys."""
    made = value.dotted.rpartition(".")[2] if isinstance(value, InstanceValue) else ""
    return isinstance(value, MappingValue) or made in _TABLES


def _lines(
    evaluator: Evaluator, node: ast.Call, owner: ast.expr, frame: Frame
) -> tuple[Value, ...] | None:
    """`data.splitlines()`, `data.split("\\n")`, where all that is known of the text is one line."""
    between = "\n" if len(node.args) != 1 else evaluator.text(node.args[0], frame)
    found = evaluator.values(owner, frame)
    whole = all(
        isinstance(value, Text) and not any("\n" in (part or "") for part in value.pattern.parts)
        for value in found
    )
    return found if between == "\n" and whole else None


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
    """`NAMES[kind]`: the item of a known key, else any of a table that is written down."""
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
    handed = _handed(evaluator, value)
    if handed:
        yield from handed
    elif isinstance(value, MappingValue):
        yield from _of_mapping(evaluator, value, key, node)
    elif isinstance(value, SequenceValue):
        place = count_of(key or "")
        known = place is not None and place < len(value.items)
        chosen = [value.items[place]] if known and place is not None else value.items
        for item in chosen:
            yield from _element(evaluator, item, value.frame, ())
    elif isinstance(value, ClassValue):
        # `Event["DONE"]`, or a generic class with its parameter.
        yield from evaluator.attribute(value, key, node) if key else (value,)
    elif isinstance(value, External):
        yield from _kept_with(evaluator, node, key) or (value,)
    elif isinstance(value, Unknown) and key is not None:
        yield from _kept_with(evaluator, node, key) or (Unknown(node),)
    elif isinstance(value, InstanceValue) and key is not None:
        yield from _stored_item(evaluator, value, key, node)
    else:
        yield Unknown(node)


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
    found: list[Value] = []
    for name, item in zip(value.keys, value.items, strict=True):
        known = evaluator.text(name, value.frame) if name is not None else None
        if key is not None and known is not None and known != key:
            continue
        found += evaluator.values(item, value.frame) if name is not None else (Unknown(node),)
    if key is not None:
        found = and_later(evaluator, value, f"[{key}]", found)
    yield from found or (Unknown(node),)


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
