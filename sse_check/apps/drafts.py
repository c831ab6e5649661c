"""What is sent, before it is known where it is best shown."""

import ast
from dataclasses import replace
from typing import NamedTuple

from sse_check.apps.event_calls import Dialect
from sse_check.apps.model import Emission, Lost
from sse_check.apps.splitting import called_with, origin_of
from sse_check.python.evaluate import Evaluator
from sse_check.python.places import Guard
from sse_check.python.values import Frame, FunctionValue, Value
from sse_check.template.values import Pattern

UNKNOWN = Pattern((None,))


class Way(NamedTuple):
    """How something is sent: by which dialect, whether always, whether nothing follows it."""

    dialect: Dialect
    certain: bool = True
    last: bool = True
    depth: int = 0
    guards: tuple[Guard, ...] = ()
    # Whether something looks at what comes before it is handed on, and may keep some of it.
    sifted: bool = False


def sifting(way: Way, handed: ast.expr | None) -> Way:
    """The way of what a generator hands on: conditions around that may ask what it is."""
    name = handed.id if isinstance(handed, ast.Name) else None
    tests = (node for guard in way.guards if guard.test for node in ast.walk(guard.test))
    asks = any(isinstance(one, ast.Name) and one.id == name for one in tests)
    return way._replace(sifted=True) if asks else way


class Draft(NamedTuple):
    """An event before it is known where it is best shown."""

    name: Pattern
    # The expression that names it or is sent, and what the name comes from, if from elsewhere.
    node: ast.expr
    frame: Frame
    origin: tuple[ast.expr, Frame] | None
    payload: ast.expr | None
    payload_frame: Frame
    encodes_json: bool
    certain: bool
    wrapped: bool = False
    as_is: str = ""
    lost: Lost = ""


def is_named_here(drafts: list[Draft]) -> bool:
    """Whether the names do not depend on where what is sent comes from."""
    by_origin: dict[tuple[int, int], set[Pattern]] = {}
    for draft in drafts:
        node, frame = draft.origin or (draft.node, draft.frame)
        by_origin.setdefault((id(node), id(frame)), set()).add(draft.name)
    every = list(by_origin.values())
    return all(names == every[0] for names in every)


def in_doubt(drafts: list[Draft]) -> list[Draft]:
    """One text in the ways in which it may be put together: an event that has data in one of
    them is not said to lack it."""
    full = {draft.name for draft in drafts if draft.lost != "data"}
    return [
        draft._replace(lost="") if draft.lost == "data" and draft.name in full else draft
        for draft in drafts
    ]


class Spot(NamedTuple):
    """The expression that is sent, and where its value comes from, if from elsewhere."""

    node: ast.expr
    frame: Frame
    origin: tuple[ast.expr, Frame] | None


class Apart:
    """Tells apart what a generator sends under names which it is called with: where several calls
    name it, the place of each event is its call."""

    def __init__(self) -> None:
        # The frames in which something is sent at a place, by the number of the event.
        self._frames: dict[tuple[str, int], dict[int, Frame]] = {}

    def tell(self, emissions: list[Emission], frame: Frame) -> None:
        """Take in the event that was sent last."""
        place = _place_of(emissions[-1])
        alike = self._frames.setdefault(place, {})
        alike[len(emissions) - 1] = frame
        calls = {one: called_with(made) for one, made in alike.items()} if len(alike) > 1 else {}
        if len({id(call[0]) for call in calls.values() if call is not None}) < 2:
            return
        for one, call in calls.items():
            # One may be shown where its name is written by now.
            if call is not None and _place_of(emissions[one]) == place:
                node, module = call[0], call[1].module
                emissions[one] = replace(emissions[one], span=module.span(node), module=module)
        at = emissions[-1]
        if any(one.name == at.name and one.span == at.span for one in emissions[:-1]):
            # The same call once more.
            emissions.pop()
            alike.pop(len(emissions))


def _place_of(emission: Emission) -> tuple[str, int]:
    return emission.module.path, emission.span.start


def elsewhere(value: Value, values: tuple[Value, ...]) -> tuple[ast.expr, Frame] | None:
    """Where one of several values is written."""
    return origin_of(value) if len(values) > 1 else None


def is_helper(evaluator: Evaluator, spot: Spot, frame: Frame) -> bool:
    """Whether a frame is of a function that is called where something is sent."""
    node = spot.node.value if isinstance(spot.node, ast.Await) else spot.node
    if frame.scope is spot.frame.scope or not isinstance(node, ast.Call):
        return False
    functions = evaluator.values(node.func, spot.frame)
    return any(isinstance(one, FunctionValue) and one.scope is frame.scope for one in functions)


def unnamed_at(spot: Spot, way: Way, encodes_json: bool = False) -> Draft:
    """An event without a name, of what is sent at a place."""
    return Draft(
        way.dialect.unnamed,
        spot.node,
        spot.frame,
        None,
        spot.node,
        spot.frame,
        encodes_json,
        way.certain,
        as_is=way.dialect.as_is,
    )
