"""`%` and `format`: a text with places, and what is known of what comes into them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING

from sse_check.python.values import Frame, InstanceValue, MappingValue, Text, Value
from sse_check.source.numbers import count_of, written_out
from sse_check.template.values import Pattern

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

HOLE = Pattern((None,))
_MOST = 24
# `$$`, `$name`, `${name}`
_DOLLAR = re.compile(r"\$(?:(\$)|\{(\w+)\}|(\w+))")
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


Given = tuple[ast.expr, Frame]


def percent(evaluator: Evaluator, node: ast.BinOp, frame: Frame) -> list[Value]:
    """`"row-%s" % x`: what is known of the arguments is put in."""
    right = node.right
    items = list(right.elts) if isinstance(right, ast.Tuple) else [right]
    named = _of_table(evaluator, right, frame)
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
                if name:
                    known = _texts(evaluator, named.get(name))
                else:
                    known = _texts(evaluator, _next(given, frame))
                pieces += [known, (Pattern.of(after.replace("\0", "%")),)]
        found += [Text(p, node, frame) for p in joined(pieces)]
    return found


def _texts(evaluator: Evaluator, given: Given | None) -> tuple[Pattern, ...]:
    return evaluator.put_in(*given) if given is not None else (HOLE,)


def _of_table(evaluator: Evaluator, node: ast.expr, frame: Frame) -> dict[str, Given]:
    """What comes under each name of a dict, where that is one and written down."""
    if isinstance(node, ast.Tuple | ast.Constant):
        return {}
    values = evaluator.values(node, frame)
    value = values[0] if len(values) == 1 else None
    if not isinstance(value, MappingValue):
        return {}
    named: dict[str, Given] = {}
    for key, item in zip(value.keys, value.items, strict=True):
        if isinstance(key, ast.Constant):
            named[written_out(key.value)] = (item, value.frame)
        else:
            # What is not known may come in the place of any that stands before it.
            named = {}
    return named


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
    named = _named(evaluator, node, frame)
    return _filled(evaluator, node, template, frame, node.args, named, escapes=escapes)


def formatted_with_table(
    evaluator: Evaluator, node: ast.Call, template: ast.expr, frame: Frame
) -> list[Value] | None:
    """`"row-{name}".format_map(names)`"""
    named = _of_table(evaluator, node.args[0], frame) if len(node.args) == 1 else {}
    return _filled(evaluator, node, template, frame, [], named)


def _named(evaluator: Evaluator, node: ast.Call, frame: Frame) -> dict[str, Given]:
    """What a call gives by name, also by `**table`."""
    named: dict[str, Given] = {}
    for keyword in node.keywords:
        if keyword.arg is None:
            named.update(_of_table(evaluator, keyword.value, frame))
        else:
            named[keyword.arg] = (keyword.value, frame)
    return named


def _filled(
    evaluator: Evaluator,
    node: ast.Call,
    template: ast.expr,
    frame: Frame,
    places: list[ast.expr],
    named: dict[str, Given],
    *,
    escapes: bool = False,
) -> list[Value] | None:
    templates = [v for v in evaluator.values(template, frame) if isinstance(v, Text)]
    if not templates:
        return None
    found: list[Value] = []
    for value in templates:
        given = iter(places)
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
                one = _chosen(base, places, named, frame) if base else _next(given, frame)
                known = _texts(evaluator, _reached(one, fields))
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


def _reached(given: Given | None, fields: list[str]) -> Given | None:
    """`{event.name}`, `{0.value}`: an attribute of what is put in."""
    if given is None:
        return None
    node, frame = given
    for name in fields:
        node = ast.copy_location(ast.Attribute(node, name, ast.Load()), node)
    return node, frame


def _next(given: Iterator[ast.expr], frame: Frame) -> Given | None:
    following = next(given, None)
    return (following, frame) if following is not None else None


def _chosen(
    name: str, places: list[ast.expr], named: dict[str, Given], frame: Frame
) -> Given | None:
    """What a place asks for by its number or its name."""
    if not name.isdigit():
        return named.get(name)
    number = count_of(name)
    known = number is not None and number < len(places)
    return (places[number], frame) if known and number is not None else None


def _braces(text: str) -> str:
    return text.replace("\0", "{").replace("\1", "}")


def substituted(
    evaluator: Evaluator, node: ast.Call, owner: ast.expr, frame: Frame
) -> list[Value] | None:
    """`string.Template("row-$name").substitute(name=x)`"""
    named = _named(evaluator, node, frame)
    for table in node.args[:1]:
        named = {**_of_table(evaluator, table, frame), **named}
    found: list[Value] = []
    for made in evaluator.values(owner, frame):
        is_template = isinstance(made, InstanceValue) and made.dotted == "string.Template"
        if not is_template or not isinstance(made, InstanceValue):
            return None
        given = evaluator.argument(made.call, "template", 0) if made.call is not None else None
        for pattern in evaluator.texts(given, made.frame) if given is not None else (HOLE,):
            pieces: list[tuple[Pattern, ...]] = []
            for part in pattern.parts:
                pieces += _dollars(evaluator, part, named) if part is not None else [(HOLE,)]
            found += [Text(p, node, frame) for p in joined(pieces)]
    return found or None


def _dollars(
    evaluator: Evaluator, text: str, named: dict[str, Given]
) -> Iterator[tuple[Pattern, ...]]:
    done = 0
    for match in _DOLLAR.finditer(text):
        yield (Pattern.of(text[done : match.start()]),)
        done = match.end()
        if match[1]:
            yield (Pattern.of("$"),)
        else:
            yield _texts(evaluator, named.get(match[2] or match[3]))
    yield (Pattern.of(text[done:]),)
