"""Extensions of Flask that wrap an app or a blueprint and register on it: Flask-RESTful and others,
with the namespaces of Flask-RESTX and the blueprints of Flask-Smorest."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from sse_check.apps.addresses import join, rstrip, slashed
from sse_check.apps.reading import Reading, View, target_view
from sse_check.apps.registrations import Registration
from sse_check.python.values import External, Frame, InstanceValue
from sse_check.python.words import in_words
from sse_check.template.values import Pattern

_WRAPPERS = frozenset(("Api", "AppBuilder"))
_RESTX = ("flask_restx.", "flask_restplus.")
_CAPITAL = (re.compile(r"(.)([A-Z][a-z]+)"), re.compile(r"([a-z0-9])([A-Z])"))


class Resource(NamedTuple):
    """A rule of a resource, below what stands before it."""

    prefix: Pattern
    rule: ast.expr
    endpoint: str
    view: View
    call: ast.Call
    frame: Frame


def apis_of(reading: Reading, owner: InstanceValue) -> Iterator[InstanceValue]:
    """`Api(app)` and `api.init_app(app)`."""
    for one in _apis(reading):
        given = reading.instances(reading.argument(one.call, ("app", "blueprint"), 0), one.frame)
        for registered in reading.registered(one):
            if registered.name == "init_app" and registered.call is not None:
                argument = reading.argument(registered.call, "app", 0)
                given += reading.instances(argument, registered.frame)
        if any(instance.call is owner.call for instance in given):
            yield one


def _apis(reading: Reading) -> list[InstanceValue]:
    """What wraps anything, also where all is registered on a namespace that it has made."""
    found: dict[int, InstanceValue] = {}
    for one in reading.registrations.owners.values():
        maker = one.of.owner if isinstance(one.of, External) else None
        for api in (one, maker):
            if api is not None and api.call is not None and _is_wrapper(api):
                found.setdefault(id(api.call), api)
    return list(found.values())


def _is_wrapper(value: InstanceValue) -> bool:
    return value.dotted.rpartition(".")[2] in _WRAPPERS


def blueprints(reading: Reading, api: InstanceValue) -> Iterator[tuple[ast.Call, Frame]]:
    """`api.register_blueprint(blueprint)`"""
    for one in reading.registered(api):
        if one.name == "register_blueprint" and one.call is not None:
            yield one.call, one.frame


def resources(reading: Reading, api: InstanceValue, before: Pattern) -> Iterator[Resource]:
    """All that is registered on one, and on its namespaces."""
    is_restx = api.dotted.startswith(_RESTX)
    given, frame = reading.made_with(api, "prefix", -1 if is_restx else 1)
    for own in reading.patterns(given, frame):
        prefix = slashed(before, own)
        for one in reading.registered(api):
            yield from _registered(reading, one, prefix, "" if is_restx else None)
        for namespace, path in _namespaces(reading, api):
            name = reading.text(*reading.made_with(namespace, "name", 0))
            for below in (path,) if path is not None else _own_path(reading, namespace):
                inner = join(rstrip(prefix), below)
                for one in reading.registered(namespace):
                    yield from _registered(reading, one, inner, f"{name or '*'}_")


def _namespaces(
    reading: Reading, api: InstanceValue
) -> Iterator[tuple[InstanceValue, Pattern | None]]:
    """`api.add_namespace(ns, "/path")`, `ns = api.namespace("name")`"""
    for one in reading.registered(api):
        if one.name != "add_namespace" or one.call is None:
            continue
        target = reading.argument(one.call, "ns", 0)
        path = reading.argument(one.call, "path", 1)
        found = [v for v in reading.instances(target, one.frame) if isinstance(v.of, External)]
        for value in found:
            for own in reading.patterns(path, one.frame) if path is not None else (None,):
                yield value, own
        if not found:
            what = in_words(target)[:60] if target is not None else "a namespace"
            reading.cannot_tell(f"the routes of `{what}` cannot be told", one.call, one.frame)
    for value in reading.registrations.owners.values():
        maker = value.of.owner if isinstance(value.of, External) else None
        if maker is not None and maker.call is api.call and value.dotted.endswith(".namespace"):
            yield value, None


def _own_path(reading: Reading, namespace: InstanceValue) -> Iterator[Pattern]:
    given, frame = reading.made_with(namespace, "path", 2)
    if given is not None and not reading.is_none(given, frame):
        yield from map(rstrip, reading.patterns(given, frame))
        return
    for name in reading.patterns(*reading.made_with(namespace, "name", 0)):
        yield join(Pattern.of("/"), name)


def _registered(
    reading: Reading, one: Registration, prefix: Pattern, names: str | None
) -> Iterator[Resource]:
    if one.name.rpartition(".")[2] not in ("add_resource", "route") or one.call is None:
        return
    target, call = one.target, one.call
    view = target_view(target) if target else reading.view(call.args[0], one.frame)
    given = reading.argument(call, "endpoint")
    endpoint = reading.text(given, one.frame) or _endpoint(view.name, names)
    for rule in call.args[1:] if target is None else call.args:
        yield Resource(prefix, rule, endpoint, view, call, one.frame)


def _endpoint(name: str, names: str | None) -> str:
    """How an extension calls a resource by itself; `names` stands before it in Flask-RESTX."""
    if names is None:
        return name.lower()
    for pattern in _CAPITAL:
        name = pattern.sub(r"\1_\2", name)
    return names + name.lower()
