"""`sse-check check`."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sse_check.cli.errors import UseError
from sse_check.cli.targets import open_targets
from sse_check.findings.check import Result, check, select_rules
from sse_check.findings.loader import RuleError, load_rules
from sse_check.findings.rule import Rule
from sse_check.project.settings import LEVELS, Settings, SettingsError, find_settings, read_settings


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
    quiet: bool
    color: str

    @staticmethod
    def of(options: dict[str, Any]) -> "CheckOptions":
        return CheckOptions(**options)


def run_check(options: CheckOptions) -> int:
    settings = settings_for(options)
    rules = _rules(settings)
    stdin = sys.stdin.buffer.read() if "-" in options.targets else None
    wanted = open_targets(
        options.targets, settings, stdin=stdin, stdin_filename=options.stdin_filename
    )
    results = [check(one.project, one.paths, rules) for one in wanted]
    result = _joined(results, settings)
    _write(_rendered(result, options), options.output_file)
    if result.fails(settings.fail_on):
        return 1
    named = {path for one in wanted for path in one.project.files.problems}
    unreadable = any(not path.endswith("/") and _was_named(path, options) for path in named)
    return 2 if unreadable else 0


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


def _rules(settings: Settings) -> list[Rule]:
    folders = tuple(Path(settings.folder or ".") / folder for folder in settings.rules)
    try:
        rules = load_rules(folders)
    except RuleError as error:
        raise UseError(str(error)) from error
    for name in (*settings.select, *settings.ignore, *settings.severity):
        if not any(rule.startswith(name) for rule in rules):
            raise UseError(f"there is no rule `{name}`; `sse-check rules` lists them")
    return select_rules(rules, settings)


def _joined(results: list[Result], settings: Settings) -> Result:
    return Result(
        tuple(finding for result in results for finding in result.findings),
        tuple(problem for result in results for problem in result.problems),
        sum(result.files_checked for result in results),
        settings,
    )


def _rendered(result: Result, options: CheckOptions) -> str:
    if options.format_ == "json":
        from sse_check.report import json

        return json.render(result)
    if options.format_ == "concise":
        from sse_check.report import concise

        return concise.render(result)
    from sse_check.report import text
    from sse_check.report.style import Style, wants_colour

    coloured = options.output_file is None and wants_colour(options.color, sys.stdout)
    return text.render(result, Style(coloured), quiet=options.quiet)


def _write(text: str, path: str | None) -> None:
    if path is None:
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
        sys.stdout.write(text)
        return
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UseError(f"{path}: cannot be written: {error.strerror}") from error
