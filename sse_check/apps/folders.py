"""Where the templates of an application are."""

import ast
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from sse_check.apps.frameworks.chirp import pages_folders
from sse_check.apps.frameworks.tornado import setting as setting_of
from sse_check.apps.makers import kind_of
from sse_check.apps.model import Folders
from sse_check.apps.reading import Reading
from sse_check.apps.settings import DjangoSite, setting
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import Module, last_name
from sse_check.python.paths import HERE, Paths
from sse_check.python.sequences import Sequences
from sse_check.python.values import Frame, InstanceValue, MappingValue

# What is called -> (keywords, place) of the folders among its arguments.
_LOADERS: dict[str, tuple[tuple[str, ...], int]] = {
    "Jinja2Templates": (("directory",), 0),
    "Jinja2Blocks": (("directory",), 0),
    "FileSystemLoader": (("searchpath",), 0),
    "TemplateConfig": (("directory",), -1),
    "JinjaTemplateEngine": (("directory",), 0),
    "MiniJinjaEngine": (("template_dir",), 0),
    "JinjaTemplate": (("directory",), 0),
    "AppConfig": (("template_dir",), -1),
    "enable_templates": (("template_dir", "directory", "templates_dir"), 0),
}
_ADDING = ("append", "insert", "extend")
_WORDS = (*_LOADERS, "PackageLoader", "TEMPLATING_PATH_TO_TEMPLATES", "template_folder")


@dataclass(eq=False)
class FolderReader:
    """Finds the folders of one app after the other."""

    evaluator: Evaluator
    sequences: Sequences
    folders: frozenset[str]
    _derived: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.paths = Paths(self.evaluator)

    def of(self, modules: Iterable[str], started: Iterable[str] = ()) -> Folders:
        """The folders that some modules name; `started` are those that go before."""
        found: dict[str, None] = dict.fromkeys(started)
        known = True
        for module in self._mentioning(modules):
            for folder in self._in(module):
                if folder is None:
                    known = False
                else:
                    found.setdefault(folder)
        # Without any the templates come from somewhere that was not seen.
        return Folders(tuple(found), known and bool(found))

    def _mentioning(self, modules: Iterable[str]) -> Iterator[Module]:
        program = self.evaluator.program
        words = tuple(word.encode() for word in (*_LOADERS, "PackageLoader"))
        for path in program.containing(sorted(modules), *words):
            module = program.module(path)
            if module is not None:
                yield module

    def _in(self, module: Module) -> Iterator[str | None]:
        names = {**_LOADERS, **self._subclasses(module)}
        for scope, call in module.calls_named(*names, "PackageLoader"):
            frame = self.evaluator.frame(scope)
            name = last_name(call.func)
            if name == "PackageLoader":
                yield from self._package(call, frame)
                continue
            keywords, place = names[name]
            given = self.evaluator.argument(call, keywords, place)
            if given is None:
                if name == "AppConfig" and self._is_chirp(call, frame):
                    yield from self.paths.existing("templates", module.path, self.folders)
                continue
            yield from self.listed(given, frame)
            more = self.evaluator.argument(call, "component_dirs")
            if more is not None:
                yield from self.listed(more, frame)

    def _is_chirp(self, call: ast.Call, frame: Frame) -> bool:
        return self.evaluator.dotted(call.func, frame).startswith("chirp.")

    def _subclasses(self, module: Module) -> dict[str, tuple[tuple[str, ...], int]]:
        """Classes of the module's own that are derived from one that loads templates."""
        found = {}
        for scope in module.scope.children.values():
            if isinstance(scope.node, ast.ClassDef):
                for base in scope.node.bases:
                    if last_name(base) in _LOADERS:
                        found[scope.node.name] = _LOADERS[last_name(base)]
        return found

    def listed(self, node: ast.expr, frame: Frame) -> Iterator[str | None]:
        """The folders of an argument: one path, or a list of them."""
        literal = isinstance(node, ast.List | ast.Tuple | ast.Set)
        items = list(self.sequences.items(node, frame)) if literal else []
        if literal or not self.paths.known(node, frame):
            items = items or list(self.sequences.items(node, frame))
            if items and all(item.whole for item in items):
                for item in items:
                    yield from self.one(item.node, item.frame)
                return
        yield from self.one(node, frame)

    def one(self, node: ast.expr, frame: Frame) -> Iterator[str | None]:
        known = self.paths.of(node, frame)
        own = f"{self.evaluator.program.own_package}/"
        for path in known:
            asking = frame.module.path
            existing = self.paths.existing(path, asking, self.folders)
            if not existing and path.startswith(own) and len(own) > 1:
                existing = self.paths.existing(path.removeprefix(own), asking, self.folders)
            if existing:
                yield from existing
            elif not path.startswith(HERE):
                yield None
        if not known:
            yield None

    def _package(self, call: ast.Call, frame: Frame) -> Iterator[str | None]:
        """`PackageLoader("app", "templates")`."""
        package = self.evaluator.argument(call, "package_name", 0)
        inner = self.evaluator.argument(call, "package_path", 1)
        name = self.evaluator.text(package, frame)
        folder = self.evaluator.text(inner, frame) if inner is not None else "templates"
        if isinstance(package, ast.Name) and package.id == "__name__":
            base: str | None = frame.module.package
        else:
            base = self._package_folder(name, frame.module.path) if name else None
        if base is None or folder is None:
            yield None
            return
        whole = posixpath.normpath(posixpath.join(base, folder))
        yield whole if whole in self.folders else None

    def _package_folder(self, name: str, asking: str) -> str | None:
        path = self.evaluator.program.find(name, asking)
        if path is not None:
            return path.rpartition("/")[0]
        inner = name.replace(".", "/")
        existing = self.paths.existing(inner, asking, self.folders)
        return existing[0] if existing else None

    def beside(self, instance: InstanceValue, name: str = "templates") -> list[str]:
        """The folder of this name beside the module that makes an app: Flask's default."""
        base = instance.module.package
        whole = f"{base}/{name}" if base else name
        return [whole] if whole in self.folders else []


def template_folders(
    reader: FolderReader,
    reading: Reading,
    framework: str,
    made: InstanceValue,
    modules: Iterable[str],
) -> Folders:
    """The folders of an app that a call makes."""
    modules = frozenset(modules)
    own: list[str | None] = []
    if framework in ("flask", "quart"):
        own += _flask(reader, reading, made)
    elif framework == "chirp":
        own += _chirp(reader, reading, made)
    elif framework == "tornado":
        own += _tornado(reader, reading, made)
    elif framework == "bottle":
        own += _bottle(reader, made, modules)
    elif framework == "sanic":
        own += reader.paths.existing("templates", made.module.path, reader.folders)
    found = reader.of(modules, [one for one in own if one is not None])
    found.known = found.known and None not in own
    return found


def _flask(reader: FolderReader, reading: Reading, made: InstanceValue) -> list[str | None]:
    """`template_folder` of the app and its blueprints, beside the module of each."""
    found: list[str | None] = []
    registered = reading.registrations.owners
    inner = [registered[key] for key in reading.taken if key in registered]
    for one in (made, *(other for other in inner if other.call is not made.call)):
        given, frame = reading.made_with(one, "template_folder")
        if given is not None:
            found += _beside(reader, given, frame, one)
        elif one.call is made.call or _is_app(reader, one):
            found += reader.beside(one)
    return found


def _tornado(reader: FolderReader, reading: Reading, made: InstanceValue) -> list[str | None]:
    """`template_path` of the settings, else the folder of each file that renders."""
    if reading.inside:
        inner = list(reading.inside.values())
        reading = replace(reading, inside={})
        return [one for app in (made, *inner) for one in _tornado(reader, reading, app)]
    if setting_of(reading, made, "template_loader")[0] is not None:
        return [None]
    given, frame = setting_of(reading, made, "template_path")
    if given is not None and not reading.is_none(given, frame):
        return list(reader.listed(given, frame))
    folders = {path.rpartition("/")[0] for path in reading.modules}
    return [folder for folder in sorted(folders) if folder in reader.folders]


def _bottle(
    reader: FolderReader, made: InstanceValue, modules: Iterable[str]
) -> Iterator[str | None]:
    """Bottle's `TEMPLATE_PATH`: what is added to it, the folder of the program and `views`."""
    program = reader.evaluator.program
    for path in program.containing(sorted(modules), b"TEMPLATE_PATH"):
        module = program.module(path)
        for scope in module.scopes_mentioning("TEMPLATE_PATH") if module is not None else ():
            frame = reader.evaluator.frame(scope)
            for store in scope.stores:
                target = store.target
                named = target.value if isinstance(target, ast.Subscript) else target
                if last_name(named) == "TEMPLATE_PATH":
                    yield from reader.listed(store.value, frame)
            for binding in scope.bindings.get("TEMPLATE_PATH", ()):
                if binding.kind == "augment" and binding.value is not None:
                    yield from reader.listed(binding.value, frame)
            for call in scope.calls:
                method = call.func
                if not isinstance(method, ast.Attribute) or method.attr not in _ADDING:
                    continue
                if call.args and last_name(method.value) == "TEMPLATE_PATH":
                    yield from reader.listed(call.args[-1], frame)
    yield made.module.package
    yield from reader.paths.existing("views", made.module.path, reader.folders)


def _is_app(reader: FolderReader, one: InstanceValue) -> bool:
    """Whether an app stands inside another: it has templates of its own."""
    kind = kind_of(reader.evaluator, one)
    return kind is not None and kind.is_app


def _beside(
    reader: FolderReader, given: ast.expr, frame: Frame, one: InstanceValue
) -> list[str | None]:
    found: list[str | None] = []
    for path in reader.paths.of(given, frame):
        # Relative to the folder of the module, which is what `__name__` says.
        whole = posixpath.join("/", one.module.package, path)
        found += reader.paths.existing(whole, one.module.path, reader.folders) or [None]
    return found or [None]


def _chirp(reader: FolderReader, reading: Reading, made: InstanceValue) -> list[str | None]:
    """The folder of templates, and folders of pages, whose names start there too."""
    found: list[str | None] = []
    config, frame = reading.made_with(made, "config", 0)
    given = None
    for one in reading.instances(config, frame):
        given = reading.argument(one.call, "template_dir")
        if given is not None:
            found += reader.listed(given, one.frame)
    if given is None:
        found += reader.paths.existing("templates", made.module.path, reader.folders)
    for registration in reading.registered(made):
        if registration.name in ("mount_pages", "lazy_pages") and registration.call is not None:
            pages = reading.argument(registration.call, "pages_dir", 0)
            found += pages_folders(reading, pages, registration.frame)
    return found


def site_folders(reader: FolderReader, site: DjangoSite, modules: Iterable[str]) -> Folders:
    """`DIRS` of the settings, and the folders of installed apps."""
    found: list[str | None] = []
    listed, frame = setting(reader.evaluator, site, "TEMPLATES")
    for item in reader.sequences.items(listed, frame) if listed is not None else ():
        for value in reader.evaluator.values(item.node, item.frame):
            if isinstance(value, MappingValue):
                for key, inner in zip(value.keys, value.items, strict=True):
                    name = reader.evaluator.text(key, value.frame) if key is not None else None
                    if name == "DIRS":
                        found += _directories(reader, inner, value.frame)
    for folder in site.apps:
        for name in ("templates", "jinja2"):
            whole = f"{folder}/{name}" if folder else name
            if whole in reader.folders:
                found.append(whole)
    known = [one for one in found if one is not None]
    done = reader.of(modules, known)
    done.known = done.known and None not in found
    return done


def _directories(reader: FolderReader, node: ast.expr, frame: Frame) -> Iterator[str | None]:
    for item in reader.sequences.items(node, frame):
        if item.whole:
            yield from reader.one(item.node, item.frame)
        else:
            yield None
