"""The page that FastHTML puts around what a route returns."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from sse_check.markup.elements.escape import moved
from sse_check.markup.elements.fetched import Fetched
from sse_check.markup.elements.given import Argument
from sse_check.markup.elements.reader import ElementReader
from sse_check.markup.tree import Border, Hole, Markup, Part, Safe, Text, without_borders
from sse_check.python.module import last_name
from sse_check.python.scope import Scope
from sse_check.python.values import External, InstanceValue, Value

_APPS = frozenset(("fast_app", "FastHTML", "FastHTMLWithLiveReload"))
_PACKAGES = ("fasthtml.", "monsterui.")
# What stands for the content of a page while the page is read.
_SIGNS = (b"fasthtml", b"monsterui")
_CONTENT = "page-content"


class Around(NamedTuple):
    """What stands before and after the content of a page."""

    before: Markup
    after: Markup


class Pages:
    """Finds the app of a route, and reads the page that it makes."""

    def __init__(self, elements: ElementReader) -> None:
        self.elements = elements
        self.evaluator = elements.evaluator
        self._known: dict[int, Around | None] = {}

    def around(self, route: Scope) -> Around | None:
        """The page around what a function returns; None for what is no route of such an app."""
        frame = self.evaluator.frame(route)
        for decorator in getattr(route.node, "decorator_list", ()):
            for value in self.evaluator.values(_made_by(decorator), frame.outer or frame):
                app = self._app(value)
                if app is not None:
                    return self.page_around(app)
        return None

    def put_around(self, route: Scope, content: Markup) -> Markup:
        """What a browser gets from a route: a page around the content. What htmx asks for stays
        as it is."""
        if not has_elements(content) or is_page(content) or self.fetched.asks_for(route):
            return content
        around = self.around(route)
        return (*around.before, *content, *around.after) if around is not None else content

    @cached_property
    def fetched(self) -> Fetched:
        """What the markup of the program asks for with htmx."""
        program = self.evaluator.program
        paths = program.containing(None, *_SIGNS)
        modules = [program.module(path) for path in paths]
        return Fetched.by(module.tree for module in modules if module is not None)

    def page_around(self, app: Argument) -> Around | None:
        """The page of an app, by the call of `fast_app` or `FastHTML`."""
        key = id(app.node)
        if key not in self._known:
            self._known[key] = self._read(app)
        return self._known[key]

    def _read(self, app: Argument) -> Around | None:
        if not isinstance(app.node, ast.Call):
            return None
        helper = "fast_app" if last_name(app.node.func) == "fast_app" else "FastHTML"
        inner, helpers = self.elements.inner, self.elements.helpers
        place = inner.span(app.node.func, app.frame)
        found = [
            part
            for expression in helpers.entered(f"fasthtml.{helper}", app)
            for part in inner.markup(*expression)
        ]
        if self._adds_headers:
            found = _with_more_in_head(found)
        for at, part in enumerate(found):
            is_own = part.span.source in helpers.sources
            if is_own and isinstance(part, Text) and part.text == _CONTENT:
                parts = moved(tuple(found), helpers.sources, place)
                return Around(parts[:at], parts[at + 1 :])
        return None

    @cached_property
    def _adds_headers(self) -> bool:
        """Whether something is put into the heads of pages after the app is made:
        `app.hdrs.append(...)`, `add_scripts(app.hdrs)`."""
        program = self.evaluator.program
        return bool(program.containing(None, b".hdrs"))

    def _app(self, value: Value) -> Argument | None:
        owner = value.owner if isinstance(value, External) else value
        if not isinstance(owner, InstanceValue) or not owner.dotted.startswith(_PACKAGES):
            return None
        name = owner.dotted.rpartition(".")[2]
        if name in _APPS and owner.call is not None:
            return Argument(owner.call, owner.frame)
        return self._only_app() if name == "APIRouter" else None

    def _only_app(self) -> Argument | None:
        """The app that routers belong to, where a program has one alone."""
        found = list(self._apps())
        return found[0] if len(found) == 1 else None

    def _apps(self) -> Iterator[Argument]:
        program = self.evaluator.program
        for path in program.containing(None, *(name.encode() for name in _APPS)):
            module = program.module(path)
            for scope, call in module.calls_named(*_APPS) if module is not None else ():
                frame = self.evaluator.frame(scope)
                if self.evaluator.dotted(call.func, frame).startswith(_PACKAGES):
                    yield Argument(call, frame)


def _with_more_in_head(parts: list[Part]) -> list[Part]:
    """A page in whose head stands what is not known, behind all else."""
    texts = [part.text if isinstance(part, Safe) else "" for part in parts]
    for at, (one, name) in enumerate(pairwise(texts)):
        if one == "</" and name == "head":
            return [*parts[:at], Hole("app.hdrs", parts[at].span), *parts[at:]]
    return parts


def _made_by(decorator: ast.expr) -> ast.expr:
    """`rt` of `@rt("/")`, `app.get` of `@app.get`."""
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def is_page(markup: Markup) -> bool:
    """Whether markup is a whole page by itself."""
    text = "".join(
        part.text for part in without_borders(markup)[:3] if isinstance(part, Text)
    ).lower()
    return text.startswith(("<!doctype", "<html"))


def has_elements(markup: Markup) -> bool:
    """Whether there is more than plain strings: FastHTML puts a page around elements alone."""
    return any(isinstance(part, Safe) and not isinstance(part, Border) for part in markup)
