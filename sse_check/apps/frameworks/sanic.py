"""Sanic: blueprints, groups of them, versions and class-based views."""

import ast
from typing import NamedTuple

from sse_check.apps.addresses import EMPTY, join, lstrip, rstrip, starts_with_slash
from sse_check.apps.makers import kind_of
from sse_check.apps.model import Slash
from sse_check.apps.reading import VERBS, Reading, View, target_view
from sse_check.apps.registrations import Registration
from sse_check.python.values import Frame, InstanceValue
from sse_check.python.words import in_words
from sse_check.template.values import Pattern

_ROUTING = frozenset((*VERBS, "route", "add_route", "attach"))


class Place(NamedTuple):
    """What a blueprint gets from those around it."""

    prefix: Pattern = EMPTY
    names: str = ""
    version: str | None = None
    version_prefix: str = "/v"
    strict: bool | None = False


def read(reading: Reading, app: InstanceValue) -> None:
    if not reading.take(app):
        return
    strict, frame = reading.made_with(app, "strict_slashes")
    _inside(reading, app, Place(strict=reading.flag(strict, frame, False)))
    reading.leave()


def read_router(reading: Reading, router: InstanceValue) -> None:
    _blueprint(reading, router, Place(), None)


def _inside(reading: Reading, owner: InstanceValue, place: Place) -> None:
    for one in reading.registered(owner):
        name = one.name.rpartition(".")[2]
        call = one.call
        if call is None:
            continue
        if name in _ROUTING:
            _route(reading, one, name, place)
        elif name == "blueprint" and call.args:
            _taken_in(reading, call.args[0], call, one.frame, place)
        elif name == "static":
            path = reading.argument(call, "uri", 0)
            for own in reading.patterns(path, one.frame):
                reading.add_outside(_path(place, own), f"{place.names}static", call, one.frame)


def _path(place: Place, own: Pattern) -> Pattern:
    whole = own
    if place.prefix.parts:
        whole = (
            join(rstrip(place.prefix), Pattern.of("/"), lstrip(own))
            if own.parts
            else rstrip(place.prefix)
        )
        if own.literal == "/":
            whole = join(rstrip(place.prefix), Pattern.of("/"))
    return starts_with_slash(whole)


def _route(reading: Reading, one: Registration, name: str, place: Place) -> None:
    assert one.call is not None  # noqa: S101 - looked at by the caller
    call, frame = one.call, one.frame
    adds = name == "add_route"
    view = (
        reading.view(reading.argument(call, "handler", 0), frame)
        if adds
        else target_view(one.target)
    )
    listed = reading.argument(call, "methods", 2 if adds else 1 if name == "route" else -1)
    methods = (name.upper(),) if name in VERBS else reading.methods(listed, frame)
    named = reading.text(reading.argument(call, "name"), frame)
    strict = reading.flag(reading.argument(call, "strict_slashes"), frame, bool(place.strict))
    version = _text(reading, reading.argument(call, "version"), frame) or place.version
    prefixed = _text(reading, reading.argument(call, "version_prefix"), frame)
    for own in reading.patterns(reading.argument(call, "uri", 1 if adds else 0), frame):
        path = _path(place, own)
        if version is not None:
            number = version.strip("/").removeprefix("v")
            before = prefixed or place.version_prefix
            path = join(Pattern.of(f"{before}{number}"), starts_with_slash(path))
        slash: Slash = "exact"
        if not strict:
            slash = "either"
            path = rstrip(path) if path.literal != "/" else path
        path = path if path.parts else Pattern.of("/")
        full = f"{place.names}{named or view.name}" or None
        if view.of_class is None:
            reading.add(path, methods, full, view, call, frame, slash, call=call)
        for verb, method in reading.verbs_of(view).items() if view.of_class else ():
            reading.add(
                path, (verb,), full, View(method, view.of_class), call, frame, slash, call=call
            )


def _text(reading: Reading, node: ast.expr | None, frame: Frame) -> str | None:
    return reading.text(node, frame) if node is not None else None


def _taken_in(
    reading: Reading, target: ast.expr, call: ast.Call, frame: Frame, place: Place
) -> None:
    """A blueprint, a group of them or a list."""
    known = False
    given = reading.argument(call, "url_prefix")
    for item in reading.sequences.items(target, frame):
        for value in reading.evaluator.values(item.node, item.frame):
            if not isinstance(value, InstanceValue):
                continue
            kind = kind_of(reading.evaluator, value)
            if kind is not None and kind.family == "sanic" and not kind.is_app:
                known = True
                for prefix in reading.patterns(given, frame) if given is not None else (None,):
                    _blueprint(reading, value, _with(reading, call, frame, place), prefix)
            elif value.dotted.rpartition(".")[2] in ("group", "BlueprintGroup"):
                known = True
                _group(reading, value, place)
    if not known:
        what = in_words(target)[:60]
        reading.cannot_tell(f"the routes of `{what}` cannot be told", call, frame)


def _with(reading: Reading, call: ast.Call | None, frame: Frame, place: Place) -> Place:
    """What options of a call change for what is inside."""
    version = _text(reading, reading.argument(call, "version"), frame)
    before = _text(reading, reading.argument(call, "version_prefix"), frame)
    strict = reading.argument(call, "strict_slashes")
    return place._replace(
        version=version or place.version,
        version_prefix=before or place.version_prefix,
        strict=place.strict if strict is None else reading.flag(strict, frame, False),
    )


def _group(reading: Reading, group: InstanceValue, place: Place) -> None:
    call, frame = group.call, group.frame
    if call is None:
        return
    prefix = reading.argument(call, "url_prefix")
    for own in reading.patterns(prefix, frame):
        whole = join(rstrip(place.prefix), own) if own.parts else place.prefix
        inner = _with(reading, call, frame, place)._replace(prefix=whole)
        for argument in call.args:
            _taken_in(reading, argument, ast.Call(argument, [], []), frame, inner)


def _blueprint(
    reading: Reading, blueprint: InstanceValue, place: Place, given: Pattern | None
) -> None:
    if not reading.take(blueprint):
        return
    own, frame = reading.made_with(blueprint, "url_prefix", 1)
    named, name_frame = reading.made_with(blueprint, "name", 0)
    name = reading.text(named, name_frame) if named is not None else None
    inner = _with(reading, blueprint.call, blueprint.frame, place)
    for one in (given,) if given is not None else reading.patterns(own, frame):
        whole = join(rstrip(place.prefix), one) if one.parts else place.prefix
        _inside(reading, blueprint, inner._replace(prefix=whole, names=f"{name or '*'}."))
    reading.leave()
