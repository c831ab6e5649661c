"""What is said of an answer apart from the call that makes it: on Bottle's one `response`, or
once it is made."""

import ast
import re
from collections.abc import Iterator
from enum import Enum

from sse_check.apps.doubts import may_stream
from sse_check.apps.event_calls import CONTENT_TYPE
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import last_name
from sse_check.python.nodes import bare
from sse_check.python.scope import Scope
from sse_check.python.truth import reached
from sse_check.python.values import (
    External,
    Frame,
    FunctionValue,
    GeneratorValue,
    MappingValue,
    Text,
    Unknown,
    Value,
)

_RESPONSES = ("bottle.response", "bottle.local.response")
_IMPORTED = re.compile(rb"\b(?:from|import)\b[^\n]*\bbottle\b")
_SETTING = ("set_header", "add_header")
_HEADER = "content-type"
_DEEPEST = 3
TYPE_NAMES = ("headers", "media_type", "content_type", "mimetype")


class Said(Enum):
    """What a view says of its answer: nothing that matters, a stream, or what nobody can tell."""

    NOTHING = 0
    STREAM = 1
    UNKNOWN = 2


def said_of(evaluator: Evaluator, frame: Frame, depth: int = 0) -> Said:
    """What a view, a function that it calls, or a generator that it returns says."""
    if depth == 0 and not _is_spoken(evaluator, frame):
        return Said.NOTHING
    scope, places = frame.scope, evaluator.places(frame.scope)
    found = Said.NOTHING
    for at, value in _set(evaluator, frame):
        if not reached(evaluator, places.of(at), frame):
            continue
        for one in evaluator.values(value, frame):
            said = _says(evaluator, one)
            if said is Said.STREAM:
                return said
            found = said if said is Said.UNKNOWN else found
    for call in scope.calls if depth < _DEEPEST else ():
        for function, inner in _functions(evaluator, call, frame):
            if "response" in function.module.source.text:
                said = said_of(evaluator, inner, depth + 1)
                if said is Said.STREAM:
                    return said
                found = said if said is Said.UNKNOWN else found
    return found


def _is_spoken(evaluator: Evaluator, frame: Frame) -> bool:
    """Whether there is such a thing here: who a view calls takes long to find out."""
    program, words = evaluator.program, (b"bottle",)
    if "response" not in frame.module.source.text or not program.present(words):
        return False
    return bool(program.matching(list(program.paths), _IMPORTED, words))


def _functions(
    evaluator: Evaluator, call: ast.Call, frame: Frame
) -> Iterator[tuple[FunctionValue, Frame]]:
    """The functions of the project that a call runs, at once or when it is gone through."""
    if not isinstance(call.func, ast.Name | ast.Attribute):
        return
    for value in evaluator.values(call.func, frame):
        if isinstance(value, FunctionValue):
            made = evaluator.result(value, call, frame)
            inner = next((one.frame for one in made if isinstance(one, GeneratorValue)), None)
            yield value, inner or evaluator.inside(value, call, frame)


def _set(evaluator: Evaluator, frame: Frame) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Where the type of the answer is set, and to what."""
    for store in frame.scope.stores:
        target = store.target
        if isinstance(target, ast.Attribute):
            if target.attr == "content_type" and _is_response(evaluator, target.value, frame):
                yield target, store.value
        elif _is_type(evaluator, target.slice, frame) and _is_headers(
            evaluator, target.value, frame
        ):
            yield target, store.value
    for call in frame.scope.calls:
        method = call.func
        if not isinstance(method, ast.Attribute) or not call.args:
            continue
        if method.attr in _SETTING and _is_response(evaluator, method.value, frame):
            value = evaluator.argument(call, "value", 1)
            if value is not None and _is_type(evaluator, call.args[0], frame):
                yield call, value
        elif method.attr == "update" and _is_headers(evaluator, method.value, frame):
            yield call, call.args[0]


def _is_type(evaluator: Evaluator, node: ast.expr, frame: Frame) -> bool:
    name = evaluator.text(node, frame)
    return name is not None and name.lower() == _HEADER


def _is_headers(evaluator: Evaluator, node: ast.expr, frame: Frame) -> bool:
    is_named = isinstance(node, ast.Attribute) and node.attr == "headers"
    return (
        is_named and isinstance(node, ast.Attribute) and _is_response(evaluator, node.value, frame)
    )


def _is_response(evaluator: Evaluator, node: ast.expr, frame: Frame) -> bool:
    return evaluator.dotted(node, frame) in _RESPONSES


def _says(evaluator: Evaluator, value: Value) -> Said:
    if isinstance(value, Text):
        if any(CONTENT_TYPE in (part or "") for part in value.pattern.parts):
            return Said.STREAM
        return Said.UNKNOWN if None in value.pattern.parts else Said.NOTHING
    if isinstance(value, MappingValue):
        # `response.headers.update({...})`
        for key, item in zip(value.keys, value.items, strict=True):
            if key is None or _is_type(evaluator, key, value.frame):
                said = [_says(evaluator, one) for one in evaluator.values(item, value.frame)]
                if Said.STREAM in said:
                    return Said.STREAM
        return Said.NOTHING
    return Said.UNKNOWN


def said_later(
    evaluator: Evaluator, call: ast.Call, frame: Frame
) -> Iterator[tuple[ast.expr | None, Frame]]:
    """What sets the content type of an answer, or all its headers, once a call has made it: where
    it is made, and in functions that are given it; None for one that nobody knows."""
    yield from ((node, frame) for node in set_afterwards(frame.scope))
    names = {
        name
        for name, bindings in frame.scope.bindings.items()
        if any(bare(one.value) is call for one in bindings)
    }
    for one in frame.scope.calls if names else ():
        given = (*one.args, *(keyword.value for keyword in one.keywords))
        if not any(isinstance(node, ast.Name) and node.id in names for node in given):
            continue
        for function in evaluator.values(one.func, frame):
            if isinstance(function, FunctionValue):
                inner = evaluator.inside(function, one, frame)
                yield from ((node, inner) for node in set_afterwards(function.scope))
            elif isinstance(function, Unknown) or is_foreign(function):
                yield None, frame


def is_foreign(value: Value) -> bool:
    """Whether something is neither the project's nor of Python or a framework."""
    return isinstance(value, External) and may_stream(value.dotted)


def set_afterwards(scope: Scope) -> Iterator[ast.expr]:
    """What a function sets as the content type of an answer, or as all its headers, once it is
    made: `response.mimetype = ...`, `response["Content-Type"] = ...`,
    `response.headers.update(...)`."""
    for store in scope.stores:
        target = store.target
        if isinstance(target, ast.Attribute):
            if target.attr in TYPE_NAMES:
                yield store.value
        elif "content-type" in ast.dump(target.slice).lower():
            yield store.value
    for call in scope.calls:
        method = call.func
        if not isinstance(method, ast.Attribute) or last_name(method.value) != "headers":
            continue
        if method.attr in ("update", "extend"):
            yield from call.args
