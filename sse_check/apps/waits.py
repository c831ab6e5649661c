"""Where a stream waits in a way that stops its server, or means to wait and does not."""

import ast
from collections.abc import Iterator
from typing import Literal, NamedTuple

from sse_check.apps.model import StreamRoute
from sse_check.python.evaluate import Evaluator
from sse_check.python.values import Frame, InstanceValue
from sse_check.source import Span

Fault = Literal["blocks", "unawaited", "coroutine", "unsent"]
"""Nothing else runs while it waits; it does not wait; what comes is put to no use; it sends
nothing."""

_BLOCKING = frozenset(("time.sleep",))
_AWAITED = frozenset(("asyncio.sleep", "anyio.sleep", "trio.sleep"))
_QUEUES = frozenset(
    f"{package}.{name}"
    for package in ("queue", "multiprocessing")
    for name in ("Queue", "SimpleQueue", "LifoQueue", "PriorityQueue")
)
_AWAITED_QUEUES = frozenset(
    f"asyncio.{prefix}{name}"
    for prefix in ("", "queues.")
    for name in ("Queue", "LifoQueue", "PriorityQueue")
)
# What sends on an answer of aiohttp, once it is awaited.
_SENDING = frozenset(
    f"{answer}().{method}"
    for answer in ("aiohttp.web.StreamResponse", "aiohttp_sse.sse_response")
    for method in ("prepare", "write", "send")
)
_AWAITING = ast.Await | ast.AsyncFor | ast.AsyncWith


class Wait(NamedTuple):
    """A call by which a stream waits or sends, or means to; whether its code is asynchronous, and
    whether anything in it lets others run in between."""

    span: Span
    fault: Fault
    called: str
    is_async: bool
    lets_run: bool


def waits_in(evaluator: Evaluator, one: StreamRoute) -> Iterator[Wait]:
    """The calls by which the generators of a stream, or a view that writes it itself, wait in the
    wrong way in their loops, mean to wait, or send nothing."""
    frames = {id(frame.scope): frame for frame in one.stream.generators}
    if one.route.view is not None:
        scope = one.route.view.scope
        frames.setdefault(id(scope), evaluator.frame(scope))
    for frame in frames.values():
        is_async = isinstance(frame.scope.node, ast.AsyncFunctionDef)
        loops = _loops(frame.scope.node)
        unused = _unused(frame.scope.node)
        lets_run = any(isinstance(one, _AWAITING) for one in ast.walk(frame.scope.node))
        for call in frame.scope.calls:
            fault = _fault(evaluator, call, frame, id(call) in unused)
            if fault is None or (fault == "blocks" and not is_async):
                continue
            always = fault == "unsent" or (fault == "unawaited" and bool(frame.scope.yields))
            if always or any(_spans(loop, call) for loop in loops):
                called = ast.unparse(call.func)
                yield Wait(frame.module.span(call), fault, called, is_async, lets_run)


def _fault(evaluator: Evaluator, call: ast.Call, frame: Frame, is_unused: bool) -> Fault | None:
    dotted = evaluator.dotted(call.func, frame)
    if dotted in _BLOCKING:
        return "blocks"
    if dotted in _SENDING:
        return "unsent" if is_unused else None
    if dotted in _AWAITED:
        return "unawaited" if is_unused else None
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr != "get":
        return None
    owners = evaluator.values(func.value, frame)
    names = {one.dotted if isinstance(one, InstanceValue) else "" for one in owners}
    if names and names <= _QUEUES and _is_blocking(call):
        return "blocks"
    return "coroutine" if names and names <= _AWAITED_QUEUES and is_unused else None


def _is_blocking(call: ast.Call) -> bool:
    """`get()` and `get(timeout=1)`, and not `get(False)`."""
    return not call.args and all(keyword.arg == "timeout" for keyword in call.keywords)


def _unused(function: ast.AST) -> set[int]:
    """The calls that nothing awaits: a statement of their own, what a name is given that nobody
    awaits or hands on, and what is put into a text."""
    nodes = list(ast.walk(function))
    handed = {
        name.id
        for node in nodes
        if isinstance(node, ast.Await | ast.Call | ast.Return | ast.List | ast.Tuple | ast.Set)
        for name in ast.walk(node)
        if isinstance(name, ast.Name)
    }
    found: set[int] = set()
    for node in nodes:
        match node:
            case ast.Expr(value=ast.Call() as call) | ast.FormattedValue(value=ast.Call() as call):
                found.add(id(call))
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                found.update(() if name in handed else (id(call),))
    return found


def _loops(function: ast.AST) -> list[ast.For | ast.AsyncFor | ast.While]:
    return [n for n in ast.walk(function) if isinstance(n, ast.For | ast.AsyncFor | ast.While)]


def _spans(loop: ast.For | ast.AsyncFor | ast.While, call: ast.Call) -> bool:
    return loop.lineno <= call.lineno <= (loop.end_lineno or 0)
