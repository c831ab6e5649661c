"""Where an element of a page is written, and how each of its attributes came about."""

from dataclasses import dataclass, field
from typing import NamedTuple

from sse_check.pages.node import Node
from sse_check.pages.scene import Frame
from sse_check.source import Span
from sse_check.template.attributes import Attribute
from sse_check.template.conditions import Facts
from sse_check.template.model import Template
from sse_check.template.values import Pattern

HOLE = "\ue000"
"""Stands in an attribute's text for what is known only when the page is rendered."""

OUT_OF_SIGHT = "#unknown"
"""The name of a node that stands for elements that cannot be seen."""


class Value(NamedTuple):
    """One text an attribute can have, and what must hold for it."""

    pattern: Pattern
    facts: Facts


class ElementAttribute(NamedTuple):
    """An attribute as one page sees it: where it is written and the values it can have.

    `values` is None for a bare name. `fixed` says that it stands there on every rendering
    that satisfies `facts`.
    """

    name: str
    written: Attribute
    values: tuple[Value, ...] | None
    facts: Facts
    fixed: bool

    @property
    def span(self) -> Span:
        return Span(self.written.template.source, self.written.start, self.written.end)

    @property
    def value_span(self) -> Span:
        return Span(self.written.template.source, self.written.value_start, self.written.value_end)


@dataclass(slots=True)
class ElementTag:
    """All attributes of an element on a page. `open_for` lists prefixes of names that a dynamic
    part of the tag could add; an empty prefix means any name."""

    attributes: list[ElementAttribute] = field(default_factory=list)
    open_for: list[str] = field(default_factory=list)

    def may_gain(self, name: str) -> bool:
        return any(name.startswith(prefix) for prefix in self.open_for)


class AttributeValue(NamedTuple):
    """An attribute in one rendering: its text as a pattern (None for a bare name)."""

    pattern: Pattern | None
    attribute: ElementAttribute


@dataclass(slots=True, eq=False)
class Mark:
    """Where an element of a page is written, through which files it came, what it was given."""

    path: str
    template: Template
    node: int
    tag: ElementTag
    attributes: dict[str, AttributeValue]
    frames: tuple[Frame, ...] = ()
    # Elements beside it that it stands for.
    others: tuple[int, ...] = ()
    # The attributes that make a difference; None for an element that only stands around others.
    said: tuple[tuple[str, str], ...] | None = None

    @property
    def span(self) -> Span:
        return Span(
            self.template.source, self.template.starts[self.node], self.template.ends[self.node]
        )

    @property
    def place(self) -> tuple[str, int]:
        return (self.path, self.node)


def is_written_after(mark: Mark, other: Mark) -> bool:
    """Whether an element is surely written behind another: in its file, or brought in there."""
    at = mark.template.starts[mark.node]
    frames = mark.frames
    while frames != other.frames:
        inner, *outer = frames
        if inner.site is None or inner.via == "extends" or not outer:
            return False
        at, frames = inner.site.start, tuple(outer)
    return at > other.template.starts[other.node]


def mark_of(node: Node) -> Mark:
    """The mark of an element that comes from a template."""
    if not isinstance(node.mark, Mark):
        raise TypeError(f"{node!r} does not come from a template")
    return node.mark


def span_of(node: Node) -> Span:
    """The start tag of an element that comes from a template."""
    return mark_of(node).span


def named_alike(holder: Node) -> Node | None:
    """The element around one that has the id which the target of that one asks for, where both
    are written with the same expressions: `id="row-{{ pk }}"` and `hx-target="#row-{{ pk }}"`."""
    mark = mark_of(holder)
    given = mark.attributes.get("hx-target") or mark.attributes.get("hx-target:inherited")
    text = given.attribute.value_span.text if given is not None else ""
    for above in holder.lineage() if text.startswith("#") else ():
        other = above.mark
        if not isinstance(other, Mark) or other.frames != mark.frames or other.path != mark.path:
            continue
        named = other.attributes.get("id")
        if named is not None and named.attribute.value_span.text == text[1:]:
            return above
    return None
