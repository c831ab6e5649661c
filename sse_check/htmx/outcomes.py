"""What each event does on a page: the page is played, event by event, on the model."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from sse_check.htmx.dom import Node
from sse_check.htmx.inheritance import closest_value, given_in_4
from sse_check.htmx.model import open_page
from sse_check.htmx.page import Effect, Page
from sse_check.htmx.selectors import UnknownSelectorError
from sse_check.htmx.stacks import Stack
from sse_check.pages.marks import HOLE

Verdict = Literal["delivered", "misrouted", "lost", "unknown"]
Kind = Literal["swap", "trigger", "close"]

_PAYLOAD = "<i>payload</i>"
_MOST_NAMES = 48
_INSIDE = ("innerHTML", "beforeend", "afterbegin", "textContent")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one event does at one listener of a page.

    Elements are those of the page that was asked about. `times` says how often the event was
    handled there; `destroys` are the listeners and connections that its swap takes away.
    """

    listener: Node
    connection: Node
    kind: Literal["swap", "trigger", "close"]
    name: str
    verdict: Verdict
    lands: Node | None = None
    style: str = ""
    failure: str = ""
    destroys: tuple[Node, ...] = ()
    times: int = 1
    repeats: bool = True
    stack: str = ""


@dataclass(frozen=True, slots=True)
class Played:
    """All outcomes of a page, and the connections it opens, each as often as it does."""

    outcomes: tuple[Outcome, ...]
    opened: tuple[Node, ...]


def play(root: Node, stack: Stack, config: Mapping[str, object] | None = None) -> Played:
    """Load a page and send it each event that something on it waits for."""
    try:
        stage = _Stage(root, stack, config)
    except UnknownSelectorError:
        return Played((), ())
    opened = tuple(stage.origin[id(source.element)] for source in stage.page.sources)
    names: dict[str | None, None] = {}
    for source in stage.page.sources:
        for listener in source.listeners:
            names.setdefault(listener.name)
    if stack.generation == "4":
        names = {None: None}
    outcomes: list[Outcome] = []
    for name in list(names)[:_MOST_NAMES]:
        outcomes.extend(stage.play(name))
    return Played(tuple(outcomes), opened)


class _Stage:
    """A loaded copy of a page. It is loaded again only after an event that left its mark."""

    def __init__(self, root: Node, stack: Stack, config: Mapping[str, object] | None) -> None:
        self.root, self.stack, self.config = root, stack, config
        self._load()

    def _load(self) -> None:
        twin, self.origin = copied(self.root)
        self.page = open_page(twin, self.stack, self.config, parse=_parsed)
        self.spent = False

    def play(self, name: str | None) -> list[Outcome]:
        if self.spent:
            self._load()
        page, origin = self.page, self.origin
        waiting = self._waiting(name)
        before = [(node, list(node.children)) for _, _, node in waiting]
        dynamic = {id(node) for _, _, node in waiting if _is_dynamic(node, page)}
        try:
            first = page.event(name, _PAYLOAD)
            self.spent = not self._is_undisturbed(first)
            second = page.event(name, _PAYLOAD) if self.spent else first
        except UnknownSelectorError:
            self.spent = True
            return [
                Outcome(
                    origin[id(node)],
                    connection,
                    kind,
                    name or "message",
                    "unknown",
                    stack=self.stack.name,
                )
                for kind, connection, node in waiting
            ]
        found = [
            _judged(
                origin,
                node,
                connection,
                kind,
                name or "message",
                [effect for effect in first if effect.listener is node],
                [effect for effect in second if effect.listener is node],
                id(node) in dynamic,
                self.stack.name,
            )
            for kind, connection, node in waiting
        ]
        if not self.spent:
            for node, children in before:
                node.children = children
                for child in children:
                    if isinstance(child, Node):
                        child.parent = node
        return found

    def _waiting(self, name: str | None) -> list[tuple[Kind, Node, Node]]:
        """What waits for an event: each element once, with its connection."""
        found: dict[int, tuple[Kind, Node, Node]] = {}
        for source in self.page.sources:
            connection = self.origin[id(source.element)]
            if name is None:
                found[id(source.element)] = ("swap", connection, source.element)
                continue
            for listener in source.listeners:
                if listener.name == (name or "message"):
                    found[id(listener.element)] = (listener.kind, connection, listener.element)
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
                if any(id(n) in self.page.processed or speaks_of_events(n) for n in top.subtree()):
                    return False
        return True


def copied(root: Node) -> tuple[Node, dict[int, Node]]:
    """A copy of a page, and the element that each of its elements is a copy of."""
    twin = root.copy()
    return twin, {id(ours): theirs for ours, theirs in zip(_all(twin), _all(root), strict=True)}


def _parsed(markup: str) -> list[Node | str]:
    """The payloads that are played need no parser."""
    return [Node("i")] if markup == _PAYLOAD else []


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


def _judged(
    origin: dict[int, Node],
    node: Node,
    connection: Node,
    kind: Kind,
    name: str,
    mine: list[Effect],
    again: list[Effect],
    dynamic: bool,
    stack: str,
) -> Outcome:
    listener = origin[id(node)]
    if kind == "close":
        return Outcome(listener, connection, kind, name, "delivered", repeats=False, stack=stack)
    if dynamic:
        return Outcome(listener, connection, kind, name, "unknown", stack=stack)
    done = next((effect for effect in mine if effect.lands is not None), None)
    if done is None:
        failure = next((effect.failure for effect in mine if effect.failure), "")
        style = next((effect.style for effect in mine), "")
        verdict: Verdict = "delivered" if style == "none" else "lost"
        return Outcome(
            listener, connection, kind, name, verdict, style=style, failure=failure, stack=stack
        )
    assert done.lands is not None  # noqa: S101 - chosen so above
    lands = origin.get(id(done.lands))
    given = listener.get("hx-target") or listener.get("hx-target:inherited")
    own = bool(given) or kind == "trigger"
    astray = lands is not listener and not own
    removed = tuple(
        origin[id(inner)]
        for effect in mine
        for top in effect.removed
        for inner in top.subtree()
        if id(inner) in origin and speaks_of_events(inner)
    )
    return Outcome(
        listener,
        connection,
        kind,
        name,
        "misrouted" if astray else "delivered",
        lands,
        done.style,
        destroys=removed,
        times=sum(effect.lands is not None for effect in mine),
        repeats=any(effect.lands is done.lands for effect in again),
        stack=stack,
    )


def speaks_of_events(node: Node) -> bool:
    """Whether an element connects or listens, by any spelling of any generation."""
    if any(node.get(name) is not None for name in ("sse-connect", "sse-swap", "hx-sse")):
        return True
    return "hx-sse:connect" in node.attributes or "sse:" in (node.get("hx-trigger") or "")


def selector_of(node: Node) -> str:
    """How a report names an element: `#id` where it has one, else its tag."""
    ident = node.attributes.get("id")
    return f"#{ident}" if ident and HOLE not in ident else node.name
