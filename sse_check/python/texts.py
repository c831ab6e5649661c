"""Texts that an expression puts together: f-strings, `+`, `%`, `format`, `join` and their like."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from itertools import product
from typing import TYPE_CHECKING

from sse_check.python.values import (
    Frame,
    InstanceValue,
    SequenceValue,
    Text,
    Unknown,
    Value,
)
from sse_check.template.values import Pattern

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

HOLE = Pattern((None,))
_MOST = 24
_KEEPING = frozenset(("strip", "lstrip", "rstrip", "encode", "decode"))


def as_text(evaluator: Evaluator, value: Value) -> Pattern:
    """A value put into a text: what is no text is a hole."""
    if isinstance(value, Text):
        return value.pattern
    if isinstance(value, InstanceValue) and not value.dotted:
        written = evaluator.attribute(value, "__str__")
        for method in written:
            if not isinstance(method, Unknown):
                results = [v for v in evaluator.result(method) if isinstance(v, Text)]
                if len(results) == 1:
                    return results[0].pattern
    return HOLE


def values(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Iterable[Value]:
    """The values of an f-string or of an operation on texts."""
    if isinstance(node, ast.JoinedStr):
        pieces = [_piece(evaluator, part, frame) for part in node.values]
        return [Text(p, node, frame) for p in joined(pieces)]
    if not isinstance(node, ast.BinOp):
        return (Unknown(node),)
    if isinstance(node.op, ast.Add):
        return _added(evaluator, node, frame)
    if isinstance(node.op, ast.Mod):
        return _percent(evaluator, node, frame)
    if isinstance(node.op, ast.Mult):
        return _repeated(evaluator, node, frame)
    return (Unknown(node, frame),)


def _piece(evaluator: Evaluator, node: ast.expr, frame: Frame) -> tuple[Pattern, ...]:
    if isinstance(node, ast.FormattedValue):
        if node.format_spec is not None or node.conversion == ord("r"):
            return (HOLE,)
        return evaluator.texts(node.value, frame)
    return evaluator.texts(node, frame)


def joined(pieces: list[tuple[Pattern, ...]]) -> list[Pattern]:
    """Every way of putting one choice of each piece after the other."""
    found: list[Pattern] = []
    for combination in product(*pieces):
        found.append(Pattern.of(*(part for pattern in combination for part in pattern.parts)))
        if len(found) >= _MOST:
            break
    return found


def _added(evaluator: Evaluator, node: ast.BinOp, frame: Frame) -> list[Value]:
    left = evaluator.values(node.left, frame)
    right = evaluator.values(node.right, frame)
    found: list[Value] = []
    for one, other in product(left, right):
        if isinstance(one, SequenceValue) and isinstance(other, SequenceValue):
            more = one.more or other.more or one.frame is not other.frame
            found.append(SequenceValue((*one.items, *other.items), one.frame, node, more))
        elif isinstance(one, Text) or isinstance(other, Text):
            parts = (*as_text(evaluator, one).parts, *as_text(evaluator, other).parts)
            found.append(Text(Pattern.of(*parts), node, frame))
        else:
            found.append(Unknown(node))
    return found


def _repeated(evaluator: Evaluator, node: ast.BinOp, frame: Frame) -> list[Value]:
    """`"\\n" * 2`."""
    times = evaluator.text(node.right, frame)
    if times is None or not times.isdigit() or int(times) > 100:
        return [Unknown(node)]
    patterns = evaluator.texts(node.left, frame)
    return [Text(Pattern.of(*p.parts * int(times)), node, frame) for p in patterns]


def _percent(evaluator: Evaluator, node: ast.BinOp, frame: Frame) -> list[Value]:
    """`"row-%s" % x`: what is known of the arguments is put in."""
    right = node.right
    items = list(right.elts) if isinstance(right, ast.Tuple) else [right]
    named: dict[str, ast.expr] = {}
    if isinstance(right, ast.Dict):
        for key, value in zip(right.keys, right.values, strict=True):
            if isinstance(key, ast.Constant):
                named[str(key.value)] = value
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
                known = evaluator.texts(expression, frame) if expression is not None else (HOLE,)
                pieces += [known, (Pattern.of(after.replace("\0", "%")),)]
        found += [Text(p, node, frame) for p in joined(pieces)]
    return found


def _conversion(piece: str) -> tuple[str, str]:
    """What a conversion names, and what follows it: `(name)s rest`."""
    name = ""
    if piece.startswith("("):
        name, _, piece = piece[1:].partition(")")
    return name, piece.lstrip("0123456789.-+ #")[1:]


def called(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Iterable[Value] | None:
    """What calls that make texts give; None when this is another call."""
    function = node.func
    if isinstance(function, ast.Name):
        return _builtin(evaluator, node, frame, function.id)
    if not isinstance(function, ast.Attribute):
        return None
    if function.attr == "join" and len(node.args) == 1:
        return _join(evaluator, node, function.value, frame)
    if function.attr == "format":
        return _format(evaluator, node, function.value, frame)
    if function.attr == "dedent" and node.args:
        return evaluator.values(node.args[0], frame)
    if function.attr in _KEEPING or function.attr in ("lower", "upper"):
        texts = [v for v in evaluator.values(function.value, frame) if isinstance(v, Text)]
        return _changed(texts, function.attr, node) if texts else None
    return None


def _builtin(
    evaluator: Evaluator, node: ast.Call, frame: Frame, name: str
) -> Iterable[Value] | None:
    if name in ("dict", "list", "tuple", "set", "frozenset"):
        return _collection(evaluator, node, frame, name)
    if name in ("str", "bytes", "dedent") and node.args:
        return evaluator.values(node.args[0], frame)
    if name == "cast" and len(node.args) == 2:
        return evaluator.values(node.args[1], frame)
    if name == "getattr" and len(node.args) > 1:
        attribute = evaluator.text(node.args[1], frame)
        owners = evaluator.values(node.args[0], frame)
        if attribute:
            return [v for owner in owners for v in evaluator.attribute(owner, attribute, node)]
    return None


def _changed(texts: list[Text], method: str, node: ast.Call) -> list[Value]:
    if method in ("lower", "upper"):
        change = str.lower if method == "lower" else str.upper
        parts = ((p if p is None else change(p) for p in v.pattern.parts) for v in texts)
        return [Text(Pattern.of(*p), v.node, v.frame) for p, v in zip(parts, texts, strict=True)]
    return _kept(texts, method, node)


def _kept(texts: list[Text], name: str, node: ast.Call) -> list[Value]:
    found: list[Value] = []
    for value in texts:
        pattern = value.pattern
        if not node.args and name.endswith("strip"):
            parts = list(pattern.parts)
            if parts and parts[0] is not None and name != "rstrip":
                parts[0] = parts[0].lstrip()
            if parts and parts[-1] is not None and name != "lstrip":
                parts[-1] = parts[-1].rstrip()
            pattern = Pattern.of(*parts)
        found.append(Text(pattern, value.node, value.frame, value.kind))
    return found


def _collection(
    evaluator: Evaluator, node: ast.Call, frame: Frame, name: str
) -> Iterable[Value] | None:
    if name == "dict":
        if node.args:
            return None
        from sse_check.python.values import MappingValue

        keys = tuple(ast.Constant(k.arg) if k.arg is not None else None for k in node.keywords)
        return (MappingValue(keys, tuple(k.value for k in node.keywords), frame, node),)
    if not node.args:
        return (SequenceValue((), frame, node),)
    return [
        v for v in evaluator.values(node.args[0], frame) if isinstance(v, SequenceValue)
    ] or None


def _join(
    evaluator: Evaluator, node: ast.Call, between: ast.expr, frame: Frame
) -> list[Value] | None:
    found: list[Value] = []
    for value in evaluator.values(node.args[0], frame):
        if not isinstance(value, SequenceValue):
            found.append(Text(HOLE, node, frame))
            continue
        separator = evaluator.texts(between, frame)
        pieces: list[tuple[Pattern, ...]] = []
        for number, item in enumerate(value.items):
            if number:
                pieces.append(separator)
            starred = isinstance(item, ast.Starred)
            pieces.append((HOLE,) if starred else evaluator.texts(item, value.frame))
        if value.more and not any(isinstance(item, ast.Starred) for item in value.items):
            pieces.append((HOLE,))
        found += [Text(p, node, frame) for p in joined(pieces)]
    return found


def _format(
    evaluator: Evaluator, node: ast.Call, template: ast.expr, frame: Frame
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
                expression = _field(name, node, named) if name else next(given, None)
                known = evaluator.texts(expression, frame) if expression is not None else (HOLE,)
                pieces += [known if ":" not in field else (HOLE,), (Pattern.of(_braces(after)),)]
        found += [Text(p, node, frame) for p in joined(pieces)]
    return found


def _field(name: str, node: ast.Call, named: dict[str, ast.expr]) -> ast.expr | None:
    if name.isdigit():
        return node.args[int(name)] if int(name) < len(node.args) else None
    return named.get(name)


def _braces(text: str) -> str:
    return text.replace("\0", "{").replace("\1", "}")
