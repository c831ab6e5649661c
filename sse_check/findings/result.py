"""What a run found. Nothing here needs the rules, so an empty run need not load them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sse_check.project.project import Project
from sse_check.project.settings import LEVELS, Level, Settings

if TYPE_CHECKING:
    from sse_check.findings.model import Finding
    from sse_check.template.model import Template
    from sse_check.wiring.coverage import Coverage


class KnownStack(NamedTuple):
    """The htmx of a page: the name of its stack, how that is known, and its name for people."""

    name: str
    source: str
    title: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What a user should hear that is no finding: a file that could not be read, for one.

    `internal` says that this program failed, `unseen` that a page could be read and nothing of it
    was looked at; `of_settings` that it is about these, and all files were read.
    """

    path: str
    message: str
    internal: bool = False
    unseen: bool = False
    of_settings: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What a run found, and what was left out of it and why."""

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    files_checked: int
    settings: Settings
    suppressed: int = 0
    baselined: int = 0
    stacks: tuple[KnownStack, ...] = ()
    # None when no file speaks of events: then there was nothing to understand.
    coverage: Coverage | None = None
    # The profiles that applied, with why, and how many findings the contract would add.
    profiles: tuple[tuple[str, str], ...] = ()
    left_out: int = 0
    # Whether a finding is at or above the severity that fails a run of its project.
    failed: bool = False
    # Whether something that was asked for could not be checked.
    incomplete: bool = False
    # Whether Python files alone were asked for: what is said of pages stands in those.
    python_alone: bool = False
    # The exceptions behind internal errors.
    failures: tuple[Exception, ...] = ()
    # The parsed files in which findings can be fixed.
    templates: Mapping[str, Template] = field(default_factory=dict, compare=False)

    def count(self, severity: Level) -> int:
        return sum(finding.severity == severity for finding in self.findings)

    @property
    def harmless(self) -> int:
        """How many findings stand only because the contract asks for them."""
        return sum(finding.harmless for finding in self.findings)

    def fails(self, level: Level) -> bool:
        """Whether anything is at or above the severity that fails a run."""
        return any(LEVELS.index(finding.level) <= LEVELS.index(level) for finding in self.findings)


def problems_of(project: Project, wanted: set[str]) -> tuple[Problem, ...]:
    """What could not be read, of the files that were asked for and of the folders."""
    files = project.files
    asked = wanted.union(files.broken)
    own = [(p, files.problems[p]) for p in sorted(asked) if not files.is_readable(p)]
    return tuple(
        Problem(files.display_path(p), m, internal=p in files.broken)
        for p, m in [*own, *files.found.problems]
    )
