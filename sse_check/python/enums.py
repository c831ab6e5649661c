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
# With nothing else above it a class writes its members into a text by their names. One that is a
# text as well does so from Python 3.11 on.
_BY_NAME = ("enum.Enum", "str")
_SINCE = (3, 11)
# Decorators that leave the members as they are.
_KEEPING = frozenset(("enum.unique", "enum.verify"))
# What turns members into their values on the way into a model.
_VALUED = b"use_enum_values"


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


def as_members(
    evaluator: Evaluator, owner: ClassValue, name: str, found: tuple[Value, ...]
) -> tuple[Value, ...]:
    """What a class has under a name, with what becomes of a member in a text."""
    if name.startswith("_") or not any(isinstance(one, Text) for one in found):
        return found
    node = owner.scope.node
    if not isinstance(node, ast.ClassDef) or not _writes_names(evaluator, owner, node):
        return found
    written = Pattern.of(f"{node.name}.{name}")
    return tuple(v._replace(put_in=written) if isinstance(v, Text) else v for v in found)


def _writes_names(evaluator: Evaluator, owner: ClassValue, node: ast.ClassDef) -> bool:
    """Whether `f"{Kind.A}"` is certainly not the value of the member."""
    if not node.bases:
        return False
    above = list(evaluator.lineage(owner))
    outer = {one.dotted for one in above if isinstance(one, External)}
    if "enum.Enum" not in outer or not outer.issubset(_BY_NAME):
        return False
    if "str" in outer and is_for_older(evaluator, owner):
        return False
    own = [one.scope for one in above if isinstance(one, ClassValue)]
    if any(name in scope.bindings for scope in own for name in ("__str__", "__format__")):
        return False
    marks = (evaluator.dotted(one, owner.closure) for one in node.decorator_list)
    return all(mark in _KEEPING for mark in marks) and not evaluator.program.present((_VALUED,))


def is_for_older(evaluator: Evaluator, owner: ClassValue) -> bool:
    """Whether the project of a class says that it is for a Python before 3.11, too."""
    asked = evaluator.program.python(owner.module.path)
    return bool(asked) and asked < _SINCE


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
