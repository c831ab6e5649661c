"""The wiring of a project: pages, connections, events, listeners, and where each event lands."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from sse_check.findings.rule import Context
from sse_check.htmx.dom import Node
from sse_check.htmx.outcomes import Outcome, selector_of
from sse_check.htmx.view import View, connect_attribute
from sse_check.pages.marks import mark_of
from sse_check.report.json import location
from sse_check.source import Span
from sse_check.wiring.addresses import address_of
from sse_check.wiring.listening import Wait, messages_of, waits_of

SCHEMA_VERSION = 1
Share = Literal["all", "some"]


@dataclass(slots=True)
class Landing:
    """One thing that an event does at a listener, and on how many renderings of the page."""

    verdict: str
    lands: Node | None
    swap: str
    destroys: tuple[Node, ...]
    closes: bool
    repeats: bool
    ways: Share = "all"
    seen: int = 0


@dataclass(slots=True)
class MapListener:
    kind: str
    node: Node
    span: Span
    landings: list[Landing] = field(default_factory=list)
    seen: int = 0


@dataclass(slots=True)
class MapEvent:
    name: str
    emitted_by: list[tuple[str, Span]] = field(default_factory=list)
    listeners: list[MapListener] = field(default_factory=list)
    # True when the route is known and never sends it.
    unsent: bool = False


@dataclass(slots=True)
class MapConnection:
    node: Node
    span: Span
    url: str
    opens: Literal["always", "some", "never"]
    events: list[MapEvent] = field(default_factory=list)


@dataclass(slots=True)
class MapPage:
    path: str
    stack: str
    stack_source: str
    connections: list[MapConnection] = field(default_factory=list)


def wiring(context: Context) -> list[MapPage]:
    """One entry for each page with connections."""
    by_page: dict[str, list[View]] = {}
    for view in context.views:
        by_page.setdefault(view.page.path, []).append(view)
    pages = [_page(context, path, views) for path, views in by_page.items()]
    return [page for page in pages if page.connections]


def _page(context: Context, path: str, views: list[View]) -> MapPage:
    first = views[0]
    shown = context.project.files.shown(path)
    page = MapPage(shown, first.stack.name, first.loaded.source)
    places: dict[tuple[tuple[str, int], str], list[tuple[View, Node]]] = {}
    for view in views:
        for node in view.connections:
            if not view.is_inert(node):
                # One place in a macro opens as many streams as the macro is given addresses.
                key = (mark_of(node).place, str(address_of(node).path))
                places.setdefault(key, []).append((view, node))
    for same in places.values():
        page.connections.append(_connection(context, same))
    return page


def _connection(context: Context, same: list[tuple[View, Node]]) -> MapConnection:
    view, node = same[0]
    opened = sum(any(n is one for n in v.played.opened) for v, one in same)
    connection = MapConnection(
        node,
        view.span(node, connect_attribute(node) or ""),
        address_of(node).shown,
        "always" if opened == len(same) else "some" if opened else "never",
    )
    events: dict[str, MapEvent] = {}
    for seen_in, one in same:
        for wait in (*messages_of(seen_in, one), *waits_of(seen_in, one)):
            event = events.setdefault(str(wait.name), MapEvent(str(wait.name)))
            _add(event, seen_in, wait)
    joined = context.joined(view, node)
    reached = joined.streams
    for route in reached:
        for emission in route.stream.emissions:
            heard = [e for name, e in events.items() if _matches(name, str(emission.name))]
            if not heard:
                name = str(emission.name)
                heard = [events.setdefault(name, MapEvent(name))]
            for event in heard:
                entry = (route.route.path, emission.span)
                if entry not in event.emitted_by:
                    event.emitted_by.append(entry)
    known = bool(reached) and not joined.is_open
    for event in events.values():
        event.unsent = known and not event.emitted_by
    connection.events = list(events.values())
    return connection


def _matches(left: str, right: str) -> bool:
    from sse_check.template.values import Pattern

    def pattern(text: str) -> Pattern:
        parts: list[str | None] = []
        for number, piece in enumerate(text.split("*")):
            parts.extend([None] if number else [])
            parts.append(piece)
        return Pattern.of(*parts)

    return pattern(left).matches(pattern(right))


def _add(event: MapEvent, view: View, wait: Wait) -> None:
    listener = next((one for one in event.listeners if one.span == wait.span), None)
    if listener is None:
        listener = MapListener(wait.kind, wait.node, wait.span)
        event.listeners.append(listener)
    listener.seen += 1
    outcomes = [o for o in view.outcomes(wait.node) if _is_of(o, wait)]
    for outcome in outcomes:
        _note(listener, outcome)
    if not outcomes:
        _note(listener, None)
    for landing in listener.landings:
        landing.ways = "all" if landing.seen >= listener.seen else "some"


def _is_of(outcome: Outcome, wait: Wait) -> bool:
    name = "".join("\ue000" if part is None else part for part in wait.name.parts)
    return outcome.kind == wait.kind and outcome.name == name


def _note(listener: MapListener, outcome: Outcome | None) -> None:
    landing = Landing("lost", None, "", (), False, False)
    if outcome is not None:
        landing = Landing(
            outcome.verdict,
            outcome.lands,
            outcome.style,
            outcome.destroys,
            outcome.kind == "close",
            outcome.repeats,
        )
    for other in listener.landings:
        if _key(other) == _key(landing):
            other.seen += 1
            return
    landing.seen = 1
    listener.landings.append(landing)


def _key(landing: Landing) -> tuple[object, ...]:
    lands = (
        mark_of(landing.lands).place if landing.lands is not None and landing.lands.mark else None
    )
    return (landing.verdict, lands, landing.swap, landing.closes, landing.repeats)


# JSON, as the contract says


def as_data(pages: Iterable[MapPage]) -> dict[str, Any]:
    return {"schema_version": SCHEMA_VERSION, "pages": [_page_data(page) for page in pages]}


def _page_data(page: MapPage) -> dict[str, Any]:
    return {
        "path": page.path,
        "stack": page.stack,
        "connections": [
            {
                "location": location(connection.span),
                "url": connection.url,
                "opens": connection.opens,
                "events": [_event_data(event) for event in connection.events],
            }
            for connection in page.connections
        ],
    }


def _event_data(event: MapEvent) -> dict[str, Any]:
    return {
        "name": event.name,
        "emitted_by": [
            {"route": route, "location": location(span)} for route, span in event.emitted_by
        ],
        "listeners": [
            {
                "kind": listener.kind,
                "location": location(listener.span),
                "outcomes": [_landing_data(landing) for landing in listener.landings],
            }
            for listener in event.listeners
        ],
    }


def _landing_data(landing: Landing) -> dict[str, Any]:
    lands = None
    if landing.lands is not None and landing.lands.mark is not None:
        lands = {
            "selector": selector_of(landing.lands),
            "location": location(mark_of(landing.lands).span),
        }
    return {
        "ways": landing.ways,
        "verdict": landing.verdict,
        "lands": lands,
        "swap": landing.swap,
        "destroys": [location(mark_of(node).span) for node in landing.destroys],
        "closes": landing.closes,
        "repeats": landing.repeats,
    }
