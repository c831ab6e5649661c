"""Reviewdog's diagnostic format (rdjson)."""

from typing import Any

from sse_check.findings.causes import Cause, said, shared_causes
from sse_check.findings.model import Finding
from sse_check.findings.result import Result
from sse_check.report.indented import dumps
from sse_check.report.links import page_of
from sse_check.source import Position, Span

_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def render(result: Result) -> str:
    causes = shared_causes(result.findings)
    data = {
        "source": {"name": "sse-check"},
        "diagnostics": [_diagnostic(finding, causes) for finding in result.findings],
    }
    return dumps(data) + "\n"


def _diagnostic(finding: Finding, causes: dict[Span, Cause]) -> dict[str, Any]:
    text = f"{finding.message}\nhelp: {finding.help}" if finding.help else finding.message
    data: dict[str, Any] = {
        "message": text,
        "location": {"path": finding.span.source.path, "range": _range(finding.span)},
        "severity": _SEVERITIES[finding.level],
        "code": {"value": finding.rule},
    }
    page = page_of(finding.rule)
    if page is not None:
        data["code"]["url"] = page
    if finding.related:
        data["related_locations"] = [
            {
                "message": said(related, causes),
                "location": {"path": related.span.source.path, "range": _range(related.span)},
            }
            for related in finding.related
        ]
    # A suggestion there replaces places in the finding's own file.
    suggested = [
        {"range": _range(edit.span), "text": edit.text}
        for fix in finding.fixes[:1]
        for edit in fix.edits
        if edit.span.source is finding.span.source
    ]
    if suggested:
        data["suggestions"] = suggested
    return data


def _range(span: Span) -> dict[str, Any]:
    return {
        "start": _position(span, span.start_position),
        "end": _position(span, span.end_position),
    }


def _position(span: Span, position: Position) -> dict[str, int]:
    """Reviewdog counts columns in bytes of UTF-8."""
    line = span.source.text[position.offset - position.column + 1 : position.offset]
    return {"line": position.line, "column": len(line.encode("utf-8", "replace")) + 1}
