"""Texts that a function gathers in a list and sends in one piece: `"".join(parts)`."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from sse_check.python.evaluate import Evaluator
from sse_check.python.scope import Scope
from sse_check.python.values import Frame, FunctionValue, Text


class Gathered(NamedTuple):
    """One text of a list, and the call that puts it there; None for what the list began with."""

    node: ast.expr
    call: ast.Call | None


def gathered(evaluator: Evaluator, value: Text) -> list[Gathered]:
    """The texts of which a text was joined, in their order; empty where it was made otherwise.

    Of `"".join(event.encode() for event in events)` each is as it would be without the list:
    `Event("x").encode()`.
    """
    call, scope = value.node, value.frame.scope
    if not isinstance(call, ast.Call) or not _is_join(evaluator, call, value.frame):
        return []
    given = call.args[0]
    if isinstance(given, ast.Name):
        return list(_of_list(evaluator, scope, given.id))
    if not isinstance(given, ast.GeneratorExp | ast.ListComp) or len(given.generators) != 1:
        return []
    loop = given.generators[0]
    if loop.ifs or not isinstance(loop.target, ast.Name) or not isinstance(loop.iter, ast.Name):
        return []
    name = loop.target.id
    return [
        one._replace(node=evaluator.replaced.of(given.elt, name, one.node))
        for one in _of_list(evaluator, scope, loop.iter.id)
    ]


def _is_join(evaluator: Evaluator, call: ast.Call, frame: Frame) -> bool:
    method = call.func
    if not isinstance(method, ast.Attribute) or method.attr != "join" or len(call.args) != 1:
        return False
    return evaluator.text(method.value, frame) == ""


def _of_list(evaluator: Evaluator, scope: Scope, name: str) -> Iterator[Gathered]:
    """What is put into a list that a function begins and only adds to."""
    bindings = scope.bindings.get(name, [])
    steps = evaluator.steps(scope).get(name, [])
    first = bindings[0].value if len(bindings) == 1 else None
    if not isinstance(first, ast.List) or any(step.how != "append" for step in steps):
        return
    yield from (Gathered(item, None) for item in first.elts)
    for step in steps:
        yield Gathered(step.value, step.node if isinstance(step.node, ast.Call) else None)


def written_by(function: FunctionValue) -> list[Gathered]:
    """What a function that is given the answer writes on it, in its order: `ResponseStream(send)`
    of Sanic."""
    node, scope = function.scope.node, function.scope
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or scope.yields:
        return []
    names = [one.arg for one in node.args.args][function.owner is not None :][:1]
    return [
        Gathered(call.args[0], call)
        for call in scope.calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ("write", "send")
        and isinstance(call.func.value, ast.Name)
        and [call.func.value.id] == names
        and call.args
    ]
