"""Objects that are put into an event where their text was meant: a template that nobody renders."""

import ast
from collections.abc import Iterator
from typing import Literal, NamedTuple

from sse_check.apps.model import Emission
from sse_check.python.evaluate import Evaluator
from sse_check.python.values import Frame, InstanceValue, Value
from sse_check.python.written import pieces
from sse_check.source import Span

What = Literal["template", "answer"]

_ROOTS = frozenset("fastapi starlette jinja2 django flask quart sanic litestar".split())
_TEMPLATES = frozenset(("get_template", "select_template", "get_or_select_template"))
_ANSWERS = frozenset(
    "TemplateResponse HTMLResponse HttpResponse JSONResponse JsonResponse Response".split()
)
_RENDERING = frozenset(("django.shortcuts.render", "flask.make_response"))


class NoText(NamedTuple):
    """What is put into an event: where, what it is, and what made it."""

    span: Span
    what: What
    made: str


def no_text_in(evaluator: Evaluator, emission: Emission) -> Iterator[NoText]:
    """The parts of an event that are certainly templates or whole answers."""
    node, frame = emission.payload, emission.frame
    if node is None or frame is None:
        return
    for piece in pieces(node):
        found = _what(evaluator, piece, frame) if not isinstance(piece, ast.Constant) else None
        if found is not None:
            yield NoText(frame.module.span(piece), *found)


def _what(evaluator: Evaluator, node: ast.expr, frame: Frame) -> tuple[What, str] | None:
    found = {_kind(value) for value in evaluator.values(node, frame)}
    return found.pop() if len(found) == 1 else None


def _kind(value: Value) -> tuple[What, str] | None:
    dotted = value.dotted if isinstance(value, InstanceValue) else ""
    root, name = dotted.partition(".")[0], dotted.rpartition(".")[2]
    if root not in _ROOTS:
        return None
    if name in _TEMPLATES:
        return "template", name
    return ("answer", name) if name in _ANSWERS or dotted in _RENDERING else None
