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
from sse_check.source import Source

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

    EXTENSIONS = {
        "morph": "https://cdn.jsdelivr.net/npm/idiomorph@0.7.3/dist/idiomorph-ext.min.js",
        "head-support": "https://cdn.jsdelivr.net/npm/htmx-ext-head-support@2.0.4/head-support.js",
        "preload": "https://cdn.jsdelivr.net/npm/htmx-ext-preload@2.1.1/preload.js",
        "class-tools": "https://cdn.jsdelivr.net/npm/htmx-ext-class-tools@2.0.1/class-tools.js",
        "loading-states": "https://cdn.jsdelivr.net/npm/htmx-ext-loading-states@2.0.1/loading-states.js",
        "multi-swap": "https://cdn.jsdelivr.net/npm/htmx-ext-multi-swap@2.0.0/multi-swap.js",
        "path-deps": "https://cdn.jsdelivr.net/npm/htmx-ext-path-deps@2.0.0/path-deps.js",
        "remove-me": "https://cdn.jsdelivr.net/npm/htmx-ext-remove-me@2.0.0/remove-me.js",
        "debug": "https://unpkg.com/htmx.org@1.9.12/dist/ext/debug.js",
        "ws": "https://cdn.jsdelivr.net/npm/htmx-ext-ws@2.0.3/ws.js",
        "ws4": "https://cdn.jsdelivr.net/npm/htmx.org@4.0.0/dist/ext/hx-ws.min.js",
        "chunked-transfer": "https://cdn.jsdelivr.net/npm/htmx-ext-transfer-encoding-chunked@0.4.0/transfer-encoding-chunked.js",
        "sse4": "https://cdn.jsdelivr.net/npm/htmx.org@4.0.0/dist/ext/hx-sse.min.js",
        "live": "https://cdn.jsdelivr.net/npm/htmx.org@4.0.0/dist/ext/hx-live.min.js",
        "multipart": "https://cdn.jsdelivr.net/npm/htmx.org@4.0.0/dist/ext/hx-multipart.min.js",
    }
    HTMX = "https://cdn.jsdelivr.net/npm/htmx.org@2.0.7/dist/htmx.js"
    HTMX4 = "https://cdn.jsdelivr.net/npm/htmx.org@4.0.0/dist/htmx.min.js"

    def names(exts):
        return [exts] if isinstance(exts, str) else exts

    def page(content, hdrs, ftrs, exts, default, htmx, htmx4, body_wrap, htmlkw, bodykw):
        return Html(
            Head(
                Title(),
                Meta(name="htmx-config", content='{"metaCharacter": "-"}')
                if default and htmx4
                else None,
                Script(src=HTMX4) if default and htmx4 else None,
                Script(src=HTMX) if default and htmx and not htmx4 else None,
                hdrs,
                [Script(src=EXTENSIONS[name]) for name in names(exts)] if exts else None,
            ),
            Body(body_wrap(content) if body_wrap else content, ftrs, **(bodykw or {})),
            **(htmlkw or {}),
        )

    def fast_app(
        db_file=None, render=None, hdrs=None, ftrs=None, *, content="page-content",
        default_hdrs=True, htmx=True, htmx4=False, exts=None, htmlkw=None, bodykw=None,
        body_wrap=None, **kwargs,
    ):
        return page(
            content, hdrs, ftrs, exts, default_hdrs, htmx, htmx4, body_wrap, htmlkw, bodykw
        )

    def FastHTML(
        *args, content="page-content", hdrs=None, ftrs=None, exts=None, default_hdrs=True,
        htmx=True, htmx4=False, htmlkw=None, body_wrap=None, debug=None,
        routes=None, middleware=None, title=None, exception_handlers=None, on_startup=None,
        on_shutdown=None, lifespan=None,
        before=None, after=None, surreal=None, sess_cls=None, secret_key=None,
        session_cookie=None, max_age=None, sess_path=None, same_site=None, sess_https_only=None,
        sess_domain=None, key_fname=None, nb_hdrs=None, canonical=None, max_part_size=None,
        **bodykw,
    ):
        return page(
            content, hdrs, ftrs, exts, default_hdrs, htmx, htmx4, body_wrap, htmlkw, bodykw
        )
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

    @cached_property
    def sources(self) -> list[Source]:
        """What no file of a project is."""
        return [module.source for module in self.modules.values()]

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
