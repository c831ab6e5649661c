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
    # Where the value is written, and the files from there up, if it stands in a block of its own.
    told_at: Span | None = None
    frames: tuple[Frame, ...] = ()

    @property
    def span(self) -> Span:
        return Span(self.written.template.source, self.written.start, self.written.end)

    @property
    def place(self) -> Span:
        """Where somebody looks who wants to know why it says what it does."""
        if self.told_at is not None and self.told_at.source is not self.written.template.source:
            return self.told_at
        return self.span

    @property
    def value_span(self) -> Span:
        if self.told_at is not None:
            return self.told_at
        return Span(self.written.template.source, self.written.value_start, self.written.value_end)


@dataclass(slots=True)
class ElementTag:
    """All attributes of an element on a page. `open_for` lists prefixes of names that a dynamic
    part of the tag could add; an empty prefix means any name."""

    attributes: list[ElementAttribute] = field(default_factory=list)
    open_for: list[str] = field(default_factory=list)
    # Whether pages may give it attributes, or take some, by a block in its tag.
    is_shared: bool = False

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
    """The element that has the id which the target of another asks for, where both are written
    with the same expressions: `id="row-{{ pk }}"` and `hx-target="#row-{{ pk }}"`. One around it
    goes first, then the nearest of the same file."""
    mark = mark_of(holder)
    given = mark.attributes.get("hx-target") or mark.attributes.get("hx-target:inherited")
    text = given.attribute.value_span.text if given is not None else ""
    if not text.startswith("#"):
        return None
    above = list(holder.lineage())
    around = next((one for one in above if _is_named(one, text[1:], mark)), None)
    return around or _nearest(above, text[1:], mark)


def _nearest(above: list[Node], text: str, mark: Mark) -> Node | None:
    """Of the elements whose id is written so the one that shares most of what stands around."""
    found = [one for one in above[-1].descendants() if _is_named(one, text, mark)]
    if len(found) < 2:
        return found[0] if found else None
    depths = {id(one): depth for depth, one in enumerate(reversed(above))}
    return max(found, key=lambda one: max(depths.get(id(n), 0) for n in one.lineage()))


def _is_named(node: Node, text: str, beside: Mark) -> bool:
    mark = node.mark
    if not isinstance(mark, Mark) or mark.frames != beside.frames or mark.path != beside.path:
        return False
    named = mark.attributes.get("id")
    return named is not None and named.attribute.value_span.text == text
