"""What one event does at one listener: the words in which a played page is told."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from sse_check.htmx.dom import Node, spelt
from sse_check.htmx.effects import Effect, Kind
from sse_check.htmx.idiomorph import is_inner
from sse_check.htmx.reconnects import Reconnects
from sse_check.htmx.swaps import is_morph
from sse_check.htmx.triggers import trigger_specs
from sse_check.pages.marks import HOLE

_SPEAKING = spelt("sse-connect", "sse-swap", "hx-sse", "hx-sse:connect")
# How htmx 4 writes what comes down to others, or is added to what comes from above.
_ENDINGS = ("", ":inherited", ":append", ":inherited:append")
Verdict = Literal["delivered", "misrouted", "lost", "unknown"]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, and where the answer goes."""

    method: str
    address: str
    target: Node | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """What a second event of the name does, where it is not the same."""

    verdict: Verdict
    lands: Node | None = None
    style: str = ""
    failure: str = ""
    requests: tuple[Request, ...] = ()


@dataclass(frozen=True, slots=True)
class Same:
    """What an event does whose payload has all that is in the place where it goes.

    `keeps` are those of the listeners and connections there that stay as they are; who stays may
    send a request that waited for the answer to another.
    """

    keeps: tuple[Node, ...]
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    requests: int = 0

    @property
    def leaks(self) -> tuple[str, ...]:
        """Streams that are opened beside those that stay open."""
        return tuple((Counter(self.opened) - Counter(self.closed)).elements())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one event does at one listener of a page.

    Elements are those of the page that was asked about. `times` says how often the event was
    handled there; `destroys` are the listeners and connections that its swap takes away.
    `unnamed` is true for what only a message without a name does, as in htmx 4.
    """

    listener: Node
    connection: Node
    kind: Kind
    name: str
    verdict: Verdict
    lands: Node | None = None
    style: str = ""
    failure: str = ""
    destroys: tuple[Node, ...] = ()
    times: int = 1
    repeats: bool = True
    stack: str = ""
    unnamed: bool = False
    requests: tuple[Request, ...] = ()
    select: str = ""
    strip: bool = False
    timing: tuple[str, ...] = ()
    again: Again | None = None
    # Where something is kept by `hx-preserve`, or by a morph.
    same: Same | None = None
    # Where else it lands if it is handled more than once.
    also: tuple[Node, ...] = ()

    @property
    def keeps(self) -> tuple[Node, ...]:
        """Those of the destroyed that stay where the payload brings them again."""
        return self.same.keeps if self.same else ()

    @property
    def takes_whole(self) -> bool:
        """Whether the swap takes the element itself where it lands, and not what is in it."""
        if self.style in ("outerHTML", "outerMorph"):
            return True
        return is_morph(self.style) and not is_inner(self.style)

    @property
    def is_aimed(self) -> bool:
        """Whether a trigger of htmx 4 names the connection in its `from:`."""
        for word, _, modifiers in trigger_specs(self.listener.get("hx-trigger") or "", "4"):
            origin = next((one[5:] for one in modifiers if one.startswith("from:")), "")
            if word == self.name and origin.startswith("#"):
                return self.connection.get("id") == origin[1:]
        return False

    @property
    def morphs(self) -> bool:
        """Whether the swap keeps of the old content what the payload has as well."""
        return "morph" in self.style.lower()


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection, and how it comes to its stream.

    `times` is how often it opens one when the page loads, and `open` how many of them stay;
    `on` is the trigger that opens it later, if so. `waits` says that the browser has no
    connection left for it.
    """

    connection: Node
    url: str
    times: int
    open: int
    on: str = ""
    waits: bool = False
    reconnects: Reconnects | None = None
    # Whether the stream ends while the page is in the background, and comes back with it.
    pauses: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What an event does to the streams of a page: opened, closed, and left open for nobody."""

    connection: Node
    name: str
    unnamed: bool
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    leaked: tuple[str, ...] = ()
    # What a second one opens and closes.
    opened_again: tuple[str, ...] = ()
    closed_again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Played:
    """All outcomes of a page, and the connections it opens, each as often as it does."""

    outcomes: tuple[Outcome, ...] = ()
    opened: tuple[Node, ...] = ()
    connections: tuple[Opened, ...] = ()
    events: tuple[Event, ...] = ()
    # What was left out because there was too much of it.
    cut: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """One listener and one event: what was seen of it, twice."""

    listener: Node
    connection: Node
    kind: Kind
    name: str
    unnamed: bool
    first: tuple[Effect, ...]
    second: tuple[Effect, ...]
    # Whether where or how it swaps is known only when the page is rendered.
    dynamic: bool
    stack: str


def judged(heard: Heard, origin: dict[int, Node]) -> Outcome:
    """The outcome of what was seen; `origin` has the elements that those played are copies of."""
    done = next((effect for effect in heard.first if effect.lands is not None), None)
    verdict = _verdict(heard, heard.first, origin)
    removed = tuple(
        origin[id(inner)]
        for effect in heard.first
        for top in effect.removed
        for inner in top.subtree()
        # What is played brings nothing that does.
        if speaks_of_events(inner)
    )
    landed = [effect for effect in heard.first if effect.lands is not None]
    if verdict == "unknown" or heard.kind in ("close", "script"):
        return _plain(heard, verdict)
    return Outcome(
        heard.listener,
        heard.connection,
        heard.kind,
        heard.name,
        verdict,
        origin.get(id(done.lands)) if done else None,
        done.style if done else _first(heard.first, "style"),
        "" if done or verdict == "delivered" else _first(heard.first, "failure"),
        tuple(dict.fromkeys(removed)),
        len(landed) or (len(heard.first) if verdict == "delivered" else 0),
        _same(heard),
        heard.stack,
        heard.unnamed,
        tuple(_request(effect, origin) for effect in heard.first if effect.request),
        _first(heard.first, "select"),
        any(effect.strip for effect in landed),
        next((effect.timing for effect in heard.first if effect.timing), ()),
        None if _same(heard) else _again(heard, origin),
        also=_others(landed, origin),
    )


def _others(landed: list[Effect], origin: dict[int, Node]) -> tuple[Node, ...]:
    """The elements but the first where one event lands, of those that a template has."""
    places = dict.fromkeys(origin[id(one.lands)] for one in landed if id(one.lands) in origin)
    return tuple(places)[1:]


def _plain(heard: Heard, verdict: Verdict) -> Outcome:
    return Outcome(
        heard.listener,
        heard.connection,
        heard.kind,
        heard.name,
        verdict,
        times=len(heard.first),
        repeats=heard.kind != "close",
        stack=heard.stack,
        unnamed=heard.unnamed,
    )


def _verdict(heard: Heard, effects: tuple[Effect, ...], origin: dict[int, Node]) -> Verdict:
    if heard.kind in ("close", "script") and effects:
        return "delivered"
    if heard.dynamic or any(effect.unknown for effect in effects):
        return "unknown"
    done = next((effect for effect in effects if effect.lands is not None), None)
    if done is None:
        quiet = any(effect.style == "none" and not effect.failure for effect in effects)
        return "delivered" if quiet or any(one.streams for one in effects) else "lost"
    lands = origin.get(id(done.lands))
    astray = lands is not heard.listener and not _says_where(heard.listener)
    return "misrouted" if astray and heard.kind == "swap" else "delivered"


def _says_where(listener: Node) -> bool:
    """Whether an element names a target of its own."""
    if any(listener.get(f"hx-target{ending}") for ending in _ENDINGS):
        return True
    return any("target:" in (listener.get(f"hx-swap{ending}") or "") for ending in _ENDINGS)


def _same(heard: Heard) -> bool:
    """Whether a second event does what the first one did."""
    return _told(heard.first) == _told(heard.second)


def _told(effects: tuple[Effect, ...]) -> list[tuple[object, ...]]:
    return [
        (id(effect.lands), effect.style if effect.lands else "", effect.request)
        for effect in effects
    ]


def _again(heard: Heard, origin: dict[int, Node]) -> Again:
    done = next((effect for effect in heard.second if effect.lands is not None), None)
    return Again(
        _verdict(heard, heard.second, origin),
        origin.get(id(done.lands)) if done else None,
        done.style if done else "",
        "" if done else _first(heard.second, "failure"),
        tuple(_request(effect, origin) for effect in heard.second if effect.request),
    )


def _request(effect: Effect, origin: dict[int, Node]) -> Request:
    method, address = effect.request or ("", "")
    return Request(method, address, origin.get(id(effect.lands)))


def _first(effects: tuple[Effect, ...], name: str) -> str:
    return next((text for effect in effects if (text := getattr(effect, name))), "")


def is_preserved(node: Node) -> bool:
    """Whether an element stays where a payload brings it again, with all that is in it."""
    return any(n.get("hx-preserve") is not None and n.get("id") for n in node.lineage())


def speaks_of_events(node: Node) -> bool:
    """Whether an element connects or listens, by any spelling of any generation."""
    if node.has_any(_SPEAKING):
        return True
    return "sse:" in (node.get("hx-trigger") or "")


def selector_of(node: Node) -> str:
    """How a report names an element: `#id` where it has one, else its tag."""
    ident = node.attributes.get("id")
    return f"#{ident}" if ident and HOLE not in ident else node.name
