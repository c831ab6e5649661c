"""Attribute values as patterns: literal text, holes, and choices between branches."""

import re
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple

from sse_check.template.conditions import Facts, combine, consistent


class Hole(NamedTuple):
    """Something that is known only when the template is rendered.

    `kind` is "expression" for `{{ x }}` and "statement" for `{% x %}`.
    """

    text: str
    start: int
    end: int
    kind: str = "expression"


class Choice(NamedTuple):
    """Text that depends on a branch: each option with what must hold for it."""

    options: tuple[tuple[Facts, "Parts"], ...]


class BlockValue(NamedTuple):
    """A block in a value: its name, what stands in it here, and where. Pages may replace it."""

    text: str
    start: int
    end: int
    parts: "Parts"
    kind: str = "block"


class Told(NamedTuple):
    """What a block comes to on one page."""

    parts: tuple[str | None, ...]


Piece = str | Hole | BlockValue | Told
Parts = tuple["Piece | Choice", ...]

ANYTHING = None
"""In a pattern: a stretch of unknown text."""

_MOST_VARIANTS = 64


@dataclass(frozen=True, slots=True)
class Pattern:
    """Literal parts with unknown stretches (`None`) between them."""

    parts: tuple[str | None, ...]

    @staticmethod
    def of(*parts: str | None) -> "Pattern":
        if len(parts) == 1 and parts[0]:
            return Pattern(parts)
        joined: list[str | None] = []
        for part in parts:
            if part == "":
                continue
            if joined and part is not None and joined[-1] is not None:
                joined[-1] += part
            elif joined and part is None and joined[-1] is None:
                continue
            else:
                joined.append(part)
        return Pattern(tuple(joined))

    @property
    def literal(self) -> str | None:
        """The text when all of it is known."""
        if not self.parts:
            return ""
        return self.parts[0] if len(self.parts) == 1 else None

    @property
    def is_open(self) -> bool:
        return self.literal is None

    def __str__(self) -> str:
        return "".join("*" if part is None else part for part in self.parts)

    def split(self, separator: str) -> "list[Pattern]":
        """Split at a literal separator, as the browser would split the finished text."""
        found: list[list[str | None]] = [[]]
        for part in self.parts:
            if part is None:
                found[-1].append(None)
                continue
            first, *rest = part.split(separator)
            found[-1].append(first)
            found.extend([piece] for piece in rest)
        return [Pattern.of(*parts) for parts in found]

    def strip(self) -> "Pattern":
        parts = list(self.parts)
        if parts and parts[0] is not None:
            parts[0] = parts[0].lstrip()
        if parts and parts[-1] is not None:
            parts[-1] = parts[-1].rstrip()
        return Pattern.of(*parts)

    def matches(self, other: "Pattern") -> bool:
        """Can one text fit both patterns?"""
        return self.parts == other.parts or _unify(self.parts, other.parts)


def _unify(left: tuple[str | None, ...], right: tuple[str | None, ...]) -> bool:
    """Whether two wildcard patterns have a common text (both ends anchored)."""
    if None not in left and None not in right:
        return "".join(map(str, left)) == "".join(map(str, right))
    if None not in left:
        return _fits("".join(map(str, left)), right)
    if None not in right:
        return _fits("".join(map(str, right)), left)
    # Both are open: what stands before the first hole and after the last one must agree.
    head_left, head_right = left[0] or "", right[0] or ""
    tail_left, tail_right = left[-1] or "", right[-1] or ""
    heads = head_left.startswith(head_right) or head_right.startswith(head_left)
    tails = tail_left.endswith(tail_right) or tail_right.endswith(tail_left)
    return heads and tails


def _fits(text: str, pattern: tuple[str | None, ...]) -> bool:
    expression = "".join(".*" if part is None else re.escape(part) for part in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


def variants(parts: Parts, known: dict[str, bool]) -> list[tuple[tuple[Piece, ...], Facts]]:
    """The texts that `parts` can become, each with the facts it depends on."""
    found: list[tuple[tuple[Piece, ...], dict[str, bool]]] = [((), {})]
    for part in parts:
        if not isinstance(part, Choice):
            piece = unescape(part) if isinstance(part, str) and "&" in part else part
            found = [((*before, piece), facts) for before, facts in found]
            continue
        grown = []
        for before, facts in found:
            for option_facts, option in part.options:
                so_far = {**known, **facts}
                if not consistent(so_far, option_facts):
                    continue
                for after, inner in variants(option, combine(so_far, option_facts)):
                    grown.append(
                        ((*before, *after), {**facts, **dict(option_facts), **dict(inner)})
                    )
        found = grown[:_MOST_VARIANTS]
    return [(pieces, tuple(facts.items())) for pieces, facts in found]
