"""Functions of the libraries that make more than one element, as they would be written with them.

They are read as functions of a project are, with the arguments that a call gives them.
"""

from __future__ import annotations

import ast
from functools import cached_property
from textwrap import dedent
from typing import TYPE_CHECKING

from sse_check.python.evaluate import Evaluator
from sse_check.python.module import Module, parse_module
from sse_check.python.truth import reached
from sse_check.python.values import Frame, FunctionValue

if TYPE_CHECKING:
    from sse_check.markup.elements.given import Argument

_FASTHTML = """
    from fasthtml.components import *

    def Titled(title="FastHTML app", *args, cls="container", **kwargs):
        return Title(title), Main(H1(title), *args, cls=cls, **kwargs)

    def Card(*c, header=None, footer=None, **kwargs):
        return Article(
            Header(header) if header else None, *c, Footer(footer) if footer else None, **kwargs
        )

    def Group(*c, **kwargs):
        return Fieldset(*c, role="group", **kwargs)

    def Grid(*c, cls="grid", **kwargs):
        return Div(*[Div(one) for one in c], cls=cls, **kwargs)

    def Container(*c, **kwargs):
        return Main(*c, cls="container", **kwargs)

    def DialogX(*c, open=None, header=None, footer=None, id=None, **kwargs):
        return Dialog(
            Article(
                Header(header) if header else None, *c, Footer(footer) if footer else None, **kwargs
            ),
            open=open,
            id=id,
        )

    def CheckboxX(checked=False, label=None, value="1", id=None, name=None, **kwargs):
        return (
            Input(type="hidden", value="", name=name or id, skip=True),
            Label(Input(type="checkbox", id=id, name=name or id, value=value, **kwargs), label),
        )

    def clear(id):
        return Div(hx_swap_oob="innerHTML", id=id)

    def aside(*args, **kwargs):
        return Script()

    def nothing(*args, **kwargs):
        return None
"""
_AIR = """
    from air import *

    def mvpcss(*children, is_htmx=False, **kwargs):
        if is_htmx:
            return Main(*children)
        return Html(
            Head(Script(src="https://cdn.jsdelivr.net/npm/htmx.org@2.0.6/dist/htmx.min.js")),
            Body(Main(*children)),
        )

    def picocss(*children, is_htmx=False, **kwargs):
        if is_htmx:
            return Main(*children, class_="container")
        return Html(
            Head(Script(src="https://cdn.jsdelivr.net/npm/htmx.org@2.0.6/dist/htmx.min.js")),
            Body(Main(*children, class_="container")),
        )
"""
_TEXTS = {"fasthtml": _FASTHTML, "air": _AIR}


class Helpers:
    """The functions of the libraries, for one program."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator

    @cached_property
    def modules(self) -> dict[str, Module]:
        return {
            name: parse_module(f"{name}.py", dedent(text).encode(), name)
            for name, text in _TEXTS.items()
        }

    def entered(self, helper: str, call: Argument) -> list[tuple[ast.expr, Frame]]:
        """What a helper returns when it is called like this."""
        module, _, name = helper.partition(".")
        closure = self.evaluator.frame(self.modules[module].scope)
        scope = self.modules[module].scope.method(name)
        if scope is None or not isinstance(call.node, ast.Call):
            return []
        function = FunctionValue(self.modules[module], scope, closure)
        frame = self.evaluator.inside(function, call.node, call.frame)
        frame.called = True
        places = self.evaluator.places(scope)
        return [
            (statement.value, frame)
            for statement in scope.returns
            if statement.value is not None and reached(self.evaluator, places.of(statement), frame)
        ]
