"""What goes through a stream: generators and what they yield, as events with their names."""

import ast
from collections.abc import Iterable
from functools import partial

from sse_check.apps.alternatives import is_choice
from sse_check.apps.drafts import Way, sifting
from sse_check.apps.emitting import Emitter
from sse_check.apps.endings import gone_through, is_finite
from sse_check.apps.event_calls import (
    EVENT_CALLS,
    OBJECTS,
    event_named,
    generator_named,
    plain,
)
from sse_check.apps.flow import Flow, Questions, flow_of, remembered
from sse_check.apps.gathered import Gathered, gathered, written_by
from sse_check.apps.going_through import look_at, look_at_call
from sse_check.apps.model import Ending
from sse_check.apps.publishing import Channel, Published, Publishing, channel_of
from sse_check.apps.splitting import loop_of
from sse_check.apps.stopping import Stopping
from sse_check.apps.unended import comes_round
from sse_check.apps.wire import Wire
from sse_check.python import enums
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import last_name
from sse_check.python.scope import Loop, Scope
from sse_check.python.truth import certain, reached, truth
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
    GeneratorValue,
    InstanceValue,
    MappingValue,
    SequenceValue,
    Text,
    Value,
)

_DEEPEST = 12
_ADDING = ("add", "add_event", "add_data")
CANNOT_BE_TOLD = "what is streamed here cannot be told"


class Sender:
    """Goes through what feeds a stream, and sends what comes out of it."""

    def __init__(
        self,
        evaluator: Evaluator,
        emitter: Emitter,
        publishing: Publishing,
        stopping: Stopping,
    ) -> None:
        self.evaluator = evaluator
        self.emitter = emitter
        self.publishing = publishing
        self.stopping = stopping
        self._visited: set[tuple[int, int]] = set()
        # The flows that are known, with the scopes and frames whose identities name them.
        self._flows: dict[
            tuple[int, int, frozenset[int], frozenset[int]], tuple[Flow, Scope, Frame]
        ] = {}

    # Sources

    def feed(self, node: ast.expr, frame: Frame, way: Way) -> Ending:
        """Send what an expression brings when it is gone through; how that ends."""
        look_at_call(self.evaluator, self.emitter.stream, node, frame)
        endings = {
            self.source(value, node, frame, way) for value in self.evaluator.values(node, frame)
        }
        return _either(endings)

    def source(self, value: Value, node: ast.expr, frame: Frame, way: Way) -> Ending:
        """Send what goes through a value."""
        if way.depth > _DEEPEST:
            self.emitter.open(node, frame, "the code is nested too deeply to follow")
            return "unknown"
        match value:
            case GeneratorValue():
                return self.generator(value, way)
            case FunctionValue():
                if parts := written_by(value):
                    return self._put(parts, self.evaluator.inside(value, None, None), way)
                self.emitter.stream.unsendable.append((node, frame, "a function"))
                inner, made = way._replace(depth=way.depth + 1), self.evaluator.result(value)
                return _either({self.source(one, node, frame, inner) for one in made})
            case SequenceValue():
                self._sequence(value, way)
                return "ends"
            case Text():
                if parts := gathered(self.evaluator, value):
                    self._put(parts, value.frame, way)
                else:
                    self._alone(node, frame, way)
                return "ends"
            case InstanceValue():
                return self._object(value, node, frame, way)
            case External() if self._put_in(value, node, frame, way):
                return "unknown"
        self.emitter.open(node, frame, CANNOT_BE_TOLD)
        return "unknown"

    def _put_in(self, value: Value, node: ast.expr, frame: Frame, way: Way) -> bool:
        """An end of a queue that is streamed itself: what is put in at the other."""
        relay = self.evaluator.relay
        found = relay.elements(value) if relay is not None else None
        if found is None:
            return False
        self.emitter.stream.shared = True
        item = ast.copy_location(ast.Name("_"), node)
        later = way._replace(certain=False, last=False)
        for one in found:
            self.emitter.send(item, frame.fixing({"_": (one,)}), later, Wire())
        return True

    def _sequence(self, value: SequenceValue, way: Way) -> None:
        wire = Wire()
        for item in value.items:
            self.emitter.send(item, value.frame, way._replace(last=False), wire)
        self.emitter.finish(wire)

    def _put(self, parts: list[Gathered], frame: Frame, way: Way) -> Ending:
        """Send what a function puts into a list, or writes on an answer, one by one."""
        wire = Wire()
        flow = self._gathering(frame, [one.call for one in parts if one.call is not None], way)
        for one in parts:
            last = one.call is not None and way.last and flow.is_last(one.call)
            place = self.evaluator.places(frame.scope).of(one.call or one.node)
            here = way._replace(
                certain=way.certain and certain(self.evaluator, place, frame),
                last=last,
                guards=place.guards if place is not None else (),
            )
            self.emitter.send(one.node, frame, here, wire)
        self.emitter.finish(wire)
        return flow.ending

    def _gathering(self, frame: Frame, calls: list[ast.Call], way: Way) -> Flow:
        """How a function that gathers what it sends by these calls comes to its end."""
        flow = self.flow_of_calls(frame.scope, frame, calls)
        if way.last and flow.leaves_midway:
            self.emitter.stream.leaves_early = True
        return flow

    def _alone(self, node: ast.expr, frame: Frame, way: Way) -> None:
        """A text that is the whole of an answer."""
        self.emitter.send(node, frame, way, wire := Wire())
        self.emitter.finish(wire)

    def _object(self, value: InstanceValue, node: ast.expr, frame: Frame, way: Way) -> Ending:
        """An object that can be gone through, of the project or from outside."""
        inner = way._replace(depth=way.depth + 1)
        channel = channel_of(self.evaluator, value)
        if channel is not None:
            return self._published(channel, way)
        if plain(value.dotted) == "SseStream":
            self._collected(value, way)
            return "ends"
        if isinstance(value.of, ClassValue):
            for name in ("__aiter__", "__iter__"):
                for method in self.evaluator.attribute(value, name):
                    if isinstance(method, FunctionValue):
                        return self._iterated(value, method, node, frame, inner)
        row = generator_named(value.dotted)
        if row is not None and value.call is not None:
            self.emitter.add(list(self.emitter.fragments(value.call, value.frame, row)))
            return "unknown"
        argument = self._handed_over(value)
        if argument is not None:
            return self.source(argument, node, frame, inner)
        self.emitter.open(node, frame, CANNOT_BE_TOLD)
        return "unknown"

    def _handed_over(self, value: InstanceValue) -> GeneratorValue | None:
        """The generator that is wrapped by something: `stream_with_context(generator())`."""
        if isinstance(value.of, ClassValue) or value.call is None:
            return None
        for argument in (*value.call.args, *(k.value for k in value.call.keywords)):
            for one in self.evaluator.values(argument, value.frame):
                if isinstance(one, GeneratorValue):
                    return one
        return None

    def _published(self, channel: Channel, way: Way) -> Ending:
        """What is published to a stream of tempest from anywhere."""
        emitter = self.emitter
        emitter.stream.shared = emitter.stream.shared or bool(channel.names)
        heard = list(self.publishing.heard(channel))
        flow = self._closed(channel, heard) if not channel.names else None
        for one in heard:
            if not one.sure:
                why = "to which stream this is published cannot be told"
                emitter.open(one.call, one.frame, why)
            if one.row.name == "publish_event" and one.call.args:
                emitter.send(one.call.args[0], one.frame, Way(OBJECTS, False, False), Wire())
                continue
            drafts = emitter.call(one.call, one.frame, one.row, sure=one.sure)
            last = way.last and flow is not None and flow.is_last(one.call)
            emitter.add(list(drafts), last, one.sure)
        if flow is None:
            lasts = heard and not channel.names and self.publishing.is_never_closed(channel)
            return "endless" if lasts else "unknown"
        if way.last and flow.leaves_early():
            emitter.stream.leaves_early = True
        return flow.ending

    def _closed(self, channel: Channel, heard: list[Published]) -> Flow | None:
        """How the one function that closes a stream comes to that; None where it is not known."""
        frames = {id(one.frame): one.frame for one in heard}
        closing = {key: self.publishing.closing(channel, f) for key, f in frames.items()}
        known = [key for key, calls in closing.items() if calls]
        if len(known) != 1 or not all(one.sure for one in heard):
            return None
        frame = frames[known[0]]
        calls = [one.call for one in heard if one.frame is frame]
        return self.flow_of_calls(frame.scope, frame, calls, closing[known[0]])

    def _collected(self, value: InstanceValue, way: Way) -> None:
        """What is added to a stream of Cello, which sends it all and ends."""
        scope, frame = value.frame.scope, value.frame
        places = self.evaluator.places(scope)
        added = [
            call
            for call in scope.calls
            if isinstance(call.func, ast.Attribute)
            and call.func.attr in _ADDING
            and value in self.evaluator.values(call.func.value, frame)
        ]
        flow = self._gathering(frame, added, way)
        for call in added:
            sure = way.certain and certain(self.evaluator, places.of(call), frame)
            last = way.last and flow.is_last(call)
            row = event_named(f"cello.{last_name(call.func)}", EVENT_CALLS)
            if row is not None:
                drafts = self.emitter.call(call, frame, row, sure=sure)
                self.emitter.add(list(drafts), last, sure)
            elif call.args:
                here = way._replace(dialect=OBJECTS, certain=sure, last=last)
                self.emitter.send(call.args[0], frame, here, Wire())
        if not added:
            self.emitter.open(value.call or scope.node, frame, CANNOT_BE_TOLD)

    def _iterated(
        self,
        owner: InstanceValue,
        method: FunctionValue,
        node: ast.expr,
        frame: Frame,
        way: Way,
    ) -> Ending:
        """An object with `__aiter__`: a generator, or itself with `__anext__`."""
        for one in self.evaluator.result(method):
            if one is not owner:
                return self.source(one, node, frame, way)
        for name in ("__anext__", "__next__"):
            for step in self.evaluator.attribute(owner, name):
                if isinstance(step, FunctionValue):
                    inner = self.evaluator.inside(step, None, None)
                    wire = Wire()
                    for statement in step.scope.returns:
                        if statement.value is not None:
                            later = way._replace(last=False)
                            self.emitter.send(statement.value, inner, later, wire)
                    return "unknown"
        self.emitter.open(node, frame, CANNOT_BE_TOLD)
        return "unknown"

    # Generators

    def generator(self, value: GeneratorValue, way: Way) -> Ending:
        """Send what a generator yields."""
        scope, frame = value.function.scope, value.frame
        if any(one == id(scope) for one, _ in self._visited):
            # One that goes on with itself: whatever it is given by then.
            frame, way = self.evaluator.frame(scope), way._replace(certain=False)
        key = (id(scope), id(frame))
        if key in self._visited:
            return "unknown"
        self._visited.add(key)
        look_at(self.evaluator, self.emitter.stream, scope, frame)
        inner = way._replace(depth=way.depth + 1)
        handed: dict[int, Ending] = {}
        wire = Wire()
        places = self.evaluator.places(scope)
        flow = self._flow(scope, frame, {})
        varied: set[int] = set()
        for one in scope.yields:
            place = places.of(one)
            if not reached(self.evaluator, place, frame):
                continue
            always = way.certain and certain(self.evaluator, place, frame)
            last = way.last and flow.is_last(one)
            guards = place.guards if place is not None else ()
            here = inner._replace(certain=always, last=last, guards=guards)
            source = self._handed_on(one, frame)
            if source is not None:
                wire.passes_on()
                handed[id(source)] = self.feed(source, frame, sifting(here, one.value))
            elif one.value is not None:
                sent = len(self.emitter.stream.emissions)
                self.emitter.send(one.value, frame, here, wire)
                new = self.emitter.stream.emissions[sent:]
                names = {e.name for e in new}
                chosen = len(names) < 2 or is_choice(self.evaluator, one.value, frame, names)
                if last and chosen:
                    self.emitter.stream.ends_after.extend(new)
                elif len(names) > 1:
                    varied.add(id(one))
        self.emitter.finish(wire, comes_round(self.evaluator, scope, frame, wire))
        flow = self._flow(scope, frame, handed) if handed else flow
        if way.last and flow.leaves_early(frozenset(varied)):
            self.emitter.stream.leaves_early = True
        self._visited.discard(key)
        return flow.ending

    def flow_of_calls(
        self,
        scope: Scope,
        frame: Frame,
        calls: Iterable[ast.Call],
        closes: frozenset[int] = frozenset(),
    ) -> Flow:
        """How a function comes to its end that sends by these calls."""
        return self._flow(scope, frame, {}, frozenset(map(id, calls)), closes)

    def _flow(
        self,
        scope: Scope,
        frame: Frame,
        handed: dict[int, Ending],
        sends: frozenset[int] = frozenset(),
        closes: frozenset[int] = frozenset(),
    ) -> Flow:
        key = (id(scope), id(frame), sends, closes)
        if not handed and key in self._flows:
            return self._flows[key][0]

        def ending(node: ast.expr) -> Ending:
            while isinstance(node, ast.Await):
                node = node.value
            if id(node) in handed:
                return handed[id(node)]
            if is_finite(node, frame):
                return "ends"
            found = enums.listed(self.evaluator, gone_through(node), frame)
            if all(isinstance(v, SequenceValue | MappingValue | Text) for v in found):
                return "ends"
            if all(isinstance(v, GeneratorValue) for v in found):
                inner = (
                    self._flow(v.function.scope, v.frame, {})
                    for v in found
                    if isinstance(v, GeneratorValue)
                )
                return _either({one.ending for one in inner})
            return "unknown"

        def passes(loop: Loop) -> bool:
            return not isinstance(loop, ast.While) and any(
                isinstance(value, GeneratorValue) or self._is_channel(value)
                for value in self.evaluator.values(loop.iter, frame)
            )

        # A walk comes by the same conditions and loops again and again.
        holds = remembered(lambda test: truth(self.evaluator, test, frame))
        stops = partial(self.stopping.tells, frame.module)
        asked = Questions(holds, remembered(ending), passes, stops, sends, closes)
        flow = flow_of(getattr(scope.node, "body", []), asked)
        if not handed:
            self._flows[key] = (flow, scope, frame)
        return flow

    def _is_channel(self, value: Value) -> bool:
        return isinstance(value, InstanceValue) and bool(channel_of(self.evaluator, value))

    def _handed_on(self, one: ast.Yield | ast.YieldFrom, frame: Frame) -> ast.expr | None:
        """The generator whose values are yielded as they are, if that is what a yield does."""
        if isinstance(one, ast.YieldFrom):
            return one.value
        if not isinstance(one.value, ast.Name):
            return None
        binding = loop_of(self.evaluator, one.value, frame.scope)
        source = binding.value if binding is not None and not binding.path else None
        if source is None or isinstance(source, ast.List | ast.Tuple):
            return None
        found = self.evaluator.values(source, frame)
        known = any(isinstance(v, GeneratorValue | InstanceValue) for v in found)
        return source if known else None


def _either(endings: Iterable[Ending]) -> Ending:
    """How something ends that ends in one of these ways."""
    found = set(endings)
    return found.pop() if len(found) == 1 else "unknown"
