"""Findings that are known: which baseline is read, and how a new one is used."""

from pathlib import Path

from sse_check.cli.errors import UseError
from sse_check.cli.output import note, write_report
from sse_check.findings.result import Result
from sse_check.project.places import boundary_of, project_root
from sse_check.project.settings import Settings
from sse_check.report.style import visible
from sse_check.source.counted import counted


def known(given: str | None, settings: Settings, *, writing: bool) -> frozenset[str]:
    """The fingerprints in the baseline that is named, else in that of the settings.

    One that is being written takes in all findings.
    """
    path, within = given, ""
    if path is None and settings.baseline and not writing:
        path = str(Path(settings.folder or ".") / settings.baseline)
        within = "" if settings.follow_links else boundary_of(settings.folder or ".")
    if path is None:
        return frozenset()
    from sse_check.findings.baseline import BaselineError, read_baseline

    try:
        return read_baseline(path, within)
    except BaselineError as error:
        raise UseError(str(error)) from error


def write(result: Result, path: str, start: str) -> int:
    """Write all findings to a baseline and say how it is used; the exit status.

    `start` is the file or folder from which settings are looked for.
    """
    from sse_check.findings.baseline import baseline_of

    lost = len(_known_before(path) - {finding.fingerprint for finding in result.findings})
    write_report(baseline_of(result.findings), path, "json")
    number = counted(len(result.findings), "finding")
    use = _use(path, result.settings, start)
    before = f", {lost} that it knew before no more" if lost else ""
    write_report(f"{visible(path)}: {number} known from now on{before}\n{use}\n", None)
    for problem in result.problems:
        note(f"{problem.path}: {problem.message}")
    return 2 if result.incomplete else 0


def _known_before(path: str) -> frozenset[str]:
    """What a baseline says that is written anew."""
    from sse_check.findings.baseline import BaselineError, read_baseline

    try:
        return read_baseline(path)
    except BaselineError:
        return frozenset()


def _use(path: str, settings: Settings, start: str) -> str:
    """How a baseline is used from now on."""
    folder = Path(settings.folder or project_root(str(Path(start).absolute()))).resolve()
    file = Path(path).resolve()
    if settings.baseline and (folder / settings.baseline).resolve() == file:
        return "the settings name it: every run leaves them out"
    shown = file.relative_to(folder) if file.is_relative_to(folder) else file
    table = "sse-check.toml" if (folder / "sse-check.toml").exists() else "[tool.sse-check]"
    return (
        f"`sse-check --baseline {visible(path)}` leaves them out; to do so in every run, "
        f'write `baseline = "{visible(shown.as_posix())}"` into {table}'
    )
