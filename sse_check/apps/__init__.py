"""A repository's applications: their routes, streams, and the templates that they render."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sse_check.apps.model import App
    from sse_check.project.project import Project


def read_apps(project: "Project") -> "list[App]":
    """Every application of a project. Its readers are imported when they are first needed."""
    from sse_check.apps.apps import read_apps as read

    return read(project)
