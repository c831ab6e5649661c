"""What a rule may ask: the project, its pages, its applications, and how both are joined."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial

from sse_check.apps.model import App, Emission, StreamRoute
from sse_check.apps.no_text import NoText
from sse_check.apps.waits import Wait
from sse_check.findings.carried import Unsplit, carried_templates, unsplit_templates
from sse_check.findings.covered import covered
from sse_check.findings.failed import Failure
from sse_check.findings.hearing import Hearing, hearing_of
from sse_check.findings.model import Finding
from sse_check.findings.result import KnownStack
from sse_check.findings.rule import Rule
from sse_check.findings.suppress import SIGN, Asked, Suppression, read_suppressions, suppressions_in
from sse_check.findings.there import OutOfBand, may_have_id, only_sent, out_of_band_parts
from sse_check.findings.views import Views
from sse_check.findings.violations import Collector, Judge
from sse_check.htmx.detect import Detector
from sse_check.htmx.dom import Node
from sse_check.htmx.titles import title_of
from sse_check.htmx.view import PageView
from sse_check.pages.engine import Cut, Engine
from sse_check.project.left_out import is_left_out
from sse_check.project.project import Project
from sse_check.python.module import Module
from sse_check.source import Span
from sse_check.template.values import Pattern
from sse_check.wiring.addresses import address_of
from sse_check.wiring.coverage import Coverage
from sse_check.wiring.dispatched import Dispatched
from sse_check.wiring.fetches import Fetches
from sse_check.wiring.framework_scripts import loaded_by_framework
from sse_check.wiring.handled import Handled
from sse_check.wiring.joins import Joined
from sse_check.wiring.listening import EventListener, event_listeners, messages_of
from sse_check.wiring.script_joins import ScriptJoined
from sse_check.wiring.script_names import script_names
from sse_check.wiring.speaks import may_be_unread, scripts_listen, streams
from sse_check.wiring.templates import TemplateLink, links_of
from sse_check.wiring.unread import unread_alone
from sse_check.wiring.wiring import Wiring


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
    on_progress: Callable[[int, int, str], None] | None = None
    # The rules that are asked in this run.
    asked: Asked = field(default_factory=lambda: Asked(frozenset(), frozenset()))
    # The engine of an earlier run of the same project, if there was one.
    kept_engine: Engine | None = None
    _suppressions: list[Suppression] | None = None
    failures: list[Failure] = field(default_factory=list)
    _waits: dict[tuple[PageView, Node], list[EventListener]] = field(default_factory=dict)
    _joined: dict[tuple[PageView, Node], Joined] = field(default_factory=dict)
    _emissions: dict[int, list[Emission]] = field(default_factory=dict)

    @property
    def htmx_elements(self) -> tuple[str, ...]:
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
        files = self.project.files
        apps = self.apps if self.shows_python else ()
        modules = [module for app in apps for module in self.modules_of(app, SIGN)]
        sources = {m.path: m.source for m in modules if files.inner_at(m.path) is None}
        for inner in (files.inner or {}).values():
            sources.setdefault(inner.file, inner.home)
        written = (source for source in sources.values() if SIGN in source.text)
        return [one for source in written for one in read_suppressions(source)]

    @property
    def stacks(self) -> tuple[KnownStack, ...]:
        """The stacks of the pages that were looked at, and how each is known."""
        known = (
            KnownStack(v.stack.name, v.loaded.source, title_of(v.loaded))
            for v in self._made.known(self.paths)
        )
        return tuple(dict.fromkeys(known))

    # The server side

    @cached_property
    def wiring(self) -> Wiring:
        """Both sides of the project; its Python files are read when something is asked."""
        return Wiring(self.project)

    @cached_property
    def is_live(self) -> bool:
        """Whether events may matter: else no server is looked at.

        A template speaks of them, or some Python file streams, and a template speaks to htmx or
        a script opens a stream.
        """
        found, graph = self.project.files.found, self.project.graph
        if graph.speaking:
            return True
        if graph.relevant:
            return streams(self.project)
        return scripts_listen(self.project, (*found.templates, *found.scripts))

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
        """Every route that is known to stream, when the project has live pages."""
        found = (one for _, one in self.wiring.streams) if self.is_live else ()
        return [one for one in found if one.stream.told or one.stream.emissions]

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

    def modules_of(self, app: App, word: str) -> list[Module]:
        """The files of an application in which a word stands."""
        program = self.wiring.applications.program
        paths = program.containing(sorted(app.modules), word.encode())
        found = (program.module(path) for path in paths)
        return [module for module in found if module is not None]

    def app_of(self, view: PageView) -> App | None:
        """The application that serves a page in this view."""
        return self._made.app_of(view)

    def joined(self, view: PageView, connection: Node) -> Joined:
        """Where a connection of a page leads."""
        key = (view, connection)
        if key not in self._joined:
            found = self.wiring.join(connection, self.app_of(view), view.page.path)
            self._joined[key] = found
        return self._joined[key]

    def answers_of(self, view: PageView, node: Node, attribute: str) -> Joined:
        """Where a request leads that an element makes by an attribute such as `hx-post`."""
        address = address_of(node, attribute)
        method = attribute.rpartition("-")[2].upper()
        method = method if method in ("POST", "PUT", "PATCH", "DELETE") else "GET"
        if not self.is_live:
            # Nothing streams: no server is read only to say why none answers.
            return Joined("no-app", address)
        return self.wiring.reach(address, self.app_of(view), view.page.path, method)

    def streams_of(self, view: PageView, connection: Node) -> tuple[StreamRoute, ...]:
        """The streams that a connection may get."""
        return self.joined(view, connection).streams

    def emissions_of(self, view: PageView, connection: Node) -> list[Emission]:
        """The events that a connection may get."""
        joined = self.joined(view, connection)
        if id(joined) not in self._emissions:
            found = [e for one in joined.streams for e in one.stream.emissions]
            self._emissions[id(joined)] = found
        return self._emissions[id(joined)]

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
                for path, _ in carried_templates(self, emission, app):
                    found.setdefault(path, []).append(emission)
        return found

    def unsplit(self, one: StreamRoute) -> Iterator[Unsplit]:
        """The templates that a stream puts whole into one line of a frame."""
        return unsplit_templates(self, one)

    def unsplit_elements(self, one: StreamRoute) -> Iterator[tuple[Span, Span]]:
        """The elements that a stream puts whole into one line of a frame."""
        return self.wiring.applications.unsplit_elements(one.stream)

    def waits_in(self, one: StreamRoute) -> Iterator[Wait]:
        """Where a stream waits in a way that stops its server, or does not wait at all."""
        return self.wiring.applications.waits_in(one)

    def no_text_in(self, emission: Emission) -> Iterator[NoText]:
        """The parts of an event that are objects where their text was meant."""
        return self.wiring.applications.no_text_in(emission)

    def carries(self, emission: Emission) -> str:
        """Of what kind the data of an event is."""
        return self.wiring.applications.payload(emission)

    def may_have_id(self, view: PageView, name: str) -> bool:
        """Whether an element of the application that serves a page may have an id."""
        return may_have_id(self, view, name)

    def out_of_band_parts(self, emission: Emission) -> list[OutOfBand]:
        """The parts of an event that are swapped out of band into an element with an id."""
        return list(out_of_band_parts(self, emission))

    @cached_property
    def only_sent(self) -> frozenset[str]:
        """The templates that are rendered into events alone."""
        return only_sent(self)

    def payload_texts(self, emission: Emission) -> tuple[Pattern, ...]:
        """The texts that an event may carry; empty where some are not known at all."""
        return self.wiring.applications.payload_texts(emission)

    def written_of(self, emission: Emission) -> tuple[str, ...]:
        """The source of what makes the data of an event, in all that leads to it."""
        return self.wiring.applications.written_of(emission)

    @cached_property
    def handled(self) -> Handled:
        """What scripts may do with events in the place of htmx."""
        return Handled(self.project)

    @cached_property
    def script_names(self) -> frozenset[str]:
        """Event names that scripts of the project listen for."""
        return script_names(self.project)

    @cached_property
    def hearing(self) -> Hearing:
        """Who hears the streams of all pages, whatever files are wanted."""
        return hearing_of(self)

    @cached_property
    def dispatched(self) -> Dispatched:
        """The names of events that something in the project may dispatch."""
        return Dispatched(self.project)

    def coverage(self, shown: set[str]) -> Coverage | None:
        """What of the wanted files was understood, and what was not and why."""
        if self.is_live:
            return covered(self, shown)
        asked = self.whole and may_be_unread(self.project)
        return unread_alone(self.project) if asked else None

    # Templates of an application

    def only_app_of(self, path: str) -> App | None:
        """The application that serves a template, when there is just one and it is whole."""
        found = self.wiring.serving(path) if self.is_live else ()
        return found[0] if len(found) == 1 and not found[0].part else None

    @cached_property
    def rendered_beside(self) -> tuple[str, ...]:
        """Templates of a live application that say nothing to htmx and may miss what they name."""
        beside = set(self.wanted).difference(self.paths)
        views = self.views if beside else ()
        ends = [self.joined(view, one) for view in views for one in view.connections]
        apps = {id(one.app): one.app for one in ends if one.app is not None and one.streams}
        shown = (path for app in apps.values() for path in self.wiring.templates.rendered(app))
        misses = self.project.graph.misses
        return tuple(path for path in dict.fromkeys(shown) if path in beside and misses(path))

    def links_of(self, path: str) -> Iterator[TemplateLink]:
        """What a template brings in by name."""
        return links_of(self.project, path)

    def template_of(self, app: App, name: str) -> str | None:
        """The file that an application renders by a name."""
        return self.wiring.templates.find(app, name)

    def nearest_template(self, app: App, name: str) -> str | None:
        return self.wiring.templates.nearest(app, name)

    def is_left_out(self, name: str) -> bool:
        """Whether a template is there by a name, and is not read."""
        return is_left_out(self.project, name)

    def is_own_template_name(self, app: App, name: str) -> bool:
        """Whether a name can only be one of the application's own templates."""
        return self.wiring.templates.is_own(app, name)

    def blocks_of(self, path: str) -> set[str] | None:
        """The blocks that may be rendered of a template; None when that cannot be told."""
        return self.wiring.templates.blocks(path)

    def event_listeners(self, view: PageView, connection: Node) -> list[EventListener]:
        """The names that are waited for under a connection."""
        key = (view, connection)
        if key not in self._waits:
            self._waits[key] = list(event_listeners(view, connection))
        return self._waits[key]

    @staticmethod
    def messages_of(view: PageView, connection: Node) -> list[EventListener]:
        """What a connection of htmx 4 swaps of its own: every message without a name."""
        return list(messages_of(view, connection))

    @cached_property
    def engine(self) -> Engine:
        """Puts the project's pages together."""
        return self.kept_engine or Engine(self.project)

    @cached_property
    def detector(self) -> Detector:
        """Tells which scripts a page loads."""
        project = self.project
        files = project.files
        return Detector(
            project.root,
            project.settings.htmx,
            python=lambda: ((path, files.data(path)) for path in files.found.python),
        )

    @cached_property
    def _made(self) -> Views:
        """Makes the renderings of pages."""
        return Views(
            self.engine,
            self.detector,
            lambda path: self.wiring.serving(path) if self.is_live else (),
            lambda views: Fetches(
                self.engine, self.wiring, views.served, lambda: self.payload_templates
            ),
            lambda app, page: loaded_by_framework(self.wiring.applications, app, page),
            None if self.on_progress is None else partial(self.on_progress, 0, 1),
            self.fail,
        )

    @property
    def views(self) -> list[PageView]:
        """Every rendering of every page on which elements of the files stand."""
        return self._made.showing(self.paths)

    @property
    def cuts(self) -> list[Cut]:
        """The pages of which something was left out."""
        return [*self.engine.cuts, *self._made.cuts]

    @property
    def all_views(self) -> list[PageView]:
        """Every rendering of every page of the project, whatever files are wanted."""
        return self.views if self.whole else self._made.showing(tuple(self.project.graph.relevant))

    @cached_property
    def _court(self) -> Collector:
        return Collector(self.views, self._made, self.fail, self.handled)

    def each_view(self, rule: Rule, judge: Judge) -> Iterator[Finding]:
        """Ask `judge` about every rendering and say once what it said of each span."""
        return self._court.findings(rule, judge)

    def fail(self, where: str, file: str, error: Exception) -> None:
        """Note that this program failed; the run goes on without the part that did."""
        self.failures.append(Failure(where, file, error))
