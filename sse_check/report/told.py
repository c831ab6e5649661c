"""Findings for people: each with code frames, those of one cause together under it."""

from collections.abc import Iterator, Sequence

from sse_check.findings.causes import Cause, shared_causes, shared_with
from sse_check.findings.model import Finding, Related
from sse_check.project.settings import LEVELS
from sse_check.report.frames import digits_for, frame, place
from sse_check.report.links import page_of
from sse_check.report.style import Style, visible
from sse_check.source import Span

# How many places are shown as frames under one message; the others are named.
_MOST_FRAMES = 4


def told(findings: Sequence[Finding], style: Style) -> Iterator[str]:
    """Each finding, those of one cause together where the first of them comes."""
    causes = shared_causes(findings)
    done: set[Span] = set()
    for finding in findings:
        shared = shared_with(finding, causes)
        if shared is None:
            yield _finding(finding, style)
        elif shared.at.span not in done:
            done.add(shared.at.span)
            yield _cause(shared, style)


def _finding(finding: Finding, style: Style) -> str:
    digits = digits_for([finding.span, *(related.span for related in finding.related)])
    lines = [_head(finding, style), f"  {style('-->', 'dim')} {place(finding.span)}"]
    lines.extend(frame(finding.span, style, finding.level, digits))
    lines.extend(_related(finding.related, style, digits, {finding.span}))
    lines.extend(_help(finding, style))
    return "".join(line + "\n" for line in lines)


def _cause(cause: Cause, style: Style) -> str:
    """Findings under what brings them about; no place is shown twice."""
    findings = cause.findings
    worst = min((finding.level for finding in findings), key=LEVELS.index)
    digits = digits_for([cause.at.span, *(finding.span for finding in findings)])
    head = f"{len(findings)} findings have one cause: {visible(cause.at.message)}"
    lines = [
        f"{style(worst, worst, 'bold')}{style(f': {head}', 'bold')}",
        f"  {style('-->', 'dim')} {place(cause.at.span)}",
        *frame(cause.at.span, style, worst, digits),
    ]
    # Places that are framed somewhere in this group need no frame as a related one.
    everywhere = {cause.at.span, *(finding.span for finding in findings)}
    shown = {cause.at.span}
    for same in sorted(_alike(findings), key=lambda same: LEVELS.index(same[0].level)):
        lines.append("")
        part = [_head(same[0], style)]
        for number, finding in enumerate(same):
            part.append(f"  {style('-->', 'dim')} {place(finding.span)}")
            if finding.span not in shown and number < _MOST_FRAMES:
                part.extend(frame(finding.span, style, finding.level, digits))
                shown.add(finding.span)
            part.extend(_related(finding.related, style, digits, everywhere))
            everywhere.update(related.span for related in finding.related)
        part.extend(_help(same[0], style))
        lines.extend(f"  {line}" for line in part)
    return "".join(line + "\n" for line in lines)


def _alike(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings that say the same of several places, together."""
    found: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:
        key = (one.rule, one.level, one.confidence, one.message, one.help, mark(one))
        found.setdefault(key, []).append(one)
    return list(found.values())


def _head(finding: Finding, style: Style) -> str:
    doubt = "" if finding.confidence == "certain" else " (possible)"
    rule = style.link(finding.rule, page_of(finding.rule))
    head = style(finding.level, finding.level, "bold") + style(f"[{rule}]", "bold")
    if finding.fixes:
        head += " " + style(mark(finding), "help")
    return head + style(f"{doubt} {visible(finding.message)}", "bold")


def mark(finding: Finding) -> str:
    """`[*]` for what --fix fixes, `[-]` for what only --unsafe-fixes does."""
    if not finding.fixes:
        return ""
    return "[*]" if any(fix.safety == "safe" for fix in finding.fixes) else "[-]"


def _related(
    related: Sequence[Related], style: Style, digits: int, shown: set[Span]
) -> Iterator[str]:
    for one in related:
        if one.span in shown:
            continue
        yield f"  {style('...', 'dim')} {place(one.span)}: {visible(one.message)}"
        yield from frame(one.span, style, "dim", digits)


def _help(finding: Finding, style: Style) -> list[str]:
    if not finding.help:
        return []
    return [f"  {style('help:', 'help', 'bold')} {visible(finding.help)}"]
