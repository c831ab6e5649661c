"""What is asked of `check` on the command line, and the settings that come of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sse_check.cli.errors import UseError, meant
from sse_check.cli.settings import rule_folders, settings_at
from sse_check.project.settings import (
    LEVELS,
    Settings,
    doubt_of_pattern,
    is_doubtful_pattern,
)

if TYPE_CHECKING:
    from sse_check.findings.rule import Rule


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


def settings_for(options: CheckOptions, target: str) -> Settings:
    """The settings of a file or folder with what the command line says on top."""
    settings = settings_at(target, options.config, follow_links=options.follow_links)
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
    changes["severity"] = _over(settings.severity, _severities(options.severity))
    doubts = [
        ("--exclude", doubt_of_pattern("--exclude", pattern))
        for pattern in options.exclude
        if is_doubtful_pattern(pattern)
    ]
    return replace(settings, **changes, notes=(*settings.notes, *doubts))


def _over(severities: dict[str, Any], given: dict[str, str]) -> dict[str, Any]:
    """What the settings say of rules, where the command line says nothing of them."""
    left = {name: level for name, level in severities.items() if not name.startswith((*given,))}
    return {**left, **given}


def _severities(pairs: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        rule, equals, level = pair.partition("=")
        if not equals or level not in (*LEVELS, "off"):
            raise UseError(f"--severity {pair}: write RULE=LEVEL, with error, warning, info or off")
        found[rule] = level
    return found


def check_names(options: CheckOptions, settings: Settings) -> None:
    """Every rule that is named must exist; folders and entry points are only looked into then."""
    given = (*options.select, *options.ignore, *_severities(options.severity))
    by_file = (name for names in settings.per_file_ignores.values() for name in names)
    named = (*settings.select, *settings.ignore, *settings.severity, *by_file)
    if not (named or settings.rules):
        return
    rules = all_rules(options, settings)
    left_out = own_rules(options, settings) is None
    for name in given if left_out else named:
        if not any(rule.startswith(name) for rule in rules):
            beside = " (rules of the project are left out)" if left_out else ""
            hint = meant(name, rules) or "; `sse-check rules` lists them"
            raise UseError(f"there is no rule `{name}`{beside}{hint}")


def own_rules(options: CheckOptions, settings: Settings) -> tuple[Path, ...] | None:
    """The folders of the project's own rules; None when the user has not allowed them."""
    return rule_folders(settings, ".", allowed=options.allow_project_rules)


def all_rules(options: CheckOptions, settings: Settings) -> dict[str, Rule]:
    from sse_check.findings.loader import RuleError, load_rules

    try:
        return load_rules(own_rules(options, settings) or ())
    except RuleError as error:
        raise UseError(str(error)) from error
