"""Checkstyle's XML."""

from itertools import groupby

from sse_check.findings.causes import place_of_cause, shared_causes
from sse_check.findings.result import Result
from sse_check.report.xml import quoted

# The version of the format, by which readers choose; other linters write the same.
_FORMAT = "4.3"


def render(result: Result) -> str:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<checkstyle version="{_FORMAT}">']
    causes = shared_causes(result.findings)
    in_order = sorted(result.findings, key=lambda finding: finding.sort_key)
    for path, findings in groupby(in_order, key=lambda finding: finding.span.source.path):
        lines.append(f"  <file name={quoted(path)}>")
        for finding in findings:
            place = finding.span.start_position
            message = finding.message + place_of_cause(finding, causes)
            if finding.help:
                message += f". {finding.help}"
            lines.append(
                f'    <error line="{place.line}" column="{place.column}" '
                f'severity="{finding.level}" message={quoted(message)} '
                f"source={quoted(f'sse-check.{finding.rule}')}/>"
            )
        lines.append("  </file>")
    lines.append("</checkstyle>")
    return "".join(line + "\n" for line in lines)
