"""What functions that build a context give a template: `get_context_data`, inclusion tags."""

import ast
from collections.abc import Iterator

from sse_check.apps.model import Given
from sse_check.apps.renders import Renders
from sse_check.python.scope import Scope
from sse_check.python.values import Frame
from sse_check.template.values import Pattern

_TAKING = ("update", "get_context_data")


def built(renders: Renders, scope: Scope, frame: Frame) -> Given:
    """The names that a function puts into the dict that it returns, as far as they are written."""
    found: dict[str, tuple[Pattern, ...]] = {}
    for name, value in _given(renders, scope, frame):
        if renders.matters(name):
            found[name] = (*found.get(name, ()), *renders.known(value, frame))
    return Given(found)


def _given(renders: Renders, scope: Scope, frame: Frame) -> Iterator[tuple[str, ast.expr]]:
    for table in _tables(scope):
        for key, item in zip(table.keys, table.values, strict=True):
            name = renders.evaluator.text(key, frame) if key is not None else None
            if name is not None:
                yield name, item
    for store in scope.stores:
        target = store.target
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            name = renders.evaluator.text(target.slice, frame)
            if name is not None:
                yield name, store.value
    made = [s.value for s in scope.returns if isinstance(s.value, ast.Call)]
    returned = [call for call in made if getattr(call.func, "id", "") == "dict"]
    for call in scope.calls:
        if call in returned or getattr(call.func, "attr", "") in _TAKING:
            yield from ((k.arg, k.value) for k in call.keywords if k.arg is not None)


def _tables(scope: Scope) -> Iterator[ast.Dict]:
    """The dicts that a function returns, names, or adds to another."""
    written = [statement.value for statement in scope.returns]
    written += [b.value for some in scope.bindings.values() for b in some if b.kind == "assign"]
    for call in scope.calls:
        if getattr(call.func, "attr", "") in _TAKING:
            written += call.args
    yield from (node for node in written if isinstance(node, ast.Dict))
