"""Fields of dataclasses, named tuples and models: what their maker was given."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sse_check.python.depends import names_in
from sse_check.python.module import last_name
from sse_check.python.values import (
    ClassValue,
    Frame,
    InstanceValue,
    MappingValue,
    Text,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

_BASES = frozenset(("NamedTuple", "TypedDict", "BaseModel", "SQLModel", "Struct", "Schema"))
_COLLECTIONS = frozenset("set list dict deque defaultdict".split())
_DECORATORS = frozenset(("dataclass", "define", "frozen", "attrs", "mutable", "s"))


class Field(NamedTuple):
    """A field that a class declares, and what it is without an argument."""

    name: str
    default: ast.expr | None
    home: ClassValue


class Declared(NamedTuple):
    """The fields of a class. It is held, since it is known by its identity."""

    owner: ClassValue
    fields: list[Field]


def field(evaluator: Evaluator, owner: InstanceValue, name: str) -> tuple[Value, ...]:
    """The values of a field of an instance; empty when its class has no such field."""
    given = dict(fields(evaluator, owner))
    if name not in given:
        return ()
    expression, frame = given[name]
    if expression is None:
        return (Unknown(owner.call),)
    return evaluator.values(expression, frame)


def set_by_view(
    evaluator: Evaluator, owner: InstanceValue, name: str, own: list[Value]
) -> list[Value]:
    """What an attribute is of which the class says that it is `own`, where Django sets those of
    the object of a view: `Events.as_view(name="a")`."""
    call = owner.call
    if call is None or getattr(call.func, "attr", "") != "as_view":
        return own
    given = {one.arg: one.value for one in call.keywords}
    if name in given:
        return [*evaluator.values(given[name], owner.frame)]
    spread = None in given and any(isinstance(one, Text) for one in own)
    return [*own, Unknown(call)] if spread else own


def fields(
    evaluator: Evaluator, owner: InstanceValue
) -> Iterator[tuple[str, tuple[ast.expr | None, Frame]]]:
    """The fields of an instance, each with the expression that it was given or its default."""
    if not isinstance(owner.of, ClassValue):
        return
    call = owner.call
    named = {k.arg: k.value for k in call.keywords} if call is not None else {}
    places = list(call.args) if call is not None else []
    known = call is not None and None not in named
    known = known and not any(isinstance(one, ast.Starred) for one in places)
    for number, (name, default, home) in enumerate(declared(evaluator, owner.of)):
        if name in named:
            yield name, (named[name], owner.frame)
        elif number < len(places) and known:
            yield name, (places[number], owner.frame)
        else:
            # Where nobody is seen to make it, it still begins with a collection of its own.
            told = known or (call is None and _is_collection(default))
            yield name, (default if told else None, evaluator.frame(home.scope))


def as_mapping(evaluator: Evaluator, owner: InstanceValue, node: ast.expr) -> MappingValue | None:
    """The fields of an instance as a dict: `asdict(event)`, `event.model_dump()`."""
    found = list(fields(evaluator, owner))
    if not found:
        return None
    keys: list[ast.expr | None] = []
    items: list[ast.expr] = []
    for name, (expression, frame) in found:
        told = expression is not None and (
            frame is owner.frame or isinstance(expression, ast.Constant)
        )
        keys.append(ast.Constant(name))
        items.append(expression if told and expression is not None else ast.Name("_"))
    return MappingValue(tuple(keys), tuple(items), owner.frame, node)


def _is_record(evaluator: Evaluator, owner: ClassValue) -> bool:
    for one in evaluator.lineage(owner):
        if isinstance(one, ClassValue):
            decorators = getattr(one.scope.node, "decorator_list", ())
            names = (last_name(d.func if isinstance(d, ast.Call) else d) for d in decorators)
            if any(name in _DECORATORS for name in names):
                return True
        elif one.dotted.rpartition(".")[2] in _BASES:
            return True
    return False


def declared(evaluator: Evaluator, owner: ClassValue) -> list[Field]:
    """The fields in the order in which a maker takes them, those of base classes first; none of a
    class that takes no fields."""
    key = (id(owner.scope), id(owner.closure))
    known = evaluator.declared.get(key)
    if known is not None:
        return known.fields
    found, is_whole = evaluator.in_whole(lambda: _declared(evaluator, owner))
    if is_whole:
        evaluator.declared[key] = Declared(owner, found)
    return found


def _declared(evaluator: Evaluator, owner: ClassValue) -> list[Field]:
    if not _is_record(evaluator, owner):
        return []
    found: dict[str, Field] = {}
    classes = [one for one in evaluator.lineage(owner) if isinstance(one, ClassValue)]
    for one in reversed(classes):
        for statement in getattr(one.scope.node, "body", ()):
            named = isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
            if named and "ClassVar" not in names_in(statement.annotation):
                name = statement.target.id
                # A field that is declared again stays in its place.
                found[name] = Field(name, _default(statement.value), one)
    return list(found.values())


def _is_collection(default: ast.expr | None) -> bool:
    return isinstance(default, ast.Call) and last_name(default.func) in _COLLECTIONS


@cache
def _made(factory: ast.expr) -> ast.expr:
    """The call of a factory: one node, so that what it makes is one object."""
    if isinstance(factory, ast.Lambda):
        return factory.body
    return ast.copy_location(ast.Call(factory, [], []), factory)


def _default(node: ast.expr | None) -> ast.expr | None:
    """What a field is without an argument: `None`, `field(default=None)`, `Field("x")`."""
    if isinstance(node, ast.Call) and last_name(node.func) in ("field", "Field", "attrib", "ib"):
        for keyword in node.keywords:
            if keyword.arg == "default":
                return keyword.value
            if keyword.arg in ("default_factory", "factory"):
                return _made(keyword.value)
        return node.args[0] if node.args and last_name(node.func) == "Field" else None
    return node
