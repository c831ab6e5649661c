"""What goes through a stream: generators and what they yield, as events with their names."""

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from sse_check.apps.event_calls import (
    CONTENT_TYPE,
    MESSAGE,
    Dialect,
    EventCall,
    event_named,
    plain,
)
from sse_check.apps.flow import Flow, Questions, flow_of, is_finite
from sse_check.apps.frames import frames, is_frame
from sse_check.apps.model import Emission, Ending, Stream, Unread
from sse_check.apps.splitting import Round, origin_of, rounds
from sse_check.apps.wire import Piece, Sent, Wire, conditions
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import Loop
from sse_check.python.texts import written
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
    Unknown,
    Value,
)
from sse_check.template.values import Pattern

UNKNOWN = Pattern((None,))
_DEEPEST = 12
_AS_BYTES = ("encode", "__bytes__", "__str__", "to_sse", "format")


class Way(NamedTuple):
    """How something is sent: by which dialect, whether always, and whether nothing follows."""

    dialect: Dialect
    certain: bool = True
    last: bool = True
    depth: int = 0


class Sender:
    """Fills one stream."""

    def __init__(
        self,
        evaluator: Evaluator,
        stream: Stream,
        calls: tuple[EventCall, ...],
        old_chirp: bool = False,
    ) -> None:
        self.evaluator = evaluator
        self.stream = stream
        self.calls = calls
        self.old_chirp = old_chirp
        self._visited: set[tuple[int, int]] = set()
        self._sent: dict[tuple[Pattern, str, int], int] = {}

    # Sources

    def feed(self, node: ast.expr, frame: Frame, way: Way) -> Ending:
        """Send what an expression brings when it is gone through; how that ends."""
        endings = {
            self.source(value, node, frame, way) for value in self.evaluator.values(node, frame)
        }
        return _either(endings)

    def source(self, value: Value, node: ast.expr, frame: Frame, way: Way) -> Ending:
        """Send what goes through a value."""
        if way.depth > _DEEPEST:
            self.unread(node, frame, "the code is nested too deeply to follow")
            return "unknown"
        match value:
            case GeneratorValue():
                return self.generator(value, way)
            case FunctionValue():
                made = self.evaluator.result(value)
                inner = way._replace(depth=way.depth + 1)
                return _either({self.source(one, node, frame, inner) for one in made})
            case SequenceValue():
                self._sequence(value, way)
                return "ends"
            case Text():
                self.items([value], node, frame, way, (), Wire())
                return "ends"
            case InstanceValue():
                return self._object(value, node, frame, way)
        self.unread(node, frame, "what is streamed here cannot be told")
        return "unknown"

    def _sequence(self, value: SequenceValue, way: Way) -> None:
        wire = Wire()
        for item in value.items:
            self.send(item, value.frame, way._replace(last=False), (), wire)
        self._finish(wire, way)

    def _object(self, value: InstanceValue, node: ast.expr, frame: Frame, way: Way) -> Ending:
        """An object that can be gone through, of the project or from outside."""
        inner = way._replace(depth=way.depth + 1)
        if isinstance(value.of, ClassValue):
            for name in ("__aiter__", "__iter__"):
                for method in self.evaluator.attribute(value, name):
                    if isinstance(method, FunctionValue):
                        return self._iterated(value, method, node, frame, inner)
        elif value.call is not None:
            # `stream_with_context(generator())`, `aiter(generator())`: it is handed on.
            for argument in (*value.call.args, *(k.value for k in value.call.keywords)):
                for one in self.evaluator.values(argument, value.frame):
                    if isinstance(one, GeneratorValue):
                        return self.source(one, argument, value.frame, inner)
        self.unread(node, frame, "what is streamed here cannot be told")
        return "unknown"

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
                            self.send(statement.value, inner, later, (), wire)
                    return "unknown"
        self.unread(node, frame, "what is streamed here cannot be told")
        return "unknown"

    # Generators

    def generator(self, value: GeneratorValue, way: Way) -> Ending:
        """Send what a generator yields."""
        scope, frame = value.function.scope, value.frame
        key = (id(scope), id(frame))
        if key in self._visited:
            return "unknown"
        self._visited.add(key)
        inner = way._replace(depth=way.depth + 1)
        handed: dict[int, Ending] = {}
        wire = Wire()
        places = self.evaluator.places(scope)
        flow = self._flow(value, {})
        for one in scope.yields:
            place = places.of(one)
            if not reached(self.evaluator, place, frame):
                continue
            always = way.certain and certain(self.evaluator, place, frame)
            here = inner._replace(certain=always, last=way.last and flow.is_last(one))
            source = self._handed_on(one, frame)
            if source is not None:
                handed[id(source)] = self.feed(source, frame, here)
            elif one.value is not None:
                guards = place.guards if place is not None else ()
                self.send(one.value, frame, here, guards, wire)
        self._finish(wire, way._replace(last=False))
        if handed:
            flow = self._flow(value, handed)
        if way.last and flow.leaves_early:
            self.stream.leaves_early = True
        self._visited.discard(key)
        return flow.ending

    def _flow(self, value: GeneratorValue, handed: dict[int, Ending]) -> Flow:
        frame = value.frame

        def ending(node: ast.expr) -> Ending:
            while isinstance(node, ast.Await):
                node = node.value
            if id(node) in handed:
                return handed[id(node)]
            if is_finite(node):
                return "ends"
            found = self.evaluator.values(node, frame)
            if all(isinstance(v, SequenceValue | MappingValue | Text) for v in found):
                return "ends"
            if all(isinstance(v, GeneratorValue) for v in found):
                inner = (self._flow(v, {}) for v in found if isinstance(v, GeneratorValue))
                return _either({one.ending for one in inner})
            return "unknown"

        def passes(loop: Loop) -> bool:
            return not isinstance(loop, ast.While) and any(
                isinstance(v, GeneratorValue) for v in self.evaluator.values(loop.iter, frame)
            )

        asked = Questions(
            lambda test: truth(self.evaluator, test, frame), ending, passes
        )
        body = getattr(value.function.scope.node, "body", [])
        return flow_of(body, asked)

    def _handed_on(self, one: ast.Yield | ast.YieldFrom, frame: Frame) -> ast.expr | None:
        """The generator whose values are yielded as they are, if that is what a yield does."""
        if isinstance(one, ast.YieldFrom):
            return one.value
        if not isinstance(one.value, ast.Name):
            return None
        bindings = frame.scope.bindings.get(one.value.id, [])
        if len(bindings) != 1 or bindings[0].kind != "loop" or bindings[0].path:
            return None
        source = bindings[0].value
        if source is None or isinstance(source, ast.List | ast.Tuple):
            return None
        found = self.evaluator.values(source, frame)
        known = any(isinstance(v, GeneratorValue | InstanceValue) for v in found)
        return source if known else None

    # What is yielded

    def send(
        self, node: ast.expr, frame: Frame, way: Way, guards: tuple, wire: Wire  # type: ignore[type-arg]
    ) -> None:
        """Send the values of one expression."""
        found = rounds(self.evaluator, node, frame)
        collected: list[Emission] = []
        for one in found:
            values = self.evaluator.values(node, one.frame)
            place = origin_of(one.origin) if len(found) > 1 else None
            alone = way._replace(certain=way.certain and len(found) == 1)
            collected.extend(self._of_values(values, node, one.frame, alone, guards, wire, place))
        del collected

    def items(
        self,
        values: Iterable[Value],
        node: ast.expr,
        frame: Frame,
        way: Way,
        guards: tuple,  # type: ignore[type-arg]
        wire: Wire,
    ) -> None:
        raise NotImplementedError
