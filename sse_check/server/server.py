"""The server side of a project: its streams, and which of them a connection reaches."""

import ast
import re
from dataclasses import dataclass, field, replace
from functools import cached_property

from sse_check.project.project import Project
from sse_check.server.adapters import EVENT_CALLS, EventCall, taught
from sse_check.server.declared import (
    closing_events,
    contract_events,
    signals,
    speaks_chirp,
)
from sse_check.server.emissions import Emission, Reading, Stream
from sse_check.server.libraries import library_routes
from sse_check.server.modules import Modules
from sse_check.server.routes import Route, routes_of
from sse_check.source.lazy import lazy
from sse_check.template.values import Pattern

_NAMED_ROUTE = lazy(
    r"(?:url_for|path_for|reverse)\(\s*['\"]([\w.:-]+)['\"]|^url\s+['\"]([\w.:-]+)['\"]"
)
_SCRIPT_LISTENER = re.compile(
    r"addEventListener\(\s*['\"`]([^'\"`]+)['\"`]|namedEvents\s*:\s*\[([^\]]*)\]"
)
_QUOTED = re.compile(r"['\"`]([^'\"`]+)['\"`]")
_LARGEST_SCRIPT = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StreamRoute:
    """A route that answers with a stream."""

    route: Route
    stream: Stream

    @property
    def names(self) -> list[Pattern]:
        return [emission.name for emission in self.stream.emissions]

    def sends(self, name: Pattern) -> bool:
        return self.stream.open or any(sent.matches(name) for sent in self.names)


@dataclass
class Server:
    """Reads the project's Python files when it is first asked."""

    project: Project
    calls: tuple[EventCall, ...] = field(default=EVENT_CALLS)

    @staticmethod
    def of(project: Project) -> "Server":
        return Server(project, (*EVENT_CALLS, *taught(project.settings.server)))

    @cached_property
    def modules(self) -> Modules:
        return Modules(self.project.files)

    @cached_property
    def routes(self) -> list[Route]:
        signals = (route for route, _ in self._signals)
        return [*routes_of(self.modules), *self._library_routes, *signals]

    @cached_property
    def _signals(self) -> list[tuple[Route, Stream]]:
        return list(signals(self.modules))

    @cached_property
    def _library_routes(self) -> list[Route]:
        return list(library_routes(self.modules))

    @cached_property
    def streams(self) -> list[StreamRoute]:
        """The routes that stream, each function once for every address."""
        read: dict[int, Stream | None] = {}
        found = []
        for route in self.routes:
            key = id(route.function)
            if key not in read:
                read[key] = Reading(self.modules, self.calls).route(route.module, route.function)
            stream = self._declared(read[key], route)
            if stream is not None:
                found.append(StreamRoute(route, self._linked(stream)))
        for route in self._library_routes:
            stream = Stream(subscribes=True, module=route.module)
            found.append(StreamRoute(route, self._linked(stream)))
        found.extend(StreamRoute(route, stream) for route, stream in self._signals)
        return found

    def _declared(self, stream: Stream | None, route: Route) -> Stream | None:
        """What Chirp is told of a route beside its function: a contract, a closing event."""
        if not speaks_chirp(route.module):
            return stream
        contract = contract_events(self.modules, route.module, route.function)
        if contract:
            stream = stream or Stream(module=route.module)
            sent = {emission.name for emission in stream.emissions}
            more = [emission for emission in contract if emission.name not in sent]
            stream = replace(stream, emissions=[*stream.emissions, *more], open=False)
        if stream is None or not self._closing:
            return stream
        return replace(stream, emissions=[*stream.emissions, *self._closing])

    @cached_property
    def _closing(self) -> list[Emission]:
        return closing_events(self.modules)

    def _linked(self, stream: Stream) -> Stream:
        """A stream that waits for what others publish may bring whatever is published."""
        if not stream.subscribes:
            return stream
        published = self.published
        if not published:
            return replace(stream, open=True)
        unknown = any(emission.name.parts == (None,) for emission in published)
        return replace(
            stream,
            emissions=[*stream.emissions, *published],
            open=stream.open or unknown,
            ending="unknown",
        )

    @cached_property
    def published(self) -> list[Emission]:
        """Events that are sent to a broker, from anywhere in the project."""
        found: list[Emission] = []
        sending = tuple(call for call in self.calls if call.sends)
        for module in self.modules.all:
            for node in ast.walk(module.tree):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    reading = Reading(self.modules, sending)
                    reading.route(module, node)
                    found.extend(e for e in reading.stream.emissions if e.module is module)
        unique: dict[tuple[str, int], Emission] = {}
        for emission in found:
            unique.setdefault((emission.span.source.path, emission.span.start), emission)
        return list(unique.values())

    def reached(self, url: Pattern, written: str = "") -> list[StreamRoute]:
        """The streams that a connection may reach; none when its route does not stream."""
        named = _NAMED_ROUTE.search(written.strip())
        if named is not None:
            name = named[1] or named[2]
            wanted = {name, re.split(r"[.:]", name)[-1]}
            return [one for one in self.streams if wanted & set(one.route.names)]
        address = _address(url)
        if address is None:
            return []
        exact = [one for one in self.streams if one.route.path == address]
        return exact or [one for one in self.streams if one.route.answers(address)]

    def answers_at(self, url: Pattern) -> bool:
        """Whether any route, streaming or not, answers at an address."""
        address = _address(url)
        return address is None or any(route.answers(address) for route in self.routes)

    @cached_property
    def script_names(self) -> frozenset[str]:
        """Event names that JavaScript in the project listens for."""
        found: set[str] = set()
        files = self.project.files
        for path in files.found.scripts:
            data = files.data(path)
            if len(data) < _LARGEST_SCRIPT and (b"EventSource" in data or b"EventStream" in data):
                found.update(_names_in(data.decode("utf-8", "replace")))
        for path in files.found.templates:
            data = files.data(path)
            if b"EventSource" in data or b"addEventListener" in data:
                found.update(_names_in(data.decode("utf-8", "replace")))
        return frozenset(found)


def _names_in(text: str) -> list[str]:
    found: list[str] = []
    for match in _SCRIPT_LISTENER.finditer(text):
        found.extend([match[1]] if match[1] else _QUOTED.findall(match[2] or ""))
    return found


def _address(url: Pattern) -> Pattern | None:
    """An address without origin, query and fragment; None when it cannot be told."""
    parts: list[str | None] = []
    for part in url.parts:
        if part is None:
            parts.append(None)
            continue
        head = re.split(r"[?#]", part, maxsplit=1)
        parts.append(head[0])
        if len(head) > 1:
            break
    if not parts or parts == [None]:
        return None
    if parts[0] is not None:
        parts[0] = re.sub(r"^(?:https?:)?//[^/]*", "", parts[0])
        if parts[0] and not parts[0].startswith("/"):
            # Relative to the page: only its end is known.
            parts.insert(0, None)
    return Pattern.of(*parts)
