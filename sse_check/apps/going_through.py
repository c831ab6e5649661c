"""What Python makes of a generator: a loop of the wrong kind, an event that is returned."""

import ast
from collections.abc import Iterator

from sse_check.apps.model import Refused, Stream
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import last_name
from sse_check.python.scope import Scope
from sse_check.python.values import (
    Frame,
    FunctionValue,
    GeneratorValue,
    MappingValue,
    Text,
    Value,
)
from sse_check.source.lazy import lazy

_TAKEN = lazy(r"=\s*\(?\s*yield\s+from\b")


def look_at(evaluator: Evaluator, stream: Stream, scope: Scope, frame: Frame) -> None:
    """Keep what is told of a generator that feeds a stream, in the frame of one use."""
    stream.generators.append(frame)
    stream.refused.extend(refused(evaluator, scope, frame))
    stream.returned.extend(returned(evaluator, scope, frame))


def look_at_call(evaluator: Evaluator, stream: Stream, node: ast.expr, frame: Frame) -> None:
    """Keep what gives a coroutine to what goes through it: a call that lacks its `await`, or a
    function that was meant to yield."""
    called = evaluator.values(node.func, frame) if isinstance(node, ast.Call) else ()
    functions = [one for one in called if isinstance(one, FunctionValue)]
    if functions and len(functions) == len(called) and all(map(_is_coroutine, functions)):
        made = (value for one in functions for value in evaluator.result(one))
        text = all(isinstance(value, Text | MappingValue) for value in made)
        what = "a coroutine of events" if text else "a coroutine"
        stream.unsendable.append((node, frame, what))


def _is_coroutine(function: FunctionValue) -> bool:
    node = function.scope.node
    is_plain = isinstance(node, ast.AsyncFunctionDef) and not node.decorator_list
    return is_plain and not function.scope.yields


def refused(evaluator: Evaluator, scope: Scope, frame: Frame) -> Iterator[Refused]:
    """The loops of a function over a generator of the project of the other kind."""
    for loop in scope.loops:
        is_async = isinstance(loop, ast.AsyncFor)
        if isinstance(loop, ast.While) or not _is_plainly_given(evaluator, scope, loop.iter, frame):
            continue
        found = evaluator.values(loop.iter, frame)
        kinds = {_kind(one) for one in found}
        if kinds == {"plain" if is_async else "async"} and not _tries(scope):
            first = next(one for one in found if isinstance(one, GeneratorValue))
            yield Refused(loop.iter, frame, first.function.scope.name, is_async)


def returned(evaluator: Evaluator, scope: Scope, frame: Frame) -> Iterator[tuple[ast.expr, Frame]]:
    """The events that a generator returns in place of yielding them: nobody gets them, unless by
    `last = yield from events()`."""
    given = [one for one in scope.returns if one.value is not None and scope.yields]
    if not given or _TAKEN.search(scope.module.source.text):
        return
    for one in given:
        found = evaluator.values(one.value, frame) if one.value is not None else ()
        if one.value is not None and found and all(_is_event(evaluator, each) for each in found):
            yield one.value, frame


def _is_event(evaluator: Evaluator, value: Value) -> bool:
    """Whether a value is a frame, or a dict with the fields of an event."""
    if isinstance(value, Text):
        lines = value.pattern.split("\n")
        return any(str(line).startswith(("data:", "event:")) for line in lines)
    if not isinstance(value, MappingValue):
        return False
    keys = [evaluator.text(key, value.frame) if key is not None else None for key in value.keys]
    return "data" in keys and set(keys) <= {"data", "event", "id", "retry"}


def _kind(value: object) -> str:
    """What a generator of the project is, as long as nothing is put around its function."""
    if not isinstance(value, GeneratorValue):
        return ""
    node = value.function.scope.node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.decorator_list:
        return "async" if isinstance(node, ast.AsyncFunctionDef) else "plain"
    return ""


def _is_plainly_given(evaluator: Evaluator, scope: Scope, node: ast.expr, frame: Frame) -> bool:
    """Whether nothing stands between a generator and the loop that might change its kind."""
    if isinstance(node, ast.Await):
        node = node.value
    if isinstance(node, ast.Call):
        called = evaluator.values(node.func, frame)
        return bool(called) and all(isinstance(one, FunctionValue) for one in called)
    # What a name has may have been looked at before: `if inspect.isasyncgen(source)`.
    place = evaluator.places(scope).of(node)
    return isinstance(node, ast.Name) and place is not None and not place.guards


def _tries(scope: Scope) -> bool:
    """Whether a function goes another way where a loop is refused."""
    handlers = (one for one in ast.walk(scope.node) if isinstance(one, ast.ExceptHandler))
    types = (node for one in handlers if one.type is not None for node in ast.walk(one.type))
    return any(isinstance(one, ast.expr) and last_name(one) == "TypeError" for one in types)
