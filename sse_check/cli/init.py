"""`sse-check init`: a first configuration, and the entry for pre-commit."""

from pathlib import Path

import click

from sse_check import __version__
from sse_check.cli.errors import UseError

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
    shared, own = Path("pyproject.toml"), Path("sse-check.toml")
    if own.exists() or (shared.exists() and "[tool.sse-check" in shared.read_text("utf-8")):
        raise UseError("this project has a configuration already")
    try:
        if shared.exists():
            text = shared.read_text("utf-8")
            shared.write_text(f"{text.rstrip()}\n\n{_TABLE}", "utf-8")
            click.echo("pyproject.toml: added [tool.sse-check]")
        else:
            own.write_text(_TABLE.partition("\n")[2], "utf-8")
            click.echo("sse-check.toml: written")
    except OSError as error:
        raise UseError(f"{error.filename}: cannot be written: {error.strerror}") from error
    click.echo(f"\nTo check before every commit:\n\n{_HOOK.format(version=__version__)}")
    return 0
