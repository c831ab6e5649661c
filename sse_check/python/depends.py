"""Which names of a scope have something to do with others, so that the rest is looked at once."""

from __future__ import annotations

import ast
from copy import deepcopy
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sse_check.python.scope import Scope

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

_MARK = "_names_in_it"
# By the identity of functions, which live as long as the evaluator does.
_DEPENDING: WeakKeyDictionary[Evaluator, dict[tuple[int, frozenset[str]], frozenset[str]]]
_DEPENDING = WeakKeyDictionary()


def names_in(node: ast.AST) -> frozenset[str]:
    """The names that an expression mentions; remembered on the node itself."""
    known = getattr(node, _MARK, None)
    if known is None:
        known = frozenset(one.id for one in ast.walk(node) if isinstance(one, ast.Name))
        setattr(node, _MARK, known)
    found: frozenset[str] = known
    return found


class _Replacing(ast.NodeTransformer):
    def __init__(self, name: str, value: ast.expr) -> None:
        self.name = name
        self.value = value

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.value if node.id == self.name else node


class Replaced:
    """Expressions with another one for a name in them. They are kept, with those they were made
    of: what is known of an expression is remembered by its identity."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, int], tuple[ast.expr, ast.expr, ast.expr]] = {}

    def of(self, node: ast.expr, name: str, value: ast.expr) -> ast.expr:
        """An expression with a value for a name, as if it stood where the value does."""
        key = (id(node), id(value))
        if key not in self._made:
            made: ast.expr = _Replacing(name, value).visit(deepcopy(node))
            self._made[key] = (ast.copy_location(made, value), node, value)
        return self._made[key][0]


def depending(evaluator: Evaluator, scope: Scope, names: frozenset[str]) -> frozenset[str]:
    """These names and all that get a value from them, step by step or at once."""
    known = _DEPENDING.setdefault(evaluator, {})
    key = (id(scope), names)
    if key not in known:
        known[key] = _depending(_mentioned(evaluator, scope), names)
    return known[key]


def _mentioned(evaluator: Evaluator, scope: Scope) -> dict[str, set[str]]:
    """The names in all that each name of a function is given."""
    mentioned: dict[str, set[str]] = {}
    for name, bindings in scope.bindings.items():
        for binding in bindings:
            if binding.value is not None:
                mentioned.setdefault(name, set()).update(names_in(binding.value))
    for name, steps in evaluator.steps(scope).items():
        for step in steps:
            mentioned.setdefault(name, set()).update(names_in(step.value))
    return mentioned


def _depending(mentioned: dict[str, set[str]], names: frozenset[str]) -> frozenset[str]:
    found = set(names)
    while True:
        more = {name for name, others in mentioned.items() if not found.isdisjoint(others)}
        if more <= found:
            return frozenset(found)
        found |= more
