"""Pieces of what a language model answers, each put into one `data:` line of a frame by hand.

Such a piece is often a line break, or has one: what follows it in that line is no data any more.
"""

import ast
from collections.abc import Iterator

from sse_check.apps.model import Stream
from sse_check.apps.splitting import GETTING
from sse_check.python.evaluate import Evaluator
from sse_check.python.module import last_name
from sse_check.python.scope import Binding
from sse_check.python.values import Frame, GeneratorValue, Text, Unknown
from sse_check.python.written import assigned, laid_out
from sse_check.source import Span

_DEEPEST = 20
_APART = 5
# What leaves the line breaks of a text where they are.
_KEEPING = frozenset("escape str quote Markup".split())
# How clients of models call what gives an answer piece by piece.
_BY_LINES = frozenset(("iter_lines", "aiter_lines"))
_ANSWERING = frozenset("astream text_stream stream_text iter_text stream_chat".split())


def pieces_of_models(evaluator: Evaluator, stream: Stream) -> Iterator[tuple[Span, str]]:
    """The frames that have such a piece in one line, with how the piece is written."""
    for node, frame, _ in stream.raw:
        for value in evaluator.values(node, frame):
            if not isinstance(value, Text):
                continue
            for piece, home in _in_data(evaluator, value.node, value.frame, set()):
                if _is_piece(evaluator, piece, home, 0):
                    yield frame.module.span(node), ast.unparse(_as_given(piece, home))


def _in_data(
    evaluator: Evaluator, node: ast.expr, frame: Frame, met: set[int]
) -> Iterator[tuple[ast.expr, Frame]]:
    """What is put into the data lines of a text, also beside markup, and of the texts in it."""
    met.add(id(node))
    line = ""
    for part, home in laid_out(evaluator, node, frame):
        if isinstance(part, ast.Constant):
            line = (line + str(part.value)).rpartition("\n")[2]
            continue
        if line.startswith("data:"):
            yield part, home
        line += "*"
        for value, place in assigned(evaluator, part, home) if isinstance(part, ast.Name) else ():
            if isinstance(value, ast.JoinedStr | ast.BinOp) and id(value) not in met:
                yield from _in_data(evaluator, value, place, met)


def _as_given(node: ast.expr, frame: Frame) -> ast.expr:
    """What a function was called with, where a piece is a parameter of it."""
    argument = _argument(node, frame) if isinstance(node, ast.Name) else None
    return node if argument is None else _as_given(*argument)


def _argument(node: ast.Name, frame: Frame) -> tuple[ast.expr, Frame] | None:
    first, *rest = frame.given.get(node.id, (None,))
    home = rest[0] if len(rest) == 1 else None
    return (first, home) if isinstance(first, ast.expr) and isinstance(home, Frame) else None


def _is_piece(evaluator: Evaluator, node: ast.expr, frame: Frame, depth: int) -> bool:
    if depth > _DEEPEST:
        return False
    match node:
        case ast.BoolOp(op=ast.Or(), values=[first, ast.Constant()]):
            return _is_piece(evaluator, first, frame, depth)
        case ast.Call(args=[inner]) if last_name(node.func) in _KEEPING and not node.keywords:
            return _is_piece(evaluator, inner, frame, depth + 1)
        case ast.Call(args=[inner], func=ast.Attribute(attr="loads")):
            return _is_piece(evaluator, inner, frame, depth + 1)
        case ast.Attribute(value=inner) | ast.Subscript(value=inner):
            return _is_piece(evaluator, inner, frame, depth)
        case ast.JoinedStr(values=values):
            parts = [one.value for one in values if isinstance(one, ast.FormattedValue)]
            return any(_is_piece(evaluator, one, frame, depth + 1) for one in parts)
        case ast.Await(value=inner):
            return _is_piece(evaluator, inner, frame, depth)
        case ast.Call(func=ast.Attribute(attr=name)) if name in (*GETTING, "wait_for"):
            return _is_put(evaluator, node, frame, depth)
        case ast.Name():
            return _is_name_of_piece(evaluator, node, frame, depth)
    return False


def _is_put(evaluator: Evaluator, node: ast.expr, frame: Frame, depth: int) -> bool:
    """Whether what comes out of a queue is such a piece, which another task puts there."""
    for value in evaluator.values(node, frame):
        put = value.node if isinstance(value, Unknown) else None
        if isinstance(put, ast.Call) and last_name(put.func) in _ANSWERING:
            return True
        if isinstance(put, ast.Attribute | ast.Subscript):
            homes = _homes_of(evaluator, put)
            if any(_is_piece(evaluator, put, home, depth + 1) for home in homes):
                return True
    return False


def _homes_of(evaluator: Evaluator, node: ast.Attribute | ast.Subscript) -> list[Frame]:
    """The functions that take what they are about out of a loop, in one of which a node stands."""
    root: ast.expr = node
    while isinstance(root, ast.Attribute | ast.Subscript):
        root = root.value
    if not isinstance(root, ast.Name):
        return []
    program, name = evaluator.program, root.id
    return [
        evaluator.frame(scope)
        for path in program.containing(program.paths, name.encode())
        if (module := program.module(path)) is not None
        for scope in module.scopes_mentioning(name)
        if any(one.kind == "loop" for one in scope.bindings.get(name, ()))
        if any(one is node for one in ast.walk(scope.node))
    ]


def _is_name_of_piece(evaluator: Evaluator, node: ast.Name, frame: Frame, depth: int) -> bool:
    if node.id in frame.given:
        argument = _argument(node, frame)
        return argument is not None and _is_piece(evaluator, *argument, depth + 1)
    # Where pieces are added up it begins with nothing, and may be a message about a failure.
    bound = frame.scope.bindings.get(node.id, [])
    # Those that are made of each other are not followed for long.
    depth += _APART * (len(bound) > 1)
    pieces = [one for one in bound if _is_bound_to_piece(evaluator, one, frame, depth)]
    others = (one.value for one in bound if one not in pieces)
    return bool(pieces) and all(isinstance(one, ast.Constant | ast.JoinedStr) for one in others)


def _is_bound_to_piece(evaluator: Evaluator, one: Binding, frame: Frame, depth: int) -> bool:
    if one.value is None or one.path:
        return False
    if one.kind == "loop":
        return _is_answer(evaluator, one.value, frame, depth + 1)
    is_given = one.kind in ("assign", "augment")
    return is_given and _is_piece(evaluator, one.value, frame, depth + 1)


def _is_answer(evaluator: Evaluator, node: ast.expr, frame: Frame, depth: int) -> bool:
    """Whether something gives what a model answers, piece by piece."""
    if depth > _DEEPEST:
        return False
    handed = [one for one in evaluator.values(node, frame) if isinstance(one, GeneratorValue)]
    if handed:
        return all(_yields_pieces(evaluator, one, depth) for one in handed)
    match node:
        case ast.Await(value=inner):
            return _is_answer(evaluator, inner, frame, depth + 1)
        case ast.Attribute(attr=name):
            return name in _ANSWERING
        case ast.Call(func=ast.Attribute(value=inner, attr=name)) if name in _BY_LINES:
            return _is_answer(evaluator, inner, frame, depth + 1)
        case ast.Call():
            streams = any(
                one.arg == "stream"
                and isinstance(one.value, ast.Constant)
                and one.value.value is True
                for one in node.keywords
            )
            # `requests.get(url, stream=True)` gives bytes of anything.
            answers = streams and last_name(node.func) not in ("get", "request", "send")
            return answers or last_name(node.func) in _ANSWERING
        case ast.Name():
            bound = frame.scope.bindings.get(node.id, [])
            assigned = [
                one.value for one in bound if one.kind == "assign" and one.value is not None
            ]
            return len(bound) == len(assigned) > 0 and all(
                _is_answer(evaluator, one, frame, depth + 1) for one in assigned
            )
    return False


def _yields_pieces(evaluator: Evaluator, made: GeneratorValue, depth: int) -> bool:
    """Whether a generator of the project hands on what a model answers."""
    found = [one.value for one in made.function.scope.yields if one.value is not None]
    return bool(found) and any(_is_piece(evaluator, one, made.frame, depth + 1) for one in found)
