"""Events of the page that something in a project dispatches: scripts, headers of answers."""

import re

from sse_check.project.project import Project

# What dispatches an event by its name, in scripts, hyperscript, Alpine and Python.
_SIGNS = re.compile(
    rb"HX[-_]?Trigger|hx_trigger|dispatch|CustomEvent|new Event\b|\btrigger\w*\(|\bsend\b"
    rb"|\btrigger\s",
    re.IGNORECASE,
)
# The attributes of htmx say what is waited for.
_WAITING = re.compile(rb"(?:hx-trigger|sse-swap|sse-close)\s*=\s*(?:\"[^\"]*\"|'[^']*')")


def may_be_dispatched(project: Project, name: str) -> bool:
    """Whether a file says a name and dispatches something: it may be an event of the page."""
    files = project.files
    word = re.compile(rb"(?<![\w-])%s(?![\w-])" % re.escape(name.encode()))
    for path in (*files.found.templates, *files.found.scripts, *files.found.python):
        data = files.data(path)
        if name.encode() not in data:
            continue
        if path in files.found.templates:
            data = _WAITING.sub(b"", data)
        if word.search(data) and _SIGNS.search(data):
            return True
    return False
