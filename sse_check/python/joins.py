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

# More ways than this of leaving some out are not told apart.
_MOST = 16


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
    if isinstance(given, ast.Call) and getattr(given.func, "id", "") == "filter":
        return _of_those_that_are(evaluator, node, given, separator, frame)
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
            # What else there is begins on a line of its own, where each has one.
            if value.items and all(str(one).endswith("\n") for one in separator):
                pieces.append(separator)
            pieces.append((HOLE,))
        found += [Text(p, node, frame) for p in joined(pieces)]
    return found


def _of_those_that_are(
    evaluator: Evaluator,
    node: ast.Call,
    given: ast.Call,
    separator: tuple[Pattern, ...],
    frame: Frame,
) -> list[Value]:
    """`between.join(filter(None, lines))`: without what is empty."""
    test = given.args[0] if len(given.args) == 2 else None
    is_plain = isinstance(test, ast.Constant) and test.value is None
    is_plain = is_plain or getattr(test, "id", "") in ("bool", "len")
    found: list[Value] = []
    for value in evaluator.values(given.args[1], frame) if is_plain else ():
        told = isinstance(value, SequenceValue) and value.is_told
        if not isinstance(value, SequenceValue) or not told or len(separator) != 1:
            found.append(Text(HOLE, node, frame))
            continue
        ways: list[list[Pattern]] = [[]]
        for item in value.items:
            choices = _choices(evaluator, item, value.frame)
            ways = [[*way, *choice] for way in ways for choice in choices][: _MOST + 1]
        if len(ways) > _MOST:
            found.append(Text(HOLE, node, frame))
        for way in ways:
            pieces: list[tuple[Pattern, ...]] = []
            for one in way:
                pieces += [separator, (one,)] if pieces else [(one,)]
            found += [Text(p, node, frame) for p in joined(pieces)]
    return found or [Text(HOLE, node, frame)]


def _choices(evaluator: Evaluator, item: ast.expr, frame: Frame) -> list[tuple[Pattern, ...]]:
    """What one line may be: a text, or nothing at all."""
    choices: dict[tuple[Pattern, ...], None] = {}
    for value in evaluator.values(item, frame):
        is_nothing = isinstance(value, Text) and (value.kind == "none" or not value.pattern.parts)
        choices.setdefault(() if is_nothing else (evaluator.as_text(value),))
    return list(choices)


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
