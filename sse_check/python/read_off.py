"""What is read from an object or out of a dict, as the conditions around the place leave it:
`if job.state in OVER: send(job.state)`."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from sse_check.python import collections, narrowed, objects
from sse_check.python.depends import names_in
from sse_check.python.module import last_name
from sse_check.python.scope import Scope
from sse_check.python.values import Frame, InstanceValue, Value

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

# What is called and changes nothing that a condition speaks of.
_TELLING = frozenset("logger log logging print _logger len str".split())
_TAKING = frozenset("get get_nowait receive receive_nowait recv popleft get_message".split())


def attribute(evaluator: Evaluator, node: ast.Attribute, frame: Frame) -> Iterable[Value]:
    """`job.state`"""
    return _narrowed(evaluator, node, objects.attribute_of(evaluator, node, frame), frame)


def item(evaluator: Evaluator, node: ast.Subscript, frame: Frame) -> Iterable[Value]:
    """`event["kind"]`"""
    return _narrowed(evaluator, node, collections.item(evaluator, node, frame), frame)


def _narrowed(
    evaluator: Evaluator,
    node: ast.Attribute | ast.Subscript,
    values: Iterable[Value],
    frame: Frame,
) -> Iterable[Value]:
    """What `job.state` or `event["kind"]` may be at its place, where it may be any text."""
    found = tuple(values)
    root = _root(node)
    if root is None or not frame.scope.is_function or not _may_be_more(found):
        return found
    place = evaluator.places(frame.scope).of(node)
    for guard in place.guards if place is not None else ():
        if guard.test is None or root not in names_in(guard.test):
            continue
        said = list(narrowed.parts(guard.test, guard.holds, partial(_is_same, node)))
        if said and _is_still_so(evaluator, node, root, guard.test, frame.scope):
            for test, holds in said:
                left = (narrowed.remaining(evaluator, one, test, holds, frame) for one in found)
                found = tuple(value for values in left for value in values)
    return found


def _may_be_more(values: tuple[Value, ...]) -> bool:
    """Whether a condition may say which of several it is."""
    only = values[0] if len(values) == 1 else None
    return only is None or narrowed.is_open(only) or isinstance(only, InstanceValue)


def _root(node: ast.expr) -> str | None:
    """The name at the beginning of a path of attributes and written keys."""
    while True:
        if isinstance(node, ast.Attribute) or (
            isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
        ):
            node = node.value
        else:
            return node.id if isinstance(node, ast.Name) else None


def _is_same(one: ast.expr, other: ast.expr) -> bool:
    """Whether two paths are written alike."""
    match one, other:
        case ast.Name(id=left), ast.Name(id=right):
            return left == right
        case ast.Attribute(attr=left), ast.Attribute(attr=right):
            return left == right and _is_same(one.value, other.value)
        case ast.Subscript(slice=ast.Constant(left)), ast.Subscript(slice=ast.Constant(right)):
            return left == right and _is_same(one.value, other.value)
    return False


def _is_still_so(
    evaluator: Evaluator, node: ast.expr, root: str, test: ast.expr, scope: Scope
) -> bool:
    """Whether nothing between a condition and a place may have changed what the condition says:
    other code has no turn, and none is handed the object. A message stays as it came."""
    asked, here = narrowed.end(test), narrowed.start(node)
    place = evaluator.places(scope).of(node)
    if here <= asked or place is None:
        return False
    if any(narrowed.start(loop) > asked for loop in place.loops):
        return False
    bound: list[ast.AST] = [one.node for one in scope.bindings.get(root, ())]
    bound += [one.node for one in scope.stores if root in names_in(one.target)]
    if _is_message(scope, root):
        bound += [one for one in scope.calls if root in names_in(one) and not _only_tells(one)]
    else:
        bound += [*scope.yields, *(one for one in scope.calls if not _only_tells(one))]
    begun = narrowed.start(place.node)
    return not any(asked < narrowed.start(one) < begun for one in bound)


def _only_tells(call: ast.Call) -> bool:
    return not names_in(call.func).isdisjoint(_TELLING)


def _is_message(scope: Scope, root: str) -> bool:
    """Whether a name has what comes out of a queue or a channel, which is nobody else's."""
    bound = scope.bindings.get(root, ())
    return bool(bound) and all(
        isinstance(one.node, ast.AsyncFor)
        or (
            one.kind == "assign" and one.value is not None and any(map(_takes, ast.walk(one.value)))
        )
        for one in bound
    )


def _takes(node: ast.AST) -> bool:
    """`queue.get()`, which is no look into a dict by a key."""
    return isinstance(node, ast.Call) and not node.args and last_name(node.func) in _TAKING
