"""Bottle: apps, the default one that needs no name, and apps inside apps."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from sse_check.apps.addresses import EMPTY, ends_with_slash, join, lstrip
from sse_check.apps.makers import kind_of
from sse_check.apps.reading import VERBS, Reading, View, target_view
from sse_check.apps.registrations import Registration
from sse_check.apps.runs import positional
from sse_check.python.module import last_name
from sse_check.python.values import External, Frame, FunctionValue, InstanceValue, SequenceValue
from sse_check.python.words import in_words
from sse_check.template.values import Pattern

_ROUTING = frozenset((*VERBS, "route"))
_REGISTERING = _ROUTING.union(("mount", "merge"))
_ROOT = Pattern.of("/")
# What gives the default app.
DEFAULTS = frozenset(("bottle.default_app", "bottle.app", "bottle.app.push"))


class Default(NamedTuple):
    """A default app: what stands for the call that makes it, and the files that share it."""

    instance: InstanceValue
    modules: frozenset[str]


def read(reading: Reading, app: InstanceValue) -> None:
    _app(reading, app, EMPTY)


def read_router(reading: Reading, router: InstanceValue) -> None:
    """Bottle has no routers apart from apps."""


def read_default(reading: Reading, default: Default) -> None:
    """The default app: what the functions of the package register in files that share it."""
    if not reading.take(default.instance):
        return
    for one in _of_default(reading):
        if one.module.path in default.modules:
            _registered(reading, one, EMPTY)
    reading.leave()


def _of_default(reading: Reading) -> Iterator[Registration]:
    registrations = reading.registrations
    marked = (one for some in registrations.marks.values() for one in some)
    for one in (*marked, *registrations.free):
        package, _, name = one.name.rpartition(".")
        if package == "bottle" and name in _REGISTERING:
            yield one
    for owner in list(registrations.owners.values()):
        if owner.dotted in DEFAULTS:
            yield from registrations.of(owner)


def defaults(reading: Reading) -> list[Default]:
    """The default apps of a repository, one for each program that starts with one."""
    registered = list(_of_default(reading))
    using = frozenset(one.module.path for one in registered)
    if not using:
        return []
    program = reading.evaluator.program
    groups: dict[frozenset[str], list[str]] = {}
    for path in program.containing(reading.registrations.runs.paths, b"import"):
        shared = program.reached(path) & using
        if shared:
            groups.setdefault(shared, []).append(path)
    whole = [one for one in groups if not any(one < other for other in groups)]
    found: list[Default] = []
    for shared in sorted(whole, key=sorted):
        first = next(one for one in registered if one.module.path in shared)
        instance = _started(reading, groups[shared]) or _standing_for(first)
        found.append(Default(instance, shared))
    return found


def _started(reading: Reading, paths: list[str]) -> InstanceValue | None:
    """`run(host=...)`, `app = default_app()`"""
    for path in paths:
        module = reading.evaluator.program.module(path)
        calls = module.calls_named("run", "default_app") if module is not None else ()
        for scope, call in calls:
            frame = reading.evaluator.frame(scope)
            dotted = reading.evaluator.dotted(call.func, frame)
            if dotted in ("bottle.run", "bottle.default_app"):
                return InstanceValue(External("bottle.default_app"), call, frame)
    return None


def _standing_for(one: Registration) -> InstanceValue:
    call = one.call or ast.copy_location(ast.Call(ast.Name("route"), [], []), one.node)
    return InstanceValue(External("bottle.default_app"), call, one.frame)


def _app(reading: Reading, app: InstanceValue, prefix: Pattern) -> None:
    if not reading.take(app):
        return
    for one in reading.registered(app):
        _registered(reading, one, prefix)
    reading.leave()


def _registered(reading: Reading, one: Registration, prefix: Pattern) -> None:
    name = one.name.rpartition(".")[2]
    if name in _ROUTING:
        _route(reading, one, name, prefix)
    elif one.call is None:
        return
    elif name == "mount":
        _mount(reading, one.call, one.frame, prefix)
    elif name == "merge" and one.call.args:
        _merge(reading, one.call.args[0], one.call, one.frame, prefix)
    elif name == "add_route":
        what = in_words(one.call)[:60]
        reading.cannot_tell(f"the route of `{what}` cannot be told", one.call, one.frame)


def _below(prefix: Pattern, rule: Pattern) -> list[Pattern]:
    """The addresses of a rule in an app that is mounted; one without a slash at its end answers
    there as well."""
    if not prefix.parts:
        return [rule]
    if ends_with_slash(prefix):
        return [join(prefix, lstrip(rule))]
    inner = join(prefix, _ROOT, lstrip(rule))
    return [inner, prefix] if rule == _ROOT else [inner]


def _route(reading: Reading, one: Registration, name: str, prefix: Pattern) -> None:
    call, frame = one.call, one.frame
    view = target_view(one.target)
    if one.target is None and call is not None:
        view = reading.view(reading.argument(call, "callback", 2), frame)
    listed = reading.argument(call, "method", 1)
    methods = (name.upper(),) if name != "route" and listed is None else _methods(reading, one)
    named = reading.argument(call, "name")
    label = reading.text(named, frame) if named is not None else None
    for rule in _rules(reading, reading.argument(call, "path", 0), frame, view):
        for path in _below(prefix, rule):
            reading.add(path, methods, label, view, one.node, frame, call=call)


def _methods(reading: Reading, one: Registration) -> tuple[str, ...]:
    found = reading.methods(reading.argument(one.call, "method", 1), one.frame)
    return () if "ANY" in found else found


def _rules(reading: Reading, node: ast.expr | None, frame: Frame, view: View) -> Iterator[Pattern]:
    """`"/x"`, `["/x", "/y"]`, or what Bottle makes of the function's own name."""
    if node is None or reading.is_none(node, frame):
        if view.function is not None:
            yield from _of_name(view.function)
        return
    if any(isinstance(one, SequenceValue) for one in reading.evaluator.values(node, frame)):
        for item in reading.sequences.items(node, frame):
            yield from reading.patterns(item.node, item.frame)
        return
    yield from reading.patterns(node, frame)


def _of_name(function: FunctionValue) -> Iterator[Pattern]:
    """As `bottle.yieldroutes` does it: one for each number of arguments that it takes."""
    arguments = getattr(function.scope.node, "args", None)
    names = positional(function.scope)
    optional = len(arguments.defaults) if isinstance(arguments, ast.arguments) else 0
    path = "/" + function.scope.name.replace("__", "/").lstrip("/")
    for count in range(len(names) - optional, len(names) + 1):
        yield Pattern.of(path + "".join(f"/<{name}>" for name in names[:count]))


def _apps(reading: Reading, node: ast.expr | None, frame: Frame) -> list[InstanceValue]:
    found = []
    for value in reading.instances(node, frame):
        kind = kind_of(reading.evaluator, value)
        if kind is not None and kind.family == "bottle":
            found.append(value)
    return found


def _mount(reading: Reading, call: ast.Call, frame: Frame, prefix: Pattern) -> None:
    apps = _apps(reading, reading.argument(call, "app", 1), frame)
    for own in reading.patterns(reading.argument(call, "prefix", 0), frame):
        for whole in _below(prefix, own):
            for app in apps:
                _app(reading, app, whole)
            if not apps:
                reading.add_outside(whole, None, call, frame)


def _merge(reading: Reading, node: ast.expr, call: ast.Call, frame: Frame, prefix: Pattern) -> None:
    """`app.merge(other)`, `app.merge(other.routes)`"""
    if isinstance(node, ast.Attribute) and last_name(node) == "routes":
        node = node.value
    apps = _apps(reading, node, frame)
    for app in apps:
        _app(reading, app, prefix)
    if not apps:
        what = in_words(node)[:60]
        reading.cannot_tell(f"the routes of `{what}` cannot be told", call, frame)
