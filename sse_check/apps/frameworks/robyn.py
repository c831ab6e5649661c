"""Robyn: routes on apps and on routers with a prefix."""

import ast

from sse_check.apps.addresses import EMPTY, join, rstrip, starts_with_slash
from sse_check.apps.makers import kind_of
from sse_check.apps.reading import VERBS, Reading, View, target_view
from sse_check.python.scope import Scope
from sse_check.python.values import Frame, FunctionValue, InstanceValue
from sse_check.python.words import in_words
from sse_check.template.values import Pattern


def read(reading: Reading, app: InstanceValue) -> None:
    _inside(reading, app, EMPTY)


def read_router(reading: Reading, router: InstanceValue) -> None:
    _router(reading, router, EMPTY)


def _router(reading: Reading, router: InstanceValue, prefix: Pattern) -> None:
    given, frame = reading.made_with(router, "prefix", -1)
    if given is None and router.call is not None:
        # `SubRouter("/users")`, `SubRouter(__name__, "/users")`
        given = router.call.args[-1] if router.call.args else None
        if isinstance(given, ast.Name) and given.id in ("__name__", "__file__"):
            given = None
    for own in reading.patterns(given, frame):
        _inside(reading, router, join(prefix, _normal(own)))


def _normal(path: Pattern) -> Pattern:
    """With a slash before and none at the end; the root is empty."""
    stripped = rstrip(path)
    return starts_with_slash(stripped) if stripped.parts else EMPTY


def _inside(reading: Reading, owner: InstanceValue, prefix: Pattern) -> None:
    if not reading.take(owner):
        return
    for one in reading.registered(owner):
        call, frame = one.call, one.frame
        if call is None:
            continue
        if one.name in VERBS:
            view = target_view(one.target)
            _add(reading, (one.name.upper(),), call, frame, prefix, view, 0)
        elif one.name == "add_route":
            methods = reading.methods(reading.argument(call, "route_type", 0), frame)
            view = reading.view(reading.argument(call, "handler", 2), frame)
            _add(reading, methods, call, frame, prefix, view, 1)
        elif one.name in ("view", "add_view"):
            _view(reading, call, frame, prefix, one.target)
        elif one.name == "include_router" and call.args:
            _included(reading, call, frame, prefix)
        elif one.name in ("add_directory", "serve_directory"):
            for own in reading.patterns(reading.argument(call, "route", 0), frame):
                reading.add_outside(join(prefix, own), None, call, frame)
    reading.leave()


def _add(
    reading: Reading,
    methods: tuple[str, ...],
    call: ast.Call,
    frame: Frame,
    prefix: Pattern,
    view: View,
    place: int,
) -> None:
    for own in reading.patterns(reading.argument(call, "endpoint", place), frame):
        whole = join(prefix, _normal(own))
        path = whole if whole.parts else Pattern.of("/")
        reading.add(path, methods, None, view, call, frame, "either", call=call)


def _view(reading: Reading, call: ast.Call, frame: Frame, prefix: Pattern, target: object) -> None:
    """A function that holds one function for each method."""
    view = View(target) if isinstance(target, FunctionValue) else View()
    if view.function is None:
        view = reading.view(reading.argument(call, "view", 1), frame)
    if view.function is None:
        return
    for child in view.function.scope.children.values():
        if child.name in VERBS:
            inner = _inner(reading, view.function, child)
            _add(reading, (child.name.upper(),), call, frame, prefix, View(inner), 0)


def _inner(reading: Reading, outer: FunctionValue, child: Scope) -> FunctionValue:
    return FunctionValue(outer.module, child, reading.evaluator.inside(outer, None, outer.closure))


def _included(reading: Reading, call: ast.Call, frame: Frame, prefix: Pattern) -> None:
    known = False
    for value in reading.instances(call.args[0], frame):
        kind = kind_of(reading.evaluator, value)
        if kind is not None and kind.family == "robyn":
            known = True
            (_inside if kind.is_app else _router)(reading, value, prefix)
    if not known:
        what = in_words(call.args[0])[:60]
        reading.cannot_tell(f"the routes of `{what}` cannot be told", call, frame)
