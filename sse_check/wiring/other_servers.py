"""Folders of a project that a server in another language answers for: what stands in them is not
served by an application that stands elsewhere."""

import re
from collections.abc import Iterator

from sse_check.project.places import LANGUAGES
from sse_check.project.project import Project

_SERVER = re.compile(
    rb'"(?:express|fastify|koa|hono|polka|restify|elysia|sails|h3|@hapi/hapi|@nestjs/core'
    rb'|@adonisjs/core)"\s*:'
)


def is_of_another_server(project: Project, path: str, app: str) -> bool:
    """Whether a file lies in a package with a server of its own, and an application outside it."""
    for folder in _folders(path):
        if not folder or app.startswith(folder):
            return False
        if f"{folder}package.json" in project.files.found.marks:
            return _serves(project, f"{folder}package.json")
    return False


def language_of_server(project: Project, path: str) -> str:
    """The language that the server of a file is written in, where the folders around it say so;
    empty where nothing does."""
    marks = project.files.found.marks
    for folder in _folders(path):
        found = [language for mark, language in LANGUAGES.items() if f"{folder}{mark}" in marks]
        if found:
            return found[0]
        if f"{folder}package.json" in marks and _serves(project, f"{folder}package.json"):
            return "JavaScript"
    return ""


def _folders(path: str) -> Iterator[str]:
    """The folders that a file lies in, from its own up to the top, each with a `/` at its end."""
    while path:
        path = path.rpartition("/")[0]
        yield f"{path}/" if path else ""


def _serves(project: Project, package: str) -> bool:
    return _SERVER.search(project.files.data(package)) is not None
