"""A child process ends with its parent, however that one dies: its standard input ends then."""

import contextlib
import os
import queue
import signal
import threading
import time
from collections.abc import Iterator
from typing import BinaryIO

_LEAVE_SECONDS = 3.0


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
    """End this process and all that it started as soon as the parent has gone."""
    threading.Thread(target=_wait, args=(pipe,), daemon=True).start()


def _wait(pipe: BinaryIO) -> None:
    while pipe.read(65536):
        pass
    end_group()


def end_group() -> None:
    """End every process of this one's group at once."""
    # The parent makes this process the leader of a group of its own.
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def end_later() -> None:
    """The same, when what is being tidied up takes too long."""

    def wait() -> None:
        time.sleep(_LEAVE_SECONDS)
        with contextlib.suppress(OSError):
            end_group()

    threading.Thread(target=wait, daemon=True).start()
