"""From what the user names to a project and the files in it that are wanted."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from sse_check.cli.errors import UseError, meant
from sse_check.markup.take_in import take_in_markup, with_inner
from sse_check.project.places import boundary_of, project_root
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from sse_check.source.lazy import lazy
from sse_check.source.reading import leads_out

# What a first word may also be.
COMMANDS = ("check", "explain", "init", "map", "rules", "schema", "stream", "tree")
_PYTHON = (".py", ".pyi")
_APP = lazy(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*\Z")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A project and the paths in it, relative to its folder, whose findings are asked for.

    `named` are the files and folders that the user named, `""` for the project's own folder.
    """

    project: Project
    paths: tuple[str, ...]
    named: frozenset[str] = frozenset()
    # Whether the whole of the project is wanted.
    whole: bool = False

    @property
    def unreadable(self) -> bool:
        """Whether something could not be read that was to be read."""
        files = self.project.files
        wanted = set(self.paths)
        spoilt = {path for path in files.problems if path in wanted} - files.no_files
        folders = {"" if path == "." else path for path, _ in files.found.problems}
        # Where nothing at all was found, it may be in what could not be read.
        shut = any(why.startswith("cannot be read") for _, why in files.found.problems)
        nothing_else = not self.paths and shut
        return bool(spoilt or nothing_else or self.named & {*files.problems, *folders})


def open_targets(
    targets: tuple[str, ...],
    settings_of: Callable[[str], Settings],
    *,
    stdin: bytes | None = None,
    stdin_filename: str | None = None,
    replaced: Mapping[str, bytes] = MappingProxyType({}),
) -> list[Wanted]:
    """Open each project that the targets lie in, once, with the settings of its own.

    `replaced` are texts to be read in place of those in the files at these full paths.
    """
    settled: dict[str, Settings] = {}
    by_root: dict[str, list[str]] = {}
    for target in targets or (".",):
        path = _named(target, stdin_filename)
        settings = settings_of(path)
        root = _root(path, settings)
        settled.setdefault(root, settings)
        by_root.setdefault(root, []).append(path)
    texts = dict(replaced)
    if stdin is not None and stdin_filename is not None:
        texts[os.path.abspath(stdin_filename)] = stdin
    opened = [
        wanted
        for root, paths in by_root.items()
        for wanted in _open(root, paths, settled[root], texts)
    ]
    return _each_once(opened) if len(opened) > 1 else opened


def _each_once(opened: list[Wanted]) -> list[Wanted]:
    """A file that several of the projects hold is asked for in the innermost of them."""
    known: set[str] = set()
    left: dict[int, tuple[str, ...]] = {}
    for one in sorted(opened, key=lambda one: -len(one.project.root)):
        full = {path: os.path.join(one.project.root, path) for path in one.paths}
        left[id(one)] = tuple(path for path in one.paths if full[path] not in known)
        known.update(full.values())
    return [replace(one, paths=left[id(one)]) for one in opened]


def _named(target: str, stdin_filename: str | None) -> str:
    if target == "-":
        if stdin_filename is None:
            raise UseError(
                "the target `-` needs --stdin-filename FILE, the name the text stands for"
            )
        if os.path.isdir(stdin_filename):
            raise UseError(f"--stdin-filename {stdin_filename}: a folder; name the file")
        return os.path.abspath(stdin_filename)
    if not os.path.lexists(target):
        if _APP.match(target):
            return _app_folder(target)
        raise UseError(f"{target}: no such file or folder{_near(target)}")
    return os.path.abspath(target)


def _near(target: str) -> str:
    """A file or folder of nearly this name, or a command."""
    folder, name = os.path.split(target.rstrip("/"))
    try:
        entries = [os.path.join(folder, entry) for entry in os.listdir(folder or ".")]
    except OSError:
        entries = []
    return meant(os.path.join(folder, name), (*entries, *COMMANDS))


def _app_folder(target: str) -> str:
    """The folder of an app named as a server would: the current one, where its module must be.

    Nothing is imported: the folder's templates and routes are read as they are written.
    """
    module = target.partition(":")[0].replace(".", "/")
    if not any(os.path.exists(module + end) for end in (".py", "/__init__.py", "")):
        raise UseError(
            f"{target}: there is no module `{target.partition(':')[0]}` here; "
            "run this from the folder that a server would start in"
        )
    return os.path.abspath(".")


def _root(path: str, settings: Settings) -> str:
    """Settings mark the top of a project; without them its files do."""
    top = settings.folder
    if top and (path == top or path.startswith(top + os.sep)):
        return top
    return project_root(path)


def _open(
    root: str, targets: list[str], settings: Settings, replaced: dict[str, bytes]
) -> Iterator[Wanted]:
    inside = [_below(root, target) for target in targets]
    folders = [path for path, target in zip(inside, targets, strict=True) if os.path.isdir(target)]
    files = [path for path in inside if path not in folders]
    extra = tuple(path for path in files if not path.endswith(_PYTHON))
    project = Project.load(root, settings, extra=extra, replaced=_under(root, replaced))
    take_in_markup(project)
    wanted = dict.fromkeys(with_inner(project, files))
    for folder in folders:
        found = [path for path in project.files.found.templates if _lies_in(path, folder)]
        wanted.update(dict.fromkeys(found))
        if not found and folder:
            # A folder that the project ignores or hides was named: take it all the same.
            yield _open_alone(root, folder, settings, replaced)
        python = project.files.found.python
        wanted.update((path, None) for path in python if _lies_in(path, folder))
    if wanted or "" in folders:
        yield Wanted(project, tuple(wanted), frozenset(inside), whole="" in folders)


def _open_alone(root: str, folder: str, settings: Settings, replaced: dict[str, bytes]) -> Wanted:
    top = os.path.join(root, folder)
    if not settings.follow_links and leads_out(top, boundary_of(root)):
        raise UseError(
            f"{top}: a link that leads out of the project, to {os.path.realpath(top)}; "
            "name that folder, or give --follow-links"
        )
    project = Project.load(top, settings, replaced=_under(top, replaced))
    if not project.files.found.templates and settings.exclude:
        # What is named is wanted, whatever the settings leave out.
        everything = replace(settings, exclude=())
        project = Project.load(top, everything, replaced=_under(top, replaced))
    return Wanted(project, tuple(project.files.found.templates), frozenset(("",)))


def _under(root: str, replaced: dict[str, bytes]) -> dict[str, bytes]:
    """The texts by paths below a folder."""
    return {_below(root, path): data for path, data in replaced.items()}


def _below(root: str, path: str) -> str:
    relative = os.path.relpath(path, root).replace(os.sep, "/")
    return "" if relative == "." else relative


def _lies_in(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")
