"""Whether files that are not templates say anything of events: a look at their bytes alone."""

import re
from collections.abc import Iterable

from sse_check.project.project import Project

_SIGN = re.compile(rb"sse[-_](?:connect|swap)|hx[-_]sse")
_OPENING = re.compile(
    rb"\bnew\s+(?:window\.)?\w*EventSource\b|EventStream\s*[(<]|fetchEventSource\("
)
# `htmx:sseBeforeMessage`, and as `hx-on` and htmx 4 spell it.
_BEFORE_MESSAGE = re.compile(rb"sse(?::before:m|-before-m|BeforeM)essage", re.IGNORECASE)
# What stands in a file that streams.
STREAMING = (b"event-stream", b"EventS", b"ServerSent", b"sse_response", b"SseStream", b"SSEResp")
# Copies of htmx, of its extensions and of other libraries open what somebody else names.
_COPY = re.compile(r"\.min\.|(?:^|/)(?:htmx|hx-|sse\.js$)|(?:^|/)(?:vendor|third_party|dist)/")


def may_be_unread(project: Project) -> bool:
    """Whether markup may stand where it is not read: in Python, or in another server's files."""
    found = project.files.found
    data = project.files.data
    return any(_SIGN.search(data(path)) for path in (*found.foreign, *found.python))


def scripts_listen(project: Project, paths: Iterable[str]) -> bool:
    """Whether a script among these files, or in one, opens a stream that the project may send."""
    found, data = project.files.found, project.files.data
    scripts = frozenset(found.scripts)
    wanted = (path for path in paths if not (path in scripts and is_copy(path)))
    return any(_OPENING.search(data(path)) for path in wanted) and streams(project)


def streams(project: Project) -> bool:
    """Whether some Python file of the project may send events."""
    data = project.files.data
    return any(sign in data(path) for path in project.files.found.python for sign in STREAMING)


def intercepts(data: bytes) -> bool:
    """Whether a script or a template handles what the SSE extension tells before each swap, and
    may prevent that."""
    return _BEFORE_MESSAGE.search(data) is not None


def is_copy(path: str) -> bool:
    """Whether a script is a copy of somebody else's."""
    return _COPY.search(path) is not None
