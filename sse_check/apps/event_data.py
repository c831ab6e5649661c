"""What the call of a library gives an event as its data."""

import ast

from sse_check.apps.event_calls import EventCall
from sse_check.apps.model import Lost
from sse_check.python.evaluate import Evaluator
from sse_check.python.values import (
    External,
    Frame,
    InstanceValue,
    MappingValue,
    SequenceValue,
    Value,
)

_EVENTS = frozenset(("ServerSentEvent", "JSONServerSentEvent"))


def data_of(evaluator: Evaluator, call: ast.Call, row: EventCall) -> ast.expr | None:
    """What an event carries; the first that is given, where it may be given in several ways."""
    if row.renders:
        return call
    names = (row.data_name,) if isinstance(row.data_name, str) else row.data_name
    found = evaluator.argument(call, row.data_name, row.data)
    for number, name in enumerate(names[1:], 1):
        if not is_nothing(found):
            break
        found = evaluator.argument(call, name, row.data + number)
    return found


def is_nothing(data: ast.expr | None) -> bool:
    """Whether no data is given: an empty text is some."""
    return data is None or (isinstance(data, ast.Constant) and data.value is None)


def never_sent(call: ast.Call, row: EventCall, data: ast.expr | None) -> Lost:
    """Whether a library writes no data line for an event that is made like this."""
    whole = not has_stars(call) and all(k.arg is not None for k in call.keywords)
    # What writes a line for each line of an element's markup writes none for an empty text.
    empty = row.of_elements and isinstance(data, ast.Constant) and data.value in ("", None)
    return "data" if whole and (empty or (row.needs_data and is_nothing(data))) else ""


def is_raw(call: ast.Call) -> bool:
    """Whether a call asks for its data to be sent as it is."""
    for given in call.keywords:
        if given.arg == "raw_data":
            return True
        if given.arg == "json_encode" and isinstance(given.value, ast.Constant):
            return given.value.value is False
    return False


def is_comment(call: ast.Call) -> bool:
    """Whether an event that is given no data says something to the connection alone."""
    return any(given.arg in ("comment", "retry") for given in call.keywords)


def has_stars(call: ast.Call) -> bool:
    return any(isinstance(argument, ast.Starred) for argument in call.args)


def is_several(evaluator: Evaluator, node: ast.expr, frame: Frame) -> bool:
    """Whether what is sent may be a list of things."""
    return any(isinstance(value, SequenceValue) for value in evaluator.values(node, frame))


def is_element(evaluator: Evaluator, node: ast.expr, frame: Frame) -> bool:
    """Whether an expression is certainly an element of a library."""
    from sse_check.markup.elements.libraries import named

    found = evaluator.values(node, frame)
    return bool(found) and all(
        isinstance(value, InstanceValue)
        and isinstance(value.of, External)
        and named(value.of.dotted) is not None
        for value in found
    )


def object_in_place_of_text(value: Value) -> str:
    """What a value is that no answer of texts can send; "" for what may be a text."""
    if isinstance(value, MappingValue):
        return "a dict"
    made = value.dotted if isinstance(value, InstanceValue) else ""
    package, _, name = made.partition(".")
    name = name.rpartition(".")[2]
    return f"`{name}`" if package in ("sse_starlette", "fastapi") and name in _EVENTS else ""
