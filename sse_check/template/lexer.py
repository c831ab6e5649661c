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

# With none of these words a file calls no macro and shows no captured content.
_CALLING = frozenset("macro import from call def region slot extends block".split())
_CAPTURING = frozenset("endset capture endcapture".split())
_COMMENT = frozenset(("comment",))
OUTPUT = "\x01"
STATEMENT = "\x02"

# Most tags lie on one line and hold no braces, not even in strings: every dialect ends them at
# the same place, and one match gives the whole tag. Group 1 is the word of a statement; group 2
# or 3 the kind of a tag that needs a closer look, group 4 its word. (No possessive groups: Python
# 3.11.2 and older match them wrongly; possessive classes keep this linear.)
_INSIDE = "(?:[^{}%\"'\\\\\n]++|\"[^\"{}%\\\\\n]*+\"|'[^'{}%\\\\\n]*+')*"
_TAG = re.compile(
    r"\{(?:\{" + _INSIDE + r"\}\}"
    r"|%[-+~]?\s*+([\w:.]*+)" + _INSIDE + r"%\}"
    r"|([{#])|(%)[-+~]?\s*+([\w:.]*))"
)
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


def scan_tags(text: str, dialect: Dialect) -> TagScan:
    """Find all template tags of `text`, left to right."""
    if "{" not in text:
        return TagScan([], [], _without_marks(text), frozenset())
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
        self.done = 0
        self.bodies = dialect.raw if dialect.name == "kida" else dialect.raw | _COMMENT
        self.unclosed: set[str] = set()

    def run(self) -> TagScan:
        position = 0
        while position >= 0:
            position = self._scan(position)
        if not self.parts:
            return TagScan(self.tags, self.outputs, self.clean, frozenset())
        words = frozenset(map(_WORD_OF, self.tags))
        self._add_calls(words)
        self.parts.append(self.clean[self.done :])
        return TagScan(self.tags, self.outputs, "".join(self.parts), words)

    # One of the two hot loops of the program: local names, and no calls for plain tags. It
    # returns where to go on when the pattern must restart, or -1 at the end.
    def _scan(self, position: int) -> int:
        add, outputs, tags, clean = self.parts.append, self.outputs, self.tags, self.clean
        bodies = self.bodies
        done = self.done
        for match in _TAG.finditer(self.text, position):
            kind = match.lastindex
            start, end = match.span()
            if kind is None:
                add(clean[done:start])
                add(OUTPUT * (end - start))
                done = end
                outputs.append((start, end))
            elif kind == 1 and (word := match[1]) not in bodies:
                add(clean[done:start])
                add(STATEMENT * (end - start))
                done = end
                tags.append((start, end, word))
            else:
                self.done = done
                if kind == 1:
                    return self._add(start, end, "%", word)
                return self._unusual(start, match[2] or "%", match[4] or "")
        self.done = done
        return -1

    def _add_calls(self, words: frozenset[str]) -> None:
        """Expressions that may bring markup are of interest to the tree, in their place."""
        captures = not words.isdisjoint(_CAPTURING)
        if self.dialect.name == "django":
            captures = captures or ("extends" in words and "block.super" in self.text)
            if not captures:
                return
        elif not captures and words.isdisjoint(_CALLING) and not self._writes():
            return
        find = self.text.find
        calls = [
            (start, end, CALL)
            for start, end in self.outputs
            if captures or find("(", start, end) >= 0
        ]
        if calls:
            self.tags = sorted(self.tags + calls, key=itemgetter(0))

    def _writes(self) -> bool:
        """Chirp's signals write markup of their own."""
        return self.dialect.name == "kida" and "signal" in self.text

    def _unusual(self, start: int, kind: str, word: str) -> int:
        """A comment, or a tag with braces, odd quotes or line ends in it."""
        text = self.text
        if kind in self.unclosed:
            return start + 1
        end = text.find(_CLOSER[kind], start + 2) + 2
        if end < 2:
            self.unclosed.add(kind)
            return start + 1
        if self.dialect.tags_end_on_their_line and text.find("\n", start, end) >= 0:
            return start + 1
        if kind != "#" and self.dialect.strings_hide_closers and self._may_hide(start, end, kind):
            end = self._hidden_end(start, end, kind)
        return self._add(start, end, kind, word)

    def _add(self, start: int, end: int, kind: str, word: str) -> int:
        parts, clean = self.parts, self.clean
        parts.append(clean[self.done : start])
        self.done = end
        if kind == "{":
            self.outputs.append((start, end))
            parts.append(OUTPUT * (end - start))
            return end
        parts.append(STATEMENT * (end - start))
        if kind == "#":
            return end
        if word in self.bodies and (closer := self._closer_of(word, end)) is not None:
            # The body of a comment is nothing; the body of a raw block is plain HTML.
            body = clean[end : closer[0]]
            parts.append(STATEMENT * len(body) if word == "comment" else body)
            parts.append(STATEMENT * (closer[1] - closer[0]))
            self.done = closer[1]
            return closer[1]
        self.tags.append((start, end, word))
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
