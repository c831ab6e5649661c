"""Flask and Quart, their blueprints and classes of views."""

import ast
from typing import NamedTuple

from sse_check.apps.addresses import EMPTY, ends_with_slash, holes, join, lstrip, rstrip, slashed
from sse_check.apps.frameworks import flask_resources as resources
from sse_check.apps.frameworks.mounts import configured_roots, mounts
from sse_check.apps.makers import kind_of
from sse_check.apps.model import Slash
from sse_check.apps.reading import VERBS, Reading, View, target_view
from sse_check.apps.registrations import Registration
from sse_check.python.values import External, Frame, InstanceValue
from sse_check.python.words import in_words
from sse_check.template.values import Pattern

_ROUTING = frozenset((*VERBS, "route"))


class Place(NamedTuple):
    """Where a blueprint stands: what is before its addresses, and before its names."""

    prefix: Pattern | None = None
    names: str = ""
    strict: bool | None = True


def read(reading: Reading, app: InstanceValue) -> None:
    """An app where it stands: below a prefix, with those that stand below it."""
    placed = list(mounts(reading))
    before = [one.prefix for one in placed if one.app.call is app.call and not _is(one.inside, app)]
    reading.roots += configured_roots(reading, app)
    for prefix in before or (None,):
        _app(reading, app, prefix)
    for one in placed:
        if _is(one.inside, app) and not _is(one.app, app):
            _app(reading, one.app, one.prefix)


def _is(one: InstanceValue | None, other: InstanceValue) -> bool:
    return one is not None and one.call is other.call


def _app(reading: Reading, app: InstanceValue, prefix: Pattern | None) -> None:
    if not reading.take(app):
        return
    _static(reading, app, Place(prefix), default="/static")
    _inside(reading, app, Place(prefix, strict=_strict(reading, app)))
    reading.leave()


def read_router(reading: Reading, router: InstanceValue) -> None:
    _blueprint(reading, router, Place(), None, None)


def _strict(reading: Reading, app: InstanceValue) -> bool | None:
    """`app.url_map.strict_slashes = False`."""
    for scope, store in reading.evaluator.stores("strict_slashes"):
        frame = reading.evaluator.frame(scope)
        target = store.target.value
        if isinstance(target, ast.Attribute) and target.attr == "url_map":
            owners = reading.instances(target.value, frame)
            if any(owner.call is app.call for owner in owners):
                return reading.flag(store.value, frame, True)
    return True


def _static(reading: Reading, owner: InstanceValue, place: Place, default: str | None) -> None:
    folder, frame = reading.made_with(owner, "static_folder")
    given, given_frame = reading.made_with(owner, "static_url_path")
    if owner.call is None or (folder is not None and reading.is_none(folder, frame)):
        return
    if given is not None:
        paths = reading.patterns(given, given_frame)
    elif default is not None or folder is not None:
        known = reading.text(folder, frame) if folder is not None else None
        last = known.rstrip("/").rpartition("/")[2] if known else None
        paths = (Pattern.of("/" + last) if last else Pattern.of(default or "/static"),)
    else:
        return
    for path in paths:
        whole = slashed(place.prefix or EMPTY, path)
        reading.add_outside(whole, f"{place.names}static", owner.call, owner.frame)


def _inside(reading: Reading, owner: InstanceValue, place: Place) -> None:
    for one in reading.registered(owner):
        name = one.name.rpartition(".")[2]
        if one.call is None:
            continue
        if name in _ROUTING:
            _route(reading, one, name, place)
        elif name == "add_url_rule":
            _rule(reading, one.call, one.frame, place)
        elif name in ("register_blueprint", "register_api"):
            _register(reading, one.call, one.frame, place)
    for api in resources.apis_of(reading, owner):
        for call, frame in resources.blueprints(reading, api):
            _register(reading, call, frame, place)
        for resource in resources.resources(reading, api, place.prefix or EMPTY):
            _resource(reading, resource, place)


def _resource(reading: Reading, one: resources.Resource, place: Place) -> None:
    inner = place._replace(prefix=one.prefix)
    if one.view.of_class is not None:
        _class(reading, one.rule, one.frame, one.endpoint, one.view, inner, one.call, None)
    elif one.view.function is not None:
        _add(reading, one.rule, one.frame, ("GET",), one.endpoint, one.view, inner, one.call)


def _rule_path(place: Place, rule: Pattern) -> Pattern:
    """As `BlueprintSetupState.add_url_rule` puts them together."""
    if place.prefix is None:
        return rule
    if rule.parts:
        return join(rstrip(place.prefix), Pattern.of("/"), lstrip(rule))
    return place.prefix


def _route(reading: Reading, one: Registration, name: str, place: Place) -> None:
    assert one.call is not None  # noqa: S101 - looked at by the caller
    call, frame = one.call, one.frame
    keywords = reading.keywords(call, frame)
    listed, listed_frame = keywords.get("methods", (None, frame))
    methods = (name.upper(),) if name in VERBS else reading.methods(listed, listed_frame)
    endpoint = reading.text(*keywords["endpoint"]) if "endpoint" in keywords else None
    view = target_view(one.target)
    rule = reading.argument(call, "rule", 0)
    if view.of_class is not None:
        # Flask-Smorest takes classes of views as well.
        wanted = reading.methods(listed, listed_frame) if listed is not None else None
        _class(reading, rule, frame, endpoint or view.name, view, place, call, wanted)
        return
    _add(reading, rule, frame, methods, endpoint or view.name, view, place, call)


def _rule(reading: Reading, call: ast.Call, frame: Frame, place: Place) -> None:
    keywords = reading.keywords(call, frame)
    rule = reading.argument(call, "rule", 0)
    viewed = reading.argument(call, "view_func", 2)
    viewed, view_frame = (viewed, frame) if viewed else keywords.get("view_func", (None, frame))
    view = reading.view(viewed, view_frame)
    given = reading.argument(call, "endpoint", 1)
    endpoint = reading.text(given, frame) if given is not None else None
    listed, listed_frame = keywords.get("methods", (None, frame))
    if view.of_class is None or view.function is not None:
        methods = reading.methods(listed, listed_frame)
        _add(reading, rule, frame, methods, endpoint or view.name, view, place, call)
        return
    as_view = view.made.call if view.made is not None else None
    named = reading.argument(as_view, "name", 0) if as_view is not None and view.made else None
    if endpoint is None and named is not None and view.made is not None:
        endpoint = reading.text(named, view.made.frame)
    wanted = reading.methods(listed, listed_frame) if listed is not None else None
    _class(reading, rule, frame, endpoint or view.name, view, place, call, wanted)


def _class(
    reading: Reading,
    rule: ast.expr | None,
    frame: Frame,
    endpoint: str,
    view: View,
    place: Place,
    call: ast.Call,
    wanted: tuple[str, ...] | None,
) -> None:
    """A class of views: methods named after verbs, else `dispatch_request`."""
    assert view.of_class is not None  # noqa: S101 - asked for classes alone
    verbs = reading.verbs_of(view)
    dispatch = reading.method(view, "dispatch_request")
    if dispatch is not None or not verbs:
        declared = _declared_methods(reading, view)
        one = View(dispatch, view.of_class)
        methods = wanted or declared or tuple(verbs) or ("GET",)
        _add(reading, rule, frame, methods, endpoint, one, place, call)
        return
    allowed = wanted or _declared_methods(reading, view)
    for verb, method in verbs.items():
        if allowed is None or verb in allowed:
            one = View(method, view.of_class)
            _add(reading, rule, frame, (verb,), endpoint, one, place, call)


def _declared_methods(reading: Reading, view: View) -> tuple[str, ...] | None:
    """`methods = ["GET", "POST"]` in the class."""
    assert view.of_class is not None  # noqa: S101 - asked for classes alone
    for base in reading.evaluator.lineage(view.of_class):
        if isinstance(base, External):
            continue
        for binding in base.scope.bindings.get("methods", ()):
            if binding.value is not None:
                frame = reading.evaluator.frame(base.scope)
                return reading.methods(binding.value, frame)
    return None


def _add(
    reading: Reading,
    rule: ast.expr | None,
    frame: Frame,
    methods: tuple[str, ...],
    endpoint: str | None,
    view: View,
    place: Place,
    call: ast.Call,
) -> None:
    strict = reading.flag(reading.argument(call, "strict_slashes"), frame, bool(place.strict))
    for own in reading.patterns(rule, frame):
        path = _rule_path(place, own)
        slash: Slash = "exact"
        if strict is False:
            slash = "either"
        elif ends_with_slash(path) and path.parts != ("/",):
            slash = "adds"
        name = f"{place.names}{endpoint}" if endpoint else None
        pattern = None
        defaults = reading.argument(call, "defaults")
        if defaults is not None:
            pattern = holes(path)
        reading.add(path, methods, name, view, call, frame, slash, pattern, call=call)


# Blueprints


def _register(reading: Reading, call: ast.Call, frame: Frame, place: Place) -> None:
    target = reading.argument(call, ("blueprint", "blp"), 0)
    keywords = reading.keywords(call, frame)
    prefix, prefix_frame = keywords.get("url_prefix", (None, frame))
    named = keywords.get("name")
    known = False
    for value in reading.evaluator.values(target, frame) if target is not None else ():
        if not isinstance(value, InstanceValue | External):
            continue
        kind = kind_of(reading.evaluator, value) if isinstance(value, InstanceValue) else None
        if isinstance(value, InstanceValue) and kind is not None and kind.family == "flask":
            known = True
            given = reading.patterns(prefix, prefix_frame) if prefix is not None else (None,)
            for one in given:
                name = reading.text(*named) if named else None
                _blueprint(reading, value, place, one, name)
        elif prefix is not None:
            known = True
            for own in reading.patterns(prefix, prefix_frame):
                _outside(reading, value, slashed(place.prefix or EMPTY, own), place, call, frame)
    if not known:
        what = in_words(target)[:60] if target is not None else "a blueprint"
        reading.cannot_tell(f"the routes of `{what}` cannot be told", call, frame)


def _outside(
    reading: Reading,
    value: InstanceValue | External,
    path: Pattern,
    place: Place,
    call: ast.Call,
    frame: Frame,
) -> None:
    dotted = value.dotted
    if dotted == "flask_sse.sse":
        # The one route of Flask-SSE answers at the prefix itself.
        reading.add(path, ("GET",), f"{place.names}sse.stream", View(), call, frame)
        return
    reading.add_outside(path, None, call, frame)


def _blueprint(
    reading: Reading,
    blueprint: InstanceValue,
    place: Place,
    given: Pattern | None,
    name: str | None,
) -> None:
    if not reading.take(blueprint):
        return
    own, frame = reading.made_with(blueprint, "url_prefix", 4 if _is_positional(blueprint) else -1)
    named, name_frame = reading.made_with(blueprint, "name", 0)
    name = name or reading.text(named, name_frame)
    prefixes: tuple[Pattern | None, ...] = (given,)
    if given is None and own is not None:
        prefixes = reading.patterns(own, frame)
    for one in prefixes:
        inner = Place(_nested(place.prefix, one), f"{place.names}{name or '*'}.", place.strict)
        _static(reading, blueprint, inner, default=None)
        _inside(reading, blueprint, inner)
    reading.leave()


def _is_positional(blueprint: InstanceValue) -> bool:
    return blueprint.call is not None and len(blueprint.call.args) > 2


def _nested(outer: Pattern | None, own: Pattern | None) -> Pattern | None:
    if outer is None or not outer.parts:
        return own if own is not None and own.parts else None
    if own is None or not own.parts:
        return outer
    return join(rstrip(outer), Pattern.of("/"), lstrip(own))
