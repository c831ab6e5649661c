"""What a route sends: the way in."""

import ast
import re
from typing import Any

from sse_check.apps.emitting import Emitter, Way
from sse_check.apps.event_calls import EVENT_CALLS, MESSAGE, Dialect, event_named, taught
from sse_check.apps.model import App, Ending, Route, Stream, Unread
from sse_check.apps.responses import Answer, Answers
from sse_check.apps.sending import Sender
from sse_check.apps.wire import Wire
from sse_check.python.evaluate import Evaluator
from sse_check.python.scope import Scope
from sse_check.python.truth import certain
from sse_check.python.values import Frame, FunctionValue, InstanceValue


class Streams:
    """Reads views, each once an application."""

    def __init__(self, evaluator: Evaluator, settings: dict[str, Any] | None = None) -> None:
        self.evaluator = evaluator
        self.calls = (*EVENT_CALLS, *taught(settings or {}))
        self._read: dict[tuple[int, int, int], Stream | None] = {}
        self._kept: list[object] = []

    def of(self, view: FunctionValue, app: App, route: Route | None = None) -> Stream | None:
        """The stream that a view answers with; None when it answers without one.

        It is open, with the reason, where it may answer with one or its names cannot be told.
        """
        key = (id(view.scope), id(view.owner), id(app))
        if key not in self._read:
            self._kept.extend((view, app))
            self._read[key] = _Reading(self, view, app, route).stream()
        return self._read[key]


class _Reading:
    """Reads one view."""

    def __init__(
        self, streams: Streams, view: FunctionValue, app: App, route: Route | None
    ) -> None:
        self.evaluator = streams.evaluator
        self.view = view
        self.call = route.call if route is not None else None
        self.frame = self._entered(view)
        self.filled = Stream(module=view.module)
        self.emitter = Emitter(self.evaluator, self.filled, streams.calls, untargeted(app.version))
        self.sender = Sender(self.evaluator, self.emitter)

    def _entered(self, view: FunctionValue) -> Frame:
        """The frame of a view that some client calls."""
        if view.owner is None and view.closure is self.evaluator.frame(view.scope).outer:
            return self.evaluator.frame(view.scope)
        return self.evaluator.inside(view, None, None)

    def stream(self) -> Stream | None:
        stream = self.filled
        endings: list[Ending] = []
        found = doubtful = False
        for answer in Answers(self.evaluator).of(self.view, self.frame, self.call):
            if not isinstance(answer, Answer):
                doubtful = True
                span = answer.frame.module.span(answer.node)
                stream.unread.append(Unread(span, answer.why))
                continue
            found = True
            stream.content_type = stream.content_type or answer.dialect.text == "frames"
            if stream.response is None and answer.call is not None:
                stream.response = answer.call
                stream.module = answer.frame.module
            endings.append(self._sent(answer))
        if not found and not doubtful:
            return None
        if not found:
            stream.open = True
        stream.ending = endings[0] if len(set(endings)) == 1 else "unknown"
        return stream

    def _sent(self, answer: Answer) -> Ending:
        way = Way(answer.dialect)
        if answer.writer is not None:
            return self._written(answer.writer, answer.frame, answer.dialect)
        if isinstance(answer.source, ast.expr):
            return self.sender.feed(answer.source, answer.frame, way)
        if answer.source is not None and isinstance(answer.node, ast.AST):
            node = answer.node if isinstance(answer.node, ast.expr) else ast.Name("_")
            return self.sender.source(answer.source, node, answer.frame, way)
        return "unknown"

    def _written(self, writer: InstanceValue, frame: Frame, dialect: Dialect) -> Ending:
        """What a view sends on its answer, call by call."""
        scope: Scope = frame.scope
        wire = Wire()
        places = self.evaluator.places(scope)
        for call in scope.calls:
            if not isinstance(call.func, ast.Attribute) or not call.args:
                continue
            if writer not in self.evaluator.values(call.func.value, frame):
                continue
            place = places.of(call)
            sure = certain(self.evaluator, place, frame)
            row = event_named(f"{writer.dotted}.{call.func.attr}", self.emitter.calls)
            if row is not None and row.sends:
                self.emitter.add(list(self.emitter.call(call, frame, row, sure)), sure=sure)
            elif call.func.attr in ("send", "write"):
                guards = place.guards if place is not None else ()
                way = Way(dialect, sure, False, 0, guards)
                self.emitter.send(call.args[0], frame, way, wire)
        self.emitter.finish(wire)
        return self.sender.ending_of(scope, frame)


def untargeted(version: str) -> str:
    """The event of a Chirp fragment without a target: up to 0.5 it is named `fragment`."""
    numbers = [int(one) for one in re.findall(r"\d+", version)[:2]]
    return "fragment" if numbers and tuple(numbers) <= (0, 5) else MESSAGE
