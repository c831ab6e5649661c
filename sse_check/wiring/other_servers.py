"""Folders of a project that a server in JavaScript answers for: what stands in them is not served
by an application that stands elsewhere."""

import re

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
