"""What an app's failure is, in one line: the exception, and where in the app it was raised.

Nothing here needs a package: this is loaded into the app's own Python too.
"""

import os
import re
import sysconfig
import traceback
from collections.abc import Iterable

_LONGEST = 300
# A line of this length ends where there was no more room.
_BROKEN = 60
_FRAME = re.compile(r'\s+File "([^"]+)", line (\d+)')
# A line that an exception's own text begins with: `package.Error: why`, or `Error` alone.
_RAISED = re.compile(r"[A-Za-z_][\w.]*(?::\s|$)")
_GROUPED = re.compile(r"\s*(?:\||\+-[-+ ]*(?:\d+ -+)?)\s?(?=\s|\w|$)")
_START = "Traceback (most recent call last):"
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_LIBRARIES = ("site-packages", "dist-packages")


class RemoteError(Exception):
    """An exception of another process, as it was told there."""


def told(error: BaseException) -> str:
    """An exception in a sentence, with the line of the app that raised it."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        # Task groups wrap what their only task raised.
        error = error.exceptions[0]
    if isinstance(error, SystemExit):
        return f"the app exits (status {error.code or 0})"
    if isinstance(error, RemoteError):
        return str(error)
    if isinstance(error, SyntaxError) and error.filename:
        return f"{type(error).__name__}: {error.msg}{_at([(error.filename, error.lineno or 0)])}"
    frames = [(one.filename, one.lineno or 0) for one in traceback.extract_tb(error.__traceback__)]
    return f"{type(error).__name__}: {_in_one_line(str(error).splitlines())}{_at(frames)}"


def told_by(text: str, *, log: bool = False) -> str:
    """The same of what Python printed; empty when no traceback is in it.

    In a log other lines may follow, so only the first line of the message is taken there.
    """
    _, start, last = text.rpartition(_START)
    if not start:
        return ""
    # Those of a group are framed by a line at the left.
    lines = [_GROUPED.sub("", line) for line in last.splitlines()]
    frames = [(m[1], int(m[2])) for m in map(_FRAME.match, lines) if m is not None]
    raised = next((n for n, line in enumerate(lines) if _RAISED.match(line)), None)
    if raised is None:
        return ""
    message = lines[raised : raised + 1] if log else lines[raised:]
    return f"{_in_one_line(message)}{_at(frames)}"


def _in_one_line(lines: Iterable[str]) -> str:
    """A message as it is read in a sentence, without the advice to read on elsewhere."""
    stripped = (line.strip() for line in lines)
    kept = [line for line in stripped if line and not line.startswith("For further information")]
    flat = ""
    for before, line in zip(["", *kept], kept, strict=False):
        flat += f"{_joint(before)}{line}"
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 3] + "..."


def _joint(before: str) -> str:
    """What stands between two lines: a sentence that was broken for its length goes on."""
    if not before:
        return ""
    return " " if before[-1] in ".,:;!?" or len(before) >= _BROKEN else "; "


def _at(frames: Iterable[tuple[str, int]]) -> str:
    """The last of these places that is the app's own, in its folder: the current one."""
    here = os.getcwd()
    found = ""
    for file, line in frames:
        # `<string>` and its like are no files.
        path = os.path.abspath(file)
        if not file.startswith("<") and _is_own(path, here):
            shown = os.path.relpath(path, here).replace(os.sep, "/")
            found = f" ({shown}, line {line})"
    return found


def _is_own(path: str, here: str) -> bool:
    if not path.startswith(here + os.sep) or path.startswith(_OURS + os.sep):
        return False
    if any(part in _LIBRARIES for part in path.split(os.sep)):
        return False
    return not path.startswith(sysconfig.get_path("stdlib") + os.sep)
