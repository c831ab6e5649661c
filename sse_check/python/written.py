"""The expressions behind a name, for what the values of expressions do not tell."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sse_check.python.lookup import reaching
from sse_check.python.module import last_name
from sse_check.python.values import Frame, ModuleValue, SequenceValue

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

_DEEPEST = 12
# What gives a text that ends no line.
_IN_LINE = frozenset(
    "dumps model_dump_json to_json strip rstrip isoformat strftime len int float round hex quote "
    "urlencode b64encode".split()
)


def assigned(
    evaluator: Evaluator, node: ast.Name | ast.Attribute, frame: Frame
) -> list[tuple[ast.expr, Frame]]:
    """The expressions that are assigned to a name, or to an attribute of a module."""
    if isinstance(node, ast.Attribute):
        for owner in evaluator.values(node.value, frame):
            if isinstance(owner, ModuleValue):
                return _assigned_in(evaluator, node.attr, evaluator.frame(owner.module.scope), 0)
        return []
    current: Frame | None = frame
    start = True
    while current is not None:
        given = current.given.get(node.id)
        if given is not None:
            first, *rest = given
            if len(rest) == 1 and isinstance(first, ast.expr) and isinstance(rest[0], Frame):
                return [(first, rest[0])]
            return []
        if node.id in current.scope.bindings and not (current.scope.is_class and not start):
            at = node if start and current.scope.is_function else None
            return _assigned_in(evaluator, node.id, current, 0, at)
        current, start = current.outer, False
    return []


def _assigned_in(
    evaluator: Evaluator, name: str, frame: Frame, depth: int, at: ast.expr | None = None
) -> list[tuple[ast.expr, Frame]]:
    found: list[tuple[ast.expr, Frame]] = []
    bindings = frame.scope.bindings.get(name, [])
    for binding in bindings if at is None else reaching(frame.scope, bindings, at):
        if binding.kind == "assign" and binding.value is not None and not binding.path:
            found.append((binding.value, frame))
        elif binding.kind == "import" and depth < _DEEPEST:
            home, _, last = binding.dotted.rpartition(".")
            file = evaluator.program.find(home, frame.module.path) if home else None
            module = evaluator.program.module(file) if file is not None else None
            if module is not None:
                inner = evaluator.frame(module.scope)
                found += _assigned_in(evaluator, last, inner, depth + 1)
    return found


def pieces(node: ast.expr) -> Iterator[ast.expr]:
    """The parts of an f-string or of a sum, in order."""
    if isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield part.value if isinstance(part, ast.FormattedValue) else part
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from pieces(node.left)
        yield from pieces(node.right)
    else:
        yield node


def put_together(node: ast.AST) -> list[ast.expr]:
    """What a text is put together of, in order: an f-string, a sum, `%`, `format`, or a list that
    is joined where it is written. Nothing for any other expression."""
    match node:
        case ast.JoinedStr():
            return list(pieces(node))
        case ast.BinOp(op=ast.Add()):
            parts = [one for part in pieces(node) for one in put_together(part) or [part]]
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(), right=right):
            parts = [node.left, *_given(right)]
        case ast.Call(func=ast.Attribute(value=ast.Constant() as text, attr="format")):
            parts = [text, *node.args, *(one.value for one in node.keywords)]
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(), attr="join"),
            args=[ast.List(elts=parts) | ast.Tuple(elts=parts)],
        ):
            pass
        case _:
            return []
    is_text = any(isinstance(p, ast.Constant) and isinstance(p.value, str) for p in parts)
    return parts if is_text else []


def _given(node: ast.expr) -> list[ast.expr]:
    """What stands behind the `%` of a text."""
    match node:
        case ast.Tuple():
            return node.elts
        case ast.Dict():
            return node.values
    return [node]


def laid_out(
    evaluator: Evaluator, node: ast.expr, frame: Frame, depth: int = 0
) -> Iterator[tuple[ast.expr, Frame]]:
    """The parts of a text in order, each with its frame: those of a list that is joined too."""
    for part in pieces(node):
        listed = _joined(evaluator, part, frame) if depth < _DEEPEST else None
        if listed is None:
            yield part, frame
            continue
        between, known = listed
        for number, item in enumerate(known.items):
            if number:
                yield between, frame
            yield from laid_out(evaluator, item, known.frame, depth + 1)


def _joined(
    evaluator: Evaluator, node: ast.expr, frame: Frame
) -> tuple[ast.expr, SequenceValue] | None:
    """What is put between the items of a list that is joined, and the list."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    if node.func.attr != "join" or len(node.args) != 1:
        return None
    known = evaluator.one(node.args[0], frame)
    return (node.func.value, known) if isinstance(known, SequenceValue) else None


def ends_in_line(node: ast.expr, frame: Frame) -> bool:
    """Whether the last part of a text, which is not known, certainly ends no line."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add) and ends_in_line(node.right, frame)
    if isinstance(node, ast.JoinedStr):
        last = node.values[-1] if node.values else None
        if not isinstance(last, ast.FormattedValue):
            return False
        return last.format_spec is not None or ends_in_line(last.value, frame)
    if isinstance(node, ast.Name):
        bound = frame.scope.bindings.get(node.id, ())
        values = [one.value for one in bound if one.kind == "assign" and not one.path]
        calls = [one for one in values if isinstance(one, ast.Call)]
        return len(calls) == len(bound) > 0 and all(ends_in_line(one, frame) for one in calls)
    return isinstance(node, ast.Call) and last_name(node.func) in _IN_LINE
