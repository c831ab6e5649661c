"""How many findings each rule has, and where the time of the run went."""

from collections import Counter

from sse_check.findings.result import Result
from sse_check.source.counted import counted
from sse_check.source.timing import timing

_SHORTEST = 0.01


def render(result: Result) -> str:
    counts = Counter((finding.rule, finding.level) for finding in result.findings)
    fixable = Counter(finding.rule for finding in result.findings if finding.fixes)
    lines = [
        f"{count:>5}  {level:<7}  {rule}{f'  ({fixable[rule]} fixable)' if fixable[rule] else ''}"
        for (rule, level), count in counts.most_common()
    ]
    total, files = len(result.findings), counted(result.files_checked, "file")
    lines.append(f"{total:>5}  {'finding' if total == 1 else 'findings'} in {files}")
    lines.extend(_times())
    return "".join(line + "\n" for line in lines)


def _times() -> list[str]:
    """The parts of the run by their processor time; the shortest are left out."""
    taken = timing.taken()
    total = sum(seconds for _, seconds in taken)
    shown = [(name, seconds) for name, seconds in taken if seconds >= _SHORTEST]
    return [
        "",
        *(f"{seconds:>7.2f}s  {name}" for name, seconds in shown),
        f"{total:>7.2f}s  in all",
    ]
