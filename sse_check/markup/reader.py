"""What an expression writes into a page: followed through names, functions, branches and loops."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sse_check.markup import strings
from sse_check.markup.built import built
from sse_check.markup.calls import REVERSING, Calls, is_unknown
from sse_check.markup.chosen import chosen
from sse_check.markup.elements.escape import as_it_is
from sse_check.markup.elements.reader import ElementReader
from sse_check.markup.tree import (
    Choice,
    Hole,
    Loop,
    Markup,
    Part,
    Text,
    bordered,
    size_of,
    without_borders,
)
from sse_check.markup.yielded import yielded
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import last_name
from sse_check.python.sequences import Sequences
from sse_check.python.values import Frame, FunctionValue, InstanceValue, SequenceValue
from sse_check.python.values import Text as TextValue
from sse_check.python.words import in_words
from sse_check.python.written import assigned
from sse_check.source import Span
from sse_check.source.numbers import written_out

_DEEPEST = 60
# How many expressions one template may be made of; what is beyond is a hole.
_MOST_STEPS = 4_000
# How often a function is followed inside itself.
_MOST_TURNS = 3
# How many parts it may be made of; handling so many of them counts as a step.
_MOST_PARTS = 50_000
_PARTS_A_STEP = 64
# Deeper than anything.
_NOTHING_OPEN = 1 << 30
_SHOWN_BY = ("__ft__", "__html__", "__str__")


@dataclass(frozen=True, slots=True)
class _Known:
    """The markup of an expression or a function, and which functions it led to.

    The node and the frame are held, since they are known by their identity.
    """

    node: ast.AST
    frame: Frame
    markup: Markup
    entered: frozenset[int]


class MarkupReader:
    """Reads one expression after the other; `entered` are the functions that the last led to."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.entered: set[int] = set()
        self.around: Span | None = None
        self.steps = 0
        self.making: dict[int, bool] = {}
        # The expressions that are read now, each with its depth.
        self._asked: dict[tuple[int, int], int] = {}
        # The functions that are followed now, the outermost first, each with its depth.
        self._inside: list[tuple[int, int]] = []
        # The depth of the outermost of these for whose sake something was left open: what is read
        # below it lacks something, and what is read from there, or above it, does not.
        self._open_from = _NOTHING_OPEN
        self._known: dict[tuple[int, int], _Known] = {}
        self._calls = Calls(self)
        self.elements = ElementReader(self)
        self._sequences = Sequences(evaluator)

    def read(self, node: ast.expr, frame: Frame) -> Markup:
        """The markup of an expression, followed as far as it can be told."""
        self.entered, self.around, self.steps = set(), None, 0
        return self.markup(node, frame)

    @property
    def is_cut(self) -> bool:
        """Whether the last expression was too much to be followed to the end."""
        return self.steps > _MOST_STEPS

    def markup(self, node: ast.expr, frame: Frame) -> Markup:
        key = (id(node), id(frame))
        self.steps += 1
        if key in self._asked or len(self._asked) > _DEEPEST or self.steps > _MOST_STEPS:
            self._open_from = min(self._open_from, self._asked.get(key, 0))
            return self.hole(node, frame)
        self._asked[key] = len(self._asked)
        try:
            handler = _HANDLERS.get(type(node))
            found = handler(self, node, frame) if handler is not None else self.hole(node, frame)
        finally:
            self._asked.pop(key, None)
        size = size_of(found)
        self.steps += size // _PARTS_A_STEP
        if size <= _MOST_PARTS:
            return found
        self.steps += _MOST_STEPS
        self._open_from = 0
        return self.hole(node, frame)

    def once(self, node: ast.expr, frame: Frame) -> Markup:
        """The markup of an expression that many lead to, each part in its own place."""
        return self._read_once(node, frame, lambda: self.markup(node, frame))

    def _read_once(self, node: ast.AST, frame: Frame, read: Callable[[], Markup]) -> Markup:
        """Read once what is the same for all who ask, unless a part of it was given up."""
        key = (id(node), id(frame))
        known = self._known.get(key)
        if known is not None:
            self.entered |= known.entered
            self.steps += 1 + size_of(known.markup) // _PARTS_A_STEP
            return known.markup
        before, self.entered = self.entered, set()
        open_before, self._open_from = self._open_from, _NOTHING_OPEN
        try:
            with self.inside(None):
                found = read()
        finally:
            entered, self.entered = self.entered, self.entered | before
            open_here, self._open_from = self._open_from, min(self._open_from, open_before)
        if open_here >= len(self._asked):
            self._known[key] = _Known(node, frame, found, frozenset(entered))
        return found

    # Places

    def span(self, node: ast.AST, frame: Frame) -> Span:
        return self.around or frame.module.span(node)

    @contextmanager
    def inside(self, span: Span | None) -> Iterator[None]:
        """Say of all that is read that it stands here; None where each has its own place."""
        kept, self.around = self.around, span
        try:
            yield
        finally:
            self.around = kept

    def hole(self, node: ast.expr, frame: Frame) -> Markup:
        return (Hole(in_words(node), self.span(node, frame)),)

    def field(self, node: ast.expr, frame: Frame, *, plain: bool) -> Markup:
        """What stands in the braces of an f-string; a format changes it."""
        return self.markup(node, frame) if plain else self.hole(node, frame)

    # Kinds of expressions

    def constant(self, node: ast.Constant, frame: Frame) -> Markup:
        if isinstance(node.value, str | bytes):
            return tuple(strings.read_literal(self, node, frame))
        if node.value is None or isinstance(node.value, bool):
            return ()
        return (Text(written_out(node.value), self.span(node, frame)),)

    def f_string(self, node: ast.JoinedStr, frame: Frame) -> Markup:
        return tuple(strings.read_literal(self, node, frame))

    def operation(self, node: ast.BinOp, frame: Frame) -> Markup:
        if isinstance(node.op, ast.Add):
            return tuple(part for one in strings.added(node) for part in self.markup(one, frame))
        if isinstance(node.op, ast.Mod):
            return strings.percent(self, node, frame)
        if isinstance(node.op, ast.Mult):
            body = self.markup(node.left, frame)
            return (Loop("", body, self.span(node, frame)),)
        return self.hole(node, frame)

    def conditional(self, node: ast.IfExp, frame: Frame) -> Markup:
        left = chosen(self.evaluator, node, frame)
        if left is not node:
            return self.markup(left, frame)
        options = (
            (in_words(node.test), self.markup(node.body, frame)),
            ("", self.markup(node.orelse, frame)),
        )
        return (Choice(options, self.span(node, frame)),)

    def either(self, node: ast.BoolOp, frame: Frame) -> Markup:
        """`x and y` shows y or nothing; `x or y` shows one of them."""
        left = chosen(self.evaluator, node, frame)
        if left is not node:
            return self.markup(left, frame)
        first, last = node.values[0], node.values[-1]
        shown = self.markup(last, frame)
        if isinstance(node.op, ast.And):
            tests = " and ".join(in_words(one) for one in node.values[:-1])
            return (Choice(((tests, shown), ("", ())), self.span(node, frame)),)
        options = ((in_words(first), self.markup(first, frame)), ("", shown))
        return (Choice(options, self.span(node, frame)),)

    def sequence(self, node: ast.List | ast.Tuple | ast.Set, frame: Frame) -> Markup:
        return tuple(part for item in node.elts for part in self.markup(item, frame))

    def each(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, frame: Frame) -> Markup:
        first = node.generators[0]
        head = f"{in_words(first.target)} in {in_words(first.iter)}"
        turns = self.turns(node.generators, frame)
        if turns != [frame]:
            # All that it goes through is written down.
            return tuple(part for turn in turns for part in self.markup(node.elt, turn))
        body = self.markup(node.elt, frame)
        for generator in node.generators:
            for test in generator.ifs:
                body = (Choice(((in_words(test), body), ("", ())), self.span(test, frame)),)
        return (Loop(head, body, self.span(node, frame)),)

    def turns(self, generators: list[ast.comprehension], frame: Frame) -> list[Frame]:
        """A frame for each turn of loops where all is known that they go through."""
        return self._sequences.comprehended(generators, frame)

    def inner(self, node: ast.Await | ast.Starred | ast.NamedExpr, frame: Frame) -> Markup:
        return self.markup(node.value, frame)

    # Names

    def named(self, node: ast.Name | ast.Attribute, frame: Frame) -> Markup:
        if isinstance(node, ast.Name):
            # Each place in which a name is bound is looked at.
            self.steps += len(frame.scope.bindings.get(node.id, ())) // _PARTS_A_STEP
        made = self.elements.markup(node, frame)
        if made is not None:
            return made
        found: Markup | None = built(self, node, frame) if isinstance(node, ast.Name) else None
        if found is None:
            found = self._assigned(node, frame)
        if found is None:
            found = self._valued(node, frame)
        if found and is_unknown(found):
            # Nothing is known behind the name: the name itself says most.
            return self.hole(node, frame)
        return found

    def _assigned(self, node: ast.Name | ast.Attribute, frame: Frame) -> Markup | None:
        places = assigned(self.evaluator, node, frame)
        if not places:
            return None
        options = [self.once(expression, home) for expression, home in places]
        return options[0] if len(options) == 1 else self.one_of(options, node, frame)

    def one_of(self, options: list[Markup], node: ast.AST, frame: Frame) -> Markup:
        found: dict[Markup, Markup] = {}
        for one in options:
            # Which call it comes from is no difference.
            found.setdefault(without_borders(one), one)
        different = list(found.values())
        if len(different) == 1:
            return different[0]
        span = self.span(node, frame)
        *first, last = different
        # Nobody can say which: each option depends on a condition of its own.
        named = [(f"option_{span.start}_{n}", one) for n, one in enumerate(first)]
        return (Choice((*named, ("", last)), span),)

    def _valued(self, node: ast.expr, frame: Frame) -> Markup:
        """By what the evaluator knows of the value: a sequence, an object that shows itself."""
        values = self.evaluator.values(node, frame)
        options = [found for v in values if (found := self._of_value(v, node, frame)) is not None]
        if not options or len(options) < len(values):
            return self.hole(node, frame)
        return self.one_of(options, node, frame)

    def _of_value(self, value: object, node: ast.expr, frame: Frame) -> Markup | None:
        if isinstance(value, TextValue) and value.pattern.literal is not None:
            text = "" if value.kind == "none" else value.pattern.literal
            return (Text(text, self.span(node, frame)),) if text else ()
        if isinstance(value, SequenceValue):
            body = tuple(p for item in value.items for p in self.once(item, value.frame))
            if value.more and value.alike:
                return (Loop("", body, self.span(node, frame)),)
            told = not value.more or any(isinstance(one, ast.Starred) for one in value.items)
            rest = () if told else self.hole(node, frame)
            return (*body, *rest)
        if isinstance(value, InstanceValue) and not value.dotted:
            return self._shown(value)
        return None

    def _shown(self, value: InstanceValue) -> Markup | None:
        """An object of the project that says itself how it is shown."""
        for name in _SHOWN_BY:
            for method in self.evaluator.attribute(value, name):
                if isinstance(method, FunctionValue):
                    return self.returned(method, None, None)
        return None

    # Calls

    def call(self, node: ast.Call, frame: Frame) -> Markup:
        if last_name(node.func) in REVERSING:
            return self.hole(node, frame)
        made = self.elements.markup(node, frame)
        if made is not None:
            return made
        if _is_listed(node):
            return self.markup(node.args[0], frame)
        special = strings.called(self, node, frame)
        if special is not None:
            is_safe = last_name(node.func) in strings.SAFE
            return as_it_is(special) if is_safe else special
        values = self.evaluator.values(node.func, frame)
        functions = [value for value in values if isinstance(value, FunctionValue)]
        if functions and len(functions) == len(values):
            options = [self._called(function, node, frame) for function in functions]
            return self.one_of(options, node, frame)
        return self._valued(node, frame)

    def _called(self, function: FunctionValue, call: ast.Call, frame: Frame) -> Markup:
        made = self.returned(function, call, frame)
        inside = function.module.span(function.scope.node)
        return bordered(made, self.span(call, frame), inside)

    def bracketed(self, node: ast.Subscript, frame: Frame) -> Markup:
        made = self.elements.markup(node, frame)
        return made if made is not None else self._valued(node, frame)

    def returned(
        self, function: FunctionValue, call: ast.Call | None, frame: Frame | None
    ) -> Markup:
        """What a function of the project returns, called like this.

        In itself it says the same again: what its calls bring there is left open in the end.
        """
        key = id(function.scope)
        turns = [depth for scope, depth in self._inside if scope == key]
        if len(turns) >= _MOST_TURNS and call is not None and frame is not None:
            self.entered.add(key)
            self._open_from = min(self._open_from, turns[0])
            return self.hole(call, frame)
        inner = self._calls.frame(function, call, frame)
        self._inside.append((key, len(self._asked)))
        try:
            return self._read_once(
                function.scope.node, inner, lambda: self._returned(function, inner)
            )
        finally:
            self._inside.pop()

    def entering(self, function: FunctionValue, call: ast.Call, frame: Frame) -> Frame:
        """The frame inside a function that is called: by itself it is no template then."""
        self.entered.add(id(function.scope))
        return self._calls.frame(function, call, frame)

    def _returned(self, function: FunctionValue, inner: Frame) -> Markup:
        node = function.scope.node
        self.entered.add(id(function.scope))
        if isinstance(node, ast.Lambda):
            return self.markup(node.body, inner)
        if function.scope.yields and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return yielded(self, node, inner)
        options = [
            self.markup(statement.value, inner)
            for statement in function.scope.returns
            if statement.value is not None
        ]
        return self.one_of(options, node, inner) if options else ()


def _is_listed(call: ast.Call) -> bool:
    """`list(rows())`: all that is in it."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    return name in ("list", "tuple", "iter") and len(call.args) == 1 and not call.keywords


_HANDLERS: dict[type[ast.expr], Callable[[MarkupReader, Any, Frame], tuple[Part, ...]]] = {
    ast.Constant: MarkupReader.constant,
    ast.JoinedStr: MarkupReader.f_string,
    ast.BinOp: MarkupReader.operation,
    ast.IfExp: MarkupReader.conditional,
    ast.BoolOp: MarkupReader.either,
    ast.List: MarkupReader.sequence,
    ast.Tuple: MarkupReader.sequence,
    ast.Set: MarkupReader.sequence,
    ast.ListComp: MarkupReader.each,
    ast.GeneratorExp: MarkupReader.each,
    ast.SetComp: MarkupReader.each,
    ast.Await: MarkupReader.inner,
    ast.Starred: MarkupReader.inner,
    ast.NamedExpr: MarkupReader.inner,
    ast.Name: MarkupReader.named,
    ast.Attribute: MarkupReader.named,
    ast.Call: MarkupReader.call,
    ast.Subscript: MarkupReader.bracketed,
}
