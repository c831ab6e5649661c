"""Which Python an app runs in: the one that is named, or the project's own."""

import os
import sys
from pathlib import Path

from sse_check.stream.web import StreamError

_NAMES = (".venv", "venv", "env")
_PROGRAMS = (("bin", "python"), ("Scripts", "python.exe"))


def python_for(given: str | None, folder: Path) -> str:
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
        return found
    active = os.environ.get("VIRTUAL_ENV")
    places = [Path(active)] if active else []
    for above in (folder, *folder.parents):
        places.extend(above / name for name in _NAMES)
        if (above / "pyproject.toml").exists() or (above / ".git").exists():
            break
    for place in places:
        if _is_this(place):
            return sys.executable
        if (place / "pyvenv.cfg").is_file() and (found := _program(place)) is not None:
            return found
    return sys.executable


def _program(place: Path) -> str | None:
    if place.is_dir():
        inside = (place.joinpath(*parts) for parts in _PROGRAMS)
        place = next((path for path in inside if path.is_file()), place)
    # The link is kept as it is: it is how Python finds its environment.
    return os.path.abspath(place) if place.is_file() and os.access(place, os.X_OK) else None


def _is_this(place: Path) -> bool:
    return place.is_dir() and os.path.realpath(place) == os.path.realpath(sys.prefix)


def is_apart() -> bool:
    """Whether sse-check runs in an environment that was made for it alone, by pipx or uv."""
    words = Path(sys.prefix).parts
    return "pipx" in words or "uv" in words or "archive-v0" in words
