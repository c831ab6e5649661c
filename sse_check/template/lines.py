"""Whether what a template renders has several lines, whatever it is given."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sse_check.template.model import Template

_TAG = re.compile(r"\{%[-+]?\s*(\w*).*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_EXPRESSION = re.compile(r"\{\{(?!-)[^{}]*(?<!-)\}\}")
# What `{% end %}` ends, in the languages in which everything ends so.
_ENDED = frozenset(
    "if for while try with block fragment apply def region call capture cache filter match "
    "unless async provide raw".split()
)
_CHOOSING = frozenset(("if", "unless", "for"))
# What writes nothing where it stands.
_SILENT = frozenset("set let load import from do with debug autoescape".split())
_OTHERWISE = frozenset(("elif", "elseif", "else", "empty"))

# How far a text has come: nothing but blanks, something, a line end behind it, more behind that.
_NOTHING, _BEGUN, _ENDED_LINE, _SEVERAL = range(4)
States = frozenset[int]


class _Unknown(NamedTuple):
    """What writes something that is not known, or nothing."""

    several_lines: bool


class _Choice(NamedTuple):
    """The branches of a condition or the body of a loop; `whole` says that one is always taken."""

    branches: "tuple[tuple[_Part, ...], ...]"
    whole: bool
    repeats: bool


_Part = str | _Unknown | _Choice
_VALUE, _ANYTHING = _Unknown(several_lines=False), _Unknown(several_lines=True)


def ends_lines_inside(template: Template) -> bool:
    """Whether a line end stands between what a template writes, on every rendering on which it
    writes anything."""
    # An expression takes no line end away, unless it says so: what it writes may be nothing.
    text = _EXPRESSION.sub("\0", template.text)
    parts = _Reader(text).parts()
    ends = _after(parts, frozenset((_NOTHING,))) if parts is not None else frozenset()
    return _SEVERAL in ends and ends <= {_NOTHING, _SEVERAL}


class _Reader:
    """Takes the text of a template apart: where its branches are, and what stands between."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tags = list(_TAG.finditer(text))
        self.ends = {tag[1] for tag in self.tags if (tag[1] or "").startswith("end")}
        self.at = 0
        self.extends = False

    def parts(self) -> tuple[_Part, ...] | None:
        """The parts of the whole; None where its blocks do not end as they begin."""
        found, word = self._until()
        return tuple(found) if not word else None

    def _until(self) -> tuple[list[_Part], str]:
        """What stands before the next end or other branch of a block, and the word of that."""
        found: list[_Part] = []
        while True:
            before = self.tags[self.at - 1] if self.at else None
            tag = self.tags[self.at] if self.at < len(self.tags) else None
            found += _texts(_between(self.text, before, tag))
            if tag is None or self.extends:
                return found, ""
            self.at += 1
            word = tag[1] or ""
            if word in self.ends or (word in _OTHERWISE and tag[0][1] == "%"):
                return found, word
            found += self._begun(tag, word)

    def _begun(self, tag: re.Match[str], word: str) -> Iterator[_Part]:
        """What a tag stands for, with all that is in its block."""
        if word in ("extends", "include", "embed") or tag[0].startswith("{{"):
            self.extends = word == "extends"
            yield _ANYTHING if word else _VALUE
        elif _is_ended(word, self.ends) and not (word == "set" and "=" in tag[0]):
            branches, last, other = [], "", ""
            while True:
                body, other = self._until()
                branches.append(tuple(body))
                if other not in _OTHERWISE:
                    break
                last = other
            repeats = word == "for"
            known = word in _CHOOSING
            whole = last == "else" and not repeats
            yield _Choice(tuple(branches), whole, repeats) if known else _ANYTHING
        elif word and word not in _SILENT:
            yield _VALUE


def _texts(text: str) -> Iterator[_Part]:
    """A stretch of text, with the expressions in it."""
    for number, part in enumerate(text.split("\0")):
        if number:
            yield _VALUE
        yield part


def _after(parts: tuple[_Part, ...], states: States) -> States:
    for part in parts:
        if isinstance(part, str):
            states = frozenset(_written(part, state) for state in states)
        elif isinstance(part, _Unknown):
            states |= {more for state in states for more in _may_become(state, part)}
        else:
            taken = frozenset().union(*(_after(branch, states) for branch in part.branches))
            if part.repeats:
                taken |= frozenset().union(*(_after(one, taken) for one in part.branches))
            states = taken if part.whole else states | taken
    return states


def _may_become(state: int, unknown: _Unknown) -> range:
    if unknown.several_lines:
        return range(state, _SEVERAL + 1)
    return {_NOTHING: range(_NOTHING, _BEGUN + 1), _ENDED_LINE: range(_ENDED_LINE, 4)}.get(
        state, range(state, state + 1)
    )


def _written(text: str, state: int) -> int:
    """How far a text has come once this is written too."""
    for line in text.splitlines(keepends=True):
        if line.strip():
            state = {_NOTHING: _BEGUN, _ENDED_LINE: _SEVERAL}.get(state, state)
        if state == _BEGUN and line != line.rstrip("\r\n"):
            state = _ENDED_LINE
    return state


def _is_ended(word: str, ends: set[str]) -> bool:
    return f"end{word}" in ends or ("end" in ends and word in _ENDED)


def _between(text: str, before: re.Match[str] | None, after: re.Match[str] | None) -> str:
    """What certainly stays of the text between two tags: Jinja may be set to leave out the line
    end behind a statement."""
    start = before.end() if before is not None else 0
    found = text[start : after.start() if after is not None else len(text)]
    if before is not None:
        is_expression = before[0].startswith("{{")
        trims = before[0][-3] == "-"
        found = found.lstrip() if trims else found if is_expression else _without_end(found)
    return found.rstrip() if after is not None and after[0][2] == "-" else found


def _without_end(text: str) -> str:
    return text.removeprefix("\r").removeprefix("\n")
