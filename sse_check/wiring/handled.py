"""What the scripts of a project may do with an event in the place of htmx.

A listener for `htmx:sseBeforeMessage` may keep an event from being swapped, and one that takes the
source of a connection may close it.
"""

import re
from functools import cached_property
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sse_check.htmx.dom import Node
from sse_check.htmx.view import PageView
from sse_check.pages.marks import HOLE, OUT_OF_SIGHT
from sse_check.project.project import Project
from sse_check.source.lazy import lazy
from sse_check.wiring.speaks import is_copy

_BEFORE_NAME = lazy(r"sse[:-]?before[:-]?message", re.IGNORECASE)
# A handler that keeps an event from htmx, or hands it to a function that may.
_MAY_KEEP = lazy(r"preventDefault|\bhalt\b|\([^()]*(?<![\w.])(?:\$?event|evt?|\$event\.detail)\b")


class _Act(NamedTuple):
    """What a script does, by two patterns that are both in it.

    A file without one of the words has neither: those are found faster than any pattern.
    """

    words: tuple[bytes, ...]
    first: re.Pattern[bytes]
    second: re.Pattern[bytes]
    # What looks the same and is not it.
    unlike: re.Pattern[bytes] | None = None

    def is_in(self, data: bytes) -> bool:
        if not any(word in data for word in self.words):
            return False
        if self.unlike is not None:
            data = self.unlike.sub(b"", data)
        return bool(self.first.search(data) and self.second.search(data))


# `htmx:sseBeforeMessage`, `htmx:sse-before-message`, and htmx 4's `htmx:sse:before:message`.
_KEEPS = _Act(
    (b"preventDefault", b"returnValue", b"halt"),
    re.compile(rb"sse[:-]?before[:-]?message", re.IGNORECASE),
    re.compile(rb"preventDefault\s*\(|returnValue\s*=\s*false|\bhalt\b"),
)
_CLOSES = _Act(
    (b".close",),
    re.compile(rb"\.close\s*\("),
    re.compile(rb"\bdetail\??\.source\b|sseEventSource|createEventSource"),
    # The extension opens anew what is closed when it has told of an error.
    re.compile(
        rb"sse-?error\b(?:(?!htmx:|EventListener).){0,400}?\.close\s*\(", re.IGNORECASE | re.DOTALL
    ),
)
# `htmx:sseMessage`, `htmx:sse-message`, `htmx:sseBeforeMessage`, and those of htmx 4.
_READS = _Act(
    (b"detail",),
    re.compile(rb"sse[:-]?(?:before[:-]?|after[:-]?)?message", re.IGNORECASE),
    re.compile(rb"\bdetail\b"),
)
# The same, whoever takes the event: a script, `hx-on`, Alpine, a trigger.
_HEARS = _Act(
    (b"essage", b"EventSource"),
    re.compile(rb"sse[:_-]?(?:before[:_-]?|after[:_-]?)?message|EventSource", re.IGNORECASE),
    re.compile(rb""),
)
# What leaves the page closes its stream as soon as that ends.
_REMOVES = _Act(
    (b"remove", b"replaceWith"),
    re.compile(rb"\.remove\s*\(\s*\)|\bhtmx\.remove\s*\(|\.replaceWith\s*\("),
    re.compile(rb"sse[:-]?(?:before[:-]?)?message", re.IGNORECASE),
)
# A script that reads the attribute, as no markup does, and opens a source.
_OPENS = _Act(
    (b"sse-connect",),
    re.compile(rb"[\[\"'`](?:data-)?sse-connect[\]=\"'`]"),
    re.compile(rb"\bnew\s+(?:window\.)?EventSource\b"),
)
# A source of one's own may send headers, which `EventSource` never does.
_MAKES = _Act(
    (b"createEventSource",), re.compile(rb"\bcreateEventSource\b"), re.compile(rb"\bhtmx\b")
)

# Extensions of htmx that leave what an event brings as it is.
_EXTENSIONS = frozenset(
    """sse ws head-support preload idiomorph morph alpine-morph morphdom-swap class-tools debug
    json-enc loading-states method-override multi-swap path-deps path-params remove-me
    response-targets restored ajax-header disable-element event-header include-vals
    rails-method dynamic-url attribute-tools amz-content-sha256 form-json signalr""".split()
)
_EXTENDED = re.compile(rb"""hx[-_]ext["']?\s*[=:]\s*["']([^"'{}<>]{1,200})["']""")
_EXTENDING = (b"hx-ext", b"hx_ext", b"hxExt", b"hx.ext")


class Handled:
    """Asks the scripts of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._known: dict[tuple[str, _Act], bool] = {}
        self._by_scripts: dict[_Act, bool] = {}
        self._files: WeakKeyDictionary[PageView, set[str]] = WeakKeyDictionary()

    def may_keep(self, view: PageView, node: Node) -> bool:
        """Whether what an event brings an element may be kept from being swapped."""
        if _is_extended(node) or any(_handles(one) for one in node.lineage()):
            return True
        return self._does(_KEEPS, view)

    def may_read(self, view: PageView) -> bool:
        """Whether a script takes what events bring from what htmx tells of them."""
        return self._does(_READS, view)

    def may_hear(self, view: PageView) -> bool:
        """Whether anything on a page may hear of an event but what htmx swaps."""
        return self._does(_HEARS, view)

    def names(self, view: PageView, node: Node) -> bool:
        """Whether a script speaks of an element by its id: it may read what was swapped in."""
        name = re.escape((node.get("id") or "").encode())
        told = re.compile(rb"(?<![\w-]=)[\"'`]#?" + name + rb"[\"'`]")
        paths = (*self._scripts, *self._files_of(view))
        return bool(name) and any(told.search(self.project.files.data(path)) for path in paths)

    def may_close(self, view: PageView, node: Node) -> bool:
        """Whether a script may close a connection of a page, take the element away that has it, or
        an extension of the project's may do so. Which extensions are on above a part of a page
        nobody knows."""
        if _is_part(node) and self._extends_somewhere:
            return True
        return _is_extended(node) or self._does(_CLOSES, view) or self._does(_REMOVES, view)

    def may_open(self, view: PageView) -> bool:
        """Whether a script may open what `sse-connect` says, in the place of the extension."""
        return self._does(_OPENS, view)

    def may_make(self, view: PageView) -> bool:
        """Whether a script may make the source of a connection, in the place of the extension."""
        return self._does(_MAKES, view)

    @cached_property
    def speaks_of_extensions(self) -> bool:
        """Whether any file of the project, in whatever language, names the attribute `hx-ext`."""
        files = self.project.files
        found = files.found
        paths = (*found.templates, *found.python, *self._scripts, *found.foreign)
        return any(word in files.data(path) for path in paths for word in _EXTENDING)

    @cached_property
    def _extends_somewhere(self) -> bool:
        """Whether some file turns on an extension of which nobody knows what it does."""
        files = self.project.files
        return any(
            any(map(_is_unknown, found[1].decode("utf-8", "replace").split(",")))
            for path in (*files.found.templates, *files.found.python)
            if b"hx" in (data := files.data(path))
            for found in _EXTENDED.finditer(data)
        )

    def _does(self, act: _Act, view: PageView) -> bool:
        """Whether some script of the project, or what is written on a page, may do it."""
        if act not in self._by_scripts:
            self._by_scripts[act] = any(self._says(act, path) for path in self._scripts)
        return self._by_scripts[act] or any(self._says(act, path) for path in self._files_of(view))

    def _says(self, act: _Act, path: str) -> bool:
        key = (path, act)
        if key not in self._known:
            self._known[key] = act.is_in(self.project.files.data(path))
        return self._known[key]

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


def _is_extended(node: Node) -> bool:
    """Whether an extension is on of which nobody knows what it makes of an event."""
    words = (word for one in node.lineage() for word in (one.get("hx-ext") or "").split(","))
    return any(map(_is_unknown, words))


def _is_unknown(word: str) -> bool:
    name = word.replace(" ", "")
    known = HOLE in name or name.removeprefix("ignore:") in _EXTENSIONS
    return bool(name) and not known


def _is_part(node: Node) -> bool:
    """Whether the extensions of an element are turned on above it, where it is not known."""
    above = list(node.lineage())
    names = any(one.get("hx-ext") is not None for one in above)
    return not names and any(one.name == OUT_OF_SIGHT for one in above)


def _handles(node: Node) -> bool:
    """`hx-on::sse-before-message`, `x-on:htmx:sse-before-message`, hyperscript and their like."""
    for name, value in node.attributes.items():
        if _BEFORE_NAME.search(name):
            if ".prevent" in name or _MAY_KEEP.search(value or ""):
                return True
        elif name in ("hx-on", "_", "data-script", "script") and _BEFORE_NAME.search(value or ""):
            return True
    return False
