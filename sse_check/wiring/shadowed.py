"""A route that never answers: one that is registered before it takes its address too.

Starlette, FastAPI and Django ask their routes in the order in which they are registered. Compared
is what the first two register in one scope (or list), and all that is in the routers which are
taken in there; for Django what is in one file: there the order is that of the text.
"""

import ast
import re
from typing import NamedTuple

from sse_check.apps.model import App, Route, Step
from sse_check.python.module import last_name
from sse_check.source import Span
from sse_check.template.values import Pattern

_ORDERED = frozenset(("fastapi", "starlette", "django"))
# `{name:int}` takes numbers alone; without a type, or with one of these, it takes any text.
_CHOOSY = re.compile(r"\{[^}:]*:(?!str\}|path\})[^}]*\}|<(?!str:|path:)\w+:|[\^$\\(]")


class Shadow(NamedTuple):
    """What answers in the place of a route: its address, where it is registered, and the route
    that it is, if it is one of the application's own."""

    path: str
    span: Span
    route: Route | None = None


# What is in one of these may be left out, or be there more than once.
_BRANCHES = (
    *(ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.Match),
    *(ast.IfExp, ast.BoolOp, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.Lambda),
)


def shadowing(app: App, route: Route) -> Shadow | None:
    """What answers in the place of a route, as it is registered before it."""
    if app.framework not in _ORDERED or route.pattern.literal is None or not route.complete:
        return None
    path = route.pattern.literal
    for mount in app.mounts if app.framework != "django" else ():
        if _is_below(mount, path) and _is_asked_first(mount, route):
            return Shadow(mount.path or "/", mount.span)
    for other in app.routes:
        # Whether it may take the address is asked first, which is answered at once.
        if other.takes("GET") and _takes(other, path) and _is_earlier(app, other, route):
            return Shadow(other.path, other.span, other)
    return None


def first_of(app: App, routes: list[Route]) -> list[Route]:
    """The routes of an address that are ever asked: of two that are alike the first answers."""
    if app.framework not in _ORDERED or len(routes) < 2:
        return routes
    return [
        route
        for route in routes
        if not any(
            _is_plain(other) and other.pattern == route.pattern
            for other in routes
            if other is not route and _is_earlier(app, other, route)
        )
    ]


def _is_earlier(app: App, other: Route, route: Route) -> bool:
    if app.framework == "django":
        receiver = _receiver(route)
        return receiver is not None and _precedes(other, route) and _receiver(other) == receiver
    return _is_asked_first(other, route)


def _is_asked_first(other: Route, route: Route) -> bool:
    """Whether the first step in which two ways differ is certainly the earlier one."""
    for one, two in zip(other.steps, route.steps, strict=False):
        if one.frame is not two.frame:
            return False
        if one.node is not two.node:
            ordered = _are_listed(one, two) if two.order else _start(one.node) < _start(two.node)
            return ordered and _is_straight(one) and _is_straight(two) and not _is_of_a_host(one)
        if one.order != two.order:
            return False
    return False


def _is_of_a_host(step: Step) -> bool:
    """Whether what is registered answers under one name of the server alone."""
    node = step.node
    return isinstance(node, ast.Call) and last_name(node.func).lower() == "host"


def _is_straight(step: Step) -> bool:
    """Whether something is registered once, whatever holds: in no branch, and in no loop."""
    body = getattr(step.frame.scope.node, "body", ())
    around = [one for one in body if isinstance(one, ast.stmt) and _holds(one, step.node)]
    return bool(around) and not any(
        isinstance(inner, _BRANCHES) and _holds(inner, step.node)
        for statement in around
        for inner in ast.walk(statement)
    )


def _are_listed(one: Step, two: Step) -> bool:
    """Whether two routes are in one list as it is written: one that grows may do so anywhere."""
    lists = [
        inner
        for statement in getattr(one.frame.scope.node, "body", ())
        if isinstance(statement, ast.stmt) and _holds(statement, one.node)
        for inner in ast.walk(statement)
        if isinstance(inner, ast.List | ast.Tuple)
    ]
    together = any(_holds(inner, one.node) and _holds(inner, two.node) for inner in lists)
    return 0 < one.order < two.order and together


def _holds(outer: ast.AST, inner: ast.AST) -> bool:
    first = min(map(_start, (outer, *getattr(outer, "decorator_list", ()))))
    return first <= _start(inner) and _end(inner) <= _end(outer)


def _start(node: ast.AST) -> tuple[int, int]:
    return (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))


def _end(node: ast.AST) -> tuple[int, int]:
    return (getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0))


def _receiver(route: Route) -> str | None:
    """What a route of Django is registered on, as the call that does it says."""
    function = route.call.func if route.call is not None else None
    if isinstance(function, ast.Name):
        return "urlpatterns" if function.id == "path" else None
    return ast.unparse(function.value) if isinstance(function, ast.Attribute) else None


def _precedes(other: Route, route: Route) -> bool:
    same = other.frame is route.frame and other.span.source.path == route.span.source.path
    return same and other.span.start < route.span.start


def _is_plain(route: Route) -> bool:
    """Whether an address is known whole, and its parameters take any text."""
    return route.complete and "*" not in route.path and not _CHOOSY.search(route.path)


def _is_below(mount: Route, path: str) -> bool:
    """Whether an address is one of those for which a mount answers alone."""
    return _is_plain(mount) and "{" not in mount.path and path.startswith(f"{mount.path}/")


def _takes(other: Route, path: str) -> bool:
    """Whether an address that is written in full is one of those with parameters."""
    if not (_is_plain(other) and other.pattern.is_open):
        return False
    if not other.pattern.matches(Pattern.of(path)):
        return False
    written = sum((part or "").count("/") for part in other.pattern.parts)
    return other.takes_slashes or path.count("/") == written
