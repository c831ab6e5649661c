"""aiohttp: routers, tables of routes, views and apps inside apps."""

import ast

from sse_check.apps.addresses import EMPTY, join, rstrip
from sse_check.apps.makers import kind_of
from sse_check.apps.reading import VERBS, Reading, View, target_view
from sse_check.python.sequences import Item
from sse_check.python.values import Frame, InstanceValue
from sse_check.python.words import in_words
from sse_check.template.values import Pattern


def read(reading: Reading, app: InstanceValue) -> None:
    _app(reading, app, EMPTY)


def read_router(reading: Reading, router: InstanceValue) -> None:
    _table(reading, router, EMPTY)


def _app(reading: Reading, app: InstanceValue, prefix: Pattern) -> None:
    if not reading.take(app):
        return
    for one in reading.registered(app):
        if one.call is not None:
            _registered(reading, one.name.rpartition(".")[2], one.call, one.frame, prefix)
    reading.leave()


def _registered(reading: Reading, name: str, call: ast.Call, frame: Frame, prefix: Pattern) -> None:
    if name == "add_routes" and call.args:
        for item in _listed(reading, call.args[0], frame):
            _definition(reading, item, prefix)
    elif name == "add_subapp":
        for own in reading.patterns(reading.argument(call, "prefix", 0), frame):
            _subapp(reading, call, frame, join(prefix, rstrip(own)))
    elif name == "add_resource":
        _resource(reading, call, frame, prefix)
    elif name == "add_route":
        methods = reading.methods(reading.argument(call, "method", 0), frame)
        _route(reading, methods, call, frame, prefix, 1)
    elif name == "add_view":
        _route(reading, (), call, frame, prefix, 0)
    elif name == "add_static":
        _static(reading, call, frame, prefix)
    elif name.startswith("add_") and name[4:] in VERBS:
        _route(reading, (name[4:].upper(),), call, frame, prefix, 0)


def _resource(reading: Reading, call: ast.Call, frame: Frame, prefix: Pattern) -> None:
    """`resource = app.router.add_resource("/x")`, `resource.add_route("GET", view)`."""
    name = reading.text(reading.argument(call, "name"), frame)
    for one in reading.registrations.made_by(call):
        if one.name != "add_route" or one.call is None:
            continue
        methods = reading.methods(reading.argument(one.call, "method", 0), one.frame)
        view = reading.view(reading.argument(one.call, "handler", 1), one.frame)
        for own in reading.patterns(reading.argument(call, "path", 0), frame):
            path = join(prefix, own)
            for verb in methods if methods != ("*",) else ((),):
                found = (verb,) if isinstance(verb, str) else ()
                reading.add(path, found, name, view, one.call, one.frame, call=one.call)


def _static(reading: Reading, call: ast.Call, frame: Frame, prefix: Pattern) -> None:
    name = reading.text(reading.argument(call, "name"), frame)
    for own in reading.patterns(reading.argument(call, "prefix", 0), frame):
        reading.add_outside(join(prefix, own), name, call, frame)


def _listed(reading: Reading, node: ast.expr, frame: Frame) -> list[Item]:
    """The elements of a list of routes; a table of decorated ones is its only element."""
    for value in reading.instances(node, frame):
        kind = kind_of(reading.evaluator, value)
        if kind is not None and not kind.is_app:
            return [Item(node, frame)]
    return list(reading.sequences.items(node, frame))


def _definition(reading: Reading, item: Item, prefix: Pattern) -> None:
    """`web.get("/x", view)`, or a `RouteTableDef`."""
    known = False
    for value in reading.instances(item.node, item.frame) if item.whole else ():
        kind = kind_of(reading.evaluator, value)
        name = value.dotted.rpartition(".")[2]
        known = True
        if kind is not None and kind.family == "aiohttp":
            _table(reading, value, prefix)
        elif value.call is None:
            continue
        elif name == "static":
            _static(reading, value.call, value.frame, prefix)
        elif name == "view":
            _route(reading, (), value.call, value.frame, prefix, 0)
        elif name == "route":
            methods = reading.methods(reading.argument(value.call, "method", 0), value.frame)
            _route(reading, methods, value.call, value.frame, prefix, 1)
        elif name in VERBS:
            _route(reading, (name.upper(),), value.call, value.frame, prefix, 0)
    if not known:
        what = in_words(item.node)[:60]
        reading.cannot_tell(f"the routes of `{what}` cannot be told", item.node, item.frame)


def _table(reading: Reading, table: InstanceValue, prefix: Pattern) -> None:
    """The routes that are decorated with `@routes.get("/x")`."""
    if not reading.take(table):
        return
    for one in reading.registered(table):
        if one.call is None:
            continue
        place = 1 if one.name == "route" else 0
        if one.name == "static":
            _static(reading, one.call, one.frame, prefix)
            continue
        if one.name == "route":
            methods = reading.methods(reading.argument(one.call, "method", 0), one.frame)
        elif one.name == "view":
            methods = ()
        elif one.name in VERBS:
            methods = (one.name.upper(),)
        else:
            continue
        _add(reading, methods, one.call, one.frame, prefix, place, target_view(one.target))
    reading.leave()


def _route(
    reading: Reading,
    methods: tuple[str, ...],
    call: ast.Call,
    frame: Frame,
    prefix: Pattern,
    place: int,
) -> None:
    view = reading.view(reading.argument(call, "handler", place + 1), frame)
    _add(reading, methods, call, frame, prefix, place, view)


def _add(
    reading: Reading,
    methods: tuple[str, ...],
    call: ast.Call,
    frame: Frame,
    prefix: Pattern,
    place: int,
    view: View,
) -> None:
    methods = () if methods == ("*",) else methods
    name = reading.text(reading.argument(call, "name"), frame)
    verbs = reading.verbs_of(view) if view.of_class is not None else {}
    for own in reading.patterns(reading.argument(call, "path", place), frame):
        path = join(prefix, own)
        for verb, method in verbs.items():
            if not methods or verb in methods:
                one = View(method, view.of_class)
                reading.add(path, (verb,), name, one, call, frame, call=call)
        if not verbs:
            reading.add(path, methods, name, view, call, frame, call=call)


def _subapp(reading: Reading, call: ast.Call, frame: Frame, prefix: Pattern) -> None:
    target = reading.argument(call, "subapp", 1)
    known = False
    for value in reading.instances(target, frame):
        kind = kind_of(reading.evaluator, value)
        if kind is not None and kind.family == "aiohttp" and kind.is_app:
            known = True
            _app(reading, value, prefix)
    if not known:
        reading.add_outside(prefix, None, call, frame)
