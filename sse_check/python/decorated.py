"""Functions in whose place a decorator of the project puts another one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sse_check.python.scope import Scope
from sse_check.python.values import Frame, FunctionValue, Value

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

# By the identity of functions, which live as long as the evaluator does.
_KNOWN: WeakKeyDictionary[Evaluator, dict[tuple[int, int], FunctionValue]] = WeakKeyDictionary()


def in_its_place(evaluator: Evaluator, function: Value, frame: Frame) -> Value:
    """What is called when a function is: what its decorators make of it, if that gives something
    else than the function does. Of decorators from elsewhere nobody knows: most hand on."""
    if not isinstance(function, FunctionValue) or not _decorators(function):
        return function
    if _is_bare(function, frame):
        return function
    known = _KNOWN.setdefault(evaluator, {})
    key = (id(function.scope), id(function.closure))
    if key not in known:
        # Meanwhile it is what is written: a decorator may call what it decorates.
        known[key] = function
        known[key] = _decorated(evaluator, function)
    return known[key]


def _decorators(function: FunctionValue) -> list[ast.expr]:
    return getattr(function.scope.node, "decorator_list", [])


def _is_bare(function: FunctionValue, frame: Frame) -> bool:
    """Whether a decorator calls what it was given."""
    current: Frame | None = frame
    while current is not None:
        if any(one == (function,) for one in current.given.values()):
            return True
        current = current.outer
    return False


def _decorated(evaluator: Evaluator, function: FunctionValue) -> FunctionValue:
    found = function
    for decorator in reversed(_decorators(function)):
        makers = evaluator.values(decorator, function.closure)
        if len(makers) == 1 and isinstance(makers[0], FunctionValue):
            found = _made(evaluator, makers[0], found) or found
    return found


def _made(
    evaluator: Evaluator, maker: FunctionValue, function: FunctionValue
) -> FunctionValue | None:
    """The function that a decorator makes of another one; None where it hands on what that gives,
    or where it cannot be told."""
    node = maker.scope.node
    names = [one.arg for one in node.args.args] if isinstance(node, ast.FunctionDef) else []
    if maker.owner is not None:
        names = names[1:]
    if not names:
        return None
    frame = evaluator.enter(maker)
    frame.given[names[0]] = (function,)
    evaluator.keep(function, frame)
    for statement in maker.scope.returns:
        for value in evaluator.values(statement.value, frame) if statement.value else ():
            is_own = isinstance(value, FunctionValue) and value.scope.parent is maker.scope
            if is_own and isinstance(value, FunctionValue) and not _hands_on(value.scope, names[0]):
                return value
    return None


def _hands_on(scope: Scope, name: str) -> bool:
    """Whether a function may return, or yield one by one, what another gives."""
    values = [one.value for one in (*scope.returns, *scope.yields)]
    return any(value is not None and _is_of(value, scope, name) for value in values)


def _is_of(node: ast.expr, scope: Scope, name: str) -> bool:
    """Whether an expression is what a function gives, as it is: `f(x)`, `await to_thread(f, x)`,
    or a name for that."""
    match node:
        case ast.Await() | ast.NamedExpr():
            return _is_of(node.value, scope, name)
        case ast.IfExp():
            return _is_of(node.body, scope, name) or _is_of(node.orelse, scope, name)
        case ast.BoolOp():
            return any(_is_of(one, scope, name) for one in node.values)
        case ast.Call():
            called = (node.func, *node.args)
            return any(isinstance(one, ast.Name) and one.id == name for one in called) or any(
                _is_of(one, scope, name) for one in node.args if isinstance(one, ast.Call)
            )
        case ast.Name():
            given = (one.value for one in scope.bindings.get(node.id, ()) if one.value is not node)
            return any(one is not None and _is_of(one, scope, name) for one in given)
    return False
