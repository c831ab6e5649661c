"""The JSON of a run. Its shape is a contract: see docs and `schema_version`."""

from collections.abc import Iterable
from typing import Any

from sse_check import __version__
from sse_check.findings.causes import cause_of
from sse_check.findings.model import Edit, Finding, Fix
from sse_check.findings.result import Result
from sse_check.htmx.outcomes import Outcome, selector_of
from sse_check.pages.marks import span_of
from sse_check.report.indented import dumps
from sse_check.source import Source, Span

SCHEMA_VERSION = 1


def render(result: Result) -> str:
    return dumps(_data(result, map(_finding, result.findings))) + "\n"


def as_data(result: Result) -> dict[str, Any]:
    return _data(result, [_finding(finding) for finding in result.findings])


def _data(result: Result, findings: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "sse-check", "version": __version__},
        "settings": {
            "profile": result.settings.profile,
            **_stack(result),
        },
        "summary": {
            "files_checked": result.files_checked,
            "errors": result.count("error"),
            "warnings": result.count("warning"),
            "infos": result.count("info"),
            "suppressed": result.suppressed,
            "baselined": result.baselined,
            "fixable": sum(bool(finding.fixes) for finding in result.findings),
        },
        "coverage": _coverage(result),
        "findings": findings,
        "problems": [
            {"path": problem.path, "message": problem.message} for problem in result.problems
        ],
    }


def _coverage(result: Result) -> dict[str, Any]:
    if result.coverage is None:
        return {"apps": [], "connections": [], "unread": []}
    from sse_check.report.coverage import as_data as coverage_data

    return coverage_data(result.coverage)


def _stack(result: Result) -> dict[str, str]:
    """The stack of the pages and how it is known; of several the first that is known."""
    for name, source, _ in result.stacks:
        if source != "assumed":
            return {"htmx": name.removeprefix("htmx"), "htmx_source": source}
    given = result.settings.htmx
    source = "settings" if given != "auto" else "assumed"
    return {"htmx": "2" if given == "auto" else given, "htmx_source": source}


def _outcome(outcome: Outcome | None) -> dict[str, Any] | None:
    if outcome is None:
        return None
    return {
        "stack": outcome.stack,
        "event": outcome.name,
        "verdict": outcome.verdict,
        "lands": selector_of(outcome.lands) if outcome.lands is not None else None,
        "swap": outcome.style,
        "destroys": [location(span_of(node)) for node in outcome.destroys],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.level,
        "confidence": finding.confidence,
        "message": finding.message,
        "help": finding.help,
        "location": location(finding.span),
        "related": [
            {"message": related.message, "location": location(related.span)}
            for related in finding.related
        ],
        "cause": _cause(finding),
        "outcome": _outcome(finding.outcome),
        "fixes": [_fix(fix) for fix in finding.fixes],
        "fingerprint": finding.fingerprint,
    }


def _cause(finding: Finding) -> dict[str, Any] | None:
    """What brings the finding about; those with one cause have the same location here."""
    cause = cause_of(finding)
    return {"message": cause.message, "location": location(cause.span)} if cause else None


def location(span: Span) -> dict[str, Any]:
    source, start, end = span.real
    return {
        "path": source.path,
        "start": _position(source, start),
        "end": _position(source, end),
    }


def _position(source: Source, offset: int) -> dict[str, int]:
    position = source.position(offset)
    return {
        "line": position.line,
        "column": position.column,
        "offset": position.offset,
        "utf16_column": source.utf16_column(position.offset),
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {"title": fix.title, "safety": fix.safety, "edits": [_edit(edit) for edit in fix.edits]}


def _edit(edit: Edit) -> dict[str, Any]:
    return {**location(edit.span), "text": edit.text}
