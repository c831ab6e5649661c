"""Calls that are given the same: what a function returns for them is worked out once.

Every view of an application asks who is logged in, and gives that the same request, of which
nothing is known. Only what is cheap to compare is compared: constants, names and attributes.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from sse_check.python.values import (
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

if TYPE_CHECKING:
    from sse_check.python.evaluate import Evaluator

# A function: its scope, what it is bound to, and the frame around it, each by its identity.
Home = tuple[int, int, int]
# What stands for an argument of which nothing is known.
_NOTHING = "nothing is known of it"


class _Call(NamedTuple):
    """A call with what it returned, and how deep within other calls it was."""

    node: ast.Call
    frame: Frame
    found: tuple[Value, ...]


class Alike:
    """What functions returned, by what they were given."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        # The first call of each function: arguments are compared where there is a second one.
        self._first: dict[Home, _Call | None] = {}
        self._known: dict[Hashable, _Call] = {}
        # What is known by its identity stays alive, so that nothing else gets the same.
        self._kept: list[FunctionValue] = []

    def returned(
        self, function: FunctionValue, call: ast.Call | None, frame: Frame | None
    ) -> tuple[Value, ...]:
        """What a function returns: what it did for a call that was given the same, if there was
        one."""
        evaluator, scope = self.evaluator, function.scope
        is_simple = isinstance(scope.node, ast.Lambda) or scope.yields
        if is_simple or call is None or frame is None:
            return evaluator.worked_out(function, call, frame)
        known = self._of_another(function, call, frame)
        if known is not None:
            return known
        found, is_whole = evaluator.in_whole(lambda: evaluator.worked_out(function, call, frame))
        if is_whole:
            self._remember(function, _Call(call, frame, found))
        return found

    def _of_another(
        self, function: FunctionValue, call: ast.Call, frame: Frame
    ) -> tuple[Value, ...] | None:
        home = home_of(function)
        if home not in self._first:
            return None
        first = self._first[home]
        if first is not None:
            self._first[home] = None
            self._keep(home, first)
        known = self._known.get(self._key(home, call, frame))
        return known.found if known is not None and known.frame.depth <= frame.depth else None

    def _remember(self, function: FunctionValue, made: _Call) -> None:
        home = home_of(function)
        if home not in self._first:
            self._kept.append(function)
            self._first[home] = made
        else:
            self._keep(home, made)

    def _keep(self, home: Home, made: _Call) -> None:
        key = self._key(home, made.node, made.frame)
        if key is None or (_is_of_its_own(made.node) and any(map(_is_made, made.found))):
            # What is made twice without being told apart is two things: `queue = new_queue()`.
            return
        self._known[key] = made

    def _key(self, home: Home, call: ast.Call, frame: Frame) -> Hashable:
        """The function and what it is given; None where that cannot be compared."""
        given = tuple(self._given(call, frame))
        return None if None in given else (home, given)

    def _given(self, call: ast.Call, frame: Frame) -> Iterator[Hashable]:
        for one in call.args:
            yield self._argument(one, frame)
        for keyword in call.keywords:
            # `**others` has no name.
            yield keyword.arg
            yield self._argument(keyword.value, frame)

    def _argument(self, node: ast.expr, frame: Frame) -> Hashable:
        """What an argument stands for; None where that takes long to work out."""
        if isinstance(node, ast.Constant):
            # A text is shown where it is written.
            return node if isinstance(node.value, str) else (type(node.value), node.value)
        if not isinstance(node, ast.Name | ast.Attribute):
            return None
        evaluator = self.evaluator
        values, is_whole = evaluator.in_whole(lambda: evaluator.values(node, frame), aside=True)
        return frozenset(map(_plain, values)) if is_whole else None


def home_of(function: FunctionValue) -> Home:
    """What a function is, apart from its calls."""
    return id(function.scope), id(function.owner), id(function.closure)


def _is_of_its_own(call: ast.Call) -> bool:
    """Whether a call says nothing of whom it is for."""
    given = (*call.args, *(keyword.value for keyword in call.keywords))
    return all(isinstance(one, ast.Constant) for one in given)


def _is_made(value: Value) -> bool:
    """Whether a value is an object that a function makes."""
    if not isinstance(value, InstanceValue | SequenceValue | MappingValue):
        return False
    return value.frame.scope.is_function


def _plain(value: Value) -> Hashable:
    """A value, without the place at which it is written where nothing is known of it."""
    if isinstance(value, Unknown):
        return _NOTHING
    if isinstance(value, Text):
        is_told = any(value.pattern.parts)
        return (value.kind, value.pattern, value.put_in, value.node if is_told else None)
    if isinstance(value, InstanceValue) and isinstance(value.of, External):
        return value.dotted if value.call is None or _is_of_some(value.of) else value
    return value.dotted if isinstance(value, External) and _is_of_some(value) else value


def _is_of_some(value: External) -> bool:
    """Whether it belongs to an object of which only the class is known: `request.app`."""
    return value.owner is not None and value.owner.call is None
