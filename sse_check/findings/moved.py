"""Texts with edits made, and from places in the old text to places in the new one."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from sse_check.findings.model import Edit


def edited(text: str, edits: Sequence[Edit]) -> str:
    """The text with all edits made."""
    parts: list[str] = []
    done = 0
    for edit in in_order(edits):
        parts += (text[done : edit.span.start], edit.text)
        done = edit.span.end
    parts.append(text[done:])
    return "".join(parts)


def in_order(edits: Sequence[Edit]) -> list[Edit]:
    return sorted(edits, key=lambda edit: (edit.span.start, edit.span.end))


class Moved:
    """From places in the old text to places in the new one, by edits in their order.

    No edit overlaps another, so their starts and ends are ordered alike.
    """

    def __init__(self, edits: list[Edit]) -> None:
        self.edits = edits
        self.starts = [edit.span.start for edit in edits]
        self.ends = [edit.span.end for edit in edits]
        # By how much what follows so many edits has moved.
        self.shifts = [0]
        # Where new text lies, in the new one.
        self.inserted: list[tuple[int, int]] = []
        for edit in edits:
            start = edit.span.start + self.shifts[-1]
            self.inserted.append((start, start + len(edit.text)))
            grown = len(edit.text) - (edit.span.end - edit.span.start)
            self.shifts.append(self.shifts[-1] + grown)

    def start(self, offset: int) -> int:
        """A place that something begins at: what is inserted there comes before it."""
        return offset + self.shifts[bisect_right(self.ends, offset)]

    def end(self, offset: int) -> int:
        """A place that something ends at: what is inserted there comes after it."""
        done = min(bisect_right(self.ends, offset), bisect_left(self.starts, offset))
        return offset + self.shifts[done]

    def touches(self, start: int, end: int) -> bool:
        return bool(self.within(start, end))

    def within(self, start: int, end: int) -> list[Edit]:
        """The edits that change something of a stretch."""
        return self.edits[bisect_right(self.ends, start) : bisect_left(self.starts, end)]

    def is_new(self, start: int, end: int) -> bool:
        """Whether a stretch of the new text lies in what one edit writes."""
        before = bisect_left(self.inserted, (start + 1, 0))
        return before > 0 and end <= self.inserted[before - 1][1]

    def is_partly_new(self, start: int, end: int) -> bool:
        before = bisect_left(self.inserted, (end, 0))
        return before > 0 and start < self.inserted[before - 1][1]
