"""`--fix` and `--diff`: fix what can be fixed, in memory, until nothing is left to fix."""

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sse_check.cli.output import note, write_report
from sse_check.findings.fixes import Changes, apply_fixes
from sse_check.findings.model import Finding
from sse_check.findings.result import Problem, Result
from sse_check.report.style import visible
from sse_check.source import Source, encode
from sse_check.source.writing import UnwritableError, write_file

# A fix may bring out another finding; fixes that never come to an end are a fault of theirs.
_MOST_ROUNDS = 8


@dataclass(slots=True)
class Fixed:
    """What all rounds come to: the texts that differ, by file, beside what was read."""

    first: Result
    last: Result
    texts: dict[str, tuple[Source, str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def fix_all(checked: Callable[[Mapping[str, bytes]], Result], *, unsafe: bool) -> Fixed:
    """Fix and check again, until nothing is left to fix. No file is written."""
    result = checked({})
    fixed = Fixed(result, result)
    left_out: dict[tuple[str, str, int], Problem] = {}
    for _ in range(_MOST_ROUNDS):
        changes = apply_fixes(result.findings, unsafe=unsafe, templates=result.templates)
        left_out.update(_left_out(changes))
        if not changes.texts:
            break
        for file, (source, text) in changes.texts.items():
            fixed.texts[file] = (fixed.texts.get(file, (source, ""))[0], text)
        for finding in changes.fixed:
            file = finding.fixes[0].edits[0].span.source.file
            fixed.counts[file] = fixed.counts.get(file, 0) + 1
        texts = {file: encode(text, old.encoding) for file, (old, text) in fixed.texts.items()}
        fixed.last = result = checked(texts)
    fixed.texts = {f: (old, text) for f, (old, text) in fixed.texts.items() if old.text != text}
    fixed.problems = tuple(left_out.values())
    return fixed


def _left_out(changes: Changes) -> dict[tuple[str, str, int], Problem]:
    found = {}
    for finding, fix, why in changes.left_out:
        line = finding.span.start_position.line
        found[finding.span.source.path, finding.rule, line] = _problem(finding, fix.title, why)
    return found


def _problem(finding: Finding, title: str, why: str) -> Problem:
    line = finding.span.start_position.line
    return Problem(
        finding.span.source.path,
        f"line {line}: the fix of {finding.rule} ({title}) is left out: {why}",
    )


def write_all(fixed: Fixed, within: Callable[[str], str]) -> tuple[Problem, ...]:
    """Write the fixed texts. A file that cannot be written is left, said, and stops no other."""
    left: list[Problem] = []
    count = 0
    done: dict[str, str] = {}
    for file, (old, text) in sorted(fixed.texts.items()):
        real = os.path.realpath(file)
        if done.get(real) == text:
            # Another name of a file that is written already.
            continue
        try:
            data = encode(text, old.encoding)
            write_file(file, data, expected=encode(old.text, old.encoding), within=within(file))
        except UnwritableError as error:
            left.append(Problem(old.path, error.why))
            continue
        done[real] = text
        count += fixed.counts.get(file, 0)
    if count:
        note(f"{count} fixed")
    return tuple(left)


def print_difference(fixed: Fixed) -> None:
    """What all rounds would change, as a patch; what steers a terminal is made visible."""
    lines: list[str] = []
    for _, (old, text) in sorted(fixed.texts.items()):
        path = visible(old.path)
        lines += difflib.unified_diff(_lines(old.text), _lines(text), f"a/{path}", f"b/{path}")
    write_report("".join(_shown(line) for line in lines), None)


def _lines(text: str) -> list[str]:
    """Lines as tools for patches count them: each ends with a line feed."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _shown(line: str) -> str:
    """A line of a patch; a tab, and the end of a line, are what they are."""
    body = line.rstrip("\r\n")
    end = line[len(body) :] or "\n\\ No newline at end of file\n"
    return "\t".join(visible(part) for part in body.split("\t")) + end
