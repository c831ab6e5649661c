"""Prints the route table of a fixture's application, as its framework holds it.

    cd fixtures/routes/fastapi && python ../../../tests/apps/routes/dump.py fastapi

Run in a process of its own, from the fixture's folder, by the Python that has the framework. It
imports nothing of this project: what it prints is the framework's word, in its own spelling.
`["*"]` stands for "every method".
"""

import asyncio
import importlib
import inspect
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Row = dict[str, Any]
ANY = ["*"]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Answered by the framework itself when GET or the address is: nobody writes them.
IMPLIED = {"HEAD", "OPTIONS"}
# Routes that a framework adds by itself: they stand in no source file of the app.
OWN = {
    "fastapi": {"/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"},
    "tempest": {"/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"},
    "flask": {"/static/<path:filename>"},
    "quart": {"/static/<path:filename>"},
    "fasthtml": {"/{fname:path}.{ext:static}"},
    "robyn": {"/openapi.json", "/docs"},
    "cello": {"/docs", "/redoc", "/openapi.json"},
    "chirp": {"/_frag/{path:path}"},
}


def row(path: str, methods: Iterable[str] | None, name: str | None) -> Row:
    kept = ANY if methods is None else sorted({m.upper() for m in methods} - IMPLIED)
    return {"path": path, "methods": kept, "name": name or None}


def load(target: str) -> Any:
    module, _, attribute = target.partition(":")
    return getattr(importlib.import_module(module), attribute)


def starlette_family(
    routes: Iterable[Any], prefix: str = "", names: tuple[str, ...] = ()
) -> Iterator[Row]:
    """Routes of Starlette, FastAPI and what is built on them, mounts and hosts opened."""
    for route in routes:
        inner = getattr(route, "routes", None)
        path = getattr(route, "path", "")
        if inner is not None and not hasattr(route, "methods"):
            # The names below a mount with a name are "mount:route".
            below = (*names, route.name) if getattr(route, "name", "") else names
            is_host = type(route).__name__ == "Host"
            yield from starlette_family(inner, prefix if is_host else prefix + path, below)
        elif hasattr(route, "methods"):
            methods = route.methods or _endpoint_methods(route.endpoint)
            yield row(prefix + path, methods, ":".join((*names, route.name)))


def _endpoint_methods(endpoint: Any) -> list[str] | None:
    """The methods of an HTTPEndpoint class; None for something that takes them all."""
    if inspect.isclass(endpoint):
        return [method for method in METHODS if hasattr(endpoint, method.lower())]
    return None


def fastapi_routes(app: Any) -> Iterator[Row]:
    from_context = getattr(importlib.import_module("fastapi.routing"), "iter_route_contexts", None)
    if from_context is None:
        yield from starlette_family(app.routes)
        return
    for context in from_context(app.routes):
        original = context.route if hasattr(context, "route") else context
        if hasattr(context, "methods") and context.methods:
            yield row(context.path, context.methods, context.name)
        elif hasattr(original, "app") and hasattr(original.app, "router"):
            for below in fastapi_routes(original.app):
                path = original.path + below["path"]
                yield {**below, "path": path, "name": f"{original.name}:{below['name']}"}
        else:
            yield from starlette_family([original])


def fastapi() -> Iterator[Row]:
    return fastapi_routes(load("shop.main:app"))


def tempest() -> Iterator[Row]:
    return fastapi_routes(load("src.api.app:app"))


def starlette() -> Iterator[Row]:
    return starlette_family(load("app:app").routes)


def fasthtml() -> Iterator[Row]:
    return starlette_family(load("main:app").routes)


def werkzeug_map(app: Any) -> Iterator[Row]:
    for rule in app.url_map.iter_rules():
        yield row(rule.rule, rule.methods, rule.endpoint)


def flask() -> Iterator[Row]:
    sys.path.insert(0, "src")
    return werkzeug_map(load("wsgi:app"))


def quart() -> Iterator[Row]:
    return werkzeug_map(load("app:app"))


def django() -> Iterator[Row]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "site_config.settings"
    importlib.import_module("django").setup()
    resolver = importlib.import_module("django.urls").get_resolver()
    return _django_patterns(resolver.url_patterns, "/", "")


def _django_patterns(
    patterns: Iterable[Any], prefix: str, namespace: str, arguments: tuple[str, ...] = ()
) -> Iterator[Row]:
    for pattern in patterns:
        path = prefix + _django_spelling(pattern.pattern)
        taken = (*arguments, *pattern.pattern.converters, *pattern.pattern.regex.groupindex)
        if hasattr(pattern, "url_patterns"):
            below = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _django_patterns(pattern.url_patterns, path, below, taken)
        else:
            name = namespace + pattern.name if pattern.name else None
            yield row(path, _django_methods(pattern, dict.fromkeys(taken, "")), name)


def _django_spelling(pattern: Any) -> str:
    """`path()` as it is written; a regular expression without its anchors."""
    return re.sub(r"^\^|\$$", "", str(pattern))


def _django_methods(pattern: Any, arguments: dict[str, str]) -> list[str] | None:
    """Django's table has no methods: the views are asked, with a request of each."""
    factory = importlib.import_module("django.test").RequestFactory()
    allowed = [m for m in METHODS if _django_answers(pattern, factory.generic(m, "/"), arguments)]
    return None if allowed == list(METHODS) else allowed


def _django_answers(pattern: Any, request: Any, arguments: dict[str, str]) -> bool:
    answer = pattern.callback(request, **arguments, **pattern.default_args)
    if inspect.isawaitable(answer):
        answer = asyncio.run(_awaited(answer))
    return bool(answer.status_code != 405)


async def _awaited(answer: Any) -> Any:
    return await answer


def litestar() -> Iterator[Row]:
    for route in load("app.asgi:app").routes:
        for handler in route.route_handlers:
            methods = getattr(handler, "http_methods", None)
            if methods and set(methods) != {"OPTIONS"}:
                yield row(route.path, list(map(str, methods)), handler.name)


def sanic() -> Iterator[Row]:
    app = load("server:app")
    app.router.finalize()
    for route in app.router.routes:
        # `url_for` takes the name without the app's as well, and that is how people write it.
        yield row("/" + route.path, route.methods, route.name.removeprefix(f"{app.name}."))


def aiohttp() -> Iterator[Row]:
    return _aiohttp_rows(load("service.app:app"))


def _aiohttp_rows(app: Any) -> Iterator[Row]:
    for resource in app.router.resources():
        # A sub-app carries its prefix in its own resources.
        below = getattr(resource, "_app", None)
        if below is not None:
            yield from _aiohttp_rows(below)
            continue
        for route in resource:
            path = resource.canonical
            if route.method == "*":
                handler = route.handler
                found = [m for m in METHODS if hasattr(handler, m.lower())]
                yield row(path, found or None, resource.name)
            else:
                yield row(path, [route.method], resource.name)


def blacksheep() -> Iterator[Row]:
    importlib.import_module("main")
    app = load("main:app")
    asyncio.run(app.start())
    router = app.router
    tables = [router, *(router._sub_routers or ())]
    for table in tables:
        for method, routes in table.routes.items():
            for route in routes:
                yield row(route.mustache_pattern, [method.decode()], None)


def falcon() -> Iterator[Row]:
    inspector = importlib.import_module("falcon.inspect")
    for route in inspector.inspect_routes(load("gauge.asgi:app")):
        yield row(route.path, [m.method for m in route.methods if not m.internal], None)


def bottle() -> Iterator[Row]:
    for route in load("app:app").routes:
        methods = None if route.method == "ANY" else [route.method]
        yield row(route.rule, methods, route.name)


def tornado() -> Iterator[Row]:
    """Files that Tornado serves are no routes that anybody writes."""
    web = importlib.import_module("tornado.web")
    app = load("board.app:app")
    hosts = [rule.target for rule in app.default_router.rules]
    for rule in (rule for host in hosts for rule in host.rules):
        target = rule.target
        if issubclass(target, web.StaticFileHandler):
            continue
        own = web.RequestHandler._unimplemented_method
        found = [m for m in METHODS if getattr(target, m.lower()) is not own]
        # Without its anchors, and without the slash that may stand at its end.
        path = rule.matcher.regex.pattern.removeprefix("^").removesuffix("$").removesuffix("/?")
        path = path if rule.matcher.regex.groups else path.replace("\\", "")
        yield row(path, found, rule.name)


def robyn() -> Iterator[Row]:
    for route in load("app:app").router.get_routes():
        yield row(route.route, [str(route.route_type).rpartition(".")[2]], None)


def chirp() -> Iterator[Row]:
    app = load("app:app")
    app.freeze()
    for route in app._runtime_state.router.routes:
        yield row(route.path, route.methods, route.name)


def cello() -> Iterator[Row]:
    """Cello keeps its table in Rust: what is registered is written down on the way in."""
    module = importlib.import_module("cello")
    rows: list[Row] = []

    class Recorder:
        def __getattr__(self, method: str) -> Callable[..., None]:
            if method == "register_blueprint":
                return self._blueprint
            return lambda path, *_: rows.append(row(path, [method], None))

        @staticmethod
        def _blueprint(blueprint: Any) -> None:
            for method, path, *_ in blueprint.get_all_routes():
                rows.append(row(path, [method], None))

    setattr(module, "Cello", Recorder)  # noqa: B010
    importlib.import_module("main")
    return iter(rows)


def table(framework: str) -> list[Row]:
    """The routes of a fixture, one row for an address and a name, in a fixed order."""
    merged: dict[tuple[str, str], set[str]] = {}
    for one in globals()[framework]():
        if one["path"] not in OWN.get(framework, ()):
            merged.setdefault((one["path"], one["name"] or ""), set()).update(one["methods"])
    return [row(path, found, name) for (path, name), found in sorted(merged.items())]


if __name__ == "__main__":
    sys.path[0] = os.getcwd()
    print(json.dumps(table(sys.argv[1]), indent=1))
