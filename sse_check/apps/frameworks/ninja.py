"""Django-Ninja: an API that stands among the addresses of Django, and its routers."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from sse_check.apps.addresses import EMPTY, holes, join, lstrip
from sse_check.apps.reading import VERBS, Reading, target_view
from sse_check.apps.registrations import Registration
from sse_check.python.values import External, Frame, InstanceValue
from sse_check.python.words import in_words
from sse_check.template.values import Pattern

_SLASHES = re.compile(r"/{2,}")
_DEFAULT_VERSION = "1.0.0"


class Place(NamedTuple):
    """Where an API stands: what is before its addresses, and before its names."""

    prefix: Pattern
    shown: Pattern
    namespace: str


def is_api(reading: Reading, value: InstanceValue) -> bool:
    """Whether this is all of an API; what Ninja-Extra adds to one by classes is not read."""
    dotted = _dotted(reading, value)
    return dotted.startswith("ninja.") and dotted.endswith(".NinjaAPI")


def _dotted(reading: Reading, value: InstanceValue) -> str:
    if isinstance(value.of, External):
        return value.of.dotted
    above = reading.evaluator.lineage(value.of)
    return next((one.dotted for one in above if isinstance(one, External)), "")


def read_api(reading: Reading, api: InstanceValue, place: Place) -> None:
    """All that an API answers, below its place."""
    if not reading.take(api):
        return
    given = reading.text(*reading.made_with(api, "urls_namespace"))
    version = reading.text(*reading.made_with(api, "version")) or _DEFAULT_VERSION
    inner = place._replace(namespace=f"{place.namespace}{given or f'api-{version}'}:")
    _routes(reading, api, EMPTY, inner)
    reading.leave()


def _routes(reading: Reading, owner: InstanceValue, before: Pattern, place: Place) -> None:
    for one in reading.registered(owner):
        if one.call is None:
            continue
        if one.name in VERBS or one.name == "api_operation":
            _route(reading, one, one.call, before, place)
        elif one.name == "add_router":
            _router(reading, one.call, one.frame, before, place)


def _route(
    reading: Reading, one: Registration, call: ast.Call, before: Pattern, place: Place
) -> None:
    frame, is_verb = one.frame, one.name in VERBS
    listed = reading.argument(call, "methods", 0)
    methods = (one.name.upper(),) if is_verb else reading.methods(listed, frame)
    view = target_view(one.target)
    given = reading.argument(call, "url_name")
    name = reading.text(given, frame) if given is not None else view.name
    for path in reading.patterns(reading.argument(call, "path", 0 if is_verb else 1), frame):
        own = lstrip(_put_together(before, path))
        whole, shown = join(place.prefix, holes(own)), join(place.shown, own)
        full = f"{place.namespace}{name}" if name else None
        reading.add(shown, methods, full, view, call, frame, "exact", whole, call=call)


def _put_together(before: Pattern, path: Pattern) -> Pattern:
    """As Ninja does it: with one slash where there would be several."""
    parts = [one for one in (before, path) if one.parts]
    joined = parts[0] if parts else EMPTY
    for one in parts[1:]:
        joined = join(joined, Pattern.of("/"), one)
    return Pattern.of(*(_SLASHES.sub("/", p) if p is not None else None for p in joined.parts))


def _router(reading: Reading, call: ast.Call, frame: Frame, before: Pattern, place: Place) -> None:
    """`api.add_router("/live", router)`, also one that is named by where it is."""
    target = reading.argument(call, "router", 1)
    routers = list(_routers(reading, target, frame)) if target is not None else []
    for own in reading.patterns(reading.argument(call, "prefix", 0), frame):
        for router in routers:
            if reading.take(router):
                _routes(reading, router, _put_together(before, own), place)
                reading.leave()
    if not routers:
        what = in_words(target)[:60] if target is not None else "a router"
        reading.cannot_tell(f"the routes of `{what}` cannot be told", call, frame)


def _routers(reading: Reading, target: ast.expr, frame: Frame) -> Iterator[InstanceValue]:
    found = [*reading.instances(target, frame)]
    dotted = reading.text(target, frame)
    home, _, name = (dotted or "").rpartition(".")
    path = reading.evaluator.program.find(home, frame.module.path) if home else None
    module = reading.evaluator.program.module(path) if path is not None else None
    if module is not None:
        inner = reading.evaluator.frame(module.scope)
        found += [v for v in reading.evaluator.name(name, inner) if isinstance(v, InstanceValue)]
    return (one for one in found if _dotted(reading, one).startswith("ninja."))
