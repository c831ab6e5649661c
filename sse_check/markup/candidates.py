"""Where in a Python file markup may stand: calls that render a string, strings, element calls."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import NamedTuple

from sse_check.markup.openings import SIGN, opens
from sse_check.markup.strings import KEEPING, KEEPING_METHODS
from sse_check.python.module import Module, last_name
from sse_check.python.scope import Scope
from sse_check.template.dialects import DialectName

_TAG = re.compile(
    r"<[^<>]*\s(?:data-)?(?:sse-(?:connect|swap|close)|hx-[a-z][\w:.-]*)\s*=|<script[^<>]*htmx",
    re.IGNORECASE,
)
# What stands in every text and every call that speaks.
_SIGN = re.compile(f"sse[-_]|hx[-_]|htmx|{SIGN.decode()}", re.IGNORECASE)
_KEYWORD = re.compile(r"(?:data_)?(?:sse_(?:connect|swap|close)|hx_[a-z]\w*)\Z")
# Calls that take a template as a string, with the language it is written in.
_RENDERING: dict[str, DialectName] = dict.fromkeys(
    (
        "render_template_string",
        "stream_template_string",
        "from_string",
        "render_string",
        "InlineTemplate",
    ),
    "jinja",
)
_TEMPLATES = ("Template", "DictLoader", "FunctionLoader")
# What is told to people, searched for or compared is no page.
_NO_PAGE = frozenset(
    """print debug info warning warn error exception critical log compile search match fullmatch
    findall finditer sub subn split startswith endswith find index count echo secho fail skip
    replace removeprefix removesuffix ValueError TypeError RuntimeError KeyError""".split()
)


class Inline(NamedTuple):
    """A template in a string, in a language of its own."""

    name: str
    node: ast.expr
    call: ast.AST
    scope: Scope
    dialect: DialectName


class Candidates:
    """Looks at one file; its tree is walked once."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self._tops: dict[int, ast.expr] = {}

    @cached_property
    def _nodes(self) -> list[tuple[ast.AST, ast.AST]]:
        """What may speak to htmx or open a stream, and what is around it, each with its parent."""
        return self.module.nodes_on(_SIGN)

    @cached_property
    def parents(self) -> dict[int, ast.AST]:
        return {id(node): parent for node, parent in self._nodes}

    # Templates in strings

    def inline(self) -> Iterator[Inline]:
        """The calls that render a string, with the string."""
        for scope, call in self.module.calls_named(*_RENDERING, *_TEMPLATES):
            name = last_name(call.func)
            if name == "DictLoader":
                yield from self._loaded(call, scope)
                continue
            given = call.args[0] if call.args else _keyword(call, "source", "template_string")
            dialect = _RENDERING.get(name) or self._dialect
            if given is not None and dialect is not None:
                yield Inline(self._name(given, scope), given, call, scope, dialect)

    def _loaded(self, call: ast.Call, scope: Scope) -> Iterator[Inline]:
        """`DictLoader({"page.html": "..."})`: the templates under their names."""
        given = call.args[0] if call.args else None
        if isinstance(given, ast.Name):
            bound = [b.value for s in scope.around() for b in s.bindings.get(given.id, ())]
            given = bound[0] if bound else None
        for key, value in (
            zip(given.keys, given.values, strict=True) if isinstance(given, ast.Dict) else ()
        ):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield Inline(key.value, value, value, scope, "jinja")

    @cached_property
    def _dialect(self) -> DialectName | None:
        """The language of `Template("...")`, by what the file imports."""
        text = self.module.source.text
        if "django" in text and "jinja2" not in text:
            return "django"
        if "string" in text and "from string import" in text:
            return None
        return "kida" if "kida" in text and "jinja2" not in text else "jinja"

    # Strings and calls of which it is not known where they go

    def pieces(self, read: Collection[int]) -> Iterator[tuple[str, ast.expr, Scope]]:
        """The outermost expressions around markup of which nothing has been read yet.

        `read` are places of this file that are in a template already.
        """
        met: set[int] = set()
        places = sorted(read)
        for node in self._speaking:
            span = self.module.span(node)
            at = bisect_left(places, span.start)
            if at < len(places) and places[at] < span.end:
                continue
            outer = self._outermost(node)
            if id(outer) in met or not self._is_kept(outer):
                continue
            met.add(id(outer))
            scope = self._scope(outer)
            yield self._name(outer, scope), outer, scope

    @cached_property
    def _speaking(self) -> list[ast.expr]:
        found: list[ast.expr] = []
        for node, _ in self._nodes:
            if isinstance(node, ast.Constant):
                value = node.value
                text = value.decode("latin-1") if isinstance(value, bytes) else value
                if isinstance(text, str) and _speaks(text):
                    found.append(node)
            elif isinstance(node, ast.JoinedStr):
                text = "".join(str(v.value) for v in node.values if isinstance(v, ast.Constant))
                if _speaks(text):
                    found.append(node)
            elif isinstance(node, ast.Call) and any(
                keyword.arg and _KEYWORD.match(keyword.arg) for keyword in node.keywords
            ):
                found.append(node)
        return found

    def _outermost(self, node: ast.expr) -> ast.expr:
        """The largest expression that is markup because this is."""
        current: ast.expr = node
        passed: list[int] = []
        while id(current) not in self._tops:
            passed.append(id(current))
            parent = self.parents.get(id(current))
            if not isinstance(parent, ast.expr) or self._ends(parent, current):
                self._tops[id(current)] = current
            else:
                current = parent
        top = self._tops[id(current)]
        self._tops.update(dict.fromkeys(passed, top))
        return top

    def _ends(self, parent: ast.expr, inside: ast.expr) -> bool:
        """Whether an expression is no markup though this in it is."""
        if isinstance(parent, ast.Call):
            return not self._keeps(parent, inside)
        if isinstance(parent, ast.Attribute):
            return not self._is_method(parent)
        if isinstance(parent, ast.IfExp):
            return parent.test is inside
        return isinstance(parent, ast.Subscript | ast.Compare | ast.Dict | ast.Lambda)

    def _is_method(self, node: ast.Attribute) -> bool:
        return node.attr in KEEPING_METHODS or node.attr in ("format", "join")

    def _keeps(self, call: ast.Call, inside: ast.AST) -> bool:
        """Whether a call gives the markup on that it is given."""
        name = last_name(call.func)
        if call.func is inside and isinstance(inside, ast.Call):
            # An element that is given its children in a second call.
            return True
        if call.func is inside:
            return isinstance(inside, ast.Attribute) and self._is_method(inside)
        if name in KEEPING or name in ("join", "format", "format_html"):
            return True
        # An element around an element.
        return isinstance(inside, ast.Call) and name[:1].isupper() and name not in _NO_PAGE

    def _is_kept(self, node: ast.expr) -> bool:
        """Whether a string goes anywhere: documentation, messages and patterns do not."""
        parent = self.parents.get(id(node))
        while isinstance(parent, ast.keyword | ast.Starred | ast.List | ast.Tuple):
            parent = self.parents.get(id(parent))
        if isinstance(parent, ast.Expr | ast.Compare | ast.Assert | ast.Raise):
            return isinstance(node, ast.Call)
        return not (isinstance(parent, ast.Call) and last_name(parent.func) in _NO_PAGE)

    def _scope(self, node: ast.AST) -> Scope:
        current: ast.AST | None = node
        while current is not None:
            current = self.parents.get(id(current))
            if isinstance(
                current, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
            ):
                return self._inner(current)
        return self.module.scope

    def _inner(self, node: ast.AST) -> Scope:
        for scope in self.module.scope.walk():
            if scope.node is node:
                return scope
        return self.module.scope

    def _name(self, node: ast.expr, scope: Scope) -> str:
        """What a person would call it: the name it is given, the function, or its line."""
        if isinstance(node, ast.Name):
            return node.id
        parent = self.parents.get(id(node))
        if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
            return parent.targets[0].id
        return scope.name or f"line-{node.lineno}"


def _speaks(text: str) -> bool:
    """Whether a text is markup for htmx, or has a script that opens a stream."""
    return "<" in text and (_TAG.search(text) is not None or opens(text))


def _keyword(call: ast.Call, *names: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg in names), None)
