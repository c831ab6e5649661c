"""The event stream format, read as the WHATWG text says, with the byte offset of everything.

The parser is incremental: feed it bytes as they come, cut anywhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_LINE_END = re.compile("\r\n|\r|\n")
_BOM = b"\xef\xbb\xbf"
_FIELDS = frozenset((b"event", b"data", b"id", b"retry"))
# A line or an event of this size is no live update; memory stays bounded.
_MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class WireEvent:
    """An event as EventSource dispatches it. `offset` is the byte at which it begins."""

    event: str
    data: str
    last_event_id: str
    retry: int | None
    offset: int


@dataclass(frozen=True, slots=True)
class WireProblem:
    """Something in the bytes that does not do what its sender meant."""

    offset: int
    message: str


@dataclass(slots=True)
class WireParser:
    """Bytes in, events out."""

    problems: list[WireProblem] = field(default_factory=list)
    comments: int = 0
    retry: int | None = None
    last_event_id: str = ""
    _rest: bytes = b""
    _at: int = 0
    _begun: bool = False
    _after_cr: bool = False
    _name: str = ""
    _named: bool = False
    _data: list[str] = field(default_factory=list)
    _size: int = 0
    _id: str = ""
    _first: int | None = None
    _unknown: int = 0

    def feed(self, chunk: bytes) -> list[WireEvent]:
        """Take more bytes; return the events that are complete now."""
        if self._after_cr and chunk[:1] == b"\n":
            # The second half of a CRLF whose first half ended a line before.
            chunk = chunk[1:]
            self._at += 1
            self._after_cr = False
        self._after_cr = self._after_cr and not chunk
        data = self._rest + chunk
        if not self._begun:
            if len(data) < 3 and _BOM.startswith(data):
                self._rest = data
                return []
            self._begun = True
            if data.startswith(_BOM):
                data = data[3:]
                self._at += 3
        found = []
        position = 0
        for start, end, after in _lines(data):
            event = self._line(data[start:end], self._at + start)
            if event is not None:
                found.append(event)
            position = after
            self._after_cr = after == len(data) and data[after - 1 : after] == b"\r"
        self._rest = data[position:]
        self._at += position
        if len(self._rest) > _MOST_BYTES:
            self._problem(self._at, "a line of more than 16 MB; the rest of it is dropped")
            self._at += len(self._rest)
            self._rest = b""
        return found

    def close(self) -> list[WireProblem]:
        """The stream ended: an event without its blank line is never dispatched."""
        if self._rest.strip():
            self._line(self._rest, self._at)
        if self._data or self._named:
            self._problem(
                self._first or 0,
                "the stream ended without the blank line that dispatches this event",
            )
        self._reset()
        return self.problems

    def _problem(self, offset: int, message: str) -> None:
        if len(self.problems) < 1000:
            self.problems.append(WireProblem(offset, message))

    def _line(self, line: bytes, offset: int) -> WireEvent | None:
        if not line:
            return self._dispatch(offset)
        if line[:1] == b":":
            self.comments += 1
            return None
        if self._first is None:
            self._first = offset
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        self._field(name, value.decode("utf-8", "replace"), offset)
        return None

    def _field(self, name: bytes, value: str, offset: int) -> None:
        if name == b"data":
            self._size += len(value)
            if self._size <= _MOST_BYTES:
                self._data.append(value)
        elif name == b"event":
            self._name = value
            self._named = True
            if value != value.strip():
                self._problem(offset, f"the blanks around the name `{value}` belong to it")
        elif name == b"id":
            if "\0" in value:
                self._problem(offset, "an id with a NUL is ignored")
            else:
                self._id = value
        elif name == b"retry":
            if value.isascii() and value.isdigit():
                self.retry = int(value)
            else:
                self._problem(offset, f"`retry: {value[:20]}` is no number of milliseconds")
        else:
            self._stray(name, offset)

    def _stray(self, name: bytes, offset: int) -> None:
        """A line with a name that no browser knows is dropped."""
        shown = name.decode("utf-8", "replace")[:40]
        if name.startswith(_BOM):
            self._problem(offset, "a byte-order mark inside the stream spoils this line")
        elif name.strip() in _FIELDS or name.lower().strip() in _FIELDS:
            self._problem(offset, f"`{shown}` is not read: the field is `{shown.strip().lower()}`")
        else:
            self._problem(offset, f"the line `{shown}` has no field name that browsers know")

    def _dispatch(self, offset: int) -> WireEvent | None:
        self.last_event_id = self._id
        event = None
        if self._data:
            event = WireEvent(
                self._name or "message",
                "\n".join(self._data),
                self.last_event_id,
                self.retry,
                self._first if self._first is not None else offset,
            )
        elif self._named:
            self._problem(
                self._first or 0, f"`{self._name}` has no data line: it is never dispatched"
            )
        self._reset()
        return event

    def _reset(self) -> None:
        self._name, self._named = "", False
        self._data.clear()
        self._size = 0
        self._first = None


def _lines(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Complete lines: where each begins, where it ends, where the next one begins.

    A CR at the very end ends a line; whether an LF belongs to it is seen with the next bytes.
    """
    start = 0
    while True:
        feed, back = data.find(b"\n", start), data.find(b"\r", start)
        if feed < 0 and back < 0:
            return
        if back < 0 or 0 <= feed < back:
            yield start, feed, feed + 1
            start = feed + 1
            continue
        after = back + 2 if data[back + 1 : back + 2] == b"\n" else back + 1
        yield start, back, after
        start = after


def decode(data: bytes) -> tuple[list[WireEvent], list[WireProblem]]:
    """All events in captured bytes, and what is wrong with them."""
    parser = WireParser()
    events = parser.feed(data)
    return events, list(parser.close())


def encode(event: str | None, data: str) -> bytes:
    """One frame. Lines of the data may end in any way; a reader gets them with line feeds.

    Raises `ValueError` for a name that no frame can carry.
    """
    if event and ("\n" in event or "\r" in event):
        raise ValueError(f"the name of an event is one line: {event!r}")
    lines = [f"event: {event}"] if event else []
    lines.extend(f"data: {line}" for line in _LINE_END.split(data))
    try:
        return ("\n".join(lines) + "\n\n").encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"no text that can be sent: {error.reason}") from error
