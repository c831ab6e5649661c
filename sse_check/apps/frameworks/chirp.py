"""Chirp: routes, folders of pages, apps mounted in others and plugins."""

import ast
from collections.abc import Iterator

from sse_check.apps.addresses import EMPTY, join, lstrip, rstrip
from sse_check.apps.declared import SIGNALS
from sse_check.apps.makers import kind_of
from sse_check.apps.reading import VERBS, Reading, View, target_view
from sse_check.apps.registrations import Registration
from sse_check.apps.runs import positional
from sse_check.python.paths import Paths
from sse_check.python.values import Frame, FunctionValue, InstanceValue
from sse_check.template.values import Pattern


def read(reading: Reading, app: InstanceValue) -> None:
    _app(reading, app, EMPTY)


def read_router(reading: Reading, router: InstanceValue) -> None:
    """Chirp has no routers apart from apps."""


def _app(reading: Reading, app: InstanceValue, prefix: Pattern) -> None:
    if not reading.take(app):
        return
    for one in reading.registered(app):
        if one.name == "mount" and one.call is not None:
            _plugin(reading, app, one.call, one.frame, prefix)
    for one in reading.registered(app):
        _registered(reading, one, prefix)
    if app.call is not None:
        for own in ("/static", "/_chirp", "/_frag"):
            reading.add_outside(join(prefix, Pattern.of(own, "/")), None, app.call, app.frame)
        signals = join(prefix, Pattern.of(SIGNALS))
        reading.add_outside(signals, None, app.call, app.frame, below=False)
    reading.leave()


def _registered(reading: Reading, one: Registration, prefix: Pattern) -> None:
    call, frame = one.call, one.frame
    if call is None:
        return
    if one.name == "route":
        _route(reading, one, prefix)
    elif one.name in ("mount_pages", "lazy_pages"):
        _pages(reading, call, frame, prefix)
    elif one.name == "mount_app":
        target = reading.argument(call, "sub_app", 1)
        for inner in reading.instances(target, frame):
            kind = kind_of(reading.evaluator, inner)
            if kind is not None and kind.family == "chirp":
                for own in reading.patterns(reading.argument(call, "prefix", 0), frame):
                    _app(reading, inner, rstrip(join(prefix, own)))


def prefixed(prefix: Pattern, path: Pattern) -> Pattern:
    """As `chirp.app.mount.prefixed_path` puts them together."""
    if not prefix.parts:
        return path
    if path.literal == "/":
        return prefix
    return join(prefix, Pattern.of("/"), lstrip(path))


def _route(reading: Reading, one: Registration, prefix: Pattern) -> None:
    assert one.call is not None  # noqa: S101 - looked at by the caller
    call, frame = one.call, one.frame
    view = target_view(one.target)
    methods = reading.methods(reading.argument(call, "methods"), frame)
    name = reading.text(reading.argument(call, "name"), frame)
    for own in reading.patterns(reading.argument(call, "path", 0), frame):
        path = prefixed(prefix, own)
        reading.add(path, methods, name, view, call, frame, "either", call=call)


def _plugin(
    reading: Reading, app: InstanceValue, call: ast.Call, frame: Frame, prefix: Pattern
) -> None:
    """`app.mount("/x", plugin)` calls `plugin.register(app, "/x")`."""
    target = reading.argument(call, "plugin", 1)
    given = reading.argument(call, "prefix", 0)
    if target is None or given is None:
        return
    for value in reading.evaluator.values(target, frame):
        registers = [
            method
            for method in reading.evaluator.attribute(value, "register")
            if isinstance(method, FunctionValue)
        ]
        for method in registers:
            inner = reading.evaluator.enter(method)
            names = positional(method.scope)[1:]
            if len(names) == 2:
                inner.given[names[0]] = (app,)
                inner.given[names[1]] = (given, frame)
            reading.registrations.run(method.scope, inner)
        if not registers:
            for own in reading.patterns(given, frame):
                reading.add_outside(join(prefix, own), None, call, frame)


# Folders of pages


def _pages(reading: Reading, call: ast.Call, frame: Frame, prefix: Pattern) -> None:
    given = reading.argument(call, "pages_dir", 0)
    folders = pages_folders(reading, given, frame)
    if not folders:
        reading.cannot_tell("the folder of pages cannot be told", call, frame)
    for folder in folders:
        for path, module in page_modules(reading, folder):
            _page(reading, path, module, prefix)


def pages_folders(reading: Reading, given: ast.expr | None, frame: Frame) -> list[str]:
    """The folders that `mount_pages(...)` means, from the top of the project."""
    paths = Paths(reading.evaluator)
    if given is None:
        return paths.existing("pages", frame.module.path, reading.folders)
    found: list[str] = []
    for one in paths.of(given, frame):
        found += paths.existing(one, frame.module.path, reading.folders)
    return found


def page_modules(reading: Reading, folder: str) -> Iterator[tuple[str, str]]:
    """Files of a folder of pages, each with its address."""
    start = f"{folder}/" if folder else ""
    for file in reading.evaluator.program.paths:
        if not file.startswith(start):
            continue
        *parts, name = file[len(start) :].split("/")
        if name.startswith("_") or any(part.startswith(("_", ".")) for part in parts):
            continue
        stem = name.removesuffix(".py")
        yield "/" + "/".join([*parts, *([] if stem == "page" else [stem])]), file


def _page(reading: Reading, path: str, file: str, prefix: Pattern) -> None:
    module = reading.evaluator.program.module(file)
    if module is None:
        return
    reading.modules.setdefault(file)
    inner = reading.evaluator.frame(module.scope)
    bound = module.scope.bindings
    name = _default_name(path)
    named = next((b.value for b in bound.get("name", ()) if b.value is not None), None)
    name = (reading.text(named, inner) if named is not None else None) or name
    verbs = [verb for verb in VERBS if verb in bound]
    whole = prefixed(prefix, Pattern.of(path))
    for verb in verbs or [one for one in ("handler",) if one in bound]:
        for value in reading.evaluator.name(verb, inner):
            if isinstance(value, FunctionValue):
                node = value.scope.node if value.module is module else module.tree.body[0]
                method = verb.upper() if verbs else "GET"
                reading.add(whole, (method,), name, View(value), node, inner, "either")


def _default_name(path: str) -> str:
    parts = [part for part in path.strip("/").split("/") if part]
    cleaned = [part[1:-1].partition(":")[0] if part.startswith("{") else part for part in parts]
    return ".".join(cleaned) or "index"
