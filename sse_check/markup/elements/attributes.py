"""Attributes of elements that calls make."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, NamedTuple

from sse_check.markup.chosen import chosen
from sse_check.markup.elements.escape import as_it_is, escaped
from sse_check.markup.elements.fasthtml import ROUTES
from sse_check.markup.elements.given import Argument, Keyword
from sse_check.markup.elements.libraries import Library
from sse_check.markup.tree import Choice, Hole, Loop, Markup, Safe, Text
from sse_check.python.values import Frame, FunctionValue, MappingValue
from sse_check.python.values import Text as TextValue
from sse_check.python.words import in_words
from sse_check.source import Span

if TYPE_CHECKING:
    from sse_check.markup.elements.reader import Inner

_SPECIAL = ("none", "bool")
# Attributes whose value is a mapping in JSON rather than a list of names.
_JSON = frozenset(("hx-vals",))
_ADDRESSES = frozenset(("href", "action", "src", "sse-connect"))


class Attribute(NamedTuple):
    """A name in the page, where it is written, and its value: an expression, or a text that the
    library itself writes."""

    name: str
    place: Span
    value: Argument | str
    # What the library writes before the value.
    before: str = ""
    # The name as Python has it.
    keyword: str = ""


_AS_WRITTEN = (ast.Constant, ast.JoinedStr, ast.Dict, ast.List, ast.IfExp)


class AttributeWriter:
    """Writes the attributes of one element."""

    def __init__(self, reader: Inner, library: Library) -> None:
        self.reader = reader
        self.library = library

    def written(self, one: Attribute) -> Markup:
        """A space, the name, and the value in quotes; nothing where the library leaves it out."""
        if isinstance(one.value, str):
            return _Slot(one, one.place).full((Safe(one.value, one.place),))
        slot = _Slot(one, self.reader.span(*one.value))
        if one.name == "style" and not isinstance(one.value.node, _AS_WRITTEN):
            # How an element looks is often worked out, and what is worked out matters to nobody.
            return slot.full(self.reader.hole(*one.value))
        return self._of(slot, one.value)

    def unknown(self, one: Keyword) -> Markup:
        """Attributes that only the running program knows."""
        return (Safe(" ", one.place), *self.reader.hole(*one.value))

    def _of(self, slot: _Slot, value: Argument) -> Markup:
        node, frame = chosen(self.reader.evaluator, *value), value.frame
        if node is not value.node:
            return self._of(slot, Argument(node, frame))
        match node:
            case ast.Constant(value=None | bool()):
                return self._special(slot, node.value)
            case ast.Constant(value=str(name)) if slot.one.keyword in ROUTES:
                return slot.full((Hole(f"url_for('{name}')", slot.value),))
            case ast.IfExp():
                yes, no = (self._of(slot, Argument(n, frame)) for n in (node.body, node.orelse))
                return self._choice([(in_words(node.test), yes), ("", no)], slot)
            case ast.BoolOp(op=ast.And(), values=[*tests, last]):
                test = " and ".join(in_words(one) for one in tests)
                return self._choice([(test, self._of(slot, Argument(last, frame))), ("", ())], slot)
            case ast.List() | ast.Tuple() | ast.Dict():
                return self._several(slot, value)
            case ast.Name() | ast.Attribute() | ast.Call() | ast.Subscript() | ast.BoolOp():
                return self._valued(slot, value)
        return self._full(slot, value)

    def _special(self, slot: _Slot, value: object) -> Markup:
        if value is True:
            named = self.library.named_when_true
            return slot.full((Safe(slot.one.name, slot.one.place),)) if named else slot.bare()
        inside = "_" in slot.one.keyword.strip("_") or "-" in slot.one.keyword
        if value is None and self.library.writes_none and inside:
            return slot.full((Safe("None", slot.value),))
        return ()

    def _choice(self, options: list[tuple[str, Markup]], slot: _Slot) -> Markup:
        different = dict.fromkeys(markup for _, markup in options)
        return (Choice(tuple(options), slot.value),) if len(different) > 1 else options[0][1]

    def _valued(self, slot: _Slot, value: Argument) -> Markup:
        """A name or a call: what it may be, each in its own way."""
        route = self._route(slot, value) if self.library.adds else None
        if route is not None:
            return route
        values = self.reader.evaluator.values(*value)
        if all(isinstance(one, MappingValue) for one in values):
            return slot.full(self.reader.hole(*value))
        if not any(isinstance(one, TextValue) and one.kind in _SPECIAL for one in values):
            return self._full(slot, value)
        options: list[Markup] = []
        for one in values:
            if isinstance(one, TextValue) and one.node is not value.node:
                options.append(self._of(slot, Argument(one.node, one.frame)))
            else:
                options.append(slot.full(self.reader.hole(*value)))
        different = list(dict.fromkeys(options))
        at = slot.value.start
        tests = [f"option_{at}_{number}" for number in range(len(different) - 1)]
        return self._choice(list(zip([*tests, ""], different, strict=True)), slot)

    def _route(self, slot: _Slot, value: Argument) -> Markup | None:
        """A function of a route in the place of its address: `hx_get=rows`, `rows.to(page=2)`."""
        node, frame = value
        given = ""
        if isinstance(node, ast.Call):
            if not isinstance(node.func, ast.Attribute) or node.func.attr != "to":
                return None
            given = "".join(f", {one.arg}={one.arg}" for one in node.keywords if one.arg)
            node = node.func.value
        if not isinstance(node, ast.Name | ast.Attribute):
            return None
        values = self.reader.evaluator.values(node, frame)
        names = {one.scope.name for one in values if isinstance(one, FunctionValue)}
        is_address = slot.one.name.startswith("hx-") or slot.one.name in _ADDRESSES
        if len(names) == len(values) == 1 and is_address:
            return slot.full((Hole(f"url_for('{names.pop()}'{given})", slot.value),))
        return None

    def _several(self, slot: _Slot, value: Argument) -> Markup:
        """`cls=["a", "b"]`, `style={"color": "red"}`, `class_={"on": is_on}`."""
        node, frame = value
        if slot.one.name in _JSON and isinstance(node, ast.Dict):
            text = self._as_json(node)
            if text is not None:
                return slot.full(escaped((Text(text, slot.value),)))
        items = self._items(node, frame)
        if items is None:
            return slot.full(self.reader.hole(*value))
        return slot.full(self._joined(slot, items)) if items else ()

    def _items(self, node: ast.expr, frame: Frame) -> list[tuple[Argument, ...]] | None:
        """The texts that a list or a mapping is joined of, each in pieces."""
        if isinstance(node, ast.List | ast.Tuple):
            if any(isinstance(one, ast.Starred | ast.Dict) for one in node.elts):
                return None
            kept = [one for one in node.elts if not _is_empty(one)]
            return [(Argument(one, frame),) for one in kept]
        if isinstance(node, ast.Dict) and self.library.joins_pairs:
            pairs = list(zip(node.keys, node.values, strict=True))
            return [(Argument(k, frame), Argument(v, frame)) for k, v in pairs if k is not None]
        return None

    def _joined(self, slot: _Slot, items: list[tuple[Argument, ...]]) -> Markup:
        found: Markup = ()
        for number, item in enumerate(items):
            between = "; " if len(item) > 1 else " "
            found = (*found, *((Safe(between, slot.value),) if number else ()))
            for place, piece in enumerate(item):
                found = (*found, *((Safe(":", slot.value),) if place else ()), *self._text(piece))
        return found

    @staticmethod
    def _as_json(node: ast.expr) -> str | None:
        try:
            return json.dumps(ast.literal_eval(node))
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return None

    def _full(self, slot: _Slot, value: Argument) -> Markup:
        return slot.full(self._text(value))

    def _text(self, value: Argument) -> Markup:
        found = self.reader.markup(*value)
        if _has_elements(found):
            return self.reader.hole(*value)
        return escaped(found) if self.library.escapes else as_it_is(found)


class _Slot:
    """Where an attribute is written: its name, and the expression that is its value."""

    def __init__(self, one: Attribute, value: Span) -> None:
        self.one = one
        self.value = value

    def bare(self) -> Markup:
        return (Safe(" ", self.one.place), Safe(self.one.name, self.one.place))

    def full(self, value: Markup) -> Markup:
        name, written = self.one.place, self.value
        between = name
        if name.source is written.source and name.end < written.start:
            between = Span(name.source, name.end, written.start)
        last = written._replace(start=max(written.start, written.end - 1))
        before = (Safe(self.one.before, written),) if self.one.before else ()
        return (*self.bare(), Safe('="', between), *before, *value, Safe('"', last))


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (None, False, "")


def _has_elements(markup: Markup) -> bool:
    """Whether there is an element in what should be the text of a value."""
    for part in markup:
        match part:
            case Safe():
                if part.text.startswith("<"):
                    return True
            case Choice():
                if any(_has_elements(option) for _, option in part.options):
                    return True
            case Loop():
                if _has_elements(part.body):
                    return True
    return False
