"""A route that never answers: one that is registered before it takes its address too.

Starlette, FastAPI and Django ask their routes in the order in which they are registered. Only what
is registered on the same object in the same scope is compared (for Django: what is in one file):
there the order is that of the text.
"""

import ast
import re
from typing import NamedTuple

from sse_check.apps.model import App, Route
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


def shadowing(app: App, route: Route) -> Shadow | None:
    """What answers in the place of a route, as it is registered before it."""
    if app.framework not in _ORDERED or route.pattern.literal is None or not route.complete:
        return None
    receiver = _receiver(route)
    if receiver is None:
        return None
    return _mount(route, receiver) or next(
        (
            Shadow(other.path, other.span, other)
            for other in app.routes
            if _is_before(other, route)
            and other.takes("GET")
            and _takes(other, route.pattern.literal)
            and _receiver(other) == receiver
        ),
        None,
    )


def _receiver(route: Route) -> str | None:
    """What a route is registered on, as the call that does it says."""
    function = route.call.func if route.call is not None else None
    if isinstance(function, ast.Name):
        return "urlpatterns" if function.id == "path" else None
    return ast.unparse(function.value) if isinstance(function, ast.Attribute) else None


def _is_before(other: Route, route: Route) -> bool:
    same = other.frame is route.frame and other.span.source.path == route.span.source.path
    return same and other.span.start < route.span.start


def _takes(other: Route, path: str) -> bool:
    """Whether an address that is written in full is one of those with parameters."""
    if not (other.complete and other.pattern.is_open) or _CHOOSY.search(other.path):
        return False
    if not other.pattern.matches(Pattern.of(path)):
        return False
    written = sum((part or "").count("/") for part in other.pattern.parts)
    return other.takes_slashes or path.count("/") == written


def _mount(route: Route, receiver: str) -> Shadow | None:
    """`app.mount("/", StaticFiles(...))`, which answers at every address."""
    frame, call = route.frame, route.call
    for other in frame.scope.calls if frame is not None and call is not None else ():
        match other:
            case ast.Call(
                func=ast.Attribute(value=owner, attr="mount"),
                args=[ast.Constant(value="/" | ""), _, *_],
            ) if ast.unparse(owner) == receiver and call is not None and frame is not None:
                if other.lineno < call.lineno:
                    return Shadow("/", frame.module.span(other))
    return None
