"""The turns of a loop, one by one, where what it goes through is written down."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from sse_check.python.collections import part
from sse_check.python.truth import truth
from sse_check.python.values import Frame, MappingValue, SequenceValue, Value
from sse_check.template.values import Pattern

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

_MOST = 24
Turn = dict[str, tuple[Value, ...]]
"""What the names of a loop stand for in one turn."""


def turns(
    evaluator: Evaluator, loops: Sequence[ast.comprehension], frame: Frame
) -> list[Turn] | None:
    """The turns of loops in each other; None where it is not known what any goes through.

    One turn of a loop of which that is not known stands for all of them.
    """
    found: list[Turn] = [{}]
    known = False
    for loop in loops:
        grown: list[Turn] = []
        for turn in found:
            inner = _turns(evaluator, loop, frame.fixing(turn) if turn else frame)
            if inner is None and table_of(loop) is not None:
                return None
            known = known or inner is not None
            grown += [{**turn, **one} for one in inner] if inner is not None else [turn]
        if len(grown) > _MOST:
            return None
        found = grown
    return found if known else None


def in_turn(loops: Sequence[ast.comprehension], turn: Turn, frame: Frame) -> Frame:
    """The frame of one turn: what other loops in it go through is looked at again."""
    every = (
        node.id for loop in loops for node in ast.walk(loop.target) if isinstance(node, ast.Name)
    )
    return frame.fixing(turn, frozenset(every))


def pairs_up(loops: Iterable[ast.comprehension]) -> bool:
    """Whether a loop has keys with their values: without its turns nobody knows which."""
    return any(table_of(loop) is not None for loop in loops)


def _turns(evaluator: Evaluator, loop: ast.comprehension, frame: Frame) -> list[Turn] | None:
    kept: list[Turn] = []
    every = list(_unasked(evaluator, loop, frame) or ())
    for turn in every:
        answers = {truth(evaluator, test, frame.fixing(turn)) for test in loop.ifs}
        if None in answers:
            return None
        if False not in answers:
            kept.append(turn)
    return kept if every else None


def _unasked(evaluator: Evaluator, loop: ast.comprehension, frame: Frame) -> Iterable[Turn] | None:
    """The turns of a list, and of the keys and values of a dict, whatever its conditions say."""
    given = table_of(loop)
    known = evaluator.one(given if given is not None else loop.iter, frame)
    if isinstance(known, MappingValue) and given is not None:
        return _pairs(evaluator, loop, known)
    if not isinstance(known, SequenceValue) or known.more:
        return None
    values = (evaluator.values(item, known.frame) for item in known.items)
    if isinstance(loop.target, ast.Name):
        return [{loop.target.id: found} for found in values]
    names = _names_in(loop.target)
    if not names:
        return None
    return [
        {
            name: tuple(v for one in found for v in part(evaluator, one, (place,)))
            for place, name in names
        }
        for found in values
    ]


def _names_in(target: ast.expr) -> list[tuple[int, str]]:
    """The names of a target with their places, where it is a row of names."""
    parts = target.elts if isinstance(target, ast.Tuple) else []
    names = [(at, one.id) for at, one in enumerate(parts) if isinstance(one, ast.Name)]
    return names if len(names) == len(parts) else []


def _pairs(evaluator: Evaluator, loop: ast.comprehension, table: MappingValue) -> list[Turn] | None:
    names = _names_in(loop.target)
    each = zip(table.keys, table.items, strict=True)
    pairs = [(key, item) for key, item in each if key is not None]
    if len(names) != len(("key", "value")) or len(pairs) < len(table.keys):
        return None
    values = evaluator.values
    (_, key_name), (_, value_name) = names
    return [
        {key_name: values(key, table.frame), value_name: values(item, table.frame)}
        for key, item in pairs
    ]


def table_of(loop: ast.comprehension) -> ast.expr | None:
    """The dict in `for key, value in table.items()`."""
    called = loop.iter.func if isinstance(loop.iter, ast.Call) else None
    if not isinstance(called, ast.Attribute) or called.attr != "items":
        return None
    return called.value


def spelled(evaluator: Evaluator, node: ast.expr, frame: Frame) -> ast.expr | None:
    """What an expression is in one turn, as an expression that is the same in every frame."""
    texts = evaluator.texts(node, frame)
    return _spelled(node, texts[0]) if len(texts) == 1 else None


@cache
def _spelled(node: ast.expr, text: Pattern) -> ast.expr:
    """One node for one text, so that what is known of it is known of one object."""
    parts: list[ast.expr] = [
        ast.FormattedValue(ast.Name("_"), -1) if part is None else ast.Constant(part)
        for part in text.parts
    ]
    new = ast.JoinedStr(parts)
    for one in ast.walk(new):
        ast.copy_location(one, node)
    return new
