"""Where a stream waits in a way that stops its server, or means to wait and does not."""

import ast
from collections.abc import Iterator
from typing import Literal, NamedTuple

from sse_check.apps.model import Stream
from sse_check.python.evaluate import Evaluator
from sse_check.python.values import Frame, InstanceValue
from sse_check.source import Span

Fault = Literal["blocks", "unawaited", "coroutine"]
"""Nothing else runs while it waits; it does not wait; what comes is put to no use."""

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


class Wait(NamedTuple):
    """A call by which a generator waits, or means to; whether its function is asynchronous."""

    span: Span
    fault: Fault
    called: str
    is_async: bool


def waits_in(evaluator: Evaluator, stream: Stream) -> Iterator[Wait]:
    """The calls by which the generators of a stream wait in the wrong way, in their loops."""
    frames = {id(frame.scope): frame for frame in stream.generators}
    for frame in frames.values():
        is_async = isinstance(frame.scope.node, ast.AsyncFunctionDef)
        loops = _loops(frame.scope.node)
        unused = _unused(frame.scope.node)
        for call in frame.scope.calls:
            fault = _fault(evaluator, call, frame, id(call) in unused)
            if fault is None or (fault == "blocks" and not is_async):
                continue
            if any(one.lineno <= call.lineno <= (one.end_lineno or 0) for one in loops):
                called = ast.unparse(call.func)
                yield Wait(frame.module.span(call), fault, called, is_async)


def _fault(evaluator: Evaluator, call: ast.Call, frame: Frame, is_unused: bool) -> Fault | None:
    dotted = evaluator.dotted(call.func, frame)
    if dotted in _BLOCKING:
        return "blocks"
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
