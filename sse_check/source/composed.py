"""A text that is put together of stretches of other texts, and knows where each comes from.

Markup in Python is read as a template of its own. Its text stands in no file as it is: escapes
are resolved, values put in, calls written as tags. What is found in it is said of the places in
the Python files.
"""

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from sse_check.source.text import Source, Span


class Through(NamedTuple):
    """A call of a function, and where that function is written."""

    call: Span
    inside: Span


class Stretch(NamedTuple):
    """Characters from `start` on that come from `origin`; one by one when they are `exact`.

    `calls` are those that were open when it was put here, the first of them first.
    """

    start: int
    origin: Span
    exact: bool
    calls: tuple[Through, ...] = ()


class ComposedSource(Source):
    """`stretches` cover the text without gaps, in order; the first begins at 0."""

    __slots__ = ("_starts", "stretches")

    def __init__(self, path: str, text: str, stretches: list[Stretch], file: str = "") -> None:
        super().__init__(path, text, file=file)
        self.stretches = stretches
        self._starts = [stretch.start for stretch in stretches]

    def real(self, span: Span) -> Span:
        """Where a stretch of this text is written.

        One that is put together of several places begins at the first of them; it ends with the
        last one of the same file, or else with the first.
        """
        first = self._stretch(span.start)
        last = self._stretch(max(span.start, span.end - 1))
        source, start = first.origin.source, first.origin.start
        end = first.origin.end
        if first.exact:
            start += span.start - first.start
            end = start if span.end == span.start else end
        if last.origin.source is source:
            ends = last.origin.end
            if last.exact:
                ends = last.origin.start + span.end - last.start
            end = ends if ends >= start else max(start, end)
        return Span(source, start, end)

    def calls(self, span: Span) -> list[Through]:
        """The calls of the functions that a stretch is written in, the nearest first.

        What a function is given is written where it is called, not in the function.
        """
        found: list[Through] = []
        at = self.real(span)
        for one in reversed(self._stretch(span.start).calls):
            inside = one.inside
            if inside.source is at.source and inside.start <= at.start < inside.end:
                found.append(one)
                at = one.call
        return found

    def given(self, span: Span) -> Span | None:
        """What stands in a stretch and is written elsewhere: an attribute's value that a caller
        gives, or a constant that has a name. None where all of it is written in one place."""
        at = self.real(span)
        first = max(0, bisect_right(self._starts, span.start) - 1)
        for number in range(first, bisect_left(self._starts, span.end)):
            one = self.stretches[number]
            before = max(0, span.start - one.start)
            after = span.end - one.start
            start = one.origin.start + before
            part = Span(one.origin.source, start, min(one.origin.end, one.origin.start + after))
            inside = part.source is at.source and at.start <= part.start < at.end
            if one.exact and not inside and part.text.strip():
                return part
        return None

    def edited(self, span: Span) -> Span | None:
        """The place to edit for a stretch of the text; None when no file has it as it is."""
        first = self._stretch(span.start)
        last = self._stretch(max(span.start, span.end - 1))
        return self.real(span) if first.exact and first is last else None

    def _stretch(self, offset: int) -> Stretch:
        return self.stretches[max(0, bisect_right(self._starts, offset) - 1)]
