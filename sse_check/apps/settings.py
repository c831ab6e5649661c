"""Django's sites: the settings of each, from ROOT_URLCONF on."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sse_check.python.evaluate import Evaluator
from sse_check.python.module import Module
from sse_check.python.sequences import Item, Sequences
from sse_check.python.suites import is_test
from sse_check.python.values import Frame


@dataclass(eq=False)
class DjangoSite:
    """One site. `node` is what names its root of addresses, `modules` the files of its apps."""

    settings: Module
    node: ast.AST
    urls: Module | None
    append_slash: bool = True
    modules: list[str] = field(default_factory=list)
    # The folders of installed apps of the project.
    apps: list[str] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)


def django_sites(
    evaluator: Evaluator, sequences: Sequences, paths: Iterable[str]
) -> Iterator[DjangoSite]:
    """One site for each root of addresses that settings name."""
    program = evaluator.program
    found: dict[str, DjangoSite] = {}
    for path in program.containing(paths, b"ROOT_URLCONF"):
        module = program.module(path)
        for node, value, frame in _roots(evaluator, module) if module is not None else ():
            assert module is not None  # noqa: S101 - looked at above
            named = evaluator.text(value, frame)
            urls = program.find(named, path) if named and named != "__main__" else None
            if isinstance(value, ast.Name) and value.id == "__name__":
                urls = path
            key = urls or path
            if key in found:
                continue
            site = DjangoSite(module, node, program.module(urls) if urls else None)
            site.frames = [frame]
            _complete(evaluator, sequences, site)
            found[key] = site
    yield from found.values()


def _roots(evaluator: Evaluator, module: Module) -> Iterator[tuple[ast.AST, ast.expr, Frame]]:
    """`ROOT_URLCONF = "..."`, `settings.configure(ROOT_URLCONF=...)`."""
    frame = evaluator.frame(module.scope)
    for binding in module.scope.bindings.get("ROOT_URLCONF", ()):
        if binding.value is not None:
            yield binding.node, binding.value, frame
    for scope, call in module.calls_named("configure"):
        for keyword in call.keywords:
            if keyword.arg == "ROOT_URLCONF":
                yield keyword.value, keyword.value, evaluator.frame(scope)


def _complete(evaluator: Evaluator, sequences: Sequences, site: DjangoSite) -> None:
    site.append_slash = _appends_slash(evaluator, sequences, site)
    listed, frame = setting(evaluator, site, "INSTALLED_APPS")
    if listed is None:
        return
    program = evaluator.program
    for item in _items(sequences, "INSTALLED_APPS", listed, frame):
        name = evaluator.text(item.node, item.frame) if item.whole else None
        folder = _package(evaluator, name, site.settings.path) if name else None
        if folder is None or folder in site.apps:
            continue
        site.apps.append(folder)
        start = f"{folder}/"
        site.modules += [
            path
            for path in program.paths
            if path.startswith(start) and not is_test(path) and "/migrations/" not in path
        ]


def _appends_slash(evaluator: Evaluator, sequences: Sequences, site: DjangoSite) -> bool:
    """Whether an address without its last slash may lead to the one with it: CommonMiddleware
    does that, and nothing else of Django."""
    append, frame = setting(evaluator, site, "APPEND_SLASH")
    if append is not None and evaluator.text(append, frame) == "False":
        return False
    listed, frame = setting(evaluator, site, "MIDDLEWARE")
    if listed is None:
        return not _is_seen_whole(evaluator, site)
    for item in _items(sequences, "MIDDLEWARE", listed, frame):
        name = evaluator.text(item.node, item.frame) if item.whole else None
        if name is None or not name.startswith("django.") or name.endswith("CommonMiddleware"):
            return True
    return False


def _is_seen_whole(evaluator: Evaluator, site: DjangoSite) -> bool:
    """Whether a setting that was not found is not set: nothing brings others from elsewhere."""
    if isinstance(site.node, ast.expr):
        calls = [call for _, call in site.settings.calls_named("configure")]
        return all(keyword.arg is not None for call in calls for keyword in call.keywords)
    stars = site.settings.scope.bindings.get("*", ())
    find = evaluator.program.find
    inside = (find(one.dotted.removesuffix(".*"), site.settings.path) for one in stars)
    return None not in inside


def _items(sequences: Sequences, name: str, listed: ast.expr, frame: Frame) -> Iterator[Item]:
    """The items of a setting, with those that are added to it."""
    if frame.scope.bindings.get(name):
        return sequences.bound(name, frame, listed)
    return sequences.items(listed, frame)


def setting(evaluator: Evaluator, site: DjangoSite, name: str) -> tuple[ast.expr | None, Frame]:
    """A setting of a site, also one that comes by `from .base import *`."""
    if isinstance(site.node, ast.expr):
        return _configured(site, name), site.frames[0]
    pending, met = [site.settings], set()
    while pending:
        module = pending.pop(0)
        if module.path in met:
            continue
        met.add(module.path)
        for binding in reversed(module.scope.bindings.get(name, ())):
            if binding.value is not None and binding.kind == "assign":
                return binding.value, evaluator.frame(module.scope)
        for binding in module.scope.bindings.get("*", ()):
            path = evaluator.program.find(binding.dotted.removesuffix(".*"), module.path)
            other = evaluator.program.module(path) if path is not None else None
            if other is not None:
                pending.append(other)
    return None, site.frames[0]


def asgi_module(evaluator: Evaluator, site: DjangoSite) -> Module | None:
    """The file of `ASGI_APPLICATION = "shop.asgi.application"`: what a server starts."""
    given, frame = setting(evaluator, site, "ASGI_APPLICATION")
    named = (evaluator.text(given, frame) or "") if given is not None else ""
    path = evaluator.program.find(named.rpartition(".")[0], site.settings.path) if named else None
    return evaluator.program.module(path) if path is not None else None


def _configured(site: DjangoSite, name: str) -> ast.expr | None:
    """An argument of `settings.configure(...)`."""
    for _, call in site.settings.calls_named("configure"):
        for keyword in call.keywords:
            if keyword.arg == name:
                return keyword.value
    return None


def _package(evaluator: Evaluator, name: str, asking: str) -> str | None:
    """The folder of an installed app: `shop`, or `shop.apps.ShopConfig`."""
    program = evaluator.program
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        path = program.find(".".join(parts[:end]), asking)
        if path is not None:
            return path.rpartition("/")[0]
        folder = "/".join(parts[:end])
        for base in _above(asking):
            whole = f"{base}/{folder}" if base else folder
            if any(one.startswith(f"{whole}/") for one in program.paths):
                return whole
    return None


def _above(path: str) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""
