"""Channels: a consumer of HTTP that sends the events of a stream piece by piece."""

import ast
from collections.abc import Iterator

from sse_check.apps.drafts import Way
from sse_check.apps.emitting import Emitter
from sse_check.apps.event_calls import CONTENT_TYPE, EVENT_CALLS, FRAMES, MESSAGE
from sse_check.apps.model import Stream, Unread
from sse_check.apps.wire import Wire
from sse_check.python.evaluate import Evaluator
from sse_check.python.scope import Scope
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
)

_CONSUMERS = ("AsyncHttpConsumer",)
_SENDING = "send_body"
_MOST_METHODS = 100


def consumer_stream(evaluator: Evaluator, route: ast.Call, frame: Frame) -> Stream | None:
    """What `path("live/", Live.as_asgi())` sends; None for anything else. Messages of a channel
    layer call its other methods, so the ends and the order of what they send are not known."""
    for argument in (*route.args[1:2], *(k.value for k in route.keywords if k.arg == "view")):
        for owner in consumers(evaluator, argument, frame):
            methods = list(_methods(evaluator, owner))
            stream = Stream(module=owner.scope.module)
            stream.content_type = any(_names_type(one.scope) for one in methods)
            if not stream.content_type:
                span = owner.scope.module.span(owner.scope.node)
                stream.open, stream.told = True, False
                stream.unread.append(Unread(span, "what this consumer sends cannot be told"))
            emitter = Emitter(evaluator, stream, EVENT_CALLS, (MESSAGE,))
            for method in methods:
                _send(evaluator, emitter, method)
            return stream
    return None


def consumers(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Iterator[ClassValue]:
    """The classes of the project in `Live.as_asgi()`."""
    made = node.func if isinstance(node, ast.Call) else None
    if not isinstance(made, ast.Attribute) or made.attr != "as_asgi":
        return
    for value in evaluator.values(made.value, frame):
        if isinstance(value, ClassValue) and any(
            isinstance(base, External) and base.dotted.rpartition(".")[2] in _CONSUMERS
            for base in evaluator.lineage(value)
        ):
            yield value


def _methods(evaluator: Evaluator, owner: ClassValue) -> Iterator[FunctionValue]:
    """The methods of a class and of those above it, as an object of the class has them."""
    made = evaluator.some_instance(owner.scope, None)
    names: dict[str, None] = {}
    for base in evaluator.lineage(owner):
        if isinstance(base, ClassValue):
            inner = base.scope.children.values()
            names.update(dict.fromkeys(one.name for one in inner if one.is_function))
    for name in list(names)[:_MOST_METHODS]:
        for method in evaluator.attribute(made, name):
            if isinstance(method, FunctionValue):
                yield method


def _names_type(scope: Scope) -> bool:
    """Whether a method says that what follows is a stream of events."""
    return any(
        isinstance(node, ast.Constant) and _is_type(node.value) for node in ast.walk(scope.node)
    )


def _is_type(value: object) -> bool:
    if isinstance(value, bytes):
        return CONTENT_TYPE.encode() in value
    return isinstance(value, str) and CONTENT_TYPE in value


def _send(evaluator: Evaluator, emitter: Emitter, method: FunctionValue) -> None:
    frame = evaluator.inside(method, None, None)
    wire = Wire()
    places = evaluator.places(method.scope)
    for call in method.scope.calls:
        if getattr(call.func, "attr", "") == _SENDING and call.args:
            place = places.of(call)
            guards = place.guards if place is not None else ()
            way = Way(FRAMES, certain=False, last=False, guards=guards)
            emitter.send(call.args[0], frame, way, wire)
    emitter.finish(wire)
