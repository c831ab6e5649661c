"""An app's process ends with its parent, however that one dies, and leaves nothing behind.

On POSIX a guard stands between the two: a process in which no code of the app runs, so that
nothing the app does (hold the interpreter, close its files, ignore signals) keeps it from seeing
that the parent's pipe has closed. It ends the app, and whatever the app has started.
"""

import contextlib
import os
import queue
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

# How long an app may tidy up when its parent has gone.
_LEAVE_SECONDS = 3.0
# Marks every process of one app, also those that left its group.
MARK = "SSE_CHECK_PROCESS"
_PROCESSES = Path("/proc")
# A process that is being started while others are ended is found the next time.
_MOST_SWEEPS = 5


def guard() -> None:
    """Go on in a child of this process, which stays to end it."""
    if not hasattr(os, "fork"):
        return
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    child = os.fork()
    if child == 0:
        os.close(woken)
        os.close(wake)
        return
    # The child alone talks: when it has ended, the parent reads the end.
    empty = os.open(os.devnull, os.O_WRONLY)
    os.dup2(empty, 1)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    _watch_over(child, woken)


def _watch_over(child: int, woken: int) -> None:
    """Wait until the child or the parent has gone, then end what is left, and end likewise."""
    import select

    looking = select.poll()
    looking.register(woken, select.POLLIN)
    # Nothing is read here: that the other end was closed is said anyway.
    looking.register(0, 0)
    end: float | None = None
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended or (end is not None and time.monotonic() >= end):
            break
        for place, _ in looking.poll(None if end is None else (end - time.monotonic()) * 1000):
            if place == 0:
                looking.unregister(0)
                end = time.monotonic() + _LEAVE_SECONDS
            else:
                os.read(woken, 512)
    sweep(os.environ.get(MARK, ""))
    code = os.waitstatus_to_exitcode(status) if ended else 1
    if code < 0:
        # The parent sees how the app ended.
        with contextlib.suppress(OSError, ValueError):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(abs(code))


def sweep(mark: str) -> None:
    """End all processes with a mark but this one, where the system shows their environment."""
    wanted = f"{MARK}={mark}".encode()
    for _ in range(_MOST_SWEEPS if mark else 0):
        found = [pid for pid in _processes() if wanted in _environment(pid)]
        for pid in found:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        if not found:
            return
        time.sleep(0.01)


def _processes() -> list[int]:
    try:
        entries = os.listdir(_PROCESSES)
    except OSError:
        return []
    return [int(name) for name in entries if name.isdigit() and int(name) != os.getpid()]


def _environment(pid: int) -> list[bytes]:
    try:
        return (_PROCESSES / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def take_standard_input() -> BinaryIO:
    """The pipe from the parent; whatever else reads standard input finds it empty."""
    pipe = os.fdopen(os.dup(0), "rb", buffering=0)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    return pipe


def take_standard_output() -> BinaryIO:
    """The pipe to the parent; whatever else is printed goes to the log."""
    pipe = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return pipe


class Watched:
    """The pipe from the parent, read all the time: its end ends this process in any state.

    An app may block while it is imported, or when it starts up: nobody asks for the next line then.
    """

    def __init__(self, pipe: BinaryIO) -> None:
        self._came: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._watch, args=(pipe,), daemon=True).start()

    def _watch(self, pipe: BinaryIO) -> None:
        # An app may close every file that it did not open.
        with contextlib.suppress(OSError):
            while data := pipe.read(65536):
                self._came.put(data)
        # What the app holds is given back, but not for ever.
        end_later()
        self._came.put(b"")

    def read(self) -> bytes:
        """What comes next, or nothing when the parent has gone."""
        return self._came.get()


def lines(watched: Watched) -> Iterator[bytes]:
    """What the parent says, line by line, until it has gone."""
    rest: list[bytes] = []
    while data := watched.read():
        first, *others = data.split(b"\n")
        rest.append(first)
        for part in others:
            yield b"".join(rest)
            rest = [part]


def hold(pipe: BinaryIO) -> None:
    """End this process as soon as the parent has gone."""
    threading.Thread(target=_wait, args=(pipe,), daemon=True).start()


def _wait(pipe: BinaryIO) -> None:
    with contextlib.suppress(OSError):
        while pipe.read(65536):
            pass
    os._exit(1)


def end_later() -> None:
    """End this process when what is being tidied up takes too long."""

    def wait() -> None:
        time.sleep(_LEAVE_SECONDS)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
