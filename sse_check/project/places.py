"""Where a project ends, whose files are heeded, and what the user has said of it.

A checkout is somebody else's text: nothing in it may make this program run its code or read
what lies outside it. What may is said by the user, on the command line or in `trust.toml` in
the user's own configuration folder.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from sse_check.source.reading import UnreadableError, read_file

_REPOSITORY_MARKS = (".git", ".hg")
PROJECT_MARKS = (
    "sse-check.toml",
    "pyproject.toml",
    "manage.py",
    "setup.py",
    "setup.cfg",
    "package.json",
    *_REPOSITORY_MARKS,
)
# What mostly lies at the top of a project; each of the others says more.
_WEAK_MARKS = ("requirements.txt", "Pipfile", "Procfile", "Dockerfile")
_LARGEST_TRUST = 1024 * 1024


def folders_above(folder: str) -> Iterator[str]:
    """A folder and all that it lies in, up to the root of the file system."""
    folder = os.path.abspath(folder)
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent


def repository_of(folder: str) -> str | None:
    """The root of the repository in which a folder lies."""
    for above in folders_above(folder):
        if any(os.path.lexists(os.path.join(above, mark)) for mark in _REPOSITORY_MARKS):
            return above
    return None


def project_root(target: str) -> str:
    """The nearest folder at or above `target` that looks like the top of a project.

    Templates refer to each other across folders, so one file is read in its whole project.
    Without any mark the folder that holds the template folder is the project, else the folder
    itself.
    """
    start = os.path.abspath(target if os.path.isdir(target) else os.path.dirname(target))
    marked = _marked(start, PROJECT_MARKS) or _marked(start, _WEAK_MARKS)
    return marked or _above_templates(start)


def _marked(start: str, marks: tuple[str, ...]) -> str | None:
    """The nearest folder with one of these files in it, and none above the user's own."""
    home = os.path.expanduser("~")
    for folder in folders_above(start):
        if _has_mark(folder, marks, start):
            return folder
        if folder == home:
            break
    return None


def _has_mark(folder: str, marks: tuple[str, ...], start: str) -> bool:
    paths = (os.path.join(folder, mark) for mark in marks)
    return any(os.path.lexists(path) and is_heeded(path, start) for path in paths)


def own_package(root: str) -> str:
    """The name by which the modules in a project may import each other; "" where its top is known.

    Without any mark the top may lie higher: `from app.db import x` is `db.py` in the folder `app`.
    """
    marked = _has_mark(root, (*PROJECT_MARKS, *_WEAK_MARKS), root)
    return "" if marked else os.path.basename(root)


def settings_end(folder: str) -> str:
    """The last folder above `folder` in which settings for it may lie."""
    return repository_of(folder) or project_root(folder)


def _above_templates(folder: str) -> str:
    parts = folder.split(os.sep)
    for name in ("templates", "pages"):
        if name in parts:
            # The innermost: what lies above a project may have any name.
            place = len(parts) - 1 - parts[::-1].index(name)
            return os.sep.join(parts[:place]) or os.sep
    return folder


def boundary_of(root: str) -> str:
    """The folder out of which no link is followed: the repository of a project, else itself."""
    return repository_of(root) or root


def is_heeded(path: str, start: str) -> bool:
    """Whether a file says something about what lies in `start`.

    It must belong to the user, to root, or to whom the looked-at folder belongs: in a shared
    folder such as /tmp anybody can put a file above the others' projects.
    """
    if not hasattr(os, "getuid"):
        return True
    try:
        owner = os.stat(path).st_uid
        return owner in (0, os.getuid(), os.stat(start).st_uid)
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Trust:
    """What the user allows for a project."""

    rules: bool = False
    links: bool = False


def user_folder() -> str:
    """The user's configuration folder of this program."""
    base = os.environ.get("APPDATA") if os.name == "nt" else os.environ.get("XDG_CONFIG_HOME")
    if not base or not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".config")
    return os.path.join(base, "sse-check")


def trust_file() -> str:
    return os.path.join(user_folder(), "trust.toml")


def trust_in(root: str) -> Trust:
    """What `trust.toml` says of the project at `root`; nothing when there is no such file.

    The file has two lists of folders: `allow-project-rules` and `follow-links`.
    """
    try:
        data = read_file(trust_file(), limit=_LARGEST_TRUST)
    except UnreadableError:
        return Trust()
    import tomllib

    try:
        table = tomllib.loads(data.decode())
    except (ValueError, RecursionError):
        return Trust()
    real = os.path.realpath(root)
    return Trust(
        _names(table.get("allow-project-rules"), real), _names(table.get("follow-links"), real)
    )


def _names(folders: object, root: str) -> bool:
    return isinstance(folders, list) and any(
        isinstance(folder, str) and os.path.isabs(folder) and os.path.realpath(folder) == root
        for folder in folders
    )
