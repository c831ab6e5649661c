"""Strings as markup: literals joined, filled in and passed through, each character in its place."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sse_check.markup.literals import Expression, literal
from sse_check.markup.tree import Border, Hole, Loop, Markup, Part, Text
from sse_check.python.module import last_name
from sse_check.python.values import Frame
from sse_check.source import Span
from sse_check.source.numbers import count_of, written_out

if TYPE_CHECKING:
    from sse_check.markup.reader import MarkupReader

_PERCENT = re.compile(r"%(?:(%)|(?:\((\w+)\))?[-+ #0]*\d*(?:\.\d+)?[a-zA-Z])")
_FIELD = re.compile(r"(\{\{|\}\})|\{(\w*)[^{}]*\}")
# What gives back the text that it is given: by the last name of a function, of a method.
KEEPING = frozenset(
    """dedent cleandoc Markup mark_safe SafeString SafeText NotStr Safe raw str escape_html HTML
    HTMLResponse HttpResponse make_response html unescape""".split()
)
# What makes a text markup, so that elements around it do not escape it.
SAFE = frozenset("Markup mark_safe SafeString SafeText format_html".split())
KEEPING_METHODS = frozenset("strip lstrip rstrip encode decode __html__ format_map".split())


def read_literal(
    reader: MarkupReader, node: ast.Constant | ast.JoinedStr, frame: Frame
) -> Iterator[Part]:
    """A literal in its place; what stands in the braces of an f-string is read in turn."""
    around = reader.around
    if around is not None:
        # A literal inside an f-string: older Pythons do not say where.
        if isinstance(node, ast.Constant):
            yield Text(_as_text(node.value), around)
            return
        for value in node.values:
            inner = value.value if isinstance(value, ast.FormattedValue) else value
            yield from reader.markup(inner, frame)
        return
    span = frame.module.span(node)
    for piece in literal(node, span.source, span.start, span.end):
        if isinstance(piece, Expression):
            with reader.inside(piece.span):
                yield from reader.field(piece.node, frame, plain=piece.is_plain)
        else:
            yield piece


def _as_text(value: object) -> str:
    return "" if value is None else written_out(value)


def percent(reader: MarkupReader, node: ast.BinOp, frame: Frame) -> Markup:
    """`"<p>%s</p>" % x`: each argument in its place."""
    right = node.right
    items = iter(right.elts if isinstance(right, ast.Tuple) else [right])
    named = _named(right) if isinstance(right, ast.Dict) else {}

    def given(match: re.Match[str]) -> ast.expr | str | None:
        if match[1]:
            return "%"
        return named.get(match[2]) if match[2] else next(items, None)

    return _filled(reader, reader.markup(node.left, frame), _PERCENT, given, frame)


def formatted(
    reader: MarkupReader, template: Markup, call: ast.Call, args: list[ast.expr], frame: Frame
) -> Markup:
    """`"<p>{}</p>".format(x)` and Django's `format_html("<p>{}</p>", x)`."""
    named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    items = iter(args)

    def given(match: re.Match[str]) -> ast.expr | str | None:
        if match[1]:
            return match[1][0]
        name = match[2]
        if name.isdigit():
            number = count_of(name)
            return args[number] if number is not None and number < len(args) else None
        return named.get(name) if name else next(items, None)

    return _filled(reader, template, _FIELD, given, frame)


def _named(node: ast.Dict) -> dict[str, ast.expr]:
    return {
        written_out(key.value): value
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant)
    }


def _filled(
    reader: MarkupReader,
    template: Markup,
    fields: re.Pattern[str],
    given: Callable[[re.Match[str]], ast.expr | str | None],
    frame: Frame,
) -> Markup:
    found: list[Part] = []
    for part in template:
        if not isinstance(part, Text) or isinstance(part, Border):
            found.append(part)
            continue
        done = 0
        for match in fields.finditer(part.text):
            found.append(cut(part, done, match.start()))
            done = match.end()
            span = cut(part, match.start(), match.end()).span
            value = given(match)
            if isinstance(value, str):
                found.append(Text(value, span))
            elif value is None:
                found.append(Hole(match[0].strip("{}%"), span))
            else:
                found.extend(reader.markup(value, frame))
        found.append(cut(part, done, len(part.text)))
    return tuple(
        part
        for part in found
        if not isinstance(part, Text) or part.text or isinstance(part, Border)
    )


def cut(part: Text, start: int, end: int) -> Text:
    """A stretch of a text, in its own place where that is known."""
    if not part.exact:
        return Text(part.text[start:end], part.span)
    at = part.span.start
    return Text(part.text[start:end], Span(part.span.source, at + start, at + end))


def joined(reader: MarkupReader, separator: Markup, given: ast.expr, frame: Frame) -> Markup:
    """`"".join(xs)`: the items with what stands between them."""
    between = separator if any(isinstance(p, Text) and p.text.strip() for p in separator) else ()
    items = _items(given)
    if items is None:
        found = reader.markup(given, frame)
        return tuple(
            Loop(part.head, (*part.body, *between), part.span)
            if isinstance(part, Loop) and between
            else part
            for part in found
        )
    parts: list[Part] = []
    for number, item in enumerate(items):
        if number:
            parts.extend(between)
        parts.extend(reader.markup(item, frame))
    return tuple(parts)


def _items(node: ast.expr) -> list[ast.expr] | None:
    return list(node.elts) if isinstance(node, ast.List | ast.Tuple) else None


def called(reader: MarkupReader, call: ast.Call, frame: Frame) -> Markup | None:
    """What a call makes of the texts that it is given; None when it is another kind of call."""
    name = last_name(call.func)
    if isinstance(call.func, ast.Attribute):
        owner = call.func.value
        if name == "format":
            return formatted(reader, reader.markup(owner, frame), call, call.args, frame)
        if name == "join" and len(call.args) == 1:
            return joined(reader, reader.markup(owner, frame), call.args[0], frame)
        if name in KEEPING_METHODS:
            return reader.markup(owner, frame)
        if name == "replace" and call.args:
            return reader.markup(owner, frame)
    if name == "format_html" and call.args:
        return formatted(reader, reader.markup(call.args[0], frame), call, call.args[1:], frame)
    if name in KEEPING:
        given = call.args[0] if call.args else None
        for keyword in call.keywords:
            if keyword.arg in ("content", "body", "s"):
                given = keyword.value
        return reader.markup(given, frame) if given is not None else ()
    return None


def added(node: ast.BinOp) -> list[ast.expr]:
    """What a row of `a + b + c` adds: it nests as deep as it is long."""
    found: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
        found.append(left.right)
        left = left.left
    return [left, *reversed(found)]
