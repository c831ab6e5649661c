"""`%` and `format`: a text with places, and what is known of what comes into them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

from sse_check.python.values import Frame, Text, Value
from sse_check.source.numbers import count_of, written_out
from sse_check.template.values import Pattern

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

HOLE = Pattern((None,))
_MOST = 24
# Of a text that is known in part or whole.
_MOST_PARTS = 1_000
_LONGEST = 1_000_000


def whole(parts: Sequence[str | None]) -> Pattern:
    """Parts as one text. What is put into itself again and again grows without end: a hole."""
    if len(parts) > _MOST_PARTS or sum(len(part or "") for part in parts) > _LONGEST:
        return HOLE
    return Pattern.of(*parts)


def joined(pieces: list[tuple[Pattern, ...]]) -> list[Pattern]:
    """Every way of putting one choice of each piece after the other."""
    found: list[Pattern] = []
    for combination in product(*pieces):
        found.append(whole([part for pattern in combination for part in pattern.parts]))
        if len(found) >= _MOST:
            return [*found, HOLE]
    return found


def percent(evaluator: Evaluator, node: ast.BinOp, frame: Frame) -> list[Value]:
    """`"row-%s" % x`: what is known of the arguments is put in."""
    right = node.right
    items = list(right.elts) if isinstance(right, ast.Tuple) else [right]
    named: dict[str, ast.expr] = {}
    if isinstance(right, ast.Dict):
        for key, value in zip(right.keys, right.values, strict=True):
            if isinstance(key, ast.Constant):
                named[written_out(key.value)] = value
    found: list[Value] = []
    for pattern in evaluator.texts(node.left, frame):
        pieces: list[tuple[Pattern, ...]] = []
        given = iter(items)
        for part in pattern.parts:
            if part is None:
                pieces.append((HOLE,))
                continue
            first, *rest = part.replace("%%", "\0").split("%")
            pieces.append((Pattern.of(first.replace("\0", "%")),))
            for piece in rest:
                name, after = _conversion(piece)
                expression = named.get(name) if name else next(given, None)
                known = evaluator.put_in(expression, frame) if expression is not None else (HOLE,)
                pieces += [known, (Pattern.of(after.replace("\0", "%")),)]
        found += [Text(p, node, frame) for p in joined(pieces)]
    return found


def _conversion(piece: str) -> tuple[str, str]:
    """What a conversion names, and what follows it: `(name)s rest`."""
    name = ""
    if piece.startswith("("):
        name, _, piece = piece[1:].partition(")")
    return name, piece.lstrip("0123456789.-+ #")[1:]


def formatted(
    evaluator: Evaluator,
    node: ast.Call,
    template: ast.expr,
    frame: Frame,
    *,
    escapes: bool = False,
) -> list[Value] | None:
    """`"row-{}".format(x)`, with what is known of the arguments."""
    templates = [v for v in evaluator.values(template, frame) if isinstance(v, Text)]
    if not templates:
        return None
    named = {k.arg: k.value for k in node.keywords if k.arg is not None}
    found: list[Value] = []
    for value in templates:
        given = iter(node.args)
        pieces: list[tuple[Pattern, ...]] = []
        for part in value.pattern.parts:
            if part is None:
                pieces.append((HOLE,))
                continue
            first, *rest = part.replace("{{", "\0").replace("}}", "\1").split("{")
            pieces.append((Pattern.of(_braces(first)),))
            for piece in rest:
                field, _, after = piece.partition("}")
                name = field.partition(":")[0].partition("!")[0]
                base, *fields = name.split(".")
                expression = _field(base, node, named) if base else next(given, None)
                if expression is not None:
                    expression = _reached(expression, fields)
                known = evaluator.put_in(expression, frame) if expression is not None else (HOLE,)
                known = _escaped(known) if escapes else known
                pieces += [known if ":" not in field else (HOLE,), (Pattern.of(_braces(after)),)]
        found += [Text(p, node, frame) for p in joined(pieces)]
    return found


def html_formatted(evaluator: Evaluator, node: ast.Call, frame: Frame) -> list[Value] | None:
    """Django's `format_html("<b>{}</b>", x)`, which escapes what is not marked as safe."""
    inner = ast.copy_location(ast.Call(node.func, node.args[1:], node.keywords), node)
    found = formatted(evaluator, inner, node.args[0], frame, escapes=True) if node.args else None
    return [v._replace(node=node) if isinstance(v, Text) else v for v in found or ()] or None


def _escaped(patterns: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
    """What becomes of texts that are escaped, unless they are marked as safe."""
    marked = (any(sign in (part or "") for part in p.parts for sign in "<>&\"'") for p in patterns)
    return tuple(HOLE if bad else p for bad, p in zip(marked, patterns, strict=True))


def _reached(node: ast.expr, fields: list[str]) -> ast.expr:
    """`{event.name}`, `{0.value}`: an attribute of what is put in."""
    for name in fields:
        node = ast.copy_location(ast.Attribute(node, name, ast.Load()), node)
    return node


def _field(name: str, node: ast.Call, named: dict[str, ast.expr]) -> ast.expr | None:
    if name.isdigit():
        number = count_of(name)
        return node.args[number] if number is not None and number < len(node.args) else None
    return named.get(name)


def _braces(text: str) -> str:
    return text.replace("\0", "{").replace("\1", "}")
