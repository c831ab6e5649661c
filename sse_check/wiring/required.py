"""What a route of FastAPI has to be given, and a connection does not give: it answers 422.

A parameter without a default is asked for, in the query where neither the address nor a type of
FastAPI's own nor `Depends` says otherwise. Of headers nothing is said: a proxy may add them.
"""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from sse_check.apps.model import Route
from sse_check.python.lookup import default_of
from sse_check.python.module import last_name
from sse_check.source import Span
from sse_check.wiring.joins import Joined

_SIMPLE = frozenset("str int float bool None".split())
_OPTIONAL = frozenset(("Optional", "Union"))


class Required(NamedTuple):
    """A parameter of a view that has to be given in the query, and where it stands."""

    name: str
    span: Span


def unmet(joined: Joined) -> Required | None:
    """The first thing that the route of a connection asks for, and its address does not have."""
    address, app = joined.address, joined.app
    if app is None or app.framework != "fastapi" or len(joined.routes) != 1:
        return None
    if address.query or address.named or address.path.parts[-1:] == (None,):
        return None
    return next(_required(joined.routes[0]), None)


def _required(route: Route) -> Iterator[Required]:
    view = route.view
    node = view.scope.node if view is not None else None
    if view is None or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    if len(node.decorator_list) != 1 or view.owner is not None:
        # Another decorator may give the function what it asks for.
        return
    for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        if f"{{{argument.arg}" in route.path:
            continue
        if _is_required(argument, default_of(node, argument.arg)):
            yield Required(argument.arg, view.module.span(argument))


def _is_required(argument: ast.arg, default: ast.expr | None) -> bool:
    """Whether a parameter has to be given in the query, under its own name."""
    kind, extras = _unwrapped(argument.annotation)
    told = [one for one in (*extras, default) if isinstance(one, ast.Call)]
    if not _is_simple(kind):
        return False
    if not told:
        return default is None and not extras
    named = {one.arg: one.value for one in told[0].keywords}
    if len(told) > 1 or last_name(told[0].func) != "Query" or (default and default is not told[0]):
        return False
    renamed = not named.keys().isdisjoint(("alias", "validation_alias", None))
    return not renamed and _is_open(told[0], named)


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
