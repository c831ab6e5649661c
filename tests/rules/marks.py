"""What the linter says of a file, written below the lines of which it says it.

    <p sse-swap="status">-</p>
       ^^^^^^^^^^^^^^^^^ error: its events land in `#content`
       ^ help: give it a target of its own

A line whose first sign is `^` is a mark, and no part of the file. Carets cover what the finding
covers on that line, with `...` when it goes on below. `possible error` does not hold on every
rendering. Where a case has several findings, a related place says to which of them it belongs.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from sse_check.findings.model import Finding, Fix
from sse_check.source import Source, Span

_MARK = re.compile(r"^[ \t]*(\^+)(?:\.\.\.)? (.*)\n?", re.MULTILINE)
_WHICH = re.compile(r" \(\d+\):")


def plain(text: str) -> str:
    """A file without its marks, as the linter reads it."""
    return _MARK.sub("", text)


def marked(files: Mapping[str, str], findings: Sequence[Finding]) -> dict[str, str]:
    """The files with all that is said of them."""
    notes: dict[str, dict[int, list[str]]] = {path: {} for path in files}
    for number, finding in enumerate(findings, 1):
        which = f" ({number})" if len(findings) > 1 else ""
        for span, text in _said(finding, which):
            notes[span.source.path].setdefault(span.start_position.line, []).append(
                _mark(span, text)
            )
    return {path: _between(text, notes[path]) for path, text in files.items()}


def frames(files: Mapping[str, str], findings: Sequence[Finding]) -> str:
    """The marks alone, each below its line and its file's name."""
    shown = []
    for path, text in marked(files, findings).items():
        lines = text.splitlines(keepends=True)
        kept = [
            line
            for line, below in zip(lines, [*lines[1:], ""], strict=True)
            if _MARK.match(line) or _MARK.match(below)
        ]
        shown += [f"{path}\n", *kept] if kept else []
    return "".join(shown)


def sayings(text: str) -> list[str]:
    """What the marks in a text say, without their places; results of fixes are left out."""
    found = [_WHICH.sub(":", mark[2], count=1) for mark in _MARK.finditer(text)]
    return [saying for saying in found if not saying.startswith("becomes:")]


def _said(finding: Finding, which: str) -> Iterator[tuple[Span, str]]:
    doubt = "possible " if finding.confidence == "possible" else ""
    harmless = ", harmless" if finding.harmless else ""
    yield finding.span, f"{doubt}{finding.level}{harmless}{which}: {finding.message}"
    start = Span(finding.span.source, finding.span.start, finding.span.start + 1)
    if finding.help:
        yield start, f"help: {finding.help}"
    for fix in finding.fixes:
        yield start, f"{fix.safety} fix: {fix.title}"
        for line in _changed(finding, fix):
            yield start, f"becomes: {line}"
    for related in finding.related:
        yield related.span, f"related{which}: {related.message}"


def _mark(span: Span, text: str) -> str:
    place = span.start_position
    line = span.source.line_text(place.line)
    indent = re.sub(r"[^\t]", " ", line[: place.column - 1])
    rest = max(1, len(line) - place.column + 1)
    length = max(1, span.end - span.start)
    return f"{indent}{'^' * min(length, rest)}{'...' if length > rest else ''} {text}\n"


def _between(text: str, notes: Mapping[int, list[str]]) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(line + "".join(notes.get(number, ())) for number, line in enumerate(lines, 1))


def _changed(finding: Finding, fix: Fix) -> Iterator[str]:
    """The lines that a fix writes anew, without their indentation."""
    for source in dict.fromkeys(edit.span.source for edit in fix.edits):
        after = source.text
        for edit in sorted(fix.edits, key=lambda edit: edit.span.start, reverse=True):
            if edit.span.source is source:
                after = after[: edit.span.start] + edit.text + after[edit.span.end :]
        own = finding.span.start_position.line if source is finding.span.source else 0
        yield from _new_lines(source, after, own)


def _new_lines(source: Source, after: str, own: int) -> Iterator[str]:
    """The lines that differ; those that are not the finding's own say where they are."""
    before, lines = source.text.splitlines(), after.splitlines()
    path = "" if own else f"{source.path} "
    for kind, first, _, start, end in SequenceMatcher(None, before, lines, False).get_opcodes():
        where = "" if first + 1 == own and kind != "insert" else f"{path}line {start + 1}: "
        if kind == "delete":
            yield f"{where}(nothing)"
        elif kind != "equal":
            yield from (where + line.strip() for line in lines[start:end])
