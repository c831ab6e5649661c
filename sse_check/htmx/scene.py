"""What is known of one stretch of a template while it is put into a page."""

from dataclasses import dataclass, field
from typing import NamedTuple

from sse_check.htmx.dom import Node
from sse_check.project.ways import Frame
from sse_check.template.model import Block, Template


class Body(NamedTuple):
    """The body of a `call` block, to stand where the macro asks for it."""

    root: int
    outer: "Scene"


@dataclass(slots=True)
class Scene:
    """What is true of one stretch of a template while it is being expanded.

    `chain` are a page and its layouts, the page first. `wrapped` are the layouts and the page
    that this layout wraps because of the folder it lies in, the nearest first. `supers` is what
    `super()` means here.
    """

    path: str
    template: Template
    frames: tuple[Frame, ...]
    chain: tuple[str, ...] = ()
    body: Body | None = None
    embedded: dict[str, tuple["Scene", Block]] = field(default_factory=dict)
    wrapped: tuple[str, ...] = ()
    supers: tuple[tuple["Scene", Block], ...] = ()


@dataclass(slots=True)
class OpenPlaces:
    """The elements of one stretch that were made, and where pieces moved what follows them."""

    place: Node
    nodes: dict[int, Node] = field(default_factory=dict)
    moved: dict[int, Node] = field(default_factory=dict)

    def turn(self, home: Node, goes_on: Node) -> None:
        """What follows in `home` goes elsewhere from here on."""
        if goes_on is not self.after(home):
            self.moved[id(home)] = goes_on

    def after(self, home: Node) -> Node:
        """Where what stands in `home` goes by now."""
        return self.moved.get(id(home), home) if self.moved else home
