"""Where the statements of a scope stand: under which conditions, in which loops."""

import ast
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from sse_check.python.scope import Loop, Scope


class Guard(NamedTuple):
    """A condition under which a statement is reached. `encloses` is false for what an earlier
    statement that leaves says about all that follows it. `test` is None for a case of a match."""

    test: ast.expr | None
    holds: bool
    encloses: bool


class Place(NamedTuple):
    """One statement: its guards and loops from the outside in; `rescue` is the handler of
    exceptions in which it stands."""

    node: ast.stmt
    guards: tuple[Guard, ...] = ()
    loops: tuple[Loop, ...] = ()
    rescue: ast.ExceptHandler | None = None


class Places:
    """The places of all statements of one scope."""

    def __init__(self, scope: Scope) -> None:
        self._starts: list[tuple[int, int]] = []
        self._places: list[Place] = []
        body = getattr(scope.node, "body", None)
        if isinstance(body, list):
            self._body(body, (), (), None)

    def of(self, node: ast.AST) -> Place | None:
        """The place of the innermost statement in which a node of the scope stands."""
        at = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        index = bisect_right(self._starts, at) - 1
        return self._places[index] if index >= 0 else None

    def _body(
        self,
        body: Iterable[ast.stmt],
        guards: tuple[Guard, ...],
        loops: tuple[Loop, ...],
        rescue: ast.ExceptHandler | None,
    ) -> None:
        for node in body:
            self._starts.append((node.lineno, node.col_offset))
            self._places.append(Place(node, guards, loops, rescue))
            if isinstance(node, ast.If):
                guards = self._if(node, guards, loops, rescue)
            elif isinstance(node, ast.For | ast.AsyncFor | ast.While):
                self._body(node.body, guards, (*loops, node), rescue)
                self._body(node.orelse, guards, loops, rescue)
            elif isinstance(node, ast.With | ast.AsyncWith):
                self._body(node.body, guards, loops, rescue)
            elif isinstance(node, ast.Try):
                self._body(node.body, guards, loops, rescue)
                for handler in node.handlers:
                    self._body(handler.body, guards, loops, handler)
                self._body((*node.orelse, *node.finalbody), guards, loops, rescue)
            elif isinstance(node, ast.Match):
                for case in node.cases:
                    self._body(case.body, (*guards, Guard(None, True, True)), loops, rescue)

    def _if(
        self,
        node: ast.If,
        guards: tuple[Guard, ...],
        loops: tuple[Loop, ...],
        rescue: ast.ExceptHandler | None,
    ) -> tuple[Guard, ...]:
        """Both branches; what follows is guarded when one of them leaves."""
        self._body(node.body, (*guards, Guard(node.test, True, True)), loops, rescue)
        self._body(node.orelse, (*guards, Guard(node.test, False, True)), loops, rescue)
        if leaves(node.body):
            return (*guards, Guard(node.test, False, False))
        if leaves(node.orelse):
            return (*guards, Guard(node.test, True, False))
        return guards


def leaves(body: list[ast.stmt]) -> bool:
    """Whether nothing after these statements is reached through them."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, ast.Return | ast.Raise | ast.Break | ast.Continue):
        return True
    if isinstance(last, ast.If):
        return leaves(last.body) and leaves(last.orelse)
    return False
