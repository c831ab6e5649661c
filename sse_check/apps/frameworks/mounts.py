"""What stands before the addresses of WSGI apps: werkzeug's dispatcher, and APPLICATION_ROOT."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from sse_check.apps.makers import kind_of
from sse_check.apps.reading import Reading
from sse_check.python.scope import Scope
from sse_check.python.values import Frame, InstanceValue, MappingValue
from sse_check.template.values import Pattern

_DISPATCHER = "DispatcherMiddleware"
_WRAPPED = ("wsgi_app", "asgi_app")
_ROOT = "APPLICATION_ROOT"


class Mount(NamedTuple):
    """An app below a prefix. `inside` is the app that answers all other addresses, if one does."""

    app: InstanceValue
    prefix: Pattern
    inside: InstanceValue | None


def mounts(reading: Reading) -> Iterator[Mount]:
    """`DispatcherMiddleware(front, {"/shop": shop})`, wherever that stands."""
    program = reading.evaluator.program
    for path in program.containing(reading.registrations.runs.paths, _DISPATCHER.encode()):
        module = program.module(path)
        for scope, call in module.calls_named(_DISPATCHER) if module is not None else ():
            yield from _mounted(reading, call, reading.evaluator.frame(scope))


def _mounted(reading: Reading, call: ast.Call, frame: Frame) -> Iterator[Mount]:
    front = next(_apps(reading, reading.argument(call, "app", 0), frame), None)
    table = reading.argument(call, "mounts", 1)
    for value in reading.evaluator.values(table, frame) if table is not None else ():
        if not isinstance(value, MappingValue):
            continue
        for key, item in zip(value.keys, value.items, strict=True):
            for app in _apps(reading, item, value.frame) if key is not None else ():
                for prefix in reading.patterns(key, value.frame):
                    yield Mount(app, prefix, front)


def _apps(reading: Reading, node: ast.expr | None, frame: Frame) -> Iterator[InstanceValue]:
    """The apps that an expression may be: `shop`, `shop.wsgi_app`."""
    if isinstance(node, ast.Attribute) and node.attr in _WRAPPED:
        node = node.value
    for value in reading.instances(node, frame):
        kind = kind_of(reading.evaluator, value)
        if kind is not None and kind.is_app and kind.family == "flask":
            yield value


def configured_roots(reading: Reading, app: InstanceValue) -> Iterator[str]:
    """Where the server puts an app, as its configuration says to those that write addresses."""
    program, folder = reading.evaluator.program, app.module.package
    start = f"{folder}/" if folder else ""
    for path in program.containing(reading.registrations.runs.paths, _ROOT.encode()):
        module = program.module(path) if path.startswith(start) else None
        for scope in module.scopes_mentioning(_ROOT) if module is not None else ():
            frame = reading.evaluator.frame(scope)
            for node in _given(scope):
                text = reading.text(node, frame)
                if text is not None and text.strip("/"):
                    yield text


def _given(scope: Scope) -> Iterator[ast.expr]:
    """The values of the setting: in a class or a module, by a key, as an argument."""
    for binding in scope.bindings.get(_ROOT, ()):
        if binding.value is not None:
            yield binding.value
    for store in scope.stores:
        key = getattr(store.target, "slice", None)
        if isinstance(key, ast.Constant) and key.value == _ROOT:
            yield store.value
    for call in scope.calls:
        yield from (k.value for k in call.keywords if k.arg == _ROOT)
