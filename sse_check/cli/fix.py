"""`--fix`, `--unsafe-fixes` and `--diff`: mend what can be mended, and check again."""

import difflib
from collections.abc import Callable
from pathlib import Path

import click

from sse_check.cli.errors import UseError
from sse_check.findings.fixes import Changes, apply_fixes
from sse_check.findings.result import Result
from sse_check.source import Source

# A fix may bring out another finding; fixes that never come to an end are a fault of theirs.
_MOST_ROUNDS = 8


def run_fixes(
    checked: Callable[[], tuple[Result, bool]], *, unsafe: bool, dry: bool
) -> tuple[Result, bool, bool]:
    """Fix until nothing is left to fix. With `dry` print what the first round would change."""
    result, unreadable = checked()
    applied = 0
    for _ in range(_MOST_ROUNDS):
        changes = apply_fixes(result.findings, unsafe=unsafe)
        if not changes.applied:
            break
        if dry:
            _print_difference(changes)
            return result, unreadable, True
        for path, (source, text) in changes.texts.items():
            _rewrite(path, source, text)
        applied += changes.applied
        result, unreadable = checked()
    if applied:
        click.echo(f"{applied} fixed", err=True)
    return result, unreadable, bool(applied)


def _print_difference(changes: Changes) -> None:
    for path, (source, text) in sorted(changes.texts.items()):
        lines = difflib.unified_diff(
            source.text.splitlines(keepends=True),
            text.splitlines(keepends=True),
            f"a/{path}",
            f"b/{path}",
        )
        for line in lines:
            click.echo(
                line if line.endswith("\n") else line + "\n\\ No newline at end of file\n", nl=False
            )


def _rewrite(path: str, source: Source, text: str) -> None:
    """Write a file in its own encoding; line ends are part of the text."""
    try:
        Path(path).write_bytes(text.encode(source.encoding))
    except OSError as error:
        raise UseError(f"{path}: cannot be written: {error.strerror}") from error
