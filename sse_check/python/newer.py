"""Grammar of Python newer than the one that runs, written in the grammar of this one.

Every character keeps its line and column, so that what is found in the tree is found in the
file. What has no other form becomes a name that nothing binds: its value cannot be told.
"""

import re
import sys
from collections.abc import Iterator

Change = tuple[int, str]

_STRING = re.compile(r"#[^\n]*|(?<!\w)([a-zA-Z]{0,2})('''|\"\"\"|'|\")")
_WORD = re.compile(r"\w+")
_PLAIN_END = {
    quote: re.compile(rf"(?:\\.|(?!{quote}){body})*{quote}", re.DOTALL)
    for quote, body in (("'", r"[^\\\n]"), ('"', r"[^\\\n]"), ("'''", r"[^\\]"), ('"""', r"[^\\]"))
}
# `except A, B:`
_EXCEPT = re.compile(r"^([ \t]*except) ([\w.]+(?:, *[\w.]+)*,) ([\w.]+)(?=[ \t]*:)", re.MULTILINE)
# `def first[T](...)`, `class Box[T]:`
_GENERIC = re.compile(r"^[ \t]*(?:async[ \t]+def|def|class)[ \t]+\w+[ \t]*(?=\[)", re.MULTILINE)
_ALIAS = re.compile(r"^([ \t]*)type[ \t]+(\w+)[ \t]*(?=\[|=(?!=))", re.MULTILINE)
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
# Letters by the bytes that they take: the columns of a tree are counted in bytes.
_LETTERS = {1: "_", 2: "\u00e9", 3: "\u4e2d", 4: "\U00010000"}

# How long a string or a list of parameters may be, and how many may turn out to be none.
_LONGEST = 20_000
_MOST_BROKEN = 50


class _BrokenError(Exception):
    """What is read here is no string after all."""


def in_older_grammar(text: str) -> Iterator[str]:
    """The text of a file in the grammar of the Python that runs, as far as it can be: first with
    its strings as they are, which takes far less time."""
    if sys.version_info < (3, 14):
        text = _EXCEPT.sub(r"\1(\2\3)", text)
    # Python 3.12 has these, but for what one is by default: `class Box[T = int]`.
    if sys.version_info < (3, 13):
        text = _without_type_parameters(text)
    yield text
    yield _with_known_strings(text)


def _without_type_parameters(text: str) -> str:
    starts = [match.end() for match in _GENERIC.finditer(text)]
    starts += [match.end() for match in _ALIAS.finditer(text) if text[match.end()] == "["]
    changes: list[Change] = []
    broken = 0
    for start in starts:
        end = _behind_brackets(text, start)
        broken += not end
        if broken == _MOST_BROKEN:
            break
        # A line that ends inside goes on behind a backslash.
        blank = re.sub(r"[^\n]", " ", text[start:end]).replace(" \n", "\\\n")
        changes.append((start, blank))
    changes += (
        (match.start(), (match[1] + match[2]).ljust(len(match[0])))
        for match in _ALIAS.finditer(text)
    )
    return _changed(text, changes)


def _behind_brackets(text: str, start: int) -> int:
    """The end of what is in brackets from here on; 0 where they are not closed."""
    depth = 0
    for at in range(start, min(len(text), start + _LONGEST)):
        depth += _BRACKETS.get(text[at], 0)
        if not depth:
            return at + 1
    return 0


def _changed(text: str, changes: list[Change]) -> str:
    parts: list[str] = []
    at = 0
    for start, changed in sorted(changes):
        if start >= at:
            parts += (text[at:start], changed)
            at = start + len(changed)
    return "".join((*parts, text[at:]))


def _with_known_strings(text: str) -> str:
    """f-strings with what only newer ones may have, and t-strings."""
    changes: list[Change] = []
    at = broken = 0
    while broken < _MOST_BROKEN and (match := _STRING.search(text, at)) is not None:
        at = match.end()
        if match[2] is None:
            continue
        prefix = match[1].lower()
        try:
            if "f" not in prefix and "t" not in prefix:
                at = _plain_end(text, at, match[2])
                continue
            inside: list[Change] = []
            at = _Reader(text, inside, at + _LONGEST).read(at, (match[2],), "r" in prefix)
        except _BrokenError:
            broken += 1
            continue
        whole = text[match.start() : at]
        if "t" in prefix:
            changes += [(match.start(), _unknown(whole))] if sys.version_info < (3, 14) else []
        elif sys.version_info < (3, 12):
            several = len(match[2]) == 1 and "\n" in whole.replace("\\\n", "")
            changes += [(match.start(), _unknown(whole))] if several else inside
    return _changed(text, changes)


def _plain_end(text: str, at: int, quote: str) -> int:
    end = _PLAIN_END[quote].match(text, at)
    if end is None:
        raise _BrokenError
    return end.end()


def _unknown(text: str) -> str:
    """A name as long as a text, in brackets where it takes several lines."""
    first, *more = text.split("\n")
    if not more:
        return _name(first)
    blank = [" " * len(line.encode()) for line in more]
    return "\n".join((f"({_name(first[1:])}", *blank[:-1], f"{blank[-1][:-1]})"))


def _name(text: str) -> str:
    return "".join(_LETTERS[len(character.encode(errors="replace"))] for character in text)


class _Reader:
    """Reads one f-string, and notes what has to change in its fields."""

    def __init__(self, text: str, changes: list[Change], end: int) -> None:
        self.text = text
        self.changes = changes
        self.end = min(len(text), end)

    def read(self, at: int, quotes: tuple[str, ...], is_raw: bool) -> int:
        """The end of an f-string from behind its quote; `quotes` are those around, and its own."""
        text, quote = self.text, quotes[-1]
        while at < self.end:
            if text.startswith(quote, at):
                return at + len(quote)
            if text[at] == "\\":
                at = self._escape(at, is_raw)
            elif text.startswith("{{", at):
                at += 2
            elif text[at] == "{":
                at = self._field(at + 1, quotes)
            elif text[at] == "\n" and len(quote) == 1:
                break
            else:
                at += 1
        raise _BrokenError

    def _escape(self, at: int, is_raw: bool) -> int:
        if self.text.startswith("{", at + 1):
            return at + 1
        if self.text.startswith("N{", at + 1) and not is_raw:
            return self.text.find("}", at) + 1 or self.end
        return at + 2

    def _field(self, at: int, quotes: tuple[str, ...]) -> int:
        """The end of a field from behind its bracket."""
        text, depth = self.text, 0
        while at < self.end and text[at] != "#":
            string = _STRING.match(text, at)
            if string is not None:
                at = self._nested(string, quotes)
                continue
            if not depth and text[at] == "}":
                return at + 1
            if not depth and text[at] == ":":
                return self._specification(at + 1, quotes)
            depth += _BRACKETS.get(text[at], 0)
            word = _WORD.match(text, at)
            at = word.end() if word is not None else at + 1
        raise _BrokenError

    def _specification(self, at: int, quotes: tuple[str, ...]) -> int:
        while at < self.end and self.text[at] != "}":
            if self.text[at] == "\n" or self.text.startswith(quotes[-1], at):
                raise _BrokenError
            at = self._field(at + 1, quotes) if self.text[at] == "{" else at + 1
        return at + 1

    def _nested(self, string: re.Match[str], quotes: tuple[str, ...]) -> int:
        """The end of a string inside a field."""
        prefix, quote = string[1].lower(), string[2]
        if "f" in prefix or "t" in prefix:
            reader = _Reader(self.text, [], self.end)
            end = reader.read(string.end(), (*quotes, quote), "r" in prefix)
        else:
            end = _plain_end(self.text, string.end(), quote)
        whole = self.text[string.start() : end]
        if "\\" in whole or any(one in whole for one in quotes) or "t" in prefix:
            self.changes.append((string.start(), _other_quotes(string, whole, quotes)))
        return end


def _other_quotes(string: re.Match[str], whole: str, quotes: tuple[str, ...]) -> str:
    """A string with quotes that those around it leave free, or a name in its place."""
    prefix, quote = string[1], string[2]
    content = whole[len(prefix) + len(quote) : -len(quote)]
    other = {"'": '"', '"': "'"}.get(quote, "")
    is_free = bool(other) and other not in content and not any(other in one for one in quotes)
    if is_free and "\\" not in whole and prefix.lower() in ("", "r", "u"):
        return f"{prefix}{other}{content}{other}"
    return _unknown(whole)
