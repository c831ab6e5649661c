"""What a route sends: the way in."""

import ast
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import Any

from sse_check.apps.channels import Channels
from sse_check.apps.consumers import consumer_stream
from sse_check.apps.content_types import OtherType
from sse_check.apps.declared import (
    SIGNALS,
    closing_events,
    contract_events,
    signals,
    speaks_chirp,
)
from sse_check.apps.drafts import UNKNOWN, Way
from sse_check.apps.emitting import Emitter
from sse_check.apps.event_calls import EVENT_CALLS, FRAMES, MESSAGE, EventCall, taught
from sse_check.apps.event_texts import Outside
from sse_check.apps.flow import Flow
from sse_check.apps.handlers import Handling, Run
from sse_check.apps.model import App, Emission, Ending, Route, Stream, Unread
from sse_check.apps.publishing import Publishing
from sse_check.apps.queues import Queues
from sse_check.apps.responses import Answer, Answers
from sse_check.apps.sending import CANNOT_BE_TOLD, Sender
from sse_check.apps.stopping import Stopping
from sse_check.apps.versions import is_before
from sse_check.apps.wire import Wire
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import Module, last_name
from sse_check.python.scope import Scope
from sse_check.python.suites import is_test
from sse_check.python.truth import certain
from sse_check.python.values import External, Frame, FunctionValue, MappingValue
from sse_check.source import Span
from sse_check.template.values import Pattern

_LIBRARIES = {
    "flask_sse.sse": "flask_sse",
    "django_eventstream.urls": "django_eventstream",
    "django_eventstream.views.events": "django_eventstream",
}

# How many expressions are looked at for one stream: those of large projects need a third of it.
_MOST_STEPS = 20_000


class Streams:
    """Reads views, each once an application."""

    def __init__(
        self,
        evaluator: Evaluator,
        settings: dict[str, Any] | None = None,
        apps: Sequence[App] = (),
    ) -> None:
        self.evaluator = evaluator
        self._apps = apps
        self.taught = taught(settings or {})
        self.queues = Queues(evaluator, lambda: self._own)
        self.publishing = Publishing(evaluator, self.queues.callers, lambda: self._everywhere)
        self.stopping = Stopping(evaluator, lambda: self._own)
        channels = Channels(evaluator, self.queues.callers, lambda: self._everywhere)
        evaluator.relay = Outside(evaluator, self.queues, channels)
        self._read: dict[tuple[int, int, int], Stream | None] = {}
        self._others: dict[tuple[int, int, int], list[OtherType]] = {}
        self._closing: dict[int, list[Emission]] = {}
        self._kept: list[object] = []

    @cached_property
    def _own(self) -> tuple[str, ...]:
        """The files of all apps: what one process may put into another's queue stands there."""
        paths = self._everywhere
        taken = {path for app in self._apps for path in app.modules}
        return tuple(path for path in paths if path in taken) if taken else paths

    @cached_property
    def _everywhere(self) -> tuple[str, ...]:
        """All files but tests, which publish to themselves: workers and commands count too."""
        tests = {path for app in self._apps if app.is_test for path in app.modules}
        paths = self.evaluator.program.paths
        return tuple(path for path in paths if not is_test(path) or path in tests)

    def of(self, view: FunctionValue, app: App, route: Route | None = None) -> Stream | None:
        """The stream that a view answers with; None when it answers without one.

        It is open, with the reason, where it may answer with one or its names cannot be told.
        """
        key = (id(view.scope), id(view.owner), id(app))
        if key not in self._read:
            self._kept.extend((view, app))
            reading = _Reading(self, view, app, route)
            try:
                with self.evaluator.within(_MOST_STEPS):
                    stream = reading.stream()
            except RecursionError:
                why = "its code is nested too deep to be followed"
                span = view.scope.module.span(view.scope.node)
                stream = Stream(open=True, told=False, unread=[Unread(span, why)])
            self._read[key] = self._declared(stream, view, app)
            self._others[key] = reading.answers.types.others
        return self._read[key]

    def other_types(self, route: Route, app: App) -> list[tuple[Span, str]]:
        """Where a route that is no stream says of which content type its answers are, and which;
        where one is made without any, that is empty."""
        view = route.view
        if view is None or self.of(view, app, route) is not None:
            return []
        others = self._others.get((id(view.scope), id(view.owner), id(app)), ())
        found = {(one.frame.module.span(one.node), one.text): None for one in others}
        return list(found)

    def of_route(self, route: Route, app: App) -> Stream | None:
        """The stream of a route, also of one that a library answers."""
        if route.view is not None:
            package, channels = self._handed_on(route.view)
            if package:
                return self._of_library(package, channels, route.view.module)
            return self.of(route.view, app, route)
        if app.framework == "chirp" and route.path.endswith(SIGNALS):
            return self.signals(app)
        if route.call is None or route.frame is None:
            return None
        consumed = consumer_stream(self.evaluator, route.call, route.frame)
        if consumed is not None:
            return consumed
        package, channels = self._library(route.call, route.frame)
        return self._of_library(package, channels, route.frame.module) if package else None

    def _of_library(self, package: str, channels: tuple[Pattern, ...], module: Module) -> Stream:
        """What is published anywhere, for a library that streams it."""
        stream = Stream(ending="endless", shared=True, module=module)
        emitter = Emitter(self.evaluator, stream, EVENT_CALLS, (MESSAGE,))
        for one in self.publishing.library(package, channels):
            emitter.add(list(emitter.call(one.call, one.frame, one.row, one.sure)), sure=one.sure)
        return stream

    def _handed_on(self, view: FunctionValue) -> tuple[str, tuple[Pattern, ...]]:
        """The library whose own view a view of the project calls: `return events(request)`."""
        frame = self.evaluator.frame(view.scope)
        for call in view.scope.calls if view.module.mentions("django_eventstream") else ():
            package = _LIBRARIES.get(self.evaluator.dotted(call.func, frame), "")
            if package:
                given = next((k.value for k in call.keywords if k.arg == "channels"), None)
                named = self.evaluator.elements(given, frame) if given is not None else ()
                return package, tuple(self.evaluator.as_text(one) for one in named)
        return "", ()

    def _library(self, call: ast.Call, frame: Frame) -> tuple[str, tuple[Pattern, ...]]:
        """Which library answers what a call mounts, and on which channels."""
        package = ""
        channels: tuple[Pattern, ...] = ()
        pending = [*call.args, *(k.value for k in call.keywords)]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.Call):
                pending.extend(node.args)
            for value in self.evaluator.values(node, frame):
                name = self.evaluator.as_text(value).literal
                name = value.dotted if isinstance(value, External) else name
                package = _LIBRARIES.get(name or "", package)
                if isinstance(value, MappingValue):
                    channels = self._channels(value) or channels
        return package, channels

    def _channels(self, value: MappingValue) -> tuple[Pattern, ...]:
        """`{"channels": ["live"]}`; with a format in it, any that fit."""
        for key, item in zip(value.keys, value.items, strict=True):
            if key is not None and self.evaluator.text(key, value.frame) == "channels":
                found = self.evaluator.elements(item, value.frame)
                return tuple(self.evaluator.as_text(one) for one in found)
        return ()

    def signals(self, app: App) -> Stream | None:
        """The stream of all signals of a Chirp app, if it has any."""
        found = signals(self.evaluator, app.modules)
        if not found:
            return None
        known = [one for one in found if one.name != UNKNOWN]
        stream = Stream(known, ending="endless", module=found[0].module, shared=True)
        for one in found:
            if one.name == UNKNOWN:
                stream.open = True
                stream.unread.append(Unread(one.span, "the name of this signal cannot be told"))
        return stream

    def _declared(self, stream: Stream | None, view: FunctionValue, app: App) -> Stream | None:
        """What Chirp is told of a route beside its function: a contract, a closing event."""
        if not speaks_chirp(view.module):
            return stream
        contract = contract_events(self.evaluator, view)
        if contract:
            stream = stream or Stream(module=view.module)
            sent = {one.name for one in stream.emissions}
            stream.emissions.extend(one for one in contract if one.name not in sent)
            stream.open = False
            stream.unread.clear()
        if stream is not None and not (stream.open and not stream.emissions):
            if id(app) not in self._closing:
                self._closing[id(app)] = closing_events(self.evaluator, app)
            stream.emissions.extend(self._closing[id(app)])
        return stream


class _Reading:
    """Reads one view."""

    def __init__(
        self, streams: Streams, view: FunctionValue, app: App, route: Route | None
    ) -> None:
        self.evaluator = streams.evaluator
        self.taught = streams.taught
        self.view = view
        self.modules = app.modules
        self.of_handlers = app.framework == "tornado"
        self.call = route.call if route is not None else None
        self.frame = self._entered(view)
        self.filled = Stream(module=view.module)
        self.answers = Answers(self.evaluator, of_handlers=self.of_handlers)
        version = app.version if app.framework == "chirp" else ""
        alone, wraps = untargeted(version), wraps_targets(version)
        calls = (*self.taught, *EVENT_CALLS)
        self.emitter = Emitter(self.evaluator, self.filled, calls, alone, wraps)
        self.sender = Sender(self.evaluator, self.emitter, streams.publishing, streams.stopping)

    def _entered(self, view: FunctionValue) -> Frame:
        """The frame of a view that some client calls."""
        if view.owner is None and view.closure is self.evaluator.frame(view.scope).outer:
            return self.evaluator.frame(view.scope)
        return self.evaluator.inside(view, None, None)

    def stream(self) -> Stream | None:
        stream = self.filled
        endings: list[Ending] = []
        # What else a view may answer (that one has to log in first) is no stream, if one is known.
        doubts: list[Unread] = []
        found = False
        before = len(self.evaluator.limits)
        for answer in self.answers.of(self.view, self.frame, self.call):
            if isinstance(answer, Handling):
                found = stream.content_type = True
                stream.response = answer.typed
                endings.append(self._handled(answer))
            elif isinstance(answer, Answer):
                found = True
                stream.content_type = stream.content_type or answer.dialect.text == "frames"
                if stream.response is None and answer.call is not None:
                    stream.response = answer.call
                    stream.module = answer.frame.module
                endings.append(self._sent(answer))
            else:
                doubts.append(Unread(answer.frame.module.span(answer.node), answer.why))
        if not found and not doubts:
            return None
        if not found:
            stream.open, stream.told = True, False
            stream.unread.extend(doubts)
        self._taught()
        if stream.open:
            given_up = islice(self.evaluator.limits.values(), before, None)
            stream.unread.extend(Unread(one.module.span(one.node), one.why) for one in given_up)
        stream.ending = endings[0] if len(set(endings)) == 1 else "unknown"
        return stream

    def _sent(self, answer: Answer) -> Ending:
        way = Way(answer.dialect)
        if isinstance(answer.source, ast.expr):
            return self.sender.feed(answer.source, answer.frame, way)
        return self.sender.source(answer.source, answer.node, answer.frame, way)

    def _handled(self, handling: Handling) -> Ending:
        """What is written on an answer, and what others write on it later."""
        flow = self._flow_of(handling.run)
        self.filled.leaves_early = self.filled.leaves_early or flow.leaves_midway
        wire = Wire()
        self._run(handling.run, Way(FRAMES), wire)
        self.emitter.finish(wire)
        for run in handling.later:
            later = Wire()
            self._run(run, Way(FRAMES, certain=False, last=False), later)
            self.emitter.finish(later)
        for one in handling.doubts:
            self.emitter.open(one.node, one.frame, one.why)
        # It may wait while others write.
        waits = handling.later or handling.doubts
        ending = self._ending(handling.run)
        return "unknown" if waits and ending == "ends" else ending

    def _ending(self, run: Run) -> Ending:
        """How a function ends, which is not before those end that send for it."""
        ending = self._flow_of(run).ending
        places = self.evaluator.places(run.scope)
        for one in run.parts if ending == "ends" else ():
            inner = self._ending(one.inner) if one.inner is not None else "ends"
            if inner != "ends":
                sure = certain(self.evaluator, places.of(one.call), run.frame)
                return inner if sure else "unknown"
        return ending

    def _flow_of(self, run: Run) -> Flow:
        return self.sender.flow_of_calls(run.scope, run.frame, [one.call for one in run.parts])

    def _run(self, run: Run, way: Way, wire: Wire) -> None:
        """What one function sends, and those that it calls."""
        flow = self._flow_of(run)
        places = self.evaluator.places(run.scope)
        for part in run.parts:
            place = places.of(part.call)
            here = way._replace(
                certain=way.certain and certain(self.evaluator, place, run.frame),
                last=way.last and flow.is_last(part.call),
                guards=(*way.guards, *(place.guards if place is not None else ())),
            )
            if part.inner is not None:
                sent = len(self.filled.emissions)
                self._run(part.inner, here, wire)
                self._shown_at(part.call, run.frame, sent)
            elif part.row is not None:
                drafts = self.emitter.call(part.call, run.frame, part.row, here.certain)
                self.emitter.add(list(drafts), here.last, here.certain)
            elif part.text is not None:
                self.emitter.send(part.text, run.frame, here, wire)

    def _shown_at(self, call: ast.Call, frame: Frame, since: int) -> None:
        """Events whose names a helper is given are shown where these are written."""
        emissions = self.filled.emissions
        given = [*call.args, *(one.value for one in call.keywords)]
        named = [(self.evaluator.texts(one, frame), one) for one in given]
        for at, one in enumerate(emissions[since:], since):
            found = (node for texts, node in named if texts == (one.name,) and not one.lost)
            node = next(found, None)
            if node is not None and one.name != UNKNOWN:
                span = frame.module.span(node)
                emissions[at] = replace(one, span=span, module=frame.module)

    def _taught(self) -> None:
        """Calls of which the settings say that they send an event."""
        if not self.taught:
            return
        rows = {row.name: row for row in self.taught}
        frames = [self.frame, *self.filled.generators]
        for frame in frames:
            for call in frame.scope.calls:
                row = rows.get(last_name(call.func))
                if row is not None:
                    drafts = list(self.emitter.call(call, frame, row, sure=True))
                    self.emitter.add(drafts, sure=True)
        if self.filled.unread and all(one.why == CANNOT_BE_TOLD for one in self.filled.unread):
            self._taught_elsewhere(rows)

    def _taught_elsewhere(self, rows: dict[str, EventCall]) -> None:
        """What a stream whose source is not in the project gets: all that these calls send."""
        sent = [
            (call, scope, rows[last_name(call.func)])
            for path in sorted(self.modules)
            for scope in self._scopes(path, rows)
            for call in scope.calls
            if last_name(call.func) in rows
        ]
        if not sent:
            return
        stream = self.filled
        stream.open, stream.shared = False, True
        stream.unread.clear()
        for call, scope, row in sent:
            frame = self.evaluator.frame(scope)
            self.emitter.add(list(self.emitter.call(call, frame, row, sure=False)))

    def _scopes(self, path: str, rows: dict[str, EventCall]) -> list[Scope]:
        """The scopes of a file in which one of these calls may stand."""
        module = self.evaluator.program.module(path)
        if module is None:
            return []
        found = {id(s): s for name in rows for s in module.scopes_mentioning(name)}
        return list(found.values())


def untargeted(version: str) -> tuple[str, ...]:
    """The event of a Chirp fragment without a target: up to 0.5 it is named `fragment`, later it
    has no name; either where the version is not known."""
    old = is_before(version, "0.6") if version else None
    if old is None:
        return ("fragment", MESSAGE)
    return ("fragment",) if old else (MESSAGE,)


def wraps_targets(version: str) -> bool:
    """Whether a Chirp fragment with a target is sent in an element that is swapped out of band:
    from 0.2 on, up to 0.4."""
    return is_before(version, "0.5") is True and is_before(version, "0.2") is False
