"""Apply fixes to the texts of files."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sse_check.findings.model import Edit, Finding, Fix
from sse_check.findings.moved import edited
from sse_check.findings.proof import objection
from sse_check.source import Source
from sse_check.template.model import Template

Chosen = tuple[Finding, Fix]
# A whole file is parsed for each.
_MOST_PROOFS = 100
_NOT_ASKED = "more of these fixes are at fault than are told apart at once"


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
    chosen: list[Chosen] = []
    for finding in findings:
        fix = best_fix(finding, unsafe=unsafe)
        if fix is not None:
            chosen.append((finding, fix))
    edits = _together(fix for _, fix in chosen)
    whys = _objections(edits, templates)
    if any(whys.values()):
        chosen = _proven(chosen, templates, changes)
        edits = _together(fix for _, fix in chosen)
        whys = _objections(edits, templates)
    for file, own in edits.items():
        if not whys[file]:
            changes.texts[file] = (own.source, edited(own.source.text, own.ordered))
    for finding, fix in chosen:
        if all(_is_made(edit, edits, changes) for edit in fix.edits):
            changes.fixed.append(finding)
    return changes


def _objections(edits: Mapping[str, "_Edits"], templates: Mapping[str, Template]) -> dict[str, str]:
    return {
        file: objection(own.source, own.ordered, templates.get(file)) for file, own in edits.items()
    }


def _proven(
    chosen: list[Chosen], templates: Mapping[str, Template], changes: Changes
) -> list[Chosen]:
    """Those that are not at fault: where some are, half of them is asked, and so on."""
    proven: list[Chosen] = []
    pending = [chosen]
    for _ in range(_MOST_PROOFS):
        if not pending:
            break
        group = pending.pop()
        whys = _objections(_together(fix for _, fix in group), templates)
        why = next((why for why in whys.values() if why), "")
        if not why:
            proven += group
        elif len(group) == 1:
            changes.left_out.append((*group[0], why))
        else:
            half = len(group) // 2
            pending += (group[half:], group[:half])
    for group in pending:
        changes.left_out += [(*one, _NOT_ASKED) for one in group]
    return proven


class _Edits:
    """The edits of one file, in their order: one a place."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.ordered: list[Edit] = []
        self.known: set[Edit] = set()

    def is_free(self, edit: Edit) -> bool:
        """Whether no other edit touches its place."""
        at = bisect_left(self.ordered, _place(edit), key=_place)
        return not any(_overlaps(edit, other) for other in self.ordered[max(0, at - 1) : at + 1])

    def add(self, edit: Edit) -> None:
        self.known.add(edit)
        insort(self.ordered, edit, key=_place)


def _together(fixes: Iterable[Fix]) -> dict[str, _Edits]:
    """The edits of each file, one a place; a fix is taken whole or not at all."""
    taken: dict[str, _Edits] = {}
    for fix in fixes:
        new = [edit for edit in dict.fromkeys(fix.edits) if not _is_taken(edit, taken)]
        if not all(_of(edit, taken).is_free(edit) for edit in new):
            continue
        for edit in new:
            taken.setdefault(edit.span.source.file, _of(edit, taken)).add(edit)
    return taken


def _of(edit: Edit, taken: Mapping[str, _Edits]) -> _Edits:
    return taken.get(edit.span.source.file) or _Edits(edit.span.source)


def _is_taken(edit: Edit, taken: Mapping[str, _Edits]) -> bool:
    return edit in _of(edit, taken).known


def _place(edit: Edit) -> tuple[int, int]:
    return edit.span.start, edit.span.end


def _overlaps(edit: Edit, other: Edit) -> bool:
    """Whether two edits touch one place; two insertions never meet."""
    return edit.span.start <= other.span.end and other.span.start <= edit.span.end


def _is_made(edit: Edit, edits: Mapping[str, _Edits], changes: Changes) -> bool:
    return edit.span.source.file in changes.texts and _is_taken(edit, edits)
