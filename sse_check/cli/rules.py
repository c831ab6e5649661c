"""`sse-check rules` and `sse-check explain`."""

import json

import click

from sse_check.cli.errors import UseError, meant
from sse_check.cli.output import note
from sse_check.cli.settings import rule_folders, settings_at
from sse_check.findings.loader import RuleError, load_rules
from sse_check.findings.rule import Rule
from sse_check.stream.rules import HARNESS_RULES


def _loaded(*, allowed: bool) -> dict[str, Rule]:
    """The built-in rules, and the current project's own where they may be loaded."""
    settings = settings_at(".")
    folders = rule_folders(settings, ".", allowed=allowed)
    if folders is None:
        listed = ", ".join(f"`{folder}`" for folder in settings.rules)
        note(f"without the project's own rules ({listed}); --allow-project-rules loads them")
    try:
        return load_rules(folders or ())
    except RuleError as error:
        raise UseError(str(error)) from error


def run_rules(format_: str, *, allowed: bool) -> int:
    rules = _loaded(allowed=allowed)
    if format_ == "json":
        listed = [
            {
                "name": rule.name,
                "severity": rule.severity,
                "summary": rule.summary,
                "since": rule.since,
                "stacks": rule.stacks,
                "fixes": rule.fixes,
                "found_by": "check",
            }
            for rule in rules.values()
        ]
        listed += [
            {
                "name": rule.name,
                "severity": rule.severity,
                "summary": rule.summary,
                "since": "0.1.0",
                "stacks": ("1", "2", "4"),
                "fixes": (),
                "found_by": "stream",
            }
            for rule in HARNESS_RULES.values()
        ]
        click.echo(json.dumps({"schema_version": 1, "rules": listed}, indent=1))
        return 0
    widest = max(len(name) for name in rules)
    for rule in rules.values():
        click.echo(f"{rule.name:<{widest}}  {rule.severity:<7}  {rule.summary}")
    click.echo("\nFound by sse-check stream:\n")
    for one in HARNESS_RULES.values():
        click.echo(f"{one.name:<{widest}}  {one.severity:<7}  {one.summary}")
    return 0


def run_explain(name: str, *, allowed: bool) -> int:
    if name in HARNESS_RULES:
        click.echo(HARNESS_RULES[name].text, nl=False)
        return 0
    rules = _loaded(allowed=allowed)
    if name not in rules:
        hint = meant(name, (*rules, *HARNESS_RULES)) or "; `sse-check rules` lists them"
        raise UseError(f"there is no rule `{name}`{hint}")
    click.echo(rules[name].text, nl=False)
    return 0
