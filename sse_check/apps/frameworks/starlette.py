"""FastAPI, Starlette and what is built on them."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from sse_check.apps.addresses import EMPTY, join, rstrip
from sse_check.apps.frameworks import tempest
from sse_check.apps.makers import kind_of
from sse_check.apps.model import Slash, Step
from sse_check.apps.reading import VERBS, Reading, View, target_view
from sse_check.apps.registrations import Registration
from sse_check.python.values import External, Frame, InstanceValue, Value
from sse_check.python.words import in_words
from sse_check.template.values import Pattern

_ROUTING = frozenset((*VERBS, "trace", "route", "api_route", "add_route", "add_api_route"))
_STATIC = frozenset(("starlette.staticfiles.StaticFiles", "fastapi.staticfiles.StaticFiles"))
_APPS = ("app", "router")
_IGNORED = frozenset(
    """add_websocket_route websocket websocket_route middleware exception_handler on_event
    add_middleware add_exception_handler add_event_handler""".split()
)


class Place(NamedTuple):
    """Where a router stands: what is before its paths and its names."""

    prefix: Pattern = EMPTY
    names: str = ""
    slash: Slash = "either"


def read(reading: Reading, app: InstanceValue) -> None:
    _app(reading, app, Place())


def read_router(reading: Reading, router: InstanceValue) -> None:
    """A router that no app takes in: only the ends of its addresses are known."""
    _router(reading, router, Place())


def _app(reading: Reading, app: InstanceValue, place: Place) -> None:
    if not reading.take(app):
        return
    redirect, frame = reading.made_with(app, "redirect_slashes")
    slash: Slash = "exact" if reading.flag(redirect, frame, True) is False else "either"
    place = place._replace(slash=slash)
    kind = kind_of(reading.evaluator, app)
    root, root_frame = reading.made_with(app, "root_path")
    if root is not None and not place.prefix.parts:
        reading.roots += [p.literal for p in reading.patterns(root, root_frame) if p.literal]
    if not place.prefix.parts:
        reading.roots += _run_below(reading, app)
    if kind is not None and kind.framework == "fastapi":
        _documentation(reading, app, place)
    _inside(reading, app, place)
    reading.leave()


def _run_below(reading: Reading, app: InstanceValue) -> Iterator[str]:
    """`uvicorn.run(app, root_path="/api")`, beside the app."""
    program, folder = reading.evaluator.program, app.module.package
    start = f"{folder}/" if folder else ""
    for path in program.containing(reading.registrations.runs.paths, b"root_path"):
        module = program.module(path) if path.startswith(start) else None
        for scope, call in module.calls_named("run", "Config") if module is not None else ():
            given = reading.argument(call, "root_path")
            root = reading.text(given, reading.evaluator.frame(scope)) if given is not None else ""
            if root:
                yield root


def _documentation(reading: Reading, app: InstanceValue, place: Place) -> None:
    """The pages that FastAPI adds about itself."""
    for keyword, default in (
        ("openapi_url", "/openapi.json"),
        ("docs_url", "/docs"),
        ("redoc_url", "/redoc"),
    ):
        given, frame = reading.made_with(app, keyword)
        for path in reading.patterns(given, frame) if given is not None else (Pattern.of(default),):
            if path.parts and app.call is not None:
                whole = join(place.prefix, path)
                name = f"{place.names}{keyword.removesuffix('_url')}"
                reading.add_outside(whole, name, app.call, app.frame, below=False)


def _router(reading: Reading, router: InstanceValue, place: Place) -> None:
    if not reading.take(router):
        return
    prefix, frame = reading.made_with(router, "prefix")
    for own in reading.patterns(prefix, frame):
        _inside(reading, router, place._replace(prefix=join(place.prefix, own)))
    reading.leave()


def _inside(reading: Reading, owner: InstanceValue, place: Place) -> None:
    listed, frame = reading.made_with(owner, "routes", 1 if _is_starlette(owner) else 0)
    if listed is not None:
        _listed(reading, listed, frame, place)
    for one in reading.registered(owner):
        reading.steps.append(Step(one.node, one.frame))
        _registered(reading, one, place)
        reading.steps.pop()


def _registered(reading: Reading, one: Registration, place: Place) -> None:
    name = one.name.rpartition(".")[2]
    if name in _ROUTING:
        _route(reading, one, name, place)
    elif name == "page" and one.target is not None:
        _page(reading, one, target_view(one.target), place)
    elif name in ("include_router", "mount", "host") and one.call is not None:
        _included(reading, one.call, one.frame, name, place)
    elif one.name.endswith("routes.append") and one.call is not None and one.call.args:
        for made in reading.instances(one.call.args[0], one.frame):
            _listed_one(reading, made, place)
    elif one.name.endswith("routes.extend") and one.call is not None and one.call.args:
        _listed(reading, one.call.args[0], one.frame, place)
    elif name in ("frontend", "mount_static") and one.call is not None:
        path = reading.argument(one.call, "path", 0)
        for own in reading.patterns(path, one.frame):
            reading.add_outside(join(place.prefix, own), None, one.node, one.frame)


def _is_starlette(owner: InstanceValue) -> bool:
    return owner.dotted.endswith(".Starlette")


def _route(reading: Reading, one: Registration, name: str, place: Place) -> None:
    call, frame = one.call, one.frame
    if call is None:
        return
    keywords = reading.keywords(call, frame)
    path, path_frame = _given(reading, call, frame, ("path",), 0)
    if one.target is not None:
        view = target_view(one.target)
    else:
        view = reading.view(reading.argument(call, ("endpoint", "route", "func"), 1), frame)
    listed, listed_frame = keywords.get("methods", (None, frame))
    if listed is None and name == "add_route":
        listed = reading.argument(call, "methods", 2)
    methods = (name.upper(),) if name in VERBS else reading.methods(listed, listed_frame)
    named, named_frame = keywords.get("name", (None, frame))
    own_name = reading.text(named, named_frame) if named is not None else view.name
    for own in reading.patterns(path, path_frame):
        if path is None:
            continue
        _add(
            reading,
            join(place.prefix, own),
            methods,
            own_name,
            view,
            one.node,
            frame,
            place,
            fixed=listed is not None or name in VERBS,
            call=call,
        )


def _page(reading: Reading, one: Registration, view: View, place: Place) -> None:
    """`@app.page` of Air: the name of the function is the path."""
    path = "/" if view.name == "index" else f"/{view.name.replace('_', '-')}"
    whole = join(place.prefix, Pattern.of(path))
    _add(reading, whole, ("GET",), view.name, view, one.node, one.frame, place, fixed=True)


def _given(
    reading: Reading, call: ast.Call, frame: Frame, names: tuple[str, ...], position: int
) -> tuple[ast.expr | None, Frame]:
    found = reading.argument(call, names, position)
    if found is not None:
        return found, frame
    more = reading.keywords(call, frame)
    return next((more[name] for name in names if name in more), (None, frame))


def _add(
    reading: Reading,
    path: Pattern,
    methods: tuple[str, ...],
    name: str | None,
    view: View,
    node: ast.AST,
    frame: Frame,
    place: Place,
    *,
    fixed: bool,
    call: ast.Call | None = None,
) -> None:
    full = f"{place.names}{name}" if name else None
    if view.of_class is None:
        reading.add(path, methods, full, view, node, frame, place.slash, call=call)
        return
    answers = reading.method(view, "__call__") if view.made is not None else None
    if answers is not None:
        inner = View(answers, view.of_class)
        reading.add(path, methods, full, inner, node, frame, place.slash, call=call)
        return
    verbs = reading.verbs_of(view)
    if not verbs:
        answers = reading.method(view, "__call__", "dispatch")
        known = methods if fixed else ()
        inner = View(answers, view.of_class)
        reading.add(path, known, full, inner, node, frame, place.slash, call=call)
    for verb, method in verbs.items():
        if not fixed or verb in methods:
            inner = View(method, view.of_class)
            reading.add(path, (verb,), full, inner, node, frame, place.slash, call=call)


# Lists of routes: `Route(...)`, `Mount(...)`, `Host(...)`


def _listed(reading: Reading, node: ast.expr, frame: Frame, place: Place) -> None:
    for index, item in enumerate(reading.sequences.items(node, frame), 1):
        made = reading.instances(item.node, item.frame) if item.whole else []
        if not made:
            reading.cannot_tell(
                "a list of routes is put together in a way that cannot be followed",
                item.node,
                item.frame,
            )
        reading.steps.append(Step(item.node, item.frame, index))
        for one in made:
            _listed_one(reading, one, place)
        reading.steps.pop()


def _listed_one(reading: Reading, made: InstanceValue, place: Place) -> None:
    call, frame = made.call, made.frame
    if call is None:
        return
    kind = made.dotted.rpartition(".")[2]
    if kind in ("Route", "APIRoute", "HostRoute"):
        view = reading.view(reading.argument(call, ("endpoint",), 1), frame)
        listed = reading.argument(call, "methods")
        methods = reading.methods(listed, frame)
        named = reading.argument(call, "name")
        name = reading.text(named, frame) if named is not None else view.name
        for own in reading.patterns(reading.argument(call, "path", 0), frame):
            _add(
                reading,
                join(place.prefix, own),
                methods,
                name,
                view,
                call,
                frame,
                place,
                fixed=listed is not None,
            )
    elif kind in ("Mount", "Host"):
        _included(reading, call, frame, kind.lower(), place)
    elif kind not in ("WebSocketRoute", "APIWebSocketRoute"):
        reading.cannot_tell(f"what {kind or 'this'} adds to the routes is not known", call, frame)


def _included(reading: Reading, call: ast.Call, frame: Frame, kind: str, place: Place) -> None:
    """`include_router(router, prefix=)`, `mount(path, app)`, `Mount(path, routes=)`, hosts."""
    if kind == "include_router":
        target = reading.argument(call, "router", 0)
        prefix, prefix_frame = _given(reading, call, frame, ("prefix",), -1)
    else:
        target = reading.argument(call, "app", 1)
        prefix, prefix_frame = _given(reading, call, frame, ("path", "host"), 0)
    below = place
    name = reading.text(reading.argument(call, "name", 2), frame)
    if kind != "include_router" and name:
        below = below._replace(names=f"{place.names}{name}:")
    for given in reading.patterns(prefix, prefix_frame) if kind != "host" else (EMPTY,):
        own = given if kind == "include_router" else rstrip(given)
        inner = below._replace(prefix=join(place.prefix, own))
        routes = reading.argument(call, "routes") if kind != "include_router" else None
        if kind == "mount" and (routes is not None or _is_known(reading, target, frame)):
            reading.add_mount(inner.prefix, call, frame)
        if routes is not None:
            _listed(reading, routes, frame, inner)
        elif target is not None:
            _taken_in(reading, target, call, frame, inner, name)


def _is_known(reading: Reading, target: ast.expr | None, frame: Frame) -> bool:
    """Whether it is known what an app that is put below an address answers there."""
    return target is not None and all(
        isinstance(value, InstanceValue)
        and (_is_static(value) or kind_of(reading.evaluator, value) is not None)
        for value in reading.evaluator.values(target, frame)
    )


def _is_static(value: Value) -> bool:
    """Files, of which none is a stream."""
    return isinstance(value, InstanceValue) and value.dotted in _STATIC


def _taken_in(
    reading: Reading,
    target: ast.expr,
    call: ast.Call,
    frame: Frame,
    place: Place,
    name: str | None,
) -> None:
    values = reading.evaluator.values(target, frame)
    known = False
    for value in values:
        if not isinstance(value, InstanceValue):
            continue
        kind = kind_of(reading.evaluator, value)
        if kind is None:
            continue
        if kind.family == "starlette":
            known = True
            (_app if kind.is_app else _router)(reading, value, place)
        elif kind.is_app:
            # An app of another framework below a prefix: its own family reads it.
            known = True
            reading.add_outside(place.prefix, name and f"{name}:*", call, frame)
    if known:
        return
    place = place._replace(prefix=join(place.prefix, tempest.prefix(reading, values)))
    outside = any(
        isinstance(value, External)
        or (isinstance(value, InstanceValue) and isinstance(value.of, External))
        for value in values
    )
    if place.prefix.parts and (outside or reading.view(target, frame) != View()):
        # Static files, a generated API, a function that is an ASGI app.
        names = f"{place.names}*" if place.names else None
        reading.add_outside(place.prefix, names, call, frame)
    elif not values or not all(map(_is_static, values)):
        what = in_words(target)[:60]
        reading.cannot_tell(f"the routes of `{what}` cannot be told", call, frame)
