"""Answers on which a view writes piece by piece: made, handed to helpers, written on there."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

from sse_check.apps.doubts import OPEN_TYPE, Doubt
from sse_check.apps.event_calls import EVENT_CALLS, WRITERS, Writing, event_named, is_of, plain
from sse_check.apps.handlers import ELSEWHERE, Handling, Part, Run, Walk, Why
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import last_name
from sse_check.python.nodes import bare, nodes_apart_from
from sse_check.python.scope import Scope
from sse_check.python.values import Frame, FunctionValue

_DEEPEST = 3
_UNWRITTEN = "what is written on this answer cannot be told"


class Made(NamedTuple):
    """An answer to be written on: what makes it, by which call, and how it is written on.

    `inside` is the function of the project that makes it and gives it back, with its name there.
    """

    maker: str
    call: ast.Call
    frame: Frame
    row: Writing
    inside: tuple[Frame, frozenset[str]] | None = None


class Writers:
    """Looks for the answers on which a function writes."""

    def __init__(
        self, evaluator: Evaluator, typed: Callable[[ast.Call, Frame], bool | None]
    ) -> None:
        self.evaluator = evaluator
        # Whether a call, or what is set afterwards, says that the answer is a stream; None where
        # nobody knows.
        self._typed = typed

    @cached_property
    def _names(self) -> frozenset[str]:
        """The names of what makes such an answer, of packages that the project imports."""
        return frozenset(
            name
            for name, row in WRITERS.items()
            if self.evaluator.program.present([name.encode()])
            and any(map(self._uses, row.packages))
        )

    def _uses(self, package: str) -> bool:
        program, word = self.evaluator.program, package.encode()
        importing = re.compile(rb"^[ \t]*(?:from|import)[ \t]+%b\b" % word, re.MULTILINE)
        return bool(program.matching(list(program.paths), importing, (word,)))

    def of(self, frame: Frame, depth: int = 0) -> Iterator[Handling | Doubt]:
        """What a function writes on answers of its own, and those that it calls on theirs."""
        if not self._names:
            return
        named: set[int] = set()
        for name, bindings in frame.scope.bindings.items():
            for binding in bindings:
                made = self._made(binding.value, frame) if not binding.path else None
                if made is not None and binding.value is not None:
                    named.add(id(bare(binding.value)))
                    yield from self._written(made, name, binding.value, frame)
        yield from self._without_name(frame, named, depth)

    def _without_name(
        self, frame: Frame, named: set[int], depth: int
    ) -> Iterator[Handling | Doubt]:
        """What is made here and has no name of its own."""
        kept = _kept(frame.scope)
        for call in frame.scope.calls:
            if id(call) in named:
                continue
            maker = self._maker(call, frame)
            if maker is not None:
                typed = maker.row.typed or self._typed(call, frame)
                if typed is not False:
                    yield Doubt(call, frame, _UNWRITTEN if typed else OPEN_TYPE)
            elif depth < _DEEPEST:
                if id(call) in kept and self._made(call, frame) is not None:
                    yield Doubt(call, frame, _UNWRITTEN)
                else:
                    yield from self._by_helpers(call, frame, depth)

    def _by_helpers(self, call: ast.Call, frame: Frame, depth: int) -> Iterator[Handling | Doubt]:
        """What functions of the project do that make the answer: `await pump(request)`."""
        for function in self._functions(call, frame):
            inner = self.evaluator.inside(function, call, frame)
            for one in self.of(inner, depth + 1):
                if isinstance(one, Handling):
                    one.run = Run(frame.scope, frame, [Part(call, inner=one.run)])
                yield one

    def _functions(self, call: ast.Call, frame: Frame) -> Iterator[FunctionValue]:
        """The functions of the project that a call means, where they may make such an answer."""
        if not isinstance(call.func, ast.Name | ast.Attribute):
            return
        for value in self.evaluator.values(call.func, frame):
            if not isinstance(value, FunctionValue) or value.scope.yields:
                continue
            if value.scope in frame.scope.around() or self._names.isdisjoint(value.module.words):
                continue
            yield value

    # What makes it

    def _made(self, node: ast.expr | None, frame: Frame, depth: int = 0) -> Made | None:
        node = bare(node)
        if not isinstance(node, ast.Call):
            return None
        made = self._maker(node, frame)
        if made is not None:
            return made if made.row.typed or self._typed(node, frame) else None
        if depth >= _DEEPEST:
            return None
        for function in self._functions(node, frame):
            inner = self.evaluator.inside(function, node, frame)
            for statement in function.scope.returns:
                found = self._given_back(statement.value, inner, depth + 1)
                if found is not None:
                    return found
        return None

    def _given_back(self, node: ast.expr | None, frame: Frame, depth: int) -> Made | None:
        """What a function makes and gives back: `return response`."""
        if not isinstance(node, ast.Name):
            return self._made(node, frame, depth)
        for binding in frame.scope.bindings.get(node.id, ()):
            found = self._made(binding.value, frame, depth)
            if found is not None:
                return found._replace(inside=(frame, frozenset((node.id,))))
        return None

    def _maker(self, call: ast.Call, frame: Frame) -> Made | None:
        row = WRITERS.get(last_name(call.func))
        if row is None:
            return None
        found = self.evaluator.values(call.func, frame)
        if any(isinstance(one, FunctionValue) for one in found):
            return None
        dotted = self.evaluator.dotted(call.func, frame) or last_name(call.func)
        return Made(dotted, call, frame, row) if is_of(dotted, row.packages) else None

    # What is written on it

    def _written(
        self, made: Made, name: str, node: ast.expr, frame: Frame
    ) -> Iterator[Handling | Doubt]:
        walk = _Walk(self.evaluator, made)
        before = []
        if made.inside is not None:
            inner, names = made.inside
            run = walk.run(inner.scope, inner, names, 1)
            call = bare(node)
            if run.parts and isinstance(call, ast.Call):
                before.append(Part(call, inner=run))
        run = walk.run(frame.scope, frame, frozenset((name,)), 0)
        run.parts[:0] = before
        found = Handling(run, walk.later, made.call, walk.doubts)
        if not found.sends and not found.doubts:
            yield Doubt(made.call, made.frame, _UNWRITTEN)
            return
        yield found


class _Walk(Walk):
    """Goes through functions that have the answer, each in the frame of its call."""

    def __init__(self, evaluator: Evaluator, made: Made) -> None:
        super().__init__(evaluator, [])
        self.made = made

    def method(self, call: ast.Call, name: str, frame: Frame, depth: int) -> Iterator[Part]:
        """`response.send(...)`"""
        del frame, depth
        if name not in self.made.row.methods:
            return
        row = event_named(f"{self.made.maker}.{name}", EVENT_CALLS)
        if row is not None and row.sends:
            yield Part(call, row=row)
            return
        text = self.evaluator.argument(call, "data", 0)
        if text is not None:
            yield Part(call, text)

    def looked_at(self, node: ast.AST) -> Iterator[ast.AST]:
        """To give back the answer is what every view does in the end."""
        yield from super().looked_at(node)
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Name):
            yield node.value

    def method_given(self, node: ast.Attribute, frame: Frame, depth: int, named: bool) -> None:
        """`push = response.write`"""
        del depth, named
        if node.attr in self.made.row.methods:
            self.doubts.append(Why(node, frame, ELSEWHERE))


def _kept(scope: Scope) -> set[int]:
    """The calls of a function whose result it does something with, rather than give it back."""
    own = {id(child.node) for child in scope.children.values()}
    nodes = nodes_apart_from(scope.node, own)
    done = {id(bare(node.value)) for node in nodes if isinstance(node, ast.Expr | ast.Return)}
    return {id(call) for call in scope.calls} - done


def is_writer(dotted: str) -> bool:
    """Whether something external makes an answer to be written on, which is looked at by itself."""
    row = WRITERS.get(plain(dotted))
    return row is not None and is_of(dotted, row.packages)
