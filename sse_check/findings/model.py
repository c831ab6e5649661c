"""A finding: a rule's statement about a span."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from sse_check.htmx.outcomes import Outcome
from sse_check.project.settings import Level
from sse_check.source import Span

Severity = Level
Confidence = Literal["certain", "possible"]
Safety = Literal["safe", "unsafe"]


class Related(NamedTuple):
    """Another place that explains a finding, in the same file or another.

    `is_cause` says that the finding would go away with it, and with it others that name it.
    """

    message: str
    span: Span
    is_cause: bool = False


class Edit(NamedTuple):
    """Replace a span by a text."""

    span: Span
    text: str


class Fix(NamedTuple):
    title: str
    safety: Safety
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
    outcome: Outcome | None = None
    fixes: tuple[Fix, ...] = ()
    # True when the model says that no harm is done, and only the contract objects.
    harmless: bool = False
    fingerprint: str = field(default="", compare=False)

    @property
    def level(self) -> Severity:
        return self.severity or "error"

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        return (self.span.source.path, self.span.start, -self.span.end, self.rule, self.message)


_AROUND = 80


def _on_line(text: str, span: Span) -> str:
    """The part of `text` that shares lines with the span, without indentation."""
    before = min(span.start, _AROUND)
    head = text[:before].rpartition("\n")[2]
    tail = text[before + span.end - span.start :].partition("\n")[0]
    return f"{head.strip()}\0{tail.strip()}"


def fingerprints(findings: list[Finding], paths: Mapping[str, str]) -> list[str]:
    """A name for each finding that stays the same when lines move.

    It is made of the rule, the file, the marked text with what stands near it on its lines,
    and of how many equal ones came before. `paths` are the project's own names of the files:
    reports name them as they are seen from where one works.
    """
    if not findings:
        return []
    import hashlib

    counts: dict[str, int] = {}
    names = []
    for finding in findings:
        span = finding.span
        around = span.source.text[max(0, span.start - _AROUND) : span.end + _AROUND]
        path = paths.get(span.source.path, span.source.path)
        key = f"{finding.rule}\0{path}\0{span.text}\0{_on_line(around, span)}"
        number = counts.get(key, 0)
        counts[key] = number + 1
        names.append(hashlib.sha256(f"{key}\0{number}".encode("utf-8", "replace")).hexdigest()[:20])
    return names
