"""What `join` makes of a list, or of a loop that is written into it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sse_check.python.choices import goes_through_nothing
from sse_check.python.formats import HOLE, joined
from sse_check.python.truth import truth
from sse_check.python.values import Frame, InstanceValue, MappingValue, SequenceValue, Text, Value
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
    for value in evaluator.values(given, frame):
        if not isinstance(value, SequenceValue):
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


def _each(
    evaluator: Evaluator,
    node: ast.GeneratorExp | ast.ListComp,
    separator: tuple[Pattern, ...],
    frame: Frame,
) -> list[tuple[Pattern, ...]]:
    """The pieces of `(f(x) for x in written_down)`; one of them stands for all of an unknown."""
    if goes_through_nothing(evaluator, node, frame):
        return []
    first = node.generators[0]
    rows = _rows(evaluator, first, frame) if len(node.generators) == 1 else None
    if rows is None and _table_of(first) is not None:
        # Which value belongs to which key is not known.
        return [(HOLE,)]
    if rows is None:
        return [evaluator.texts(node.elt, frame)]
    pieces: list[tuple[Pattern, ...]] = []
    for row in rows:
        if pieces:
            pieces.append(separator)
        pieces.append(evaluator.texts(node.elt, frame.fixing(row)))
    return pieces


def _rows(
    evaluator: Evaluator, loop: ast.comprehension, frame: Frame
) -> list[dict[str, tuple[Value, ...]]] | None:
    """What the names of a loop stand for, turn by turn, where it goes through what is known."""
    rows = list(_turns(evaluator, loop, frame) or ())
    kept: list[dict[str, tuple[Value, ...]]] = []
    for row in rows:
        answers = {truth(evaluator, test, frame.fixing(row)) for test in loop.ifs}
        if None in answers:
            return None
        if False not in answers:
            kept.append(row)
    return kept if rows else None


def _turns(
    evaluator: Evaluator, loop: ast.comprehension, frame: Frame
) -> Iterable[dict[str, tuple[Value, ...]]] | None:
    """The turns of a list with one name, and of the keys and values of a dict with two."""
    if isinstance(loop.target, ast.Name):
        name, known = loop.target.id, evaluator.one(loop.iter, frame)
        if not isinstance(known, SequenceValue) or known.more:
            return None
        return [{name: evaluator.values(item, known.frame)} for item in known.items]
    names = [one.id for one in ast.walk(loop.target) if isinstance(one, ast.Name)]
    given = _table_of(loop)
    if given is None or len(names) != len(("key", "value")):
        return None
    table = evaluator.one(given, frame)
    if not isinstance(table, MappingValue):
        return None
    each = zip(table.keys, table.items, strict=True)
    pairs = [(key, item) for key, item in each if key is not None]
    if len(pairs) < len(table.keys):
        return None
    values = evaluator.values
    return [
        {names[0]: values(key, table.frame), names[1]: values(item, table.frame)}
        for key, item in pairs
    ]


def _table_of(loop: ast.comprehension) -> ast.expr | None:
    """The dict in `for key, value in table.items()`."""
    called = loop.iter.func if isinstance(loop.iter, ast.Call) else None
    if not isinstance(called, ast.Attribute) or called.attr != "items":
        return None
    return called.value
