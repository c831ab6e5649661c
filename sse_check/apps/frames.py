"""Hand-written frames: what a string that a route sends says on the wire."""

import re
from typing import NamedTuple

from sse_check.template.values import Pattern

_HOLE = "\ue000"
_ENDED = re.compile(rf"{_HOLE}(?=(?:data|id|retry):)")


class Frame(NamedTuple):
    """One event in a text. `name` is None when the text has no `event:` line of its own. `more`
    says that it has lines that are not known."""

    name: Pattern | None
    data: str | None
    more: bool = False


def as_text(pattern: Pattern) -> str:
    """A pattern as one text, with a mark for each hole."""
    return "".join(_HOLE if part is None else part for part in pattern.parts).replace("\r\n", "\n")


def is_frame(pattern: Pattern) -> bool:
    """Whether a text speaks the wire format."""
    text = as_text(pattern).lstrip("\n")
    return text.startswith(("event:", "data:", "id:", "retry:", ":"))


def is_whole(pattern: Pattern) -> bool:
    """Whether a text is a frame, or a comment, with the blank line that ends it."""
    return is_frame(pattern) and as_text(pattern).endswith("\n\n")


def frames(pattern: Pattern) -> list[Frame]:
    """The events in a text; comments and lone `retry:` lines are none.

    A line that begins with something unknown may name the event.
    """
    found = []
    for chunk in re.split(r"\n\n+", as_text(pattern)):
        name: Pattern | None = None
        data: list[str] = []
        more = False
        for line in chunk.split("\n"):
            more = more or _HOLE in line
            if line.startswith(_HOLE) and name is None:
                name = Pattern((None,))
                continue
            field, colon, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "event" and colon:
                ended = _ENDED.search(value)
                if ended is not None:
                    # What is not known ends this line: the next one begins behind it.
                    field, _, rest = value[ended.end() :].partition(":")
                    data += [rest.removeprefix(" ")] if field == "data" else []
                    value = value[: ended.end()]
                name = from_text(value)
            elif field == "data" and colon:
                data.append(value)
        if name is not None or data:
            found.append(Frame(name, "\n".join(data) if data else None, more))
    return found


def from_text(text: str) -> Pattern:
    """A text with marks as a pattern."""
    parts: list[str | None] = []
    for number, piece in enumerate(text.split(_HOLE)):
        if number:
            parts.append(None)
        parts.append(piece)
    return Pattern.of(*parts)
