"""Which part of `x if c else y`, `x or y` counts, where the condition is known."""

import ast

from sse_check.python.evaluate import Evaluator
from sse_check.python.truth import truth
from sse_check.python.values import Frame


def chosen(evaluator: Evaluator, node: ast.expr, frame: Frame) -> ast.expr:
    """The expression that is left; the same where nobody can tell."""
    while True:
        match node:
            case ast.IfExp(test=test, body=yes, orelse=no):
                holds = truth(evaluator, test, frame)
            case ast.BoolOp(op=ast.Or(), values=[test, no]):
                yes, holds = test, truth(evaluator, test, frame)
            case ast.BoolOp(op=ast.And(), values=[test, yes]):
                no, holds = test, truth(evaluator, test, frame)
            case _:
                return node
        if holds is None:
            return node
        node = yes if holds else no
