"""What a person sees of a long run: one line on the terminal, gone when the run ends."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sse_check.findings.check import OnProgress
from sse_check.report.style import visible

_AFTER_SECONDS = 1.0
_EVERY_SECONDS = 0.1
_WIDTH = 24


@contextmanager
def progress(wanted: bool) -> Iterator[OnProgress | None]:
    """Something to tell how far a run is; None where nobody would see it."""
    if not (wanted and sys.stderr.isatty()):
        yield None
        return
    line = _Line()
    try:
        yield line.on_progress
    finally:
        line.clear()


class _Line:
    """The line, rewritten in place; short runs never show it."""

    def __init__(self) -> None:
        self.start = self.last = time.monotonic()
        self.shown = 0

    def on_progress(self, done: int, total: int, what: str) -> None:
        now = time.monotonic()
        if now - self.start < _AFTER_SECONDS or now - self.last < _EVERY_SECONDS:
            return
        self.last = now
        filled = _WIDTH * done // max(1, total)
        text = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total} {visible(what)}"
        sys.stderr.write("\r" + text.ljust(self.shown))
        sys.stderr.flush()
        self.shown = len(text)

    def clear(self) -> None:
        if self.shown:
            sys.stderr.write("\r" + " " * self.shown + "\r")
            sys.stderr.flush()
