"""Routes that never answer, because another one that is written before them takes their address."""

import ast
import re

from sse_check.apps.model import App, Route

# What a parameter takes, by what Starlette calls it, and Django.
_STARLETTE = {"": r"[^/]+", "str": r"[^/]+", "path": r".*", "int": r"[0-9]+"}
_DJANGO = {"": r"[^/]+", "str": r"[^/]+", "path": r".+", "slug": r"[-\w]+", "int": r"[0-9]+"}
_IN_ORDER = {
    "fastapi": (re.compile(r"\{\w+(?::(\w+))?\}"), _STARLETTE),
    "starlette": (re.compile(r"\{\w+(?::(\w+))?\}"), _STARLETTE),
    "django": (re.compile(r"<(?:(\w+):)?\w+>"), _DJANGO),
}


def before(app: App, route: Route, literal: str) -> Route | None:
    """The route that answers at an address in the place of the one that is written for it.

    Of most frameworks the one without a parameter goes first. These ask in the order in which the
    routes are added, which is told where both are added to the same thing, one after the other.
    """
    if app.framework not in _IN_ORDER or not route.complete:
        return None
    owner = _added_to(app, route)
    for other in app.open_routes if owner else ():
        is_earlier = other.span.source is route.span.source and other.span.start < route.span.start
        if not (is_earlier and other.complete and other.takes("GET")):
            continue
        if _added_to(app, other) == owner and _takes(app, other.path, literal):
            return other
    return None


def _added_to(app: App, route: Route) -> tuple[int, str] | None:
    """The router, and the function that adds to it, "urls" for the one list of a file."""
    if route.call is None or route.frame is None:
        return None
    if app.framework == "django":
        text = route.span.source.text
        return (
            (0, "urls")
            if len(re.findall(r"^urlpatterns\s*[:=]", text, re.MULTILINE)) == 1
            and (text.count("urlpatterns") == 1)
            else None
        )
    func = route.call.func
    if not isinstance(func, ast.Attribute):
        return None
    return id(route.frame.scope), ast.unparse(func.value)


def _takes(app: App, path: str, literal: str) -> bool:
    parameter, kinds = _IN_ORDER[app.framework]
    found, at = [], 0
    for match in parameter.finditer(path):
        kind = kinds.get(match[1] or "")
        if kind is None:
            return False
        found += [re.escape(path[at : match.start()]), kind]
        at = match.end()
    if any(sign in path[at:] for sign in "<>{}()*"):
        return False
    return re.fullmatch("".join([*found, re.escape(path[at:])]), literal) is not None
