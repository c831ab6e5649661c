"""HTML that a library writes as JSON: whether what an event is given is HTML."""

import ast
import re
from typing import Literal

from sse_check.python.evaluate import Evaluator
from sse_check.python.module import last_name
from sse_check.python.truth import reached
from sse_check.python.values import Frame, FunctionValue, Text, Value
from sse_check.python.written import assigned

Html = Literal["all", "some", "none"]
_RENDERING = frozenset("render render_template render_to_string render_block to_xml".split())
_TAG = re.compile(r"</?[a-zA-Z]")
_DEEPEST = 4


def html_in(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Html:
    """Whether what an expression gives is HTML, in all of its ways or in some."""
    if _is_written(node):
        return "all"
    return _html(evaluator, node, frame, 0)


def is_html(evaluator: Evaluator, node: ast.expr, frame: Frame) -> bool:
    """Whether what an expression gives is HTML in all of its ways."""
    return _html(evaluator, node, frame, 0) == "all"


def _is_written(node: ast.expr) -> bool:
    """Whether HTML stands in the expression itself, whatever is made of it."""
    return any(
        isinstance(one, ast.Constant) and isinstance(one.value, str) and "<" in one.value
        for one in ast.walk(node)
    )


def _html(evaluator: Evaluator, node: ast.expr, frame: Frame, depth: int) -> Html:
    while isinstance(node, ast.Await):
        node = node.value
    if isinstance(node, ast.Call) and last_name(node.func) in _RENDERING:
        return "all"
    found = evaluator.values(node, frame)
    if all(isinstance(value, Text) for value in found):
        return _together([_of_text(value) for value in found])
    if depth >= _DEEPEST:
        return "none"
    found_behind = behind(evaluator, node, frame)
    ways = [_html(evaluator, one, home, depth + 1) for one, home in found_behind]
    ways += [_of_text(value) for value in found if isinstance(value, Text)] if not ways else []
    whole = _together(ways)
    return whole if found_behind or whole == "none" else "some"


def _of_text(value: Value) -> Html:
    told = isinstance(value, Text) and value.kind == "text"
    parts = value.pattern.parts if told and isinstance(value, Text) else ()
    return "all" if any(_TAG.search(part or "") for part in parts) else "none"


def _together(ways: list[Html]) -> Html:
    if not ways or set(ways) == {"none"}:
        return "none"
    return "all" if set(ways) == {"all"} else "some"


def behind(evaluator: Evaluator, node: ast.expr, frame: Frame) -> list[tuple[ast.expr, Frame]]:
    """What is assigned to a name, what functions of the project give back, each way of a choice."""
    match node:
        case ast.Name():
            return assigned(evaluator, node, frame)
        case ast.IfExp():
            return [(node.body, frame), (node.orelse, frame)]
        case ast.BoolOp():
            return [(one, frame) for one in node.values]
        case ast.Call(func=ast.Name() | ast.Attribute()):
            return [
                one
                for value in evaluator.values(node.func, frame)
                if isinstance(value, FunctionValue) and not value.scope.yields
                for one in _returned(evaluator, value, node, frame)
            ]
    return []


def _returned(
    evaluator: Evaluator, function: FunctionValue, call: ast.Call, frame: Frame
) -> list[tuple[ast.expr, Frame]]:
    inner = evaluator.inside(function, call, frame)
    places = evaluator.places(function.scope)
    return [
        (one.value, inner)
        for one in function.scope.returns
        if one.value is not None and reached(evaluator, places.of(one), inner)
    ]
