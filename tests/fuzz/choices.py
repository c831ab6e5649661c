"""Structured inputs out of bytes, so that one target serves chance, coverage and shrinking."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Choices:
    """Takes decisions from bytes; when they run out, always the first one."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    @property
    def left(self) -> int:
        return max(0, len(self.data) - self.at)

    def number(self, most: int) -> int:
        """A number from 0 up to `most`."""
        value = self.data[self.at] if self.at < len(self.data) else 0
        self.at += 1
        return value % (most + 1)

    def of(self, options: Sequence[T]) -> T:
        return options[self.number(len(options) - 1)]

    def text(self, pieces: Sequence[str], most: int = 60) -> str:
        """Pieces in a row, or the bytes themselves as text."""
        if self.number(7) == 7:
            raw = self.data[self.at : self.at + 20 * most]
            self.at += len(raw)
            return raw.decode("utf-8", "replace")
        found = []
        for _ in range(most):
            if not self.left:
                break
            found.append(self.of(pieces))
        return "".join(found)
