"""Where a replacement field of an f-string ends: `{`, an expression, `=`, `!r`, a format, `}`."""

import re

_QUOTE = re.compile(r"\"\"\"|'''|\"|'")
# What in an expression may have to do with where it ends.
_SIGNS = re.compile(r"[\"'(\[{)\]}#]|!=|[<>=]=|[!:=]")
_SPACE = re.compile(r"\s*")
_WORD_BEFORE = re.compile(r"\w*\Z")
# The prefixes of strings that have fields of their own, and how long they may be.
_WITH_FIELDS = frozenset(("f", "fr", "rf", "t", "tr", "rt"))
_LONGEST_PREFIX = 2
_LINE_END = re.compile(r"[\r\n]|\Z")


def field_end(text: str, start: int, quote: str) -> tuple[int, int]:
    """Where the field that opens at `start` ends, and where the text ends that `=` writes (or 0).

    `quote` ends the string around, for formats: what they hold besides fields is no expression.
    The end is -1 when there is none.
    """
    at, depth, written = start + 1, 0, 0
    while at >= 0 and (match := _SIGNS.search(text, at)):
        sign, at = match[0], match.end()
        if sign in ('"', "'", "#"):
            at = _line_end(text, at) if sign == "#" else _string_end(text, match.start(), start)
        elif sign in ("(", "[", "{"):
            depth += 1
        elif depth:
            depth -= sign in (")", "]", "}")
        elif sign == "=":
            written = _after_space(text, at)
        elif len(sign) == 1:
            return _format_end(text, match.start(), quote), written
    return -1, 0


def _after_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space is not None else at


def _line_end(text: str, at: int) -> int:
    found = _LINE_END.search(text, at)
    return found.start() if found is not None else len(text)


def _format_end(text: str, at: int, quote: str) -> int:
    """Where a field ends whose conversion or format starts here; fields in it are skipped."""
    while at < len(text):
        if text[at] == "}":
            return at + 1
        if text[at] == "{":
            at, _ = field_end(text, at, quote)
            if at < 0:
                return -1
        elif text.startswith(quote, at):
            return -1
        else:
            at += 1
    return -1


def _string_end(text: str, at: int, least: int) -> int:
    """Where a string inside an expression ends whose quote stands here."""
    before = _WORD_BEFORE.search(text, max(least, at - _LONGEST_PREFIX - 1), at)
    has_fields = before is not None and before[0].lower() in _WITH_FIELDS
    opening = _QUOTE.match(text, at)
    if opening is None:
        return -1
    quote, at = opening[0], opening.end()
    while 0 <= at < len(text):
        if text.startswith(quote, at):
            return at + len(quote)
        if text[at] == "\\" and not (has_fields and text[at + 1 : at + 2] in ("{", "}")):
            at += 2
        elif has_fields and text[at] == "{" and not text.startswith("{{", at):
            at, _ = field_end(text, at, quote)
        else:
            at += 2 if has_fields and text[at] == "{" else 1
    return -1
