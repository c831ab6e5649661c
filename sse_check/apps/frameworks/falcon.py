"""Falcon: resources with `on_get`, `on_post` and their like."""

import ast

from sse_check.apps.model import Slash
from sse_check.apps.reading import VERBS, Reading, View
from sse_check.python.values import Frame, InstanceValue


def read(reading: Reading, app: InstanceValue) -> None:
    if not reading.take(app):
        return
    slash: Slash = "either" if _strips(reading, app) else "exact"
    for one in reading.registered(app):
        if one.call is None:
            continue
        if one.name == "add_route":
            _route(reading, one.call, one.frame, slash)
        elif one.name in ("add_static_route", "add_sink"):
            place, default = (0, "") if one.name == "add_static_route" else (1, "/")
            prefix = reading.argument(one.call, "prefix", place)
            del default
            for own in reading.patterns(prefix, one.frame):
                reading.add_outside(own, None, one.call, one.frame)
    reading.leave()


def read_router(reading: Reading, router: InstanceValue) -> None:
    """Falcon has no routers apart from apps."""


def _strips(reading: Reading, app: InstanceValue) -> bool:
    """`app.req_options.strip_url_path_trailing_slash = True`."""
    for scope, store in reading.evaluator.stores("strip_url_path_trailing_slash"):
        frame = reading.evaluator.frame(scope)
        target = store.target.value
        if isinstance(target, ast.Attribute):
            for owner in reading.instances(target.value, frame):
                if owner.call is app.call and reading.flag(store.value, frame, False):
                    return True
    return False


def _route(reading: Reading, call: ast.Call, frame: Frame, slash: Slash) -> None:
    view = reading.view(reading.argument(call, "resource", 1), frame)
    given = reading.argument(call, "suffix")
    suffix = reading.text(given, frame) if given is not None else None
    for path in reading.patterns(reading.argument(call, "uri_template", 0), frame):
        if view.of_class is None:
            reading.add(path, (), None, View(), call, frame, slash, call=call)
            continue
        for verb in VERBS:
            name = f"on_{verb}_{suffix}" if suffix else f"on_{verb}"
            method = reading.method(view, name)
            if method is not None:
                one = View(method, view.of_class)
                reading.add(path, (verb.upper(),), None, one, call, frame, slash, call=call)
