"""Fragments where they are fetched: a request of a page, the route it names, what that renders."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from sse_check.apps.model import App, Emission, Route
from sse_check.htmx.dom import Node, spelt
from sse_check.htmx.inheritance import VERBS
from sse_check.htmx.view import PageView
from sse_check.pages.engine import Cut, Engine, LivePage
from sse_check.pages.fetched import Fetched
from sse_check.pages.marks import Mark
from sse_check.pages.renderings import Place
from sse_check.project.files import Inner
from sse_check.python.values import FunctionValue
from sse_check.template.values import Pattern
from sse_check.wiring.addresses import address_of
from sse_check.wiring.joins import routes_for
from sse_check.wiring.listening import event_listeners
from sse_check.wiring.wiring import Wiring

_MOST_PLACES = 12
# Elements, over all pages that are put together anew with fragments.
_MOST_ELEMENTS = 8_000
TOO_MANY = "it is one of more fragments than are put into the pages that fetch them"
_DEEPEST = 3
_ASKING = spelt(*VERBS)
_INSIDE = ("innerHTML", "beforeend", "afterbegin")
_BESIDE = ("outerHTML", "beforebegin", "afterend")


@dataclass(frozen=True, eq=False)
class Host:
    """A view of a page, with the fragments that were put into it already."""

    view: PageView
    fetched: tuple[Fetched, ...] = ()
    # The elements that stood there before the last of them: they are asked on their own page.
    before: frozenset[Place] = frozenset()

    def is_new(self, node: Node, into: Fetched) -> bool:
        """Whether the last fragment brought who asks, or the place of the answer."""
        own = node.mark
        was_there = isinstance(own, Mark) and own.place in self.before
        return not (was_there and into.into in self.before)

    @cached_property
    def asking(self) -> list[Node]:
        """The elements that send requests."""
        view = self.view
        return [n for n in view.htmx_elements if n.has_any(_ASKING) and not view.is_inert(n)]

    @cached_property
    def swaps(self) -> list[tuple[Node, list[tuple[Pattern, Fetched]]]]:
        """Of each connection the events that the page swaps in, and where it puts them."""
        found = []
        for connection in self.view.connections:
            waits: list[tuple[Pattern, Fetched]] = []
            for wait in event_listeners(self.view, connection):
                into = _landing(self.view, wait.node) if wait.kind == "swap" else None
                if into is not None and self.is_new(wait.node, into):
                    waits.append((wait.name, into))
            if waits:
                found.append((connection, waits))
        return found


@dataclass(eq=False)
class Fetches:
    """Puts a fragment that only Python renders into the pages that ask for it."""

    engine: Engine
    wiring: Wiring
    # The views of a page as one application serves it.
    views_of: Callable[[LivePage, App], Iterable[PageView]]
    # The events whose payload is a template, by its file.
    brought: Callable[[], dict[str, list[Emission]]]
    hosts: dict[int, list[Host]] = field(default_factory=dict)
    # The fragments that were not put into the pages that fetch them.
    cuts: list[Cut] = field(default_factory=list)
    left: int = _MOST_ELEMENTS

    def placed(self, path: str, app: App) -> list[PageView]:
        """The views in which a fragment stands where a page puts it; none when nobody asks."""
        rendering = self._routes_rendering(path, app)
        brought = {id(emission): emission.name for emission in self.brought().get(path, ())}
        found: list[PageView] = []
        for host in self.hosts.get(id(app), []) if rendering or brought else ():
            if len(found) >= _MOST_PLACES:
                break
            asked = self._asked_by(host, app, rendering, path)
            for into in (*asked, *self._brought_to(host, app, brought, path)):
                if any(into.where == one.where for one in host.fetched):
                    # It is there already: once more is what the same request brings again.
                    continue
                if self.left < 0:
                    self.cuts.append(Cut(path, TOO_MANY))
                    return found
                found.extend(self._put(host, into, app))
        return found

    def _brought_to(
        self, host: Host, app: App, brought: dict[int, Pattern], path: str
    ) -> Iterator[Fetched]:
        """Where an event puts a template that its payload is."""
        for connection, waits in host.swaps if brought else ():
            joined = self.wiring.join(connection, app, host.view.page.path)
            emissions = (e for one in joined.streams for e in one.stream.emissions)
            sent = {brought[id(e)] for e in emissions if id(e) in brought}
            for awaited, into in waits if sent else ():
                if any(name.matches(awaited) for name in sent):
                    yield into._replace(path=path)

    def _routes_rendering(self, path: str, app: App) -> set[int]:
        """The routes whose answer is a template, or markup that their function writes."""
        inner = self.engine.project.files.inner_at(path)
        if inner is not None and inner.scope >= 0:
            return {id(route) for route in app.routes if is_written_by(route, inner)}
        return {
            id(route)
            for route in app.routes
            for render in app.renders_of(route)
            for name in render.names
            if name.literal and self.wiring.templates.find(app, name.literal) == path
        }

    def _asked_by(self, host: Host, app: App, rendering: set[int], path: str) -> Iterator[Fetched]:
        """Where requests of a page put the answers of these routes."""
        found: dict[Fetched, list[Place]] = {}
        for node in host.asking if rendering else ():
            if len(found) >= _MOST_PLACES:
                break
            for verb in VERBS:
                if node.get(verb) is None:
                    continue
                method = verb.rpartition("-")[2].upper()
                routes = self._routes(node, verb, app)
                if not any(id(one) in rendering and one.takes(method) for one in routes):
                    continue
                into = _landing(host.view, node)
                if into is not None and host.is_new(node, into) and isinstance(node.mark, Mark):
                    found.setdefault(into, []).append(node.mark.place)
        for into, by in found.items():
            yield into._replace(path=path, by=tuple(dict.fromkeys(by)))

    @staticmethod
    def _routes(node: Node, verb: str, app: App) -> list[Route]:
        address = address_of(node, verb)
        return [] if address.origin else routes_for(app, address)

    def _put(self, host: Host, into: Fetched, app: App) -> list[PageView]:
        fetched = (*host.fetched, into)
        page = self.engine.page(host.view.page.path, fetched=fetched)
        views = list(self.views_of(page, app))
        self.left -= sum(1 for view in views for _ in view.root.subtree())
        if len(fetched) < _DEEPEST:
            # What a fragment asks for itself is put into it in turn.
            before = host.before | _places(host.view)
            self.hosts.setdefault(id(app), []).extend(Host(v, fetched, before) for v in views)
        return views


def is_written_by(route: Route, inner: Inner) -> bool:
    """Whether markup that stands in Python is the answer of a route's own function."""
    view = route.view
    if not isinstance(view, FunctionValue) or view.module.path != inner.file:
        return False
    return view.module.span(view.scope.node).start == inner.scope


def _places(view: PageView) -> frozenset[Place]:
    nodes = view.root.subtree()
    return frozenset(node.mark.place for node in nodes if isinstance(node.mark, Mark))


def _landing(view: PageView, node: Node) -> Fetched | None:
    """The element into which some answer or payload goes, when that can be told."""
    target = view.target_of(node)
    given = view.inherited(node, "hx-swap")
    style = (given.value.split() or ["innerHTML"])[0] if given is not None else "innerHTML"
    if not isinstance(target, Node):
        return None
    if style in _INSIDE and isinstance(target.mark, Mark):
        return Fetched("", target.mark.place, style)
    around = target.parent
    if style in _BESIDE and around is not None and isinstance(around.mark, Mark):
        return Fetched("", around.mark.place, "beforeend")
    return None
