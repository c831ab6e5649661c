"""GitLab's code quality report."""

import json
from typing import Any

from sse_check.findings.model import Finding
from sse_check.findings.result import Result
from sse_check.source import Span

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(result: Result) -> str:
    found = [_issue(finding) for finding in result.findings]
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _issue(finding: Finding) -> dict[str, Any]:
    return {
        "description": finding.message,
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
