"""Servers in other languages: folders that one in JavaScript answers for, of which nothing is
served by an application that stands elsewhere; and what a project is written in."""

import os
import re
from collections import Counter

from sse_check.project.discovery import LANGUAGES
from sse_check.project.project import Project

_SERVER = re.compile(
    rb'"(?:express|fastify|koa|hono|polka|restify|elysia|sails|h3|@hapi/hapi|@nestjs/core'
    rb'|@adonisjs/core)"\s*:'
)


def is_of_another_server(project: Project, path: str, app: str) -> bool:
    """Whether a file lies in a package with a server of its own, and an application outside it."""
    folder = path.rpartition("/")[0]
    while folder and not app.startswith(f"{folder}/"):
        package = f"{folder}/package.json"
        if package in project.files.found.marks:
            return _SERVER.search(project.files.data(package)) is not None
        folder = folder.rpartition("/")[0]
    return False


def language_of_server(project: Project) -> str:
    """The language other than Python in which the server of a project seems to be; "" for none."""
    found = project.files.found
    suffixes = Counter(os.path.splitext(path)[1] for path in found.sources)
    if suffixes:
        return LANGUAGES[suffixes.most_common(1)[0][0]]
    packages = (mark for mark in found.marks if mark.endswith("package.json"))
    has_server = any(_SERVER.search(project.files.data(package)) for package in packages)
    return "JavaScript" if has_server else ""
