"""Events of the page that something in a project dispatches: scripts, headers of answers."""

import re
from functools import cached_property

from sse_check.project.project import Project

# What dispatches an event by its name, in scripts, Alpine and Python.
_SIGNS = re.compile(
    rb"HX[-_]?Trigger|dispatch|CustomEvent|new Event\b|\btrigger\w*\(|\bsend\w*\(", re.IGNORECASE
)
# The same in Python, where whatever is sent to somebody is sent: a header, or a script in a string.
_SIGNS_IN_PYTHON = re.compile(
    rb"HX[-_]?Trigger|dispatch_?event|CustomEvent|new Event\b|\btrigger\w*\(", re.IGNORECASE
)
# In hyperscript the name is the next word (`send changed to #list`).
_HYPERSCRIPT = re.compile(rb"\b(?:send|trigger)\s+[\"'`]?([\w:.-]+)")
_HYPERSCRIPT_IN_PYTHON = re.compile(
    rb"\b(?:send|trigger)\s+([\w:.-]+)\s*(?:\bto\b|\bon\b|[(\"'])", re.IGNORECASE
)
# Attributes of htmx, also as functions that write elements spell them, and what scripts call to
# listen say what is waited for.
_WAITING = re.compile(
    rb"(?:(?:hx-trigger|sse-swap|sse-close)\s*=|(?:hx_trigger|sse_swap|sse_close)="
    rb"|(?:EventListener|\bon)\()"
    rb"\s*(?:\"[^\"]*\"|'[^']*'|`[^`]*`)"
)


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
        if name in self._in_hyperscript:
            return True
        if len(self._asked) > _MANY and _WORD.fullmatch(name):
            return name in self._words
        return any(_stands_in(name, text) for text in self._texts)

    @cached_property
    def _words(self) -> set[bytes]:
        return {word for text in self._texts for word in _WORD.findall(text)}

    @cached_property
    def _files(self) -> list[tuple[bytes, bool]]:
        """What the files say, without what they wait for, and whether that is Python."""
        files = self.project.files
        others = (*files.found.templates, *files.found.scripts)
        found = [(data, False) for data in map(files.data, others) if _may_say(data)]
        found += [(data, True) for data in map(files.data, files.found.python) if _may_say(data)]
        return [(_WAITING.sub(b"", data), is_python) for data, is_python in found]

    @cached_property
    def _texts(self) -> list[bytes]:
        return [
            text
            for text, is_python in self._files
            if (_SIGNS_IN_PYTHON if is_python else _SIGNS).search(text)
        ]

    @cached_property
    def _in_hyperscript(self) -> set[bytes]:
        """The names that hyperscript sends."""
        found: set[bytes] = set()
        for text, is_python in self._files:
            found.update((_HYPERSCRIPT_IN_PYTHON if is_python else _HYPERSCRIPT).findall(text))
        return found


def _may_say(data: bytes) -> bool:
    """Whether a file is worth a look: it has one of the words that all signs have in them."""
    lower = data.lower()
    return any(word in lower for word in (b"trigger", b"dispatch", b"event", b"send"))


def _stands_in(name: bytes, text: bytes) -> bool:
    """Whether a text has a name, and not only as a part of another."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if not _WORD.match(text[start - 1 : start]) and not _WORD.match(text[end : end + 1]):
            return True
        start = text.find(name, end)
    return False
