"""Blocks inside start tags: what a page has there, which may replace what its layout has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sse_check.pages.layouts import replacing
from sse_check.source import Span
from sse_check.template.tag import SPACE, Attribute
from sse_check.template.values import BlockValue, Choice, Hole, Parts, Piece, Told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sse_check.pages.bound import Names
    from sse_check.pages.scene import Frame

_ABOVE = re.compile(r"super\(\s*\)|block\.super")
_UNKNOWN = Told((None,))


class TagBody(NamedTuple):
    """One of the texts that a block has on a page, and the names where it is written."""

    names: Names
    start: int
    end: int

    @property
    def span(self) -> Span:
        return Span(self.names.frame.template.source, self.start, self.end)


class Filled(NamedTuple):
    """An attribute with its blocks as one page has them.

    `whole` is false where a block may end the value. `told_at` is where the value is written, if
    all of it stands in one block, and `frames` lead from there if that is another file.
    """

    written: Attribute
    value: Parts
    whole: bool
    told_at: Span | None
    frames: tuple[Frame, ...]


def is_above(expression: str) -> bool:
    """Whether an expression puts out the block of the layout: `super()`, `block.super`."""
    return _ABOVE.fullmatch(expression.strip()) is not None


def bodies_of(names: Names, name: str, start: int, end: int) -> tuple[TagBody, ...]:
    """The texts of a block that stands here, the page's own first; the last is what stands here."""
    own = TagBody(names, start, end)
    if names.scene is None:
        return (own,)
    found = replacing(names.reader.project, names.scene, name)
    return (*(TagBody(names.in_file(scene), first, last) for scene, first, last in found), own)


def inside(bodies: tuple[TagBody, ...]) -> Names:
    """The names in the first of several bodies; the others are there for `super()`."""
    return bodies[0].names.below(bodies[1:])


def has_blocks(names: Names, value: Parts) -> bool:
    """Whether something in a value is replaced by pages, or comes from a layout's block."""
    return any(
        isinstance(part, BlockValue)
        or (isinstance(part, Hole) and bool(names.supers) and is_above(part.text))
        or (isinstance(part, Choice) and any(has_blocks(names, one) for _, one in part.options))
        for part in value
    )


def filled(names: Names, attribute: Attribute, value: Parts) -> Filled:
    """An attribute as the page of these names has it."""
    parts, whole = _parts(names, value, attribute.quote)
    body = _only_body(names, value, attribute.quote)
    if body is None:
        written = attribute._replace(value=tuple(_shown(value)))
        return Filled(written, parts, whole, None, ())
    within, at, inner = body
    frames = within.frames if within.frame is not names.frame else ()
    return Filled(attribute._replace(value=inner), parts, whole, at, frames)


def _only_body(names: Names, value: Parts, quote: str) -> tuple[Names, Span, Parts] | None:
    """Where all of a value is written, if it is one block."""
    found = None
    while len(value) == 1 and (bodies := _bodies(names, value[0])):
        names = inside(bodies)
        inner = _read(names, bodies[0], quote)
        if inner is None:
            break
        found, value = (names, bodies[0].span, inner), inner
    return found


def _bodies(names: Names, part: object) -> tuple[TagBody, ...]:
    if isinstance(part, BlockValue):
        return bodies_of(names, part.text, part.start, part.end)
    return names.supers if isinstance(part, Hole) and is_above(part.text) else ()


def _read(names: Names, body: TagBody, quote: str) -> Parts | None:
    return names.reader.block_value(names.frame, body.start, body.end, quote)


def _parts(names: Names, value: Parts, quote: str) -> tuple[Parts, bool]:
    """A value with what its blocks come to; whether none of them may end it."""
    found: list[Piece | Choice] = []
    whole = True
    for part in value:
        told, is_whole = part, True
        if isinstance(part, Choice):
            options = [(facts, _parts(names, one, quote)) for facts, one in part.options]
            told = Choice(tuple((facts, inner) for facts, (inner, _) in options))
            is_whole = all(one for _, (_, one) in options)
        elif bodies := _bodies(names, part):
            told, is_whole = _told(bodies, quote)
        found.append(told)
        whole = whole and is_whole
    return tuple(found), whole


def _told(bodies: tuple[TagBody, ...], quote: str) -> tuple[Told | Choice, bool]:
    names = inside(bodies)
    inner = _read(names, bodies[0], quote)
    if inner is None:
        return _UNKNOWN, False
    parts, whole = _parts(names, inner, quote)
    values = names.texts_of(parts, ())
    ends = quote or SPACE + ">"
    if any(sign in (text or "") for one in values for text in one.pattern.parts for sign in ends):
        return _UNKNOWN, False
    if len(values) == 1 and not values[0].facts:
        return Told(values[0].pattern.parts), whole
    return Choice(tuple((one.facts, (Told(one.pattern.parts),)) for one in values)), whole


def _shown(value: Parts) -> Iterator[Piece | Choice]:
    """A value in which the expressions of blocks have a place, but no name."""
    for part in value:
        if not isinstance(part, BlockValue):
            yield part
        elif not all(isinstance(one, str) for one in part.parts):
            yield Hole("", part.start, part.end, "statement")
