"""What the scripts of a project may do with an event in the place of htmx.

A listener for `htmx:sseBeforeMessage` may keep an event from being swapped, and one that takes the
source of a connection may close it.
"""

import re
from functools import cached_property
from weakref import WeakKeyDictionary

from sse_check.htmx.dom import Node
from sse_check.htmx.view import PageView
from sse_check.project.project import Project
from sse_check.source.lazy import lazy
from sse_check.wiring.speaks import is_copy

# `htmx:sseBeforeMessage`, `htmx:sse-before-message`, and htmx 4's `htmx:sse:before:message`.
_BEFORE = re.compile(rb"sse[:-]?before[:-]?message", re.IGNORECASE)
_BEFORE_NAME = lazy(r"sse[:-]?before[:-]?message", re.IGNORECASE)
_KEEPING = re.compile(rb"preventDefault\s*\(|returnValue\s*=\s*false|\bhalt\b")
# A handler that keeps an event from htmx, or hands it to a function that may.
_MAY_KEEP = lazy(r"preventDefault|\bhalt\b|\([^()]*(?<![\w.])(?:\$?event|evt?|\$event\.detail)\b")
_TAKING = re.compile(rb"\bdetail\??\.source\b|sseEventSource|createEventSource")
_CLOSING = re.compile(rb"\.close\s*\(")
# A script that reads the attribute, as no markup does, and opens a source.
_READING = re.compile(rb"[\[\"'`](?:data-)?sse-connect[\]=\"'`]")
_OPENING = re.compile(rb"\bnew\s+(?:window\.)?EventSource\b")
# A file without one of these has nothing of the above: looked for faster than any pattern.
_WORDS_OF_KEEPING = (b"preventDefault", b"returnValue", b"halt")


class Handled:
    """Asks the scripts of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._keeping: dict[str, bool] = {}
        self._closing: dict[str, bool] = {}
        self._opening: dict[str, bool] = {}
        self._files: WeakKeyDictionary[PageView, set[str]] = WeakKeyDictionary()

    def may_keep(self, view: PageView, node: Node) -> bool:
        """Whether what an event brings an element may be kept from being swapped."""
        if any(_handles(one) for one in node.lineage()):
            return True
        return self._scripts_keep or any(self._says_keep(path) for path in self._files_of(view))

    def may_close(self, view: PageView) -> bool:
        """Whether a script may close the connections of a page."""
        return self._scripts_close or any(self._says_close(path) for path in self._files_of(view))

    def may_open(self, view: PageView) -> bool:
        """Whether a script may open what `sse-connect` says, in the place of the extension."""
        return self._scripts_open or any(self._says_open(path) for path in self._files_of(view))

    @cached_property
    def _scripts_open(self) -> bool:
        return any(self._says_open(path) for path in self._scripts)

    @cached_property
    def _scripts_keep(self) -> bool:
        return any(self._says_keep(path) for path in self._scripts)

    @cached_property
    def _scripts_close(self) -> bool:
        return any(self._says_close(path) for path in self._scripts)

    @cached_property
    def _scripts(self) -> list[str]:
        project = self.project
        return [path for path in project.files.found.scripts if not is_copy(project, path)]

    def _files_of(self, view: PageView) -> set[str]:
        """The files in which the elements of a page are written."""
        found = self._files.get(view)
        if found is None:
            found = self._files[view] = {path for path, _ in view.places} | {view.page.path}
        return found

    def _says_keep(self, path: str) -> bool:
        if path not in self._keeping:
            data = self.project.files.data(path)
            self._keeping[path] = any(word in data for word in _WORDS_OF_KEEPING) and bool(
                _BEFORE.search(data) and _KEEPING.search(data)
            )
        return self._keeping[path]

    def _says_close(self, path: str) -> bool:
        if path not in self._closing:
            data = self.project.files.data(path)
            self._closing[path] = bool(
                b".close" in data and _CLOSING.search(data) and _TAKING.search(data)
            )
        return self._closing[path]

    def _says_open(self, path: str) -> bool:
        if path not in self._opening:
            data = self.project.files.data(path)
            self._opening[path] = bool(
                b"sse-connect" in data and _READING.search(data) and _OPENING.search(data)
            )
        return self._opening[path]


def _handles(node: Node) -> bool:
    """`hx-on::sse-before-message`, `x-on:htmx:sse-before-message`, hyperscript and their like."""
    for name, value in node.attributes.items():
        if _BEFORE_NAME.search(name):
            if ".prevent" in name or _MAY_KEEP.search(value or ""):
                return True
        elif name in ("hx-on", "_", "data-script", "script") and _BEFORE_NAME.search(value or ""):
            return True
    return False
