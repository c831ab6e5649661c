"""Functions of the project that make an element, to which more is added where they are called."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from sse_check.markup.chosen import chosen
from sse_check.markup.elements.given import Argument, Made
from sse_check.markup.tree import Choice, Markup, bordered
from sse_check.python.module import last_name
from sse_check.python.values import Frame, FunctionValue
from sse_check.python.words import in_words
from sse_check.python.written import assigned
from sse_check.source.composed import Through

if TYPE_CHECKING:
    from sse_check.markup.elements.reader import ElementReader

_DEEPEST = 8
_MOST_OPTIONS = 16
# Decorators that leave what a function makes as it is; of others nobody can say what brackets do.
_KEEPING = frozenset("cache lru_cache staticmethod classmethod".split())


class Components:
    """What `panel("/events")[children]` makes, and `Panel("/events")(children)`."""

    def __init__(self, elements: ElementReader) -> None:
        self.elements = elements
        self.evaluator = elements.evaluator
        # The functions that are followed now: one that leads to itself makes nothing known.
        self._following: set[int] = set()

    def with_children(self, node: ast.Subscript, frame: Frame) -> Markup | None:
        """Children in brackets, after a call of a function of the project."""
        decorated = self._decorated(node, frame)
        if decorated is not None:
            return decorated
        child = Argument(node.slice, frame)

        def filled(base: Made) -> Made | None:
            return replace(base, children=(child,)) if base.library.brackets else None

        return self._each(node.value, frame, node, filled)

    def called(self, call: ast.Call, frame: Frame) -> Markup | None:
        """A second call, after one of a function that makes several elements."""
        if not isinstance(call.func, ast.Call | ast.Subscript | ast.IfExp):
            return None
        return self._each(
            call.func, frame, call, lambda base: self.elements.given(base, call, frame)
        )

    def one(self, node: ast.expr, frame: Frame, depth: int) -> Made | None:
        """The element that a call of a function stands for, where that is a single one."""
        found = self._options(node, frame, depth)
        return found[0] if found is not None and len(found) == 1 else None

    def is_generator(self, one: Argument) -> bool:
        """Whether it is a call of a function that yields."""
        if not isinstance(one.node, ast.Call):
            return False
        values = self.evaluator.values(one.node.func, one.frame)
        return any(isinstance(value, FunctionValue) and value.scope.yields for value in values)

    def _each(
        self,
        node: ast.expr,
        frame: Frame,
        whole: ast.expr,
        add: Callable[[Made], Made | None],
    ) -> Markup | None:
        node = chosen(self.evaluator, node, frame)
        if isinstance(node, ast.IfExp):
            yes = self._each(node.body, frame, whole, add)
            no = self._each(node.orelse, frame, whole, add)
            if yes is None or no is None:
                return None
            options = ((in_words(node.test), yes), ("", no))
            return (Choice(options, self.elements.inner.span(node, frame)),)
        bases = self._options(node, frame, 0)
        added = [add(base) for base in bases or ()]
        made = [one for one in added if one is not None]
        if not made or len(made) < len(added):
            return None
        inner = self.elements.inner
        return inner.one_of([self.elements.write(one) for one in made], whole, frame)

    def _options(self, node: ast.expr, frame: Frame, depth: int) -> list[Made] | None:
        """The elements that an expression may be; None where one of them is something else."""
        node = chosen(self.evaluator, node, frame)
        match node:
            case ast.Await():
                return self._options(node.value, frame, depth)
            case ast.IfExp():
                return self._all([(node.body, frame), (node.orelse, frame)], depth)
            case ast.Call():
                made = self.elements.made(node, frame, depth)
                return [made] if made is not None else self._returned(node, frame, depth)
            case ast.Name() | ast.Attribute():
                places = assigned(self.evaluator, node, frame)
                if places:
                    return self._all(places, depth + 1)
        made = self.elements.made(node, frame, depth)
        return [made] if made is not None else None

    def _all(self, places: list[tuple[ast.expr, Frame]], depth: int) -> list[Made] | None:
        found: list[Made] = []
        for one in places:
            options = self._options(*one, depth)
            if options is None:
                return None
            found += options
        return found if len(found) <= _MOST_OPTIONS else None

    def _returned(self, call: ast.Call, frame: Frame, depth: int) -> list[Made] | None:
        if depth >= _DEEPEST:
            return None
        functions = self.evaluator.values(call.func, frame)
        found: list[Made] = []
        for function in functions:
            if not isinstance(function, FunctionValue) or function.scope.yields:
                return None
            options = self._of_function(function, call, frame, depth)
            if not options:
                return None
            found += options
        return found if len(found) <= _MOST_OPTIONS else None

    def _of_function(
        self, function: FunctionValue, call: ast.Call, frame: Frame, depth: int
    ) -> list[Made] | None:
        scope = function.scope
        if id(scope) in self._following or not _is_plain(scope.node):
            return None
        inner = self.elements.inner.entering(function, call, frame)
        if isinstance(scope.node, ast.Lambda):
            places = [(scope.node.body, inner)]
        else:
            places = [(one.value, inner) for one in scope.returns if one.value is not None]
        self._following.add(id(scope))
        here = Through(self.elements.inner.span(call, frame), function.module.span(scope.node))
        try:
            found = self._all(places, depth + 1)
            return found and [replace(one, calls=(here, *one.calls)) for one in found]
        finally:
            self._following.discard(id(scope))

    # Functions that take children

    def _decorated(self, node: ast.Subscript, frame: Frame) -> Markup | None:
        """`panel(title="x")[children]`, with a function that `with_children` decorates."""
        call = node.value if isinstance(node.value, ast.Call) else None
        function = call.func if call is not None else node.value
        if not isinstance(function, ast.Name | ast.Attribute):
            return None
        for value in self.evaluator.values(function, frame):
            if isinstance(value, FunctionValue) and self._takes_children(value):
                given = call.args if call is not None else []
                names = call.keywords if call is not None else []
                made = ast.copy_location(ast.Call(function, [node.slice, *given], names), node)
                self.elements.keep(made)
                return self.elements.inner.markup(made, frame)
        return None

    def _takes_children(self, function: FunctionValue) -> bool:
        decorators = getattr(function.scope.node, "decorator_list", ())
        return any(
            self.evaluator.dotted(one, function.closure) == "htpy.with_children"
            for one in decorators
        )


def around(markup: Markup, calls: tuple[Through, ...]) -> Markup:
    """What functions make that are called in this order."""
    for call, inside in reversed(calls):
        markup = bordered(markup, call, inside)
    return markup


def _is_plain(node: ast.AST) -> bool:
    """Whether what a function returns is what a call of it gives."""
    decorators = getattr(node, "decorator_list", ())
    called = (one.func if isinstance(one, ast.Call) else one for one in decorators)
    return all(last_name(one) in _KEEPING for one in called)
