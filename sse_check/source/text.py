"""A file's text, and stretches of it.

Offsets count characters from 0, lines and columns count characters from 1. A
byte-order mark is not part of the text. A line ends at LF, CRLF or a lone CR,
as editors show it.
"""

import re
from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n|\n|\r")


class Position(NamedTuple):
    """A place in a text, as people and editors name it."""

    line: int
    column: int
    offset: int


class Source:
    """The text of one file, under the path by which reports name it.

    `file` is the path by which the system knows it: a name in a report is made printable, and
    is then no longer the name of the file. It is empty for what is no file: what a server sent.
    """

    __slots__ = ("_line_starts", "encoding", "file", "path", "text")

    def __init__(self, path: str, text: str, encoding: str = "utf-8", file: str = "") -> None:
        self.path = path
        self.text = text
        self.encoding = encoding
        self.file = file or path
        self._line_starts: list[int] | None = None

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.text)} characters)"

    @property
    def line_starts(self) -> list[int]:
        """Offsets of the first character of each line; computed when first asked for."""
        if self._line_starts is None:
            text = self.text
            if "\r" in text:
                ends = [match.end() for match in _LINE_END.finditer(text)]
            else:
                lengths = [len(line) + 1 for line in text.split("\n")]
                ends = list(accumulate(lengths[:-1]))
            self._line_starts = [0, *ends]
        return self._line_starts

    def position(self, offset: int) -> Position:
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self.line_starts, offset)
        return Position(line, offset - self.line_starts[line - 1] + 1, offset)

    def utf16_column(self, offset: int) -> int:
        """The column from 1 in UTF-16 units, which is what most editors count."""
        place = self.position(offset)
        before = self.text[place.offset - place.column + 1 : place.offset]
        if before.isascii():
            return place.column
        return len(before.encode("utf-16-le", "surrogatepass")) // 2 + 1

    def real(self, span: "Span") -> "Span":
        """Where a stretch of this text is written: here, unless it is composed of others."""
        return span

    def line_text(self, line: int) -> str:
        """Line number `line` (from 1) without its end."""
        starts = self.line_starts
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")


class Span(NamedTuple):
    """A stretch of a source: `start` is its first character, `end` the one after its last."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def real(self) -> "Span":
        """The stretch in the file that a person has."""
        return self.source.real(self)

    @property
    def start_position(self) -> Position:
        span = self.real
        return span.source.position(span.start)

    @property
    def end_position(self) -> Position:
        span = self.real
        return span.source.position(span.end)
