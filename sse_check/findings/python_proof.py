"""Proof that edits of a Python file change nothing but what they are about."""

import ast
import io
import re
import tokenize
from bisect import bisect_right
from functools import lru_cache

from sse_check.findings.model import Edit
from sse_check.findings.moved import Moved, edited
from sse_check.source import Source, Span

_NO_PYTHON = "the file would be no Python"
# Under this line a statement of any depth is a file of its own.
_ABOVE = "if 1:\n"
_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")


def in_python(source: Source, edits: list[Edit]) -> str:
    """Python must parse, and no token outside of the edits may change.

    What holds for the statement around all edits holds for the file, which is not read again for
    each of its fixes.
    """
    stretch = _statement(source, edits)
    if stretch is not None:
        start, end = stretch
        part = Source(source.path, _ABOVE + source.text[start:end])
        if part.text[len(_ABOVE) : len(_ABOVE) + 1] not in (" ", "\t"):
            part = Source(source.path, source.text[start:end])
        shift = len(part.text) - (end - start) - start
        moved = [
            Edit(Span(part, one.span.start + shift, one.span.end + shift), one.text)
            for one in edits
        ]
        if _parses(part.text):
            return _objection(part.text, moved)
    return _objection(source.text, edits)


def _objection(text: str, edits: list[Edit]) -> str:
    new_text = edited(text, edits)
    moved = Moved(edits)
    if not _parses(new_text):
        return _NO_PYTHON
    try:
        before = [
            (moved.start(start), moved.end(end), string)
            for start, end, string in _tokens(text)
            if not moved.touches(start, end)
        ]
        after = [
            token for token in _tokens(new_text) if not moved.is_partly_new(token[0], token[1])
        ]
    except (SyntaxError, tokenize.TokenError):
        return _NO_PYTHON
    return "" if before == after else "it would change other code"


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


@lru_cache(maxsize=2)
def _tree(source: Source) -> ast.Module | None:
    """The parse of a file, which the next of its fixes asks for as well."""
    try:
        return ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _statement(source: Source, edits: list[Edit]) -> tuple[int, int] | None:
    """Where the smallest statement around all edits stands, in whole lines."""
    starts = source.line_starts
    first = bisect_right(starts, edits[0].span.start)
    last = bisect_right(starts, max(edit.span.end for edit in edits))
    found: ast.AST | None = None
    inner: ast.AST | None = _tree(source)
    while inner is not None:
        found, inner = inner, _child(inner, first, last)
        if isinstance(inner, ast.stmt) and not _begins_its_line(source, inner):
            break
    if not isinstance(found, ast.stmt):
        return None
    end = found.end_lineno or last
    return starts[_first_line(found) - 1], starts[end] if end < len(starts) else len(source.text)


def _begins_its_line(source: Source, statement: ast.stmt) -> bool:
    start = source.line_starts[statement.lineno - 1]
    return not source.text[start : start + statement.col_offset].strip()


def _child(node: ast.AST, first: int, last: int) -> ast.AST | None:
    """The statement, handler or case in a block that holds these lines."""
    for name in _BODIES:
        body = getattr(node, name, ())
        if not isinstance(body, list) or not body:
            continue
        at = bisect_right(body, first, key=_first_line) - 1
        if at >= 0 and last <= _last_line(body[at]):
            child: ast.AST = body[at]
            return child
    return None


def _first_line(node: ast.AST) -> int:
    if isinstance(node, ast.match_case):
        return _first_line(node.pattern)
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    line: int = getattr(node, "lineno", 1)
    return min([line, *(one.lineno for one in decorators)])


def _last_line(node: ast.AST) -> int:
    if isinstance(node, ast.match_case):
        return _last_line(node.body[-1])
    line: int = getattr(node, "end_lineno", 1)
    return line


def _tokens(text: str) -> list[tuple[int, int, str]]:
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]

    def offset(place: tuple[int, int]) -> int:
        return min(len(text), starts[min(place[0], len(starts)) - 1] + place[1])

    return [
        (offset(token.start), offset(token.end), token.string)
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline)
        if token.string.strip()
    ]
