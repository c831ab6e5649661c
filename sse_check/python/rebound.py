"""Names that functions bind outside of themselves: `global name`, `nonlocal name`."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from sse_check.python.scope import Binding, Scope
from sse_check.python.values import Frame, Text, Unknown, Value

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator
    from sse_check.python.module import Module

_DECLARED = re.compile(r"^[ \t]*(?:global|nonlocal)[ \t]", re.MULTILINE)
# More places than this that bind one name are not told apart.
_MOST_PLACES = 24

# Where each name of a scope is bound from inside, by the identity of the scope.
Rebindings = dict[int, dict[str, list[tuple[Scope, Binding]]]]


def _places(evaluator: Evaluator, name: str, scope: Scope) -> list[tuple[Scope, Binding]]:
    """Where functions bind a name of a scope that is around them."""
    known = evaluator.rebound.get(scope.module.path)
    if known is None:
        known = evaluator.rebound[scope.module.path] = _rebindings(scope.module)
    return known.get(id(scope), {}).get(name, [])


def _rebindings(module: Module) -> Rebindings:
    """All of a file."""
    found: Rebindings = {}
    if not module.mentions("global", "nonlocal"):
        return found
    for scope in module.scopes_matching(_DECLARED):
        for name, kind in scope.declared.items():
            home = module.scope if kind == "global" else _home(name, scope)
            for binding in scope.bindings.get(name, ()) if home is not None else ():
                found.setdefault(id(home), {}).setdefault(name, []).append((scope, binding))
    return found


def _home(name: str, scope: Scope) -> Scope | None:
    """The function around whose name a `nonlocal` means."""
    for outer in scope.around():
        if outer.is_function and name in outer.bindings and name not in outer.declared:
            return outer
    return None


def and_rebound(
    evaluator: Evaluator, name: str, frame: Frame, found: tuple[Value, ...]
) -> tuple[Value, ...]:
    """The values of a name, with those that functions inside its scope give to it; what begins as
    `None` is there for these alone."""
    places = _places(evaluator, name, frame.scope)
    if not places:
        return found
    if len(places) > _MOST_PLACES:
        return (*found, Unknown())
    later: dict[Value, None] = {}
    for scope, binding in places:
        inner = evaluator.frame(scope)
        later.update(dict.fromkeys(evaluator.bound_values(binding, inner)))
    known = [one for one in later if not _is_none(one)]
    if known and all(map(_is_none, found)):
        found = ()
    return tuple(dict.fromkeys((*found, *known)))


def _is_none(value: Value) -> bool:
    return isinstance(value, Text) and value.kind == "none"


def is_own(scope: Scope, name: str, at: ast.expr | None) -> bool:
    """Whether what a function has bound itself is what a name means at a place in it, where the
    name belongs to a scope around it."""
    if at is None:
        return False
    line = getattr(at, "lineno", 0)
    return any(
        binding.kind == "assign"
        and binding.block[0] <= line <= binding.block[1]
        and (getattr(binding.node, "end_lineno", 0) or 0) < line
        for binding in scope.bindings.get(name, ())
    )
