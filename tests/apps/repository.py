"""Small repositories for tests: files given as texts, and the applications in them."""

from pathlib import Path
from textwrap import dedent

from sse_check.apps import read_apps
from sse_check.apps.model import App, Route
from sse_check.project.project import Project
from sse_check.project.settings import Settings


def apps(folder: Path, files: dict[str, str]) -> list[App]:
    """The applications of a folder that holds these files."""
    for path, text in files.items():
        full = folder / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(dedent(text), encoding="utf-8")
    return read_apps(Project.load(str(folder), Settings(), shown_from=str(folder)))


def app(folder: Path, files: dict[str, str]) -> App:
    """The only application of a folder."""
    found = apps(folder, files)
    assert len(found) == 1, [(one.framework, one.path) for one in found]
    return found[0]


def table(found: App) -> set[str]:
    """Its routes: `GET /x name`."""
    return {line(route) for route in found.routes}


def line(route: Route) -> str:
    return f"{','.join(route.methods) or '*'} {route.path} {route.name or '-'}"
