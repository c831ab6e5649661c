"""SARIF 2.1.0, for code scanning and editors."""

from typing import Any

from sse_check import __version__
from sse_check.findings.causes import Cause, said, shared_causes
from sse_check.findings.model import Finding, Fix, Related
from sse_check.findings.result import Result
from sse_check.report.indented import dumps
from sse_check.report.links import page_of
from sse_check.source import Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render(result: Result) -> str:
    return dumps(as_data(result)) + "\n"


def as_data(result: Result) -> dict[str, Any]:
    causes = shared_causes(result.findings)
    names = sorted({finding.rule for finding in result.findings})
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "sse-check",
                        "version": __version__,
                        "rules": [_rule(name) for name in names],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, names, causes) for finding in result.findings],
                "invocations": [
                    {
                        "executionSuccessful": not result.incomplete,
                        "toolExecutionNotifications": [
                            {"level": "warning", "message": {"text": f"{p.path}: {p.message}"}}
                            for p in result.problems
                        ],
                    }
                ],
            }
        ],
    }


def _rule(name: str) -> dict[str, Any]:
    from sse_check.findings.loader import built_in_folder

    described: dict[str, Any] = {"id": name, "name": name.title().replace("_", "")}
    page = built_in_folder() / f"{name}.md"
    if page.is_file():
        text = page.read_text(encoding="utf-8")
        summary = text.split("\n\n")[1].replace("\n", " ")
        described["shortDescription"] = {"text": summary}
        described["help"] = {"text": text, "markdown": text}
        address = page_of(name)
        if address is not None:
            described["helpUri"] = address
    return described


def _result(finding: Finding, names: list[str], causes: dict[Span, Cause]) -> dict[str, Any]:
    text = f"{finding.message}\n{finding.help}" if finding.help else finding.message
    data: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": names.index(finding.rule),
        "level": _LEVELS[finding.level],
        "message": {"text": text},
        "locations": [{"physicalLocation": _location(finding.span)}],
        "partialFingerprints": {"sseCheck/v1": finding.fingerprint},
        "properties": {"confidence": finding.confidence},
    }
    if finding.related:
        data["relatedLocations"] = [
            _related(number, related, causes) for number, related in enumerate(finding.related, 1)
        ]
    if finding.fixes:
        data["fixes"] = [_fix(fix) for fix in finding.fixes]
    return data


def _related(number: int, related: Related, causes: dict[Span, Cause]) -> dict[str, Any]:
    return {
        "id": number,
        "physicalLocation": _location(related.span),
        "message": {"text": said(related, causes)},
    }


def _location(span: Span) -> dict[str, Any]:
    return {"artifactLocation": {"uri": _uri(span.source.path)}, "region": _region(span)}


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path)


def _region(span: Span) -> dict[str, int]:
    start, end = span.start_position, span.end_position
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "charOffset": span.start,
        "charLength": span.end - span.start,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    by_path: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        by_path.setdefault(edit.span.source.path, []).append(
            {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
        )
    return {
        "description": {"text": f"{fix.title} ({fix.safety})"},
        "artifactChanges": [
            {"artifactLocation": {"uri": _uri(path)}, "replacements": replacements}
            for path, replacements in by_path.items()
        ],
    }
