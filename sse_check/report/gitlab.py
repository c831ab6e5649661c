"""GitLab's code quality report."""

from typing import Any

from sse_check.findings.causes import Cause, place_of_cause, shared_causes
from sse_check.findings.model import Finding
from sse_check.findings.result import Result
from sse_check.report.indented import dumps
from sse_check.source import Span

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(result: Result) -> str:
    causes = shared_causes(result.findings)
    found = [_issue(finding, causes) for finding in result.findings]
    return dumps(found) + "\n"


def _issue(finding: Finding, causes: dict[Span, Cause]) -> dict[str, Any]:
    return {
        "description": finding.message + place_of_cause(finding, causes),
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.level],
        "location": _location(finding.span),
        "content": {"body": finding.help},
        "other_locations": [_location(related.span) for related in finding.related],
    }


def _location(span: Span) -> dict[str, Any]:
    start, end = span.start_position, span.end_position
    return {
        "path": span.source.path,
        "lines": {"begin": start.line, "end": end.line},
        "positions": {
            "begin": {"line": start.line, "column": start.column},
            "end": {"line": end.line, "column": end.column},
        },
    }
