"""The template pass: find the tags of the template language and mask them.

The mask has the length of the text. In it an expression is a run of `OUTPUT` characters
and a statement or comment a run of `STATEMENT` characters, so that the HTML pass needs one
pattern for every dialect and every offset stays what it was.

Every step is linear in the text. Where an unterminated tag could make a search fail again
and again, the failure is remembered.
"""

import re
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from sse_check.template.dialects import Dialect

OUTPUT = "\x01"
STATEMENT = "\x02"

# Most tags lie on one line and hold no braces, not even in strings: every dialect ends them at
# the same place, and one match gives the whole tag. Group 1 is the word of a statement; group 2
# or 3 the kind of a tag that needs a closer look, of which only the brace is taken, and group 4
# its word. (A word with letters beyond ASCII needs a closer look, too. No possessive groups:
# Python 3.11.2 and older match them wrongly; possessive classes keep this linear.)
_PLAIN = "[^{}%\"'\\\\\n]*+"
_STRINGS = f"(?:\"[^\"{{}}%\\\\\n]*+\"{_PLAIN}|'[^'{{}}%\\\\\n]*+'{_PLAIN})+"
_TAG = re.compile(
    r"\{(?:%[-+~ ]*+([a-zA-Z0-9_:.]++)(?![^\0-\x7f])" + _PLAIN
    # "The end, or strings and the end" costs less than "strings, if any, and the end".
    + r"(?:%\}|" + _STRINGS + r"%\})"
    r"|\{" + _PLAIN + r"(?:\}\}|" + _STRINGS + r"\}\})"
    r"|(?=([{#])|(%)[-+~]?\s*+([\w:.]*)))"
)  # fmt: skip
# What most tags are masked with; taking it from a list is faster than making it.
_USUAL = 128
_STATEMENTS = [STATEMENT * length for length in range(_USUAL)]
_OUTPUTS = [OUTPUT * length for length in range(_USUAL)]
_WORD_OF = itemgetter(2)
_CLOSER = {"{": "}}", "%": "%}", "#": "#}"}
# An expression that may call a macro is of interest to the tree; others are only masked.
CALL = "{{"

# How far a string or brace that hides a closer is followed, and how often in vain.
_REACH = 20_000
_VAIN_SEARCHES = 16

Tag = tuple[int, int, str]
"""Start, end and word of a statement; an expression that calls something has `CALL` for it."""


class TagScan(NamedTuple):
    tags: list[Tag]
    outputs: list[tuple[int, int]]
    mask: str
    words: frozenset[str]


# One of the two hot loops of the program, as a function that the pattern calls for each tag: the
# pattern puts the mask together itself, which is faster than slices and a join.
def scan_tags(text: str, dialect: Dialect) -> TagScan:
    """Find all template tags of `text`, left to right."""
    clean = _without_marks(text)
    if "{" not in text:
        return TagScan([], [], clean, frozenset())
    tags: list[Tag] = []
    outputs: list[tuple[int, int]] = []
    bodies = dialect.bodies
    look: _CloserLook | None = None
    skip = 0

    def marks(match: re.Match[str]) -> str:
        nonlocal skip, look
        start, end = span = match.span()
        if start < skip:
            return match[0]
        word = match[1]
        if word is not None and word not in bodies:
            tags.append((start, end, word))
            length = end - start
            return _STATEMENTS[length] if length < _USUAL else STATEMENT * length
        if match.lastindex is None:
            outputs.append(span)
            length = end - start
            return _OUTPUTS[length] if length < _USUAL else OUTPUT * length
        look = look or _CloserLook(text, dialect, tags, outputs)
        skip = look.at(match)
        return match[0]

    mask = _TAG.sub(marks, clean)
    if look is not None:
        mask = look.masked(mask)
    words = frozenset(map(_WORD_OF, tags))
    return TagScan(tags, outputs, mask, words)


def _without_marks(text: str) -> str:
    """Keep control characters of the source from being read as marks of the mask."""
    if OUTPUT in text or STATEMENT in text:
        return text.replace(OUTPUT, "\x03").replace(STATEMENT, "\x03")
    return text


class _CloserLook:
    """Comments, raw bodies, and tags with braces, odd quotes or line ends in them."""

    def __init__(
        self, text: str, dialect: Dialect, tags: list[Tag], outputs: list[tuple[int, int]]
    ) -> None:
        self.text = text
        self.dialect = dialect
        self.tags = tags
        self.outputs = outputs
        # What the sweep over the text leaves unmasked: stretches, and the mark they get.
        self.patches: list[tuple[int, int, str]] = []
        self.vain = 0
        self.unclosed: set[str] = set()

    def at(self, match: re.Match[str]) -> int:
        """Read one tag with its body; where it ends, or 0 if it is none."""
        start, end = match.span()
        kind = "%"
        if match[1] is None:
            kind = match[2] or "%"
            end = self._end(start, kind)
            if end == 0:
                return 0
        if kind == "{":
            self.outputs.append((start, end))
            self.patches.append((start, end, OUTPUT))
            return end
        self.patches.append((start, end, STATEMENT))
        if kind == "#":
            return end
        word = match[1] or match[4] or ""
        closer = self._closer_of(word, end) if word in self.dialect.bodies else None
        if closer is None:
            self.tags.append((start, end, word))
            return end
        # The body of a comment is nothing; the body of a raw block is plain HTML.
        self.patches.append((end if word == "comment" else closer[0], closer[1], STATEMENT))
        return closer[1]

    def masked(self, mask: str) -> str:
        parts: list[str] = []
        done = 0
        for start, end, mark in self.patches:
            parts += (mask[done:start], mark * (end - start))
            done = end
        parts.append(mask[done:])
        return "".join(parts)

    def _end(self, start: int, kind: str) -> int:
        text = self.text
        if kind in self.unclosed:
            return 0
        end = text.find(_CLOSER[kind], start + 2) + 2
        if end < 2:
            self.unclosed.add(kind)
            return 0
        if self.dialect.tags_end_on_their_line and text.find("\n", start, end) >= 0:
            return 0
        if kind != "#" and self.dialect.strings_hide_closers and self._may_hide(start, end, kind):
            return self._hidden_end(start, end, kind)
        return end

    def _may_hide(self, start: int, end: int, kind: str) -> bool:
        """Whether the first closer may stand inside a string or a brace."""
        text = self.text
        return bool(
            text.count('"', start, end) & 1
            or text.count("'", start, end) & 1
            or text.find("\\", start, end) >= 0
            or (kind == "{" and text.find("{", start + 2, end) >= 0)
        )

    def _closer_of(self, word: str, position: int) -> tuple[int, int] | None:
        if word in self.unclosed:
            return None
        match = _end_pattern(word).search(self.text, position)
        if match is None:
            self.unclosed.add(word)
            return None
        return match.span()

    def _hidden_end(self, start: int, simple: int, kind: str) -> int:
        """The end of a tag whose first closer may be inside a string or a brace."""
        if self.vain >= _VAIN_SEARCHES:
            return simple
        end = self._follow(start + 2, kind)
        if end is None:
            self.vain += 1
            return simple
        return end

    def _follow(self, position: int, kind: str) -> int | None:
        text = self.text
        closer = _CLOSER[kind]
        braces = kind == "{" and self.dialect.balanced_braces
        limit = min(len(text), position + _REACH)
        depth = 0
        while position < limit:
            char = text[position]
            if char in "\"'":
                position = _after_string(text, position, limit)
                continue
            if depth == 0 and text.startswith(closer, position):
                return position + 2
            if braces:
                depth += (char == "{") - (char == "}")
            position += 1
        return None


def _after_string(text: str, position: int, limit: int) -> int:
    quote = text[position]
    position += 1
    while position < limit:
        char = text[position]
        if char == quote:
            return position + 1
        position += 2 if char == "\\" else 1
    return limit


@cache
def _end_pattern(word: str) -> re.Pattern[str]:
    return re.compile(r"\{%[-+]?\s*end" + word + r"\b[^%]*+%\}")
