"""Where a module is that Python did not find: an app is often started in the wrong folder.

Nothing here needs a package: this is loaded into the app's own Python too.
"""

import importlib.metadata
import os
import sys
from collections.abc import Iterator

# Where a project ends, above the current folder.
_TOPS = ("pyproject.toml", ".git", "setup.py")
_HIGHEST, _DEEPEST = 3, 2
_SKIPPED = {"node_modules", "site-packages", "__pycache__", "build", "dist"}


def not_found(target: str, error: ModuleNotFoundError) -> str:
    """What is missing: the app itself, or something that it imports; and where that is."""
    module, missing, here = target.partition(":")[0], error.name or "", os.getcwd()
    if isinstance(error, importlib.metadata.PackageNotFoundError):
        return (
            f"{module} asks for the package `{missing}`, which is not installed for "
            f"{sys.executable}: if it is your own, `pip install -e .` in its folder"
        )
    is_app = bool(missing) and (module == missing or module.startswith(missing + "."))
    holder = _holder_of(module if is_app else missing, here) if missing else ""
    if holder:
        told = f"{module}: no such module here" if is_app else f"{module} imports `{missing}`"
        return f"{told}: it is in {_shown(holder, here)}; {_advice(target, holder, here)}"
    if is_app:
        return (
            f"{module}: no such module; run this from the folder that a server would start in "
            f"(here it is {here})"
        )
    return f"{module} imports `{missing}`, which is not installed for {sys.executable}"


def without_parent(target: str) -> str:
    """What to do about a relative import in a module that was named without its package."""
    here = os.getcwd()
    name = target
    while name == target or os.path.exists(os.path.join(here, "__init__.py")):
        here, package = os.path.split(here)
        name = f"{package}.{name}"
    return (
        f"{target.partition(':')[0]} is part of a package: "
        f"run this from {_shown(here, os.getcwd())} and name it `{name}`"
    )


def _advice(target: str, folder: str, here: str) -> str:
    """How to run it there: a module is named from the folder in which it is run."""
    shown = _shown(folder, here)
    name, start = "", f"{shown.replace('/', '.')}."
    if target.startswith(start):
        name = f" as `{target.removeprefix(start)}`"
    elif _is_above(folder, here):
        name = f" as `{_shown(here, folder).replace('/', '.')}.{target}`"
    return f"run this there{name}, or with PYTHONPATH={shown}"


def _is_above(folder: str, here: str) -> bool:
    return here.startswith(folder.rstrip(os.sep) + os.sep)


def _shown(folder: str, here: str) -> str:
    return os.path.relpath(folder, here).replace(os.sep, "/")


def _holder_of(module: str, here: str) -> str:
    """The nearest folder of the project from which a module can be imported; empty for none."""
    parts = module.split(".")
    for folder in _folders(here):
        place = os.path.join(folder, *parts)
        if os.path.isfile(f"{place}.py") or _is_package(place):
            return folder
    return ""


def _is_package(place: str) -> bool:
    try:
        return any(name.endswith(".py") for name in os.listdir(place))
    except OSError:
        return False


def _folders(here: str) -> Iterator[str]:
    """The folders above up to the project's own, then those below, the nearest first."""
    above = here
    for _ in range(_HIGHEST):
        if any(os.path.exists(os.path.join(above, name)) for name in _TOPS):
            break
        above = os.path.dirname(above)
        yield above
    level = [here]
    for _ in range(_DEEPEST):
        level = [below for folder in level for below in _below(folder)]
        yield from level


def _below(folder: str) -> list[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    return [
        path
        for name in names
        if not name.startswith(".")
        and name not in _SKIPPED
        and not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))
        and os.path.isdir(path := os.path.join(folder, name))
    ]
