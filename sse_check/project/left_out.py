"""Templates that lie in a project and are not read: `.gitignore` or the settings name them."""

import os

from sse_check.project.project import Project


def is_left_out(project: Project, name: str) -> bool:
    """Whether a file lies where a template of this name would: a page that asks for it gets it."""
    if not name or ".." in name.split("/"):
        return False
    return any(
        os.path.isfile(os.path.join(project.root, folder, name.lstrip("/")))
        for folder in _folders(project)
    )


def _folders(project: Project) -> set[str]:
    """The folders of the templates, and all that these lie in."""
    found = {""}
    for path in project.files.found.templates:
        folder = path.rpartition("/")[0]
        while folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found
