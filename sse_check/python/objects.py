"""Attributes of modules, classes and instances, and what is stored on them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from sse_check.python import enums, lookup
from sse_check.python.changed import and_later, is_self
from sse_check.python.fields import field, set_by_view
from sse_check.python.module import Module, last_name
from sse_check.python.scope import Scope, Store
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
    InstanceValue,
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
# By what a handler of Tornado is given the arguments that stand in its route.
INITIALIZE = "initialize"
# What stands for the app that answers, and how apps are called where they are made.
_CURRENT_APPS = frozenset(("flask.current_app", "quart.current_app"))
_APPS = ("app", "application")
# The tables of the framework itself, of which other code knows what is kept in them.
_TABLES = ("extensions", "config")
# Bases that give a class no attribute that anybody asks for by name.
_BARE_BASES = frozenset(
    "object typing typing_extensions abc enum Enum Exception dict str int pydantic Protocol".split()
)


def attribute_of(evaluator: Evaluator, node: ast.Attribute, frame: Frame) -> Iterable[Value]:
    for owner in evaluator.values(node.value, frame):
        if isinstance(owner, Unknown) and getattr(node.value, "attr", "") in ("state", "ctx"):
            # `request.app.state.hub`, whatever the request is.
            yield from _on_state(evaluator, node.attr) or (Unknown(node),)
            continue
        yield from attribute(evaluator, owner, node.attr, node)


def _on_state(evaluator: Evaluator, name: str) -> tuple[Value, ...]:
    """What is put on the state of an app under a name."""
    found = [
        value
        for scope, store in stores(evaluator, name)
        if isinstance(store.target.value, ast.Attribute)
        and store.target.value.attr in ("state", "ctx")
        for value in evaluator.values(store.value, evaluator.frame(scope))
    ]
    return tuple(dict.fromkeys(found))


def _on_app(evaluator: Evaluator, name: str) -> tuple[Value, ...]:
    """What is put on an app itself, as `app.hub = Hub()` does, for `current_app.hub`."""
    found = [
        value
        for scope, store in stores(evaluator, name)
        if isinstance(store.target, ast.Attribute) and last_name(store.target.value) in _APPS
        for value in evaluator.values(store.value, evaluator.frame(scope))
    ]
    return tuple(dict.fromkeys(found))


def attribute(
    evaluator: Evaluator, owner: Value, name: str, node: ast.expr | None = None
) -> tuple[Value, ...]:
    """An attribute of a value."""
    match owner:
        case ModuleValue():
            return _of_module(evaluator, owner.module, name)
        case ClassValue():
            return _of_class_itself(evaluator, owner, name) or (Unknown(node),)
        case InstanceValue():
            return _of_instance(evaluator, owner, name, node)
        case External():
            return _of_external(evaluator, owner, name)
        case Text() if name == "value":
            # A member of an enum, whose value is what was found.
            return (owner._replace(put_in=None),)
        case Text() if name == "name":
            return (enums.name_of(owner) or Unknown(node),)
        case FunctionValue() if name == "value":
            return (Unknown(node),)
    return (Unknown(node),)


def _of_class_itself(evaluator: Evaluator, owner: ClassValue, name: str) -> tuple[Value, ...]:
    if name == "__members__":
        members = enums.as_written(evaluator, owner)
        return (enums.by_name(members),) if isinstance(members, SequenceValue) else ()
    outer = (External(f"{b.dotted}.{name}") for b in outer_bases(evaluator, owner))
    found = of_class(evaluator, owner, name, owner)
    if found and all(isinstance(one, Text) and one.kind == "none" for one in found):
        found = tuple(_set_on_class(evaluator, owner, name)) or found
    return enums.as_members(evaluator, owner, name, found) or tuple(outer)


def _set_on_class(evaluator: Evaluator, owner: ClassValue, name: str) -> Iterator[Value]:
    """What code puts in place of a `None` with which a class begins: `cls._instance = cls()`."""
    for scope, store in stores(evaluator, name):
        frame = evaluator.frame(scope)
        if scope.parent is owner.scope and is_self(store.target.value, scope):
            if not lookup.is_of_class(scope.node):
                continue
            function = FunctionValue(owner.module, scope, owner.closure, owner)
            frame = evaluator.enter(function, None, owner.closure)
        holders = evaluator.values(store.target.value, frame)
        if any(isinstance(one, ClassValue) and one.scope is owner.scope for one in holders):
            yield from evaluator.values(store.value, frame)


def _of_module(evaluator: Evaluator, module: Module, name: str) -> tuple[Value, ...]:
    if module.scope.bindings.get(name):
        found = evaluator.name(name, evaluator.frame(module.scope))
        return tuple(and_later(evaluator, ModuleValue(module), name, [*found]))
    if module.path.endswith("__init__.py"):
        path = evaluator.program.find(f"/{module.package}.{name}", module.path)
        other = evaluator.program.module(path) if path is not None else None
        if other is not None:
            return (ModuleValue(other),)
    return lookup.starred(evaluator, module, name, 0) or (Unknown(),)


def _of_instance(
    evaluator: Evaluator, owner: InstanceValue, name: str, node: ast.expr | None
) -> tuple[Value, ...]:
    if isinstance(owner.of, External):
        put = stored(evaluator, owner, name)
        return put or (External(f"{owner.of.dotted}().{name}", owner),)
    found = [*_stored_on_self(evaluator, owner, name)] or [*field(evaluator, owner, name)]
    own = [*of_class(evaluator, owner.of, name, owner)] if not found else []
    if owner.call is None and own and all(isinstance(value, Text) for value in own):
        own += _overridden(evaluator, owner.of, name)
    found += set_by_view(evaluator, owner, name, own)
    found = and_later(evaluator, owner, name, found)
    found = found or [*stored(evaluator, owner, name)]
    found = found or [
        External(f"{base.dotted}().{name}", owner) for base in outer_bases(evaluator, owner.of)
    ]
    return tuple(dict.fromkeys(found)) or (Unknown(node),)


def _overridden(evaluator: Evaluator, owner: ClassValue, name: str) -> Iterator[Value]:
    """What classes derived from one set a name to: `self` may be an instance of any of them."""
    program = evaluator.program
    for path in program.containing(None, owner.scope.name.encode()):
        module = program.module(path) if name.encode() in program.data(path) else None
        for scope in module.scopes_mentioning(owner.scope.name) if module is not None else ():
            if not scope.is_class or scope is owner.scope or not scope.bindings.get(name):
                continue
            derived = ClassValue(scope.module, scope, evaluator.frame(scope.parent or scope))
            above = lineage(evaluator, derived)
            if any(isinstance(one, ClassValue) and one.scope is owner.scope for one in above):
                yield from of_class(evaluator, derived, name, derived)


def outer_bases(evaluator: Evaluator, owner: ClassValue) -> list[External]:
    """The bases outside the project that may hold what the class itself does not."""
    found = (base for base in lineage(evaluator, owner) if isinstance(base, External))
    return [base for base in found if base.dotted.partition(".")[0] not in _BARE_BASES]


def _of_external(evaluator: Evaluator, owner: External, name: str) -> tuple[Value, ...]:
    """`app.state.hub` is what was put there; an app is reached by many names."""
    if owner.dotted in _CURRENT_APPS and name not in _TABLES:
        found = _on_app(evaluator, name)
        if found:
            return found
    if owner.dotted.endswith((".state", ".ctx")):
        found = _on_state(evaluator, name)
        if found:
            return found
    return (External(f"{owner.dotted}.{name}", owner.owner),)


def of_class(
    evaluator: Evaluator,
    owner: ClassValue,
    name: str,
    bound: InstanceValue | ClassValue,
    depth: int = 0,
) -> tuple[Value, ...]:
    """What a class or one of its bases says a name is."""
    frame = Frame(owner.scope, owner.closure, {}, bound)
    bindings = owner.scope.bindings.get(name)
    if bindings:
        found: list[Value] = []
        for binding in bindings[-1:]:
            for value in lookup.binding_values(evaluator, binding, frame):
                found.extend(_member(evaluator, value, name))
        return tuple(found)
    for base in bases(evaluator, owner) if depth < _DEEPEST else ():
        if isinstance(base, ClassValue):
            inherited = of_class(evaluator, base, name, bound, depth + 1)
            if inherited:
                return inherited
    return ()


def _member(evaluator: Evaluator, value: Value, name: str) -> Iterable[Value]:
    """A value as it is seen through an instance: properties are called, `auto()` is a name."""
    if isinstance(value, FunctionValue):
        if value.owner is not None and lookup.is_property(value.scope.node):
            return evaluator.result(value)
        return (value,)
    if isinstance(value, InstanceValue) and value.dotted.endswith("enum.auto") and value.call:
        return (Text(Pattern.of(name.lower()), value.call, value.frame),)
    return (value,)


def bases(evaluator: Evaluator, owner: ClassValue) -> tuple[Value, ...]:
    """The classes that a class is derived from, of the project or external."""
    node = owner.scope.node
    if not isinstance(node, ast.ClassDef):
        return ()
    return tuple(v for base in node.bases for v in evaluator.values(base, owner.closure))


def lineage(
    evaluator: Evaluator, owner: ClassValue, depth: int = 0
) -> Iterator[ClassValue | External]:
    """A class and everything above it, external names included."""
    yield owner
    for base in bases(evaluator, owner) if depth < _DEEPEST else ():
        if isinstance(base, ClassValue):
            yield from lineage(evaluator, base, depth + 1)
        elif isinstance(base, External):
            yield base


def _stored_on_self(evaluator: Evaluator, owner: InstanceValue, name: str) -> Iterator[Value]:
    """`evaluator.name = ...` in the methods of the class and its bases."""
    if not isinstance(owner.of, ClassValue):
        return
    for base in lineage(evaluator, owner.of):
        if not isinstance(base, ClassValue):
            continue
        for scope, store in _self_stores(evaluator, base.scope).get(name, ()):
            yield from evaluator.values(store.value, method_frame(evaluator, base, scope, owner))


def _self_stores(evaluator: Evaluator, owner: Scope) -> dict[str, list[tuple[Scope, Store]]]:
    key = id(owner)
    if key not in evaluator.stores_by_class:
        found: dict[str, list[tuple[Scope, Store]]] = {}
        for method in owner.children.values():
            for store in method.stores if method.is_function else ():
                target = store.target
                if isinstance(target, ast.Attribute) and is_self(target.value, method):
                    found.setdefault(target.attr, []).append((method, store))
        evaluator.stores_by_class[key] = found
    return evaluator.stores_by_class[key]


def method_frame(
    evaluator: Evaluator, base: ClassValue, method: Scope, owner: InstanceValue
) -> Frame:
    """The frame of a method of an instance; what makes it has the arguments of its maker."""
    key = (id(method), id(owner))
    frame = evaluator.method_frames.get(key)
    if frame is None:
        closure = Frame(base.scope, base.closure, {}, owner)
        function = FunctionValue(base.module, method, closure, owner)
        is_started = owner.call is not None and last_name(owner.call.func) == INITIALIZE
        made = method.name == (INITIALIZE if is_started else "__init__")
        frame = evaluator.enter(function, owner.call if made else None, owner.frame)
        evaluator.method_frames[key] = frame
    return frame


def stored(evaluator: Evaluator, owner: InstanceValue, name: str) -> tuple[Value, ...]:
    """What was put on an instance from outside: `app.state.hub = Hub()`."""
    found: list[Value] = []
    for scope, store in stores(evaluator, name):
        frame = evaluator.frame(scope)
        if owner in evaluator.values(store.target.value, frame):
            found.extend(evaluator.values(store.value, frame))
    return tuple(found)


def stores(evaluator: Evaluator, name: str) -> list[tuple[Scope, Store]]:
    """Every assignment to an attribute of this name (`[key]` for items) in parsed modules."""
    modules = evaluator.program.modules
    known = evaluator.all_stores.get(name, (0, []))
    if known[0] != len(modules):
        # Modules are only ever added, at the end.
        found = known[1] + [
            (scope, store)
            for module in modules[known[0] :]
            if name in module.stored_names
            for scope in module.scopes_matching(_storing(name, module.mentions("setattr")))
            for store in scope.stores
            if stored_name(store.target) == name
        ]
        known = evaluator.all_stores[name] = (len(modules), found)
    return known[1]


@cache
def _storing(name: str, by_text: bool) -> re.Pattern[str]:
    """Where something may be assigned to an attribute or an item of this name."""
    if name == "[]":
        return re.compile(r"\]\s*=(?!=)")
    if name.startswith("["):
        return re.compile(rf"""\[["']{re.escape(name[1:-1])}["']\]\s*=(?!=)""")
    # Alone the first of these is found many times as fast.
    by_call = rf"""|\bsetattr\([^()\n]*,\s*["']{name}["']""" if by_text else ""
    return re.compile(rf"\.{name}\b{by_call}")


def stored_name(target: ast.Attribute | ast.Subscript) -> str:
    if isinstance(target, ast.Attribute):
        return target.attr
    key = target.slice
    return f"[{key.value!s}]" if isinstance(key, ast.Constant) else "[]"
