"""Event names that scripts of a project listen for, wherever they stand."""

import re

from sse_check.project.project import Project
from sse_check.wiring.speaks import is_copy

_LISTENER = re.compile(
    r"addEventListener\(\s*['\"`]([^'\"`]+)['\"`]|namedEvents\s*:\s*\[([^\]]*)\]"
)
_QUOTED = re.compile(r"['\"`]([^'\"`]+)['\"`]")
# What libraries wait for on sockets and sources of any project.
_OF_SOCKETS = frozenset(("open", "close", "error", "message"))
_LARGEST = 2 * 1024 * 1024


def script_names(project: Project) -> frozenset[str]:
    """Every name that JavaScript in files and in templates waits for."""
    found: set[str] = set()
    files = project.files
    for path in files.found.scripts:
        data = files.data(path)
        if len(data) < _LARGEST and (b"EventSource" in data or b"EventStream" in data):
            names = _names_in(data.decode("utf-8", "replace"))
            found.update(set(names) - _OF_SOCKETS if is_copy(project, path) else names)
    for path in files.found.templates:
        data = files.data(path)
        if b"EventSource" in data or b"addEventListener" in data:
            found.update(_names_in(data.decode("utf-8", "replace")))
    return frozenset(found)


def _names_in(text: str) -> list[str]:
    found: list[str] = []
    for match in _LISTENER.finditer(text):
        found.extend([match[1]] if match[1] else _QUOTED.findall(match[2] or ""))
    return found
