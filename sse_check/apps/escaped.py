"""HTML that an event carries escaped as a whole: what escapes it, where that is written."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sse_check.apps.model import Emission
from sse_check.apps.quoted import behind, is_html
from sse_check.python.evaluate import Evaluator
from sse_check.python.scope import Scope
from sse_check.python.values import External, Frame, FunctionValue, Value
from sse_check.python.written import pieces
from sse_check.source import Span

# What escapes whatever it is given; those of the second kind leave what is marked as safe.
_ALWAYS = frozenset(("html.escape", "django.utils.html.escape", "xml.sax.saxutils.escape"))
_UNLESS_SAFE = frozenset(("markupsafe.escape", "flask.escape", "jinja2.escape"))
_MARKING = (b"Markup", b"mark_safe", b"SafeString")
# In front of what is meant to be read as it is written: code, or the value of an attribute.
_SHOWN = re.compile(r"<(?:pre|code|textarea|samp|xmp|kbd)\b|=\s*[\"']?\Z", re.IGNORECASE)
# Django's, which leaves what is marked as safe; texts lose that mark by these methods.
_FORMATTING = "django.utils.html.format_html"
_LOSING = frozenset("strip lstrip rstrip replace format join removeprefix removesuffix".split())
_ESCAPING = _ALWAYS | _UNLESS_SAFE | {_FORMATTING}
_DEEPEST = 6
# By the identity of functions, which live as long as the evaluator does.
_MAY_ESCAPE: WeakKeyDictionary[Evaluator, dict[int, bool]] = WeakKeyDictionary()


class Escaped(NamedTuple):
    """Where HTML is escaped as a whole: the call that does, or what is put into another."""

    span: Span
    by: str = ""


def escaped_in(evaluator: Evaluator, emission: Emission) -> Iterator[Escaped]:
    """The calls that escape what is certainly HTML already, on its way into an event."""
    node, frame = emission.payload, emission.frame
    if node is not None and frame is not None and _may_escape(evaluator, frame.scope):
        yield from _escaped(evaluator, node, frame, 0)


def _may_escape(evaluator: Evaluator, start: Scope) -> bool:
    """Whether a function, or one that it calls in the end, calls something that escapes: hundreds
    of events may come through the same functions, and most of these never do."""
    known = _MAY_ESCAPE.setdefault(evaluator, {})
    if id(start) not in known:
        known[id(start)] = any(
            isinstance(value, External) and value.dotted in _ESCAPING
            for value in _called(evaluator, start)
        )
    return known[id(start)]


def _called(evaluator: Evaluator, start: Scope) -> Iterator[Value]:
    """All that a function calls, and what the functions call that it calls."""
    reached, pending = {id(start)}, [start]
    while pending:
        scope = pending.pop()
        frame = evaluator.frame(scope)
        for call in scope.calls:
            for value in evaluator.values(call.func, frame):
                yield value
                if isinstance(value, FunctionValue) and id(value.scope) not in reached:
                    reached.add(id(value.scope))
                    pending.append(value.scope)


def _escaped(evaluator: Evaluator, node: ast.expr, frame: Frame, depth: int) -> Iterator[Escaped]:
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
    found = list(_by_call(evaluator, node, frame)) if isinstance(node, ast.Call) else []
    yield from found
    for one, home in behind(evaluator, node, frame) if not found else ():
        yield from _escaped(evaluator, one, home, depth + 1)


def _by_call(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Iterator[Escaped]:
    """What a call of a function that escapes makes of HTML."""
    if evaluator.dotted(node.func, frame) == _FORMATTING:
        for given in (*node.args[1:], *(one.value for one in node.keywords)):
            if _is_unmarked(evaluator, given, frame, 0):
                yield Escaped(frame.module.span(given), "format_html")
    elif node.args and _escapes(evaluator, node, frame):
        # Who escapes a text that is written there wants it to be read so.
        said = isinstance(node.args[0], ast.Constant)
        if not said and is_html(evaluator, node.args[0], frame):
            yield Escaped(frame.module.span(node))


def _escapes(evaluator: Evaluator, node: ast.Call, frame: Frame) -> bool:
    name = evaluator.dotted(node.func, frame)
    if name in _UNLESS_SAFE:
        return not evaluator.program.present(_MARKING)
    return name in _ALWAYS


def _is_unmarked(evaluator: Evaluator, node: ast.expr, frame: Frame, depth: int) -> bool:
    """Whether something is HTML that is certainly not marked as safe."""
    match node:
        case ast.JoinedStr():
            return is_html(evaluator, node, frame)
        case ast.Call(func=ast.Attribute(value=inner, attr=name)) if name in _LOSING:
            return is_html(evaluator, inner, frame)
    ways = behind(evaluator, node, frame) if depth < _DEEPEST else []
    return bool(ways) and all(_is_unmarked(evaluator, *one, depth + 1) for one in ways)
