"""Django: `urlpatterns` from ROOT_URLCONF on, includes, namespaces and class-based views."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from sse_check.apps.addresses import ends_with_slash, from_regex, holes, join
from sse_check.apps.frameworks import ninja
from sse_check.apps.model import Slash
from sse_check.apps.reading import Reading, View
from sse_check.python.module import Module, last_name
from sse_check.python.sequences import Item
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    InstanceValue,
    ModuleValue,
    SequenceValue,
)
from sse_check.python.words import in_words
from sse_check.template.values import Pattern

_PATHS = ("path", "re_path", "url")
_STREAM_URLS = "django_eventstream.urls"

_STATIC = ("static", "staticfiles_urlpatterns")
_GENERIC_GET = frozenset(
    """TemplateView ListView DetailView ArchiveIndexView YearArchiveView
    MonthArchiveView WeekArchiveView DayArchiveView TodayArchiveView DateDetailView""".split()
)
_GENERIC_FORM = frozenset("FormView CreateView UpdateView DeleteView LoginView".split())
_DEEPEST = 12


class Place(NamedTuple):
    """What stands before the addresses and names of some patterns."""

    prefix: Pattern = Pattern(("/",))
    # The address as it is shown, regular expressions as they are written.
    shown: Pattern = Pattern(("/",))
    namespace: str = ""
    append_slash: bool = True
    depth: int = 0


def read(reading: Reading, urlconf: Module, *, append_slash: bool = True) -> None:
    """All routes from a root of addresses on."""
    _module(reading, urlconf, Place(append_slash=append_slash))


def _module(reading: Reading, module: Module, place: Place) -> None:
    if place.depth > _DEEPEST:
        return
    frame = reading.evaluator.frame(module.scope)
    reading.touch(frame)
    if "urlpatterns" not in module.scope.bindings:
        reading.cannot_tell("the file has no urlpatterns", module.tree.body[0], frame)
        return
    at = ast.copy_location(ast.Name("urlpatterns", ast.Load()), module.tree.body[0])
    at = _binding_place(module, at)
    for item in reading.sequences.bound("urlpatterns", frame, at):
        _pattern(reading, item, place)


def _binding_place(module: Module, at: ast.Name) -> ast.Name:
    binding = module.scope.bindings["urlpatterns"][0]
    return ast.copy_location(at, binding.node)


def _pattern(reading: Reading, item: Item, place: Place) -> None:
    node, frame = item.node, item.frame
    if isinstance(node, ast.Starred):
        node = node.value
    for made in reading.instances(node, frame):
        if made.call is not None:
            _made_pattern(reading, made.call, made.frame, made.dotted.rpartition(".")[2], place)
            return
    value = reading.evaluator.one(node, frame)
    if isinstance(value, SequenceValue) and item.whole:
        for inner in reading.sequences.items(node, frame):
            _pattern(reading, inner, place)
    elif isinstance(node, ast.Attribute) and node.attr == "urls":
        _router_urls(reading, node, frame, place)
    else:
        reading.cannot_tell(
            "a list of routes is put together in a way that cannot be followed", node, frame
        )


def _made_pattern(reading: Reading, call: ast.Call, frame: Frame, kind: str, place: Place) -> None:
    """What a call of Django's adds: `path(...)`, `i18n_patterns(...)`, `static(...)`."""
    if kind in _PATHS:
        _path(reading, call, frame, kind, place)
    elif kind == "i18n_patterns":
        _translated(reading, call, frame, place)
    elif kind in _STATIC:
        for own in reading.patterns(reading.argument(call, "prefix", 0), frame):
            if own.parts and own.parts != (None,):
                whole = join(place.prefix, Pattern.of((own.literal or "").lstrip("/")))
                reading.add_outside(whole, None, call, frame)
    else:
        reading.cannot_tell(f"what {kind or 'this'} adds to urlpatterns is not known", call, frame)


def _translated(reading: Reading, call: ast.Call, frame: Frame, place: Place) -> None:
    """`i18n_patterns(...)`: the code of a language stands before the address."""
    default = reading.flag(reading.argument(call, "prefix_default_language"), frame, True)
    inner = place._replace(
        prefix=join(place.prefix, Pattern.of(None, "/")),
        shown=join(place.shown, Pattern.of(None, "/")),
    )
    for argument in call.args:
        starred = isinstance(argument, ast.Starred)
        node = argument.value if isinstance(argument, ast.Starred) else argument
        items = reading.sequences.items(node, frame) if starred else iter((Item(node, frame),))
        for item in items:
            _pattern(reading, item, inner)
            if default is not True:
                _pattern(reading, item, place)


def _path(reading: Reading, call: ast.Call, frame: Frame, kind: str, place: Place) -> None:
    route = reading.argument(call, ("route", "regex"), 0)
    viewed = reading.argument(call, "view", 1)
    named = reading.argument(call, "name", 3)
    name = reading.text(named, frame) if named is not None else None
    for own in reading.patterns(route, frame):
        shown = own
        pattern = holes(own)
        if kind != "path":
            pattern = from_regex(own)
            shown = _bare(own)
        here = place._replace(prefix=join(place.prefix, pattern), shown=join(place.shown, shown))
        _view(reading, call, viewed, name, frame, here)


def _bare(regex: Pattern) -> Pattern:
    """A regular expression without its anchors."""
    parts = list(regex.parts)
    if parts and parts[0] is not None:
        parts[0] = parts[0].removeprefix("^")
    if parts and parts[-1] is not None:
        parts[-1] = parts[-1].removesuffix("$")
    return Pattern.of(*parts)


def _view(
    reading: Reading,
    call: ast.Call,
    viewed: ast.expr | None,
    name: str | None,
    frame: Frame,
    place: Place,
) -> None:
    if viewed is None:
        return
    included = _include_of(reading, viewed, frame)
    if included is not None:
        _include(reading, included[0], included[1], call, place)
        return
    if isinstance(viewed, ast.Attribute) and viewed.attr == "urls":
        _router_urls(reading, viewed, frame, place, call)
        return
    view = reading.view(viewed, frame)
    full = f"{place.namespace}{name}" if name else None
    slash: Slash = "adds" if place.append_slash and ends_with_slash(place.prefix) else "exact"
    if place.prefix.parts == ("/",):
        slash = "exact"

    def add(methods: tuple[str, ...], one: View) -> None:
        reading.add(place.shown, methods, full, one, call, frame, slash, place.prefix, call=call)

    if view.of_class is not None:
        for methods, one in _of_class(reading, view, view.of_class):
            add(methods, one)
    elif view.made is not None:
        last = view.made.dotted.removesuffix(".as_view").rpartition(".")[2]
        add(_generic(last), view)
    else:
        add(_allowed(reading, view, viewed, frame) or (), view)


def _of_class(
    reading: Reading, view: View, owner: ClassValue
) -> Iterator[tuple[tuple[str, ...], View]]:
    """What a class-based view answers: its own methods, and those of Django's classes."""
    verbs = reading.verbs_of(view)
    allowed = _http_method_names(reading, view)
    for verb, method in verbs.items():
        if allowed is None or verb in allowed:
            yield (verb,), View(method, owner)
    generic = tuple(m for m in _generic_methods(reading, view) if m not in verbs)
    if generic:
        yield generic, View(None, owner)
    elif not verbs:
        yield (), View(reading.method(view, "dispatch", "__call__"), owner)


def _generic_methods(reading: Reading, view: View) -> tuple[str, ...]:
    """The methods that a generic view of Django answers by itself."""
    assert view.of_class is not None  # noqa: S101 - asked for classes alone
    for base in reading.evaluator.lineage(view.of_class):
        if isinstance(base, External):
            found = _generic(base.dotted.rpartition(".")[2])
            if found:
                return found
    return ()


def _generic(name: str) -> tuple[str, ...]:
    if name in _GENERIC_FORM:
        return ("GET", "POST")
    return ("GET",) if name in _GENERIC_GET else ()


def _http_method_names(reading: Reading, view: View) -> tuple[str, ...] | None:
    assert view.of_class is not None  # noqa: S101 - asked for classes alone
    for base in reading.evaluator.lineage(view.of_class):
        if isinstance(base, ClassValue):
            for binding in base.scope.bindings.get("http_method_names", ()):
                if binding.value is not None:
                    frame = reading.evaluator.frame(base.scope)
                    return reading.methods(binding.value, frame)
    return None


def _allowed(reading: Reading, view: View, node: ast.expr, frame: Frame) -> tuple[str, ...] | None:
    """`@require_GET`, `require_http_methods([...])` on a view or around it."""
    if view.function is not None:
        for decorator in getattr(view.function.scope.node, "decorator_list", ()):
            found = _required(reading, decorator, view.function.closure)
            if found is not None:
                return found
    current: ast.expr = node
    while isinstance(current, ast.Call) and current.args:
        found = _required(reading, current.func, frame)
        if found is not None:
            return found
        current = current.args[0]
    return None


def _required(reading: Reading, node: ast.expr, frame: Frame) -> tuple[str, ...] | None:
    called = node.func if isinstance(node, ast.Call) else node
    name = last_name(called)
    if name == "require_GET":
        return ("GET",)
    if name == "require_safe":
        return ("GET", "HEAD")
    if name == "require_POST":
        return ("POST",)
    if name in ("require_http_methods", "api_view") and isinstance(node, ast.Call) and node.args:
        return reading.methods(node.args[0], frame)
    if name == "api_view":
        return ("GET",)
    return None


# Includes


def _include_of(reading: Reading, viewed: ast.expr, frame: Frame) -> tuple[ast.Call, Frame] | None:
    for made in reading.instances(viewed, frame):
        if made.dotted.rpartition(".")[2] == "include" and made.call is not None:
            return made.call, made.frame
    return None


def _include(reading: Reading, call: ast.Call, frame: Frame, route: ast.Call, place: Place) -> None:
    target = reading.argument(call, "arg", 0)
    named = reading.argument(call, "namespace", 1)
    namespace = reading.text(named, frame) if named is not None else None
    if target is None:
        return
    app_name: str | None = None
    known = False
    for given in reading.evaluator.values(target, frame):
        value, node, home = given, target, frame
        if isinstance(given, SequenceValue) and _is_named(given, reading):
            app_name = reading.text(given.items[1], given.frame)
            node, home = given.items[0], given.frame
            value = reading.evaluator.one(node, home) or given
        module = _included_module(reading, value, node, home)
        if module is not None:
            known = True
            app_name = app_name or _app_name(reading, module)
            _module(reading, module, _below(place, namespace or app_name))
        elif isinstance(value, SequenceValue) or _is_list(reading, node, home):
            known = True
            for item in reading.sequences.items(node, home):
                _pattern(reading, item, _below(place, namespace or app_name))
        elif isinstance(node, ast.Attribute) and node.attr == "urls" and not _is_stream(value):
            known = True
            _router_urls(reading, node, home, _below(place, namespace or app_name), route)
        else:
            known = _outside(reading, value, namespace, call, route, home, place) or known
    if not known:
        reading.cannot_tell(
            f"what is included as `{in_words(target)[:60]}` cannot be told", call, frame
        )


def _is_named(value: SequenceValue, reading: Reading) -> bool:
    """`include((patterns, "app_name"))`: a pair whose second is a text."""
    return len(value.items) == 2 and reading.text(value.items[1], value.frame) is not None


def _is_list(reading: Reading, node: ast.expr, frame: Frame) -> bool:
    items = list(reading.sequences.items(node, frame))
    return bool(items) and all(item.whole for item in items) and isinstance(node, ast.Name)


def _below(place: Place, namespace: str | None) -> Place:
    names = f"{place.namespace}{namespace}:" if namespace else place.namespace
    return place._replace(namespace=names, depth=place.depth + 1)


def _included_module(
    reading: Reading, value: object, node: ast.expr, frame: Frame
) -> Module | None:
    if isinstance(value, ModuleValue):
        return value.module
    dotted = reading.text(node, frame)
    path = reading.evaluator.program.find(dotted, frame.module.path) if dotted else None
    return reading.evaluator.program.module(path) if path is not None else None


def _is_stream(value: object) -> bool:
    return isinstance(value, External) and value.dotted == _STREAM_URLS


def _app_name(reading: Reading, module: Module) -> str | None:
    for binding in module.scope.bindings.get("app_name", ()):
        if binding.value is not None:
            return reading.text(binding.value, reading.evaluator.frame(module.scope))
    return None


def _outside(
    reading: Reading,
    value: object,
    namespace: str | None,
    call: ast.Call,
    route: ast.Call,
    frame: Frame,
    place: Place,
) -> bool:
    """What a library answers: `include("django_eventstream.urls")`."""
    dotted = reading.text(reading.argument(call, "arg", 0), frame)
    if dotted is None and not isinstance(value, External):
        return False
    if dotted == _STREAM_URLS or _is_stream(value):
        reading.add(
            place.shown, ("GET",), None, View(), call, frame, "exact", place.prefix, call=route
        )
        return True
    names = f"{place.namespace}{namespace}:*" if namespace else f"{place.namespace}*"
    reading.add_outside(place.prefix, names, call, frame)
    return True


def _router_urls(
    reading: Reading,
    node: ast.Attribute,
    frame: Frame,
    place: Place,
    call: ast.Call | None = None,
) -> None:
    """`admin.site.urls`, `router.urls` of Django REST framework."""
    owners = reading.evaluator.values(node.value, frame)
    at = call if call is not None else node
    for owner in owners:
        if isinstance(owner, InstanceValue) and owner.dotted.endswith("Router"):
            _rest_router(reading, owner, place)
            return
        if isinstance(owner, InstanceValue) and ninja.is_api(reading, owner):
            at_place = ninja.Place(place.prefix, place.shown, place.namespace)
            ninja.read_api(reading, owner, at_place)
            return
    is_admin = any(isinstance(o, External) and o.dotted.endswith("admin.site") for o in owners)
    names = f"{place.namespace}{'admin:' if is_admin else ''}*"
    if place.prefix.parts == ("/",):
        reading.cannot_tell(f"the routes of `{in_words(node)[:60]}` cannot be told", node, frame)
    reading.add_outside(place.prefix, names, at, frame)


def _rest_router(reading: Reading, router: InstanceValue, place: Place) -> None:
    for one in reading.registered(router):
        if one.name != "register" or one.call is None:
            continue
        named = reading.argument(one.call, ("basename", "base_name"), 2)
        base = reading.text(named, one.frame) if named is not None else None
        for own in reading.patterns(reading.argument(one.call, "prefix", 0), one.frame):
            whole = join(place.prefix, own, Pattern.of("/"))
            name = f"{place.namespace}{base or ''}*"
            reading.add_outside(whole, name, one.call, one.frame)
