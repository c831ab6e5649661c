"""What a rule is: metadata, one function, and a page beside it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from sse_check.apps.model import App, Emission, StreamRoute
from sse_check.apps.payload_templates import rendered_in
from sse_check.findings.model import Finding, Fix, Related, Safety, Severity
from sse_check.findings.suppress import SIGN, Suppression, read_suppressions, suppressions_in
from sse_check.htmx.detect import Detector
from sse_check.htmx.dom import Node
from sse_check.htmx.foreign import foreign_attribute
from sse_check.htmx.hcon import config_of
from sse_check.htmx.outcomes import Outcome
from sse_check.htmx.respelled import respelled
from sse_check.htmx.view import View, connect_attribute
from sse_check.pages.engine import Engine, LivePage
from sse_check.pages.marks import mark_of
from sse_check.project.project import Project
from sse_check.project.settings import LEVELS
from sse_check.python.module import Module
from sse_check.source import Span
from sse_check.wiring.addresses import address_of
from sse_check.wiring.coverage import ConnectionCoverage, Coverage, UnreadFile
from sse_check.wiring.fetches import Fetches, Host
from sse_check.wiring.joins import Joined
from sse_check.wiring.listening import Wait, messages_of, waits_of
from sse_check.wiring.script_joins import ScriptJoined
from sse_check.wiring.script_names import script_names
from sse_check.wiring.templates import TemplateLink, links_of
from sse_check.wiring.unread import unread_files
from sse_check.wiring.wiring import Wiring

# What stands in a file that answers requests or streams.
_STREAMING = (b"event-stream", b"EventS", b"ServerSent")
_ROUTING = (*_STREAMING, b"route", b"@app.", b"path(", b"router.")


class Hit(NamedTuple):
    """What a rule says of an element in one rendering of a page.

    Hits of all renderings on one span become one finding: certain when every rendering with
    the element has it. `sure` is false when the rule itself does not know.
    """

    node: Node
    span: Span
    message: str
    help: str = ""
    related: tuple[Related, ...] = ()
    severity: Severity | None = None
    fixes: tuple[Fix, ...] = ()
    outcome: Outcome | None = None
    sure: bool = True
    harmless: bool = False


class Failure(NamedTuple):
    """An exception of this program: in which rule or part of it, and on which file."""

    where: str
    file: str
    error: Exception


@dataclass
class Context:
    """What a rule may ask about: the project, and the files whose findings are wanted.

    `whole` says that all of the project's templates are wanted.
    """

    project: Project
    paths: tuple[str, ...]
    whole: bool = True
    # All files whose findings are wanted, also those that say nothing to htmx.
    wanted: tuple[str, ...] = ()
    # Whether findings in Python files are wanted.
    shows_python: bool = True
    # Hears of long work: pages put together, rules asked.
    tell: Callable[[int, int, str], None] | None = None
    _views: list[View] | None = None
    _present: dict[tuple[str, int], int] = field(default_factory=dict)
    _suppressions: list[Suppression] | None = None
    _app_of: dict[int, App | None] = field(default_factory=dict)
    _all_views: list[View] | None = None
    # The fragment that a view was made for: nothing else on it is judged again.
    _fragment_of: dict[int, str] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    @property
    def speaking(self) -> tuple[str, ...]:
        """The files that speak of events themselves."""
        return tuple(path for path in self.paths if path in self.project.graph.speaking)

    @property
    def suppressions(self) -> list[Suppression]:
        """The comments in the files that silence findings."""
        if self._suppressions is None:
            files = self.project.files
            self._suppressions = [
                suppression
                for path in self.wanted or self.paths
                if files.inner_at(path) is None
                and not path.endswith(".py")
                and SIGN.encode() in files.data(path)
                and (template := files.template(path)) is not None
                for suppression in suppressions_in(template)
            ]
            self._suppressions += self._in_python()
        return self._suppressions

    def _in_python(self) -> list[Suppression]:
        """The comments in Python files: of applications, and of markup that is written there."""
        modules = {
            module.path: module.source
            for app in (self.apps if self.shows_python else ())
            for module in self.modules_of(app)
            if self.project.files.inner_at(module.path) is None
        }
        for inner in (self.project.files.inner or {}).values():
            for stretch in inner.source.stretches:
                if stretch.origin.source.path == inner.source.path:
                    modules.setdefault(inner.file, stretch.origin.source)
                    break
        sources = (source for source in modules.values() if SIGN in source.text)
        return [one for source in sources for one in read_suppressions(source)]

    @property
    def stacks(self) -> tuple[tuple[str, str], ...]:
        """The stacks of the pages that were looked at, and how each is known."""
        found = dict.fromkeys((v.stack.name, v.loaded.source) for v in self._views or ())
        return tuple(found)

    # The server side

    @cached_property
    def wiring(self) -> Wiring:
        """Both sides of the project; its Python files are read when something is asked."""
        return Wiring(self.project)

    @cached_property
    def is_live(self) -> bool:
        """Whether events may matter: else no server is looked at.

        A template speaks of them, or one speaks to htmx and some Python file streams.
        """
        files, graph = self.project.files, self.project.graph
        return bool(graph.speaking) or (
            bool(graph.relevant)
            and any(sign in files.data(path) for path in files.found.python for sign in _STREAMING)
        )

    @property
    def apps(self) -> list[App]:
        return self.wiring.apps if self.is_live else []

    @property
    def live_apps(self) -> list[App]:
        """The applications with a stream, tests apart."""
        streaming = {id(app) for app in self.streaming_apps}
        return [app for app in self.apps if id(app) in streaming]

    @property
    def streaming_apps(self) -> list[App]:
        return [app for app, _ in self.wiring.streams] if self.is_live else []

    @property
    def streams(self) -> list[StreamRoute]:
        """Every route that streams, when the project has live pages."""
        return [one for _, one in self.wiring.streams] if self.is_live else []

    @cached_property
    def streaming_modules(self) -> list[Module]:
        """The files in which streams are written."""
        found: dict[str, Module] = {}
        for one in self.streams:
            modules = [emission.module for emission in one.stream.emissions]
            if one.route.view is not None:
                modules.append(one.route.view.module)
            found.update((module.path, module) for module in modules)
        return list(found.values())

    def modules_of(self, app: App) -> list[Module]:
        """The files of an application that were read."""
        program = self.wiring.applications.program
        found = (program.module(path) for path in sorted(app.modules))
        return [module for module in found if module is not None]

    def app_of(self, view: View) -> App | None:
        """The application that serves a page in this view."""
        return self._app_of.get(id(view))

    def joined(self, view: View, connection: Node) -> Joined:
        """Where a connection of a page leads."""
        return self.wiring.join(connection, self.app_of(view), view.page.path)

    def answers_of(self, view: View, node: Node, attribute: str) -> Joined:
        """Where a request leads that an element makes by an attribute such as `hx-post`."""
        address = address_of(node, attribute)
        method = attribute.rpartition("-")[2].upper()
        method = method if method in ("POST", "PUT", "PATCH", "DELETE") else "GET"
        return self.wiring.reach(address, self.app_of(view), view.page.path, method)

    def streams_of(self, view: View, connection: Node) -> tuple[StreamRoute, ...]:
        """The streams that a connection may get."""
        return self.joined(view, connection).streams

    def emissions_of(self, view: View, connection: Node) -> list[Emission]:
        """The events that a connection may get."""
        return [e for one in self.streams_of(view, connection) for e in one.stream.emissions]

    @property
    def scripts(self) -> list[ScriptJoined]:
        """The streams that scripts open, with where they lead."""
        return self.wiring.scripts if self.is_live else []

    @cached_property
    def payload_templates(self) -> dict[str, list[Emission]]:
        """Templates that are rendered into events, each with the events."""
        found: dict[str, list[Emission]] = {}
        for app, one in self.wiring.streams if self.is_live else ():
            for emission in one.stream.emissions:
                for render in rendered_in(emission, app.renders):
                    paths = [self.template_of(app, n.literal) for n in render.names if n.literal]
                    for path in paths:
                        if path is not None:
                            found.setdefault(path, []).append(emission)
        return found

    def carries_json(self, emission: Emission) -> bool:
        """Whether the data of an event is certainly JSON."""
        return self.wiring.applications.payload(emission) == "json"

    @cached_property
    def script_names(self) -> frozenset[str]:
        """Event names that scripts of the project listen for."""
        return script_names(self.project)

    def coverage(self, shown: set[str]) -> Coverage:
        """What of the wanted files was understood, and what was not and why."""
        found = Coverage(apps=self.apps)
        for app, _ in self.wiring.streams:
            found.streams[id(app)] = found.streams.get(id(app), 0) + 1
        met: dict[tuple[Span, int], ConnectionCoverage] = {}
        pages: set[tuple[int, str]] = set()
        for view in self.views:
            pages.add((id(self.app_of(view)), view.page.path))
            for node in view.connections:
                span = view.span(node, connect_attribute(node) or "").real
                if view.is_inert(node) or span.source.path not in shown:
                    continue
                joined = self.joined(view, node)
                one = ConnectionCoverage(span, joined.address.shown, joined)
                met.setdefault((span, id(joined.app)), one)
        for app_id, _ in pages:
            found.pages[app_id] = found.pages.get(app_id, 0) + 1
        found.connections = sorted(
            met.values(), key=lambda one: (one.span.source.path, one.span.start)
        )
        files = unread_files(self.project, self.wiring.applications.program) if self.whole else []
        found.unread = [*files, *self._unparsed(), *self._cut(shown)]
        return found

    def _cut(self, shown: set[str]) -> list[UnreadFile]:
        """Pages that are too large, too deep or too varied to be looked at whole."""
        files = self.project.files
        cuts = [UnreadFile(files.shown(one.path), one.why) for one in self.engine.cuts]
        return [one for one in cuts if one.path in shown]

    def _unparsed(self) -> list[UnreadFile]:
        """Python files that an application needs and that could not be parsed."""
        program = self.wiring.applications.program
        shown = self.project.files.shown
        reached = {path for app in self.apps if not app.is_test for path in app.modules}
        return [
            UnreadFile(f"{shown(one.path)}:{one.line}", one.why)
            for one in program.unreadable
            if one.path in reached and program.containing((one.path,), *_ROUTING)
        ]

    # Templates of an application

    def only_app_of(self, path: str) -> App | None:
        """The application that serves a template, when there is just one and it is whole."""
        found = self.wiring.serving(path) if self.is_live else ()
        return found[0] if len(found) == 1 and not found[0].part else None

    def links_of(self, path: str) -> Iterator[TemplateLink]:
        """What a template brings in by name."""
        return links_of(self.project, path)

    def template_of(self, app: App, name: str) -> str | None:
        """The file that an application renders by a name."""
        return self.wiring.templates.find(app, name)

    def nearest_template(self, app: App, name: str) -> str | None:
        return self.wiring.templates.nearest(app, name)

    def is_own_template_name(self, app: App, name: str) -> bool:
        """Whether a name can only be one of the application's own templates."""
        return self.wiring.templates.is_own(app, name)

    def blocks_of(self, path: str) -> set[str] | None:
        """The blocks that may be rendered of a template; None when that cannot be told."""
        return self.wiring.templates.blocks(path)

    @staticmethod
    def waits_of(view: View, connection: Node) -> list[Wait]:
        """The names that are waited for under a connection."""
        return list(waits_of(view, connection))

    @staticmethod
    def messages_of(view: View, connection: Node) -> list[Wait]:
        """What a connection of htmx 4 swaps of its own: every message without a name."""
        return list(messages_of(view, connection))

    @cached_property
    def engine(self) -> Engine:
        """Puts the project's pages together."""
        return Engine(self.project)

    @cached_property
    def detector(self) -> Detector:
        """Tells which scripts a page loads."""
        project = self.project
        python = tuple(project.files.found.python)
        return Detector(project.root, project.settings.htmx, python=python)

    @property
    def views(self) -> list[View]:
        """Every rendering of every page on which elements of the files stand."""
        if self._views is None:
            self._views = self._views_showing(self.paths)
            for view in self._views:
                for place in {mark_of(node).place for node in view.elements}:
                    self._present[place] = self._present.get(place, 0) + 1
        return self._views

    @property
    def all_views(self) -> list[View]:
        """Every rendering of every page of the project, whatever files are wanted."""
        if self.whole:
            return self.views
        if self._all_views is None:
            self._all_views = self._views_showing(tuple(self.project.graph.relevant))
        return self._all_views

    def _views_showing(self, paths: tuple[str, ...]) -> list[View]:
        found: list[View] = []
        last = ""
        try:
            for page in self.engine.pages_showing(paths):
                last = page.path
                if self.tell is not None:
                    self.tell(0, 1, page.path)
                found += self._placed(page) or self._views_of(page)
        except Exception as error:  # noqa: BLE001 - rules judge the pages that there are
            self.fail("the page engine", last and f"the page after {last}", error)
        return found

    def _views_of(self, page: LivePage) -> list[View]:
        """A page once for each application that serves it, once where none does."""
        apps = (self.wiring.serving(page.path) if self.is_live else ()) or (None,)
        return [view for app in apps for view in self._served(page, app)]

    def _served(self, page: LivePage, app: App | None) -> Iterator[View]:
        """The renderings of a page as one application serves it."""
        for variant in page.variants:
            loaded = self.detector.loaded(variant.root)
            config = config_of(variant.root, loaded.stack.generation)
            if loaded.stack.generation == "4":
                config = respelled(variant.root, config)
            view = View(page, variant, loaded, config)
            self._app_of[id(view)] = app
            yield view

    def _placed(self, page: LivePage) -> list[View]:
        """A fragment on the pages that fetch it, in the applications that serve it."""
        if page.closed or page.path not in self.project.graph.speaking:
            return []
        found: list[View] = []
        for app in self.wiring.serving(page.path):
            views = self._fetches.placed(page.path, app)
            for view in views:
                self._fragment_of[id(view)] = page.path
            found += views
        return found

    @cached_property
    def _fetches(self) -> Fetches:
        """What the pages of the project fetch, and where they put it."""
        fetches = Fetches(self.engine, self.wiring, self._served, lambda: self.payload_templates)
        for page in self.engine.pages_showing(tuple(self.project.graph.relevant)):
            for app in self.wiring.serving(page.path) if page.closed else ():
                hosts = [Host(view) for view in self._served(page, app)]
                fetches.hosts.setdefault(id(app), []).extend(hosts)
        return fetches

    def each_view(self, rule: "Rule", judge: Callable[[View], Iterator[Hit]]) -> Iterator[Finding]:
        """Ask `judge` about every rendering and say once what it said of each span."""
        hits: dict[Span, list[Hit]] = {}
        for view in self.views:
            for hit in self._judged(rule, judge, view):
                hits.setdefault(hit.span, []).append(hit)
        for span, same in hits.items():
            worst = min(same, key=lambda hit: _order(hit, rule))
            everywhere = len(same) >= self._present[mark_of(worst.node).place]
            yield Finding(
                rule.name,
                span,
                worst.message,
                worst.help,
                severity=worst.severity,
                confidence="certain" if everywhere and worst.sure else "possible",
                related=worst.related,
                outcome=worst.outcome,
                fixes=worst.fixes,
                harmless=all(hit.harmless for hit in same),
            )

    def _judged(
        self, rule: "Rule", judge: Callable[[View], Iterator[Hit]], view: View
    ) -> list[Hit]:
        """The worst hit on each span in one rendering."""
        found: dict[Span, Hit] = {}
        try:
            for hit in judge(view):
                if not rule.first and _is_dead(view, hit.node):
                    continue
                if not self._concerns(view, hit.node):
                    continue
                other = found.get(hit.span)
                if other is None or _order(hit, rule) < _order(other, rule):
                    found[hit.span] = hit
        except Exception as error:  # noqa: BLE001 - the other pages are judged all the same
            self.fail(rule.name, self.project.files.shown(view.page.path), error)
            return []
        return list(found.values())

    def _concerns(self, view: View, node: Node) -> bool:
        """Whether an element is what a view was made for; others are judged on views of theirs."""
        fragment = self._fragment_of.get(id(view))
        return fragment is None or mark_of(node).path == fragment

    def fail(self, where: str, file: str, error: Exception) -> None:
        """Note that this program failed; the run goes on without the part that did."""
        self.failures.append(Failure(where, file, error))


def _order(hit: Hit, rule: "Rule") -> tuple[object, ...]:
    """What is said of several hits on one span: the worst, then the surest, and never chance."""
    outcome = hit.outcome
    broken = outcome is not None and (
        outcome.verdict in ("lost", "misrouted") or bool(outcome.destroys)
    )
    places = tuple((related.span.source.path, related.span.start) for related in hit.related)
    return (
        LEVELS.index(hit.severity or rule.severity),
        not broken,
        hit.harmless,
        not hit.sure,
        hit.message,
        hit.help,
        places,
        tuple(fix.title for fix in hit.fixes),
    )


def _is_dead(view: View, node: Node) -> bool:
    """Whether an element speaks to another htmx than the page loads: that is said of it first."""
    return view.loaded.known and foreign_attribute(node, view.generation) is not None


Check = Callable[[Context], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as its module declares it. `page` is set by the loader."""

    name: str
    summary: str
    severity: Severity
    check: Check
    since: str = "0.1.0"
    # The generations of htmx in which what the rule looks for can go wrong.
    stacks: tuple[str, ...] = ("1", "2", "4")
    # Which kinds of fixes its findings may carry.
    fixes: tuple[Safety, ...] = ()
    # Whether it says which htmx a page loads: what follows from that is left out of the others.
    first: bool = False
    # Whether the rule speaks of what the others found, and so comes after them.
    last: bool = False
    page: Path | None = None

    @property
    def text(self) -> str:
        """The page of the rule."""
        return self.page.read_text(encoding="utf-8") if self.page else self.summary + "\n"
