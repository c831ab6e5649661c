"""Answers of which it cannot be told whether they are streams: what nobody here has written."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from sse_check.apps.event_calls import plain
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import last_name
from sse_check.python.values import (
    External,
    Frame,
    FunctionValue,
    InstanceValue,
    Unknown,
    Value,
)

_ANSWERS_OF_ONE_PIECE = (
    *("TemplateResponse", "HTMLResponse", "JSONResponse", "RedirectResponse", "PlainTextResponse"),
    *("redirect", "render_template"),
)
_KNOWN = frozenset(
    "fastapi starlette flask quart django litestar sanic aiohttp blacksheep falcon robyn chirp "
    "tornado bottle cello fasthtml jinja2 jinja2_fragments json datetime builtins "
    "rest_framework".split()
)
_WORDS = ("event-stream", "Stream", "EventSource", "ServerSent", "Response(")
# Where frameworks keep what an application puts there.
_KEEPING = frozenset("state ctx g extensions current_app".split())


OPEN_TYPE = "the content type of this answer cannot be told"

# How decorators are called that let a request through or not, or give a view more to work with.
_ASKING = ("_required", "exempt", "_only", "limit", "requires", "inject", "cross_origin")


class Doubt(NamedTuple):
    """An answer that may be a stream."""

    node: ast.AST
    frame: Frame
    why: str


def is_of_one_piece(node: ast.expr | None) -> bool:
    """Whether an answer is no stream, whoever makes it: `templates.TemplateResponse(...)`."""
    node = node.value if isinstance(node, ast.Await) else node
    return isinstance(node, ast.Call) and last_name(node.func).endswith(_ANSWERS_OF_ONE_PIECE)


def may_stream(dotted: str) -> bool:
    """Whether what something external gives may be a stream: frameworks' own answers are known,
    and what an application keeps with its framework is not the framework's."""
    top, _, rest = dotted.partition(".")
    if not rest:
        return False
    if top in _KNOWN:
        *owners, _ = rest.replace("()", "").replace("[", ".").split(".")
        return not _KEEPING.isdisjoint(owners) or "().app" in rest
    return not plain(dotted).endswith(_ANSWERS_OF_ONE_PIECE)


def is_answer(value: Value) -> bool:
    """Whether a value is a response that is made, which decorators hand on."""
    return isinstance(value, InstanceValue | Unknown | External)


def changing(evaluator: Evaluator, view: FunctionValue) -> Iterator[Doubt]:
    """The decorators that may make a stream of what a view returns or yields."""
    for decorator in getattr(view.scope.node, "decorator_list", ()):
        if _registers(decorator):
            continue
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        for value in evaluator.values(called, view.closure):
            own = isinstance(value, FunctionValue) and _speaks_of_streams(value)
            if own or (isinstance(value, External) and _may_change(value.dotted)):
                name = ast.unparse(called)
                why = f"what `@{name}` makes of what this function gives cannot be told"
                yield Doubt(decorator, view.closure, why)


def made_of(evaluator: Evaluator, view: FunctionValue) -> FunctionValue | None:
    """The function that the one decorator of the project with a word for streams in it puts in
    the place of a view, where it is known."""
    found: list[FunctionValue] = []
    for decorator in getattr(view.scope.node, "decorator_list", ()):
        if not _registers(decorator):
            values = evaluator.values(decorator, view.closure)
            found += [v for v in values if isinstance(v, FunctionValue) and _speaks_of_streams(v)]
    node = found[0].scope.node if len(found) == 1 else None
    if not isinstance(node, ast.FunctionDef) or len(node.args.args) != 1:
        return None
    inside = evaluator.enter(found[0], None, view.closure)
    inside.given[node.args.args[0].arg] = (view,)
    returned = [one.value for one in found[0].scope.returns if one.value is not None]
    made = [value for one in returned for value in evaluator.values(one, inside)]
    only = made[0] if len(made) == 1 else None
    return only if isinstance(only, FunctionValue) and only.scope is not view.scope else None


def _may_change(dotted: str) -> bool:
    """Whether a decorator from elsewhere may make something else of what a function gives, rather
    than ask who may call it, or how often, or hand something in: `@login_required`,
    `@limiter.limit("5/minute")`, `@inject`."""
    return may_stream(dotted) and not plain(dotted).endswith(_ASKING)


def _registers(decorator: ast.expr) -> bool:
    """`@router.get("/x")`: it says where a function answers, and changes nothing."""
    first = decorator.args[0] if isinstance(decorator, ast.Call) and decorator.args else None
    address = first.value if isinstance(first, ast.Constant) else None
    return isinstance(address, str) and (not address or address.startswith("/"))


def _speaks_of_streams(decorator: FunctionValue) -> bool:
    """Whether a decorator of the project has a word for streams in it."""
    text = decorator.scope.module.span(decorator.scope.node).text
    return any(word in text for word in _WORDS)
