"""What brings findings about: one attribute above many listeners, one script that is loaded."""

from collections.abc import Iterable
from typing import NamedTuple

from sse_check.findings.model import Finding, Related
from sse_check.source import Span


class Cause(NamedTuple):
    """A place that brings about several findings, in the order in which they were found."""

    at: Related
    findings: tuple[Finding, ...]


def cause_of(finding: Finding) -> Related | None:
    """The related place that a rule names as the cause of its finding."""
    return next((related for related in finding.related if related.is_cause), None)


def shared_causes(findings: Iterable[Finding]) -> dict[Span, Cause]:
    """The causes of more than one finding. What is said of the place itself belongs to them."""
    findings = tuple(findings)
    named: dict[Span, Related] = {}
    for finding in findings:
        cause = cause_of(finding)
        if cause is not None:
            named.setdefault(cause.span, cause)
    members: dict[Span, list[Finding]] = {span: [] for span in named}
    for finding in findings:
        cause = cause_of(finding)
        span = cause.span if cause is not None else finding.span
        if span in members:
            members[span].append(finding)
    return {
        span: Cause(named[span], tuple(found)) for span, found in members.items() if len(found) > 1
    }


def shared_with(finding: Finding, causes: dict[Span, Cause]) -> Cause | None:
    """The cause that a finding has in common with others."""
    cause = cause_of(finding)
    return causes.get(cause.span if cause is not None else finding.span)


def said(related: Related, causes: dict[Span, Cause]) -> str:
    """What a report without groups says of a related place."""
    shared = causes.get(related.span)
    if shared is None or not related.is_cause:
        return related.message
    return f"{related.message}, the cause of {len(shared.findings)} findings"


def place_of_cause(finding: Finding, causes: dict[Span, Cause]) -> str:
    """Where the cause is that a finding has in common with others, for reports of one line."""
    shared = shared_with(finding, causes)
    if shared is None or shared.at.span == finding.span:
        return ""
    at = shared.at.span.start_position
    return f" (cause: {shared.at.span.source.path}:{at.line}:{at.column})"
