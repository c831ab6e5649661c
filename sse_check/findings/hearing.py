"""Who hears a stream: the pages and scripts that open it, and the names that wait in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, product
from typing import TYPE_CHECKING

from sse_check.apps.model import Emission, StreamRoute
from sse_check.htmx.dom import Node
from sse_check.htmx.view import PageView
from sse_check.source import Span
from sse_check.template.values import Pattern
from sse_check.wiring.deaf import is_deaf
from sse_check.wiring.listening import names_outside, pattern_of, says_name

if TYPE_CHECKING:
    from sse_check.findings.context import Context

# Names that no stream needs to send: the browser makes them.
OF_THE_BROWSER = ("error", "open")


@dataclass(slots=True, eq=False)
class Hearing:
    """The streams that pages and scripts open, with the names that wait in each (by identity)."""

    context: Context
    routes: dict[int, StreamRoute] = field(default_factory=dict)
    # Each name once, in the order in which they are met: many pages wait for the same.
    heard: dict[int, dict[Pattern, None]] = field(default_factory=dict)
    # Those that pages of htmx 4 open.
    fourth: set[int] = field(default_factory=set)
    # Those of which not every connection is deaf: of these `sse_unheard` speaks.
    known: set[int] = field(default_factory=set)
    # Where pages open each stream, and where on those of an application a name is waited for.
    opened: dict[int, list[tuple[PageView, Node]]] = field(default_factory=dict)
    places: dict[tuple[int, str], tuple[Span, set[int]]] = field(default_factory=dict)
    # Where scripts do.
    scripts: dict[int, list[Span]] = field(default_factory=dict)
    # Names that wait outside every connection that is known: where they stand cannot be told.
    loose: set[Pattern] = field(default_factory=set)
    _answers: dict[tuple[int, int], bool] = field(default_factory=dict)

    def hears(self, one: StreamRoute, emission: Emission) -> bool:
        """Whether a name waits in any of the streams in which an event comes, or may wait."""
        # Asked for each connection of each page, of streams that live as long as the project.
        key = (id(one.stream), id(emission))
        if key not in self._answers:
            self._answers[key] = self._is_heard(one, emission)
        return self._answers[key]

    def _is_heard(self, one: StreamRoute, emission: Emission) -> bool:
        if str(emission.name) in self.context.script_names:
            return True
        every = (one, *self.context.wiring.with_the_same(one, emission))
        names = (name for other in every for name in self.heard.get(id(other.stream), ()))
        return any(name.matches(emission.name) for name in chain(names, self.loose))

    def add_page(self, view: PageView) -> None:
        """What a page opens, and waits for."""
        context = self.context
        self.loose.update(names_outside(view))
        for connection in view.connections:
            streams = context.streams_of(view, connection)
            waits = context.event_listeners(view, connection) if streams else []
            for wait, one in product(waits, streams):
                place = (id(context.app_of(view)), str(wait.name))
                self.places.setdefault(place, (wait.span, set()))[1].add(id(one.stream))
            deaf = bool(streams) and is_deaf(context.project, view, connection)
            for one in streams:
                key = id(one.stream)
                self.routes[key] = one
                if not deaf:
                    self.known.add(key)
                self.opened.setdefault(key, []).append((view, connection))
                heard = self.heard.setdefault(key, {})
                heard.update(dict.fromkeys(wait.name for wait in waits))
                if view.generation == "4":
                    self.fourth.add(key)
                    heard.update(dict.fromkeys(self._heard_in_4(view, connection, one)))

    def add_scripts(self) -> None:
        """What the scripts of the project open, and wait for."""
        for script in self.context.scripts:
            for one in script.streams:
                key = id(one.stream)
                self.routes[key] = one
                self.known.add(key)
                self.scripts.setdefault(key, []).append(script.connection.span)
                names = script.hears(OF_THE_BROWSER)
                self.heard.setdefault(key, {}).update(dict.fromkeys(names))

    def _heard_in_4(self, view: PageView, connection: Node, one: StreamRoute) -> list[Pattern]:
        """Messages without a name, names that something on the page waits for, or speaks of."""
        names = [o.name for o in view.played.outcomes if o.connection is connection]
        sent = {str(emission.name) for emission in one.stream.emissions}
        names += [name for name in sent if is_spoken_of(self.context, view, name)]
        if not any(one.stream.sends(Pattern.of(name)) for name in names):
            # That nothing at all is shown is said at the connection.
            names += sent
        return [pattern_of(name) for name in names]


def hearing_of(context: Context) -> Hearing:
    """Who hears the streams of all pages, whatever files are wanted."""
    found = Hearing(context)
    for view in context.all_views:
        found.add_page(view)
    found.add_scripts()
    return found


def is_spoken_of(context: Context, view: PageView, name: str) -> bool:
    """Whether anything on a page says the name of an event, in an attribute or a script."""
    if "*" in name or name in context.script_names:
        return True
    return says_name(view, name)
