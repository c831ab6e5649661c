"""`sse-check check`."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sse_check.cli.errors import UseError
from sse_check.findings.result import Result, problems_of
from sse_check.project.settings import LEVELS, Settings, SettingsError, find_settings, read_settings
from sse_check.source.counted import counted

if TYPE_CHECKING:
    from sse_check.cli.targets import Wanted
    from sse_check.findings.rule import Rule
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

    @staticmethod
    def of(options: dict[str, Any]) -> CheckOptions:
        return CheckOptions(**options)


def run_check(options: CheckOptions) -> int:
    settings = settings_for(options)
    _check_names(settings)
    stdin = sys.stdin.buffer.read() if "-" in options.targets else None
    known = _baseline(options, settings)
    if options.fix or options.unsafe_fixes or options.diff:
        return _fix(options, settings, stdin, known)
    if options.watch:
        return _watch(options, settings, known)
    result, unreadable = _checked(options, settings, stdin, known)
    if options.write_baseline is not None:
        from sse_check.findings.baseline import baseline_of

        _write(baseline_of(result.findings), options.write_baseline)
        number = counted(len(result.findings), "finding")
        click.echo(f"{options.write_baseline}: {number} known from now on")
        return 0
    _write(_rendered(result, options), options.output_file)
    return _status(result, unreadable, settings)


def _watch(options: CheckOptions, settings: Settings, known: frozenset[str]) -> int:
    from sse_check.cli.watch import run_watch

    if "-" in options.targets:
        raise UseError("standard input cannot be watched; name a file or a folder")
    try:
        run_watch(
            options.targets,
            lambda: _checked(options, settings, None, known)[0],
            lambda result: _write(_rendered(result, options), options.output_file),
        )
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
    return 0


def _status(result: Result, unreadable: bool, settings: Settings) -> int:
    if result.fails(settings.fail_on):
        return 1
    return 2 if unreadable else 0


def _checked(
    options: CheckOptions,
    settings: Settings,
    stdin: bytes | None,
    known: frozenset[str],
) -> tuple[Result, bool]:
    """The findings of all targets, and whether one that was named could not be read."""
    from sse_check.cli.targets import open_targets

    wanted = open_targets(
        options.targets, settings, stdin=stdin, stdin_filename=options.stdin_filename
    )
    results = _results(wanted, settings, known, options)
    named = {path for one in wanted for path in one.project.files.problems}
    unreadable = any(not path.endswith("/") and _was_named(path, options) for path in named)
    joined = _joined(results, settings)
    if not options.include_info:
        shown = tuple(finding for finding in joined.findings if finding.level != "info")
        joined = replace(joined, findings=shown)
    return joined, unreadable


def _results(
    wanted: list[Wanted], settings: Settings, known: frozenset[str], options: CheckOptions
) -> list[Result]:
    if not any(_may_be_live(one) for one in wanted):
        # No file says anything to htmx: the rules need not even be loaded.
        return [_nothing_live(one, settings) for one in wanted]
    from sse_check.cli.progress import progress
    from sse_check.findings.check import check

    rules = _rules(settings)
    with progress(not options.quiet) as tell:
        return [check(one.project, one.paths, rules, known, tell) for one in wanted]


def _may_be_live(one: Wanted) -> bool:
    """Whether rules may have anything to say of the files that are wanted."""
    relevant = set(one.project.graph.relevant)
    if not relevant.isdisjoint(one.paths):
        return True
    return bool(relevant) and not set(one.project.files.found.python).isdisjoint(one.paths)


def _nothing_live(one: Wanted, settings: Settings) -> Result:
    """The result for files of which none says anything to htmx: what else does is named."""
    problems = problems_of(one.project, set(one.paths))
    result = Result((), problems, len(one.paths), settings)
    from sse_check.project.discovery import is_template

    if any(not is_template(path) for path in one.paths) or not one.whole:
        return result
    from sse_check.wiring.speaks import may_be_unread

    if not may_be_unread(one.project):
        return result
    from sse_check.wiring.coverage import Coverage
    from sse_check.wiring.unread import unread_in

    unread = unread_in(one.project)
    return replace(result, coverage=Coverage(unread=unread)) if unread else result


def _baseline(options: CheckOptions, settings: Settings) -> frozenset[str]:
    path = options.baseline
    if path is None and settings.baseline and options.write_baseline is None:
        path = str(Path(settings.folder or ".") / settings.baseline)
    if path is None:
        return frozenset()
    from sse_check.findings.baseline import BaselineError, read_baseline

    try:
        return read_baseline(path)
    except BaselineError as error:
        raise UseError(str(error)) from error


def _fix(
    options: CheckOptions,
    settings: Settings,
    stdin: bytes | None,
    known: frozenset[str],
) -> int:
    from sse_check.cli.fix import run_fixes

    if options.targets == ("-",) and stdin is not None:
        raise UseError("standard input cannot be fixed; name the file, or use --format json")
    result, unreadable, changed = run_fixes(
        lambda: _checked(options, settings, stdin, known),
        unsafe=options.unsafe_fixes,
        dry=options.diff,
    )
    if options.diff:
        return 1 if changed else 0
    _write(_rendered(result, options), options.output_file)
    return _status(result, unreadable, settings)


def _was_named(path: str, options: CheckOptions) -> bool:
    """Whether an unreadable file is one that the user asked for by name."""
    return any(target != "-" and Path(target).name == Path(path).name for target in options.targets)


def settings_for(options: CheckOptions) -> Settings:
    """The project's settings with what the command line says on top."""
    start = next((target for target in options.targets if target != "-"), options.stdin_filename)
    folder = Path(start or ".")
    folder = folder if folder.is_dir() else folder.parent
    try:
        settings = read_settings(options.config) if options.config else find_settings(str(folder))
    except SettingsError as error:
        raise UseError(str(error)) from error
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


def _severities(pairs: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        rule, equals, level = pair.partition("=")
        if not equals or level not in (*LEVELS, "off"):
            raise UseError(f"--severity {pair}: write RULE=LEVEL, with error, warning, info or off")
        found[rule] = level
    return found


def _check_names(settings: Settings) -> None:
    """Every rule that is named must exist; folders and entry points are only looked into then."""
    named = (*settings.select, *settings.ignore, *settings.severity)
    if named or settings.rules:
        rules = _all_rules(settings)
        for name in named:
            if not any(rule.startswith(name) for rule in rules):
                raise UseError(f"there is no rule `{name}`; `sse-check rules` lists them")


def _all_rules(settings: Settings) -> dict[str, Rule]:
    from sse_check.findings.loader import RuleError, load_rules

    try:
        return load_rules(tuple(Path(settings.folder or ".") / folder for folder in settings.rules))
    except RuleError as error:
        raise UseError(str(error)) from error


def _rules(settings: Settings) -> list[Rule]:
    from sse_check.findings.check import select_rules

    return select_rules(_all_rules(settings), settings)


def _joined(results: list[Result], settings: Settings) -> Result:
    return Result(
        tuple(finding for result in results for finding in result.findings),
        tuple(problem for result in results for problem in result.problems),
        sum(result.files_checked for result in results),
        settings,
        sum(result.suppressed for result in results),
        sum(result.baselined for result in results),
        tuple(dict.fromkeys(stack for result in results for stack in result.stacks)),
        _covered(results),
        tuple(dict.fromkeys(profile for result in results for profile in result.profiles)),
        sum(result.left_out for result in results),
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


def _write(text: str, path: str | None) -> None:
    if path is None:
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
        sys.stdout.write(text)
        return
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UseError(f"{path}: cannot be written: {error.strerror}") from error
