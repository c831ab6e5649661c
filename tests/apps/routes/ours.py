"""The routes that are read from a fixture's source: the one place that knows how to ask for them."""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from sse_check.project.project import Project
from sse_check.project.settings import Settings

ANY = ("*",)


@cache
def _apps(folder: Path) -> tuple[Any, ...]:
    read_apps = import_module("sse_check.apps").read_apps
    project = Project.load(str(folder), Settings(), shown_from=str(folder))
    return tuple(read_apps(project))


def our_apps(folder: Path) -> int:
    """How many applications are seen in a folder."""
    return len(_apps(folder))


def our_routes(folder: Path) -> list[dict[str, Any]]:
    """All routes in a folder: `path`, `methods` (`("*",)` for all of them) and `name`."""
    return [
        {"path": route.path, "methods": tuple(route.methods) or ANY, "name": route.name}
        for app in _apps(folder)
        for route in app.routes
    ]
