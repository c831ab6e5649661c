"""What Chirp's configuration and decorators declare: signals, contracts, the closing event."""

import ast
from collections.abc import Iterator
from typing import cast

from sse_check.server.emissions import Emission, Stream
from sse_check.server.modules import Function, Module, Modules
from sse_check.server.routes import Route
from sse_check.server.texts import Scope, elements, texts
from sse_check.template.values import Pattern

SIGNALS = "/_chirp/live"
"""Where Chirp streams all signals of an app."""

_SIGNAL_CALLS = frozenset(("signal", "derived"))
_SETS = frozenset(("frozenset", "set", "tuple", "list"))


def closing_events(modules: Modules) -> list[Emission]:
    """The event that `sse_close_event` names: Chirp ends each stream with it."""
    return [
        Emission(name, module.span(keyword.value), module, at_end=True)
        for module in modules.all
        for call in _calls(module.tree)
        for keyword in call.keywords
        if keyword.arg == "sse_close_event"
        for name in texts(modules, keyword.value, Scope(module))
    ]


def speaks_chirp(module: Module) -> bool:
    """Whether a module imports anything of Chirp."""
    return any(name.split(".")[0] == "chirp" for name in module.names.values())


def signals(modules: Modules) -> Iterator[tuple[Route, Stream]]:
    """The stream of `@app.signal("name")` and `@app.derived("name", on=...)`, if there are any."""
    found = [
        Emission(name, module.span(call.args[0]), module, scope=Scope(module))
        for module in modules.all
        if speaks_chirp(module)
        for call in _calls(module.tree)
        if call.args and isinstance(call.func, ast.Attribute) and call.func.attr in _SIGNAL_CALLS
        for name in texts(modules, call.args[0], Scope(module))
    ]
    if not found:
        return
    first = found[0]
    view = ast.parse("def live(): ...").body[0]
    function = ast.copy_location(cast("Function", view), _at(first))
    path = Pattern.of(SIGNALS)
    route = Route(path, True, first.module, function, (), ("GET",), SIGNALS)
    unknown = any(emission.name.parts == (None,) for emission in found)
    known = [emission for emission in found if emission.name.parts != (None,)]
    yield route, Stream(known, open=unknown, ending="endless", module=first.module)


def _at(emission: Emission) -> ast.AST:
    """A node that stands where an emission is written."""
    position = emission.span.source.position(emission.span.start)
    return ast.Pass(lineno=position.line, col_offset=position.column - 1)


def contract_events(modules: Modules, module: Module, function: Function) -> list[Emission]:
    """The names in the `SSEContract` of a route's `@contract(...)`."""
    scope = Scope(module, (function,))
    return [
        Emission(name, module.span(element), module, scope=scope)
        for decorator in function.decorator_list
        for call in _calls(decorator)
        if module.meaning(call.func).rsplit(".", 1)[-1] == "SSEContract"
        for keyword in call.keywords
        if keyword.arg == "event_types"
        for element in _members(modules, scope, keyword.value)
        for name in texts(modules, element, scope)
        if name.parts != (None,)
    ]


def _members(modules: Modules, scope: Scope, node: ast.expr) -> list[ast.expr]:
    """What a set is made of, also within `frozenset(...)`."""
    if isinstance(node, ast.Call) and node.args and getattr(node.func, "id", "") in _SETS:
        node = node.args[0]
    return elements(modules, scope, node) or []


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))
