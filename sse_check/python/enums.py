"""Classes of the project that are enumerations: their members, in order, and the names of these."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from sse_check.python.values import ClassValue, External, MappingValue, SequenceValue, Text, Value
from sse_check.template.values import Pattern

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator
    from sse_check.python.values import Frame

_BASES = frozenset("Enum StrEnum IntEnum Flag IntFlag".split())


def is_enum(evaluator: Evaluator, owner: ClassValue) -> bool:
    """Whether going through a class gives its members."""
    return any(
        isinstance(one, External) and one.dotted.rpartition(".")[2] in _BASES
        for one in evaluator.lineage(owner)
    )


def listed(evaluator: Evaluator, node: ast.expr, frame: Frame) -> tuple[Value, ...]:
    """What a loop goes through; for an enumeration, its members as they are written."""
    return tuple(as_written(evaluator, value) for value in evaluator.values(node, frame))


def as_written(evaluator: Evaluator, value: Value) -> Value:
    """The members of an enumeration as a sequence; any other value as it is."""
    if not isinstance(value, ClassValue) or not is_enum(evaluator, value):
        return value
    node = value.scope.node
    if not isinstance(node, ast.ClassDef):
        return value
    members = _members(node)
    if not members:
        # One that has no members of its own, or gets them in some other way.
        return value
    return SequenceValue(tuple(one for _, one in members), value.closure, members[0][1])


def by_name(value: SequenceValue) -> MappingValue:
    """`Kind.__members__`"""
    names = [one.attr for one in value.items if isinstance(one, ast.Attribute)]
    keys = tuple(ast.copy_location(ast.Constant(name), value.node) for name in names)
    return MappingValue(keys, value.items, value.frame, value.node)


@cache
def _members(node: ast.ClassDef) -> tuple[tuple[str, ast.expr], ...]:
    """`Kind.NAME` for each member, in the order of the class."""
    found: dict[str, ast.expr] = {}
    for statement in node.body:
        value = getattr(statement, "value", None)
        targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or value is None:
            continue
        for target in targets:
            if isinstance(target, ast.Name) and not target.id.startswith("_"):
                owner = ast.copy_location(ast.Name(node.name, ast.Load()), value)
                member = ast.Attribute(owner, target.id, ast.Load())
                found[target.id] = ast.copy_location(member, value)
    return tuple(found.items())


def name_of(member: Text) -> Text | None:
    """What a member is called in its class: `Kind.A.name`."""
    scope = member.frame.scope
    for name, bindings in scope.bindings.items() if scope.is_class else ():
        if any(one.value is member.node for one in bindings):
            return Text(Pattern.of(name), member.node, member.frame)
    return None
