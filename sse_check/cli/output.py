"""The one way in which a command prints and writes what it has to say."""

import os
import sys

import click

from sse_check.cli.errors import UseError
from sse_check.report.style import json_safe, markup_safe, no_commands, visible
from sse_check.source.printable import printable
from sse_check.source.reading import LARGEST_FILE
from sse_check.source.writing import UnwritableError, write_file

# Formats for people, in whose lines a text from a file may stand first; and those of JSON.
_LINES = ("text", "concise")
_JSON = ("json", "sarif", "gitlab", "rdjson")
_MARKUP = ("html", "junit", "checkstyle")
# Standard input is a text that somebody edits.
_LARGEST_INPUT = LARGEST_FILE


def write_report(text: str, path: str | None, format_: str = "text") -> None:
    """Print a report, or put it into a file: the whole of it, or an error and nothing."""
    if format_ in _LINES:
        text = no_commands(text)
    elif format_ in _JSON:
        text = json_safe(text)
    elif format_ in _MARKUP:
        text = markup_safe(text)
    # Names of files may hold what no encoding can; the formats make them printable.
    data = printable(text).encode()
    if path is None:
        try:
            _print(data)
        except BrokenPipeError:
            # The reader of a pipe went away: what the run comes to is the same.
            print_no_more()
        return
    if format_ != "html" and _is_source(path) and os.path.exists(path):
        raise UseError(f"{path}: not written: it is no report, and would be lost")
    try:
        write_file(os.path.abspath(path), data)
    except UnwritableError as error:
        raise UseError(f"{path}: {error.why}") from error


def _print(data: bytes) -> None:
    sys.stdout.flush()
    out = getattr(sys.stdout, "buffer", None)
    if out is None:
        sys.stdout.write(data.decode())
    else:
        out.write(data)
        out.flush()


class _Reader:
    is_gone = False


def print_no_more() -> None:
    """What is left in the buffer would be tried again at the end."""
    _Reader.is_gone = True
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def is_reader_gone() -> bool:
    """Whether nobody sees what is printed any more."""
    return _Reader.is_gone


def _is_source(path: str) -> bool:
    """Whether a file is named like those that are checked: a slip of the hand would lose it."""
    from sse_check.project.discovery import is_template

    return is_template(path) or path.endswith((".py", ".toml"))


def read_stdin() -> bytes:
    """What comes on standard input, up to the size of the largest file."""
    if sys.stdin is None:
        raise UseError("standard input is closed")
    data = sys.stdin.buffer.read(_LARGEST_INPUT + 1)
    if len(data) > _LARGEST_INPUT:
        raise UseError(f"standard input is larger than {_LARGEST_INPUT // (1024 * 1024)} MB")
    return data


def complain(message: str) -> None:
    """Say on standard error what went wrong. Further lines are set in, and none is a command."""
    first, *others = message.splitlines() or [""]
    lines = [f"sse-check: {visible(first)}", *(f"  {visible(line)}" for line in others)]
    click.echo(no_commands("\n".join(lines)), err=True)


def note(message: str) -> None:
    """Tell the user something beside the report."""
    click.echo(no_commands(visible(message)), err=True)
