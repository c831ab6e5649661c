"""What a name means: bindings as Python looks them up, imports, parameters."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sse_check.python import collections, injection
from sse_check.python.module import Module
from sse_check.python.narrowed import narrowed
from sse_check.python.rebound import and_rebound, is_own
from sse_check.python.scope import Binding, Scope
from sse_check.python.steps import END, grown, handed_over
from sse_check.python.truth import certain, reached
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
    MappingValue,
    ModuleValue,
    SequenceValue,
    Text,
    Unknown,
    Value,
)
from sse_check.template.values import Pattern

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

_DEEPEST = 8
_HOLE = Pattern((None,))
# What annotations say of a parameter that has to be given: of which kind of text it is.
_PLAIN = {"str": "text", "bytes": "bytes", "int": "number", "float": "number"}
# Where several packages are imported whole, a name is rather of the one that is made for it.
_FULLEST = "fasthtml."
# With more values than this, a name is given up by whoever asks.
MOST = 128


def look_up(
    evaluator: Evaluator, name: str, frame: Frame, at: ast.expr | None = None
) -> tuple[Value, ...]:
    """What a name means in a frame, as Python looks it up."""
    current: Frame | None = frame
    start = True
    own: tuple[Value, ...] = ()
    while current is not None:
        scope = current.scope
        if not (scope.is_class and not start):
            if name in current.fixed:
                return _fixed(evaluator, name, current, at if start else None)
            bound = scope.bindings.get(name)
            if bound:
                found = _seen(evaluator, name, bound, current, at if start else None)
                if name not in scope.declared:
                    found = and_rebound(evaluator, name, current, found)
                    return tuple(dict.fromkeys((*own, *found))) if own else found
                if start and is_own(scope, name, at):
                    return found
                own = own or found
        current, start = current.outer, False
    return own or _outside(evaluator, name, frame.module)


def _fixed(evaluator: Evaluator, name: str, frame: Frame, at: ast.expr | None) -> tuple[Value, ...]:
    """The one value of a name that is looked at; where nothing is known of that, a condition
    around the place may say what it is."""
    found = frame.fixed[name]
    bound = frame.scope.bindings.get(name, ())
    if at is None or len(bound) != 1 or not any(isinstance(one, Unknown) for one in found):
        return found
    return tuple(narrowed(evaluator, name, found, bound[0], frame, at)) or found


def _outside(evaluator: Evaluator, name: str, module: Module) -> tuple[Value, ...]:
    """A name that nothing in the file binds: built in, or one of `from package import *`."""
    stars = module.scope.bindings.get("*", ())
    if not stars or hasattr(builtins, name):
        return (External(name),)
    inside = starred(evaluator, module, name, 0)
    if inside:
        return inside
    outer = [b.dotted.removesuffix(".*") for b in stars]
    outer = [d for d in outer if evaluator.program.find(d, module.path) is None]
    return (External(f"{outer[-1]}.{name}"),) if outer else (External(name),)


def _seen(
    evaluator: Evaluator, name: str, bound: list[Binding], frame: Frame, at: ast.expr | None
) -> tuple[Value, ...]:
    """The values of a name of a scope, with what was added to each up to a place."""
    steps = evaluator.steps(frame.scope).get(name)
    others = handed_over(evaluator, frame.scope).get(name)
    if others:
        steps = [*(steps or ()), *others]
    here = bound
    if at is not None:
        here = _taken(evaluator, reaching(frame.scope, bound, at), frame)
    found: dict[Value, None] = {}
    for one in here:
        if len(found) > MOST or (one.kind == "augment" and steps and len(bound) > 1):
            continue
        values = binding_values(evaluator, one, frame)
        if at is not None and frame.scope.is_function:
            values = narrowed(evaluator, name, values, one, frame, at)
        for value in values:
            # A collection that starts empty is there to be filled, by whatever code.
            if steps and (at is not None or not _is_empty(value)):
                found.update(dict.fromkeys(grown(evaluator, value, one, frame, at or END, steps)))
            else:
                found[value] = None
            if len(found) > MOST:
                break
    return tuple(found) or (Unknown(at),)


def _is_empty(value: Value) -> bool:
    return isinstance(value, SequenceValue | MappingValue) and not value.items


def _taken(evaluator: Evaluator, bindings: list[Binding], frame: Frame) -> list[Binding]:
    """The bindings that are reached; one whose conditions all hold replaces those before it."""
    if len(bindings) < 2 or not frame.scope.is_function:
        return bindings
    places = evaluator.places(frame.scope)
    found: list[Binding] = []
    for binding in bindings:
        place = None if binding.kind == "parameter" else places.of(binding.node)
        if place is None or not place.guards:
            found.append(binding)
            continue
        if not reached(evaluator, place, frame):
            continue
        plain = binding.kind in ("assign", "def") and not place.loops
        if plain and certain(evaluator, place, frame):
            found = []
        found.append(binding)
    return found or bindings


def _given(
    evaluator: Evaluator, given: tuple[ast.expr, Frame] | tuple[Value, ...]
) -> tuple[Value, ...]:
    if len(given) == 2 and isinstance(given[0], ast.expr) and isinstance(given[1], Frame):
        return evaluator.values(given[0], given[1])
    return given


def binding_values(evaluator: Evaluator, binding: Binding, frame: Frame) -> Iterable[Value]:
    match binding.kind:
        case "import":
            return imported(evaluator, binding.dotted, frame.module)
        case "def":
            return _defined(binding, frame)
        case "class":
            scope = frame.scope.child(binding.node)
            return (ClassValue(frame.module, scope, frame),) if scope else ()
        case "parameter":
            return _parameter(evaluator, binding, frame)
        case "augment":
            return (Unknown(binding.node),)
        case "loop":
            assert binding.value is not None  # noqa: S101 - a loop has something to go through
            return evaluator.elements(binding.value, frame, binding.path)
        case "with":
            assert binding.value is not None  # noqa: S101 - a with has something to enter
            return collections.entered(evaluator, binding.value, frame)
    if binding.value is None:
        return (Unknown(binding.node),)
    if binding.path:
        return collections.unpacked(evaluator, binding.value, binding.path, frame)
    return evaluator.values(binding.value, frame)


def _defined(binding: Binding, frame: Frame) -> Iterable[Value]:
    scope = frame.scope.child(binding.node)
    if scope is None:
        return ()
    owner = frame.instance if frame.scope.is_class else None
    return (FunctionValue(frame.module, scope, frame, owner),)


def imported(
    evaluator: Evaluator, dotted: str, module: Module, depth: int = 0
) -> tuple[Value, ...]:
    """What an imported name means: followed through the project's modules."""
    key = (dotted, module.path)
    if key in evaluator.importing or depth >= _DEEPEST:
        # Modules that import a name from each other in a circle.
        return (Unknown(),)
    evaluator.importing.add(key)
    try:
        return _imported(evaluator, dotted, module, depth)
    finally:
        evaluator.importing.discard(key)


def _imported(evaluator: Evaluator, dotted: str, module: Module, depth: int) -> tuple[Value, ...]:
    path = evaluator.program.find(dotted, module.path)
    home, _, name = dotted.rpartition(".")
    file = evaluator.program.find(home, module.path) if home else None
    # `from . import part` in a package's own file binds the name to the file `part`.
    found = evaluator.program.module(file) if file not in (None, module.path) else None
    if found is not None and found.scope.bindings.get(name):
        return look_up(evaluator, name, evaluator.frame(found.scope))
    if found is not None and path is None:
        return starred(evaluator, found, name, depth) or (Unknown(),)
    if path is not None:
        other = evaluator.program.module(path)
        return (ModuleValue(other),) if other is not None else (Unknown(),)
    return (External(dotted),) if not dotted.startswith("/") else (Unknown(),)


def starred(evaluator: Evaluator, module: Module, name: str, depth: int) -> tuple[Value, ...]:
    """A name that a module has by `from other import *`: what another module of the project
    certainly has, or else what one of the packages may have."""
    packages: list[tuple[Value, ...]] = []
    for binding in module.scope.bindings.get("*", ()):
        base = binding.dotted.removesuffix(".*")
        found = imported(evaluator, f"{base}.{name}", module, depth + 1)
        if found and isinstance(found[0], External):
            packages.append(found)
        elif found and not isinstance(found[0], Unknown):
            return found
    for found in packages:
        if isinstance(found[0], External) and found[0].dotted.startswith(_FULLEST):
            return found
    return packages[0] if packages else ()


def _parameter(evaluator: Evaluator, binding: Binding, frame: Frame) -> Iterable[Value]:
    """A parameter that no caller gave: `evaluator`, its default, or what its annotation says."""
    if binding.name in frame.given:
        return _given(evaluator, frame.given[binding.name])
    node = frame.scope.node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return (Unknown(binding.node),)
    if frame.instance is not None and _is_first(node, binding.name) and _is_method(frame):
        return (frame.instance,)
    outer = frame.outer or frame
    default = default_of(node, binding.name)
    annotation = getattr(binding.node, "annotation", None)
    injected = injection.injected(evaluator, default, annotation, outer)
    if injected:
        return injected
    if default is not None:
        known = evaluator.values(default, outer)
        # A caller that is not seen may give anything else.
        return known if frame.called else (*known, Unknown(binding.node))
    kind = _PLAIN.get(annotation.id) if isinstance(annotation, ast.Name) else None
    if kind is not None and isinstance(annotation, ast.Name):
        return (Text(_HOLE, annotation, frame, kind),)
    return injection.some_instance(evaluator, annotation, outer) or (Unknown(binding.node),)


def reaching(scope: Scope, bindings: list[Binding], at: ast.expr) -> list[Binding]:
    """The bindings whose value may be seen at a place of the same scope.

    What was bound before is replaced by a later binding among whose statements the place stands;
    inside a loop the end of an earlier turn is seen as well.
    """
    line = getattr(at, "lineno", 0)
    column = getattr(at, "col_offset", 0)
    seen: list[Binding] = []
    for binding in bindings:
        if binding.kind in ("def", "class", "import") and len(bindings) == 1:
            return bindings
        node = binding.node
        start = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        end = (getattr(node, "end_lineno", 0) or 0, getattr(node, "end_col_offset", 0) or 0)
        inside = start <= (line, column) < end and binding.kind not in ("loop", "with")
        if inside or start > (line, column):
            if _same_loop(scope, start[0], line):
                seen.append(binding)
            continue
        first, last = binding.block
        if binding.kind != "augment" and first <= line <= last and not inside:
            seen = []
        seen.append(binding)
    return seen or bindings


def _same_loop(scope: Scope, first: int, second: int) -> bool:
    return any(
        loop.lineno <= min(first, second) and max(first, second) <= (loop.end_lineno or 0)
        for loop in scope.loops
    )


def default_of(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str
) -> ast.expr | None:
    """The default of a parameter."""
    names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
    defaults = node.args.defaults
    if defaults:
        for parameter, default in zip(names[-len(defaults) :], defaults, strict=False):
            if parameter == name:
                return default
    for argument, keyword_default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        if argument.arg == name:
            return keyword_default
    return None


def decorators(node: ast.AST) -> list[ast.expr]:
    return list(getattr(node, "decorator_list", ()))


def is_static(node: ast.AST) -> bool:
    return any(getattr(d, "id", "") == "staticmethod" for d in decorators(node))


def is_of_class(node: ast.AST) -> bool:
    return any(getattr(d, "id", "") == "classmethod" for d in decorators(node))


def is_property(node: ast.AST) -> bool:
    names = (getattr(d, "id", getattr(d, "attr", "")) for d in decorators(node))
    return any(name in ("property", "cached_property") for name in names)


def _is_first(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str) -> bool:
    every = [*node.args.posonlyargs, *node.args.args]
    return bool(every) and every[0].arg == name


def _is_method(frame: Frame) -> bool:
    parent = frame.scope.parent
    return parent is not None and parent.is_class and not is_static(frame.scope.node)


def gathered(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
    names: list[str],
    call: ast.Call,
    frame: Frame,
) -> dict[str, tuple[Value, ...]]:
    """What a call gives the parameters `*args` and `**kwargs` of a function."""
    found: dict[str, tuple[Value, ...]] = {}
    if node.args.vararg is not None:
        first, rest = call.args[: len(names)], call.args[len(names) :]
        starred = any(isinstance(one, ast.Starred) for one in call.args)
        alike = any(isinstance(one, ast.Starred) for one in first)
        # With `*xs` among the first it cannot be told which of them are left over.
        rest = [one for one in call.args if isinstance(one, ast.Starred)] if alike else rest
        found[node.args.vararg.arg] = (SequenceValue(tuple(rest), frame, call, starred, alike),)
    if node.args.kwarg is not None:
        by_place = {argument.arg for argument in node.args.posonlyargs}
        taken = {*names, *(argument.arg for argument in node.args.kwonlyargs)} - by_place
        given = [one for one in call.keywords if one.arg is None or one.arg not in taken]
        keys = tuple(ast.Constant(one.arg) if one.arg is not None else None for one in given)
        found[node.args.kwarg.arg] = (
            MappingValue(keys, tuple(one.value for one in given), frame, call),
        )
    return found
