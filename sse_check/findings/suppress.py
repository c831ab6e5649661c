"""Suppressions: comments that silence findings, and those that silence nothing."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import NamedTuple

from sse_check.findings.model import Finding
from sse_check.source import Source, Span
from sse_check.source.lazy import lazy
from sse_check.template.model import Template

_COMMENT = lazy(
    r"(?:\{#-?|<!--|\{%-?\s*comment\b[^%]*%\}|\#)[ \t]*sse-check:[ \t]*(ignore(?:-file)?)(?![\w-])"
    r"[ \t]*(?:\[([^\]\n]*)\])?(?:[^\n]*?(?:-?#\}|-->))?",
    re.IGNORECASE,
)
_OTHER = lazy(
    r"(?:\{#-?|<!--|\{%-?\s*comment\b[^%]*%\}|\#)[ \t]*sse-check:[ \t]*"
    r"([a-z][\w-]*)(?:[^\n]*?(?:-?#\}|-->))?",
    re.IGNORECASE,
)
_WORDS = ("ignore", "ignore-file")
# Words of other linters.
_FOREIGN = ("disable", "suppress", "skip", "off", "noqa", "nolint")
# A word this near to ours is a slip of the pen.
_NEAR = 0.8
# Every comment that silences something has this in it.
SIGN = "sse-check:"


class Asked(NamedTuple):
    """The rules that were asked, of those that there are.

    A comment for a rule that nobody asked is not known to be stale. `whole` says that `loaded` are
    all, those of the project as well.
    """

    asked: frozenset[str]
    loaded: frozenset[str]
    whole: bool = True

    @property
    def everything(self) -> bool:
        return self.whole and self.asked == self.loaded

    def may_be_stale(self, name: str) -> bool:
        return name in self.asked or (self.whole and name not in self.loaded)


@dataclass(slots=True, eq=False)
class Suppression:
    """One comment. Without names it silences every rule."""

    span: Span
    names: tuple[str, ...]
    whole_file: bool
    lines: range
    used: set[str] = field(default_factory=set)
    # Another word than `ignore`: the comment silences nothing.
    word: str = ""

    def stale(self, asked: "Asked") -> tuple[str, ...]:
        """The names that silence nothing; "" for a comment without names that does not."""
        if not self.names:
            return () if self.used or not asked.everything else ("",)
        return tuple(
            name for name in self.names if name not in self.used and asked.may_be_stale(name)
        )

    def silences(self, finding: Finding) -> bool:
        if self.word or (self.names and finding.rule not in self.names):
            return False
        if finding.span.source.path != self.span.source.path:
            return False
        return self.whole_file or finding.span.start_position.line in self.lines


def suppressions_in(template: Template) -> list[Suppression]:
    return read_suppressions(template.source, template)


def read_suppressions(source: Source, template: Template | None = None) -> list[Suppression]:
    """The suppressions written in a file."""
    if SIGN not in source.text:
        return []
    found = []
    for match in _COMMENT.finditer(source.text):
        names = tuple(name.strip() for name in (match[2] or "").split(",") if name.strip())
        span = Span(source, match.start(), match.end())
        last = span.end_position.line + 1
        if template is not None:
            last = max(last, _tag_end(template, last))
        lines = range(span.start_position.line, last + 1)
        # Brackets with nothing in them name no rule: that is not how to mean all of them.
        word = "" if names or match[2] is None else f"{match[1]}[]"
        whole_file = match[1].lower() == "ignore-file"
        found.append(Suppression(span, names, whole_file, lines, word=word))
    for match in _OTHER.finditer(source.text):
        if _is_meant(match[1].lower()):
            span = Span(source, match.start(), match.end())
            found.append(Suppression(span, (), False, range(0), word=match[1]))
    return found


def _is_meant(word: str) -> bool:
    """Whether a word that silences nothing is most likely meant to: not so in a sentence."""
    if word in _WORDS:
        return False
    if word.startswith(_FOREIGN):
        return word.partition("-")[0] in _FOREIGN
    return any(SequenceMatcher(None, word, own).ratio() >= _NEAR for own in _WORDS)


def _tag_end(template: Template, line: int) -> int:
    """The last line of the first start tag that begins on a line."""
    starts = template.source.line_starts
    if line > len(starts):
        return line
    after = starts[line] if line < len(starts) else len(template.text)
    node = bisect_right(template.starts, starts[line - 1] - 1)
    while node < len(template.starts) and template.starts[node] < after:
        if template.names[node][0] != "#":
            return template.source.position(template.ends[node] - 1).line
        node += 1
    return line


def suppress(
    findings: Iterable[Finding], suppressions: list[Suppression]
) -> tuple[list[Finding], int]:
    """The findings that are left, and how many were silenced."""
    kept, silenced = [], 0
    for finding in findings:
        silencing = [one for one in suppressions if one.silences(finding)]
        for one in silencing:
            one.used.add(finding.rule)
        if silencing:
            silenced += 1
        else:
            kept.append(finding)
    return kept, silenced
