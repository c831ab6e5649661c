"""The content type of an answer: said by the call that makes it, or set once it is made."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from sse_check.apps.event_calls import CONTENT_TYPE, plain
from sse_check.apps.global_response import TYPE_NAMES, said_later
from sse_check.python.evaluate import Evaluator
from sse_check.python.values import (
    External,
    Frame,
    InstanceValue,
    MappingValue,
    SequenceValue,
    Text,
    Unknown,
    Value,
)

_HEADERS = ("Headers", "MutableHeaders", "CIMultiDict")
_TYPED = ("content-type", *TYPE_NAMES)
_OTHER = re.compile(r"[a-z]+/[\w.+-]+", re.IGNORECASE)


class OtherType(NamedTuple):
    """An answer that is no stream: where its content type is written, and what that is; without
    one, where it is made."""

    node: ast.expr
    frame: Frame
    text: str = ""


class ContentTypes:
    """Reads content types, and keeps those that are known not to be of streams."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.others: list[OtherType] = []

    def of(self, call: ast.Call, frame: Frame) -> bool | None:
        """Whether an answer is a stream; None where its type cannot be told."""
        if self._has(call, frame):
            return True
        if self._may_have(call, frame):
            return None
        self.others += [*self._others(call, frame)] or [OtherType(call, frame)]
        return False

    def of_headers(self, node: ast.expr, frame: Frame) -> bool | None:
        """Whether headers say that an answer is a stream; None where that cannot be told."""
        if self.says(node, frame):
            return True
        if self.is_open(node, frame):
            return None
        self.others += self._named(node, frame)
        return False

    def _others(self, call: ast.Call, frame: Frame) -> Iterator[OtherType]:
        for node in (*call.args[1:], *(k.value for k in call.keywords)):
            yield from self._named(node, frame)
        for later, home in said_later(self.evaluator, call, frame):
            yield from self._named(later, home) if later is not None else ()

    def _named(self, node: ast.expr, frame: Frame) -> Iterator[OtherType]:
        """The types that are written in an argument, headers among them."""
        for value in self.evaluator.values(node, frame):
            if isinstance(value, Text):
                text = value.pattern.literal
                if text is not None and _OTHER.match(text):
                    yield OtherType(value.node, value.frame, text)
            elif isinstance(value, SequenceValue):
                for item in value.items:
                    yield from self._named(item, value.frame)
            elif isinstance(value, MappingValue):
                for key, item in zip(value.keys, value.items, strict=True):
                    name = self.evaluator.text(key, value.frame) if key is not None else None
                    if name is not None and name.lower() == "content-type":
                        yield from self._named(item, value.frame)

    def _has(self, call: ast.Call, frame: Frame) -> bool:
        given = (*call.args[1:], *(k.value for k in call.keywords))
        if any(self.says(one, frame) for one in given):
            return True
        later = said_later(self.evaluator, call, frame)
        return any(self.says(one, home) for one, home in later if one is not None)

    def says(self, node: ast.expr, frame: Frame) -> bool:
        return any(self._is(value) for value in self.evaluator.values(node, frame))

    def _is(self, value: Value) -> bool:
        if isinstance(value, MappingValue):
            return any(self.says(item, value.frame) for item in value.items)
        if isinstance(value, SequenceValue):
            return any(self.says(item, value.frame) for item in value.items)
        if isinstance(value, InstanceValue) and value.call is not None:
            # `Headers({"Content-Type": ...})`
            arguments = (*value.call.args, *(k.value for k in value.call.keywords))
            return plain(value.dotted) in _HEADERS and any(
                self.says(one, value.frame) for one in arguments
            )
        return names_type(value)

    def _may_have(self, call: ast.Call, frame: Frame) -> bool:
        """Whether the content type of an answer may come from what is not known."""
        if any(keyword.arg is None for keyword in call.keywords):
            return True
        given = [k.value for k in call.keywords if k.arg in TYPE_NAMES]
        if any(self.is_open(node, frame) for node in (*call.args[1:], *given)):
            return True
        later = said_later(self.evaluator, call, frame)
        return any(node is None or self.is_open(node, home) for node, home in later)

    def is_open(self, node: ast.expr, frame: Frame) -> bool:
        """Whether some of what gives a content type is not known."""
        for value in self.evaluator.values(node, frame):
            match value:
                case Unknown() | External():
                    return True
                case InstanceValue() if plain(value.dotted) not in _HEADERS:
                    return True
                case Text() if value.kind in ("text", "bytes") and None in value.pattern.parts:
                    return True
                case MappingValue():
                    pairs = zip(value.keys, value.items, strict=True)
                    if any(self._may_be_type(*one, value.frame) for one in pairs):
                        return True
                case SequenceValue():
                    if value.more or any(self.is_open(one, value.frame) for one in value.items):
                        return True
        return False

    def _may_be_type(self, key: ast.expr | None, item: ast.expr, frame: Frame) -> bool:
        """Whether a header that is not known may be the content type."""
        name = self.evaluator.text(key, frame) if key is not None else None
        return (name is None or name.lower() in _TYPED) and self.is_open(item, frame)


def names_type(value: Value) -> bool:
    """Whether a text is, or begins, the content type of a stream."""
    return isinstance(value, Text) and any(
        CONTENT_TYPE in part for part in value.pattern.parts if part is not None
    )
