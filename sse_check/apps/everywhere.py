"""What Python gives every template of an application: context processors, globals of its engine."""

import ast
from collections.abc import Iterable, Iterator

from sse_check.apps.contexts import built
from sse_check.apps.renders import Renders
from sse_check.python.module import Module, last_name
from sse_check.python.scope import Scope
from sse_check.python.values import Frame, FunctionValue, SequenceValue
from sse_check.template.values import Pattern

_DECORATORS = ("context_processor", "app_context_processor")
_WORDS = (b"context_processor", b"app_context_processor", b"context_processors", b"globals")


def given_everywhere(renders: Renders, modules: Iterable[str]) -> dict[str, tuple[Pattern, ...]]:
    """The names that templates know without being given them, as far as they are written."""
    found: dict[str, tuple[Pattern, ...]] = {}
    program = renders.evaluator.program
    for path in program.containing(sorted(modules), *_WORDS):
        module = program.module(path)
        for name, values in _of_module(renders, module) if module is not None else ():
            found[name] = tuple(dict.fromkeys((*found.get(name, ()), *values)))
    return found


def _of_module(renders: Renders, module: Module) -> Iterator[tuple[str, tuple[Pattern, ...]]]:
    for scope in (*_decorated(module), *_listed(renders, module)):
        yield from built(renders, scope, renders.evaluator.frame(scope)).context.items()
    for scope in module.scope.walk():
        for key, value, frame in _put(renders, scope):
            name = renders.evaluator.text(key, frame)
            if name is not None and renders.matters(name):
                fields: dict[str, tuple[Pattern, ...]] = {}
                renders.fields(name, value, frame, fields)
                yield name, renders.known(value, frame)
                yield from fields.items()


def _decorated(module: Module) -> Iterator[Scope]:
    """`@app.context_processor` of Flask and Quart."""
    for scope in module.scope.walk():
        marks = getattr(scope.node, "decorator_list", ()) if scope.is_function else ()
        if any(last_name(one) in _DECORATORS for one in marks):
            yield scope


def _listed(renders: Renders, module: Module) -> Iterator[Scope]:
    """`"context_processors": ["shop.context.live"]`, `Jinja2Templates(context_processors=[f])`."""
    evaluator = renders.evaluator
    frame = evaluator.frame(module.scope)
    for item in _processors(module, renders):
        values = evaluator.values(item, frame)
        name = item.value if isinstance(item, ast.Constant) else None
        if isinstance(name, str):
            home, _, last = name.rpartition(".")
            path = evaluator.program.find(home, module.path) if home else None
            other = evaluator.program.module(path) if path is not None else None
            values = evaluator.name(last, evaluator.frame(other.scope)) if other else ()
        yield from (one.scope for one in values if isinstance(one, FunctionValue))


def _processors(module: Module, renders: Renders) -> Iterator[ast.expr]:
    for node in ast.walk(module.tree):
        listed: list[ast.expr] = []
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            listed = [v for k, v in pairs if getattr(k, "value", None) == "context_processors"]
        elif isinstance(node, ast.Call):
            listed = [k.value for k in node.keywords if k.arg == "context_processors"]
        for one in listed:
            for value in renders.evaluator.values(one, renders.evaluator.frame(module.scope)):
                yield from value.items if isinstance(value, SequenceValue) else ()


def _put(renders: Renders, scope: Scope) -> Iterator[tuple[ast.expr, ast.expr, Frame]]:
    """`env.globals["x"] = value`, `env.globals.update(x=value)`."""
    frame = renders.evaluator.frame(scope)
    for store in scope.stores:
        target = store.target
        if isinstance(target, ast.Subscript) and last_name(target.value) == "globals":
            yield target.slice, store.value, frame
    for call in scope.calls:
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr != "update":
            continue
        if last_name(function.value) == "globals":
            yield from ((ast.Constant(k.arg), k.value, frame) for k in call.keywords if k.arg)
            for table in call.args:
                pairs = (
                    zip(table.keys, table.values, strict=True)
                    if isinstance(table, ast.Dict)
                    else ()
                )
                yield from ((key, value, frame) for key, value in pairs if key is not None)
