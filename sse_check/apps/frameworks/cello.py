"""Cello: routes on apps and blueprints."""

import ast

from sse_check.apps.addresses import EMPTY, join
from sse_check.apps.makers import kind_of
from sse_check.apps.reading import VERBS, Reading, target_view
from sse_check.python.values import Frame, InstanceValue
from sse_check.template.values import Pattern


def read(reading: Reading, app: InstanceValue) -> None:
    _inside(reading, app, EMPTY)


def read_router(reading: Reading, router: InstanceValue) -> None:
    _blueprint(reading, router, EMPTY)


def _blueprint(reading: Reading, blueprint: InstanceValue, prefix: Pattern) -> None:
    given, frame = reading.made_with(blueprint, "prefix", 0)
    for own in reading.patterns(given, frame):
        _inside(reading, blueprint, join(prefix, own))


def _inside(reading: Reading, owner: InstanceValue, prefix: Pattern) -> None:
    if not reading.take(owner):
        return
    for one in reading.registered(owner):
        call, frame = one.call, one.frame
        if call is None:
            continue
        if one.name in (*VERBS, "route"):
            listed = reading.argument(call, "methods", 1)
            is_verb = one.name in VERBS
            methods = (one.name.upper(),) if is_verb else reading.methods(listed, frame)
            for own in reading.patterns(reading.argument(call, "path", 0), frame):
                path = join(prefix, own)
                view = target_view(one.target)
                reading.add(path, methods, None, view, call, frame, "exact", call=call)
        elif one.name in ("register_blueprint", "register"):
            _taken_in(reading, call, frame, prefix)
    reading.leave()


def _taken_in(reading: Reading, call: ast.Call, frame: Frame, prefix: Pattern) -> None:
    target = reading.argument(call, "blueprint", 0)
    known = False
    for value in reading.instances(target, frame):
        kind = kind_of(reading.evaluator, value)
        if kind is not None and kind.family == "cello":
            known = True
            _blueprint(reading, value, prefix)
    if not known:
        reading.cannot_tell("the routes of a blueprint cannot be told", call, frame)
