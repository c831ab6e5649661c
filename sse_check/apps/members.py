"""What classes and modules have under names of their own, as templates write it."""

import ast
from collections.abc import Callable

from sse_check.python.evaluate import Evaluator
from sse_check.python.texts import put_in
from sse_check.python.values import ClassValue, Frame, MappingValue, ModuleValue, Text
from sse_check.template.values import Pattern


def fields_of(
    evaluator: Evaluator,
    node: ast.expr,
    frame: Frame,
    matters: Callable[[str], bool],
    *,
    calls: bool,
) -> dict[str, tuple[Pattern, ...]]:
    """The texts that a class or a module has, by name; a member of an enumeration has a value.

    Templates of Django call what they can (`calls`): an enumeration that is not made for that
    gives them nothing.
    """
    found: dict[str, tuple[Pattern, ...]] = {}
    owner = evaluator.one(node, frame) if isinstance(node, ast.Name | ast.Attribute) else None
    if not isinstance(owner, ClassValue | ModuleValue):
        return found
    scope = owner.scope if isinstance(owner, ClassValue) else owner.module.scope
    for name in scope.bindings:
        if name.startswith("_") or not matters(name):
            continue
        values = evaluator.attribute(owner, name)
        texts = [one for one in values if isinstance(one, Text)]
        if calls and any(one.put_in is not None for one in texts):
            continue
        if texts and len(texts) == len(values):
            found[name] = tuple(dict.fromkeys(put_in(evaluator, one) for one in texts))
            if isinstance(owner, ClassValue):
                found[f"{name}.value"] = tuple(dict.fromkeys(one.pattern for one in texts))
    return found


def tables_of(
    evaluator: Evaluator, node: ast.expr, frame: Frame, matters: Callable[[str], bool]
) -> list[dict[str, tuple[ast.expr, Frame]]]:
    """What the dicts that an expression may be have under their keys; nothing where one of them
    is not written down, or a key of one is filled elsewhere."""
    found: list[dict[str, tuple[ast.expr, Frame]]] = []
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") != "dict":
        return found
    if not isinstance(node, ast.Name | ast.Attribute | ast.Dict | ast.Call):
        return found
    for value in evaluator.values(node, frame):
        if not isinstance(value, MappingValue):
            return []
        stored = value.frame.module.stored_names
        named = (
            (evaluator.text(key, value.frame), item)
            for key, item in zip(value.keys, value.items, strict=True)
            if key is not None
        )
        found.append(
            {
                name: (item, value.frame)
                for name, item in named
                if name is not None and matters(name) and f"[{name}]" not in stored
            }
        )
    return found
