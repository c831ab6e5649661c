"""`sse-check init`: what a project is taken for, a first configuration, a hook for pre-commit."""

import json
import os
import sys

import click

from sse_check.cli.errors import UseError
from sse_check.cli.installed import requirement
from sse_check.cli.looking import Seen, look
from sse_check.cli.output import note
from sse_check.cli.settings import rule_folders, settings_at, shown_path
from sse_check.findings.check import select_rules
from sse_check.findings.loader import RuleError, load_rules
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from sse_check.report.style import Style, no_commands, wants_colour
from sse_check.source.counted import counted
from sse_check.source.reading import UnreadableError, read_file
from sse_check.source.writing import UnwritableError, write_file

_OWN, _SHARED = "sse-check.toml", "pyproject.toml"
_HEAD = "[tool.sse-check]\n"
_TABLE = """# Nothing has to be set: what `sse-check init` shows is found in every run.
# fail-on = "warning"       # what makes the exit status 1; "error" without this
# exclude = ["old/"]        # in the manner of .gitignore
"""
_ASSUMED = """# htmx = "2"                # which htmx the pages load: no script of theirs tells
"""
_HOOK = """repos:
  - repo: local
    hooks:
      - id: sse-check
        name: sse-check
        entry: sse-check
        language: python
        additional_dependencies: [{requirement}]
        files: '\\.(html?|xhtml|jinja2?|j2|kida|djhtml|py|toml)$'
        pass_filenames: false
"""


def _say(line: str) -> None:
    click.echo(no_commands(line))


def run_init() -> int:
    settings = settings_at(".")
    before = _read(_SHARED)
    style = Style(wants_colour("auto", sys.stdout))
    seen = _look(settings)
    for name, text in seen.rows:
        _say(f"{style(name.ljust(12), 'dim')} {text}")
    _say("")
    if settings.source or os.path.lexists(_OWN):
        where = shown_path(settings.source or _OWN)
        _say(f"{where}: the project's configuration; nothing was written")
        _say_hook()
        return 0
    if not seen.is_project:
        raise UseError(
            "there is no template and no Python file here; run this in your project's folder"
        )
    _write_settings(seen, before)
    _say_hook()
    for line in _next(seen, style):
        _say(line)
    return 0


def _say_hook() -> None:
    _say("\nTo check before every commit, in .pre-commit-config.yaml:\n")
    wanted = requirement()
    _say(_HOOK.format(requirement=json.dumps(wanted, ensure_ascii=False)))
    if " @ file:" in wanted:
        _say("It names the copy on this machine, from which sse-check was installed here.\n")


def _write_settings(seen: Seen, before: str | None) -> None:
    """Settings that set nothing yet, where the project has its others."""
    table = _TABLE + (_ASSUMED if seen.assumes_htmx else "")
    if before is not None:
        start = f"{before.rstrip()}\n\n" if before.strip() else ""
        _write(_SHARED, f"{start}{_HEAD}{table}", before)
        _say(f"{_SHARED}: added [tool.sse-check]")
    else:
        _write(_OWN, table, None)
        _say(f"{_OWN}: written")


def _look(settings: Settings) -> Seen:
    """The project in the current folder, with what could not be read."""
    for path, message in settings.notes:
        note(f"{shown_path(path)}: {message}")
    try:
        rules = load_rules(rule_folders(settings, ".", allowed=False) or ())
    except RuleError as error:
        raise UseError(str(error)) from error
    project = Project.load(os.path.abspath("."), settings)
    seen = look(project, select_rules(rules, settings))
    for problem in seen.result.problems:
        note(f"{problem.path}: {problem.message}")
    return seen


def _next(seen: Seen, style: Style) -> list[str]:
    """What to do now."""
    findings = seen.result.findings
    if not findings:
        return [f"{style('sse-check', 'bold')} finds nothing to say about this project today"]
    named = [
        counted(seen.result.count(level), level)
        for level in ("error", "warning", "info")
        if seen.result.count(level)
    ]
    baseline = style("sse-check --write-baseline sse-check-baseline.json", "bold")
    return [
        f"{style('sse-check', 'bold')} shows what it finds today: {', '.join(named)}",
        f"{baseline} puts them off, so that only what is new is reported",
    ]


def _read(path: str) -> str | None:
    if not os.path.lexists(path):
        return None
    try:
        return read_file(path).decode("utf-8")
    except UnreadableError as error:
        raise UseError(f"{path}: {error.why}") from error
    except UnicodeDecodeError as error:
        raise UseError(f"{path}: not UTF-8, so no TOML: {error.reason}") from error


def _write(path: str, text: str, before: str | None) -> None:
    expected = before.encode() if before is not None else None
    try:
        write_file(os.path.abspath(path), text.encode(), expected=expected)
    except UnwritableError as error:
        raise UseError(f"{path}: {error.why}") from error
