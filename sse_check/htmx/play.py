"""A page is played on the model: loaded, and sent each event that something on it waits for.

One event comes on one connection's stream at a time. What it does is looked at, and then a
second one of the same name comes.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from sse_check.htmx.copying import SOURCE, TOO_MANY, Copies, TooMuchError, copied, size_of
from sse_check.htmx.dom import Node
from sse_check.htmx.effects import Effect, Kind, Listeners, Parse, Source
from sse_check.htmx.htmx4 import Htmx4
from sse_check.htmx.inheritance import closest_value, given_in_4
from sse_check.htmx.model import open_page
from sse_check.htmx.opening import on_demand, opened_at_load
from sse_check.htmx.outcomes import (
    Event,
    Heard,
    Opened,
    Outcome,
    Played,
    judged,
)
from sse_check.htmx.page import Page
from sse_check.htmx.same import Again, could_stay
from sse_check.htmx.stacks import Stack
from sse_check.pages.marks import HOLE

_PAYLOAD = "<i>payload</i>"
_INSIDE = ("innerHTML", "beforeend", "afterbegin", "textContent")


class Sent(NamedTuple):
    """An event to send: its name, None for a message without one."""

    name: str | None

    @property
    def shown(self) -> str:
        return self.name if self.name is not None else "message"


class Waiting(NamedTuple):
    kind: Kind
    node: Node


def play(
    root: Node,
    stack: Stack,
    config: Mapping[str, object] | None = None,
    streaming: Collection[Node] = (),
    copies: Copies | None = None,
) -> Played:
    """Load a page and send it each event that something on it waits for.

    `streaming` are elements whose request is answered by a stream, `copies` what may still be
    copied of this page, of which there may be other renderings.
    """
    stage = Stage(root, stack, config, streaming=streaming, copies=copies)
    connections = opened_at_load(stage.page, stage.origin)
    # What loading the page brought in has no place in a template.
    elements = [source.element for source in stage.page.sources]
    opened = tuple(stage.origin[id(node)] for node in elements if id(node) in stage.origin)
    outcomes: list[Outcome] = []
    events: list[Event] = []
    later = stage.later()
    for one in (*connections, *later):
        if one.on and stage.copies.are_used_up:
            break
        stage.prepare(one.connection if one.on else None)
        for sent in stage.names(one.connection):
            if stage.copies.are_used_up:
                outcomes += stage.untried(one.connection, sent)
                continue
            try:
                found, event = stage.play(one.connection, sent)
            except TooMuchError:
                outcomes += stage.untried(one.connection, sent)
                continue
            outcomes += [_with_same(stage, outcome, sent, one) for outcome in found]
            events.append(event)
    stage.leave()
    cut = TOO_MANY if stage.copies.are_used_up else ""
    return Played(tuple(outcomes), opened, (*connections, *later), tuple(events), cut)


def _with_same(stage: "Stage", outcome: Outcome, sent: Sent, opened: Opened) -> Outcome:
    """An outcome that tells as well what stays where the payload has it again."""
    if not could_stay(outcome):
        return outcome
    again = Again(outcome)
    other = Stage(stage.root, stage.stack, stage.config, again, stage.streaming, stage.copies)
    other.prepare(opened.connection if opened.on else None)
    try:
        return replace(outcome, same=again.seen(other, sent))
    except TooMuchError:
        return outcome
    finally:
        other.leave()


def stage_for(root: Node, stack: Stack, config: Mapping[str, object], parse: Parse) -> "Stage":
    """A loaded page to which payloads can be sent."""
    return Stage(root, stack, config, parse)


class Stage:
    """A loaded copy of a page. It is loaded again only after an event that left its mark."""

    def __init__(
        self,
        root: Node,
        stack: Stack,
        config: Mapping[str, object] | None,
        parse: Parse | None = None,
        streaming: Collection[Node] = (),
        copies: Copies | None = None,
    ) -> None:
        self.root, self.stack, self.config = root, stack, config
        self.streaming = streaming
        self.addresses = {value for node in streaming for value in node.attributes.values()}
        self.parse = parse or _parsed
        self.copies = copies or Copies()
        self.size = size_of(root)
        self.asking: Node | None = None
        self.loaded = False
        self._load()

    def leave(self) -> None:
        """Take the copy apart: elements hold each other, and nobody collects such circles."""
        for node in list(_all(self.page.root)):
            node.parent = None
            node.children = []
        for source in self.page.sources:
            source.listeners = Listeners()

    def _load(self) -> None:
        if self.loaded:
            self.leave()
        self.loaded = True
        twin, self.origin = copied(self.root)
        self.twins = {id(node): twin for twin, node in self.origin.items()}
        streams = self.addresses.__contains__
        self.page = open_page(
            *(twin, self.stack, self.config, _answer, self.parse),
            streams=streams,
            copies=self.copies,
        )
        # Connections in each other may open far more streams than there are elements.
        self.copies.left -= self.size + SOURCE * len(self.page.sources)
        self.spent = False
        self.leaked: tuple[str, ...] | None = None
        page, asking = self.page, self.asking
        if asking is not None and isinstance(page, Htmx4):
            ours = next(node for node in _all(twin) if self.origin.get(id(node)) is asking)
            page.connect_now(ours)
            page.stream_answer(ours)

    def _renew(self) -> None:
        """Load the page again if an event left its mark."""
        if self.spent:
            self._load()

    def prepare(self, asking: Node | None) -> None:
        """From here on an element has asked for its stream."""
        if asking is not self.asking:
            self.asking = asking
            self._load()

    def later(self) -> list[Opened]:
        """The connections that open when something happens, in document order."""
        page = self.page
        if not isinstance(page, Htmx4):
            return []
        wanted = {id(node) for node in self.streaming}
        return [
            on_demand(page, self.origin[id(node)], node)
            # What loading the page brought in has no place in a template.
            for node in _all(page.root)
            if id(node) in self.origin
            and id(node) not in page.source_of
            and (id(node) in page.awaiting or id(self.origin[id(node)]) in wanted)
        ]

    def sources(self, connection: Node) -> list[Source]:
        found = self.page.sources_of.get(self.twins.get(id(connection), 0), ())
        return [source for source in found if source.open]

    def names(self, connection: Node) -> list[Sent]:
        self._renew()
        sources = self.sources(connection)
        if isinstance(self.page, Htmx4):
            heard = self.page.names_heard(sources[0].element) if sources else []
            return [Sent(None), *map(Sent, heard)] if sources else []
        names = dict.fromkeys(one.name for source in sources for one in source.listeners)
        return [Sent(name) for name in names]

    def play(self, connection: Node, sent: Sent) -> tuple[list[Outcome], Event]:
        self._renew()
        page, origin = self.page, self.origin
        waiting = self._waiting(connection, sent)
        before = [(one.node, list(one.node.children)) for one in waiting]
        dynamic = {id(one.node) for one in waiting if _is_dynamic(one.node, page)}
        opened, closed = len(page.opened), len(page.closed)
        # Until it is known that nothing is left behind.
        self.spent = True
        first = self.send(connection, sent)
        self.spent = not self._is_undisturbed(first)
        first_opened, first_closed = tuple(page.opened[opened:]), tuple(page.closed[closed:])
        leaked = self._leaked()
        opened, closed = len(page.opened), len(page.closed)
        second = self.send(connection, sent) if self.spent else first
        firsts, seconds = _by_listener(first), _by_listener(second)
        event = Event(
            connection,
            sent.shown,
            sent.name is None,
            first_opened,
            first_closed,
            leaked,
            tuple(page.opened[opened:]),
            tuple(page.closed[closed:]),
        )
        found = []
        for one in _all_of(waiting, first):
            key = (id(one.node), one.kind)
            done, again = firsts.get(key, ()), seconds.get(key, ())
            heard = self._heard(one, connection, sent, done, again, dynamic=key[0] in dynamic)
            found.append(judged(heard, origin))
        for node, children in before:
            node.children = children
            for child in node.elements:
                child.parent = node
        return found, event

    def _leaked(self) -> tuple[str, ...]:
        """Streams that are open for elements that are gone; what disturbs nothing leaks nothing."""
        if self.leaked is None or self.spent:
            page = self.page
            self.leaked = tuple(
                s.url for s in page.sources if s.open and not page.in_page(s.element)
            )
        return self.leaked

    def untried(self, connection: Node, sent: Sent) -> list[Outcome]:
        """What waits for an event that is not sent: what comes of it cannot be told."""
        self._renew()
        return [
            judged(self._heard(one, connection, sent, (), (), dynamic=True), self.origin)
            for one in self._waiting(connection, sent)
        ]

    def _heard(
        self,
        one: Waiting,
        connection: Node,
        sent: Sent,
        first: tuple[Effect, ...],
        second: tuple[Effect, ...],
        *,
        dynamic: bool,
    ) -> Heard:
        return Heard(
            self.origin[id(one.node)],
            connection,
            one.kind,
            sent.shown,
            sent.name is None,
            first,
            second,
            dynamic,
            self.stack.name,
        )

    def send(self, connection: Node, sent: Sent, payload: str = _PAYLOAD) -> list[Effect]:
        """The event comes on every stream of a connection: a server sends it to all.

        Raises `TooMuchError` when more comes of it than is played.
        """
        found: list[Effect] = []
        page = self.page
        page.in_event = True
        try:
            for source in self.sources(connection):
                if source.open:
                    found += page.event_on(source, sent.name, payload)
        finally:
            page.in_event = False
        return found

    def _waiting(self, connection: Node, sent: Sent) -> list[Waiting]:
        """What waits for an event on a connection: each element once for each kind."""
        found: dict[tuple[int, str], Waiting] = {}
        for source in self.sources(connection):
            if isinstance(self.page, Htmx4):
                kinds = self.page.waiting_for(source.element, sent.name)
            else:
                named = source.listeners.named(sent.shown)
                kinds = [(one.kind, one.element) for one in named]
            for kind, node in kinds:
                found[id(node), kind] = Waiting(kind, node)
        return list(found.values())

    def _is_undisturbed(self, effects: list[Effect]) -> bool:
        """Whether an event only changed the content of its listeners, and nothing live in it.

        A second one then does the same again, and the page can be put back as it was.
        """
        for effect in effects:
            if effect.kind != "swap" or effect.lands is not effect.listener:
                return False
            if effect.style not in _INSIDE:
                return False
            for top in effect.removed:
                if any(_is_live(node) for node in top.subtree()):
                    return False
        return not any(self.page.has_to_do_with(n) for e in effects for n in e.taken)


def _is_live(node: Node) -> bool:
    """Whether htmx has to do with an element."""
    return any("hx-" in name or "sse" in name for name in node.attributes)


def _by_listener(effects: list[Effect]) -> dict[tuple[int, Kind], tuple[Effect, ...]]:
    """Effects by the listener that each is of, and what kind of listener it is."""
    found: dict[tuple[int, Kind], list[Effect]] = {}
    for effect in effects:
        found.setdefault((id(effect.listener), effect.kind), []).append(effect)
    return {key: tuple(of_one) for key, of_one in found.items()}


def _all_of(waiting: list[Waiting], effects: list[Effect]) -> list[Waiting]:
    """What waits, and what heard the event on its way up: what is played brings no listeners."""
    found = {(id(one.node), one.kind): one for one in waiting}
    for effect in effects:
        key = (id(effect.listener), effect.kind)
        found.setdefault(key, Waiting(effect.kind, effect.listener))
    return list(found.values())


def _parsed(markup: str) -> list[Node | str]:
    """The payloads that are played need no parser."""
    return [Node("i")] if markup == _PAYLOAD else []


def _answer(method: str, url: str) -> str:  # noqa: ARG001 - nothing is known of answers
    return _PAYLOAD


def _all(root: Node) -> Iterator[Node]:
    """Every element, also inside templates, which `subtree` leaves out."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.elements))


def _is_dynamic(node: Node, page: Page) -> bool:
    """Whether where or how the listener swaps is known only when the page is rendered."""
    for name in ("hx-target", "hx-swap"):
        if page.stack.generation == "4":
            given = given_in_4(node, name, page.config, implicit=page.stack.compat)
            value = given[0] if given else None
        else:
            value = closest_value(node, name, page.config, page.stack.generation)
        if value is not None and HOLE in value:
            return True
    return any(HOLE in (above.get("hx-disinherit") or "") for above in node.lineage())
