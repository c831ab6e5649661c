"""BlackSheep: routers, the router of the package itself, and controllers."""

import ast
from collections.abc import Iterator

from sse_check.apps.addresses import EMPTY, lstrip, rstrip, slashed, starts_with_slash
from sse_check.apps.makers import kind_of
from sse_check.apps.reading import VERBS, Reading, View, target_view
from sse_check.apps.registrations import Registration
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
    InstanceValue,
)
from sse_check.python.words import in_words
from sse_check.template.values import Pattern

_ROUTING = frozenset((*VERBS, "route"))


def read(reading: Reading, app: InstanceValue) -> None:
    _app(reading, app, EMPTY)
    # Controllers and `@get("/x")` of the package belong to the app that imports them.
    reached = reading.evaluator.program.reached(app.module.path, *reading.modules)
    _package_routes(reading, _prefix_of(reading, app), reached)


def read_router(reading: Reading, router: InstanceValue) -> None:
    _router(reading, router, EMPTY)


def _prefix_of(reading: Reading, app: InstanceValue) -> Pattern:
    given, frame = reading.made_with(app, "router", 0)
    for router in reading.instances(given, frame):
        prefix, prefix_frame = reading.made_with(router, "prefix")
        for own in reading.patterns(prefix, prefix_frame):
            return starts_with_slash(rstrip(own)) if own.parts else EMPTY
    return EMPTY


def _app(reading: Reading, app: InstanceValue, prefix: Pattern) -> None:
    if not reading.take(app):
        return
    given, frame = reading.made_with(app, "router", 0)
    own = _prefix_of(reading, app)
    inner = slashed(prefix, own) if own.parts else prefix
    for router in reading.instances(given, frame):
        _router(reading, router, prefix)
    for one in reading.registered(app):
        name = one.name.rpartition(".")[2]
        if name == "mount" and one.call is not None:
            _mount(reading, one.call, one.frame, inner)
        elif name == "serve_files" and one.call is not None:
            path = reading.argument(one.call, "root_path")
            for root in reading.patterns(path, one.frame):
                whole = slashed(inner, root) if root.parts else Pattern.of("/")
                reading.add_outside(whole, None, one.node, one.frame)
        else:
            _registered(reading, one, name, inner)
    reading.leave()


def _mount(reading: Reading, call: ast.Call, frame: Frame, prefix: Pattern) -> None:
    target = reading.argument(call, "app", 1)
    for own in reading.patterns(reading.argument(call, "path", 0), frame):
        whole = slashed(prefix, starts_with_slash(own))
        known = False
        for app in reading.instances(target, frame):
            kind = kind_of(reading.evaluator, app)
            if kind is not None and kind.family == "blacksheep":
                known = True
                _app(reading, app, whole)
        if not known:
            reading.add_outside(whole, None, call, frame)


def _router(reading: Reading, router: InstanceValue, prefix: Pattern) -> None:
    if not reading.take(router):
        return
    given, frame = reading.made_with(router, "prefix")
    for own in reading.patterns(given, frame):
        inner = slashed(prefix, starts_with_slash(own)) if own.parts else prefix
        for one in reading.registered(router):
            _registered(reading, one, one.name.rpartition(".")[2], inner)
    listed, list_frame = reading.made_with(router, "sub_routers")
    for item in reading.items(listed, list_frame):
        for sub in reading.instances(item.node, item.frame):
            _router(reading, sub, prefix)
    reading.leave()


def _registered(reading: Reading, one: Registration, name: str, prefix: Pattern) -> None:
    call, frame = one.call, one.frame
    if call is None:
        return
    owner = _controller_of(one) if one.target is not None else None
    if name in _ROUTING and owner is not None:
        _controller(reading, name, one, owner, prefix)
    elif name in _ROUTING and one.target is not None:
        _route(reading, name, call, frame, prefix, target_view(one.target))
    elif name in ("add_route", "add"):
        methods = reading.methods(reading.argument(call, "method", 0), frame)
        view = reading.view(reading.argument(call, "handler", 2), frame)
        _add(reading, methods, reading.argument(call, "pattern", 1), call, frame, prefix, view)
    elif name.startswith("add_") and name[4:] in VERBS:
        view = reading.view(reading.argument(call, "handler", 1), frame)
        pattern = reading.argument(call, "pattern", 0)
        _add(reading, (name[4:].upper(),), pattern, call, frame, prefix, view)


def _route(
    reading: Reading, name: str, call: ast.Call, frame: Frame, prefix: Pattern, view: View
) -> None:
    listed = reading.argument(call, "methods", 1)
    methods = (name.upper(),) if name in VERBS else reading.methods(listed, frame)
    _add(reading, methods, reading.argument(call, "pattern", 0), call, frame, prefix, view)


def _add(
    reading: Reading,
    methods: tuple[str, ...],
    given: ast.expr | None,
    call: ast.Call,
    frame: Frame,
    prefix: Pattern,
    view: View,
) -> None:
    for own in reading.patterns(given, frame):
        whole = rstrip(slashed(prefix, own) if lstrip(own).parts else prefix)
        path = starts_with_slash(whole) if whole.parts else Pattern.of("/")
        reading.add(path, methods, None, view, call, frame, "either", call=call)


# Controllers and the routes of the package


def _package_routes(reading: Reading, prefix: Pattern, reached: frozenset[str]) -> None:
    for marks in reading.registrations.marks.values():
        for mark in marks:
            package, _, name = mark.name.partition(".")
            name = name.rpartition(".")[2]
            if package != "blacksheep" or name not in _ROUTING or mark.call is None:
                continue
            if mark.module.path not in reached:
                continue
            owner = _controller_of(mark)
            if owner is None:
                view = target_view(mark.target)
                _route(reading, name, mark.call, mark.frame, prefix, view)
            else:
                _controller(reading, name, mark, owner, prefix)


def _controller(
    reading: Reading, name: str, mark: Registration, owner: ClassValue, prefix: Pattern
) -> None:
    """A method of a controller, for each class that has it."""
    assert mark.call is not None  # noqa: S101 - looked at by the callers
    view = target_view(mark.target)
    for controller in _concrete(reading, owner):
        for base in _bases(reading, controller):
            inner = slashed(prefix, base) if base.parts else prefix
            bound = View(view.function, controller)
            _route(reading, name, mark.call, mark.frame, inner, bound)


def _controller_of(mark: Registration) -> ClassValue | None:
    scope = mark.frame.scope
    if not scope.is_class or mark.frame.outer is None:
        return None
    return ClassValue(mark.module, scope, mark.frame.outer)


def _concrete(reading: Reading, owner: ClassValue) -> Iterator[ClassValue]:
    """A controller and those derived from it; one that is abstract gives its routes to them."""
    decorators = getattr(owner.scope.node, "decorator_list", ())
    if not any("abstract" in in_words(one) for one in decorators):
        yield owner
    for module in reading.evaluator.program.modules:
        if not module.mentions(owner.scope.name):
            continue
        for scope in module.scope.children.values():
            if scope.is_class and scope is not owner.scope:
                derived = ClassValue(module, scope, reading.evaluator.frame(module.scope))
                lineage = reading.evaluator.lineage(derived)
                if any(isinstance(b, ClassValue) and b.scope is owner.scope for b in lineage):
                    yield derived


def _bases(reading: Reading, controller: ClassValue) -> tuple[Pattern, ...]:
    """The base route of a controller: `route`, or the name of an APIController's class."""
    for base in reading.evaluator.lineage(controller):
        if not isinstance(base, ClassValue):
            continue
        frame = reading.evaluator.frame(base.scope)
        for binding in base.scope.bindings.get("route", ()):
            if binding.value is not None:
                return reading.patterns(binding.value, frame)
            method = base.scope.child(binding.node)
            if method is not None:
                function = FunctionValue(base.module, method, frame, controller)
                inner = reading.evaluator.inside(function, None, frame)
                returned = [r.value for r in method.returns if r.value is not None]
                found = [p for value in returned for p in reading.patterns(value, inner)]
                return tuple(found) or (EMPTY,)
    outer = [b for b in reading.evaluator.lineage(controller) if isinstance(b, External)]
    if any(base.dotted.endswith("APIController") for base in outer):
        return (_api_base(reading, controller),)
    return (EMPTY,)


def _api_base(reading: Reading, controller: ClassValue) -> Pattern:
    """As `APIController.route` puts it together: `/api/v1/cat`."""
    name = controller.scope.name.lower()
    version = ""
    method = reading.method(controller, "version")
    if method is not None:
        inner = reading.evaluator.inside(method, None, method.closure)
        for returned in method.scope.returns:
            if returned.value is not None:
                version = reading.text(returned.value, inner) or ""
    if version and name.endswith(version.lower()):
        name = name[: -len(version)]
    return Pattern.of("/" + "/".join(part for part in ("api", version, name) if part))
