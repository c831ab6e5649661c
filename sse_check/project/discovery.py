"""Find the template files of a project: one walk, nothing vendored, nothing ignored."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sse_check.project.ignore import Rule, is_ignored, read_rules

TEMPLATE_SUFFIXES = (
    ".html",
    ".htm",
    ".xhtml",
    ".jinja",
    ".jinja2",
    ".j2",
    ".kida",
    ".django",
    ".djhtml",
)
# Templates of other servers: they are not read, but named when they speak of events.
_FOREIGN_SUFFIXES = tuple(
    ".templ .hbs .handlebars .mustache .gohtml .tmpl .tera .twig .njk .ejs .erb .php .vue "
    ".svelte .heex .cshtml .razor .pug .haml .liquid .blade .jsp .ftl".split()
)
_VENDORED = frozenset(
    "node_modules bower_components site-packages dist-packages __pycache__ __pypackages__".split()
)
_PROJECT_MARKS = (
    "sse-check.toml",
    "pyproject.toml",
    "manage.py",
    "setup.py",
    "setup.cfg",
    "package.json",
    ".git",
    ".hg",
)


@dataclass(slots=True)
class Found:
    """What a walk met, as paths below the folder it started from (`/` between the parts)."""

    templates: list[str] = field(default_factory=list)
    python: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


def project_root(target: str) -> str:
    """The nearest folder at or above `target` that looks like the top of a project.

    Templates refer to each other across folders, so one file is read in its whole project.
    Without any mark the folder that holds the template folder is the project, else the folder
    itself.
    """
    start = target if os.path.isdir(target) else os.path.dirname(target)
    folder = os.path.abspath(start)
    fallback = _above_templates(folder)
    home = os.path.expanduser("~")
    while True:
        if any(os.path.exists(os.path.join(folder, mark)) for mark in _PROJECT_MARKS):
            return folder
        parent = os.path.dirname(folder)
        if folder in (parent, home):
            return fallback
        folder = parent


def _above_templates(folder: str) -> str:
    parts = folder.split(os.sep)
    for name in ("templates", "pages"):
        if name in parts:
            return os.sep.join(parts[: parts.index(name)]) or os.sep
    return folder


def is_template(name: str) -> bool:
    return name.lower().endswith(TEMPLATE_SUFFIXES)


def compile_excludes(patterns: tuple[str, ...]) -> tuple[Rule, ...]:
    return read_rules("\n".join(patterns))


def walk(root: str, exclude: tuple[str, ...] = ()) -> Found:
    """Walk `root` once. Links to folders are followed, but no folder is entered twice."""
    return _Walk(root, compile_excludes(exclude)).run()


class _Walk:
    def __init__(self, root: str, excludes: tuple[Rule, ...]) -> None:
        self.root = root
        self.excludes = [("", excludes)] if excludes else []
        self.found = Found()
        self.entered: set[tuple[int, int]] = set()

    def run(self) -> Found:
        pending: list[tuple[str, list[tuple[str, tuple[Rule, ...]]]]] = [("", [])]
        while pending:
            folder, levels = pending.pop()
            pending.extend(reversed(list(self._folder(folder, levels))))
        found = self.found
        for paths in (found.templates, found.python, found.scripts, found.foreign, found.marks):
            paths.sort()
        return found

    def _folder(
        self, folder: str, levels: list[tuple[str, tuple[Rule, ...]]]
    ) -> Iterator[tuple[str, list[tuple[str, tuple[Rule, ...]]]]]:
        path = os.path.join(self.root, folder) if folder else self.root
        try:
            status = os.stat(path)
            entries = sorted(os.scandir(path), key=lambda entry: entry.name)
        except OSError as error:
            self.found.problems.append((folder or ".", f"cannot be read: {error.strerror}"))
            return
        identity = (status.st_dev, status.st_ino)
        if identity in self.entered:
            return
        self.entered.add(identity)
        names = {entry.name for entry in entries}
        if "pyvenv.cfg" in names and folder:
            return
        if ".gitignore" in names:
            levels = [*levels, (folder, self._rules(os.path.join(path, ".gitignore")))]
        for entry in entries:
            below = f"{folder}/{entry.name}" if folder else entry.name
            if self._is_folder(entry):
                if self._enters(entry.name, below, levels):
                    yield below, levels
            else:
                self._file(entry.name, below, levels)

    @staticmethod
    def _rules(path: str) -> tuple[Rule, ...]:
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                return read_rules(file.read())
        except OSError:
            return ()

    @staticmethod
    def _is_folder(entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_dir()
        except OSError:
            return False

    def _enters(self, name: str, path: str, levels: list[tuple[str, tuple[Rule, ...]]]) -> bool:
        if name.startswith(".") or name in _VENDORED or name.endswith(".egg-info"):
            return False
        return not self._ignored(path, True, levels)

    def _ignored(
        self, path: str, is_folder: bool, levels: list[tuple[str, tuple[Rule, ...]]]
    ) -> bool:
        if self.excludes and is_ignored(path, is_folder, self.excludes):
            return True
        return bool(levels) and is_ignored(path, is_folder, levels)

    def _file(self, name: str, path: str, levels: list[tuple[str, tuple[Rule, ...]]]) -> None:
        found = self.found
        if is_template(name):
            kept = found.templates
        elif name.endswith(".py"):
            kept = found.python
        elif name.endswith((".js", ".mjs", ".ts", ".tsx", ".jsx")):
            kept = found.scripts
        elif name.endswith(_FOREIGN_SUFFIXES):
            kept = found.foreign
        elif name in _PROJECT_MARKS or re.match(r"requirements.*\.txt$", name):
            kept = found.marks
        else:
            return
        if not self._ignored(path, False, levels):
            kept.append(path)
