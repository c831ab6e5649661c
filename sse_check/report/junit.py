"""JUnit's XML: a test case for every finding, and a passing one when there are none.

What could not be checked is a case of its own: an error where that spoils the run, else skipped.
"""

from sse_check.findings.causes import Cause, said, shared_causes
from sse_check.findings.model import Finding
from sse_check.findings.result import Problem, Result
from sse_check.report.xml import content, quoted
from sse_check.source import Span


def render(result: Result) -> str:
    findings = result.findings
    causes = shared_causes(findings)
    failing = [finding for finding in findings if finding.level != "info"]
    problems = [_problem(problem, spoilt=result.incomplete) for problem in result.problems]
    counts = f'tests="{max(1, len(findings) + len(problems))}" failures="{len(failing)}"'
    errors, skipped = (len(problems), 0) if result.incomplete else (0, len(problems))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="sse-check" {counts}>',
        f'  <testsuite name="sse-check" {counts} errors="{errors}" skipped="{skipped}">',
    ]
    if not findings and not problems:
        lines.append('    <testcase name="nothing found" classname="sse-check"/>')
    for finding in findings:
        lines.extend(_case(finding, causes))
    lines += [line for problem in problems for line in problem]
    lines += ["  </testsuite>", "</testsuites>"]
    return "".join(line + "\n" for line in lines)


def _case(finding: Finding, causes: dict[Span, Cause]) -> list[str]:
    place = finding.span.start_position
    path = finding.span.source.path
    name = quoted(f"{finding.rule} at {path}:{place.line}:{place.column}")
    head = (
        f"    <testcase name={name} classname={quoted(path)} file={quoted(path)} "
        f'line="{place.line}"'
    )
    if finding.level == "info":
        return [
            f"{head}>",
            f"      <system-out>{content(_text(finding, causes))}</system-out>",
            "    </testcase>",
        ]
    failure = f"<failure type={quoted(finding.level)} message={quoted(finding.message)}>"
    return [
        f"{head}>",
        f"      {failure}{content(_text(finding, causes))}</failure>",
        "    </testcase>",
    ]


def _problem(problem: Problem, *, spoilt: bool) -> list[str]:
    said = f"message={quoted(problem.message)}"
    name = quoted(f"{problem.path} was not checked")
    return [
        f"    <testcase name={name} classname={quoted(problem.path)}>",
        f'      <error type="problem" {said}/>' if spoilt else f"      <skipped {said}/>",
        "    </testcase>",
    ]


def _text(finding: Finding, causes: dict[Span, Cause]) -> str:
    place = finding.span.start_position
    lines = [f"{finding.span.source.path}:{place.line}:{place.column}: {finding.message}"]
    for related in finding.related:
        at = related.span.start_position
        where = f"{related.span.source.path}:{at.line}:{at.column}"
        lines.append(f"{where}: {said(related, causes)}")
    if finding.help:
        lines.append(f"help: {finding.help}")
    return "\n".join(lines)
