"""Which Python an app runs in: the one that is named, or the project's own.

To run a Python is to do whatever who wrote it wants. One that nobody named is taken from the
project alone, and only where nobody but the user and root can have put it.
"""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sse_check.stream.around import root_around
from sse_check.stream.web import StreamError

_NAMES = (".venv", "venv", "env")
_PROGRAMS = (("bin", "python"), ("Scripts", "python.exe"), ("python.exe",))
# Folders whose files Python runs as it starts.
_LIBRARIES = ("lib", "lib/python*", "lib/python*/site-packages")
# The environment of conda itself, which it makes active in every shell: nobody chose it.
_BASE = ("base", "root")


class Python(NamedTuple):
    """The interpreter of an app, and how it was come by."""

    program: str
    # In words, for one that was not named; empty for the one that runs this.
    why: str = ""
    # Environments of the project that were not taken, each with the reason.
    left_out: tuple[str, ...] = ()


def python_for(given: str | None, folder: Path) -> Python:
    """The interpreter for an app in a folder.

    In this order: the one that is named (a program, or an environment's folder), an environment
    that is active, one that lies in the project, and the one that runs this.
    """
    if given is not None:
        found = _program(Path(given))
        if found is None:
            raise StreamError(
                f"--python {given}: neither a Python nor the folder of an environment"
            )
        return Python(found)
    for variable, place in _active():
        if (found := _python_of(place)) is not None:
            return Python(found, f"that Python is of {place}, which {variable} names")
    return _in_project(folder)


def _active() -> Iterator[tuple[str, Path]]:
    """The environments that the user's shell has made active."""
    if place := os.environ.get("VIRTUAL_ENV"):
        yield "VIRTUAL_ENV", Path(place)
    place = os.environ.get("CONDA_PREFIX")
    if place and os.environ.get("CONDA_DEFAULT_ENV") not in _BASE:
        yield "CONDA_PREFIX", Path(place)


def _in_project(folder: Path) -> Python:
    """An environment between a folder and the top of its project, the nearest first."""
    left_out: list[str] = []
    top = root_around(folder)
    for above in (folder, *folder.parents):
        for place in (above / name for name in _NAMES):
            if (found := _python_of(place)) is None:
                continue
            # The one that runs this runs already.
            why = "" if found == sys.executable else _not_the_users_own(place, found)
            if not why:
                how = f"that Python is of {place}, which was found in the project"
                return Python(found, how, tuple(left_out))
            left_out.append(f"{place} is not used: {why}; --python {place} uses it")
        if above == top:
            break
    return Python(sys.executable, left_out=tuple(left_out))


def _python_of(place: Path) -> str | None:
    """The Python of an environment; None for another folder."""
    if not os.path.isdir(place):
        return None
    if os.path.realpath(place) == os.path.realpath(sys.prefix):
        return sys.executable
    marked = os.path.isfile(place / "pyvenv.cfg") or os.path.isdir(place / "conda-meta")
    return _program(place) if marked else None


def _program(place: Path) -> str | None:
    if os.path.isdir(place):
        inside = (place.joinpath(*parts) for parts in _PROGRAMS)
        place = next((path for path in inside if os.path.isfile(path)), place)
    # The link is kept as it is: it is how Python finds its environment.
    return os.path.abspath(place) if os.path.isfile(place) and os.access(place, os.X_OK) else None


def _not_the_users_own(place: Path, program: str) -> str:
    """Why others may have a say in what an environment runs; empty when they have none."""
    if not hasattr(os, "getuid"):
        return ""
    above, inside = place.parent, Path(program)
    parts = [place, place / "pyvenv.cfg", inside.parent, inside]
    parts.extend(path for pattern in _LIBRARIES for path in sorted(place.glob(pattern)))
    try:
        if _others_may_write(above.stat()) and not above.stat().st_mode & stat.S_ISVTX:
            # Whoever may rename the environment may put another in its place.
            return f"others may write to {above}"
        return next(filter(None, map(_of_others, filter(os.path.lexists, parts))), "")
    except OSError as error:
        return str(error.strerror)


def _of_others(path: Path) -> str:
    """Why a file or folder is not the user's alone. A link counts, and what it leads to."""
    for found in (path.lstat(), path.stat()):
        if found.st_uid not in (0, os.getuid()):
            return f"{path} belongs to another user"
        if not stat.S_ISLNK(found.st_mode) and _others_may_write(found):
            return f"others may write to {path}"
    return ""


def _others_may_write(found: os.stat_result) -> bool:
    if found.st_mode & stat.S_IWOTH:
        return True
    return bool(found.st_mode & stat.S_IWGRP) and not _is_own_group(found.st_gid)


def _is_own_group(group: int) -> bool:
    """Whether nobody but the user is in a group: many systems give each user one of that kind."""
    import grp
    import pwd

    if group == 0:
        return True
    try:
        user, found = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(group)
    except KeyError:
        return False
    return found.gr_name == user and set(found.gr_mem) <= {user}


def is_apart() -> bool:
    """Whether sse-check runs in an environment that was made for it alone, by pipx or uv."""
    words = Path(sys.prefix).parts
    return "pipx" in words or "uv" in words or "archive-v0" in words
