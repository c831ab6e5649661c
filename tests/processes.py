"""Which processes are there, for tests that nothing is left (where the system has /proc)."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

PROC = Path("/proc")
HAS_PROC = Path("/proc/self/stat").exists()


def _state_and_parent(pid: int) -> tuple[str, int]:
    words = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return words[0], int(words[1])


def is_there(pid: int) -> bool:
    try:
        return _state_and_parent(pid)[0] != "Z"
    except OSError:
        return False


def descendants(pid: int) -> set[int]:
    """Every process that a process started, and that those started."""
    parents: dict[int, int] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = _state_and_parent(int(entry.name))[1]
            except OSError:
                continue
    found, before = {pid}, 0
    while len(found) > before:
        before = len(found)
        found |= {child for child, parent in parents.items() if parent in found}
    return found - {pid}


def until(ready: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Look again and again whether something is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():
            return True
        time.sleep(0.1)
    return ready()


def left_of(pids: Iterable[int], seconds: float = 15.0) -> list[int]:
    """Those that are still there after a while."""
    known = list(pids)
    until(lambda: not any(is_there(pid) for pid in known), seconds)
    return [pid for pid in known if is_there(pid)]
