"""Which files and folders a run has looked at, and how they were then.

Nothing is kept until somebody asks, which `--watch` does: it waits for one of them to differ.
"""

import os

# When the content and the rest were changed, the size, and which file it is: one that is saved
# under another name and moved here may have the size and the time of the one before.
Stamp = tuple[int, int, int, int]


class Seen:
    """Files with their stamps, None for one that is not there; folders with names in them."""

    def __init__(self) -> None:
        self.files: dict[str, Stamp | None] = {}
        self.folders: dict[str, frozenset[str]] = {}
        self.wanted = False

    def start(self) -> None:
        self.wanted = True
        self.forget()

    def stop(self) -> None:
        self.wanted = False
        self.forget()

    def forget(self) -> None:
        """All is looked at anew."""
        self.files = {}
        self.folders = {}

    def opened(self, path: str, status: os.stat_result) -> None:
        """A file as it was when it was opened: what is written later makes it another."""
        if self.wanted:
            self.files[path] = _stamp(status)

    def asked(self, path: str) -> None:
        """A file of which somebody wanted to know whether it is there, or that was not opened."""
        if self.wanted:
            self.files[path] = stamp_of(path)


def stamp_of(path: str) -> Stamp | None:
    try:
        return _stamp(os.stat(path))
    except (OSError, ValueError):
        return None


def _stamp(status: os.stat_result) -> Stamp:
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


seen = Seen()
