"""The report for people: code frames with carets, related places in the same style."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sse_check.findings.result import Result
from sse_check.project.settings import LEVELS
from sse_check.report.style import Style, visible, width
from sse_check.source import Span
from sse_check.source.counted import counted

if TYPE_CHECKING:
    from sse_check.findings.model import Finding

_TAB = "    "
_WIDEST_LINE = 160


def render(result: Result, style: Style, *, quiet: bool = False, coverage: bool = False) -> str:
    """The whole report; with `quiet` nothing but findings and problems.

    With `coverage` all that was not understood is listed, and the applications that were found.
    """
    pieces = [_finding(finding, style) for finding in result.findings]
    for problem in result.problems:
        head = style("problem", "warning", "bold")
        pieces.append(f"{visible(problem.path)}: {head}: {visible(problem.message)}\n")
    if not quiet or pieces:
        pieces.append(_summary(result, style, coverage=coverage))
    return "\n".join(pieces)


def _finding(finding: Finding, style: Style) -> str:
    doubt = "" if finding.confidence == "certain" else " (possible)"
    head = style(finding.level, finding.level, "bold")
    head += style(f"[{finding.rule}]{doubt} {visible(finding.message)}", "bold")
    lines = [head, f"  {style('-->', 'dim')} {_place(finding.span)}"]
    spans = [finding.span, *(related.span for related in finding.related)]
    digits = max(len(str(span.start_position.line)) for span in spans)
    lines.extend(_frame(finding.span, style, finding.level, digits))
    for related in finding.related:
        message = visible(related.message)
        lines.append(f"  {style('...', 'dim')} {_place(related.span)}: {message}")
        lines.extend(_frame(related.span, style, "dim", digits))
    if finding.help:
        lines.append(f"  {style('help:', 'help', 'bold')} {visible(finding.help)}")
    return "".join(line + "\n" for line in lines)


def _place(span: Span) -> str:
    position = span.start_position
    return f"{visible(span.source.path)}:{position.line}:{position.column}"


def _frame(span: Span, style: Style, kind: str, digits: int) -> list[str]:
    """The source line of a span with carets under it; a long line is cut around them."""
    start, end = span.start_position, span.end_position
    text = span.source.line_text(start.line)
    first = start.column - 1
    last = end.column - 1 if end.line == start.line else len(text)
    cut = max(0, first - _WIDEST_LINE // 2) if len(text) > _WIDEST_LINE else 0
    shown = text[cut : cut + _WIDEST_LINE]
    before = _expanded(shown[: first - cut])
    marked = _expanded(shown[first - cut : max(last, first + 1) - cut])
    number = str(start.line).rjust(digits)
    margin = " " * (digits + 3)
    carets = "^" * max(1, width(marked))
    more = " ..." if end.line > start.line else ""
    return [
        f"{margin}{style('|', 'dim')}",
        f" {style(number, 'dim')}  {style('|', 'dim')} {_expanded(shown)}",
        f"{margin}{style('|', 'dim')} {' ' * width(before)}{style(carets + more, kind)}",
    ]


def _expanded(text: str) -> str:
    return visible(text.replace("\t", _TAB))


def _summary(result: Result, style: Style, *, coverage: bool) -> str:
    files = counted(result.files_checked, "file")
    apart = [
        f"{count} {word}"
        for count, word in (
            (result.suppressed, "suppressed"),
            (result.baselined, "in the baseline"),
        )
        if count
    ]
    beside = f" ({', '.join(apart)})" if apart else ""
    understood = _coverage(result, style, whole=coverage)
    if not result.findings and result.incomplete:
        head = style("not everything could be checked", "warning", "bold")
        return f"{head}: {files} checked, nothing found in what could{beside}\n"
    if not result.findings:
        return "".join(line + "\n" for line in (_nothing_found(result, style, beside), *understood))
    counts = [
        style(counted(result.count(level), level), level)
        for level in ("error", "warning", "info")
        if result.count(level)
    ]
    lines = [f"{', '.join(counts)} in {files} checked{beside}", *understood, *_hints(result, style)]
    return "".join(line + "\n" for line in lines)


def _nothing_found(result: Result, style: Style, beside: str) -> str:
    """What a run without findings says: that all is good only when all was understood."""
    files = counted(result.files_checked, "file")
    if not result.files_checked and result.coverage is None:
        return f"{style('nothing to check', 'warning', 'bold')}: no template found{beside}"
    if result.coverage is not None and not result.coverage.is_complete:
        return f"{style('nothing found', 'help', 'bold')} in {files} checked{beside}"
    return f"{style('all good', 'help', 'bold')}: {files} checked, nothing found{beside}"


def _coverage(result: Result, style: Style, *, whole: bool) -> list[str]:
    if result.coverage is None:
        return []
    from sse_check.report.coverage import summary

    return summary(result.coverage, style, whole=whole)


def _hints(result: Result, style: Style) -> list[str]:
    """What to do next."""
    gravest = sorted(result.findings, key=lambda finding: LEVELS.index(finding.level))
    rule = next((finding.rule for finding in gravest), None)
    hints = [f"{style(f'sse-check explain {rule}', 'bold')} says more"] if rule else []
    safe = sum(any(fix.safety == "safe" for fix in f.fixes) for f in result.findings)
    if safe:
        hints.append(f"{style('--fix', 'bold')} fixes {safe} of them; --diff shows how")
    if result.left_out and any(why for name, why in result.profiles if name == "browser"):
        why = dict(result.profiles)["browser"]
        hints.append(
            f"judged by what a browser does ({why}); the contract of Chirp's guides would add "
            f"{result.left_out} ({style('--profile contract', 'bold')})"
        )
    if result.harmless:
        which = "one" if result.harmless == 1 else str(result.harmless)
        hints.append(
            f"{which} of them only the contract asks for: no browser is harmed "
            f"({style('--profile browser', 'bold')} leaves it out)"
        )
    return hints
