"""Calls of a function with the same arguments: what they return is read once.

The pages of an application share a layout, and each of its functions would be read again for
every page. Arguments are the same when they lead to the same values in the source, or when
nothing at all is known of them: then only the name of the parameter can be shown.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator
from typing import Protocol

from sse_check.markup.tree import Hole, Markup
from sse_check.python.alike import Home, home_of
from sse_check.python.evaluate import Evaluator
from sse_check.python.values import Frame, FunctionValue, Text, Unknown, Value

# What makes an address of the name of a route: which one it is, matters.
REVERSING = frozenset("url_for reverse reverse_lazy url_path_for app_url_for route_reverse".split())


class Reading(Protocol):
    """What reads an expression."""

    evaluator: Evaluator

    def once(self, node: ast.expr, frame: Frame) -> Markup: ...


class Calls:
    """Frames of calls, one for all calls that are given the same."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.evaluator = reading.evaluator
        self._frames: dict[Hashable, Frame] = {}
        # The one call of a function that was met so far; None where there were others.
        self._first: dict[Home, tuple[ast.Call, Frame, Frame] | None] = {}
        self._kept: list[FunctionValue] = []

    def frame(self, function: FunctionValue, call: ast.Call | None, frame: Frame | None) -> Frame:
        """The frame inside a function that is called like this, or was, with the same."""
        inner = self.evaluator.inside(function, call, frame)
        if call is None or frame is None:
            return inner
        key = home_of(function)
        if key not in self._first:
            # What the key is made of stays alive, so that nothing else gets the same.
            self._kept.append(function)
        first = self._first.setdefault(key, (call, frame, inner))
        if first is not None and first[2] is inner:
            # What arguments are takes long to compare: most functions are called once.
            return inner
        if first is not None:
            self._first[key] = None
            self._shared(key, *first)
        return self._shared(key, call, frame, inner)

    def _shared(self, key: Home, call: ast.Call, frame: Frame, inner: Frame) -> Frame:
        """The first of the frames of calls that are given the same."""
        given = tuple(self._given(call, frame))
        return inner if None in given else self._frames.setdefault((*key, given), inner)

    def _given(self, call: ast.Call, frame: Frame) -> Iterator[Hashable]:
        """What each argument stands for; None where that cannot be compared."""
        for one in call.args:
            yield None if isinstance(one, ast.Starred) else self._argument(one, frame)
        for keyword in call.keywords:
            if keyword.arg is None:
                yield None
            else:
                yield keyword.arg
                yield self._argument(keyword.value, frame)

    def _argument(self, node: ast.expr, frame: Frame) -> Hashable:
        if isinstance(node, ast.Constant):
            return node
        while isinstance(node, ast.Name):
            given = frame.given.get(node.id)
            if given is None or node.id in frame.fixed:
                break
            if not (len(given) == 2 and isinstance(given[1], Frame)):
                break
            node, frame = given
        values = self.evaluator.values(node, frame)
        plain = frozenset(map(_plain, values))
        if any(isinstance(one, Unknown) or _is_open(one) for one in values):
            # Not known, or not wholly: then what is shown of it tells more.
            shown = self.reading.once(node, frame)
            return (plain, None if is_unknown(shown) else shown)
        return plain


def is_unknown(markup: Markup) -> bool:
    """Whether nothing is known of it but the words of an expression."""
    return all(
        isinstance(part, Hole) and not any(name in part.text for name in REVERSING)
        for part in markup
    )


def _is_open(value: Value) -> bool:
    return isinstance(value, Text) and value.pattern.literal is None


def _plain(value: Value) -> Hashable:
    """A value without the call that it comes from."""
    if isinstance(value, Unknown):
        return None
    if isinstance(value, Text):
        return (value.kind, value.pattern, None if _is_open(value) else value.node)
    return value
