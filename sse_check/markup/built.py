"""Markup that a function builds step by step: `html += ...`, `rows.append(...)`, in branches and
loops, up to the place where it is used."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sse_check.markup.tree import Choice, Loop, Markup
from sse_check.python.values import Frame

if TYPE_CHECKING:
    from sse_check.markup.reader import MarkupReader

_GROWING = frozenset(("append", "extend", "write", "add"))
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def built(reader: MarkupReader, node: ast.Name, frame: Frame) -> Markup | None:
    """What a local name holds where it is used; None when it is not built here."""
    function = frame.scope.node
    if not isinstance(function, _FUNCTIONS) or node.id in frame.given:
        return None
    kinds = {binding.kind for binding in frame.scope.bindings.get(node.id, ())}
    if not kinds or not kinds <= {"assign", "augment"}:
        return None
    steps = reader.evaluator.steps(frame.scope).get(node.id, [])
    if not steps and len(frame.scope.bindings[node.id]) < 2:
        return None
    with reader.inside(None):
        return _Building(reader, node.id, frame, (node.lineno, node.col_offset)).run(function)


@dataclass(eq=False)
class _Building:
    reader: MarkupReader
    name: str
    frame: Frame
    # Where the value is used: what comes later has not happened yet.
    until: tuple[int, int]

    def run(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Markup:
        return self.after(function.body, ())

    def after(self, statements: list[ast.stmt], current: Markup) -> Markup:
        """What the name holds after these statements, or where it is used among them."""
        for statement in statements:
            if (statement.lineno, statement.col_offset) > self.until:
                break
            current = self.step(statement, current)
        return current

    def step(self, node: ast.stmt, current: Markup) -> Markup:
        match node:
            case ast.Assign(targets=[ast.Name(id=self.name)], value=value):
                return current if self._is_here(node) else self.reader.markup(value, self.frame)
            case ast.AnnAssign(target=ast.Name(id=self.name), value=ast.expr() as value):
                return current if self._is_here(node) else self.reader.markup(value, self.frame)
            case ast.AugAssign(target=ast.Name(id=self.name), op=ast.Add(), value=value):
                if self._is_here(node):
                    return current
                return (*current, *self.reader.markup(value, self.frame))
            case ast.Expr(value=ast.Call(func=ast.Attribute() as method, args=[*_, value])):
                return self._grown(method, value, current)
            case ast.If():
                return self._branch(node, current)
            case ast.For() | ast.AsyncFor() | ast.While():
                return self._loop(node, current)
            case ast.With() | ast.AsyncWith():
                return self.after(node.body, current)
            case ast.Try():
                current = self.after(node.body, current)
                return self.after(node.finalbody, self.after(node.orelse, current))
        return current

    def _grown(self, method: ast.Attribute, value: ast.expr, current: Markup) -> Markup:
        owner = method.value
        if isinstance(owner, ast.Name) and owner.id == self.name and method.attr in _GROWING:
            return (*current, *self.reader.markup(value, self.frame))
        return current

    def _is_here(self, node: ast.stmt) -> bool:
        """Whether the use is inside the statement itself: `html = "<div>" + html`."""
        end = (node.end_lineno or node.lineno, node.end_col_offset or 0)
        return (node.lineno, node.col_offset) <= self.until < end

    def _branch(self, node: ast.If, current: Markup) -> Markup:
        if self._is_here(node):
            inside = node.body if self._holds(node.body) else node.orelse
            return self.after(inside, current) if self._holds(inside) else current
        yes, no = self.after(node.body, current), self.after(node.orelse, current)
        if yes == no:
            return yes
        span = self.frame.module.span(node.test)
        condition = ast.unparse(node.test)
        common = len(current)
        if yes[:common] == current and no[:common] == current:
            return (*current, Choice(((condition, yes[common:]), ("", no[common:])), span))
        return (Choice(((condition, yes), ("", no)), span),)

    def _holds(self, statements: list[ast.stmt]) -> bool:
        return any(self._is_here(statement) for statement in statements)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, current: Markup) -> Markup:
        after = self.after(node.body, current)
        if self._is_here(node):
            return after
        common = len(current)
        if after == current:
            return current
        head = (
            ""
            if isinstance(node, ast.While)
            else f"{ast.unparse(node.target)} in {ast.unparse(node.iter)}"
        )
        span = self.frame.module.span(node)
        if after[:common] == current:
            return (*current, Loop(head, after[common:], span))
        return (Choice((("one_turn_or_more", after), ("", current)), span),)
