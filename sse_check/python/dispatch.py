"""Functions that are several: `functools.singledispatch`, with what is registered for each type."""

import ast
from collections.abc import Iterator

from sse_check.python.module import last_name
from sse_check.python.values import FunctionValue

_DISPATCHING = frozenset(("singledispatch", "singledispatchmethod"))


def all_of(function: FunctionValue) -> list[FunctionValue]:
    """A function, with those that are registered on it in the place where it is written."""
    home = function.scope.parent
    decorators = getattr(function.scope.node, "decorator_list", ())
    if home is None or not any(last_name(one) in _DISPATCHING for one in decorators):
        return [function]
    name, inside = function.scope.name, home.children.values()
    more = [child for child in inside if name in _registered_on(child.node)]
    return [function, *(function._replace(scope=child) for child in more)]


def _registered_on(node: ast.AST) -> Iterator[str]:
    """`@frame.register`, `@frame.register(int)`"""
    for decorator in getattr(node, "decorator_list", ()):
        function = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(function, ast.Attribute) and function.attr == "register":
            yield last_name(function.value)
