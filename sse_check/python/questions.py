"""What is being asked of the evaluator, and how much is spent on it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from sse_check.python.depends import names_in
from sse_check.python.module import Module
from sse_check.python.values import Frame, Limit, Value

if TYPE_CHECKING:
    from typing import Self

DEEPEST = 40
NEVER = 1_000_000
# For one condition: those of which something can be told are told by less.
_MOST_STEPS_OF_CONDITION = 100

_NO_BOUND = 1 << 60
_ALL_SPENT = "working out what this sends takes more steps than are spent on one stream"

Condition = TypeVar("Condition", bound=ast.expr)
Found = TypeVar("Found")


class GivenUpError(Exception):
    """More was spent on a condition than it is worth, or would have to be."""

    def __init__(self, *, at_once: bool = False) -> None:
        super().__init__()
        # Whether it ends the innermost condition, however little was spent on that.
        self.at_once = at_once


class Questions:
    """Questions within questions, with the bounds of each."""

    def __init__(self) -> None:
        # What is being evaluated, with its depth, and the least depth at which it was cut short.
        self._asked: dict[tuple[int, int], int] = {}
        self._cut = NEVER
        # Answers that were cut short: kept until the whole question is answered.
        self._meanwhile: dict[tuple[int, int], tuple[Value, ...]] = {}
        self._spent = 0
        # Up to where the condition that is being worked out may go on.
        self._bound = NEVER
        # How much may still be spent on the work that all questions are asked for.
        self._left = _NO_BOUND
        # Where it was given up: answers lack something there, and say that they do.
        self.limits: dict[tuple[str, int, str], Limit] = {}
        # Whether all of this is asked for a condition.
        self.is_deciding = False
        self._conditions: dict[tuple[int, int], bool | None] = {}
        # What is known by its identity stays alive, so that nothing else gets the same.
        self._kept: list[tuple[object, Frame]] = []

    def keep(self, known: object, frame: Frame) -> None:
        """Something else is remembered by the identity of this."""
        self._kept.append((known, frame))

    def stop(self, module: Module, node: ast.AST, why: str) -> None:
        """Note that no further is looked at a place."""
        key = (module.path, getattr(node, "lineno", 1), why)
        self.limits.setdefault(key, Limit(module, node, why))

    @contextmanager
    def within(self, steps: int) -> Iterator[None]:
        """Spend no more than so many steps on some work, however much is asked for it."""
        kept, self._left, self._spent = self._left, steps, 0
        try:
            yield
        finally:
            self._left = kept

    def begins(self, module: Module, node: ast.AST) -> bool:
        """A question that is not part of another one; false where no more may be spent."""
        self._left -= self._spent
        self._spent = 0
        if self._left >= 0:
            return True
        # What waits for the answer must not be remembered.
        self._cut = 0
        self.stop(module, node, _ALL_SPENT)
        return False

    @contextmanager
    def asking(self, node: ast.AST, frame: Frame) -> Iterator[bool]:
        """Mark a question that is not about an expression; false when it is a circle."""
        key = (id(node), id(frame))
        place = self._asked.get(key, -1)
        if place >= 0 or len(self._asked) > DEEPEST:
            self._cut = min(self._cut, max(place, 0))
            yield False
            return
        self._asked[key] = len(self._asked)
        try:
            yield True
        finally:
            del self._asked[key]

    def in_whole(self, work: Callable[[], Found], *, aside: bool = False) -> tuple[Found, bool]:
        """What some work gives, and whether nothing in it was cut short; `aside` says that the
        question around it does not depend on that."""
        before, self._cut = self._cut, NEVER
        try:
            found = work()
            return found, self._cut == NEVER
        finally:
            self._cut = before if aside else min(self._cut, before)

    @contextmanager
    def afresh(self, *, deciding: bool = False) -> Iterator[None]:
        """Answer a question of its own in the midst of another: it has its own bounds."""
        kept = self._asked, self._cut, self._meanwhile, self._spent, self._bound
        was_deciding, self.is_deciding = self.is_deciding, deciding
        self._asked, self._cut, self._meanwhile, self._spent, self._bound = (
            {},
            NEVER,
            {},
            0,
            NEVER,
        )
        try:
            yield
        finally:
            self._asked, self._cut, self._meanwhile, self._spent, self._bound = kept
            self.is_deciding = was_deciding

    def condition(
        self,
        test: Condition,
        frame: Frame,
        work: Callable[[Self, Condition, Frame], bool | None],
    ) -> bool | None:
        """Whether a condition holds, worked out within bounds: most depend on what only a run
        shows, and many lead through half of a project."""
        while frame.base is not None and frame.touched.isdisjoint(names_in(test)):
            frame = frame.base
        key = (id(test), id(frame))
        if key in self._conditions:
            return self._conditions[key]
        outer = self._bound, self._cut
        was_deciding, self.is_deciding = self.is_deciding, True
        bound = (self._spent if self._asked else 0) + _MOST_STEPS_OF_CONDITION
        self._bound, self._cut = min(self._bound, bound), NEVER
        holds: bool | None = None
        try:
            holds = work(self, test, frame)
        except GivenUpError as given_up:
            if self._spent <= bound and not given_up.at_once:
                # It is the condition around this one that takes too much.
                self._cut = min(self._cut, outer[1])
                raise
            self._cut = NEVER
        finally:
            self._bound, self.is_deciding = outer[0], was_deciding
        if not self._asked:
            self._meanwhile.clear()
        if self._cut == NEVER:
            self._kept.append((test, frame))
            self._conditions[key] = holds
        self._cut = min(self._cut, outer[1])
        return holds
