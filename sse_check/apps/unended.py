"""Frames that a loop leaves without an end, and comes round to begin the next."""

import ast
from collections.abc import Iterator

from sse_check.apps.wire import Piece, Sent, Wire, all_conditions, is_comment
from sse_check.python.evaluate import Evaluator
from sse_check.python.places import Guard, Place
from sse_check.python.scope import Loop, Scope
from sse_check.python.values import Frame, Text
from sse_check.template.values import Pattern


def comes_round(evaluator: Evaluator, scope: Scope, frame: Frame, wire: Wire) -> Iterator[Sent]:
    """What is begun at the end of a loop and runs into the event that the loop sends first."""
    places = evaluator.places(scope)
    for latest in wire.latest():
        place = places.of(latest.node)
        if latest.frame.scope is not scope or place is None or not place.loops:
            continue
        loop = place.loops[-1]
        first = _first(evaluator, scope, loop)
        following = _following(evaluator, scope, frame, loop)
        if following is not None:
            yield from wire.left_open(latest, following)
            if any(is_comment(one) for one in following):
                continue
        if first is None or first[1].guards != place.guards:
            continue
        if not any(guard.encloses and _is_within(guard, loop) for guard in place.guards):
            yield from wire.runs_into(_pieces(evaluator, first[0], frame))


def _is_within(guard: Guard, loop: Loop) -> bool:
    """Whether a condition is asked in each turn of a loop."""
    return guard.test is None or guard.test.lineno >= loop.lineno


def _first(evaluator: Evaluator, scope: Scope, loop: Loop) -> tuple[ast.expr, Place] | None:
    """What a loop sends first, where it stands."""
    for one in scope.yields:
        place = evaluator.places(scope).of(one)
        if place is not None and any(around is loop for around in place.loops):
            known = isinstance(one, ast.Yield) and one.value is not None
            return (one.value, place) if known and one.value is not None else None
    return None


def _following(
    evaluator: Evaluator, scope: Scope, frame: Frame, loop: Loop
) -> list[Pattern] | None:
    """All that may be sent from the next turn of a loop on; None where not all of it is known."""
    found: list[Pattern] = []
    for one in scope.yields:
        if one.lineno < loop.lineno:
            continue
        known = isinstance(one, ast.Yield) and one.value is not None
        pieces = _pieces(evaluator, one.value, frame) if known and one.value is not None else []
        if not pieces:
            return None
        found.extend(piece.pattern for piece in pieces)
    return found


def _pieces(evaluator: Evaluator, node: ast.expr, frame: Frame) -> list[Piece]:
    """The texts that an expression sends, where it sends nothing else."""
    values = evaluator.values(node, frame)
    after = all_conditions(evaluator.places(frame.scope).of(node))
    texts = [one for one in values if isinstance(one, Text)]
    if len(texts) < len(values):
        return []
    return [Piece(one.pattern, node, frame, frozenset(), False, after=after) for one in texts]
