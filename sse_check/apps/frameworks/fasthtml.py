"""FastHTML: paths and methods that follow from the names of functions."""

import ast

from sse_check.apps.addresses import EMPTY, join, rstrip
from sse_check.apps.makers import kind_of
from sse_check.apps.reading import Reading, View, target_view
from sse_check.apps.registrations import Registration
from sse_check.python.values import External, Frame, InstanceValue
from sse_check.template.values import Pattern

_METHODS = ("get", "post", "put", "delete", "patch", "head", "trace", "options")


def read(reading: Reading, app: InstanceValue) -> None:
    _app(reading, app, EMPTY, "")


def read_router(reading: Reading, router: InstanceValue) -> None:
    _router(reading, router, EMPTY, "")


def _app(reading: Reading, app: InstanceValue, prefix: Pattern, names: str) -> None:
    if not reading.take(app):
        return
    if app.dotted.endswith("fast_app") and app.call is not None:
        # Files of the working folder with the endings of static files.
        reading.add_outside(
            join(prefix, Pattern.of("/", None, ".", None)), None, app.call, app.frame, below=False
        )
    _inside(reading, app, prefix, names)
    # `ar.to_app(app)`
    for router in _routers(reading, app):
        _router(reading, router, prefix, names)
    reading.leave()


def _routers(reading: Reading, app: InstanceValue) -> list[InstanceValue]:
    found: list[InstanceValue] = []
    for owner in reading.registrations.owners.values():
        kind = kind_of(reading.evaluator, owner)
        if kind is None or kind.family != "fasthtml" or kind.is_app:
            continue
        for one in reading.registered(owner):
            if one.name == "to_app" and one.call is not None and one.call.args:
                given = _owners(reading, one.call.args[0], one.frame)
                if any(instance.call is app.call for instance in given):
                    found.append(owner)
    return found


def _owners(reading: Reading, node: object, frame: Frame) -> list[InstanceValue]:
    """The apps that an expression means, also as the first of `app, rt = fast_app()`."""
    if not isinstance(node, ast.expr):
        return []
    found = reading.instances(node, frame)
    for value in reading.evaluator.values(node, frame):
        if isinstance(value, External) and value.owner is not None:
            found.append(value.owner)
    return found


def _router(reading: Reading, router: InstanceValue, prefix: Pattern, names: str) -> None:
    if not reading.take(router):
        return
    given, frame = reading.made_with(router, "prefix", 0)
    for own in reading.patterns(given, frame):
        _inside(reading, router, join(prefix, own), names)
    reading.leave()


def _inside(reading: Reading, owner: InstanceValue, prefix: Pattern, names: str) -> None:
    for one in reading.registered(owner):
        name = one.name.rpartition(".")[2]
        if name in (*_METHODS, "route", "", "[1]"):
            _route(reading, one, name, prefix, names)
        elif name == "mount" and one.call is not None:
            _mount(reading, one, prefix, names)
        elif name in ("static_route", "static_route_exts") and one.call is not None:
            given = reading.argument(one.call, "prefix", 1 if name == "static_route" else 0)
            for own in reading.patterns(given, one.frame):
                reading.add_outside(join(prefix, own), None, one.node, one.frame)


def _route(reading: Reading, one: Registration, kind: str, prefix: Pattern, names: str) -> None:
    call, frame = one.call, one.frame
    view = target_view(one.target)
    if one.target is None:
        return
    own_name = view.name
    if view.of_class is not None:
        own_name = own_name[0].lower() + own_name[1:]
    given = reading.argument(call, "path", 0)
    named = reading.text(reading.argument(call, "name"), frame)
    listed = reading.argument(call, "methods", 1 if kind not in _METHODS else -1)
    usual = Pattern.of("/" if own_name == "index" else f"/{own_name}")
    name = f"{names}{named or own_name}"
    for written in reading.patterns(given, frame):
        path = join(prefix, written if written.parts else usual)
        if view.of_class is not None:
            for verb, method in reading.verbs_of(view).items():
                inner = View(method, view.of_class)
                reading.add(path, (verb,), name, inner, one.node, frame, "either", call=call)
            continue
        if kind in _METHODS:
            methods: tuple[str, ...] = (kind.upper(),)
        elif listed is not None:
            methods = reading.methods(listed, frame)
        elif own_name in _METHODS:
            methods = (own_name.upper(),)
        else:
            methods = ("GET", "POST")
        reading.add(path, methods, name, view, one.node, frame, "either", call=call)


def _mount(reading: Reading, one: Registration, prefix: Pattern, names: str) -> None:
    target = reading.argument(one.call, "app", 1)
    name = reading.text(reading.argument(one.call, "name", 2), one.frame)
    below = f"{names}{name}:" if name else names
    for own in reading.patterns(reading.argument(one.call, "path", 0), one.frame):
        whole = join(prefix, rstrip(own))
        known = False
        for app in _owners(reading, target, one.frame):
            kind = kind_of(reading.evaluator, app)
            if kind is not None and kind.family == "fasthtml" and kind.is_app:
                known = True
                _app(reading, app, whole, below)
        if not known:
            reading.add_outside(whole, f"{below}*" if below else None, one.node, one.frame)
