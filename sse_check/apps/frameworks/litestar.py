"""Litestar: handlers, controllers and routers, each listed in the one around it."""

import ast

from sse_check.apps.addresses import EMPTY, slashed
from sse_check.apps.makers import kind_of
from sse_check.apps.reading import VERBS, Reading, View
from sse_check.apps.registrations import Registration
from sse_check.python.module import last_name
from sse_check.python.values import ClassValue, Frame, FunctionValue, InstanceValue, Value
from sse_check.python.words import in_words
from sse_check.template.values import Pattern

_HANDLERS = frozenset((*VERBS, "route"))


def read(reading: Reading, app: InstanceValue) -> None:
    _router(reading, app, Pattern.of("/"))
    if app.call is not None:
        config, frame = reading.made_with(app, "openapi_config")
        if config is None or not reading.is_none(config, frame):
            reading.add_outside(Pattern.of("/schema"), None, app.call, app.frame)


def read_router(reading: Reading, router: InstanceValue) -> None:
    _router(reading, router, EMPTY)


def _router(reading: Reading, owner: InstanceValue, prefix: Pattern) -> None:
    if not reading.take(owner):
        return
    is_app = kind_of(reading.evaluator, owner)
    place = -1 if is_app is None or is_app.is_app else 0
    given, given_frame = reading.made_with(owner, "path", place)
    handlers, frame = reading.made_with(owner, "route_handlers", 0 if place < 0 else -1)
    for own in reading.patterns(given, given_frame):
        inner = slashed(prefix, own)
        if handlers is not None:
            for item in reading.sequences.items(handlers, frame):
                if item.whole:
                    _handler(reading, item.node, item.frame, inner)
                else:
                    why = "a list of handlers is put together in a way that cannot be followed"
                    reading.cannot_tell(why, item.node, item.frame)
        for one in reading.registered(owner):
            if one.name == "register" and one.call is not None and one.call.args:
                _handler(reading, one.call.args[0], one.frame, inner)
        if place < 0:
            _configured(reading, owner, inner)
    reading.leave()


def _configured(reading: Reading, app: InstanceValue, prefix: Pattern) -> None:
    """Handlers that plugins and `on_app_init` of the project add to the configuration."""
    given = (reading.made_with(app, name)[0] for name in ("plugins", "on_app_init"))
    if not any(given):
        return
    program = reading.evaluator.program
    reached = program.reached(app.module.path, *reading.modules)
    for path in program.containing(sorted(reached), b"route_handlers."):
        module = program.module(path)
        for scope, call in module.calls_named("extend", "append") if module is not None else ():
            if last_name(getattr(call.func, "value", call)) != "route_handlers" or not call.args:
                continue
            frame = reading.evaluator.frame(scope)
            if last_name(call.func) == "append":
                _handler(reading, call.args[0], frame, prefix)
                continue
            for item in reading.sequences.items(call.args[0], frame):
                _handler(reading, item.node, item.frame, prefix)


def _handler(reading: Reading, node: ast.expr, frame: Frame, prefix: Pattern) -> None:
    known = False
    for value in reading.evaluator.values(node, frame):
        known = _taken_in(reading, value, node, frame, prefix) or known
    if not known:
        what = in_words(node)[:60]
        reading.cannot_tell(f"the routes of `{what}` cannot be told", node, frame)


def _taken_in(
    reading: Reading, value: Value, node: ast.expr, frame: Frame, prefix: Pattern
) -> bool:
    if isinstance(value, FunctionValue):
        marks = reading.registrations.marks.get(id(value.scope), [])
        for mark in marks:
            _marked(reading, mark, View(value), prefix)
        return bool(marks)
    if isinstance(value, ClassValue):
        _controller(reading, value, prefix)
        return True
    if not isinstance(value, InstanceValue):
        return False
    kind = kind_of(reading.evaluator, value)
    if kind is not None and kind.family == "litestar":
        _router(reading, value, prefix)
        return True
    if value.dotted.endswith("create_static_files_router") and value.call is not None:
        path = reading.argument(value.call, "path", 0)
        for own in reading.patterns(path, value.frame):
            reading.add_outside(slashed(prefix, own), "static", value.call, value.frame)
        return True
    if isinstance(value.of, ClassValue):
        return False
    # A handler that is made by a call: `get("/x")(view)`.
    call = value.call
    inner = call.func if call is not None else None
    if isinstance(inner, ast.Call) and call is not None and call.args:
        name = reading.evaluator.dotted(inner.func, value.frame)
        view = reading.view(call.args[0], value.frame)
        mark = Registration(name, inner, value.frame, None, node)
        _marked(reading, mark, view, prefix)
        return True
    del frame
    return False


def _controller(reading: Reading, owner: ClassValue, prefix: Pattern) -> None:
    frame = reading.evaluator.frame(owner.scope)
    paths: tuple[Pattern, ...] = ()
    classes = [b for b in reading.evaluator.lineage(owner) if isinstance(b, ClassValue)]
    for base in classes:
        for binding in base.scope.bindings.get("path", ()):
            if binding.value is not None and not paths:
                paths = reading.patterns(binding.value, reading.evaluator.frame(base.scope))
    reading.touch(frame)
    met: set[str] = set()
    for base in classes:
        for method in base.scope.children.values():
            for mark in reading.registrations.marks.get(id(method), []):
                if method.name in met:
                    continue
                for own in paths or (EMPTY,):
                    instance = reading.evaluator.some_instance(base.scope, frame)
                    closure = reading.evaluator.frame(base.scope)
                    function = FunctionValue(base.module, method, closure, instance)
                    _marked(reading, mark, View(function, owner), slashed(prefix, own))
        met.update(method.name for method in base.scope.children.values())


def _marked(reading: Reading, mark: Registration, view: View, prefix: Pattern) -> None:
    """A handler with what its decorator says."""
    kind = mark.name.rpartition(".")[2]
    if kind not in _HANDLERS:
        return
    call, frame = mark.call, mark.frame
    if kind == "route":
        listed = reading.argument(call, "http_method")
        methods = reading.methods(listed, frame, ())
    else:
        methods = (kind.upper(),)
    name = reading.text(reading.argument(call, "name"), frame)
    given = reading.argument(call, "path", 0)
    for own in _paths(reading, given, frame):
        whole = slashed(prefix, own) if own.parts and own.literal != "/" else prefix
        path = _normal(whole)
        reading.add(path, methods, name, view, mark.node, frame, "either", call=call)


def _paths(reading: Reading, given: ast.expr | None, frame: Frame) -> tuple[Pattern, ...]:
    """One path or several; none is the path of the router itself."""
    if given is None:
        return (EMPTY,)
    found: list[Pattern] = []
    for item in reading.sequences.items(given, frame):
        if item.whole:
            found += reading.patterns(item.node, item.frame)
        else:
            found += reading.patterns(given, frame)
    return tuple(dict.fromkeys(found))


def _normal(path: Pattern) -> Pattern:
    """With a slash before and none at the end, as `normalize_path` leaves it."""
    parts = list(path.parts)
    if parts and parts[-1] is not None:
        parts[-1] = parts[-1].rstrip("/")
    if not parts or parts[0] is None or not parts[0].startswith("/"):
        parts.insert(0, "/")
    return Pattern.of(*parts)
