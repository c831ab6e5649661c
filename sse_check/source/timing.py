"""Where the time of a run goes. Each moment counts for the innermost part alone.

Nothing is measured until somebody asks, which `--statistics` does.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import process_time


class Timing:
    """Seconds of processor time by part."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._open: list[str] = []
        self._since = 0.0
        self.wanted = False

    def start(self) -> None:
        """Measure from here on; what ran before is the start of the program."""
        self.wanted = True
        self.spent = {"start": process_time()}
        self._open = ["the rest"]
        self._since = process_time()

    def part(self, name: str) -> AbstractContextManager[None]:
        """Count what happens inside for a part."""
        return self._part(name) if self.wanted else nullcontext()

    @contextmanager
    def _part(self, name: str) -> Iterator[None]:
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def _turn(self) -> None:
        now = process_time()
        part = self._open[-1]
        self.spent[part] = self.spent.get(part, 0.0) + now - self._since
        self._since = now

    def taken(self) -> list[tuple[str, float]]:
        """The parts with what they took so far, the longest first."""
        self._turn()
        return sorted(self.spent.items(), key=lambda item: -item[1])


timing = Timing()
