"""Channels of Redis: what a subscription hears is what is published to a channel of that name."""

import ast
from collections.abc import Callable, Iterable, Iterator

from sse_check.apps.callers import Callers
from sse_check.python.evaluate import Evaluator
from sse_check.python.scope import Scope
from sse_check.python.values import (
    External,
    Frame,
    InstanceValue,
    MappingValue,
    Unknown,
    Value,
)
from sse_check.template.values import Pattern

_LISTENING = frozenset(("listen", "get_message"))
_SUBSCRIBING = frozenset(("subscribe", "psubscribe"))


class Channels:
    """Messages of subscriptions, as the dicts that a client of Redis gives."""

    def __init__(
        self, evaluator: Evaluator, callers: Callers, paths: Callable[[], Iterable[str]]
    ) -> None:
        self.evaluator = evaluator
        self.callers = callers
        self.paths = paths
        self._calls: list[tuple[Scope, ast.Call]] | None = None
        self._asked: set[int] = set()

    def result(self, function: External) -> tuple[Value, ...] | None:
        """What `pubsub.get_message()` gives."""
        name = function.dotted.rpartition(".")[2]
        if name != "get_message" or function.owner is None or not _is_pubsub(function.owner):
            return None
        return self._messages(function.owner)

    def elements(self, value: Value) -> tuple[Value, ...] | None:
        """What `pubsub.listen()` brings one after the other."""
        if not isinstance(value, InstanceValue) or not isinstance(value.of, External):
            return None
        owner = value.of.owner
        if owner is None or value.dotted.rpartition(".")[2] not in _LISTENING:
            return None
        return self._messages(owner) if _is_pubsub(owner) else None

    def _messages(self, pubsub: InstanceValue) -> tuple[Value, ...]:
        if id(pubsub) in self._asked:
            return (Unknown(pubsub.call),)
        self._asked.add(id(pubsub))
        with self.evaluator.afresh():
            found = tuple(dict.fromkeys(self._heard(pubsub)))
        self._asked.discard(id(pubsub))
        return found or (Unknown(pubsub.call),)

    def _heard(self, pubsub: InstanceValue) -> Iterator[Value]:
        channels = list(self._subscribed(pubsub))
        for scope, call in self._published():
            for frame in self.callers.frames(scope):
                if not self._is_redis(call, frame):
                    continue
                names = self.evaluator.texts(call.args[0], frame)
                if any(one.matches(other) for one in names for other in channels):
                    keys = (ast.Constant("type"), ast.Constant("data"))
                    items = (ast.Constant("message"), call.args[1])
                    yield MappingValue(keys, items, frame, call.args[1])

    def _subscribed(self, pubsub: InstanceValue) -> Iterator[Pattern]:
        """The channels to which a subscription belongs; any, where none is seen."""
        found = False
        frame = pubsub.frame
        for scope in (frame.scope, *frame.scope.children.values()):
            for call in scope.calls:
                if getattr(call.func, "attr", "") not in _SUBSCRIBING:
                    continue
                for argument in call.args:
                    found = True
                    where = frame if scope is frame.scope else self.evaluator.frame(scope)
                    for text in self.evaluator.texts(argument, where):
                        yield _globbed(text)
        if not found:
            yield Pattern((None,))

    def _is_redis(self, call: ast.Call, frame: Frame) -> bool:
        if not isinstance(call.func, ast.Attribute):
            return False
        return any(
            isinstance(value, Unknown)
            or (isinstance(value, InstanceValue | External) and "redis" in value.dotted.lower())
            for value in self.evaluator.values(call.func.value, frame)
        )

    def _published(self) -> list[tuple[Scope, ast.Call]]:
        """Every `redis.publish(channel, message)`."""
        if self._calls is None:
            self._calls = []
            for path in self.evaluator.program.containing(self.paths(), b".publish("):
                module = self.evaluator.program.module(path)
                calls = module.calls_named("publish") if module is not None else []
                self._calls.extend(one for one in calls if len(one[1].args) == 2)
        return self._calls


def _is_pubsub(value: InstanceValue) -> bool:
    return value.dotted.endswith(".pubsub") and "redis" in value.dotted.lower()


def _globbed(pattern: Pattern) -> Pattern:
    """`orders:*`, as Redis means it."""
    parts: list[str | None] = []
    for part in pattern.parts:
        for number, piece in enumerate(part.split("*") if part is not None else ("", "")):
            if number:
                parts.append(None)
            parts.append(piece)
    return Pattern.of(*parts)
