"""Connections that nothing listens to, and into which nothing that listens can come."""

import re
from collections.abc import Iterable
from functools import cached_property
from weakref import WeakKeyDictionary

from sse_check.htmx.dom import Node
from sse_check.htmx.view import PageView
from sse_check.pages.ids import elements_with_id
from sse_check.pages.marks import mark_of
from sse_check.project.project import Project
from sse_check.source.lazy import lazy
from sse_check.wiring.listening import event_listeners
from sse_check.wiring.speaks import is_of_htmx

_COMMENT = lazy(r"<!--.*?-->|\{#.*?#\}|\{%-?\s*comment\b.*?endcomment\s*-?%\}", re.DOTALL)
# What of a template's language brings no markup of another file: conditions, loops, plain values.
_HARMLESS = lazy(
    r"\{%-?\s*(?:if|elif|else|elsif|endif|end|for|empty|endfor|set|with|endwith|url|static"
    r"|csrf_token)\b[^%]*%\}"
    r"|\{\{-?\s*(?!(?:content|body|children|html|form|slot)\b)[\w.]+\s*-?\}\}"
)
# The signs of template languages, those too whose files are not put together.
_SYNTAX = re.compile(r"\{\{|\{%|\$\{|<%|\b(?:metal|tal):")
_ID = lazy(r"(?<![\w:.-])id\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
# What a script says that takes the source of a connection, or makes it.
_TAKING = re.compile(rb"\bdetail\??\.source\b|createEventSource|sseEventSource")
# Targets by a class or a tag, and what they name.
_TARGET = lazy(r"\bhx-target\s*=\s*[\"']([^\"'#{]+)[\"']")
_SELECTED = lazy(r"(?:^|[\s,.])(?!this\b|closest\b|find\b|next\b|previous\b|div\b)([a-z][\w-]*)")
# What is done with an element other than to fill it: waiting for what nothing dispatches there too.
_TOUCHING = lazy(
    r"\bhx-trigger\s*=\s*(?:\"[^\"]*\"|'[^']*')|htmx\.(?:trigger|on|off)\([^()]*|(?:getElementById|querySelector)\([^()]*\)"
    r"\s*\??\.(?:addEventListener|classList|dataset|style|scroll\w*)\b"
)


# The attributes that make a listener.
_LISTENING = ("sse-swap", "hx-sse", "hx-trigger")


class _Seen:
    """What is asked of a view for each of its connections, looked for once."""

    def __init__(self, view: PageView) -> None:
        self.view = view

    @cached_property
    def heard(self) -> frozenset[int]:
        """The connections of which something comes to something."""
        outcomes = self.view.played.outcomes
        return frozenset(id(one.connection) for one in outcomes if one.kind != "close")

    @cached_property
    def gaining(self) -> set[int]:
        """The elements in which one may get an attribute that listens."""
        return _with_all_above(
            node
            for node in self.view.elements
            if any(mark_of(node).tag.may_gain(name) for name in _LISTENING)
        )

    @cached_property
    def filled(self) -> set[int] | None:
        """The elements in which an answer to a request lands; None where that cannot be told."""
        acting = (node for node in self.view.requesting_elements if self.view.requests(node))
        targets = [self.view.target_of(node) for node in acting]
        if "?" in targets:
            return None
        return _with_all_above(node for node in targets if isinstance(node, Node))


_SEEN: WeakKeyDictionary[PageView, _Seen] = WeakKeyDictionary()


def _seen(view: PageView) -> _Seen:
    found = _SEEN.get(view)
    if found is None:
        found = _SEEN[view] = _Seen(view)
    return found


def _with_all_above(nodes: Iterable[Node]) -> set[int]:
    found: set[int] = set()
    for node in nodes:
        for above in node.lineage():
            if id(above) in found:
                break
            found.add(id(above))
    return found


def is_deaf(project: Project, view: PageView, connection: Node) -> bool:
    """Whether every event of a connection is dropped, whatever its stream sends.

    False where something may listen that is not known: content from elsewhere, a script.
    """
    if view.generation == "4" or view.is_inert(connection) or _listens(view, connection):
        return False
    inner = _inner(connection)
    if inner is None or _SYNTAX.search(_HARMLESS.sub("", inner)):
        return False
    return not (_is_filled(view, connection) or _is_spoken_of(project, connection, inner))


def _listens(view: PageView, connection: Node) -> bool:
    if any(wait.kind != "close" for wait in event_listeners(view, connection)):
        return True
    if id(connection) in _seen(view).heard:
        return True
    return id(connection) in _seen(view).gaining


def _inner(connection: Node) -> str | None:
    """What is written inside an element, comments apart; None where its end is not in the file."""
    mark = mark_of(connection)
    template = mark.template
    end = template.content_end(mark.node)
    if end is None:
        return None
    return _COMMENT.sub("", template.text[template.ends[mark.node] : end])


def _is_filled(view: PageView, connection: Node) -> bool:
    """Whether a request of the page may put something in."""
    filled = _seen(view).filled
    return filled is None or id(connection) in filled


def _is_spoken_of(project: Project, connection: Node, inner: str) -> bool:
    """Whether a file says the id of an element that is, or is in, the connection.

    A selector, a script or an out-of-band element of that id may put something into it.
    """
    files = project.files
    pages = (*files.found.templates, *files.found.scripts)
    if any(_takes_source(files.data(path)) for path in pages):
        return True
    whole = mark_of(connection).span.text + inner
    if any(_is_aimed_at(files.data(path), whole) for path in files.found.templates):
        return True
    ids = _ID.findall(whole)
    if any("{" in name for name in ids):
        return True
    for name in ids:
        if len(list(elements_with_id(project, files.found.templates, name))) > 1:
            return True
        said = re.compile(rf"[#\"'`]{re.escape(name)}(?![\w-])")
        for path in (*pages, *files.found.python):
            data = files.data(path)
            if name.encode() in data:
                text = _TOUCHING.sub("", _ID.sub("", data.decode("utf-8", "replace")))
                if said.search(text):
                    return True
    return False


def _is_aimed_at(data: bytes, whole: str) -> bool:
    """Whether a target somewhere is a class or a kind of element that a connection holds."""
    for match in _TARGET.finditer(data.decode("utf-8", "replace")) if b"hx-target" in data else ():
        words = _SELECTED.findall(match[1])
        if any(re.search(rf"<{word}\b|class\s*=[^>]*\b{word}\b", whole) for word in words):
            return True
    return False


def _takes_source(data: bytes) -> bool:
    return _TAKING.search(data) is not None and not is_of_htmx(data)
