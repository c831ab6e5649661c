"""Loops over the lines of a text, and over one thing or another: `text.splitlines() or [""]`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sse_check.python.truth import is_true, truth
from sse_check.python.values import Frame, Text, Value

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

# Patterns by which `re.split` ends lines.
_ENDS = frozenset(
    ("\n", r"\n", r"\r?\n", r"\r\n|\n", r"\r\n|\r|\n", r"\r\n|\n|\r", r"\r\n?|\n", r"\n|\r")
)


def lines(evaluator: Evaluator, node: ast.Call, frame: Frame) -> tuple[Value, ...] | None:
    """`data.splitlines()`, `data.split("\\n")`, `re.split(r"\\r?\\n", data)`, where all that is
    known of the text is one line."""
    found = _split_text(evaluator, node, frame)
    whole = all(
        isinstance(value, Text) and not any("\n" in (part or "") for part in value.pattern.parts)
        for value in found
    )
    return found if found and whole else None


def _split_text(evaluator: Evaluator, node: ast.Call, frame: Frame) -> tuple[Value, ...]:
    """What is split where its lines end."""
    if not isinstance(node.func, ast.Attribute):
        return ()
    if node.func.attr == "split" and len(node.args) == 2:
        if evaluator.dotted(node.func, frame) != "re.split":
            return ()
        pattern = evaluator.text(node.args[0], frame)
        return evaluator.values(node.args[1], frame) if pattern in _ENDS else ()
    between = "\n" if len(node.args) != 1 else evaluator.text(node.args[0], frame)
    return evaluator.values(node.func.value, frame) if between == "\n" else ()


def alternatives(
    evaluator: Evaluator, node: ast.BoolOp | ast.IfExp, frame: Frame
) -> list[ast.expr]:
    """What a loop goes through that is given one or the other."""
    if isinstance(node, ast.IfExp):
        holds = truth(evaluator, node.test, frame)
        return [*([node.body] if holds is not False else ()), *([node.orelse] if not holds else ())]
    if isinstance(node.op, ast.And):
        # All before it is true, or there is nothing to go through.
        return node.values[-1:]
    found: list[ast.expr] = []
    for one in node.values:
        found.append(one)
        known = isinstance(one, ast.Call) and lines(evaluator, one, frame)
        if known and all(is_true(value) is True for value in known):
            break
    return found
