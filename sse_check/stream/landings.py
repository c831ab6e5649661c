"""Where each event of a look went: played on the model of the page, or observed in a browser."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sse_check.htmx.reasons import NO_PLACE
from sse_check.stream.answers import Answer, put
from sse_check.stream.around import (
    Effect,
    Node,
    Opened,
    Page,
    UnknownSelectorError,
    copied,
    fragment,
    open_page,
    speaks_of_events,
    swap_attribute,
)
from sse_check.stream.beside import WholePage, is_beside, places_named
from sse_check.stream.session import SeenStream, Session, in_order
from sse_check.stream.wire import WireEvent

if TYPE_CHECKING:
    from sse_check.stream.browser import Move, Seen, Watched

# Names that server libraries send of their own accord, for scripts of their own.
_OF_THE_LIBRARY = frozenset(
    ("stream-open", "keep-alive", "stream-reset", "stream-error", "chirp:sse:meta")
)
_REPLACING = ("outerHTML", "delete")


@dataclass(slots=True)
class Landing:
    """Where an event went at one listener."""

    listener: Node
    verdict: str
    lands: Node | None
    style: str
    removed: bool = False
    # False for a request that the event triggers, and for a stream that it closes.
    swaps: bool = True
    # Why it went nowhere, in the words of the model; empty where that is not known.
    failure: str = ""
    # Where parts of it went that name their own place.
    beside: tuple[Node, ...] = ()


@dataclass(slots=True)
class Row:
    """All events of one name on one stream."""

    stream: SeenStream
    name: str
    count: int
    first: float
    event: WireEvent
    landings: list[Landing] = field(default_factory=list)
    # Whether something on the page as it was served waits for the name.
    waited: bool = False

    @property
    def verdict(self) -> str:
        if not self.landings:
            if self.name in _OF_THE_LIBRARY:
                return "library's own"
            return "gone" if self.waited else "unheard"
        verdicts = {landing.verdict for landing in self.landings}
        for worst in ("lost", "misrouted", "removed", "not told"):
            if worst in verdicts:
                return worst
        return "delivered"


def played(session: Session) -> list[Row]:
    """Send every event to the model of the page, in the order in which they came."""
    view = session.view
    served, stands_for = session.served
    twin, copies = copied(served)
    origin = {key: stands_for[id(node)] for key, node in copies.items() if id(node) in stands_for}
    page = open_page(twin, view.stack, view.config, lambda *_: "", fragment)
    rows: dict[tuple[int, str], Row] = {}
    whole = WholePage(session.reply.text)
    answers = list(session.answers)
    for stream, event in in_order(session):
        while answers and answers[0].seconds <= stream.time_of(event):
            _put(page, answers.pop(0), origin, session)
        row = rows.setdefault(
            (id(stream.connection), event.event),
            Row(stream, event.event, 0, stream.time_of(event), event),
        )
        row.count += 1
        name = None if event.event == "message" else event.event
        source = _open_at(page, origin, stream)
        if source is None:
            continue
        try:
            effects = page.event_on(source, name, event.data)
        except UnknownSelectorError:
            continue
        for effect in effects:
            _note(row, _of_effect(effect, origin, whole, event.data))
    for answer in answers:
        _put(page, answer, origin, session)
    for stream in session.streams:
        stream.closed = _open_at(page, origin, stream) is None
    return list(rows.values())


def _put(page: Page, answer: Answer, origin: dict[int, Node], session: Session) -> None:
    """An answer arrives: its elements stand for those that are in the view."""
    found = put(page, answer, lambda url: session.visitor.local(session.path, url))
    for at, node in found.nodes.items():
        if at in answer.nodes:
            origin[id(node)] = answer.nodes[at]


def _open_at(page: Page, origin: dict[int, Node], stream: SeenStream) -> Opened | None:
    """The model's stream for one that was read, while the page holds it open."""
    opened = (one for one in page.sources if one.open)
    return next((one for one in opened if origin.get(id(one.element)) is stream.connection), None)


def _note(row: Row, landing: Landing | None) -> None:
    if landing is None:
        return
    known = next((one for one in row.landings if one.listener is landing.listener), None)
    if known is None:
        row.landings.append(landing)
    elif known.failure == NO_PLACE and landing.failure != NO_PLACE:
        # An event before had no place here, and this one has.
        row.landings[row.landings.index(known)] = landing


def _of_effect(
    effect: Effect, origin: dict[int, Node], whole: WholePage, data: str
) -> Landing | None:
    listener = origin.get(id(effect.listener))
    if listener is None:
        return None
    lands = origin.get(id(effect.lands)) if effect.lands is not None else None
    removed = any(
        origin.get(id(node)) is listener for top in effect.removed for node in top.subtree()
    )
    swaps = effect.kind == "swap"
    # Parts that name their own place leave nothing to land here.
    beside = swaps and not effect.failure and is_beside(data)
    if beside and effect.lands is None:
        landing = Landing(listener, "delivered", None, effect.style, removed)
    else:
        nowhere = bool(effect.failure) or (swaps and effect.lands is None and not beside)
        landing = _judged(data, listener, lands, effect.style, removed, nowhere, swaps)
    landing.failure = effect.failure
    went = (origin.get(id(node)) for node, _ in effect.out_of_band)
    landing.beside = tuple(dict.fromkeys(node for node in went if node is not None))
    if beside and _is_without_place(effect, data):
        _look_further(landing, whole.named_in(data))
    if effect.unknown and lands is None:
        # A selector that the model does not know: in a browser it may find its element.
        landing.verdict, landing.failure = "not told", effect.failure
    return landing


def _is_without_place(effect: Effect, data: str) -> bool:
    """Whether a message of parts that name their own places changed nothing that is known."""
    if effect.style == "delete" or (effect.style == "textContent" and effect.lands is not None):
        return False
    return bool(places_named(data)) and not effect.out_of_band and not effect.taken


def _look_further(landing: Landing, places: tuple[Node, ...] | None) -> None:
    """What has nothing to do with htmx is not in the view: it may be what a part is for."""
    if places is None:
        landing.verdict = "not told"
    elif places:
        landing.beside = places
    else:
        landing.verdict, landing.failure = "lost", NO_PLACE


def _judged(
    data: str,
    listener: Node,
    lands: Node | None,
    style: str,
    removed: bool,
    nowhere: bool,
    swaps: bool,
) -> Landing:
    verdict = "delivered"
    own = bool(listener.get("hx-target")) or not swaps
    if nowhere and not (swaps and style == "none"):
        verdict = "lost"
    elif not own and lands is not listener and style != "none":
        verdict = "misrouted"
    elif removed and style == "outerHTML" and (lands is None or speaks_of_events(listener)):
        verdict = "delivered" if _brings_again(data, listener) else "removed"
    return Landing(listener, verdict, lands, style, removed, swaps)


def _brings_again(data: str, listener: Node) -> bool:
    value = listener.get("sse-swap")
    return any(
        node.get("sse-swap") == value
        for child in fragment(data)
        if isinstance(child, Node)
        for node in child.subtree()
    )


# Observed


def observed(rows: list[Row], watched: "Watched", generation: str) -> list[Row]:
    """The same rows with what a browser did. Only how to swap is taken from the markup.

    Streams that an answer opened are not opened there: what is said of them is what was played.
    """
    late = [row for row in rows if row.stream.late]
    rows = [row for row in rows if not row.stream.late]
    predicted = {
        (id(row.stream.connection), row.name, id(landing.listener)): landing
        for row in rows
        for landing in row.landings
    }
    found = {_key(row): replace(row, landings=[]) for row in rows}
    for seen in watched.seen:
        row = found[id(seen.stream.connection), seen.event.event]
        strangers = any(swap_attribute(one) is None for one in seen.served)
        if generation == "1" or (generation == "2" and strangers):
            # Older extensions tell the connection, not the listener: who it is comes from the
            # model, where it landed from the browser.
            mine = [one for key, one in predicted.items() if key[:2] == _key(row) and one.swaps]
            _confirm(row, seen, mine)
            continue
        for listener in seen.served:
            if any(landing.listener is listener for landing in row.landings):
                continue
            known = predicted.get((id(seen.stream.connection), row.name, id(listener)))
            if known is not None and not known.swaps:
                continue
            if known is None and generation == "4" and not _moved(seen, listener):
                # A connection is told of every event, and swaps only those without a name.
                continue
            if known is not None and _leaves_no_trace(seen, listener, known):
                row.landings.append(known)
                continue
            style = known.style if known else "innerHTML"
            row.landings.append(_landing(seen, listener, style))
            row.landings[-1].failure = known.failure if known else ""
    for key, landing in predicted.items():
        # A request that a trigger sends is not told from others: the model stands for it.
        if not landing.swaps:
            found[key[:2]].landings.append(landing)
    return [*found.values(), *late]


def _key(row: Row) -> tuple[int, str]:
    return id(row.stream.connection), row.name


def _confirm(row: Row, seen: "Seen", expected: list[Landing]) -> None:
    """Hold what was predicted against all that an event changed."""
    removed = [node for move in seen.moves for top in move.removed for node in top.subtree()]
    for known in expected:
        if any(landing.listener is known.listener for landing in row.landings):
            continue
        places = [p for move in seen.moves if (p := _place(move, known.style)) is not None]
        unseen = known.style == "none" or is_beside(seen.event.data)
        if unseen or known.lands in places or (known.lands is None and not places):
            row.landings.append(known)
            continue
        lands = next(iter(places), None)
        gone = known.listener in removed
        nowhere = not seen.moves
        row.landings.append(
            _judged(seen.event.data, known.listener, lands, known.style, gone, nowhere, swaps=True)
        )
        row.landings[-1].failure = known.failure


def _moved(seen: "Seen", listener: Node) -> bool:
    return any(move.listener is listener for move in seen.moves)


def _leaves_no_trace(seen: "Seen", listener: Node, known: Landing) -> bool:
    """Nothing that goes into a listener which is empty; parts out of band go elsewhere."""
    here = [move.listener is listener and move.target is listener for move in seen.moves]
    if known.failure == NO_PLACE:
        # What is left of it empties the listener at most.
        return all(here)
    return not any(here) and is_beside(seen.event.data)


def _landing(seen: "Seen", listener: Node, style: str) -> Landing:
    moves = [move for move in seen.moves if move.listener is listener]
    places = [place for move in moves if (place := _place(move, style)) is not None]
    # Out-of-band parts go first, the content itself last; where none is left, nothing moves.
    lands = listener if listener in places else next(reversed(places), None)
    removed = any(listener in top.subtree() for move in moves for top in move.removed)
    nowhere = listener not in seen.finished or (not moves and bool(seen.event.data))
    return _judged(
        seen.event.data, listener, lands if moves else listener, style, removed, nowhere, True
    )


def _place(move: "Move", style: str) -> Node | None:
    """The element that a change says was the target, by the style of the swap."""
    if style in _REPLACING:
        return move.removed[0] if move.removed else None
    if style == "beforebegin":
        return move.after
    if style == "afterend":
        return move.before
    return move.target
