"""Events that are published to a stream or a channel of a library, from anywhere."""

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from sse_check.apps.callers import Callers, same
from sse_check.apps.event_calls import (
    BROKER_PUBLISH,
    EVENT_CALLS,
    STREAM_PUBLISH,
    EventCall,
    is_of,
    plain,
)
from sse_check.python.evaluate import Evaluator
from sse_check.python.scope import Scope
from sse_check.python.values import External, Frame, InstanceValue, Unknown, Value
from sse_check.template.values import Pattern

TEMPEST = ("tempest_fastapi_sdk",)
_STREAM = "EventStream"
_BROKER = "SSEBroker"
_METHODS = ("publish", "broadcast", "publish_event", "send_event")


class Published(NamedTuple):
    """A call that publishes, with its row; `sure` is false when its object cannot be told."""

    call: ast.Call
    frame: Frame
    row: EventCall
    sure: bool = True


class Channel(NamedTuple):
    """What a stream of tempest waits for: its own queue, or a channel of a broker."""

    owner: InstanceValue
    names: tuple[Pattern, ...] = ()


def channel_of(evaluator: Evaluator, value: InstanceValue) -> Channel | None:
    """What an object of tempest hears: an `EventStream`, or `broker.register(channel)`."""
    if not is_of(value.dotted, TEMPEST) or "." not in value.dotted:
        return None
    name = plain(value.dotted)
    owner = value.of.owner if isinstance(value.of, External) else None
    if name == _STREAM:
        return Channel(value)
    if name in ("stream", "response") and owner is not None and plain(owner.dotted) != _BROKER:
        return channel_of(evaluator, owner)
    if name in ("register", "response") and owner is not None and value.call is not None:
        given = evaluator.argument(value.call, "channel", 0)
        names = evaluator.texts(given, value.frame) if given is not None else ()
        return Channel(owner, names)
    return None


class Publishing:
    """Finds what is published."""

    def __init__(
        self, evaluator: Evaluator, callers: Callers, paths: Callable[[], Iterable[str]]
    ) -> None:
        self.evaluator = evaluator
        self.callers = callers
        self.paths = paths
        self._all: list[tuple[Scope, ast.Call]] | None = None

    def heard(self, channel: Channel) -> Iterator[Published]:
        """What is published to a stream, or to its channel."""
        for scope, call in self._calls():
            if not isinstance(call.func, ast.Attribute) or call.func.attr == "send_event":
                continue
            for frame in self.callers.frames(scope):
                owners = self.evaluator.values(call.func.value, frame)
                matching = [one for one in owners if self._is_for(one, channel, call, frame)]
                row = _row(call.func.attr, channel)
                if matching:
                    yield Published(call, frame, row)
                elif any(isinstance(one, Unknown) for one in owners) and _names_event(call):
                    yield Published(call, frame, row, False)

    def _is_for(self, value: Value, channel: Channel, call: ast.Call, frame: Frame) -> bool:
        if not isinstance(value, InstanceValue) or not is_of(value.dotted, TEMPEST):
            return False
        owner = channel.owner
        if plain(value.dotted) == "register" and value.call is not None:
            # A stream that a broker handed out is published to directly.
            return plain(owner.dotted) == _BROKER and self._same_broker(value, owner)
        if plain(value.dotted) != plain(owner.dotted):
            return False
        if plain(owner.dotted) == _STREAM:
            return same(value, owner)
        return _may_be_one(value, owner) and self._same_channel(channel, call, frame)

    @staticmethod
    def _same_broker(stream: InstanceValue, broker: InstanceValue) -> bool:
        owner = stream.of.owner if isinstance(stream.of, External) else None
        return owner is not None and _may_be_one(owner, broker)

    def _same_channel(self, channel: Channel, call: ast.Call, frame: Frame) -> bool:
        if not isinstance(call.func, ast.Attribute) or call.func.attr == "broadcast":
            return True
        given = self.evaluator.argument(call, "channel", 0)
        if given is None or not channel.names:
            return True
        names = self.evaluator.texts(given, frame)
        return any(one.matches(other) for one in names for other in channel.names)

    def closing(self, channel: Channel, frame: Frame) -> frozenset[int]:
        """The calls of a function that close a stream, by their identities."""
        return frozenset(
            id(call)
            for call in frame.scope.calls
            if isinstance(call.func, ast.Attribute) and call.func.attr == "close"
            for value in self.evaluator.values(call.func.value, frame)
            if same(value, channel.owner)
        )

    @staticmethod
    def is_never_closed(channel: Channel) -> bool:
        """Whether nothing in the file that makes a stream closes anything."""
        module = channel.owner.module
        return not module.calls_named("close") and not module.mentions("aclose")

    def library(self, package: str, channels: tuple[Pattern, ...]) -> Iterator[Published]:
        """What is published to the streams of flask-sse or django-eventstream."""
        rows = {row.name: row for row in EVENT_CALLS if row.packages == (package,)}
        for scope, call in self._calls():
            for frame in self.callers.frames(scope):
                dotted = self.evaluator.dotted(call.func, frame)
                row = rows.get(plain(dotted))
                if row is None or not dotted.startswith(package):
                    continue
                given = self.evaluator.argument(call, row.channel, row.channel_position)
                names = self.evaluator.texts(given, frame) if given is not None else ()
                other = channels and not any(n.matches(c) for n in names for c in channels)
                if names and other:
                    continue
                yield Published(call, frame, row)

    def _calls(self) -> list[tuple[Scope, ast.Call]]:
        if self._all is None:
            words = tuple(name.encode() for name in _METHODS)
            found: list[tuple[Scope, ast.Call]] = []
            for path in self.evaluator.program.containing(self.paths(), *words):
                module = self.evaluator.program.module(path)
                if module is not None:
                    found.extend(module.calls_named(*_METHODS))
            self._all = found
        return self._all


def _row(method: str, channel: Channel) -> EventCall:
    if method == "publish_event":
        return STREAM_PUBLISH._replace(name="publish_event")
    on_channel = plain(channel.owner.dotted) == _BROKER and method == "publish"
    return BROKER_PUBLISH if on_channel else STREAM_PUBLISH


def _may_be_one(one: InstanceValue, other: InstanceValue) -> bool:
    """Whether two brokers may be one: one that is only known by its class may be any."""
    return one.call is None or other.call is None or same(one, other)


def _names_event(call: ast.Call) -> bool:
    return any(keyword.arg == "event" for keyword in call.keywords)
