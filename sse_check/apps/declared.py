"""What Chirp's configuration and decorators declare: signals, contracts, the closing event."""

import ast
from collections.abc import Iterable, Iterator

from sse_check.apps.event_calls import plain
from sse_check.apps.model import App, Emission
from sse_check.python.evaluate import Evaluator
from sse_check.python.imports import imports
from sse_check.python.module import Module
from sse_check.python.nodes import nodes_of
from sse_check.python.scope import Scope
from sse_check.python.values import Frame, FunctionValue, InstanceValue, SequenceValue, Text

SIGNALS = "/_chirp/live"
"""Where Chirp streams all signals of an app."""

_SIGNAL_CALLS = ("signal", "derived")
_SETS = frozenset(("frozenset", "set", "tuple", "list"))


def speaks_chirp(module: Module) -> bool:
    """Whether a module imports anything of Chirp."""
    if not module.mentions("chirp"):
        return False
    names = imports(module.path, module.source.text.encode())
    return any(name.split(".")[0] == "chirp" for name in names)


def closing_events(evaluator: Evaluator, app: App) -> list[Emission]:
    """The event that `sse_close_event` names: Chirp ends each stream with it."""
    found: list[Emission] = []
    for path in evaluator.program.containing(app.modules, b"sse_close_event"):
        module = evaluator.program.module(path)
        for scope in module.scopes_mentioning("sse_close_event") if module is not None else ():
            if not configures(scope, app):
                continue
            for call in scope.calls:
                for keyword in call.keywords:
                    if keyword.arg == "sse_close_event":
                        frame = evaluator.frame(scope)
                        found.extend(_named(evaluator, keyword.value, frame, at_end=True))
    return found


def configures(scope: Scope, app: App) -> bool:
    """Whether a scope may configure an app: what one function makes is not another's."""
    if not scope.is_function or scope.module.path != app.path:
        return True
    span = scope.module.span(scope.node)
    return span.start <= app.span.start < span.end


def signals(evaluator: Evaluator, paths: Iterable[str]) -> list[Emission]:
    """The events of `@app.signal("name")` and `@app.derived("name", on=...)`."""
    found: list[Emission] = []
    for path in evaluator.program.containing(paths, b".signal(", b".derived("):
        module = evaluator.program.module(path)
        if module is None or not speaks_chirp(module):
            continue
        for scope, call in module.calls_named(*_SIGNAL_CALLS):
            if isinstance(call.func, ast.Attribute) and call.args:
                found.extend(_named(evaluator, call.args[0], evaluator.frame(scope)))
    return found


def contract_events(evaluator: Evaluator, view: FunctionValue) -> list[Emission]:
    """The names in the `SSEContract` of a route's `@contract(...)`."""
    frame = view.closure
    found: list[Emission] = []
    for decorator in getattr(view.scope.node, "decorator_list", ()):
        for call in _calls(decorator):
            if plain(evaluator.dotted(call.func, frame)) != "SSEContract":
                continue
            for keyword in call.keywords:
                if keyword.arg == "event_types":
                    for element, where in _members(evaluator, keyword.value, frame):
                        found.extend(_named(evaluator, element, where, certain=False))
    return [one for one in found if one.name.parts != (None,)]


def _members(
    evaluator: Evaluator, node: ast.expr, frame: Frame
) -> Iterator[tuple[ast.expr, Frame]]:
    """What a set is made of, also within `frozenset(...)`."""
    if isinstance(node, ast.Call) and node.args and getattr(node.func, "id", "") in _SETS:
        node = node.args[0]
    for value in evaluator.values(node, frame):
        if isinstance(value, SequenceValue):
            for item in value.items:
                yield item, value.frame
        elif isinstance(value, InstanceValue) and value.call is not None and value.call.args:
            yield from _members(evaluator, value.call.args[0], value.frame)


def _named(
    evaluator: Evaluator,
    node: ast.expr,
    frame: Frame,
    *,
    at_end: bool = False,
    certain: bool = True,
) -> Iterator[Emission]:
    for value in evaluator.values(node, frame):
        if isinstance(value, Text) and value.kind == "none":
            continue
        name = evaluator.as_text(value)
        span = frame.module.span(node)
        yield Emission(name, span, frame.module, at_end=at_end, certain=certain, frame=frame)


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in nodes_of(tree) if isinstance(node, ast.Call))
