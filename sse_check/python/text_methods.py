"""Methods of a text that give one like it: `strip`, `encode`, `lower`, `replace`."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sse_check.python.formats import HOLE
from sse_check.python.values import Frame, Text, Unknown, Value
from sse_check.template.values import Pattern

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

# Those that change nothing of what is not at its ends.
KEEPING = frozenset(("strip", "lstrip", "rstrip", "encode", "decode"))
_IN_OTHER_KIND = {("encode", "text"): "bytes", ("decode", "bytes"): "text"}


def changed(
    evaluator: Evaluator, node: ast.Call, method: ast.Attribute, frame: Frame
) -> Iterable[Value] | None:
    found = evaluator.values(method.value, frame)
    texts = [value for value in found if isinstance(value, Text)]
    if node.args and method.attr.endswith("strip"):
        made: list[Value] | None = [_stripped(evaluator, one, node, frame) for one in texts]
    else:
        made = _each(texts, method.attr, node) if texts else None
    if not made or len(texts) == len(found):
        return made or None
    # `(request.args.get("q") or "").strip()` may be more than the text that is known.
    return (*made, Unknown(node))


def _stripped(evaluator: Evaluator, value: Text, node: ast.Call, frame: Frame) -> Text:
    """`"--a--".strip("-")`"""
    characters = evaluator.text(node.args[0], frame)
    if characters is None:
        return value._replace(pattern=HOLE)
    name = getattr(node.func, "attr", "")
    parts = list(value.pattern.parts)
    if parts and parts[0] is not None and name != "rstrip":
        parts[0] = parts[0].lstrip(characters)
    if parts and parts[-1] is not None and name != "lstrip":
        parts[-1] = parts[-1].rstrip(characters)
    return value._replace(pattern=Pattern.of(*parts))


def _each(texts: list[Text], method: str, node: ast.Call) -> list[Value]:
    if method in ("lower", "upper"):
        change = str.lower if method == "lower" else str.upper
        parts = ((p if p is None else change(p) for p in v.pattern.parts) for v in texts)
        return [Text(Pattern.of(*p), v.node, v.frame) for p, v in zip(parts, texts, strict=True)]
    return _kept(texts, method, node)


def _kept(texts: list[Text], name: str, node: ast.Call) -> list[Value]:
    found: list[Value] = []
    for value in texts:
        pattern = value.pattern
        if not node.args and name.endswith("strip"):
            parts = list(pattern.parts)
            if parts and parts[0] is not None and name != "rstrip":
                parts[0] = parts[0].lstrip()
            if parts and parts[-1] is not None and name != "lstrip":
                parts[-1] = parts[-1].rstrip()
            pattern = Pattern.of(*parts)
        kind = _IN_OTHER_KIND.get((name, value.kind), value.kind)
        found.append(Text(pattern, value.node, value.frame, kind))
    return found


def replaced(
    evaluator: Evaluator, node: ast.Call, method: ast.Attribute, frame: Frame
) -> Iterable[Value] | None:
    """`name.replace("_", "-")`: one sign is replaced where it is known, and only there."""
    if len(node.args) != 2 or node.keywords:
        return None
    old, new = (evaluator.text(one, frame) for one in node.args)
    found = evaluator.values(method.value, frame)
    if old is None or new is None or not old or not any(isinstance(v, Text) for v in found):
        return None
    changed: list[Value] = []
    for value in found:
        if not isinstance(value, Text) or (len(old) > 1 and value.pattern.literal is None):
            changed.append(Unknown(node))
            continue
        parts = (p if p is None else p.replace(old, new) for p in value.pattern.parts)
        changed.append(Text(Pattern.of(*parts), node, frame, value.kind))
    return changed
