"""Which routes of a FastHTML app are asked for by htmx: by the name of the function, or by address.

Their answers are parts of the pages that ask. Every other route is opened by a browser.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sse_check.python.module import last_name
from sse_check.python.nodes import nodes_of
from sse_check.python.scope import Scope
from sse_check.source.numbers import written_out

_FETCHING = re.compile(r"(?:hx[_-])?(?:get|post|put|patch|delete)\Z", re.IGNORECASE)
_METHODS = frozenset("post put patch delete".split())
_PARAMETER = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Fetched:
    """The functions and the addresses that markup asks for; "*" stands for what is put in."""

    functions: frozenset[str]
    addresses: frozenset[str]

    @staticmethod
    def by(trees: Iterable[ast.AST]) -> Fetched:
        functions: set[str] = set()
        addresses: set[str] = set()
        for value in (value for tree in trees for value in _asked(tree)):
            name = last_name(_called(value))
            if name:
                functions.add(name)
            address = _address(value)
            if address:
                # With `get=` it is the name of a route.
                (addresses if "/" in address else functions).add(address)
        return Fetched(frozenset(functions), frozenset(addresses))

    def asks_for(self, route: Scope) -> bool:
        """Whether htmx fetches what this function answers."""
        own = _addresses(route)
        if "/" in own:
            return False
        is_change = route.name in _METHODS or bool(_METHODS & _methods(route))
        return is_change or route.name in self.functions or not own.isdisjoint(self.addresses)


def _asked(tree: ast.AST) -> Iterator[ast.expr]:
    for node in nodes_of(tree):
        if isinstance(node, ast.Call):
            yield from (one.value for one in node.keywords if _FETCHING.match(one.arg or ""))
            if last_name(node.func) == "AX":
                yield from node.args[1:2]
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and _FETCHING.match(written_out(key.value)):
                    yield value


def _called(node: ast.expr) -> ast.expr:
    """`row` of `row.to(id=1)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.value if node.func.attr == "to" else node.func
    return node


def _address(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.partition("?")[0]
    if isinstance(node, ast.JoinedStr):
        pieces = (str(v.value) if isinstance(v, ast.Constant) else "*" for v in node.values)
        return "".join(pieces).partition("?")[0]
    return ""


def _methods(route: Scope) -> set[str]:
    decorators = getattr(route.node, "decorator_list", ())
    return {last_name(d.func if isinstance(d, ast.Call) else d) for d in decorators}


def _addresses(route: Scope) -> set[str]:
    found: set[str] = set()
    for decorator in getattr(route.node, "decorator_list", ()):
        given = decorator.args[:1] if isinstance(decorator, ast.Call) else []
        address = _address(given[0]) if given else ""
        named = "/" if route.name == "index" else f"/{route.name}"
        found.add(_PARAMETER.sub("*", address) if address else named)
    return found
