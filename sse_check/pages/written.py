"""A rendering as markup, before a parser reads it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from sse_check.pages.bound import Names
from sse_check.pages.outline import Outline
from sse_check.pages.scene import Scene
from sse_check.template.conditions import Facts

UNKNOWN_TAG = "x-unknown"
"""Stands around what something unknown wraps."""


class Missed(NamedTuple):
    """A stretch that was not written, and the conditions under which it is.

    `around` are those outside of its file, as they were decided.
    """

    around: Facts
    facts: Facts
    # Whether something in its file has to do with events.
    speaks: bool


@dataclass(slots=True)
class Written:
    """Markup in pieces, and the scenes that its marks name; templates hold theirs apart."""

    texts: list[str] = field(default_factory=list)
    scenes: list[tuple[Scene, Names, Outline]] = field(default_factory=list)
    # Sets of conditions under which stretches of markup stand.
    guards: list[frozenset[str]] = field(default_factory=list)
    inert: list[str] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    # How many start tags there are, and how many places that bring some.
    elements: int = 0
    places: int = 0
    unseen: bool = False
    # What was left out because there was too much of it.
    cut: str = ""
    files: set[str] = field(default_factory=set)
