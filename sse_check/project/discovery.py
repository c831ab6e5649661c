"""Find the template files of a project: one walk, nothing vendored, nothing ignored."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter

from sse_check.project.ignore import Level, Patterns, decide, read_patterns
from sse_check.project.places import PROJECT_MARKS, boundary_of
from sse_check.source.reading import UnreadableError, leads_out, read_file, reason
from sse_check.source.seen import seen

TEMPLATE_SUFFIXES = (
    ".html",
    ".htm",
    ".gohtml",
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
    ".templ .astro .hbs .handlebars .mustache .tmpl .tera .twig .njk .ejs .erb .php .vue "
    ".svelte .heex .cshtml .razor .pug .haml .liquid .blade .jsp .ftl .tpl .mako .mak .pt "
    ".jte .kte .qute .slim .leaf .gsp".split()
)
# What servers are written in that are not read, and may write markup themselves.
LANGUAGES = {
    ".go": "Go",
    ".rs": "Rust",
    ".hs": "Haskell",
    ".java": "Java",
    ".kt": "Kotlin",
    ".scala": "Scala",
    ".clj": "Clojure",
    ".cs": "C#",
    ".fs": "F#",
    ".rb": "Ruby",
    ".ex": "Elixir",
    ".gleam": "Gleam",
    ".ml": "OCaml",
    ".swift": "Swift",
    ".dart": "Dart",
    ".nim": "Nim",
    ".cr": "Crystal",
}
_LANGUAGE_SUFFIXES = tuple(LANGUAGES)
_VENDORED = frozenset(
    "node_modules bower_components site-packages dist-packages __pycache__ __pypackages__".split()
)
# What tools write: reports of coverage, built documentation and sites. The plain words are meant
# at the top of a project only.
_OUTPUT = frozenset("htmlcov _build _site".split())
_OUTPUT_AT_THE_TOP = frozenset("build coverage site".split())
# A folder of such a name in which these lie, or Python, is not written by a tool.
_SOURCES = frozenset("pyproject.toml templates pages".split())
_TEMPLATE_FOLDERS = frozenset("templates template jinja2 jinja pages views kida".split())
_LARGEST_IGNORE = 1024 * 1024
_NAME = attrgetter("name")


@dataclass(slots=True)
class Found:
    """What a walk met, as paths below the folder it started from (`/` between the parts)."""

    templates: list[str] = field(default_factory=list)
    python: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    # Source of servers in other languages.
    sources: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


def is_template(name: str) -> bool:
    # Emacs marks a file that is being edited by a link of such a name, which leads nowhere.
    return name.lower().endswith(TEMPLATE_SUFFIXES) and not name.startswith(".#")


def names_that_count(entries: Iterable[os.DirEntry[str]]) -> frozenset[str]:
    """The names in a folder that a walk heeds: what editors put beside a file is none of them."""
    return frozenset(
        entry.name
        for entry in entries
        if (_may_be_entered(entry.name) if _is_folder(entry) else _is_heeded(entry.name))
    )


def _is_heeded(name: str) -> bool:
    return bool(_kind_of(name)) or name in (".gitignore", "pyvenv.cfg")


def _kind_of(name: str) -> str:
    """Among which files one of this name is kept; "" for one that says nothing."""
    if is_template(name):
        return "templates"
    if name.endswith(".py"):
        return "python"
    if name.endswith((".js", ".mjs", ".ts", ".tsx", ".jsx")):
        return "scripts"
    if name.endswith(_FOREIGN_SUFFIXES):
        return "foreign"
    if name.endswith(_LANGUAGE_SUFFIXES):
        return "sources"
    is_mark = name in PROJECT_MARKS or re.match(r"requirements.*\.txt$", name)
    return "marks" if is_mark else ""


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _may_be_entered(name: str) -> bool:
    return not (name.startswith(".") or name in _VENDORED or name.endswith(".egg-info"))


def walk(root: str, exclude: tuple[str, ...] = (), *, follow_links: bool = False) -> Found:
    """Walk `root` once. No folder is entered twice, and no link out of the project followed."""
    return _Walk(root, exclude, follow_links).run()


class _Walk:
    def __init__(self, root: str, exclude: tuple[str, ...], follow_links: bool) -> None:
        self.root = root
        self.within = "" if follow_links else boundary_of(root)
        self.found = Found()
        self.entered: set[tuple[int, int]] = set()
        patterns, refused = read_patterns("\n".join(exclude))
        self.excludes: list[Level] = [("", patterns)] if exclude else []
        self.found.problems.extend(("exclude", problem) for problem in refused)

    def run(self) -> Found:
        pending: list[tuple[str, list[Level]]] = [("", [])]
        while pending:
            folder, levels = pending.pop()
            pending.extend(reversed(list(self._folder(folder, levels))))
        found = self.found
        for paths in (found.templates, found.python, found.scripts, found.foreign):
            paths.sort()
        found.sources.sort()
        found.marks.sort()
        return found

    def _folder(self, folder: str, levels: list[Level]) -> Iterator[tuple[str, list[Level]]]:
        path = os.path.join(self.root, folder) if folder else self.root
        try:
            status = os.stat(path)
            entries = sorted(os.scandir(path), key=_NAME)
        except OSError as error:
            self.found.problems.append((folder or ".", f"cannot be read: {reason(error)}"))
            return
        identity = (status.st_dev, status.st_ino)
        if identity in self.entered:
            return
        self.entered.add(identity)
        names = {entry.name for entry in entries}
        if seen.wanted:
            seen.folders[path] = names_that_count(entries)
        if folder and ("pyvenv.cfg" in names or self._is_output(folder, names)):
            return
        if ".gitignore" in names:
            levels = [*levels, (folder, self._patterns(folder, path))]
        for entry in entries:
            below = f"{folder}/{entry.name}" if folder else entry.name
            if _is_folder(entry):
                if self._enters(entry, below, levels):
                    yield below, levels
            else:
                self._file(entry.name, below, levels)

    def _is_output(self, folder: str, names: set[str]) -> bool:
        """Whether a folder holds what a tool has written; `exclude = ["!site/"]` says no."""
        *above, name = folder.split("/")
        if names & _SOURCES or _TEMPLATE_FOLDERS.intersection(above):
            return False
        if any(other.endswith(".py") for other in names):
            return False
        if name not in _OUTPUT and not (
            name in _OUTPUT_AT_THE_TOP and self._is_top("/".join(above))
        ):
            return False
        return decide(folder + "/", self.excludes) is not False

    def _is_top(self, folder: str) -> bool:
        """Whether a folder is the top of a project, of which one may hold several."""
        path = os.path.join(self.root, folder)
        return not folder or any(os.path.lexists(os.path.join(path, m)) for m in PROJECT_MARKS)

    def _patterns(self, folder: str, path: str) -> Patterns | None:
        shown = f"{folder}/.gitignore" if folder else ".gitignore"
        try:
            file = os.path.join(path, ".gitignore")
            data = read_file(file, limit=_LARGEST_IGNORE, within=self.within)
        except UnreadableError as error:
            self.found.problems.append((shown, error.why))
            return None
        patterns, refused = read_patterns(data.decode("utf-8", "replace"))
        self.found.problems.extend((shown, problem) for problem in refused)
        return patterns

    def _enters(self, entry: os.DirEntry[str], path: str, levels: list[Level]) -> bool:
        name = entry.name
        if not _may_be_entered(name):
            return False
        if self._ignored(path + "/", levels):
            return False
        if self.within and entry.is_symlink() and leads_out(entry.path, self.within):
            self.found.problems.append((path, "not read: this link leads out of the project"))
            return False
        return True

    def _ignored(self, path: str, levels: list[Level]) -> bool:
        if self.excludes and decide(path, self.excludes):
            return True
        return bool(levels) and bool(decide(path, levels))

    def _file(self, name: str, path: str, levels: list[Level]) -> None:
        found = self.found
        kept = _kind_of(name)
        if kept and not self._ignored(path, levels):
            getattr(found, kept).append(path)
