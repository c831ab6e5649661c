"""Events of libraries as the text that they are on the wire: `event.to_sse_string()`."""

import ast

from sse_check.apps.channels import Channels
from sse_check.apps.event_calls import EVENT_CALLS, EventCall, event_named
from sse_check.python.evaluate import Evaluator
from sse_check.python.relay import Relay
from sse_check.python.values import (
    External,
    Frame,
    InstanceValue,
    MappingValue,
    SequenceValue,
    Text,
    Value,
)
from sse_check.template.values import Pattern

_METHODS = frozenset("encode to_sse_string serialize to_string".split())


class Outside:
    """What the evaluator is told of things from outside: queues, and events as text."""

    def __init__(self, evaluator: Evaluator, queues: Relay, channels: Channels) -> None:
        self.evaluator = evaluator
        self.queues = queues
        self.channels = channels

    def result(
        self, function: External, call: ast.Call | None, frame: Frame
    ) -> tuple[Value, ...] | None:
        owner = function.owner
        method = function.dotted.rpartition(".")[2]
        if owner is not None and call is not None and method in _METHODS:
            texts = self._written(owner, call, frame)
            if texts:
                return texts
        heard = self.channels.result(function)
        return heard if heard is not None else self.queues.result(function, call, frame)

    def elements(self, value: Value) -> tuple[Value, ...] | None:
        heard = self.channels.elements(value)
        return heard if heard is not None else self.queues.elements(value)

    def keys(self, value: Value) -> tuple[Value, ...]:
        return self.queues.keys(value)

    def _written(self, event: InstanceValue, call: ast.Call, frame: Frame) -> tuple[Value, ...]:
        row = event_named(event.dotted, EVENT_CALLS)
        if row is None or event.call is None:
            return ()
        given = self.evaluator.argument(event.call, row.event, row.position) if row.event else None
        data = self._data(event, row)
        frames: list[Pattern] = []
        for value in self.evaluator.values(given, event.frame) if given is not None else ():
            if not (isinstance(value, Text) and value.kind == "none"):
                name = self.evaluator.as_text(value)
                frames.append(Pattern.of("event: ", *name.parts, "\ndata: ", *data.parts, "\n\n"))
        found = frames or [Pattern.of("data: ", *data.parts, "\n\n")]
        return tuple(Text(pattern, call, frame) for pattern in found)

    def _data(self, event: InstanceValue, row: EventCall) -> Pattern:
        """What an event carries, as far as it tells JSON from other texts."""
        assert event.call is not None  # noqa: S101 - asked for those with a call
        given = self.evaluator.argument(event.call, row.data_name, row.data)
        found = self.evaluator.values(given, event.frame) if given is not None else ()
        if len(found) == 1:
            (value,) = found
            if isinstance(value, MappingValue):
                return Pattern.of("{", None, "}")
            if isinstance(value, SequenceValue):
                return Pattern.of("[", None, "]")
            if isinstance(value, Text) and not any("\n" in (p or "") for p in value.pattern.parts):
                return value.pattern
        return Pattern((None,))
