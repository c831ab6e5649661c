"""`sse-check init`: a first configuration, and the entry for pre-commit."""

import os

import click

from sse_check import __version__
from sse_check.cli.errors import UseError
from sse_check.source.reading import UnreadableError, read_file
from sse_check.source.writing import UnwritableError, write_file

_TABLE = """[tool.sse-check]
# profile = "browser"       # only what goes wrong in the browser; "contract" asks for more
# fail-on = "warning"       # what makes the exit status 1; "error" without this
# exclude = ["old/"]
# baseline = "sse-check-baseline.json"
"""
_HOOK = """# In .pre-commit-config.yaml:
repos:
  - repo: URL-OF-THIS-REPOSITORY
    rev: v{version}
    hooks:
      - id: sse-check
"""


def run_init() -> int:
    shared, own = "pyproject.toml", "sse-check.toml"
    before = _read(shared)
    if os.path.lexists(own) or (before is not None and "[tool.sse-check" in before):
        raise UseError("this project has a configuration already")
    if before is not None:
        _write(shared, f"{before.rstrip()}\n\n{_TABLE}", before)
        click.echo("pyproject.toml: added [tool.sse-check]")
    else:
        _write(own, _TABLE.partition("\n")[2], None)
        click.echo("sse-check.toml: written")
    click.echo(f"\nTo check before every commit:\n\n{_HOOK.format(version=__version__)}")
    return 0


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
