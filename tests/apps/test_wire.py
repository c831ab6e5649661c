"""Frames in pieces, on each way through the code."""

import ast

from sse_check.apps.wire import Piece, Wire
from sse_check.template.values import Pattern
from tests.apps.reading import evaluator_of

EVALUATOR = evaluator_of({"app.py": ""})
MODULE = EVALUATOR.program.module("app.py")


def piece(text: str, *conditions: tuple[int, bool]) -> Piece:
    assert MODULE is not None
    frame = EVALUATOR.frame(MODULE.scope)
    return Piece(Pattern.of(text), ast.Name("x"), frame, frozenset(conditions), True)


def test_one_of_two_branches_was_taken() -> None:
    wire = Wire()
    assert list(wire.take([piece("event: a\n", (1, True))])) == []
    assert list(wire.take([piece("event: b\n", (1, False))])) == []
    sent = list(wire.take([piece("data: x\n\n")]))
    assert sorted(str(one.pattern) for one in sent) == ["event: a\ndata: x", "event: b\ndata: x"]
    assert list(wire.end()) == []


def test_what_is_not_ended_is_told_at_the_end() -> None:
    wire = Wire()
    list(wire.take([piece("event: a\n")]))
    list(wire.take([piece("data: x\n")]))
    # Nothing more is known of it than that it has data.
    assert [str(one.pattern) for one in wire.end()] == ["event: a\ndata: x\n"]


def test_what_two_conditions_send_together_is_not_sent_in_part() -> None:
    wire = Wire()
    both = ((1, False), (2, True))
    list(wire.take([piece("event: a\n", *both)]))
    sent = list(wire.take([piece("data: x\n\n", *both)]))
    assert [str(one.pattern) for one in sent] == ["event: a\ndata: x"]
    # Under one of them alone it may be another event.
    list(wire.take([piece("event: b\n", *both)]))
    sent = list(wire.take([piece("data: y\n\n", (2, True))]))
    assert sorted(str(one.pattern) for one in sent) == ["data: y", "event: b\ndata: y"]
