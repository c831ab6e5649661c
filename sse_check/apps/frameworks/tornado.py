"""Tornado: lists of regular expressions with classes of handlers."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from sse_check.apps.addresses import from_regex
from sse_check.apps.handlers import foreign, is_tornado
from sse_check.apps.makers import kind_of
from sse_check.apps.model import Slash
from sse_check.apps.reading import Reading, View
from sse_check.python.module import last_name
from sse_check.python.objects import INITIALIZE
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
    InstanceValue,
    MappingValue,
    SequenceValue,
    Text,
    Value,
)
from sse_check.python.words import in_words
from sse_check.template.values import Pattern

_SPECS = frozenset(("url", "URLSpec", "Rule"))
_PATHS = "PathMatches"
_NO_ADDRESS = ("HostMatches", "AnyMatches", "DefaultHostMatches")
_GROUP = re.compile(r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\[[^\]]*\]|\\.")
_DEEPEST = 6
# What Tornado answers by itself where an application has a folder of static files.
_FILES = ("favicon.ico", "robots.txt")


class Spec(NamedTuple):
    """One line of a table: what an address must match, what answers and is given what, its name."""

    matcher: ast.expr
    target: ast.expr
    given: ast.expr | None
    name: ast.expr | None
    node: ast.expr
    frame: Frame


def read(reading: Reading, app: InstanceValue) -> None:
    if not reading.take(app):
        return
    listed, frame = _given(reading, app, "handlers", 0)
    if listed is None:
        listed, frame = _given(reading, app, "rules")
    if listed is not None:
        _rules(reading, listed, frame)
    for one in reading.registered(app):
        name = one.name.rpartition(".")[2]
        place = {"add_handlers": 1, "add_rules": 0}.get(name)
        if one.call is None or place is None:
            continue
        more = reading.argument(one.call, ("host_handlers", "rules"), place)
        if more is not None:
            _rules(reading, more, one.frame)
    _static(reading, app)
    reading.leave()


def read_router(reading: Reading, router: InstanceValue) -> None:
    """Tornado's routers are lists."""


def _given(
    reading: Reading, app: InstanceValue, keyword: str, position: int = -1
) -> tuple[ast.expr | None, Frame]:
    """An argument of `Application`, also where a class derived from it gives it."""
    if isinstance(app.of, ClassValue):
        for call, frame in reading.super_calls(app):
            # `Application.__init__(self, handlers)`
            owner = call.func.value if isinstance(call.func, ast.Attribute) else None
            shift = 0 if isinstance(owner, ast.Call) else 1
            place = position + shift if position >= 0 else -1
            found = reading.argument(call, keyword, place)
            if found is not None:
                return found, frame
            more = reading.keywords(call, frame)
            if keyword in more:
                return more[keyword]
            starred = any(isinstance(argument, ast.Starred) for argument in call.args)
            if position >= 0 and starred:
                reading.cannot_tell("the routes of this application cannot be told", call, frame)
    return reading.made_with(app, keyword, position)


def setting(reading: Reading, app: InstanceValue, name: str) -> tuple[ast.expr | None, Frame]:
    """A setting of an application."""
    return _given(reading, app, name)


def _static(reading: Reading, app: InstanceValue) -> None:
    """Static files have addresses of their own where a folder for them is set."""
    folder, frame = setting(reading, app, "static_path")
    if folder is None or app.call is None:
        return
    given, given_frame = setting(reading, app, "static_url_prefix")
    prefixes = reading.patterns(given, given_frame) if given is not None else ("/static/",)
    for prefix in prefixes:
        own = Pattern.of(prefix) if isinstance(prefix, str) else prefix
        reading.add_outside(own, None, folder, frame)
    for name in _FILES:
        reading.add_outside(Pattern.of(f"/{name}"), None, folder, frame, below=False)


# Tables


def _rules(reading: Reading, node: ast.expr, frame: Frame, depth: int = 0) -> None:
    if reading.is_none(node, frame):
        return
    for item in reading.sequences.items(node, frame):
        found = list(_specs(reading, item.node, item.frame)) if item.whole else []
        for spec in found:
            _rule(reading, spec, depth)
        if not found:
            what = in_words(item.node)[:60]
            reading.cannot_tell(f"the routes of `{what}` cannot be told", item.node, item.frame)


def _specs(reading: Reading, node: ast.expr, frame: Frame) -> Iterator[Spec]:
    """`(r"/x", Handler)`, `url(r"/x", Handler, name="x")`, or a name for one of these."""
    if isinstance(node, ast.Tuple | ast.List):
        yield from _written(node.elts, node, frame)
        return
    for value in reading.evaluator.values(node, frame):
        if isinstance(value, SequenceValue):
            yield from _written(value.items, node, value.frame)
        elif isinstance(value, InstanceValue) and value.call is not None:
            call = value.call
            if value.dotted.rpartition(".")[2] not in _SPECS:
                continue
            matcher = reading.argument(call, ("pattern", "matcher"), 0)
            target = reading.argument(call, ("handler", "target"), 1)
            if matcher is not None and target is not None:
                given = reading.argument(call, ("kwargs", "target_kwargs"), 2)
                named = reading.argument(call, "name", 3)
                yield Spec(matcher, target, given, named, call, value.frame)


def _written(parts: Sequence[ast.expr], node: ast.expr, frame: Frame) -> Iterator[Spec]:
    if len(parts) < 2 or any(isinstance(one, ast.Starred) for one in parts):
        return
    matcher, target, given, name = (*parts[:4], None, None)[:4]
    if matcher is not None and target is not None:
        yield Spec(matcher, target, given, name, node, frame)


def _rule(reading: Reading, spec: Spec, depth: int) -> None:
    if depth < _DEEPEST and _is_table(reading, spec):
        # A table inside a table is asked for the whole address again.
        _rules(reading, spec.target, spec.frame, depth + 1)
        return
    inner = [one for one in reading.instances(spec.target, spec.frame) if _is_app(reading, one)]
    for app in inner:
        # As is another application, with what it answers by itself.
        reading.inside.setdefault(id(app.call), app)
        read(reading, app)
    if inner:
        return
    for path in _addresses(reading, spec):
        _answer(reading, spec, path)


def _is_table(reading: Reading, spec: Spec) -> bool:
    found = reading.evaluator.values(spec.target, spec.frame)
    return bool(found) and all(isinstance(one, SequenceValue) for one in found)


def _is_app(reading: Reading, value: InstanceValue) -> bool:
    kind = kind_of(reading.evaluator, value)
    return kind is not None and kind.family == "tornado"


def _addresses(reading: Reading, spec: Spec) -> tuple[Pattern, ...]:
    """The regular expressions of a line, without what binds them to both ends."""
    matcher, frame = spec.matcher, spec.frame
    for value in reading.instances(matcher, frame):
        name = value.dotted.rpartition(".")[2]
        inner = reading.argument(value.call, "path_pattern", 0)
        if name == _PATHS and inner is not None:
            matcher, frame = inner, value.frame
        elif name in _NO_ADDRESS:
            return (Pattern((None,)),)
        else:
            what = in_words(matcher)[:60]
            reading.cannot_tell(f"which addresses `{what}` takes cannot be told", matcher, frame)
            return ()
    return tuple(map(_bare, reading.patterns(_compiled(matcher), frame)))


def _compiled(node: ast.expr) -> ast.expr:
    """`re.compile(r"/x")`"""
    is_made = isinstance(node, ast.Call) and last_name(node.func) == "compile"
    return node.args[0] if is_made and isinstance(node, ast.Call) and node.args else node


def _bare(path: Pattern) -> Pattern:
    parts = list(path.parts)
    if parts and parts[0] is not None:
        parts[0] = parts[0].removeprefix("^")
    if parts and parts[-1] is not None and not parts[-1].endswith("\\$"):
        parts[-1] = parts[-1].removesuffix("$")
    return Pattern.of(*parts)


def _either(path: Pattern) -> tuple[Pattern, Slash]:
    """An address without the slash that may stand at its end."""
    last = path.parts[-1] if path.parts else None
    for ending in ("/?", "(?:/)?", "/*"):
        if last is not None and last.endswith(ending) and (len(path.parts) > 1 or last != ending):
            return Pattern.of(*path.parts[:-1], last.removesuffix(ending)), "either"
    return path, "exact"


def _answer(reading: Reading, spec: Spec, path: Pattern) -> None:
    """The routes of one address: one for each method of the class that answers."""
    frame = spec.frame
    if any("|" in _GROUP.sub("", part) for part in path.parts if part is not None):
        why = "which addresses this regular expression takes cannot be told"
        reading.cannot_tell(why, spec.matcher, frame)
        return
    bare, slash = _either(path)
    pattern = from_regex(bare)
    if pattern.literal is not None:
        # An address without parameters is what it says: `/feed\.xml`.
        bare = pattern
    name = reading.text(spec.name, frame) if spec.name is not None else None
    owner = _handler(reading, spec)
    call = spec.node if isinstance(spec.node, ast.Call) else None
    if isinstance(owner, External):
        reading.add_outside(pattern, name, spec.node, frame, below=False)
        return
    verbs = reading.verbs_of(View(None, owner, _object(reading, spec, owner))) if owner else {}
    if owner is not None and _answers_itself(reading, owner):
        reading.add_outside(pattern, name, spec.node, frame, below=False)
    for verb, method in verbs.items():
        view = View(method, owner)
        reading.add(bare, (verb,), name, view, spec.node, frame, slash, pattern, call)
    if owner is None or (not verbs and foreign(reading.evaluator, owner)):
        reading.add(bare, (), name, View(), spec.node, frame, slash, pattern, call)


def _handler(reading: Reading, spec: Spec) -> ClassValue | External | None:
    """The class that answers: the project's own, or one from outside."""
    values = list(reading.evaluator.values(spec.target, spec.frame))
    for value in values:
        if isinstance(value, Text) and value.pattern.literal is not None:
            values += _imported(reading, value.pattern.literal, spec.frame)
    for kind in (ClassValue, External):
        for value in values:
            if isinstance(value, kind):
                return value
    for value in values:
        if isinstance(value, InstanceValue | FunctionValue):
            # Another kind of application, or what makes an answer of a connection: all is its own.
            return External("tornado")
    return None


def _object(reading: Reading, spec: Spec, owner: ClassValue) -> InstanceValue | None:
    """The object that answers: `initialize` has the arguments that stand in its line."""
    evaluator = reading.evaluator
    if reading.method(owner, "initialize") is None:
        return None
    if spec.given is None or reading.is_none(spec.given, spec.frame):
        return evaluator.made(owner, _initializing(spec.target, (), ()), spec.frame)
    values = evaluator.values(spec.given, spec.frame)
    if len(values) != 1 or not isinstance(values[0], MappingValue):
        return None
    given = values[0]
    names = [evaluator.text(key, given.frame) if key else None for key in given.keys]
    known = tuple(name for name in names if name is not None)
    if len(known) < len(names):
        return None
    call = _initializing(spec.target, known, given.items)
    return evaluator.made(owner, call, given.frame)


@cache
def _initializing(
    target: ast.expr, names: tuple[str, ...], items: tuple[ast.expr, ...]
) -> ast.Call:
    """`Handler.initialize(name="tick")`, which is what Tornado does with a line of a table."""
    keywords = [ast.keyword(*one) for one in zip(names, items, strict=True)]
    function = ast.Attribute(target, INITIALIZE)
    return ast.copy_location(ast.Call(ast.copy_location(function, target), [], keywords), target)


def _imported(reading: Reading, dotted: str, frame: Frame) -> tuple[Value, ...]:
    """`"handlers.Home"`, which Tornado imports."""
    home, _, name = dotted.rpartition(".")
    program = reading.evaluator.program
    path = program.find(home, frame.module.path) if home else None
    module = program.module(path) if path is not None else None
    if module is None:
        return (External(dotted),)
    return reading.evaluator.name(name, reading.evaluator.frame(module.scope))


def _answers_itself(reading: Reading, owner: ClassValue) -> bool:
    """Whether a class gets its answers from one of Tornado's: files, redirects, web sockets."""
    if reading.method(owner, "get") is not None:
        return False
    names = (b.dotted for b in reading.evaluator.lineage(owner) if isinstance(b, External))
    return any(is_tornado(one) and not one.endswith(".RequestHandler") for one in names)
