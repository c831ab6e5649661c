"""What `join` makes of a list, or of a loop that is written into it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sse_check.python.changed import grows
from sse_check.python.choices import goes_through_nothing
from sse_check.python.formats import HOLE, joined
from sse_check.python.turns import in_turn, pairs_up, turns
from sse_check.python.values import Frame, InstanceValue, SequenceValue, Text, Value
from sse_check.template.values import Pattern

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator


def join(
    evaluator: Evaluator, node: ast.Call, between: ast.expr, frame: Frame
) -> list[Value] | None:
    """`between.join(given)`; None where `between` is no text."""
    owners = evaluator.values(between, frame)
    if len(node.args) != 1 or any(isinstance(one, InstanceValue) for one in owners):
        # `thread.join()`, `room.join(name)`: no text is put together.
        return None
    found: list[Value] = []
    separator = evaluator.texts(between, frame)
    given = node.args[0]
    if isinstance(given, ast.GeneratorExp | ast.ListComp):
        pieces = _each(evaluator, given, separator, frame)
        return [Text(p, node, frame) for p in joined(pieces)]
    filled = isinstance(given, ast.Attribute) and _is_filled(evaluator, given, frame)
    for value in evaluator.values(given, frame):
        if filled or not isinstance(value, SequenceValue):
            found.append(Text(HOLE, node, frame))
            continue
        pieces = []
        for number, item in enumerate(value.items):
            if number:
                pieces.append(separator)
            known = not isinstance(item, ast.Starred)
            pieces.append(evaluator.texts(item, value.frame) if known else (HOLE,))
        starred = any(isinstance(item, ast.Starred) for item in value.items)
        if not value.is_told and not starred:
            pieces.append((HOLE,))
        found += [Text(p, node, frame) for p in joined(pieces)]
    return found


def _is_filled(evaluator: Evaluator, node: ast.Attribute, frame: Frame) -> bool:
    """Whether methods of its class put into a list what is not written where it is made."""
    return any(
        isinstance(owner, InstanceValue) and grows(evaluator, owner, node.attr)
        for owner in evaluator.values(node.value, frame)
    )


def _each(
    evaluator: Evaluator,
    node: ast.GeneratorExp | ast.ListComp,
    separator: tuple[Pattern, ...],
    frame: Frame,
) -> list[tuple[Pattern, ...]]:
    """The pieces of `(f(x) for x in written_down)`; one of them stands for all of an unknown."""
    if goes_through_nothing(evaluator, node, frame):
        return []
    known = turns(evaluator, node.generators, frame)
    if known is None and pairs_up(node.generators):
        return [(HOLE,)]
    if known is None:
        return [evaluator.texts(node.elt, frame)]
    pieces: list[tuple[Pattern, ...]] = []
    for turn in known:
        if pieces:
            pieces.append(separator)
        pieces.append(evaluator.texts(node.elt, in_turn(node.generators, turn, frame)))
    return pieces
