"""What a call gives an element: its arguments with the place of each name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sse_check.markup.elements.libraries import Library, named
from sse_check.markup.elements.shape import Shape
from sse_check.python.values import External, Frame, FunctionValue, MappingValue, Value
from sse_check.source import Span
from sse_check.source.composed import Through

if TYPE_CHECKING:
    from sse_check.markup.elements.reader import Inner

_CONTENT = (ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp)
_NAME_BEFORE = re.compile(r"(\w+)\s*=\s*\Z")


class Argument(NamedTuple):
    """An expression, and where it is evaluated."""

    node: ast.expr
    frame: Frame

    @property
    def is_none(self) -> bool:
        """Whether `None` is written."""
        return isinstance(self.node, ast.Constant) and self.node.value is None


class Keyword(NamedTuple):
    """A name as Python has it, with its place, and its value. `name` is empty for what a mapping
    brings that is not known."""

    name: str
    place: Span
    value: Argument
    # Whether the name is the key of a mapping that is given in a place of its own.
    is_key: bool = False


@dataclass(frozen=True)
class Made:
    """An element with what is known of it before it is written."""

    library: Library
    shape: Shape
    # The name of the function that is called.
    place: Span
    positional: tuple[Argument, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    # What a second call or brackets add.
    children: tuple[Argument, ...] = ()
    call: Argument | None = field(default=None, compare=False)
    # The calls of functions that it comes from, the first of them first.
    calls: tuple[Through, ...] = ()


def keywords(reader: Inner, call: ast.Call, frame: Frame) -> Iterator[Keyword]:
    """The keywords of a call; those of `**mapping` one by one where they are known."""
    for one in call.keywords:
        if one.arg is not None:
            place = _keyword_place(reader, one, frame)
            yield Keyword(one.arg, place, Argument(one.value, frame))
        else:
            yield from mapped(reader, Argument(one.value, frame))


def _keyword_place(reader: Inner, one: ast.keyword, frame: Frame) -> Span:
    span = reader.span(one, frame)
    name = span._replace(end=span.start + len(one.arg or ""))
    return name if name.text == one.arg else span


def mapped(reader: Inner, given: Argument, *, is_key: bool = False) -> Iterator[Keyword]:
    """What a mapping holds, as keywords."""
    for pairs in _pairs(reader, given):
        if pairs is None:
            yield Keyword("", reader.span(given.node, given.frame), given)
        else:
            yield from (one._replace(is_key=is_key) for one in pairs)


def _pairs(reader: Inner, given: Argument) -> Iterator[Iterator[Keyword] | None]:
    node, frame = given
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from _pairs(reader, Argument(node.left, frame))
        yield from _pairs(reader, Argument(node.right, frame))
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        # `dict(defaults, id="x")`
        for one in node.args:
            yield from _pairs(reader, Argument(one, frame))
        yield keywords(reader, node, frame)
        return
    for value in reader.evaluator.values(node, frame):
        yield _items(reader, value) if isinstance(value, MappingValue) else None


def _items(reader: Inner, mapping: MappingValue) -> Iterator[Keyword]:
    for key, item in zip(mapping.keys, mapping.items, strict=True):
        value = Argument(item, mapping.frame)
        if key is None:
            yield from mapped(reader, value)
            continue
        name = reader.evaluator.text(key, mapping.frame)
        # What a function gathers in `**kwargs` has been written as keywords.
        if hasattr(key, "lineno"):
            place = reader.span(key, mapping.frame)
        else:
            place = _written(reader, value, name or "")
        bare = place._replace(start=place.start + 1, end=place.end - 1)
        yield Keyword(name or "", bare if bare.text == name else place, value)


def _written(reader: Inner, value: Argument, name: str) -> Span:
    """Where the keyword is written that has this value."""
    span = reader.span(value.node, value.frame)
    before = _NAME_BEFORE.search(span.source.text, max(0, span.start - 200), span.start)
    if before is not None and before[1] == name:
        return Span(span.source, before.start(1), before.end(1))
    return span


def is_mapping(reader: Inner, given: Argument) -> bool:
    """Whether a positional argument is a mapping of attributes."""
    if isinstance(given.node, ast.Dict):
        return True
    if not isinstance(given.node, ast.Name | ast.Attribute | ast.Call | ast.BinOp):
        return False
    if isinstance(given.node, ast.BinOp) and isinstance(given.node.op, ast.BitOr):
        # Nothing can be merged with a mapping but another.
        sides = (given.node.left, given.node.right)
        return any(is_mapping(reader, Argument(one, given.frame)) for one in sides)
    if isinstance(given.node, ast.Call) and getattr(given.node.func, "id", "") == "dict":
        return True
    if is_content(reader, given):
        return False
    values = reader.evaluator.values(given.node, given.frame)
    return bool(values) and all(isinstance(value, MappingValue) for value in values)


def is_content(reader: Inner, given: Argument) -> bool:
    """Whether an expression can be told to be content by how it is written: what it holds need not
    be known for that, which takes a hundred times as long."""
    node, frame = given
    if isinstance(node, ast.IfExp):
        ways = (node.body, node.orelse)
        return all(is_content(reader, Argument(way, frame)) for way in ways)
    if not isinstance(node, ast.Call):
        return isinstance(node, _CONTENT)
    return any(_makes_content(reader, value) for value in reader.evaluator.values(node.func, frame))


def _makes_content(reader: Inner, value: Value) -> bool:
    """Whether a function makes an element whichever way it returns; asked once for each."""
    if isinstance(value, External):
        return value.owner is None and named(value.dotted) is not None
    if not isinstance(value, FunctionValue) or value.scope.yields:
        return False
    key = id(value.scope)
    if key not in reader.making:
        # In a circle nobody can tell.
        reader.making[key] = False
        returned = [one.value for one in value.scope.returns]
        frame = reader.evaluator.frame(value.scope)
        reader.making[key] = bool(returned) and all(
            one is not None and is_content(reader, Argument(one, frame)) for one in returned
        )
    return reader.making[key]
