"""Routes that a library brings along: the project mounts them and publishes to them."""

import ast
from collections.abc import Iterator
from typing import cast

from sse_check.server.modules import Function, Module, Modules
from sse_check.server.routes import Route
from sse_check.server.texts import Scope, texts
from sse_check.template.values import Pattern

# What flask-sse and django-eventstream call what a project mounts.
_BLUEPRINTS = frozenset(("flask_sse.sse",))
_URLS = frozenset(("django_eventstream.urls",))


def library_routes(modules: Modules) -> Iterator[Route]:
    """The streams of `register_blueprint(sse)` and `include(django_eventstream.urls)`."""
    for module in modules.all:
        if not any(name.startswith(_packages()) for name in module.names.values()):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and node.args:
                address = _blueprint(module, node) or _included(module, node)
                for path in texts(modules, address, Scope(module)) if address else ():
                    yield _route(module, path, node)


def _packages() -> tuple[str, ...]:
    return tuple(name.partition(".")[0] for name in (*_BLUEPRINTS, *_URLS))


def _blueprint(module: Module, node: ast.Call) -> ast.expr | None:
    if getattr(node.func, "attr", "") != "register_blueprint":
        return None
    if module.meaning(node.args[0]) not in _BLUEPRINTS:
        return None
    given = [k.value for k in node.keywords if k.arg == "url_prefix"]
    return given[0] if given else ast.Constant("/")


def _included(module: Module, node: ast.Call) -> ast.expr | None:
    if len(node.args) < 2 or module.meaning(node.func).rsplit(".", 1)[-1] != "path":
        return None
    inner = node.args[1]
    if not isinstance(inner, ast.Call) or not inner.args:
        return None
    what = inner.args[0]
    named = what.value if isinstance(what, ast.Constant) else module.meaning(what)
    return node.args[0] if named in _URLS else None


def _route(module: Module, path: Pattern, node: ast.Call) -> Route:
    shown = "/" + str(path).lstrip("/")
    whole = path if str(path).startswith("/") else Pattern.of("/", *path.parts)
    return Route(whole, True, module, _of_the_library(node), (), ("GET",), shown)


def _of_the_library(node: ast.Call) -> Function:
    """Stands for the library's own view, which is not part of the project."""
    view = cast("Function", ast.parse("def stream(): ...").body[0])
    return ast.copy_location(view, node)
