"""What a start tag says: its attributes, and the pieces that their values are made of."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sse_check.template.conditions import Facts
from sse_check.template.lexer import OUTPUT
from sse_check.template.model import Template
from sse_check.template.values import Choice, Hole, Parts

# White space in a tag, and nothing else.
SPACE = "\t\n\f\r "
_RUN = re.compile(OUTPUT + "+")


class Attribute(NamedTuple):
    """One attribute as it is written, with the condition under which it stands.

    `value` is None for a bare name. The value span excludes the quotes. `certain` is false
    when the attribute stands in a branch or loop that no fact describes.
    """

    template: Template
    name: str
    start: int
    name_end: int
    value: Parts | None
    value_start: int
    value_end: int
    quote: str
    facts: Facts
    certain: bool

    @property
    def end(self) -> int:
        if self.value is None:
            return self.name_end
        # What a function writes has its value inside its name's place: the call.
        return max(self.name_end, self.value_end + len(self.quote))


class Call(NamedTuple):
    """An expression or statement between attributes that may bring attributes with it.

    Of a block, `text` is the name, and `start` and `end` are those of its content.
    """

    text: str
    start: int
    end: int
    kind: str
    facts: Facts
    certain: bool


@dataclass(slots=True)
class StartTag:
    """What a start tag says: its attributes, and what in it is known only when rendered."""

    attributes: list[Attribute] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    # Whether a block stands in some value.
    has_blocks: bool = False


def parts_in(template: Template, start: int, end: int) -> Parts:
    mask, text = template.mask, template.text
    if mask.find(OUTPUT, start, end) < 0:
        return (text[start:end],) if end > start else ()
    parts: list[str | Hole | Choice] = []
    position = start
    for hole in holes_in(template, start, end):
        if hole.start > position:
            parts.append(text[position : hole.start])
        parts.append(hole)
        position = hole.end
    if position < end:
        parts.append(text[position:end])
    return tuple(parts)


def holes_in(template: Template, start: int, end: int) -> Iterator[Hole]:
    outputs = template.outputs
    index = bisect_left(outputs, (start, 0))
    while index < len(outputs) and outputs[index][0] < end:
        at, after = outputs[index]
        yield Hole(template.text[at + 2 : after - 2].strip(" \t\r\n-+~"), at, after)
        index += 1
