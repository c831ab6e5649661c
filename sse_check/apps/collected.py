"""Where a collection of clients is made, by which names it is known there, and what is taken out
of it by which key."""

import ast

from sse_check.python.module import last_name
from sse_check.python.values import Frame, InstanceValue, MappingValue, SequenceValue, Value

# Calls and methods that give what they are made of, or a part of it.
_COPYING = frozenset("list tuple set sorted frozenset iter copy values items get keys".split())


def place_of(value: Value) -> tuple[ast.AST, Frame] | None:
    """Where a collection is made."""
    if isinstance(value, SequenceValue | MappingValue):
        return value.node, value.frame
    if isinstance(value, InstanceValue) and value.call is not None:
        return value.call, value.frame
    return None


def names_at(place: tuple[ast.AST, Frame]) -> set[str]:
    """The names that a collection is given where it is made; none for one that is handed on."""
    node, frame = place
    scope = frame.scope
    found = {
        name
        for name, bindings in scope.bindings.items()
        if any(_holds(one.value, node, whole=not scope.is_class) for one in bindings)
    }
    return found | {last_name(s.target) for s in scope.stores if s.value is node}


def _holds(value: ast.expr | None, node: ast.AST, whole: bool) -> bool:
    """Whether a value is made by a node: itself, or by a factory of a field."""
    if value is node or value is None or whole:
        return value is node
    start, end = (value.lineno, value.col_offset), (value.end_lineno, value.end_col_offset)
    return start <= (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)) < end


def root_of(node: ast.expr) -> ast.expr:
    """The collection behind `x[k]`, `x.get(k)`, `x.values()`, `list(x)`."""
    while True:
        if isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr not in (*_COPYING, "setdefault"):
                return node
            node = node.func.value
        elif isinstance(node, ast.Call) and node.args:
            if getattr(node.func, "id", "") not in _COPYING:
                return node
            node = node.args[0]
        else:
            return node


def key_of(node: ast.expr) -> ast.expr | None:
    """`k` of `x[k]`, `x.get(k)`, `list(x[k])`."""
    while isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            if node.func.attr in ("get", "setdefault", "pop") and node.args:
                return node.args[0]
            node = node.func.value
        elif node.args:
            node = node.args[0]
        else:
            return None
    return node.slice if isinstance(node, ast.Subscript) else None
