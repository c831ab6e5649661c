"""The two sides of a project: which applications serve a page, and where its connections lead."""

import re
from dataclasses import dataclass, field, replace
from functools import cached_property

from sse_check.apps.applications import Applications
from sse_check.apps.model import App, Emission, Route, StreamRoute
from sse_check.apps.other_frameworks import framework_not_read
from sse_check.htmx.dom import Node
from sse_check.pages.marks import Mark
from sse_check.project.project import Project
from sse_check.source import Span
from sse_check.template.values import Pattern
from sse_check.wiring.addresses import Address, address_of
from sse_check.wiring.expressions import Meaning, meaning, names_of
from sse_check.wiring.joins import (
    Fault,
    Joined,
    Names,
    by_chance,
    find_fault,
    lacks_arguments,
    routes_for,
    why_no_route,
)
from sse_check.wiring.other_servers import is_of_another_server
from sse_check.wiring.relative import resolved
from sse_check.wiring.script_joins import ScriptJoined, scripts_of
from sse_check.wiring.shadowed import first_of, shadowing
from sse_check.wiring.templates import AppTemplates, binds, blocks_around


@dataclass(eq=False)
class Wiring:
    """Joins the connections of pages with the routes of the applications that serve them."""

    project: Project
    _joined: dict[tuple[Address, int, str], Joined] = field(default_factory=dict)
    _serving: dict[str, tuple[App, ...]] = field(default_factory=dict)
    _by_name: dict[int, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def applications(self) -> Applications:
        """The applications of the project; its Python files are read when this is first asked."""
        return Applications(self.project)

    @cached_property
    def templates(self) -> AppTemplates:
        """The templates of each application by the names that its Python code uses."""
        return AppTemplates(self.project)

    @property
    def apps(self) -> list[App]:
        return self.applications.apps

    # Pages

    def serving(self, path: str) -> tuple[App, ...]:
        """The applications that may render a template.

        Those that find it in their template folders; where no folder says, the nearest ones by
        the folders of the project. Test suites serve only what no other application does.
        """
        if path not in self._serving:
            file = self.project.files.file_of(path)
            products, tests = self._products_and_tests
            if file != path:
                self._serving[path] = self._importing(path, file)
            else:
                apps = self._reaching(path, [*(_serving(path, products) or _serving(path, tests))])
                self._serving[path] = tuple(self._rendering(path, apps))
        return self._serving[path]

    def _rendering(self, path: str, apps: list[App]) -> list[App]:
        """Of applications that share a folder those that render a template of it by its name,
        where there are such: it is no page of the others."""
        if len(apps) < 2:
            return apps
        return [app for app in apps if path in self._rendered(app)] or apps

    def _rendered(self, app: App) -> frozenset[str]:
        """The templates that the routes of an application render by their names."""
        if id(app) not in self._by_name:
            names = {
                name.literal
                for route in app.routes
                for render in app.renders_of(route)
                for name in render.names
            }
            found = (self.templates.find(app, name) for name in sorted(filter(None, names)))
            self._by_name[id(app)] = frozenset(path for path in found if path)
        return self._by_name[id(app)]

    @cached_property
    def _products_and_tests(self) -> tuple[list[App], list[App]]:
        apps = self.apps
        return [app for app in apps if not app.is_test], [app for app in apps if app.is_test]

    def _importing(self, path: str, file: str) -> tuple[App, ...]:
        """The applications whose Python has markup in it: those that reach the file."""
        file_of = self.project.files.file_of
        products, _ = self._products_and_tests
        apps = [app for app in products if any(file_of(path) == file for path in app.modules)]
        whole = [app for app in apps if not app.part]
        if self.project.files.inner_at(path) is not None and len(whole) > 1:
            whole = self._alike(path, whole)
        return tuple(whole or apps)

    def _alike(self, path: str, apps: list[App]) -> list[App]:
        """Of several programs in the strings of one file, those that are named most alike."""
        words = [len(_words(path) & _words(app.path)) for app in apps]
        return [app for app, number in zip(apps, words, strict=True) if number == max(words)]

    def near(self, path: str) -> tuple[App, ...]:
        """The applications that stand nearest to a file that is no template: a script."""
        products = self._reaching(path, [app for app in self.apps if not app.is_test])
        return _nearest(path, [app for app in products if not app.part] or products)

    def _reaching(self, path: str, apps: list[App]) -> list[App]:
        """Those of applications beside which no other server answers for a file."""
        return [a for a in apps if not is_of_another_server(self.project, path, a.path)]

    def with_the_same(self, one: StreamRoute, emission: Emission) -> list[StreamRoute]:
        """The streams in which an event comes: what is published may come in several."""
        if not one.stream.shared:
            return [one]
        return [
            other
            for _, other in self.streams
            if any(
                e.span == emission.span and e.name == emission.name for e in other.stream.emissions
            )
        ]

    # Connections

    @cached_property
    def scripts(self) -> list[ScriptJoined]:
        """The streams that scripts open, and where they lead."""
        return list(scripts_of(self))

    def join(self, connection: Node, app: App | None, page: str = "") -> Joined:
        """Where a connection of a page leads in the application that serves the page."""
        address = address_of(connection)
        if address.is_empty:
            return Joined("no-route", address, app, why="an empty address opens no stream")
        return self.reach(address, app, page, node=connection)

    def reach(
        self,
        address: Address,
        app: App | None,
        page: str = "",
        method: str = "GET",
        node: Node | None = None,
    ) -> Joined:
        """Where an address of a page leads, or of an element on it."""
        if app is not None:
            address = self._with_context(address, app, page, node)
            if address.relative and page:
                address = resolved(address, self.project, self.templates, app, page)
        key = (address, id(app), method)
        if key not in self._joined:
            self._joined[key] = self._join(address, app, method)
        return self._joined[key]

    def _join(self, address: Address, app: App | None, method: str) -> Joined:
        if address.origin:
            here = self._on_this_machine(address, app)
            why = "the address names another server"
            return here or Joined("other-origin", address, app, why=why)
        if app is None:
            return Joined("no-app", address, why=self._why_no_app)
        routes = routes_for(app, address)
        fault = find_fault(app, address, routes)
        if not routes:
            return self._around(app, address) or self._not_joined(address, app, fault)
        asked = first_of(app, [route for route in routes if route.takes(method)])
        if not asked and fault is None:
            return self._not_joined(address, app, None)
        if not asked:
            return Joined("route", address, app, tuple(routes), fault=fault)
        found = self._streams_of(address, app, asked)
        lack = lacks_arguments(app, address, self.applications.program)
        return found if lack is None else replace(found, fault=lack)

    def _around(self, app: App, address: Address) -> Joined | None:
        """What answers in the application that takes a part in, where one alone has a stream
        at the address: who takes it in may be known only when the program runs."""
        if not app.part or address.path.literal is None:
            return None
        products, _ = self._products_and_tests
        found = [self._join(address, one, "GET") for one in products if not one.part]
        streaming = [one for one in found if one.streams and one.fault is None]
        return streaming[0] if len(streaming) == 1 else None

    def _on_this_machine(self, address: Address, app: App | None) -> Joined | None:
        """Where `http://localhost:8000/events` leads: most likely to this application, if that
        has a stream there; which port it listens on, nobody writes down."""
        path = address.behind_localhost
        routes = routes_for(app, path) if app is not None and path is not None else []
        asked = [route for route in routes if route.takes("GET")]
        if app is None or path is None or not asked:
            return None
        joined = self._streams_of(path, app, asked)
        return joined if joined.streams and joined.fault is None else None

    def _with_context(self, address: Address, app: App, page: str, node: Node | None) -> Address:
        """An address with what Python gives the page under the name in it (`{{ stream_url }}`)."""
        if not address.context or not address.path.is_open:
            return address
        meant = Meaning(address.written, address.context, address.home)
        values = self._values(address.written, meant, app, page, node)
        found = {address.put(value) for value in values}
        return found.pop() if len(found) == 1 else address

    def given(self, written: str, app: App, page: str, node: Node) -> tuple[Pattern, ...]:
        """What Python gives an expression at an element to be; empty where some is not known."""
        mark = node.mark
        meant = meaning(mark.frames, written) if isinstance(mark, Mark) else None
        if meant is None or not meant.context:
            return ()
        return self._values(written.strip(), meant, app, page, node)

    def _values(
        self, written: str, meant: Meaning, app: App, page: str, node: Node | None
    ) -> tuple[Pattern, ...]:
        values: tuple[Pattern, ...] = ()
        for name in names_of(meant.context):
            values = values or self._values_of(name, written, meant, app, page, node)
        return values

    def _values_of(
        self, name: str, written: str, meant: Meaning, app: App, page: str, node: Node | None
    ) -> tuple[Pattern, ...]:
        mark = node.mark if node is not None else None
        own = mark.path if isinstance(mark, Mark) else page
        blocks = blocks_around(mark.template, mark.node) if isinstance(mark, Mark) else None
        is_written = name == written
        base = name.partition(".")[0]
        if is_written and isinstance(mark, Mark) and binds(mark.template, mark.node, base):
            return ()
        home = meant.home if meant.home not in self.project.chain(page) else page
        places = ((own, blocks), (home, None)) if is_written else ((home, None),)
        values: tuple[Pattern, ...] = ()
        for path, within in places:
            values = values or self.templates.given(app, path, name, within)
        return values

    @cached_property
    def _why_no_app(self) -> str:
        if not self.project.files.found.python:
            return "the project has no Python files"
        if not self.apps:
            if self.applications.program.unreadable:
                return "no application was found in the Python files that could be parsed"
            other = framework_not_read(self.applications.program)
            if other is not None:
                name, path = other
                shown = self.project.files.display_path(path)
                return f"{shown} is of {name}, which is not read: what it sends cannot be told"
            return "no application was found in the Python files"
        return "no application of the project has this template in its folders"

    @staticmethod
    def _not_joined(address: Address, app: App, fault: Fault | None) -> Joined:
        if fault is not None:
            return Joined("no-route", address, app, why=fault.message, fault=fault)
        if address.named:
            why = f"the route `{address.named[0]}` is not known"
            return Joined("no-route", address, app, why=why)
        if address.is_dynamic:
            return Joined("dynamic", address, app, why="the address is known only when rendered")
        return Joined("no-route", address, app, why=why_no_route(app, address))

    def _streams_of(self, address: Address, app: App, routes: list[Route]) -> Joined:
        streams: list[StreamRoute] = []
        why = ""
        for route in routes:
            stream = self.applications.stream(app, route)
            if stream is not None:
                streams.append(StreamRoute(route, stream))
                why = why or (stream.unread[0].why if stream.unread and stream.open else "")
            elif route.view is None:
                why = why or f"what answers at `{route.path}` is not in the project"
        fault = self._never_asked(app, address, routes)
        if not streams and not why and not app.complete and by_chance(address, routes):
            # `/<page>` answers what no route does that is known.
            return self._not_joined(address, app, None)
        if not streams and not why:
            types = self.applications.other_types(app, routes[0])
            fault = _no_stream(address, routes[0], tuple(types))
        return Joined(
            "route", address, app, tuple(routes), tuple(streams), _names(streams, why), why, fault
        )

    def _never_asked(self, app: App, address: Address, routes: list[Route]) -> Fault | None:
        """The one route of an address, where something that is no stream answers in its place."""
        found = shadowing(app, routes[0]) if len(routes) == 1 else None
        if found is None:
            return None
        if found.route is not None and self.applications.stream(app, found.route) is not None:
            return None
        return Fault(
            "shadowed",
            f"`{found.path}` answers at `{address.shown}`, as it is registered before the route "
            "that streams: the connection fails",
            "register that route first",
            routes[0],
            at=found.span,
        )

    # Everything

    @cached_property
    def streams(self) -> list[tuple[App, StreamRoute]]:
        """Every route that streams, tests apart: each view once in an application."""
        found: list[tuple[App, StreamRoute]] = []
        for app in self.apps:
            seen: set[tuple[int, int]] = set()
            for route in app.routes if not app.is_test else ():
                view = route.view
                key = (id(view.scope), id(view.owner)) if view is not None else (id(route), 0)
                if key in seen:
                    continue
                seen.add(key)
                stream = self.applications.stream(app, route)
                if stream is not None:
                    found.append((app, StreamRoute(route, stream)))
        return found


def _words(path: str) -> set[str]:
    return set(re.split(r"[^a-z0-9]+", path.rpartition("/")[2].lower()))


def _names(streams: list[StreamRoute], why: str) -> Names:
    if not streams:
        return "none"
    if not why and not any(one.stream.open for one in streams):
        return "all"
    return "some" if any(one.stream.emissions for one in streams) else "none"


def _no_stream(address: Address, route: Route, types: tuple[tuple[Span, str], ...]) -> Fault:
    shown = route.path or address.shown
    return Fault(
        "no-stream",
        f"`{shown}` answers, but not with an event stream: the connection fails",
        "answer with `text/event-stream`, or name the route that does",
        route,
        types=types,
    )


def _serving(path: str, apps: list[App]) -> tuple[App, ...]:
    """The applications whose folders hold a template, else the nearest of those that may."""
    holding = [app for app in apps if any(_is_in(path, folder) for folder in app.folders.paths)]
    whole = [app for app in holding if not app.part]
    if whole or holding:
        return tuple(whole or holding)
    open_ = [app for app in apps if not (app.folders.known and app.folders.paths)]
    depths = [(_shared(path, app.path), app) for app in open_]
    if not depths:
        return ()
    best = max(depth for depth, _ in depths)
    nearest = [app for depth, app in depths if depth == best and _may_hold(path, app)]
    products = [app for app in nearest if not app.part]
    return tuple(products or nearest)


def _nearest(path: str, apps: list[App]) -> tuple[App, ...]:
    depths = [(_shared(path, app.path), app) for app in apps]
    best = max((depth for depth, _ in depths), default=0)
    return tuple(app for depth, app in depths if depth == best)


def _is_in(path: str, folder: str) -> bool:
    return folder in ("", ".") or path.startswith(folder.rstrip("/") + "/")


def _shared(path: str, other: str) -> int:
    """How many leading folders two files have in common."""
    count = 0
    for one, two in zip(path.split("/")[:-1], other.split("/")[:-1], strict=False):
        if one != two:
            break
        count += 1
    return count


def _may_hold(path: str, app: App) -> bool:
    """Whether a template lies where an application without known folders may find it."""
    folder = app.path.rpartition("/")[0]
    above = folder.rpartition("/")[0]
    return _is_in(path, folder) or _is_in(path, above) or "/" not in above
