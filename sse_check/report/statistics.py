"""How many findings each rule has."""

from collections import Counter

from sse_check.findings.result import Result
from sse_check.source.counted import counted


def render(result: Result) -> str:
    counts = Counter((finding.rule, finding.level) for finding in result.findings)
    fixable = Counter(finding.rule for finding in result.findings if finding.fixes)
    lines = [
        f"{count:>5}  {level:<7}  {rule}{f'  ({fixable[rule]} fixable)' if fixable[rule] else ''}"
        for (rule, level), count in counts.most_common()
    ]
    total, files = len(result.findings), counted(result.files_checked, "file")
    lines.append(f"{total:>5}  {'finding' if total == 1 else 'findings'} in {files}")
    return "".join(line + "\n" for line in lines)
