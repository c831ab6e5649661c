"""A repository as the applications in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

from sse_check.apps import find
from sse_check.apps.folders import FolderReader, site_folders, template_folders
from sse_check.apps.frameworks import around, bottle, django
from sse_check.apps.frameworks.families import family
from sse_check.apps.inner import InnerTemplates
from sse_check.apps.makers import FRAMEWORKS, kind_of
from sse_check.apps.model import App, Folders, Rendering, Unread
from sse_check.apps.reading import VERBS, Reading
from sse_check.apps.registrations import Registration, Registrations
from sse_check.apps.rendered import Rendered
from sse_check.apps.runs import Runs
from sse_check.apps.settings import DjangoSite, asgi_module, django_sites, setting
from sse_check.apps.versions import framework_version, frameworks_here, python_version
from sse_check.apps.words_in import WordsIn
from sse_check.python import suites
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import Module
from sse_check.python.program import Program
from sse_check.python.sequences import Sequences
from sse_check.python.values import InstanceValue
from sse_check.python.words import in_words
from sse_check.source import Source, Span, decode

if TYPE_CHECKING:
    from sse_check.project.project import Project

_TAKING_IN = frozenset(
    "include_router register_blueprint add_api_route add_url_rule mount_pages add_subapp".split()
)

# How the routes of frameworks and of their extensions are registered.
_ROUTING = frozenset((*VERBS, "route", "api_route", "custom_route"))


def read_apps(project: Project) -> list[App]:
    """Every application of a project, with its routes, folders and what it renders."""
    return Repository(project).apps


@dataclass(eq=False)
class Repository:
    """The Python of a project and the apps in it."""

    project: Project
    program: Program = field(init=False)
    evaluator: Evaluator = field(init=False)
    sequences: Sequences = field(init=False)
    registrations: Registrations = field(init=False)
    apps: list[App] = field(default_factory=list)

    def __post_init__(self) -> None:
        files = self.project.files
        self.program = Program(
            tuple(files.found.python),
            files.data,
            files.display_path,
            frameworks_here(files),
            frozenset(FRAMEWORKS),
            source=files.source_at,
            own_package=files.own_package,
            python=partial(python_version, files),
            parsed=files.parsed_python,
            words=files.python_words,
        )
        self.evaluator = Evaluator(self.program)
        self.sequences = Sequences(self.evaluator)
        paths = tuple(path for path in self.program.paths if self._counts(path))
        runs = Runs(self.evaluator, self.sequences, paths)
        self.registrations = Registrations(self.evaluator, self.sequences, runs)
        self._read()

    def _read(self) -> None:
        paths = self.registrations.runs.paths
        modules = list(self._parsed(find.candidates(self.program, paths)))
        modules += find.makers_elsewhere(self.program, modules, paths)
        self.registrations.read(modules)
        taken: set[int] = set()
        made: list[tuple[int, App]] = []
        for creation in find.creations(self.evaluator, modules):
            reading = self._reading()
            family(creation.kind.family).read(reading, creation.instance)
            taken |= reading.taken - {id(creation.instance.call)}
            app = self._app(creation.kind.framework, creation.instance, reading)
            made.append((id(creation.instance.call), app))
        self.apps = [app for key, app in made if key not in taken]
        self.apps.extend(self._defaults(taken))
        taken |= {key for key, _ in made}
        for site in django_sites(self.evaluator, self.sequences, paths):
            self.apps.append(self._site(site))
        self.apps.extend(self._parts(taken, modules))
        self._unreadable()
        self._lost()
        for cut in self.sequences.cuts.values():
            for app in self._owners(cut.module.path):
                app.unread.append(Unread(cut.module.span(cut.node), cut.why))
        self.apps.extend(self._suites())
        for app in self.apps:
            app.reader = self._rendering
            app.version = framework_version(self.project.files, app.framework, app.path)

    def _defaults(self, taken: set[int]) -> Iterator[App]:
        """The apps of Bottle that need no name."""
        for default in bottle.defaults(self._reading()):
            reading = self._reading()
            bottle.read_default(reading, default)
            taken |= reading.taken
            yield self._app("bottle", default.instance, reading)

    def _counts(self, path: str) -> bool:
        """Sample apps among tests are read where templates stand among them; no other template
        is theirs. Tests themselves make apps by the hundred, which serve nobody."""
        if not self._is_test(path):
            return True
        return (
            not suites.is_test_code(path) and suites.suite_of(path) in self._suites_with_templates
        )

    def _is_test(self, path: str) -> bool:
        return suites.is_test(path) and not suites.is_run(path, self.program.data(path))

    @cached_property
    def _suites_with_templates(self) -> frozenset[str]:
        templates = self.project.files.found.templates
        return frozenset(suites.suite_of(path) for path in templates if suites.is_test(path))

    def _suites(self) -> Iterator[App]:
        """An app for each suite of tests with templates: what its tests make is not read."""
        met: set[str] = set()
        for path in self.program.paths:
            suite = suites.suite_of(path)
            if suite in met or not suites.is_test_code(path):
                continue
            if suite not in self._suites_with_templates:
                continue
            framework = find.framework_of(self.program.data(path))
            if framework:
                met.add(suite)
                span = self._line(path, 1)
                why = "tests are not read as applications"
                unread = [Unread(span, why)]
                modules = frozenset((path,))
                yield App(framework, span, path, modules, unread=unread, is_test=True, part=True)

    def _parsed(self, paths: Iterable[str]) -> Iterator[Module]:
        for path in paths:
            module = self.program.module(path)
            if module is not None:
                yield module

    def _reading(self) -> Reading:
        return Reading(self.evaluator, self.registrations, self.sequences, self.folders)

    @cached_property
    def folders(self) -> frozenset[str]:
        found = self.project.files.found
        known: set[str] = {""}
        for path in (*found.templates, *found.python):
            folder = path.rpartition("/")[0]
            while folder and folder not in known:
                known.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(known)

    def _app(self, framework: str, made: InstanceValue, reading: Reading) -> App:
        path = made.module.path
        assert made.call is not None  # noqa: S101 - a creation is a call
        modules = self._modules(path, reading)
        return App(
            framework,
            made.module.span(made.call),
            path,
            modules,
            reading.routes,
            reading.outside,
            reading.unread,
            self._folders(framework, made, reading, modules),
            is_test=self._is_test(path),
            roots=tuple(dict.fromkeys(reading.roots)),
            mounts=reading.mounts,
        )

    def _folders(
        self, framework: str, made: InstanceValue, reading: Reading, modules: frozenset[str]
    ) -> Folders:
        """Where a program lies that is written in a string, its generator alone knows."""
        if self.project.files.inner_at(made.module.path) is not None:
            return Folders(known=False)
        return template_folders(self.folder_reader, reading, framework, made, modules)

    def _modules(self, path: str, reading: Reading) -> frozenset[str]:
        reached = self.program.reached(path, *reading.modules)
        tested = self._is_test(path)
        return frozenset(one for one in reached if tested or not self._is_test(one))

    def _site(self, site: DjangoSite) -> App:
        reading = self._reading()
        reading.touch(self.evaluator.frame(site.settings.scope))
        if site.urls is not None:
            django.read(reading, site.urls, append_slash=site.append_slash)
        else:
            frame = self.evaluator.frame(site.settings.scope)
            reading.cannot_tell("the module that ROOT_URLCONF names is not there", site.node, frame)
        around.read(reading, asgi_module(self.evaluator, site))
        reading.modules.update((path, None) for path in site.modules)
        path = site.settings.path
        modules = self._modules(path, reading)
        return App(
            "django",
            site.settings.span(site.node),
            path,
            modules,
            reading.routes,
            reading.outside,
            reading.unread,
            site_folders(self.folder_reader, site, modules),
            is_test=self._is_test(path),
            roots=self._script_name(site),
        )

    def _script_name(self, site: DjangoSite) -> tuple[str, ...]:
        """Where a server puts a site, as it says itself by FORCE_SCRIPT_NAME."""
        given, frame = setting(self.evaluator, site, "FORCE_SCRIPT_NAME")
        name = self.evaluator.text(given, frame)
        return (name,) if name is not None and name.strip("/") and name != "None" else ()

    @cached_property
    def folder_reader(self) -> FolderReader:
        return FolderReader(self.evaluator, self.sequences, self.folders)

    # What belongs to no app

    def _parts(self, taken: set[int], modules: list[Module]) -> Iterator[App]:
        """Routers that nothing takes in, one part for each framework and folder."""
        groups: dict[tuple[str, str], tuple[InstanceValue, Reading]] = {}
        for key, owner in self.registrations.owners.items():
            kind = kind_of(self.evaluator, owner)
            if kind is None or key in taken or kind.is_app:
                continue
            folder = owner.module.path.rpartition("/")[0]
            if (kind.framework, folder) not in groups:
                reading = self._reading()
                reading.complete = False
                groups[kind.framework, folder] = (owner, reading)
            family(kind.family).read_router(groups[kind.framework, folder][1], owner)
        for (framework, _), (owner, reading) in groups.items():
            app = self._app(framework, owner, reading)
            app.part = True
            yield app
        yield from self._reusable(modules)

    def _reusable(self, modules: list[Module]) -> Iterator[App]:
        """Django's lists of routes that no site includes."""
        read = {path for app in self.apps if app.framework == "django" for path in app.modules}
        for module in modules:
            if "urlpatterns" not in module.scope.bindings or module.path in read:
                continue
            if not any(name.startswith("django") for name in _imported(self.program, module)):
                continue
            reading = self._reading()
            reading.complete = False
            django.read(reading, module)
            read.update(reading.modules)
            node = module.scope.bindings["urlpatterns"][0].node
            yield App(
                "django",
                module.span(node),
                module.path,
                self._modules(module.path, reading),
                reading.routes,
                reading.outside,
                reading.unread,
                is_test=self._is_test(module.path),
                part=True,
            )

    def _rendering(self, app: App) -> Rendering:
        inner = InnerTemplates.of(self.project.files.inner)
        return Rendered(self.evaluator, self.sequences, app, inner, self._names_in_templates).read()

    @cached_property
    def _names_in_templates(self) -> WordsIn | None:
        """The words of the templates that open streams and of those that take them in: what else
        a context holds concerns no address. None where no template opens one."""
        files, graph = self.project.files, self.project.graph
        opening = [p for p in files.found.templates if b"EventSource" in files.data(p)]
        seen = {*graph.speaking, *opening}
        pending = list(seen)
        while pending:
            for user in graph.users.get(pending.pop(), ()):
                if user not in seen:
                    seen.add(user)
                    pending.append(user)
        return WordsIn([files.data(path) for path in sorted(seen)]) if seen else None

    # What could not be read

    def _unreadable(self) -> None:
        for one in self.program.unreadable:
            found = Unread(self._line(one.path, one.line), one.why)
            for app in self._owners(one.path):
                app.unread.append(found)

    def _owners(self, path: str) -> list[App]:
        """The apps that a file belongs to: they import it, or it stands in their folder."""
        importing = [app for app in self.apps if path in app.modules]
        if importing:
            return importing
        around = [app for app in self.apps if _is_below(path, app.path.rpartition("/")[0])]
        deepest = max((app.path.count("/") for app in around), default=0)
        return [app for app in around if app.path.count("/") == deepest]

    def _line(self, path: str, line: int) -> Span:
        text, encoding = decode_leniently(self.program.data(path))
        source = Source(self.program.shown(path), text, encoding)
        start = source.line_starts[min(line, len(source.line_starts)) - 1]
        return Span(source, start, start + len(source.line_text(line)))

    def _lost(self) -> None:
        """Routes of which it cannot be told where they are registered."""
        beside = (one for one in self.registrations.unasked() if self._is_route(one))
        for one in (*self.registrations.lost, *beside):
            if not self._matters(one):
                continue
            what = getattr(one.call, "func", one.node)

            found = Unread(
                one.module.span(one.node),
                f"it cannot be told which application `{in_words(what)[:60]}` belongs to",
            )
            for app in self._owners(one.module.path):
                if found not in app.unread:
                    app.unread.append(found)

    def _is_route(self, one: Registration) -> bool:
        return one.target is not None and one.name.rpartition(".")[2] in _ROUTING

    def _matters(self, one: Registration) -> bool:
        if one.target is None:
            return one.name in _TAKING_IN
        if one.call is None or not one.call.args:
            return False
        path = self.evaluator.text(one.call.args[0], one.frame)
        return path is not None and path.startswith("/")


def _imported(program: Program, module: Module) -> tuple[str, ...]:
    from sse_check.python.imports import imports

    return imports(module.path, program.data(module.path))


def _is_below(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")


def decode_leniently(data: bytes) -> tuple[str, str]:
    from sse_check.source import DecodingError

    try:
        return decode(data)
    except DecodingError:
        return data.decode("latin-1"), "latin-1"
