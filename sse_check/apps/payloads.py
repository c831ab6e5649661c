"""What an event carries: JSON, or a text such as HTML."""

import ast
from itertools import pairwise
from typing import Literal

from sse_check.apps.frames import frames, from_text, is_frame
from sse_check.apps.model import Emission
from sse_check.apps.payload_templates import ends_with_data
from sse_check.apps.quoted import html_in
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import last_name
from sse_check.python.values import (
    Frame,
    FunctionValue,
    MappingValue,
    SequenceValue,
    Text,
    Value,
)
from sse_check.python.written import pieces
from sse_check.source import Span
from sse_check.template.values import Pattern

Payload = Literal["json", "quoted", "perhaps quoted", "text", "unknown"]
"""The kind of data; `quoted` is HTML that a library writes as JSON."""
_DEEPEST = 6
_DUMPING = frozenset("dumps model_dump_json jsonify".split())


def payload_of(evaluator: Evaluator, emission: Emission) -> Payload:
    """Of what kind the data of an event is, where all that it may be is of one kind."""
    if emission.payload is None or emission.frame is None:
        return "unknown"
    html = "none"
    if emission.encodes_json:
        html = html_in(evaluator, emission.payload, emission.frame)
    if html != "none":
        return "quoted" if html == "all" else "perhaps quoted"
    return _kind(evaluator, emission.payload, emission.frame, 0)


def texts_of(evaluator: Evaluator, emission: Emission) -> tuple[Pattern, ...]:
    """The texts that the data of an event may be; empty where some are not known at all."""
    if emission.payload is None or emission.frame is None:
        return ()
    found: list[Pattern] = []
    for value in evaluator.values(emission.payload, emission.frame):
        if not isinstance(value, Text) or value.kind == "json":
            return ()
        if is_frame(value.pattern):
            found += [from_text(f.data) for f in frames(value.pattern) if f.data is not None]
        else:
            found.append(value.pattern)
    return () if any(not any(pattern.parts) for pattern in found) else tuple(found)


def written_of(evaluator: Evaluator, emission: Emission) -> tuple[str, ...]:
    """The source of what makes the data of an event: the expression, what is assigned to the names
    in it, and the functions of the project that are called."""
    found: dict[Span, None] = {}
    if emission.payload is not None and emission.frame is not None:
        _written(evaluator, emission.payload, emission.frame, 0, found)
    return tuple(span.text for span in found)


def _written(
    evaluator: Evaluator, node: ast.expr, frame: Frame, depth: int, found: dict[Span, None]
) -> None:
    span = frame.module.span(node)
    if span in found or depth > _DEEPEST:
        return
    found[span] = None
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            for value, home in _behind(one.id, frame):
                _written(evaluator, value, home, depth + 1, found)
        elif isinstance(one, ast.Call):
            for function in evaluator.values(one.func, frame):
                if isinstance(function, FunctionValue):
                    found[function.module.span(function.scope.node)] = None


def _behind(name: str, frame: Frame) -> list[tuple[ast.expr, Frame]]:
    """What a name is given, or what is assigned to it."""
    current: Frame | None = frame
    while current is not None:
        given = current.given.get(name)
        if given is not None and len(given) == 2:
            value, home = given
            if isinstance(value, ast.expr) and isinstance(home, Frame):
                return [(value, home)]
        bound = current.scope.bindings.get(name)
        if bound:
            return [(one.value, current) for one in bound if one.value is not None]
        current = current.outer
    return []


def _kind(evaluator: Evaluator, node: ast.expr, frame: Frame, depth: int) -> Payload:
    if isinstance(node, ast.Call) and last_name(node.func) in _DUMPING:
        # Whatever makes it: a library, a model.
        return "json"
    found = {_of_value(evaluator, value, depth) for value in evaluator.values(node, frame)}
    return found.pop() if len(found) == 1 else "unknown"


def _of_value(evaluator: Evaluator, value: Value, depth: int) -> Payload:
    if isinstance(value, MappingValue | SequenceValue):
        return "json"
    if not isinstance(value, Text) or depth > _DEEPEST:
        return "unknown"
    if value.kind == "json":
        return "json"
    parts = list(pieces(value.node))
    for before, piece in pairwise(parts):
        # A frame by hand: what follows `data:`.
        if ends_with_data(before) and not isinstance(piece, ast.Constant):
            return _kind(evaluator, piece, value.frame, depth + 1)
    return _of_text("".join(part or "" for part in value.pattern.parts))


def _of_text(text: str) -> Payload:
    data = text.partition("data:")[2].strip() if "data:" in text else text.strip()
    if not data:
        return "unknown"
    return "json" if data[0] in "{[" and data[-1] in "}]" else "text"
