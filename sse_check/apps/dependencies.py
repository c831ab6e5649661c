"""What a route of FastAPI has to be given, by its parameters and by those of what it depends on.

    @app.get("/events")
    async def events(user: Annotated[User, Depends(current_user)], token: str): ...

A parameter without a default is asked for, in the query where neither the address nor a type of
FastAPI's own nor a call such as `Header()` says otherwise. Of what else is asked for, such as
bodies and cookies, nothing is said.
"""

import ast
from collections.abc import Iterator
from typing import Literal, NamedTuple

from sse_check.apps.model import App, Route
from sse_check.python.evaluate import Evaluator
from sse_check.python.injection import depends
from sse_check.python.lookup import decorators, default_of
from sse_check.python.module import last_name
from sse_check.python.values import Frame, FunctionValue, InstanceValue
from sse_check.source import Span

_SIMPLE = frozenset("str int float bool None".split())
_OPTIONAL = frozenset(("Optional", "Union"))
Source = Literal["query", "header"]
_SOURCES: dict[str, Source] = {"Query": "query", "Header": "header"}
_RENAMING = ("alias", "validation_alias", "convert_underscores", None)
# What reads a header that no browser sends by itself, and answers 401 or 403 without it.
# `HTTPBasic` is none: a browser that was asked once sends it along.
_BEARERS = frozenset(
    """OAuth2PasswordBearer OAuth2AuthorizationCodeBearer OAuth2 HTTPBearer OpenIdConnect
    APIKeyHeader""".split()
)
_DEEPEST = 8


class Required(NamedTuple):
    """What has to be given, and where that is written; `guard` is the class that refuses an answer
    without it, such as `HTTPBearer`."""

    name: str
    span: Span
    source: Source = "query"
    guard: str = ""


def asked_for(evaluator: Evaluator, app: App, route: Route) -> Iterator[Required]:
    """All that a route asks for, its own parameters first."""
    view = route.view
    # Another decorator may give the function what it asks for; a method is given its object.
    if view is None or view.owner is not None or len(decorators(view.scope.node)) != 1:
        return
    if evaluator.program.containing(sorted(app.modules), b"dependency_overrides"):
        return
    yield from _of_function(evaluator, view, route.path, 0)
    for node, frame in _listed(evaluator, route):
        yield from _of_dependency(evaluator, node, frame, route.path, 0)


def _listed(evaluator: Evaluator, route: Route) -> Iterator[tuple[ast.Call, Frame]]:
    """`dependencies=[Depends(verify)]` of a route, and of the router that has it."""
    frame, call = route.frame, route.call
    if frame is None or call is None:
        return
    calls = [(call, frame)]
    if isinstance(call.func, ast.Attribute):
        owners = evaluator.values(call.func.value, frame)
        if len(owners) == 1 and isinstance(owners[0], InstanceValue) and owners[0].call:
            calls.append((owners[0].call, owners[0].frame))
    for one, where in calls:
        listed = next((word.value for word in one.keywords if word.arg == "dependencies"), None)
        for element in listed.elts if isinstance(listed, ast.List | ast.Tuple) else ():
            found = depends(evaluator, element, None, where)
            if found is not None:
                yield found


def _of_function(
    evaluator: Evaluator, function: FunctionValue, path: str, depth: int
) -> Iterator[Required]:
    node = function.scope.node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or depth > _DEEPEST:
        return
    for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        if f"{{{argument.arg}" in path:
            continue
        default = default_of(node, argument.arg)
        found = depends(evaluator, default, argument.annotation, function.closure)
        if found is not None:
            yield from _of_dependency(evaluator, *found, path, depth + 1)
        elif source := _required(argument, default):
            yield Required(argument.arg, function.module.span(argument), source)


def _of_dependency(
    evaluator: Evaluator, call: ast.Call, frame: Frame, path: str, depth: int
) -> Iterator[Required]:
    """What a function asks for on which a route depends, or an object that guards it."""
    values = evaluator.values(call.args[0], frame) if call.args else ()
    match values:
        case (FunctionValue(owner=None) as function,) if not decorators(function.scope.node):
            yield from _of_function(evaluator, function, path, depth)
        case (InstanceValue() as guard,) if guard.call is not None:
            name = guard.dotted.rpartition(".")[2]
            is_guard = guard.dotted.startswith("fastapi.") and name in _BEARERS
            if is_guard and all(word.arg != "auto_error" for word in guard.call.keywords):
                span = guard.frame.module.span(guard.call)
                header = _header(guard.call) if name == "APIKeyHeader" else "Authorization"
                yield Required(header, span, "header", name)


def _header(call: ast.Call) -> str:
    given = next((word.value for word in call.keywords if word.arg == "name"), None)
    return str(given.value) if isinstance(given, ast.Constant) else "its"


def _required(argument: ast.arg, default: ast.expr | None) -> Source | None:
    """Where a parameter has to be given under its own name, if it has to be given."""
    kind, extras = _unwrapped(argument.annotation)
    told = [one for one in (*extras, default) if isinstance(one, ast.Call)]
    if not _is_simple(kind):
        return None
    if not told:
        return "query" if default is None and not extras else None
    source = _SOURCES.get(last_name(told[0].func))
    if len(told) > 1 or source is None or (default and default is not told[0]):
        return None
    named = {one.arg: one.value for one in told[0].keywords}
    if not named.keys().isdisjoint(_RENAMING) or not _is_open(told[0], named):
        return None
    return source


def _is_open(call: ast.Call, named: dict[str | None, ast.expr]) -> bool:
    """Whether a parameter is said to have no default: `Query()`, `Query(...)`."""
    given = call.args[0] if call.args else named.get("default")
    if "default_factory" in named:
        return False
    return given is None or (isinstance(given, ast.Constant) and given.value is ...)


def _unwrapped(annotation: ast.expr | None) -> tuple[ast.expr | None, list[ast.expr]]:
    """A type, and what stands behind it in `Annotated[type, ...]`."""
    if isinstance(annotation, ast.Subscript) and last_name(annotation.value) == "Annotated":
        inner = annotation.slice
        if isinstance(inner, ast.Tuple) and inner.elts:
            return inner.elts[0], inner.elts[1:]
    return annotation, []


def _is_simple(kind: ast.expr | None) -> bool:
    """Whether a type is one that stands in a query; what has none is taken for a text."""
    match kind:
        case None:
            return True
        case ast.Name(id=name):
            return name in _SIMPLE
        case ast.Constant(value=value):
            return value is None
        case ast.BinOp(left=left, right=right, op=ast.BitOr()):
            return _is_simple(left) and _is_simple(right)
        case ast.Subscript(value=outer, slice=inner) if last_name(outer) in _OPTIONAL:
            every = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return all(map(_is_simple, every))
    return False
