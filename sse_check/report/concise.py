"""One line a finding: `path:line:col: severity rule message`."""

from sse_check.findings.causes import place_of_cause, shared_causes
from sse_check.findings.result import Result
from sse_check.report.style import visible


def render(result: Result) -> str:
    lines = []
    causes = shared_causes(result.findings)
    for finding in result.findings:
        place = finding.span.start_position
        doubt = "" if finding.confidence == "certain" else "possible: "
        path = visible(finding.span.source.path)
        lines.append(
            f"{path}:{place.line}:{place.column}: {finding.level} {finding.rule} "
            f"{doubt}{visible(finding.message)}{visible(place_of_cause(finding, causes))}"
        )
    lines.extend(
        f"{visible(problem.path)}: problem {visible(problem.message)}"
        for problem in result.problems
    )
    return "".join(line + "\n" for line in lines)
