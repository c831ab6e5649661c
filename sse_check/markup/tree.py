"""What a Python expression writes into a page, as far as it can be told.

A piece of markup is a row of parts: text with the place in the source that it comes from, holes
for what is known only when the program runs, and branches and loops around more of the same.
Whatever reads Python makes these parts; `writer.py` makes a template of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sse_check.source import Span


@dataclass(frozen=True, slots=True)
class Text:
    """Characters of the page. `span` is where they are written.

    They are `exact` when the source has the very same characters in that place, one by one:
    then a part of the text has its own place, and can be edited there. Otherwise (an escape, a
    keyword `sse_connect` that becomes `sse-connect`, a quote that nobody wrote) each character
    has the whole span for its place.
    """

    text: str
    span: Span

    @property
    def exact(self) -> bool:
        return self.span.end - self.span.start == len(self.text) and self.span.text == self.text


@dataclass(frozen=True, slots=True)
class Safe(Text):
    """Text that is markup: a library that makes elements writes it as it is.

    Any other text that such a library is given is escaped.
    """


@dataclass(frozen=True, slots=True)
class Border(Safe):
    """Where the markup of a function begins that is called at `span`, or ends: no character of
    the page. `inside` is where the function is written; None at the end."""

    inside: Span | None = None


@dataclass(frozen=True, slots=True)
class Hole:
    """Something that is known only when the program runs. `text` is the expression, for people."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several: each with the condition under which it is taken ("" for else)."""

    options: tuple[tuple[str, Markup], ...]
    span: Span
    size: int = field(init=False, compare=False, repr=False)
    code: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", 1 + sum(size_of(one) for _, one in self.options))
        object.__setattr__(self, "code", hash((self.options, self.span)))

    def __hash__(self) -> int:
        return self.code


@dataclass(frozen=True, slots=True)
class Loop:
    """Something that is written any number of times. `head` is `x in xs`, for people."""

    head: str
    body: Markup
    span: Span
    size: int = field(init=False, compare=False, repr=False)
    code: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", 1 + size_of(self.body))
        object.__setattr__(self, "code", hash((self.head, self.body, self.span)))

    def __hash__(self) -> int:
        return self.code


Part = Text | Hole | Choice | Loop
Markup = tuple[Part, ...]


def bordered(markup: Markup, call: Span, inside: Span) -> Markup:
    """What a function makes, between the borders of its call; a plain text has none."""
    if not has_tags(markup):
        return markup
    return (Border("", call, inside), *markup, Border("", call))


def without_borders(markup: Markup) -> Markup:
    """What is written on the page, whoever was called for it."""
    return tuple(part for part in markup if not isinstance(part, Border))


def has_tags(markup: Markup) -> bool:
    """Whether a tag begins somewhere in it."""
    for part in markup:
        match part:
            case Text():
                if "<" in part.text:
                    return True
            case Choice():
                if any(has_tags(option) for _, option in part.options):
                    return True
            case Loop():
                if has_tags(part.body):
                    return True
    return False


def size_of(markup: Markup) -> int:
    """Of how many parts markup is made, those inside of others included.

    A part that is built upon itself again and again is small in memory, and endless to write.
    """
    return sum(part.size if isinstance(part, Choice | Loop) else 1 for part in markup)
