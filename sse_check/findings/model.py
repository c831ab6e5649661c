"""A finding: a rule's statement about a span."""

import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from sse_check.project.settings import LEVELS, Level
from sse_check.source import Span

Severity = Level
Confidence = Literal["certain", "possible"]

RANK: dict[Severity, int] = {level: rank for rank, level in enumerate(reversed(LEVELS))}


class Related(NamedTuple):
    """Another place that explains a finding, in the same file or another."""

    message: str
    span: Span


class Edit(NamedTuple):
    """Replace a span by a text."""

    span: Span
    text: str


class Fix(NamedTuple):
    title: str
    safety: Literal["safe", "unsafe"]
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong where, what will happen, and what to write instead.

    `severity` is None until the rule's default or the settings decide it.
    """

    rule: str
    span: Span
    message: str
    help: str = ""
    severity: Severity | None = None
    confidence: Confidence = "certain"
    related: tuple[Related, ...] = ()
    outcome: dict[str, Any] | None = None
    fixes: tuple[Fix, ...] = ()
    fingerprint: str = field(default="", compare=False)

    @property
    def level(self) -> Severity:
        return self.severity or "error"

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        return (self.span.source.path, self.span.start, -self.span.end, self.rule, self.message)


def fingerprints(findings: list[Finding]) -> list[str]:
    """A name for each finding that stays the same when lines move.

    It is made of the rule, the file and the marked text with its line, and of how many equal
    ones came before.
    """
    counts: dict[str, int] = {}
    names = []
    for finding in findings:
        span = finding.span
        line = span.source.line_text(span.start_position.line).strip()
        key = "\0".join((finding.rule, span.source.path, span.text, line))
        number = counts.get(key, 0)
        counts[key] = number + 1
        names.append(hashlib.sha256(f"{key}\0{number}".encode("utf-8", "replace")).hexdigest()[:20])
    return names
