"""Copies of htmx among a project's own files and in its installed packages, and their versions."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from sse_check.htmx.contents import Contents, contents_of, is_in_pieces, may_bring_htmx, version_in
from sse_check.htmx.stacks import Version
from sse_check.project.names import library_folders
from sse_check.source.lazy import lazy
from sse_check.source.reading import UnreadableError, read_file

# A line of a package's RECORD that is a copy of htmx.
_RECORDED = lazy(r"^([^,\n]*/(htmx[^/,\n]*\.js)),")
_SKIPPED = frozenset((".git", "node_modules", ".venv", "venv", "site-packages", "__pycache__"))
_MOST_FOLDERS = 5_000
_LARGEST = 1_000_000


@dataclass(eq=False)
class OwnScript:
    """A script of the project: read once, however many pages load it."""

    text: str

    @cached_property
    def contents(self) -> Contents:
        return contents_of(self.text)

    @cached_property
    def names_htmx(self) -> bool:
        return "htmx" in self.text

    @cached_property
    def may_bring_htmx(self) -> bool:
        return may_bring_htmx(self.text)

    @cached_property
    def is_in_pieces(self) -> bool:
        return is_in_pieces(self.text)

    @cached_property
    def version(self) -> Version | None:
        """The version that htmx's own source tells."""
        return version_in(self.text)


class Served(Protocol):
    """The scripts of a page that came from a server, and not from a project's files."""

    def is_own(self, url: str) -> bool:
        """Whether an address is one of that server."""
        ...

    def text_of(self, url: str, /) -> str | None:
        """The text of one of its scripts; None when that is not known."""
        ...


def own_scripts(root: str) -> dict[str, list[str]]:
    """The paths of the scripts in the project's folders, by file name."""
    found: dict[str, list[str]] = {}
    for path in _walked(root):
        found.setdefault(os.path.basename(path), []).append(path)
    return found


def _walked(root: str) -> Iterator[str]:
    for number, (folder, folders, names) in enumerate(os.walk(root)):
        folders[:] = [f for f in folders if f not in _SKIPPED and not f.startswith(".")]
        if number > _MOST_FOLDERS:
            return
        yield from (os.path.join(folder, name) for name in names if name.endswith((".js", ".mjs")))


def own_script(paths: list[str], address: str) -> str | None:
    """The file that an address means: the one whose place ends most like it."""
    wanted = address.split("/")
    return max(
        paths,
        key=lambda path: (_shared_ending(path.replace(os.sep, "/").split("/"), wanted), path),
        default=None,
    )


def read_script(path: str, within: str = "") -> str | None:
    """The text of a script, its beginning where it is large; None when it cannot be read."""
    try:
        data = read_file(path, limit=_LARGEST, within=within, cut=True)
    except UnreadableError:
        return None
    return data.decode("utf-8", "replace")


def installed_copies(root: str) -> dict[str, list[str]]:
    """The paths of copies in the packages of a project's environment, by file name.

    Packages list their files: that is read rather than their folders, which are thousands.
    """
    found: dict[str, list[str]] = {}
    for library in library_folders(root):
        for name in sorted(os.listdir(library)):
            if not name.endswith(".dist-info"):
                continue
            for path, file in _recorded(os.path.join(library, name, "RECORD")):
                found.setdefault(file, []).append(os.path.join(library, path))
    return found


def _recorded(record: str) -> Iterator[tuple[str, str]]:
    try:
        text = read_file(record).decode("utf-8", "replace")
    except UnreadableError:
        return
    if "/htmx" not in text:
        return
    for line in text.splitlines():
        match = _RECORDED.match(line)
        if match is not None:
            yield match[1], match[2]


def version_among(paths: list[str], address: str) -> Version | None:
    """The version of the copy that an address means; None when several could be meant.

    A file name alone says nothing: many packages have a copy of it.
    """
    wanted = address.split("/")
    shared = {path: _shared_ending(path.replace(os.sep, "/").split("/"), wanted) for path in paths}
    most = max(shared.values(), default=0)
    versions = {_version_of(path) for path, count in shared.items() if count == most > 1}
    return versions.pop() if len(versions) == 1 else None


def _shared_ending(left: list[str], right: list[str]) -> int:
    count = 0
    for one, other in zip(reversed(left), reversed(right), strict=False):
        if one != other:
            break
        count += 1
    return count


def _version_of(path: str, within: str = "") -> Version | None:
    """The version that a copy of htmx carries; None when it tells none or cannot be read."""
    text = read_script(path, within)
    return version_in(text) if text is not None else None
