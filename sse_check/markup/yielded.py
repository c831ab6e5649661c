"""Markup that a generator yields piece by piece, in branches and loops."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sse_check.markup.tree import Choice, Loop, Markup
from sse_check.python.truth import truth
from sse_check.python.values import Frame
from sse_check.python.words import in_words

if TYPE_CHECKING:
    from sse_check.markup.reader import MarkupReader

_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def yielded(
    reader: MarkupReader, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame
) -> Markup:
    """All that a generator yields, one after the other."""
    return _Yielding(reader).all_of(node.body, frame)


class _Yielding:
    def __init__(self, reader: MarkupReader) -> None:
        self.reader = reader

    def all_of(self, statements: list[ast.stmt], frame: Frame) -> Markup:
        found: Markup = ()
        for number, statement in enumerate(statements):
            if isinstance(statement, _ENDS):
                break
            if isinstance(statement, ast.If):
                # A branch that returns goes past the rest.
                return (*found, *self._branch(statement, statements[number + 1 :], frame))
            found = (*found, *self._one(statement, frame))
        return found

    def _one(self, node: ast.stmt, frame: Frame) -> Markup:
        match node:
            case ast.Expr(value=ast.Yield(value=ast.expr() as value) | ast.YieldFrom(value=value)):
                return self.reader.markup(value, frame)
            case ast.For() | ast.AsyncFor():
                return self._loop(node, frame)
            case ast.While():
                body = self.all_of(node.body, frame)
                return (Loop("", body, self.reader.span(node.test, frame)),) if body else ()
            case ast.With() | ast.AsyncWith():
                return self.all_of(node.body, frame)
            case ast.Try() | ast.TryStar():
                return self.all_of([*node.body, *node.orelse, *node.finalbody], frame)
        if isinstance(node, _SCOPES):
            return ()
        yields = [one for one in ast.walk(node) if isinstance(one, ast.Yield | ast.YieldFrom)]
        return tuple(part for one in yields for part in self.reader.hole(one, frame))

    def _branch(self, node: ast.If, rest: list[ast.stmt], frame: Frame) -> Markup:
        holds = truth(self.reader.evaluator, node.test, frame)
        if holds is not None:
            taken = node.body if holds else node.orelse
            return self.all_of([*taken, *rest], frame)
        ends = [bool(body) and isinstance(body[-1], _ENDS) for body in (node.body, node.orelse)]
        if any(ends):
            yes, no = (
                self.all_of(body if end else [*body, *rest], frame)
                for body, end in zip((node.body, node.orelse), ends, strict=True)
            )
            return self._either(node, yes, no, frame)
        yes, no = self.all_of(node.body, frame), self.all_of(node.orelse, frame)
        return (*self._either(node, yes, no, frame), *self.all_of(rest, frame))

    def _either(self, node: ast.If, yes: Markup, no: Markup, frame: Frame) -> Markup:
        if yes == no:
            return yes
        options = ((in_words(node.test), yes), ("", no))
        return (Choice(options, self.reader.span(node.test, frame)),)

    def _loop(self, node: ast.For | ast.AsyncFor, frame: Frame) -> Markup:
        loop = ast.comprehension(node.target, node.iter, [], int(isinstance(node, ast.AsyncFor)))
        turns = self.reader.turns([loop], frame)
        if turns != [frame]:
            # All that it goes through is written down.
            every = [self.all_of(node.body, turn) for turn in turns]
            return (*(part for one in every for part in one), *self.all_of(node.orelse, frame))
        body = self.all_of(node.body, frame)
        if not body:
            return self.all_of(node.orelse, frame)
        head = f"{in_words(node.target)} in {in_words(node.iter)}"
        looped = Loop(head, body, self.reader.span(node.iter, frame))
        return (looped, *self.all_of(node.orelse, frame))
