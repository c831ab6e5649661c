"""Findings in the files that a person has, also where the text was put together."""

from collections.abc import Iterable
from dataclasses import replace

from sse_check.findings.model import Edit, Finding, Fix, Related
from sse_check.findings.proof import objection
from sse_check.source import Span
from sse_check.source.composed import ComposedSource

# A function that is called in more places is a layout: which page shows it first says nothing.
_MOST_CALLS = 3


def all_in_files(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the files that a person has, with the calls of the functions that they are in.

    What is said of one place on several pages is said once.
    """
    calls: dict[Finding, list[list[Span]]] = {}
    values: dict[Finding, list[Span]] = {}
    for finding in findings:
        source = finding.span.source
        told = in_files(finding)
        ways = calls.setdefault(told, [])
        if isinstance(source, ComposedSource):
            ways.append([one.call for one in source.calls(finding.span)])
            value = source.given(finding.span)
            values.setdefault(told, []).extend([value] if value is not None else [])
    return [
        _with_values(_with_calls(finding, ways), values.get(finding, []))
        for finding, ways in calls.items()
    ]


def _with_values(finding: Finding, values: list[Span]) -> Finding:
    """Name where a value is written that is not written with its attribute."""
    told = {_line(one.span) for one in finding.related}
    found = [one for one in dict.fromkeys(values) if _line(one) not in told]
    if not found or len(found) > _MOST_CALLS:
        return finding
    more = (Related("the value is written here", one) for one in found)
    return replace(finding, related=(*finding.related, *more))


def _line(span: Span) -> tuple[str, int]:
    return span.source.path, span.start_position.line


def _with_calls(finding: Finding, ways: list[list[Span]]) -> Finding:
    """Name the calls: the nearest, and the one that leads to it where there is one alone."""
    nearest = dict.fromkeys(way[0] for way in ways if way)
    further = dict.fromkeys(way[1] for way in ways if len(way) > 1)
    if not nearest or len(nearest) > _MOST_CALLS:
        return finding
    called = [*nearest, *(further if len(nearest) == len(further) == 1 else ())]
    told = {one.span for one in finding.related}
    more = (Related("the function is called here", one) for one in called if one not in told)
    return replace(finding, related=(*finding.related, *more))


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
