"""Tables that are filled elsewhere: what is kept in them under keys, in lists, and in copies."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sse_check.python.values import (
    Frame,
    InstanceValue,
    MappingValue,
    SequenceValue,
    Value,
)

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

_TABLES = frozenset(("defaultdict", "OrderedDict", "WeakValueDictionary"))


def kept(evaluator: Evaluator, node: ast.expr, frame: Frame) -> list[Value]:
    """What is kept under a key of a table that is filled elsewhere: `queues[channel]`."""
    owner: ast.expr | None = None
    if isinstance(node, ast.Subscript):
        owner = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        owner = node.func.value if node.func.attr in ("get", "setdefault", "pop") else None
    if owner is None or evaluator.relay is None:
        return []
    tables = (v for v in evaluator.values(owner, frame) if not isinstance(v, SequenceValue))
    given = (one for table in tables for one in handed(evaluator, table) or ())
    return [one for one in given if not isinstance(one, SequenceValue)]


def kept_in_name(evaluator: Evaluator, node: ast.expr, frame: Frame) -> list[Value]:
    """The same for a name: `listening = list(queues.get(channel, []))`, under a lock, or a loop
    over `queues.values()`. Where the table has one thing under a key, and no list of them, what is
    gone through is that thing."""
    bound = frame.scope.bindings.get(node.id, []) if isinstance(node, ast.Name) else []
    if len(bound) != 1 or bound[0].value is None:
        return []
    taken = uncopied(bound[0].value)
    if bound[0].kind == "loop":
        return _in_lists(evaluator, taken, bound[0].path, frame)
    if bound[0].kind != "assign" or bound[0].path:
        return []
    tables = [] if not isinstance(taken, ast.Subscript) else evaluator.values(taken.value, frame)
    has_lists = any(map(_is_of_lists, tables)) or any(
        isinstance(one, SequenceValue) for one in evaluator.values(taken, frame)
    )
    return kept(evaluator, taken, frame) if has_lists else []


def popped(evaluator: Evaluator, node: ast.Call, frame: Frame) -> list[Value] | None:
    """`waiting[user].pop(0)`, `.popleft()`: what is kept in the lists of a table."""
    if not isinstance(node.func, ast.Attribute):
        return None
    if any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in node.args):
        return None
    owner = node.func.value
    if isinstance(owner, ast.Name):
        return kept_in_name(evaluator, owner, frame) or None
    found = kept(evaluator, owner, frame)
    # `waiting.setdefault(user, deque())` keeps the list itself there.
    return [one for one in found if not _is_deque(one)] or None


def _is_deque(value: Value) -> bool:
    return isinstance(value, InstanceValue) and value.dotted == "collections.deque"


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
        given = handed(evaluator, table) or () if is_table(table) else ()
        inside = [one for one in given if not isinstance(one, SequenceValue)]
        if len(inside) < len(given) or _is_of_lists(table):
            found.extend(inside)
    return found


def _is_of_lists(value: Value) -> bool:
    return isinstance(value, InstanceValue) and value.dotted.endswith("defaultdict")


def is_table(value: Value) -> bool:
    """Whether a value has things under keys."""
    made = value.dotted.rpartition(".")[2] if isinstance(value, InstanceValue) else ""
    return isinstance(value, MappingValue) or made in _TABLES


def uncopied(node: ast.expr) -> ast.expr:
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


def handed_keys(evaluator: Evaluator, value: Value) -> tuple[Value, ...]:
    """Under which keys something was put into a table elsewhere."""
    return evaluator.relay.keys(value) if evaluator.relay is not None else ()


def handed(evaluator: Evaluator, value: Value) -> tuple[Value, ...] | None:
    """What was put into a queue or a collection elsewhere."""
    return evaluator.relay.elements(value) if evaluator.relay is not None else None
