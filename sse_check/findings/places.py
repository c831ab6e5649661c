"""Findings in the files that a person has, also where the text was put together."""

from dataclasses import replace

from sse_check.findings.model import Edit, Finding, Fix, Related
from sse_check.findings.proof import objection
from sse_check.source import Span
from sse_check.source.composed import ComposedSource


def in_files(finding: Finding) -> Finding:
    """The finding with each of its places in the file where a person finds it."""
    spans = [finding.span, *(one.span for one in finding.related)]
    spans += [edit.span for fix in finding.fixes for edit in fix.edits]
    if not any(isinstance(span.source, ComposedSource) for span in spans):
        return finding
    return replace(
        finding,
        span=finding.span.real,
        related=tuple(Related(one.message, one.span.real) for one in finding.related),
        fixes=tuple(fixed for fix in finding.fixes if (fixed := _fix(fix)) is not None),
    )


def _fix(fix: Fix) -> Fix | None:
    """The fix in the file; None when the text that it edits stands in none as it is."""
    edits: list[Edit] = []
    for edit in fix.edits:
        span: Span | None = edit.span
        if isinstance(edit.span.source, ComposedSource):
            span = edit.span.source.edited(edit.span)
        if span is None:
            return None
        edits.append(Edit(span, edit.text))
    by_file: dict[str, list[Edit]] = {}
    for edit in edits:
        by_file.setdefault(edit.span.source.file, []).append(edit)
    for changes in by_file.values():
        source = changes[0].span.source
        if source.file.endswith(".py") and objection(source, changes, None):
            # A quote inside of quotes, a brace in an f-string.
            return None
    return fix._replace(edits=tuple(edits))
