"""Texts that an expression puts together: f-strings, `+`, `%`, `format`, `join` and their like."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable
from itertools import product
from textwrap import dedent
from typing import TYPE_CHECKING

from sse_check.python import collections, tables
from sse_check.python.fields import as_mapping
from sse_check.python.formats import (
    HOLE,
    formatted,
    formatted_with_table,
    html_formatted,
    joined,
    percent,
    substituted,
    whole,
)
from sse_check.python.joins import join
from sse_check.python.module import last_name
from sse_check.python.steps import grown, handed_over
from sse_check.python.text_methods import KEEPING, changed, replaced
from sse_check.python.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
    InstanceValue,
    MappingValue,
    SequenceValue,
    Text,
    Unknown,
    Value,
)
from sse_check.source.numbers import count_of
from sse_check.template.values import Pattern

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

# What marks a text as safe, and leaves it as it is.
_SAFE = ("mark_safe", "Markup", "SafeString", "SafeText")
_CHOOSING = frozenset(("random.choice", "secrets.choice"))


def as_text(evaluator: Evaluator, value: Value) -> Pattern:
    """A value put into a text: what is no text is a hole."""
    if isinstance(value, Text):
        return value.pattern
    if isinstance(value, External) and value.dotted == "os.linesep":
        return Pattern.of("\n")
    if isinstance(value, InstanceValue) and not value.dotted:
        results = written(evaluator, value, "__str__")
        if len(results) == 1:
            return results[0].pattern
    return HOLE


def put_in(evaluator: Evaluator, value: Value) -> Pattern:
    """A value as a format writes it."""
    named = value.put_in if isinstance(value, Text) else None
    return named or as_text(evaluator, value)


def written(evaluator: Evaluator, value: InstanceValue, *methods: str) -> list[Text]:
    """The texts that the first of these methods which a class has gives for an instance."""
    for name in methods:
        found = [
            result
            for method in evaluator.attribute(value, name)
            if isinstance(method, FunctionValue)
            for result in evaluator.result(method)
            if isinstance(result, Text)
        ]
        if found:
            return found
    return []


def values(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Iterable[Value]:
    """The values of an f-string or of an operation on texts."""
    if isinstance(node, ast.JoinedStr):
        pieces = [_piece(evaluator, part, frame) for part in node.values]
        return [Text(p, node, frame) for p in joined(pieces)]
    if not isinstance(node, ast.BinOp):
        return (Unknown(node),)
    if isinstance(node.op, ast.Add):
        return _added(evaluator, node, frame)
    if isinstance(node.op, ast.Mod | ast.Mult) and not _is_of_number(evaluator, node, frame):
        is_format = isinstance(node.op, ast.Mod)
        return (percent if is_format else _repeated)(evaluator, node, frame)
    if isinstance(node.op, ast.BitOr) and _are_tables(evaluator, (node.left, node.right), frame):
        return (MappingValue((None, None), (node.left, node.right), frame, node),)
    return (Unknown(node, frame),)


def _is_of_number(evaluator: Evaluator, node: ast.BinOp, frame: Frame) -> bool:
    """Whether an operation is one of arithmetic, by what stands on its left."""
    left = evaluator.values(node.left, frame)
    return any(isinstance(one, Text) and one.is_number for one in left)


def _piece(evaluator: Evaluator, node: ast.expr, frame: Frame) -> tuple[Pattern, ...]:
    if isinstance(node, ast.FormattedValue):
        if node.format_spec is not None or node.conversion == ord("r"):
            return (HOLE,)
        return evaluator.put_in(node.value, frame)
    return evaluator.texts(node, frame)


def _are_tables(evaluator: Evaluator, nodes: Iterable[ast.expr], frame: Frame) -> bool:
    """Whether expressions are tables that are written down."""
    found = [evaluator.values(one, frame) for one in nodes]
    return all(values and all(isinstance(v, MappingValue) for v in values) for values in found)


def _added(evaluator: Evaluator, node: ast.BinOp, frame: Frame) -> list[Value]:
    left = evaluator.values(node.left, frame)
    right = evaluator.values(node.right, frame)
    found: list[Value] = []
    for one, other in product(left, right):
        if isinstance(one, SequenceValue) and isinstance(other, SequenceValue):
            same = one.frame is other.frame
            more, alike = one.more or other.more or not same, one.is_told and other.is_told
            items = (*one.items, *other.items)
            found.append(SequenceValue(items, one.frame, node, more, alike and same))
        elif any(isinstance(side, Text) and side.is_number for side in (one, other)):
            # A sum: its digits do not stand in either.
            found.append(Unknown(node, frame))
        elif isinstance(one, Text) or isinstance(other, Text):
            parts = (*as_text(evaluator, one).parts, *as_text(evaluator, other).parts)
            found.append(Text(whole(parts), node, frame))
        else:
            found.append(Unknown(node))
    return found


def _repeated(evaluator: Evaluator, node: ast.BinOp, frame: Frame) -> list[Value]:
    """`"\\n" * 2`."""
    times = evaluator.text(node.right, frame)
    count = count_of(times or "")
    if count is None or count > 100:
        return [Unknown(node)]
    patterns = evaluator.texts(node.left, frame)
    return [Text(Pattern.of(*p.parts * count), node, frame) for p in patterns]


def called(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Iterable[Value] | None:
    """What calls that make texts give; None when this is another call."""
    function = node.func
    if isinstance(function, ast.Name):
        read = {"choice": _chosen, "chr": _character}.get(function.id, _builtin)
        return read(evaluator, node, frame, function.id)
    if not isinstance(function, ast.Attribute):
        return None
    method = _METHODS.get(function.attr)
    return method(evaluator, node, function, frame) if method is not None else None


def _chosen(evaluator: Evaluator, node: ast.Call, frame: Frame, _: str) -> Iterable[Value] | None:
    """`random.choice(NAMES)`, `secrets.choice(NAMES)`."""
    if len(node.args) != 1 or evaluator.dotted(node.func, frame) not in _CHOOSING:
        return None
    found = evaluator.elements(node.args[0], frame)
    return [value for value in found if not isinstance(value, Unknown)] or None


def _character(
    evaluator: Evaluator, node: ast.Call, frame: Frame, _: str
) -> Iterable[Value] | None:
    """`chr(10)`"""
    number = count_of(evaluator.text(node.args[0], frame) or "") if len(node.args) == 1 else None
    if number is None or number > sys.maxunicode:
        return None
    return [Text(Pattern.of(chr(number)), node, frame)]


def _first(
    evaluator: Evaluator, node: ast.Call, method: ast.Attribute, frame: Frame
) -> Iterable[Value] | None:
    """`textwrap.dedent(x)`, `dataclasses.asdict(x)`, `json.dumps(x)`."""
    return _builtin(evaluator, node, frame, method.attr) if node.args else None


def _builtin(
    evaluator: Evaluator, node: ast.Call, frame: Frame, name: str
) -> Iterable[Value] | None:
    if name in ("dict", "list", "tuple", "set", "frozenset"):
        return _collection(evaluator, node, frame, name)
    if name in ("str", "bytes", *_SAFE) and node.args:
        return _turned(evaluator, node.args[0], frame)
    if name in _PLAIN:
        return _PLAIN[name](evaluator, node, frame)
    if name in ("iter", "aiter") and len(node.args) == 1:
        return evaluator.values(node.args[0], frame)
    if name == "dedent" and node.args:
        return [_dedented(value) for value in evaluator.values(node.args[0], frame)]
    if name == "asdict" and node.args:
        return _mapping(evaluator, node, node.args[0], frame)
    if name == "cast" and len(node.args) == 2:
        return evaluator.values(node.args[1], frame)
    if name == "getattr" and len(node.args) > 1:
        attribute = evaluator.text(node.args[1], frame)
        owners = evaluator.values(node.args[0], frame)
        if attribute:
            return [v for owner in owners for v in evaluator.attribute(owner, attribute, node)]
    return None


def _as_json(evaluator: Evaluator, node: ast.Call, frame: Frame) -> list[Value]:
    """`json.dumps(x)`: what it begins and ends with, where `x` is a dict or a list."""
    given = evaluator.values(node.args[0], frame) if node.args else ()
    found: dict[Pattern, Value] = {}
    for value in given or (Unknown(node),):
        pattern = HOLE
        if isinstance(value, MappingValue):
            pattern = Pattern.of("{", None, "}")
        elif isinstance(value, SequenceValue):
            pattern = Pattern.of("[", None, "]")
        found[pattern] = Text(pattern, node, frame, "json")
    return list(found.values())


def _dedented(value: Value) -> Value:
    if not isinstance(value, Text):
        return value
    mark = "\ue000"
    parts = dedent("".join(mark if p is None else p for p in value.pattern.parts)).split(mark)
    joined_parts: list[str | None] = [parts[0]]
    for part in parts[1:]:
        joined_parts += [None, part]
    return value._replace(pattern=Pattern.of(*joined_parts))


def _turned(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Iterable[Value]:
    """`str(x)`, where `x` may be an object that says what it is as a text."""
    for value in evaluator.values(node, frame):
        if isinstance(value, InstanceValue) and not value.dotted:
            yield from written(evaluator, value, "__str__", "__repr__") or (value,)
        elif isinstance(value, Text) and value.put_in is not None:
            yield value._replace(pattern=value.put_in, put_in=None, kind="text")
        else:
            yield value


def _in_memory(
    evaluator: Evaluator, node: ast.Call, owner: ast.expr, frame: Frame
) -> list[Value] | None:
    """`buffer.getvalue()`, with all that was written into `buffer = io.StringIO()`."""
    if not isinstance(owner, ast.Name):
        return None
    bindings = frame.scope.bindings.get(owner.id, [])
    made = [one for one in bindings if one.kind == "assign" and isinstance(one.value, ast.Call)]
    if len(made) != 1 or not isinstance(made[0].value, ast.Call):
        return None
    called = evaluator.dotted(made[0].value.func, frame)
    if called.rpartition(".")[2] not in ("StringIO", "BytesIO"):
        return None
    start = Text(Pattern(()), node, frame)
    steps = [
        *evaluator.steps(frame.scope).get(owner.id, ()),
        *handed_over(evaluator, frame.scope).get(owner.id, ()),
    ]
    return list(grown(evaluator, start, made[0], frame, node, steps))


def _mapping(
    evaluator: Evaluator, node: ast.Call, owner: ast.expr, frame: Frame
) -> list[Value] | None:
    """The fields of an object as a dict, or as JSON."""
    found: list[Value] = []
    for value in evaluator.values(owner, frame):
        if not isinstance(value, InstanceValue) or not isinstance(value.of, ClassValue):
            return None
        fields = as_mapping(evaluator, value, node)
        if fields is None:
            return None
        json = getattr(node.func, "attr", "") == "model_dump_json"
        found.append(Text(HOLE, node, frame, "json") if json else fields)
    return found


def _collection(
    evaluator: Evaluator, node: ast.Call, frame: Frame, name: str
) -> Iterable[Value] | None:
    if name == "dict":
        if len(node.args) > 1 or not _are_tables(evaluator, node.args, frame):
            return None
        names = tuple(ast.Constant(k.arg) if k.arg is not None else None for k in node.keywords)
        items = (*node.args, *(k.value for k in node.keywords))
        return (MappingValue((*(None for _ in node.args), *names), items, frame, node),)
    if not node.args:
        return (SequenceValue((), frame, node),)
    return [
        v for v in evaluator.values(node.args[0], frame) if isinstance(v, SequenceValue)
    ] or None


_PLAIN: dict[str, Callable[[Evaluator, ast.Call, Frame], Iterable[Value] | None]] = {
    "dumps": _as_json,
    "format_html": html_formatted,
    "format_html_join": lambda _, node, frame: [Text(HOLE, node, frame)],
}


def _copied(
    evaluator: Evaluator, node: ast.Call, owner: ast.expr, frame: Frame
) -> Iterable[Value] | None:
    """`listening.copy()`: what is in it is in the copy."""
    kinds = SequenceValue | MappingValue
    found = [v for v in evaluator.values(owner, frame) if isinstance(v, kinds)]
    return None if node.args else found or None


def _of_task(
    evaluator: Evaluator, node: ast.Call, owner: ast.expr, frame: Frame
) -> Iterable[Value] | None:
    """`task.result()` of a task that is made where it stands: what it waits for."""
    bound = frame.scope.bindings.get(owner.id, []) if isinstance(owner, ast.Name) else []
    made = [one.value for one in bound if isinstance(one.value, ast.Call) and not one.path]
    if node.args or not made or len(made) < len(bound):
        return None
    is_task = all(last_name(one.func) in ("create_task", "ensure_future") for one in made)
    return evaluator.values(owner, frame) if is_task else None


_Method = Callable[["Evaluator", ast.Call, ast.Attribute, Frame], Iterable[Value] | None]
_METHODS: dict[str, _Method] = {
    "choice": lambda ev, node, method, frame: _chosen(ev, node, frame, method.attr),
    "join": lambda ev, node, method, frame: join(ev, node, method.value, frame),
    "format": lambda ev, node, method, frame: formatted(ev, node, method.value, frame),
    "copy": lambda ev, node, method, frame: _copied(ev, node, method.value, frame),
    "result": lambda ev, node, method, frame: _of_task(ev, node, method.value, frame),
    "format_map": lambda ev, node, method, frame: formatted_with_table(
        ev, node, method.value, frame
    ),
    **dict.fromkeys(
        ("substitute", "safe_substitute"),
        lambda ev, node, method, frame: substituted(ev, node, method.value, frame),
    ),
    "getvalue": lambda ev, node, method, frame: _in_memory(ev, node, method.value, frame),
    **dict.fromkeys(("dedent", "asdict", *_PLAIN, *_SAFE), _first),
    **dict.fromkeys((*KEEPING, "lower", "upper"), changed),
    "replace": replaced,
    **dict.fromkeys(
        ("get", "setdefault"), lambda ev, node, _, frame: collections.got(ev, node, frame)
    ),
    "pop": lambda ev, node, _, frame: (
        tables.popped(ev, node, frame) or collections.got(ev, node, frame)
    ),
    "popleft": lambda ev, node, _, frame: tables.popped(ev, node, frame),
    **dict.fromkeys(
        ("model_dump", "_asdict", "dict", "model_dump_json"),
        lambda ev, node, method, frame: _mapping(ev, node, method.value, frame),
    ),
}
