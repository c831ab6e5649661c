"""Run rules over a project and gather what they say."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatch

from sse_check.findings.model import RANK, Finding, Severity, fingerprints
from sse_check.findings.rule import Context, Rule
from sse_check.project.project import Project
from sse_check.project.settings import Settings


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be read as it should be."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a run found."""

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    files_checked: int
    settings: Settings

    def count(self, severity: Severity) -> int:
        return sum(finding.severity == severity for finding in self.findings)

    def fails(self, level: Severity) -> bool:
        """Whether anything is at or above the severity that fails a run."""
        return any(RANK[finding.level] >= RANK[level] for finding in self.findings)


def select_rules(rules: dict[str, Rule], settings: Settings) -> list[Rule]:
    """The rules that the settings leave on. Names may be prefixes."""
    chosen = []
    for name, rule in rules.items():
        if settings.select and not _named(name, settings.select):
            continue
        if _named(name, settings.ignore) or settings.severity.get(name) == "off":
            continue
        chosen.append(rule)
    return chosen


def _named(name: str, patterns: Iterable[str]) -> bool:
    return any(name == pattern or name.startswith(pattern) for pattern in patterns)


def check(project: Project, paths: Iterable[str], rules: list[Rule]) -> Result:
    """Check the files at `paths`, in the context of their whole project."""
    wanted = tuple(paths)
    wanted_set = set(wanted)
    relevant = tuple(path for path in project.graph.relevant if path in wanted_set)
    context = Context(project, relevant)
    found = [
        _levelled(finding, rule, project.settings)
        for rule in rules
        for finding in rule.check(context)
    ]
    shown = {project.files.shown(path) for path in wanted}
    kept = sorted(
        (
            finding
            for finding in found
            if finding.span.source.path in shown and not _ignored_here(finding, project.settings)
        ),
        key=lambda finding: finding.sort_key,
    )
    unique = list(dict.fromkeys(kept))
    named = tuple(
        replace(finding, fingerprint=name)
        for finding, name in zip(unique, fingerprints(unique), strict=True)
    )
    for path in relevant:
        project.template(path)
    problems = [
        Problem(project.files.shown(path), message)
        for path, message in sorted(project.files.problems.items())
        if path in wanted_set
    ]
    problems.extend(
        Problem(project.files.shown(path), message)
        for path, message in project.files.found.problems
    )
    return Result(named, tuple(problems), len(wanted), project.settings)


def _levelled(finding: Finding, rule: Rule, settings: Settings) -> Finding:
    level = settings.severity.get(rule.name)
    if level is not None and level != "off":
        return replace(finding, severity=level)
    return replace(finding, severity=finding.severity or rule.severity)


def _ignored_here(finding: Finding, settings: Settings) -> bool:
    path = finding.span.source.path
    return any(
        fnmatch(path, pattern) and _named(finding.rule, names)
        for pattern, names in settings.per_file_ignores.items()
    )
