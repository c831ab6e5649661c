"""The wiring of a project: pages, connections, events, listeners, and where each event lands."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from sse_check.findings.context import Context
from sse_check.htmx.brings import Brought, brought
from sse_check.htmx.copying import Copies
from sse_check.htmx.dom import Node
from sse_check.htmx.outcomes import Again, Event, Opened, Outcome, Played, Request, Same, Verdict
from sse_check.htmx.play import play
from sse_check.htmx.titles import title_of
from sse_check.htmx.view import PageView
from sse_check.pages.engine import Engine
from sse_check.pages.marks import HOLE, mark_of
from sse_check.report.wiring_spans import asks_by, span_of, span_of_connection
from sse_check.source import Span
from sse_check.template.values import Pattern
from sse_check.wiring.addresses import Address, address_of
from sse_check.wiring.joins import Joined
from sse_check.wiring.listening import event_listeners, messages_of, pattern_of

Share = Literal["all", "some"]
# By these a payload changes elements wherever they are.
_ELSEWHERE = ("hx-swap-oob", "hx-partial", "hx-target")


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
    times: int = 0
    why: str = ""
    select: str = ""
    strip: bool = False
    timing: tuple[str, ...] = ()
    requests: tuple[Request, ...] = ()
    again: Again | None = None
    same: Same | None = None
    also: tuple[Node, ...] = ()


@dataclass(slots=True)
class MapListener:
    kind: str
    node: Node
    span: Span
    landings: list[Landing] = field(default_factory=list)
    seen: int = 0


@dataclass(slots=True)
class MapEvent:
    """An event of a connection. `unnamed` is true for messages that have no name."""

    name: str
    unnamed: bool = False
    emitted_by: list[tuple[str, Span]] = field(default_factory=list)
    listeners: list[MapListener] = field(default_factory=list)
    # True when the route is known and never sends it.
    unsent: bool = False
    # True when some event is sent there whose name cannot be told, and none that is this one.
    doubtful: bool = False
    # Streams that the event opens, closes, and leaves open for nobody, by address.
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    leaked: tuple[str, ...] = ()
    # The same of a second one.
    opened_again: tuple[str, ...] = ()
    closed_again: tuple[str, ...] = ()
    # What payloads that are known bring in.
    brings: tuple[Brought, ...] = ()


@dataclass(slots=True)
class MapConnection:
    node: Node
    span: Span
    url: str
    opens: Literal["always", "some", "never"]
    events: list[MapEvent] = field(default_factory=list)
    # How it opens; None for one that never does.
    how: Opened | None = None


@dataclass(slots=True)
class MapPage:
    path: str
    stack: str
    # What the page loads, for people.
    title: str
    stack_source: str
    # Other pages that differ from it in nothing that matters.
    also: tuple[str, ...] = ()
    connections: list[MapConnection] = field(default_factory=list)


class Seen(NamedTuple):
    """A connection in one rendering of its page."""

    view: PageView
    node: Node
    played: Played


def wiring(context: Context) -> list[MapPage]:
    """One entry for each page with connections."""
    if any(sign in text for text in _payloads(context) for sign in _ELSEWHERE):
        # Elements to which no markup points may be changed as well.
        context.engine = Engine(context.project, everything=True)
    by_page: dict[str, list[PageView]] = {}
    for view in context.views:
        by_page.setdefault(view.page.path, []).append(view)
    pages = [_page(context, path, views) for path, views in by_page.items()]
    return [page for page in pages if page.connections]


def _payloads(context: Context) -> Iterator[str]:
    """The payloads whose text is known."""
    for _, one in context.wiring.streams if context.is_live else ():
        for emission in one.stream.emissions:
            text = _text_of(emission.payload)
            if text is not None:
                yield text


def _text_of(payload: ast.expr | None) -> str | None:
    value = payload.value if isinstance(payload, ast.Constant) else None
    return value if isinstance(value, str) else None


def _page(context: Context, path: str, views: list[PageView]) -> MapPage:
    first = views[0]
    shown = context.project.files.display_path
    also = tuple(shown(other) for other in first.page.also if other != path)
    page = MapPage(shown(path), first.stack.name, title_of(first.loaded), first.loaded.source, also)
    places: dict[tuple[tuple[str, int], str], list[Seen]] = {}
    copies = Copies()
    for view in views:
        asking = _streaming(context, view)
        played = play(view.root, view.stack, view.config, asking, copies) if asking else view.played
        # With compat what is inside a connection may connect as well, without a word of its own.
        others = [one.connection for one in played.connections if one.connection.mark is not None]
        for node in dict.fromkeys((*view.connections, *asking, *others)):
            if not view.is_inert(node):
                # One place in a macro opens as many streams as the macro is given addresses.
                key = (mark_of(node).place, str(_address(view, node).path))
                places.setdefault(key, []).append(Seen(view, node, played))
    for same in places.values():
        page.connections.append(_connection(context, same))
    return page


def _streaming(context: Context, view: PageView) -> list[Node]:
    """Elements of htmx 4 whose request is answered by a stream."""
    if view.generation != "4":
        return []
    asking = [(node, asks_by(view, node)) for node in view.htmx_elements]
    return [node for node, name in asking if name and context.answers_of(view, node, name).streams]


def _address(view: PageView, node: Node) -> Address:
    """Where an element asks for a stream."""
    name = asks_by(view, node)
    return address_of(node, name) if name else address_of(node)


def _joined(context: Context, view: PageView, node: Node) -> Joined:
    """Where an element asks for a stream, in the application that serves the page."""
    name = asks_by(view, node)
    return context.answers_of(view, node, name) if name else context.joined(view, node)


def _connection(context: Context, same: list[Seen]) -> MapConnection:
    view, node, _ = same[0]
    how = [one for seen in same for one in seen.played.connections if one.connection is seen.node]
    address = _address(view, node)
    # What an element inherits may be another address than the one that is written on it.
    shown = str(pattern_of(how[0].url)) if how else str(address.path)
    connection = MapConnection(
        node,
        span_of_connection(view, node),
        address.shown if shown == "*" else shown,
        "always" if len(how) >= len(same) else "some" if how else "never",
        how=_together(same),
    )
    events: dict[tuple[str, bool], MapEvent] = {}
    for seen in same:
        _add_waits(events, seen)
        _add_outcomes(events, seen)
    _add_emissions(context, events, same)
    connection.events = list(events.values())
    return connection


def _together(same: list[Seen]) -> Opened | None:
    """How one place opens its streams, on the page on which it opens most.

    It may stand on a page more than once: a macro that is called twice, or a link around a link,
    of which the parser makes two.
    """
    by_view: dict[int, list[Opened]] = {}
    for view, node, played in same:
        found = [one for one in played.connections if one.connection is node]
        by_view.setdefault(id(view), []).extend(found)
    most = max(by_view.values(), key=lambda found: sum(one.times for one in found))
    if len(most) < 2:
        return most[0] if most else None
    return replace(most[0], times=sum(o.times for o in most), open=sum(o.open for o in most))


def _event(events: dict[tuple[str, bool], MapEvent], name: str, unnamed: bool) -> MapEvent:
    return events.setdefault((name, unnamed), MapEvent(name, unnamed))


def _add_waits(events: dict[tuple[str, bool], MapEvent], seen: Seen) -> None:
    """What is written to wait for an event; what the played page hears of it is added later."""
    view, node, played = seen
    for unnamed, waits in ((True, messages_of(view, node)), (False, event_listeners(view, node))):
        for wait in waits:
            event = _event(events, str(wait.name), unnamed)
            span = span_of_connection(view, node) if unnamed else wait.span
            listener = _listener(event, wait.kind, wait.node, span)
            outcomes = [
                one
                for one in played.outcomes
                if one.listener is wait.node
                and one.kind == wait.kind
                and one.unnamed == unnamed
                and one.name == _as_played(wait.name)
            ]
            if not outcomes:
                listener.seen += 1
                _note(listener, None, "unknown" if played.cut else "lost")


def _as_played(name: Pattern) -> str:
    return "".join(HOLE if part is None else part for part in name.parts)


def _add_outcomes(events: dict[tuple[str, bool], MapEvent], seen: Seen) -> None:
    view, node, played = seen
    for outcome in played.outcomes:
        if outcome.connection is not node:
            continue
        event = _event(events, str(pattern_of(outcome.name)), outcome.unnamed)
        span = span_of(view, outcome)
        listener = _listener(event, outcome.kind, outcome.listener, span)
        listener.seen += 1
        _note(listener, outcome)
    for done in played.events:
        if done.connection is node:
            _note_streams(_event(events, str(pattern_of(done.name)), done.unnamed), done)
    for event in events.values():
        for listener in event.listeners:
            for landing in listener.landings:
                landing.ways = "all" if landing.seen >= listener.seen else "some"


def _note_streams(event: MapEvent, done: Event) -> None:
    event.opened = max(event.opened, done.opened, key=len)
    event.closed = max(event.closed, done.closed, key=len)
    event.leaked = max(event.leaked, done.leaked, key=len)
    event.opened_again = max(event.opened_again, done.opened_again, key=len)
    event.closed_again = max(event.closed_again, done.closed_again, key=len)


def _add_emissions(
    context: Context,
    events: dict[tuple[str, bool], MapEvent],
    same: list[Seen],
) -> None:
    node = same[0].node
    joined = _joined(context, same[0].view, node)
    reached = joined.streams
    for route in reached:
        for emission in route.stream.emissions:
            heard = [e for (name, _), e in events.items() if _matches(name, str(emission.name))]
            if not heard:
                heard = [_event(events, str(emission.name), unnamed=False)]
            payload = _text_of(emission.payload)
            told = emission.name.parts != (None,)
            for event in heard:
                event.doubtful = not told and (event.doubtful or not event.emitted_by)
                entry = (route.route.path, emission.span)
                if entry not in event.emitted_by:
                    event.emitted_by.append(entry)
                if payload is not None:
                    view, one, _ = same[0]
                    found = brought(view, one, event.name, event.unnamed, payload)
                    event.brings = tuple(dict.fromkeys((*event.brings, *found)))
    known = bool(reached) and not joined.is_open
    for event in events.values():
        event.unsent = known and not event.emitted_by


def _matches(left: str, right: str) -> bool:
    return pattern_of(left, "*").matches(pattern_of(right, "*"))


def _listener(event: MapEvent, kind: str, node: Node, span: Span) -> MapListener:
    for one in event.listeners:
        if one.span == span and one.kind == kind:
            return one
    event.listeners.append(MapListener(kind, node, span))
    return event.listeners[-1]


def _note(listener: MapListener, outcome: Outcome | None, otherwise: Verdict = "lost") -> None:
    landing = Landing(otherwise, None, "", (), False, False)
    if outcome is not None:
        again = outcome.again
        landing = Landing(
            outcome.verdict,
            outcome.lands,
            outcome.style,
            outcome.destroys,
            outcome.kind == "close",
            outcome.repeats,
            times=outcome.times,
            why=outcome.failure,
            select=outcome.select,
            strip=outcome.strip,
            timing=outcome.timing,
            requests=_shown(outcome.listener, outcome.requests),
            again=again and replace(again, requests=_shown(outcome.listener, again.requests)),
            same=outcome.same,
            also=outcome.also,
        )
    for other in listener.landings:
        if _key(other) == _key(landing):
            other.seen += 1
            return
    landing.seen = 1
    listener.landings.append(landing)


def _shown(node: Node, requests: tuple[Request, ...]) -> tuple[Request, ...]:
    """Requests whose address is put in by the template: as that is written."""
    return tuple(_with_address(node, one) if HOLE in one.address else one for one in requests)


def _with_address(node: Node, request: Request) -> Request:
    name = f"hx-{request.method.lower()}"
    if node.get(name) == request.address:
        return replace(request, address=address_of(node, name).shown)
    return replace(request, address=str(pattern_of(request.address)))


def _key(landing: Landing) -> tuple[object, ...]:
    return (
        landing.verdict,
        _place(landing.lands),
        landing.swap,
        landing.closes,
        landing.repeats,
        landing.times,
        tuple((one.method, one.address, _place(one.target)) for one in landing.requests),
    )


def _place(node: Node | None) -> object:
    return mark_of(node).place if node is not None and node.mark else None
