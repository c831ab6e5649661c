"""String literals, read character by character: what each piece of the value is written as.

The parser gives the value of a literal and not where its characters stand, and before Python 3.12
it does not know where anything inside an f-string is. So the literal's own text is read once more,
in step with what the parser made of it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Generator, Iterator
from functools import cache
from itertools import islice
from typing import NamedTuple

from sse_check.markup.fields import field_end
from sse_check.markup.tree import Text
from sse_check.source import Source, Span
from sse_check.source.numbers import written_out

# A literal of more pieces is a text with an escape in every word; it gets one place as a whole.
_MOST_PIECES = 100_000
# Since Python 3.12 the parser knows where f-strings are. But some of its versions resolve escapes
# in the text that `{x=}` writes, or take a `#` in it for a comment.
_HAS_PLACES = sys.version_info >= (3, 12)
# What starts a string: its prefix and its quote.
_OPENING = re.compile(r"([A-Za-z]*)(\"\"\"|'''|\"|')")
# What may stand between the strings of one literal.
_BETWEEN = re.compile(r"(?:\s|\\\r?\n|\\\r|#[^\r\n]*)*")
_SIMPLE = {
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\n": "",
    "\r": "",
}
_OCTAL = frozenset("01234567")


class Expression(NamedTuple):
    """What an f-string writes in braces; the span holds both of them.

    `is_plain` says that the value is written as it is: no `!r` and no format changes it.
    """

    node: ast.expr
    span: Span
    is_plain: bool


def literal(
    node: ast.Constant | ast.JoinedStr, source: Source, start: int, end: int
) -> list[Text | Expression]:
    """The pieces of a literal that stands from `start` to `end`.

    Text in runs as long as the source has the same characters; a piece of its own for each
    escape. A place in which no such literal is written (the parser is wrong about what stands
    inside of f-strings) gives pieces that have the whole of it for their place.
    """
    fields = _fields(node)
    reader = _Reader(source, fields, isinstance(_value(node), bytes))
    try:
        found = list(islice(reader.read(start, end), _MOST_PIECES))
    except (KeyError, ValueError):
        found = []
    trusted = _HAS_PLACES and reader.shows and 0 < len(found) < _MOST_PIECES
    if trusted or _says(found) == _expected(node):
        return found
    return _unplaced(node, Span(source, start, end))


def _value(node: ast.Constant | ast.JoinedStr) -> object:
    return node.value if isinstance(node, ast.Constant) else ""


def _fields(node: ast.Constant | ast.JoinedStr) -> list[ast.FormattedValue]:
    values = node.values if isinstance(node, ast.JoinedStr) else []
    return [value for value in values if isinstance(value, ast.FormattedValue)]


def _expected(node: ast.Constant | ast.JoinedStr) -> list[object]:
    """The texts of the value, with the expressions between them, as the parser has them."""
    values = node.values if isinstance(node, ast.JoinedStr) else [node]
    found: list[object] = [""]
    for value in values:
        if isinstance(value, ast.FormattedValue):
            found += [value.value, ""]
        elif isinstance(value, ast.Constant):
            found[-1] = f"{found[-1]}{written_out(value.value)}"
    return found


def _says(pieces: list[Text | Expression]) -> list[object]:
    texts: list[list[str]] = [[]]
    found: list[object] = []
    for piece in pieces:
        if isinstance(piece, Text):
            texts[-1].append(piece.text)
        else:
            found += ["".join(texts[-1]), piece.node]
            texts.append([])
    return [*found, "".join(texts[-1])]


def _unplaced(node: ast.Constant | ast.JoinedStr, span: Span) -> list[Text | Expression]:
    values = node.values if isinstance(node, ast.JoinedStr) else [node]
    found: list[Text | Expression] = []
    for value in values:
        if isinstance(value, ast.FormattedValue):
            found.append(Expression(value.value, span, _is_plain(value)))
        elif isinstance(value, ast.Constant) and value.value:
            found.append(Text(written_out(value.value), span))
    return found


def _is_plain(value: ast.FormattedValue) -> bool:
    return value.format_spec is None and value.conversion in (-1, ord("s"))


class _NotHereError(ValueError):
    """The place does not hold the literal that was asked for."""


class _Reader:
    def __init__(self, source: Source, fields: list[ast.FormattedValue], is_bytes: bool) -> None:
        self.source = source
        self.text = source.text
        self.fields = iter(fields)
        self.is_bytes = is_bytes
        # Whether some field writes its own text before its value.
        self.shows = False

    def read(self, start: int, end: int) -> Iterator[Text | Expression]:
        pieces = self._strings(start, end)
        return self._of_bytes(pieces) if self.is_bytes else pieces

    def _strings(self, start: int, end: int) -> Iterator[Text | Expression]:
        at = start
        while at < end:
            opening = _OPENING.match(self.text, at)
            if opening is None:
                raise _NotHereError
            prefix = opening[1].lower()
            at = yield from self._string(opening.end(), opening[2], prefix)
            between = _BETWEEN.match(self.text, at, end)
            at = between.end() if between is not None else at
        if at != end or next(self.fields, None) is not None:
            raise _NotHereError

    def _string(self, at: int, quote: str, prefix: str) -> Generator[Text | Expression, None, int]:
        """One string from the character after its quote on; returns where it ends."""
        raw = "r" in prefix
        special = _special(quote, raw, "f" in prefix, self.is_bytes)
        run = at
        while True:
            match = special.search(self.text, at)
            if match is None:
                raise _NotHereError
            found, at = match[0], match.end()
            meaning = "\n" if found[0] == "\r" else found
            if found[0] == "\\":
                meaning = found if raw else self._meaning(found)
                if meaning == found:
                    # A backslash that is no escape is written as it is.
                    continue
            yield from self._text(run, match.start())
            if found == quote:
                return at
            if found == "{":
                at = yield from self._field(match.start(), quote)
            elif found in ("{{", "}}"):
                yield Text(found[0], Span(self.source, match.start(), at))
            elif meaning:
                yield Text(meaning, Span(self.source, match.start(), at))
            run = at

    def _text(self, start: int, end: int) -> Iterator[Text]:
        if end > start:
            yield Text(self.text[start:end], Span(self.source, start, end))

    def _field(self, start: int, quote: str) -> Generator[Text | Expression, None, int]:
        end, written = field_end(self.text, start, quote)
        value = next(self.fields, None)
        if value is None or end < 0:
            raise _NotHereError
        if written:
            # `{x=}` writes its own text before the value.
            self.shows = True
            shown = self.text[start + 1 : written].replace("\r\n", "\n").replace("\r", "\n")
            yield Text(shown, Span(self.source, start + 1, written))
        yield Expression(value.value, Span(self.source, start, end), _is_plain(value))
        return end

    def _meaning(self, escape: str) -> str:
        """What an escape stands for; itself when it is none."""
        sign = escape[1]
        if sign in _SIMPLE and len(escape) == 2 + (escape[1:] == "\r\n"):
            return _SIMPLE[sign]
        if sign in _OCTAL:
            number = int(escape[1:], 8)
            return chr(number & 0xFF if self.is_bytes else number)
        if sign == "N" and len(escape) > 2:
            return _named(escape[3:-1])
        if sign in "xuU" and len(escape) > 2:
            return chr(int(escape[2:], base=16))  # noqa: FURB166 - never signed, and `u` is no base
        return escape

    def _of_bytes(self, pieces: Iterator[Text | Expression]) -> Iterator[Text | Expression]:
        """The text of bytes: characters beyond ASCII are several escapes, which belong together."""
        held: list[Text] = []
        for piece in pieces:
            assert isinstance(piece, Text)  # noqa: S101 - there are no f-strings of bytes
            if piece.text.isascii():
                yield from _character(held)
                yield piece
                held = []
                continue
            held.append(piece)
            if "\ufffd" not in _decoded(held):
                yield from _character(held)
                held = []
        yield from _character(held)


def _decoded(held: list[Text]) -> str:
    return written_out("".join(piece.text for piece in held).encode("latin-1"))


def _character(held: list[Text]) -> Iterator[Text]:
    if held:
        first, last = held[0].span, held[-1].span
        yield Text(_decoded(held), Span(first.source, first.start, last.end))


def _named(name: str) -> str:
    import unicodedata

    return unicodedata.lookup(name)


@cache
def _special(quote: str, raw: bool, fields: bool, is_bytes: bool) -> re.Pattern[str]:
    """What in a string is not simply a character of it, its end included."""
    signs = [re.escape(quote), "\r\n?"]
    if raw:
        # A quote after a backslash does not end the string, and both are written.
        signs.insert(0, r"\\[\\'\"]")
    else:
        names = [] if is_bytes else [r"N\{[^{}]*\}", "u[0-9a-fA-F]{4}", "U[0-9a-fA-F]{8}"]
        other = "[^{}]" if fields else "."
        escapes = [*names, "x[0-9a-fA-F]{2}", "[0-7]{1,3}", "\r\n", other]
        signs.insert(0, rf"\\(?:{'|'.join(escapes)})")
    if fields:
        signs += [r"\{\{", r"\}\}", r"\{"]
    return re.compile("|".join(signs), re.DOTALL)
