"""The template pass: find the tags of the template language and mask them.

The mask has the length of the text. In it an expression is a run of `OUTPUT` characters
and a statement or comment a run of `STATEMENT` characters, so that the HTML pass needs one
pattern for every dialect and every offset stays what it was.

Every step is linear in the text. Where an unterminated tag could make a search fail again
and again, the failure is remembered.
"""

import re
from functools import cache
from typing import NamedTuple

from sse_check.template.dialects import Dialect

# Files in which a plain expression may bring markup: captured content, Django's super.
_OUTPUT_SIGNS = ("endset", "capture", "block.super")
_COMMENT = frozenset(("comment",))
OUTPUT = "\x01"
STATEMENT = "\x02"

# An opening brace pair; for a statement also its word.
_OPEN = re.compile(r"\{(?:([{#])|%[-+~]?\s*+([\w:.]*))")
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


def scan_tags(text: str, dialect: Dialect) -> TagScan:
    """Find all template tags of `text`, left to right."""
    if "{" not in text:
        return TagScan([], [], _without_marks(text))
    return _Scanner(_without_marks(text), text, dialect).run()


def _without_marks(text: str) -> str:
    """Keep control characters of the source from being read as marks of the mask."""
    if OUTPUT in text or STATEMENT in text:
        return text.replace(OUTPUT, "\x03").replace(STATEMENT, "\x03")
    return text


class _Scanner:
    def __init__(self, clean: str, text: str, dialect: Dialect) -> None:
        self.clean = clean
        self.text = text
        self.dialect = dialect
        self.tags: list[Tag] = []
        self.outputs: list[tuple[int, int]] = []
        self.parts: list[str] = []
        self.vain = 0
        self.captures = any(sign in text for sign in _OUTPUT_SIGNS)
        self.unclosed: set[str] = set()

    # One of the two hot loops of the program: local names, and no calls for plain tags.
    def run(self) -> TagScan:  # noqa: C901
        text, clean, search, find = self.text, self.clean, _OPEN.search, self.text.find
        count, outputs, tags, parts = text.count, self.outputs, self.tags, self.parts
        hides, one_line = self.dialect.strings_hide_closers, self.dialect.tags_end_on_their_line
        bodies = self.dialect.raw if self.dialect.name == "kida" else self.dialect.raw | _COMMENT
        position = done = 0
        while (match := search(text, position)) is not None:
            start = match.start()
            kind = match[1] or "%"
            if kind in self.unclosed:
                position = start + 1
                continue
            end = find(_CLOSER[kind], start + 2) + 2
            if end < 2:
                self.unclosed.add(kind)
                position = start + 1
                continue
            if one_line and find("\n", start, end) >= 0:
                position = start + 1
                continue
            if (
                hides
                and kind != "#"
                and (
                    count('"', start, end) & 1
                    or count("'", start, end) & 1
                    or find("\\", start, end) >= 0
                    or (kind == "{" and find("{", start + 2, end) >= 0)
                )
            ):
                end = self._hidden_end(start, end, kind)
            parts.append(clean[done:start])
            position = done = end
            if kind == "{":
                outputs.append((start, end))
                if self.captures or find("(", start, end) >= 0:
                    tags.append((start, end, CALL))
                parts.append(OUTPUT * (end - start))
                continue
            parts.append(STATEMENT * (end - start))
            if kind == "#":
                continue
            word = match[2]
            if word in bodies and (closer := self._closer_of(word, end)) is not None:
                # The body of a comment is nothing; the body of a raw block is plain HTML.
                body = clean[end : closer[0]]
                parts.append(STATEMENT * len(body) if word == "comment" else body)
                parts.append(STATEMENT * (closer[1] - closer[0]))
                position = done = closer[1]
                continue
            tags.append((start, end, word))
        if not parts:
            return TagScan(tags, outputs, clean)
        parts.append(clean[done:])
        return TagScan(tags, outputs, "".join(parts))

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
