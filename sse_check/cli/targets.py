"""From what the user names to a project and the files in it that are wanted."""

import os
from dataclasses import dataclass

from sse_check.cli.errors import UseError
from sse_check.project.discovery import is_template, project_root, walk
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from sse_check.source.lazy import lazy

_PYTHON = (".py", ".pyi")
_APP = lazy(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*\Z")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A project and the paths in it, relative to its folder, whose findings are asked for."""

    project: Project
    paths: tuple[str, ...]
    # Whether the whole of the project is wanted.
    whole: bool = False


def open_targets(
    targets: tuple[str, ...],
    settings: Settings,
    *,
    stdin: bytes | None = None,
    stdin_filename: str | None = None,
) -> list[Wanted]:
    """Open each project that the targets lie in, once."""
    by_root: dict[str, list[str]] = {}
    for target in targets or (".",):
        path = _named(target, stdin_filename)
        by_root.setdefault(_root(path, settings), []).append(path)
    replaced = {}
    if stdin is not None and stdin_filename is not None:
        replaced[os.path.abspath(stdin_filename)] = stdin
    return [_open(root, paths, settings, replaced) for root, paths in by_root.items()]


def _named(target: str, stdin_filename: str | None) -> str:
    if target == "-":
        if stdin_filename is None:
            raise UseError(
                "the target `-` needs --stdin-filename FILE, the name the text stands for"
            )
        return os.path.abspath(stdin_filename)
    if not os.path.exists(target):
        if _APP.match(target):
            return _app_folder(target)
        raise UseError(f"{target}: no such file or folder")
    return os.path.abspath(target)


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


def _open(root: str, targets: list[str], settings: Settings, replaced: dict[str, bytes]) -> Wanted:
    inside = [_below(root, target) for target in targets]
    folders = [path for path, target in zip(inside, targets, strict=True) if os.path.isdir(target)]
    files = [
        path for path, target in zip(inside, targets, strict=True) if not os.path.isdir(target)
    ]
    project = Project.load(
        root,
        settings,
        extra=tuple(path for path in files if not path.endswith(_PYTHON)),
        replaced={_below(root, path): data for path, data in replaced.items()},
    )
    wanted = dict.fromkeys(files)
    for folder in folders:
        found = [path for path in project.files.found.templates if _lies_in(path, folder)]
        if not found and folder:
            # A folder that the project ignores or hides was named: take it all the same.
            return _open_alone(root, folder, inside, settings)
        wanted.update(dict.fromkeys(found))
        python = project.files.found.python
        wanted.update((path, None) for path in python if _lies_in(path, folder))
    return Wanted(project, tuple(wanted), whole="" in folders)


def _open_alone(root: str, folder: str, inside: list[str], settings: Settings) -> Wanted:
    top = os.path.join(root, folder)
    project = Project.load(top, settings)
    if (
        not project.files.found.templates
        and len(inside) == 1
        and not any(is_template(name) for name in os.listdir(top))
    ):
        found = walk(top)
        return Wanted(project, tuple(found.templates))
    return Wanted(project, tuple(project.files.found.templates))


def _below(root: str, path: str) -> str:
    relative = os.path.relpath(path, root).replace(os.sep, "/")
    return "" if relative == "." else relative


def _lies_in(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")
