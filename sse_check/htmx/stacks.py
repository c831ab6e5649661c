"""Stacks: a core of htmx with its SSE extension, and what tells them apart."""

from dataclasses import dataclass
from typing import Literal

Generation = Literal["1", "2", "4"]


@dataclass(frozen=True, slots=True)
class Stack:
    """What a page loads.

    `per_subtree` says that the extension looks through the whole subtree of every element that
    htmx processes, as it did before 2.2: it then registers some listeners twice.
    """

    name: str
    generation: Generation
    per_subtree: bool = False
    compat: bool = False


HTMX1 = Stack("htmx1", "1", per_subtree=True)
HTMX2 = Stack("htmx2", "2")
HTMX2_EXT210 = Stack("htmx2-ext210", "2", per_subtree=True)
HTMX4 = Stack("htmx4", "4")
HTMX4_COMPAT = Stack("htmx4-compat", "4", compat=True)
STACKS: dict[str, Stack] = {
    stack.name: stack for stack in (HTMX1, HTMX2, HTMX2_EXT210, HTMX4, HTMX4_COMPAT)
}
