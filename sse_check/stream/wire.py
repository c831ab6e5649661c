"""The event stream format, read as the WHATWG text says, with the byte offset of everything.

The parser is incremental: feed it bytes as they come, cut anywhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sse_check.source.numbers import count_of

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\r|\n")
_FIELDS = frozenset((b"event", b"data", b"id", b"retry"))
# A line or an event of this size is no live update; memory stays bounded.
_SHORTER = "send less at once"
# What may be meant as the name of a field; what else stands before a colon is text.
_FIELD = re.compile(r"[A-Za-z][\w-]*")
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
    # What to write instead, and the name of the event that is lost by it.
    help: str = field(default="", compare=False)
    lost: str = field(default="", compare=False)
    # Whether all arrives, and looks otherwise than it should.
    is_warning: bool = False
    # What such problems have in common, where their messages differ.
    cause: str = field(default="", compare=False)


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
            self._problem(
                self._at, "a line of more than 16 MB; the rest of it is dropped", _SHORTER
            )
            self._at += len(self._rest)
            self._rest = b""
        return found

    @property
    def unfinished_at(self) -> int:
        """The byte at which what is not dispatched yet begins."""
        return self._at if self._first is None else self._first

    def close(self) -> list[WireProblem]:
        """The stream ended: an event without its blank line is never dispatched."""
        if self._rest.strip():
            self._line(self._rest, self._at, whole=False)
        if self._data or self._named:
            self._problem(
                self._first or 0,
                "the stream ended without the blank line that dispatches this event",
                "send an empty line behind each event, behind the last one too",
                self._name or "message",
            )
        self._reset()
        return self.problems

    def _problem(
        self,
        offset: int,
        message: str,
        help_: str,
        lost: str = "",
        *,
        is_warning: bool = False,
        cause: str = "",
    ) -> None:
        if len(self.problems) < 1000:
            self.problems.append(WireProblem(offset, message, help_, lost, is_warning, cause))

    def _line(self, line: bytes, offset: int, *, whole: bool = True) -> WireEvent | None:
        if not line:
            return self._dispatch(offset)
        if line[:1] == b":":
            self.comments += 1
            return None
        if self._first is None:
            self._first = offset
        if whole:
            self._check(line, offset)
        name, colon, value = line.partition(b":")
        text = value.removeprefix(b" ").decode("utf-8", "replace")
        if name in _FIELDS:
            self._field(name, text, offset)
        else:
            self._stray(name, text if colon else None, offset)
        return None

    def _check(self, line: bytes, offset: int) -> None:
        """Streams are UTF-8, whatever their head says."""
        try:
            line.decode()
        except UnicodeDecodeError as error:
            self._problem(
                offset + error.start,
                "what is sent here is no UTF-8: browsers show `\ufffd` in its place",
                "encode the text as UTF-8",
                is_warning=True,
            )

    def _field(self, name: bytes, value: str, offset: int) -> None:
        if name == b"data":
            self._size += len(value)
            if self._size <= _MOST_BYTES:
                self._data.append(value)
        elif name == b"event":
            self._name = value
            self._named = True
            if value != value.strip():
                self._problem(
                    offset,
                    f"the blanks around the name `{value}` belong to it",
                    f"send `event: {value.strip()}`",
                )
        elif name == b"id":
            if "\0" in value:
                self._problem(offset, "an id with a NUL is ignored", "send the id without it")
            else:
                self._id = value
        elif name == b"retry":
            milliseconds = count_of(value)
            if milliseconds is not None:
                self.retry = milliseconds
            else:
                self._problem(
                    offset,
                    f"`retry: {value[:20]}` is no number of milliseconds",
                    "send figures alone, as in `retry: 3000`",
                )

    def _stray(self, name: bytes, value: str | None, offset: int) -> None:
        """A line with a name that no browser knows is dropped; without a colon it is all name."""
        shown = name.decode("utf-8", "replace")[:40]
        right = _near(shown) if value is not None else ""
        lost = value or "" if right == "event" else ""
        if name.startswith(_BOM):
            self._problem(
                offset, "a byte-order mark inside the stream spoils this line", "leave it out"
            )
        elif (meant := shown.strip().lower()).encode() in _FIELDS:
            self._problem(
                offset,
                f"`{shown}` is not read: the field is `{meant}`",
                f"send `{meant}: ...`",
                lost,
            )
        else:
            text = "send `data: ` before each line of the text, not before the first alone"
            field_like = value is not None and _FIELD.fullmatch(shown)
            cause = "" if right else "a field" if field_like else "text"
            self._problem(
                offset,
                f"the line `{shown}` has no field name that browsers know",
                f"did you mean `{right}`? If it is text: {text}" if right else text,
                lost,
                cause=cause,
            )

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
                self._first or 0,
                f"`{self._name}` has no data line: it is never dispatched",
                f"send `data:` below `event: {self._name}`, also when there is nothing to say "
                "(an empty text has no lines to put it before)",
                self._name,
            )
        self._reset()
        return event

    def _reset(self) -> None:
        self._name, self._named = "", False
        self._data.clear()
        self._size = 0
        self._first = None


def _near(name: str) -> str:
    """The field that a name may be a slip for; empty when it is like none."""
    from difflib import get_close_matches

    fields = sorted(field.decode() for field in _FIELDS)
    return "".join(get_close_matches(name.strip().lower(), fields, n=1, cutoff=0.75))


def _lines(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Complete lines: where each begins, where it ends, where the next one begins.

    A CR at the very end ends a line; whether an LF belongs to it is seen with the next bytes.
    """
    start = 0
    for match in _LINE_END.finditer(data):
        yield start, match.start(), match.end()
        start = match.end()


def decode(data: bytes, *, ended: bool = True) -> tuple[list[WireEvent], list[WireProblem]]:
    """All events in captured bytes, and what is wrong with them.

    Of a stream that has not ended, what is not complete yet says nothing.
    """
    parser = WireParser()
    events = parser.feed(data)
    return events, list(parser.close() if ended else parser.problems)


def encode(event: str | None, data: str) -> bytes:
    """One frame, which decodes to what it was made of; refuses what the format cannot carry."""
    if event == "":
        raise ValueError("an event without a name has None for it, not an empty name")
    if event is not None and ("\n" in event or "\r" in event):
        raise ValueError(f"the event name {event!r} has a line end, which no frame can carry")
    if "\r" in data:
        raise ValueError("the data has a carriage return, which arrives as a line feed")
    lines = [f"event: {event}"] if event is not None else []
    lines.extend(f"data: {line}" for line in data.split("\n"))
    try:
        return ("\n".join(lines) + "\n\n").encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"half of a surrogate pair at character {error.start}") from None
