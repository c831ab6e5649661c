"""Annotations of GitHub Actions: one workflow command a finding."""

from sse_check.findings.causes import Cause, said, shared_causes
from sse_check.findings.model import Finding
from sse_check.findings.result import Result
from sse_check.report.style import visible
from sse_check.source import Span

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(result: Result) -> str:
    causes = shared_causes(result.findings)
    lines = [_annotation(finding, causes) for finding in result.findings]
    lines.extend(
        f"::warning file={_property(p.path)},title=sse-check::{_data(p.message)}"
        for p in result.problems
    )
    return "".join(line + "\n" for line in lines)


def _annotation(finding: Finding, causes: dict[Span, Cause]) -> str:
    start, end = finding.span.start_position, finding.span.end_position
    where = f"file={_property(finding.span.source.path)},line={start.line},endLine={end.line}"
    if start.line == end.line:
        # GitHub counts the last column in.
        where += f",col={start.column},endColumn={max(start.column, end.column - 1)}"
    return (
        f"::{_COMMANDS[finding.level]} {where},title={_property(f'sse-check {finding.rule}')}"
        f"::{_data(_message(finding, causes))}"
    )


def _message(finding: Finding, causes: dict[Span, Cause]) -> str:
    lines = [finding.message]
    if finding.confidence == "possible":
        lines[0] += " (possible)"
    for related in finding.related:
        place = related.span.start_position
        at = f"{related.span.source.path}:{place.line}:{place.column}"
        lines.append(f"{at}: {said(related, causes)}")
    if finding.help:
        lines.append(f"help: {finding.help}")
    return "\n".join(lines)


def _data(text: str) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return visible(text.replace("\t", " "))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
