"""HTML that an event carries escaped as a whole: what escapes it, where that is written."""

import ast
import re
from collections.abc import Iterator

from sse_check.apps.model import Emission
from sse_check.apps.quoted import behind, is_html
from sse_check.python.evaluate import Evaluator
from sse_check.python.values import Frame
from sse_check.python.written import pieces
from sse_check.source import Span

# What escapes whatever it is given; those of the second kind leave what is marked as safe.
_ALWAYS = frozenset(("html.escape", "django.utils.html.escape", "xml.sax.saxutils.escape"))
_UNLESS_SAFE = frozenset(("markupsafe.escape", "flask.escape", "jinja2.escape"))
_MARKING = (b"Markup", b"mark_safe", b"SafeString")
# In front of what is meant to be read as it is written: code, or the value of an attribute.
_SHOWN = re.compile(r"<(?:pre|code|textarea|samp|xmp|kbd)\b|=\s*[\"']?\Z", re.IGNORECASE)
_DEEPEST = 6


def escaped_in(evaluator: Evaluator, emission: Emission) -> Iterator[Span]:
    """The calls that escape what is certainly HTML already, on its way into an event."""
    if emission.payload is not None and emission.frame is not None:
        yield from _escaped(evaluator, emission.payload, emission.frame, 0)


def _escaped(evaluator: Evaluator, node: ast.expr, frame: Frame, depth: int) -> Iterator[Span]:
    while isinstance(node, ast.Await):
        node = node.value
    if depth > _DEEPEST:
        return
    if isinstance(node, ast.JoinedStr | ast.BinOp):
        before = ""
        for piece in pieces(node):
            if not _SHOWN.search(before) and piece is not node:
                yield from _escaped(evaluator, piece, frame, depth + 1)
            before += str(piece.value) if isinstance(piece, ast.Constant) else ""
        return
    if isinstance(node, ast.Call) and node.args and _escapes(evaluator, node, frame):
        # Who escapes a text that is written there wants it to be read so.
        said = isinstance(node.args[0], ast.Constant)
        if not said and is_html(evaluator, node.args[0], frame):
            yield frame.module.span(node)
        return
    for one, home in behind(evaluator, node, frame):
        yield from _escaped(evaluator, one, home, depth + 1)


def _escapes(evaluator: Evaluator, node: ast.Call, frame: Frame) -> bool:
    name = evaluator.dotted(node.func, frame)
    if name in _UNLESS_SAFE:
        return not evaluator.program.present(_MARKING)
    return name in _ALWAYS
