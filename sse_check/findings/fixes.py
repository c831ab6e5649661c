"""Apply fixes to the texts of files."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sse_check.findings.model import Edit, Finding, Fix
from sse_check.source import Source


@dataclass(slots=True)
class Changes:
    """New texts by path, and how many findings they mend."""

    texts: dict[str, tuple[Source, str]] = field(default_factory=dict)
    applied: int = 0


def best_fix(finding: Finding, *, unsafe: bool) -> Fix | None:
    """The first fix of a finding that may be applied."""
    return next((fix for fix in finding.fixes if unsafe or fix.safety == "safe"), None)


def apply_fixes(findings: Iterable[Finding], *, unsafe: bool) -> Changes:
    """Apply what does not overlap; what does is left for another round."""
    taken: dict[str, list[Edit]] = {}
    sources: dict[str, Source] = {}
    changes = Changes()
    for finding in findings:
        fix = best_fix(finding, unsafe=unsafe)
        if fix is None or any(_overlaps(edit, taken) for edit in fix.edits):
            continue
        changes.applied += 1
        for edit in fix.edits:
            path = edit.span.source.path
            taken.setdefault(path, []).append(edit)
            sources[path] = edit.span.source
    for path, edits in taken.items():
        changes.texts[path] = (sources[path], _edited(sources[path].text, edits))
    return changes


def _overlaps(edit: Edit, taken: dict[str, list[Edit]]) -> bool:
    """Whether an edit touches a place that another one changes; two insertions never meet."""
    start, end = edit.span.start, edit.span.end
    return any(
        start <= other.span.end and other.span.start <= end
        for other in taken.get(edit.span.source.path, ())
    )


def _edited(text: str, edits: list[Edit]) -> str:
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text
