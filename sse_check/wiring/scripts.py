"""Connections that scripts open: where they go, and which events they wait for.

`new EventSource(url)` with `addEventListener` and `onmessage`, tempest-react-sdk's
`createEventStream` and `useEventStream`, `fetchEventSource`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sse_check.source import Source, Span
from sse_check.template.values import Pattern
from sse_check.wiring.script_handlers import acts, called_by, handler_at, is_nothing, name_of
from sse_check.wiring.script_tokens import Token
from sse_check.wiring.script_values import Item, Range, Script

_SOURCES = frozenset("EventSource EventSourcePolyfill ReconnectingEventSource".split())
_STREAMS = frozenset(("createEventStream", "useEventStream"))
_FETCHING = frozenset(("fetchEventSource",))
_SIGNS = ("EventSource", "EventStream")
# The connection's own events, which no server sends.
_OWN = frozenset(("open", "error"))
_INLINE = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_TYPE = re.compile(r"\btype\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_SCRIPTS = frozenset(("module", "text/javascript", "application/javascript", "text/typescript"))


class Heard(NamedTuple):
    """A name that a script waits for, and where it is written."""

    name: Pattern
    span: Span


class Unnamed(NamedTuple):
    """Where a script waits for events without a name, and by which function of a name, if it has
    one. `acts` is false where what is written there does nothing that anybody sees; `calls` are
    the functions that it calls."""

    span: Span
    function: str
    acts: bool
    calls: frozenset[str] = frozenset()


@dataclass(slots=True)
class ScriptConnection:
    """A stream that a script opens.

    `span` is the address as it is written, `written` its text. `hears_unnamed` says that it
    waits for events without a name; `hears_all` that one function is given all events.
    `complete` is false when there may be listeners that are not among `listened`.
    """

    url: Pattern
    span: Span
    listened: list[Heard] = field(default_factory=list)
    # Names of which it cannot be told what they are.
    unread: list[Span] = field(default_factory=list)
    hears_unnamed: bool = False
    unnamed: list[Unnamed] = field(default_factory=list)
    # The functions by which it waits for events with a name, and those that these call.
    functions: set[str] = field(default_factory=set)
    hears_all: bool = False
    complete: bool = True
    # Whether it certainly asks by GET: what fetches may post.
    by_get: bool = True

    @property
    def written(self) -> str:
        return self.span.text


def inline_connections(source: Source) -> list[ScriptConnection]:
    """The connections in the scripts of a template."""
    found: list[ScriptConnection] = []
    if any(sign in source.text for sign in _SIGNS):
        for match in _INLINE.finditer(source.text):
            kind = _TYPE.search(match[1])
            if kind is None or kind[1].lower() in _SCRIPTS:
                found.extend(connections(source, match.start(2), match.end(2)))
    return found


def connections(source: Source, start: int = 0, end: int | None = None) -> list[ScriptConnection]:
    """The connections in a script, or in a stretch of a text that is one."""
    stop = len(source.text) if end is None else end
    if not any(source.text.find(sign, start, stop) >= 0 for sign in _SIGNS):
        return []
    return list(_Reading(source, Script(source.text, start, stop)).run())


class _Opened(NamedTuple):
    """A source that was made: under which name it is used, from where on, and between which
    tokens the name means it."""

    name: str
    at: int
    connection: ScriptConnection
    within: Range


class _Reading:
    def __init__(self, source: Source, script: Script) -> None:
        self.source = source
        self.script = script
        self.tokens = script.tokens

    def run(self) -> Iterator[ScriptConnection]:
        opened: list[_Opened] = []
        for at, token in enumerate(self.tokens):
            if token.kind != "name":
                continue
            if token.text in _SOURCES and self._is_made(at):
                one = self._opened(at)
                if one is not None:
                    opened.append(one)
            elif token.text in _STREAMS or token.text in _FETCHING:
                connection = self._called(at)
                if connection is not None:
                    yield connection
        self._listen(opened)
        yield from {id(one.connection): one.connection for one in opened}.values()

    def _is_made(self, at: int) -> bool:
        """`new EventSource(`, `new window.EventSource(`."""
        begin = at
        while begin >= 2 and self.tokens[begin - 1].text == ".":
            begin -= 2
        after = self.tokens[at + 1].text if at + 1 < len(self.tokens) else ""
        return begin > 0 and self.tokens[begin - 1].text == "new" and after == "("

    def _connection(self, arguments: list[tuple[int, int]]) -> ScriptConnection | None:
        if not arguments:
            return None
        first, last = arguments[0]
        span = Span(self.source, self.tokens[first].start, self.tokens[last - 1].end)
        return ScriptConnection(self.script.pattern(first, last), span)

    # EventSource

    def _opened(self, at: int) -> _Opened | None:
        connection = self._connection(self.script.arguments(at + 1))
        if connection is None:
            return None
        begin = at
        while self.tokens[begin].text != "new":
            begin -= 1
        name = self.script.assigned_name(begin)
        close = self.script.closing(at + 1)
        if not name:
            handed = begin > 0 and self.tokens[begin - 1].text in ("return", "=>", "(", ",")
            connection.complete = self._chained(close, connection) or not handed
        return _Opened(name, close, connection, self.script.scope_of(begin))

    def _chained(self, close: int, connection: ScriptConnection) -> bool:
        """`new EventSource(url).onmessage = ...`; false when it is handed on instead."""
        after = self.tokens[close + 1 : close + 3]
        if len(after) < 2 or after[0].text not in (".", "?."):
            return False
        self._used(close + 2, connection)
        return True

    def _listen(self, opened: list[_Opened]) -> None:
        for at in range(1, len(self.tokens)):
            token = self.tokens[at]
            if token.kind != "name":
                continue
            if self.tokens[at - 1].text in (".", "?."):
                one = _nearest(opened, self.script.owner(at - 1), at)
                if one is not None:
                    self._used(at, one.connection)
            if self.tokens[at - 1].text == "=":
                self._also(opened, at)
            if self._is_handed_on(at):
                one = _nearest(opened, self.script.owner(at + 1), at)
                if one is not None:
                    one.connection.complete = False

    def _also(self, opened: list[_Opened], at: int) -> None:
        """`window.source = source`: what it is called as well."""
        after = self.tokens[at + 1].text if at + 1 < len(self.tokens) else ""
        if after in (".", "?.", "(", "["):
            return
        one = _nearest(opened, self.script.owner(at + 1), at)
        name = self.script.assigned_name(at)
        if one is not None and name:
            opened.append(_Opened(name, at, one.connection, self.script.scope_of(at)))

    def _used(self, at: int, connection: ScriptConnection) -> None:
        """What is done with a source: a listener is added, a handler set."""
        name = self.tokens[at].text
        after = self.tokens[at + 1].text if at + 1 < len(self.tokens) else ""
        if name == "onmessage" and after == "=":
            connection.hears_unnamed = True
            handler = handler_at(self.script, at + 2)
            self._wait(connection, at, at + 1, handler)
        elif name == "addEventListener" and after == "(":
            arguments = self.script.arguments(at + 1)
            if arguments:
                items = self.script.items(*arguments[0])
                self._add(connection, items)
                if items is None:
                    first, last = self.tokens[arguments[0][0]], self.tokens[arguments[0][1] - 1]
                    connection.unread.append(Span(self.source, first.start, last.end))
                handler = arguments[1] if len(arguments) > 1 else (at, at)
                if items is None or [one.name.literal for one in items] != ["message"]:
                    connection.functions.update(filter(None, [name_of(self.script, handler)]))
                    connection.functions.update(called_by(self.script, handler))
                else:
                    self._wait(connection, *arguments[0], handler)

    def _wait(self, connection: ScriptConnection, first: int, last: int, handler: Range) -> None:
        """Wait for events without a name at the place of some tokens."""
        span = Span(self.source, self.tokens[first].start, self.tokens[last - 1].end)
        function = name_of(self.script, handler)
        does = bool(function) or acts(self.script, handler)
        calls = called_by(self.script, handler)
        connection.unnamed.append(Unnamed(span, function, does and not is_nothing(function), calls))

    def _add(self, connection: ScriptConnection, items: list[Item] | None) -> None:
        if items is None:
            connection.complete = False
            return
        for item in items:
            if item.name.literal in _OWN:
                continue
            if item.name.literal == "message":
                connection.hears_unnamed = True
            elif item.name.parts == (None,):
                connection.complete = False
                connection.unread.append(Span(self.source, item.start, item.end))
            span = Span(self.source, item.start, item.end)
            connection.listened.append(Heard(item.name, span))

    def _is_handed_on(self, at: int) -> bool:
        """Whether a name stands where something else gets hold of it."""
        before = self.tokens[at - 1].text
        after = self.tokens[at + 1].text if at + 1 < len(self.tokens) else ""
        if before == "return":
            return after in (";", "}", "")
        if before not in ("(", ",") or after not in (")", ","):
            return False
        opening = self.script.opening(at)
        caller = self.tokens[opening - 1] if opening > 0 else None
        return (
            caller is not None
            and self.tokens[opening].text == "("
            and caller.kind == "name"
            and caller.text not in ("if", "while", "switch", "for", "catch", "function")
        )

    # Functions that are given a name and options

    def _called(self, at: int) -> ScriptConnection | None:
        opening = self.script.call_of(at)
        if opening is None or (at and self.tokens[at - 1].text in ("function", ".", "import")):
            return None
        arguments = self.script.arguments(opening)
        connection = self._connection(arguments)
        if connection is None:
            return None
        if self.tokens[at].text in _FETCHING:
            connection.hears_unnamed = connection.hears_all = True
            connection.by_get = False
            self._compared(connection, opening)
            return connection
        options = self.script.members(*arguments[1]) if len(arguments) > 1 else {}
        if options is None:
            connection.complete = False
            return connection
        for key in ("namedEvents", "heartbeatEvents"):
            if key in options:
                self._add(connection, self.script.items(*options[key]))
        connection.hears_unnamed = "onMessage" in options or not options
        connection.complete = connection.complete and "..." not in options
        return connection

    def _compared(self, connection: ScriptConnection, opening: int) -> None:
        """Names with which a handler compares: `event.event === "done"`, `case "done":`."""
        close = self.script.closing(opening)
        for at in range(opening, close):
            token = self.tokens[at]
            if token.kind != "text":
                continue
            before = self.tokens[at - 1].text
            is_case = before == "case"
            is_compared = before in ("===", "==", "!==", "!=") and self._is_event(at - 2)
            if is_case or is_compared:
                self._add(connection, self.script.items(at, at + 1))

    def _is_event(self, at: int) -> bool:
        token: Token = self.tokens[at]
        return token.text == "event" and self.tokens[at - 1].text in (".", "?.")


def _nearest(opened: list[_Opened], name: str, at: int) -> _Opened | None:
    """The source that a name means at a place: the last made before it, else the first."""
    if not name:
        return None
    same = [one for one in opened if one.name == name and one.within[0] <= at < one.within[1]]
    before = [one for one in same if one.at < at]
    return before[-1] if before else same[0] if same else None
