"""Whether files that are not templates say anything of events: a look at their bytes alone."""

import re
from collections.abc import Iterable

from sse_check.markup.openings import OPENING_IN_BYTES, SIGN
from sse_check.project.project import Project

_SIGN = re.compile(rb"sse[-_](?:connect|swap)|hx[-_]sse")
_OPENING = re.compile(
    rb"\bnew\s+(?:window\.)?\w*EventSource\b|EventStream\s*[(<]|fetchEventSource\("
)
# What stands in every file with one of these: looked for faster than a pattern.
_OF_SIGN, _OF_OPENING = b"sse", b"EventS"
# What stands in a file that streams.
STREAMING = (b"event-stream", b"EventS", b"ServerSent", b"sse_response", b"SseStream", b"SSEResp")
# Copies of htmx, of its extensions and of other libraries open what somebody else names.
_COPY = re.compile(r"\.min\.|(?:^|/)(?:vendor|third_party|dist)/")
_WITH_ELEMENTS = (".tsx", ".jsx")
_MOST_SOURCES = 2_000
# What a template language is turned into.
_GENERATED = re.compile(r"_templ\.go$")
# Names that copies have, and scripts of a project too: what stands in them tells.
_MAY_BE_COPY = re.compile(r"(?:^|/)(?:htmx|hx-|sse\.js$)")
# How a library begins: with its version, and under which licence it is.
_BANNER = re.compile(
    rb"\s*/\*[^/]{0,100}?\bv?\d+\.\d+[^/]{0,400}?\b(?:licen[sc]e|\(c\))", re.IGNORECASE
)
_LIBRARY = 100_000
_OF_HTMX = (b"defineExtension(", b"registerExtension(", b"defaultSwapStyle")


def may_be_unread(project: Project) -> bool:
    """Whether markup may stand where it is not read: in Python, or in another server's files."""
    data, found = project.files.data, project.files.found
    texts = (data(path) for path in (*foreign_files(project), *found.python))
    if any(_OF_SIGN in text and _SIGN.search(text) for text in texts):
        return True
    opening = any(may_open(project, path) for path in (*found.python, *found.foreign))
    return opening and streams(project)


def may_open(project: Project, path: str) -> bool:
    """Whether a file that is no script has, or writes, one that opens a stream."""
    data = project.files.data(path)
    return SIGN in data and OPENING_IN_BYTES.search(data) is not None


def foreign_files(project: Project) -> list[str]:
    """The files that may write markup and are not read: templates of other servers, the scripts
    that have elements in them, and without any Python the source of a server."""
    found = project.files.found
    scripts = (path for path in found.scripts if path.endswith(_WITH_ELEMENTS))
    sources = () if found.python else found.sources[:_MOST_SOURCES]
    return [*found.foreign, *scripts, *(path for path in sources if not _GENERATED.search(path))]


def scripts_listen(project: Project, paths: Iterable[str]) -> bool:
    """Whether a script among these files, or in one, opens a stream that the project may send."""
    found, data = project.files.found, project.files.data
    scripts = frozenset(found.scripts)
    wanted = (path for path in paths if not (path in scripts and is_copy(project, path)))
    opens = any(_OF_OPENING in data(path) and _OPENING.search(data(path)) for path in wanted)
    return opens and streams(project)


def streams(project: Project) -> bool:
    """Whether some Python file of the project may send events."""
    return any(may_stream(project.files.data(path)) for path in project.files.found.python)


def may_stream(data: bytes) -> bool:
    """Whether a Python file may send events; a script in it only asks for some."""
    if SIGN in data:
        data = OPENING_IN_BYTES.sub(b"", data)
    return any(sign in data for sign in STREAMING)


def is_copy(project: Project, path: str) -> bool:
    """Whether a script is a copy of somebody else's."""
    if _COPY.search(path):
        return True
    data = project.files.data(path)
    if len(data) > _LIBRARY and _BANNER.match(data[:600]) is not None:
        return True
    return bool(_MAY_BE_COPY.search(path)) and is_of_htmx(data)


def is_of_htmx(data: bytes) -> bool:
    """Whether a script is htmx or an extension of it."""
    return any(sign in data for sign in _OF_HTMX)
