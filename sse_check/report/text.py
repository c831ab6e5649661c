"""The report for people: code frames with carets, related places in the same style."""

from __future__ import annotations

from collections.abc import Iterator

from sse_check.findings.result import Result
from sse_check.project.settings import LEVELS
from sse_check.report.style import Style, visible
from sse_check.source.counted import counted


def render(result: Result, style: Style, *, quiet: bool = False, coverage: bool = False) -> str:
    """The whole report; with `quiet` nothing but findings and problems.

    With `coverage` all that was not understood is listed, and the applications that were found.
    """
    pieces: list[str] = []
    if result.findings:
        from sse_check.report.told import told

        pieces.extend(told(result.findings, style))
    for problem in result.problems:
        head = style("problem", "warning", "bold")
        pieces.append(f"{visible(problem.path)}: {head}: {visible(problem.message)}\n")
    if not quiet or pieces:
        pieces.append(_summary(result, style, coverage=coverage))
    return "\n".join(pieces)


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
    if not all(problem.of_settings for problem in result.problems):
        return f"nothing found in {files} checked{beside}; see the problems above"
    if result.python_alone:
        what = f"nothing found in the Python of {files}{beside}"
        return f"{what}; {style('sse-check .', 'bold')} checks the pages that listen to it"
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
    hints.extend(_fixable(result, style))
    if result.left_out and any(why for name, why in result.profiles if name == "browser"):
        why = dict(result.profiles)["browser"]
        hints.append(
            f"told is what goes wrong in a browser ({why}); "
            f"{style('--profile contract', 'bold')} is stricter, and would add {result.left_out}"
        )
    if result.harmless:
        which = "one" if result.harmless == 1 else str(result.harmless)
        hints.append(
            f"{which} of them only the contract asks for: no browser is harmed "
            f"({style('--profile browser', 'bold')} leaves it out)"
        )
    return hints


def _fixable(result: Result, style: Style) -> Iterator[str]:
    """What fixes there are, by the marks of the findings."""
    from sse_check.report.told import mark

    marks = [mark(finding) for finding in result.findings]
    safe, unsafe = marks.count("[*]"), marks.count("[-]")
    if safe:
        fix = style("--fix", "bold")
        yield f"{style('[*]', 'help')} {fix} fixes {safe} of them; --diff shows how"
    if unsafe:
        fix = style("--fix --unsafe-fixes", "bold")
        more = f"{unsafe} more" if safe else f"{unsafe} of them"
        yield f"{style('[-]', 'help')} {fix} fixes {more}, and may change what was meant"
