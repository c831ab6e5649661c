"""What an annotation says of a parameter: what is injected, or the class of which it is some."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sse_check.python import collections
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
    GeneratorValue,
    ModuleValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

_DEEPEST = 6
_INJECTING = frozenset(("Depends", "Security", "Provide"))


class Written(NamedTuple):
    """An expression, and the frame in which it is written."""

    node: ast.expr
    frame: Frame


def injected(
    evaluator: Evaluator, default: ast.expr | None, annotation: ast.expr | None, frame: Frame
) -> tuple[Value, ...]:
    """`broker = Depends(get_broker)`, `broker: Annotated[Broker, Depends(get_broker)]`.

    The annotation may be an alias, also of another module.
    """
    found = depends(evaluator, default, annotation, frame)
    if found is None:
        return ()
    node, where = found
    if not node.args:
        return some_instance(evaluator, annotation, frame)
    given = tuple(
        used
        for function in evaluator.values(node.args[0], where)
        for value in evaluator.result(function)
        for used in _used(evaluator, function, value)
    )
    told = any(not isinstance(value, Unknown) for value in given)
    return given if told else some_instance(evaluator, annotation, frame) or given


def _used(evaluator: Evaluator, function: Value, value: Value) -> tuple[Value, ...]:
    """What is injected: what a function yields, or what it returns, also if that is a generator."""
    if isinstance(function, FunctionValue) and isinstance(value, GeneratorValue):
        is_own = value.function.scope is function.scope
        return collections.handed_out(evaluator, value) if is_own else (value,)
    return collections.handed_out(evaluator, value)


def depends(
    evaluator: Evaluator, default: ast.expr | None, annotation: ast.expr | None, frame: Frame
) -> tuple[ast.Call, Frame] | None:
    """The call `Depends(get_broker)` of a parameter, and where it is written."""
    written = _alias(evaluator, annotation, frame) if annotation is not None else None
    candidates = [Written(default, frame)] if default is not None else []
    if written is not None:
        candidates += [Written(node, written.frame) for node in _extras(written.node)]
    for node, where in candidates:
        if not isinstance(node, ast.Call):
            continue
        if evaluator.dotted(node.func, where).rpartition(".")[2] in _INJECTING:
            return node, where
    return None


def some_instance(
    evaluator: Evaluator, annotation: ast.expr | None, frame: Frame
) -> tuple[Value, ...]:
    """Some instance of the class that an annotation names."""
    written = _alias(evaluator, annotation, frame) if annotation is not None else None
    for node in _classes(written.node) if written is not None else ():
        where = written.frame if written is not None else frame
        for value in evaluator.values(node, where):
            if isinstance(value, ClassValue):
                return (evaluator.some_instance(value.scope, evaluator.frame(value.scope)),)
            if isinstance(value, External) and "." in value.dotted:
                return (evaluator.made(value, None, where, (id(node), id(where))),)
    return ()


def _extras(node: ast.expr) -> list[ast.expr]:
    """What stands behind the type in `Annotated[Type, ...]`."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        return node.slice.elts[1:]
    return []


def _classes(node: ast.expr) -> Iterator[ast.expr]:
    """The names of classes in an annotation: `Hub`, `Hub | None`, `Optional[Hub]`."""
    if isinstance(node, ast.Name | ast.Attribute):
        yield node
    elif isinstance(node, ast.BinOp):
        yield from _classes(node.left)
        yield from _classes(node.right)
    elif isinstance(node, ast.Subscript):
        inner = node.slice
        yield from _classes(inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner)


def _alias(evaluator: Evaluator, node: ast.expr, frame: Frame, depth: int = 0) -> Written | None:
    """An annotation with aliases followed to what they are written as."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return Written(ast.parse(node.value, mode="eval").body, frame)
        except SyntaxError:
            return None
    found = _assigned(evaluator, node, frame) if depth < _DEEPEST else None
    return _alias(evaluator, *found, depth + 1) if found is not None else Written(node, frame)


def _assigned(evaluator: Evaluator, node: ast.expr, frame: Frame, depth: int = 0) -> Written | None:
    """What the name of an alias is assigned, here or in the module that it is imported from.

    Modules may import one name from each other, round and round: `depth` counts the imports.
    """
    if depth > _DEEPEST:
        return None
    if isinstance(node, ast.Attribute):
        for owner in evaluator.values(node.value, frame):
            if isinstance(owner, ModuleValue):
                return _in_module(evaluator, owner.module.scope.module.path, node.attr, depth)
        return None
    if not isinstance(node, ast.Name):
        return None
    for scope in frame.scope.around():
        for binding in reversed(scope.bindings.get(node.id, [])):
            if binding.kind == "import":
                home, _, name = binding.dotted.rpartition(".")
                path = evaluator.program.find(home, scope.module.path) if home else None
                return _in_module(evaluator, path, name, depth) if path is not None else None
            if binding.kind == "assign" and binding.value is not None and not binding.path:
                return Written(binding.value, evaluator.frame(scope))
            return None
    return None


def _in_module(evaluator: Evaluator, path: str, name: str, depth: int) -> Written | None:
    module = evaluator.program.module(path)
    if module is None or not module.scope.bindings.get(name):
        return None
    return _assigned(evaluator, ast.Name(name), evaluator.frame(module.scope), depth + 1)
