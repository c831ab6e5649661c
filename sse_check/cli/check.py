"""`sse-check check`."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sse_check.cli import baseline
from sse_check.cli.errors import UseError, meant
from sse_check.cli.live import is_python_alone, may_be_live, nothing_live
from sse_check.cli.output import complain, note, read_stdin, write_report
from sse_check.cli.settings import rule_folders, settings_at, shown_path
from sse_check.findings.result import Problem, Result
from sse_check.project.places import boundary_of, project_root
from sse_check.project.settings import LEVELS, Settings
from sse_check.source.reading import forget_links
from sse_check.source.timing import timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from sse_check.cli.targets import Wanted
    from sse_check.findings.rule import Rule
    from sse_check.pages.engine import Engine
    from sse_check.project.project import Project
    from sse_check.wiring.coverage import Coverage


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What was asked for on the command line."""

    targets: tuple[str, ...]
    format_: str
    output_file: str | None
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    severity: tuple[str, ...]
    fail_on: str | None
    warnings_as_errors: bool
    profile: str | None
    htmx: str | None
    dialect: str | None
    exclude: tuple[str, ...]
    config: str | None
    stdin_filename: str | None
    fix: bool
    unsafe_fixes: bool
    diff: bool
    baseline: str | None
    write_baseline: str | None
    include_info: bool
    watch: bool
    coverage: bool
    statistics: bool
    quiet: bool
    color: str
    allow_project_rules: bool
    follow_links: bool
    debug: bool

    @staticmethod
    def of(options: dict[str, Any]) -> CheckOptions:
        return CheckOptions(**options)


def run_check(options: CheckOptions) -> int:
    if options.unsafe_fixes and not (options.fix or options.diff):
        raise UseError(
            "--unsafe-fixes widens --fix and --diff, and does nothing alone; "
            "--fix --unsafe-fixes writes, --diff --unsafe-fixes shows"
        )
    if options.statistics:
        timing.start()
    settings = settings_for(options)
    _check_names(options, settings)
    stdin = read_stdin() if "-" in options.targets else None
    known = baseline.known(options.baseline, settings, writing=options.write_baseline is not None)
    run = Run(options, settings, stdin, known)
    if options.fix or options.diff:
        return _fix(run)
    if options.watch:
        return _watch(run)
    result = run.checked()
    if options.write_baseline is not None:
        return baseline.write(result, options.write_baseline, _start(options))
    _report(result, options)
    return _status(result)


@dataclass(frozen=True, slots=True)
class Run:
    """What is checked and with which settings; it can be done again with other texts."""

    options: CheckOptions
    settings: Settings
    stdin: bytes | None
    known: frozenset[str]

    def checked(self, replaced: Mapping[str, bytes] = MappingProxyType({})) -> Result:
        """The findings of all targets; `replaced` are texts in place of those in files."""
        return self.checked_in(self.opened(replaced))

    def opened(self, replaced: Mapping[str, bytes] = MappingProxyType({})) -> list[Wanted]:
        """The projects that the targets lie in."""
        from sse_check.cli.targets import open_targets

        forget_links()
        return open_targets(
            self.options.targets,
            self.settings,
            stdin=self.stdin,
            stdin_filename=self.options.stdin_filename,
            replaced=replaced,
        )

    def checked_in(
        self, wanted: list[Wanted], engine_of: Callable[[Project], Engine] | None = None
    ) -> Result:
        """The findings in open projects, with the page engines of those, where there are some."""
        options = self.options
        results = self._results(wanted, engine_of)
        unparsed = [*_unparsed(wanted)]
        incomplete = bool(unparsed) or any(one.unreadable for one in wanted)
        joined = _joined(results, self.settings, (*self._notes(), *_broken(wanted), *unparsed))
        incomplete = incomplete or any(problem.internal for problem in joined.problems)
        alone = bool(wanted) and all(map(is_python_alone, wanted))
        joined = replace(joined, incomplete=incomplete, python_alone=alone)
        if not options.include_info:
            shown = tuple(finding for finding in joined.findings if finding.level != "info")
            joined = replace(joined, findings=shown)
        if options.debug:
            _tell_tracebacks(joined, wanted)
        return joined

    def _results(
        self, wanted: list[Wanted], engine_of: Callable[[Project], Engine] | None
    ) -> list[Result]:
        if not any(may_be_live(one) for one in wanted):
            # No file says anything to htmx: the rules need not even be loaded.
            return [nothing_live(one, self.settings) for one in wanted]
        from sse_check.cli.progress import progress
        from sse_check.findings.check import check, select_rules
        from sse_check.findings.suppress import Asked

        every = _all_rules(self.options, self.settings)
        rules = select_rules(every, self.settings)
        whole = _rule_folders(self.options, self.settings) is not None
        asked = Asked(frozenset(rule.name for rule in rules), frozenset(every), whole)
        with progress(not self.options.quiet) as on_progress:
            return [
                check(
                    one.project,
                    one.paths,
                    rules,
                    self.known,
                    on_progress,
                    asked,
                    engine_of(one.project) if engine_of is not None else None,
                )
                for one in wanted
            ]

    def _notes(self) -> Iterator[Problem]:
        """What the user should hear about the settings."""
        settings = self.settings
        for path, message in settings.notes:
            yield Problem(shown_path(path), message)
        if _rule_folders(self.options, settings) is None:
            listed = ", ".join(f"`{folder}`" for folder in settings.rules)
            yield Problem(
                shown_path(settings.source or "."),
                f"rules of the project are left out ({listed}): they are code that would run "
                "here; --allow-project-rules loads them",
            )


def _broken(wanted: list[Wanted]) -> Iterator[Problem]:
    """Files on which the parser failed, whether they were asked for or stand around those."""
    for one in wanted:
        files = one.project.files
        for path in sorted(files.broken):
            if path not in one.paths:
                yield Problem(files.display_path(path), files.problems[path], internal=True)


def _unparsed(wanted: list[Wanted]) -> Iterator[Problem]:
    """Python files that were named and are none. Of those beside them coverage tells."""
    for one in wanted:
        files = one.project.files
        for path in sorted(one.named.intersection(files.found.python)):
            if path in files.problems:
                continue
            from sse_check.python.program import Program

            program = Program((path,), files.data, files.display_path, parsed=files.parsed_python)
            program.module(path)
            for found in program.unreadable:
                yield Problem(files.display_path(path), f"line {found.line}: {found.why}")


def _tell_tracebacks(result: Result, wanted: list[Wanted]) -> None:
    from traceback import format_exception

    errors = [*result.failures]
    errors += [error for one in wanted for error in one.project.files.broken.values()]
    for error in errors:
        complain("".join(format_exception(error)))


def _watch(run: Run) -> int:
    from sse_check.cli.kept import Kept
    from sse_check.cli.watch import run_watch

    if run.stdin is not None:
        raise UseError("standard input cannot be watched; name a file or a folder")
    kept = Kept(run.opened)
    try:
        run_watch(
            run.options.targets,
            lambda changed: run.checked_in(kept.renewed(changed), kept.engine_of),
            lambda result: _report(result, run.options),
        )
    except KeyboardInterrupt:
        note("stopped")
    return 0


def _status(result: Result) -> int:
    """A fault of this program spoils a run; what could not be read does when nothing is found."""
    if any(problem.internal for problem in result.problems):
        return 2
    if result.fails(result.settings.fail_on):
        return 1
    return 2 if result.incomplete else 0


def _fix(run: Run) -> int:
    from sse_check.cli.fix import fix_all, print_difference, write_all

    options = run.options
    if run.stdin is not None:
        raise UseError("standard input cannot be fixed; name the file, or use --format json")
    fixed = fix_all(run.checked, unsafe=options.unsafe_fixes)
    if options.diff:
        print_difference(fixed)
        for problem in fixed.problems:
            note(f"{problem.path}: {problem.message}")
        return 2 if fixed.first.incomplete else 1 if fixed.texts else 0
    left = write_all(fixed, lambda file: _within(file, run.settings))
    result = fixed.last
    if left:
        # Some texts are not in their files: say what is found in those that are.
        result = run.checked()
    problems = (*result.problems, *fixed.problems, *left)
    result = replace(result, problems=problems, incomplete=result.incomplete or bool(left))
    _report(result, options)
    return _status(result)


def _within(file: str, settings: Settings) -> str:
    """The folder that links may not lead out of, for a file that is written."""
    return "" if settings.follow_links else boundary_of(settings.folder or project_root(file))


def settings_for(options: CheckOptions) -> Settings:
    """The project's settings with what the command line says on top."""
    settings = settings_at(_start(options), options.config, follow_links=options.follow_links)
    changes: dict[str, Any] = {
        name: value
        for name in ("profile", "htmx", "dialect", "fail_on")
        if (value := getattr(options, name)) is not None
    }
    if options.warnings_as_errors:
        changes["fail_on"] = "warning"
    if options.select:
        changes["select"] = options.select
    changes["ignore"] = (*settings.ignore, *options.ignore)
    changes["exclude"] = (*settings.exclude, *options.exclude)
    changes["severity"] = {**settings.severity, **_severities(options.severity)}
    return replace(settings, **changes)


def _start(options: CheckOptions) -> str:
    """The file or folder from which settings are looked for."""
    targets = (target for target in options.targets if target != "-")
    return next(targets, options.stdin_filename) or "."


def _severities(pairs: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        rule, equals, level = pair.partition("=")
        if not equals or level not in (*LEVELS, "off"):
            raise UseError(f"--severity {pair}: write RULE=LEVEL, with error, warning, info or off")
        found[rule] = level
    return found


def _check_names(options: CheckOptions, settings: Settings) -> None:
    """Every rule that is named must exist; folders and entry points are only looked into then."""
    given = (*options.select, *options.ignore, *_severities(options.severity))
    by_file = (name for names in settings.per_file_ignores.values() for name in names)
    named = (*settings.select, *settings.ignore, *settings.severity, *by_file)
    if not (named or settings.rules):
        return
    rules = _all_rules(options, settings)
    left_out = _rule_folders(options, settings) is None
    for name in given if left_out else named:
        if not any(rule.startswith(name) for rule in rules):
            beside = " (rules of the project are left out)" if left_out else ""
            hint = meant(name, rules) or "; `sse-check rules` lists them"
            raise UseError(f"there is no rule `{name}`{beside}{hint}")


def _rule_folders(options: CheckOptions, settings: Settings) -> tuple[Path, ...] | None:
    return rule_folders(settings, _start(options), allowed=options.allow_project_rules)


def _all_rules(options: CheckOptions, settings: Settings) -> dict[str, Rule]:
    from sse_check.findings.loader import RuleError, load_rules

    try:
        return load_rules(_rule_folders(options, settings) or ())
    except RuleError as error:
        raise UseError(str(error)) from error


def _joined(results: list[Result], settings: Settings, problems: tuple[Problem, ...]) -> Result:
    return Result(
        tuple(finding for result in results for finding in result.findings),
        (*problems, *(problem for result in results for problem in result.problems)),
        sum(result.files_checked for result in results),
        settings,
        sum(result.suppressed for result in results),
        sum(result.baselined for result in results),
        tuple(dict.fromkeys(stack for result in results for stack in result.stacks)),
        coverage=_covered(results),
        profiles=tuple(dict.fromkeys(profile for result in results for profile in result.profiles)),
        left_out=sum(result.left_out for result in results),
        failures=tuple(error for result in results for error in result.failures),
        templates={file: t for result in results for file, t in result.templates.items()},
    )


def _covered(results: list[Result]) -> Coverage | None:
    """The coverage of several projects as one."""
    known = [result.coverage for result in results if result.coverage is not None]
    if len(known) < 2:
        return known[0] if known else None
    first, *others = known
    for other in others:
        first.add(other)
    return first


def _report(result: Result, options: CheckOptions) -> None:
    write_report(_rendered(result, options), options.output_file, _format(options))


def _format(options: CheckOptions) -> str:
    return "text" if options.statistics else options.format_


def _rendered(result: Result, options: CheckOptions) -> str:
    if options.statistics:
        from sse_check.report import statistics

        return statistics.render(result)
    if options.format_ != "text":
        return str(importlib.import_module(f"sse_check.report.{options.format_}").render(result))
    from sse_check.report import text
    from sse_check.report.style import Style, wants_colour

    coloured = options.output_file is None and wants_colour(options.color, sys.stdout)
    return text.render(result, Style(coloured), quiet=options.quiet, coverage=options.coverage)
