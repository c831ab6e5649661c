"""From the name in an include to the file that the template engine would load."""

import os
import posixpath
from collections import defaultdict
from collections.abc import Iterable

# Folders by which the frameworks find templates.
_TEMPLATE_FOLDERS = frozenset("templates template jinja2 jinja pages views kida htmx".split())


class TemplateNames:
    """All template files of a project, found by the names that templates use for each other."""

    def __init__(self, paths: Iterable[str], folders: tuple[str, ...] = ()) -> None:
        self.folders = tuple(folder.strip("/") for folder in folders)
        self.by_base: defaultdict[str, list[str]] = defaultdict(list)
        for path in paths:
            self.by_base[path.rsplit("/", 1)[-1]].append(path)
        self.resolved: dict[tuple[str, str], str | None] = {}

    def resolve(self, name: str, referrer: str) -> str | None:
        """The file that `referrer` loads by `name`, or None when the project has none."""
        folder = referrer.rsplit("/", 1)[0] if "/" in referrer else ""
        key = (name, folder)
        if key not in self.resolved:
            self.resolved[key] = self._find(name, folder)
        return self.resolved[key]

    def _find(self, name: str, folder: str) -> str | None:
        if name.startswith(("./", "../")):
            name = posixpath.normpath(posixpath.join(folder, name))
            return name if name in self.by_base.get(name.rsplit("/", 1)[-1], ()) else None
        name = posixpath.normpath(name.lstrip("/"))
        candidates = [
            path
            for path in self.by_base.get(name.rsplit("/", 1)[-1], ())
            if path == name or path.endswith("/" + name)
        ]
        return self._best(candidates, name, folder)

    def _best(self, candidates: list[str], name: str, folder: str) -> str | None:
        by_root = {path[: -len(name)].rstrip("/"): path for path in candidates}
        for root in self.folders:
            if root in by_root:
                return by_root[root]
        possible = [root for root in by_root if self._is_root(root, folder)]
        if not possible:
            return None
        return by_root[
            min(possible, key=lambda root: (-_shared(root, folder), root.count("/"), root))
        ]

    def _is_root(self, root: str, folder: str) -> bool:
        if self.folders and root not in self.folders:
            # The folders are set: others are roots only where an app keeps its own.
            return posixpath.basename(root) in _TEMPLATE_FOLDERS
        above = root in {"", folder} or folder.startswith(root + "/")
        return above or posixpath.basename(root) in _TEMPLATE_FOLDERS


def _shared(left: str, right: str) -> int:
    """How many leading folders two paths have in common."""
    count = 0
    for one, other in zip(left.split("/"), right.split("/"), strict=False):
        if one != other:
            break
        count += 1
    return count


def library_folders(root: str) -> list[str]:
    """The site-packages folders of the environment that belongs to a project, if it has one."""
    found: list[str] = []
    environments = [os.path.join(root, name) for name in (".venv", "venv", "env", ".env")]
    active = os.environ.get("VIRTUAL_ENV")
    if active:
        environments.append(active)
    for environment in environments:
        if not os.path.isfile(os.path.join(environment, "pyvenv.cfg")):
            continue
        library = os.path.join(environment, "lib")
        versions = sorted(os.listdir(library)) if os.path.isdir(library) else []
        found.extend(os.path.join(library, version, "site-packages") for version in versions)
        found.append(os.path.join(environment, "Lib", "site-packages"))
    return [folder for folder in found if os.path.isdir(folder)]


def find_in_libraries(name: str, folders: list[str]) -> str | None:
    """A template of an installed package, by its name."""
    if name.startswith((".", "/")):
        return None
    for folder in folders:
        for package in sorted(os.listdir(folder)):
            path = os.path.join(folder, package, "templates", *name.split("/"))
            if os.path.isfile(path):
                return path
    return None
