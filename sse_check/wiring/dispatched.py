"""Events of the page that something in a project dispatches: scripts, headers of answers."""

import re
from functools import cached_property

from sse_check.project.project import Project

# What dispatches an event by its name, in scripts, hyperscript, Alpine and Python.
_SIGNS = re.compile(
    rb"HX[-_]?Trigger|hx_trigger|dispatch|CustomEvent|new Event\b|\btrigger\w*\(|\bsend\b"
    rb"|\btrigger\s",
    re.IGNORECASE,
)
# The same in Python, where whatever is sent to somebody is sent: a header, a script or hyperscript
# in a string (`send changed to #list`).
_SIGNS_IN_PYTHON = re.compile(
    rb"HX[-_]?Trigger|hx_trigger|dispatch_?event|CustomEvent|new Event\b|\btrigger\w*\("
    rb"|\b(?:send|trigger)\s+[\w:-]+\s*(?:\bto\b|\bon\b|[(\"'])",
    re.IGNORECASE,
)
# The attributes of htmx say what is waited for.
_WAITING = re.compile(rb"(?:hx-trigger|sse-swap|sse-close)\s*=\s*(?:\"[^\"]*\"|'[^']*')")


_WORD = re.compile(rb"[\w-]+")
# For more names than these all words are looked up at once.
_MANY = 50


class Dispatched:
    """The files that dispatch something, and the words in them."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._asked: dict[str, bool] = {}

    def may_be(self, name: str) -> bool:
        """Whether a file says a name and dispatches something: it may be an event of the page."""
        if name not in self._asked:
            self._asked[name] = self._is_said(name.encode())
        return self._asked[name]

    def _is_said(self, name: bytes) -> bool:
        if len(self._asked) > _MANY and _WORD.fullmatch(name):
            return name in self._words
        return any(_stands_in(name, text) for text in self._texts)

    @cached_property
    def _words(self) -> set[bytes]:
        return {word for text in self._texts for word in _WORD.findall(text)}

    @cached_property
    def _texts(self) -> list[bytes]:
        files = self.project.files
        templates = files.found.templates
        found = [_WAITING.sub(b"", data) for path in templates if _signs(data := files.data(path))]
        found += [data for path in files.found.scripts if _signs(data := files.data(path))]
        found = [text for text in found if _signs(text)]
        python = map(files.data, files.found.python)
        return [*found, *(data for data in python if _SIGNS_IN_PYTHON.search(data))]


def _stands_in(name: bytes, text: bytes) -> bool:
    """Whether a text has a name, and not only as a part of another."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if not _WORD.match(text[start - 1 : start]) and not _WORD.match(text[end : end + 1]):
            return True
        start = text.find(name, end)
    return False


def _signs(text: bytes) -> bool:
    return _SIGNS.search(text) is not None
