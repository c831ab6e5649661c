"""Applications of ASGI that answer at a route: they call an answer, or send what it consists of."""

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sse_check.apps.doubts import OPEN_TYPE, Doubt
from sse_check.apps.handlers import ELSEWHERE, Handling, Part, Run, Why
from sse_check.python.evaluate import Evaluator
from sse_check.python.nodes import nodes_apart_from
from sse_check.python.scope import Scope
from sse_check.python.truth import reached
from sse_check.python.values import Frame, FunctionValue, MappingValue, Value

_HANDED_ON = "what the application answers that is called here cannot be told"
_NAMED = ("receive", "send")


class Called(NamedTuple):
    """Something that is called to give the answer: `await response(scope, receive, send)`."""

    value: Value
    call: ast.Call
    frame: Frame


def receives(view: FunctionValue) -> tuple[str, ...]:
    """What a function calls scope, receive and send, if it is an application of ASGI."""
    arguments = getattr(view.scope.node, "args", None)
    if not isinstance(arguments, ast.arguments):
        return ()
    names = tuple(one.arg for one in (*arguments.posonlyargs, *arguments.args))
    names = names[1:] if view.owner is not None else names
    is_app = names[1:] == _NAMED or view.scope.name == "__call__"
    return names if len(names) == len(_NAMED) + 1 and is_app else ()


def called(evaluator: Evaluator, frame: Frame, names: tuple[str, ...]) -> Iterator[Called]:
    """What gets all that an application gets: it answers in its place."""
    places = evaluator.places(frame.scope)
    for call in frame.scope.calls:
        if _is_given(call, names) and reached(evaluator, places.of(call), frame):
            for value in evaluator.values(call.func, frame):
                yield Called(value, call, frame)


def _is_given(call: ast.Call, names: tuple[str, ...]) -> bool:
    given = (*call.args, *(one.value for one in call.keywords))
    return set(names) <= {one.id for one in given if isinstance(one, ast.Name)}


def doubted(one: Called) -> Doubt:
    """What is not known to give any answer of ours."""
    return Doubt(one.call, one.frame, _HANDED_ON)


def sent(
    evaluator: Evaluator,
    frame: Frame,
    names: tuple[str, ...],
    typed: Callable[[ast.expr, Frame], bool | None],
) -> Iterator[Handling | Doubt]:
    """What an application sends by itself; `typed` tells what its headers say: whether it is a
    stream, or None."""
    name = names[-1]
    walk = _Sent(evaluator, frame, typed)
    whole = {id(node) for call in frame.scope.calls if _is_given(call, names) for node in call.args}
    own = [call for call in frame.scope.calls if getattr(call.func, "id", "") == name]
    for call in own:
        walk.take(call)
    known = whole.union(id(call.func) for call in own)
    given_away = [one for one in _uses(frame.scope, name) if id(one) not in known]
    walk.doubts += [Why(one, frame, ELSEWHERE) for one in given_away]
    if walk.started is not None:
        yield Handling(Run(frame.scope, frame, walk.parts), [], walk.started, walk.doubts)
    elif walk.is_open or given_away:
        yield Doubt(frame.scope.node, frame, OPEN_TYPE)


def _uses(scope: Scope, name: str) -> Iterator[ast.AST]:
    """Where a function, or one inside it, has a name."""
    own = {id(child.node) for child in scope.children.values()}
    for node in nodes_apart_from(scope.node, own):
        if isinstance(node, ast.Name) and node.id == name:
            yield node
    for child in scope.children.values():
        if name not in child.bindings:
            yield from _uses(child, name)


class _Sent:
    """Goes through the messages that an application sends."""

    def __init__(
        self,
        evaluator: Evaluator,
        frame: Frame,
        typed: Callable[[ast.expr, Frame], bool | None],
    ) -> None:
        self.evaluator = evaluator
        self.frame = frame
        self._typed = typed
        self.started: ast.Call | None = None
        self.is_open = False
        self.parts: list[Part] = []
        self.doubts: list[Why] = []

    def take(self, call: ast.Call) -> None:
        """`await send({"type": "http.response.start", ...})`"""
        found = self.evaluator.values(call.args[0], self.frame) if call.args else ()
        if not found:
            self.is_open = True
        for value in found:
            if not isinstance(value, MappingValue):
                self.is_open = True
                self.doubts.append(Why(call, self.frame, ELSEWHERE))
                continue
            message = {
                self.evaluator.text(key, value.frame): item
                for key, item in zip(value.keys, value.items, strict=True)
                if key is not None
            }
            kind = self.evaluator.text(message.get("type"), value.frame)
            if kind == "http.response.body" and "body" in message and value.frame is self.frame:
                self.parts.append(Part(call, message["body"]))
            elif kind != "http.response.body":
                self._start(call, message.get("headers"), value.frame, told=kind is not None)

    def _start(self, call: ast.Call, headers: ast.expr | None, frame: Frame, *, told: bool) -> None:
        says = self._typed(headers, frame) if headers is not None else False
        if says:
            self.started = call
        elif says is None or not told:
            self.is_open = True
