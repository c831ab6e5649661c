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
    # The generation of the extension where it is not the core's; empty where there is none.
    extension: str | None = None


HTMX1 = Stack("htmx1", "1", per_subtree=True)
HTMX2 = Stack("htmx2", "2")
HTMX2_EXT210 = Stack("htmx2-ext210", "2", per_subtree=True)
HTMX4 = Stack("htmx4", "4")
HTMX4_COMPAT = Stack("htmx4-compat", "4", compat=True)
MISMATCHED: dict[str, Stack] = {
    stack.name: stack
    for stack in (
        Stack("htmx1-core", "1", extension=""),
        Stack("htmx1-ext210", "1", per_subtree=True, extension="2"),
        Stack("htmx1-ext224", "1", extension="2"),
        Stack("htmx2-core", "2", extension=""),
        Stack("htmx2-ext1", "2", per_subtree=True, extension="1"),
        Stack("htmx4-core", "4", extension=""),
    )
}
STACKS: dict[str, Stack] = {
    stack.name: stack for stack in (HTMX1, HTMX2, HTMX2_EXT210, HTMX4, HTMX4_COMPAT)
}
