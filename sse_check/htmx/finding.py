"""How a live page finds elements, and how much it looks for them."""

import math
import re
from collections.abc import Iterator
from functools import cached_property

from sse_check.htmx import selectors
from sse_check.htmx.copying import Copies, TooMuchError
from sse_check.htmx.dom import Node
from sse_check.htmx.ids import Ids
from sse_check.htmx.stacks import Stack
from sse_check.htmx.streams import Streams

# What is beside an element is looked for in the whole page, in several passes.
_BESIDE = re.compile(r"\b(?:next|previous) ")
_PASSES = 4


class Finding(Streams):
    """A page in which elements are found by selectors."""

    stack: Stack

    def __init__(self, root: Node, connections: int | None) -> None:
        super().__init__(root, connections)
        self.ids = Ids(root)
        # Without a limit, unless somebody sets one before the page is loaded.
        self.copies = Copies(math.inf)
        # Whether an event is on its way: only then too much work is told by an exception.
        self.in_event = False

    def find(self, element: Node, selector: str) -> selectors.Place:
        """The first element that this htmx finds."""
        return next(self._finding(element, selector), None)

    def find_all(self, element: Node, selector: str) -> list[selectors.Place]:
        """Everything that this htmx finds, in its order."""
        return list(self._finding(element, selector))

    def _finding(self, element: Node, selector: str) -> Iterator[selectors.Place]:
        known = self.ids.found(selector)
        if known is not None:
            return iter(known)
        if self.copies.are_used_up:
            if self.in_event:
                raise TooMuchError
            # What comes of its events is not asked any more.
            return iter(())
        if _BESIDE.search(selector):
            self.copies.look(_PASSES * self.size)
        looked = self.copies.look
        return selectors.finding(element, selector, self.root, self.stack, looked)

    @cached_property
    def size(self) -> int:
        """How many elements it has, more or less."""
        return sum(1 for _ in self.root.subtree())
