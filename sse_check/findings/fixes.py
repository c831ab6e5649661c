"""Apply fixes to the texts of files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sse_check.findings.model import Edit, Finding, Fix
from sse_check.findings.proof import edited, objection
from sse_check.source import Source
from sse_check.template.model import Template


@dataclass(slots=True)
class Changes:
    """New texts by file, how many findings they fix, and the fixes that were left out and why."""

    texts: dict[str, tuple[Source, str]] = field(default_factory=dict)
    fixed: list[Finding] = field(default_factory=list)
    left_out: list[tuple[Finding, Fix, str]] = field(default_factory=list)

    @property
    def applied(self) -> int:
        return len(self.fixed)


def best_fix(finding: Finding, *, unsafe: bool) -> Fix | None:
    """The first fix of a finding that may be applied."""
    return next((fix for fix in finding.fixes if unsafe or fix.safety == "safe"), None)


def apply_fixes(
    findings: Iterable[Finding],
    *,
    unsafe: bool,
    templates: Mapping[str, Template] = MappingProxyType({}),
) -> Changes:
    """Apply what does not overlap; what does is left for another round.

    A fix that would change more than it is about is left out. `templates` are the files as they
    were parsed, by the path of the file.
    """
    changes = Changes()
    chosen: list[tuple[Finding, Fix]] = []
    for finding in findings:
        fix = best_fix(finding, unsafe=unsafe)
        if fix is not None:
            chosen.append((finding, fix))
    edits = _together(chosen)
    if any(objection(source, own, templates.get(file)) for file, (source, own) in edits.items()):
        # One of them is at fault: ask each alone.
        proven = []
        for finding, fix in chosen:
            why = _objection(fix, templates)
            if why:
                changes.left_out.append((finding, fix, why))
            else:
                proven.append((finding, fix))
        chosen = proven
        edits = _together(chosen)
    for file, (source, own) in edits.items():
        why = objection(source, own, templates.get(file))
        if not why:
            changes.texts[file] = (source, edited(source.text, own))
    for finding, fix in chosen:
        if all(_is_made(edit, edits, changes) for edit in fix.edits):
            changes.fixed.append(finding)
    return changes


def _objection(fix: Fix, templates: Mapping[str, Template]) -> str:
    by_file = _together([(None, fix)])
    found = (objection(source, own, templates.get(f)) for f, (source, own) in by_file.items())
    return next((why for why in found if why), "")


def _together(
    chosen: Iterable[tuple[Finding | None, Fix]],
) -> dict[str, tuple[Source, list[Edit]]]:
    """The edits of each file, one a place; a fix is taken whole or not at all."""
    taken: dict[str, tuple[Source, list[Edit]]] = {}
    for _, fix in chosen:
        own = list(dict.fromkeys(fix.edits))
        free = [edit for edit in own if edit not in _of(edit, taken)]
        if any(_overlaps(edit, other) for edit in free for other in _of(edit, taken)):
            continue
        for edit in free:
            source = edit.span.source
            taken.setdefault(source.file, (source, []))[1].append(edit)
    return taken


def _of(edit: Edit, taken: dict[str, tuple[Source, list[Edit]]]) -> list[Edit]:
    found = taken.get(edit.span.source.file)
    return found[1] if found else []


def _overlaps(edit: Edit, other: Edit) -> bool:
    """Whether two edits touch one place; two insertions never meet."""
    return edit.span.start <= other.span.end and other.span.start <= edit.span.end


def _is_made(edit: Edit, edits: dict[str, tuple[Source, list[Edit]]], changes: Changes) -> bool:
    return edit.span.source.file in changes.texts and edit in _of(edit, edits)
