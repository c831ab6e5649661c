"""Fuzzing by chance alone, for machines without a coverage-guided fuzzer and for short runs."""

import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

CORPUS = Path(__file__).with_name("corpus")
# No input of this size may take longer.
MOST_SECONDS = 20


class TooSlowError(AssertionError):
    """An input that takes far longer than its size allows."""


@contextmanager
def deadline(seconds: int = MOST_SECONDS) -> Iterator[None]:
    """Raise after some seconds of this process's own work."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TooSlowError(f"more than {seconds} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    # Again and again: what is looked for may be caught on its way, as a failure of one rule.
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def kept(name: str) -> list[bytes]:
    """Inputs that once broke a target."""
    folder = CORPUS / name
    return [path.read_bytes() for path in sorted(folder.iterdir())] if folder.is_dir() else []


def inputs(name: str, seed: int) -> Iterator[bytes]:
    """The corpus, then changed copies of it and bytes by chance, for ever."""
    known = kept(name)
    yield from known
    chance = random.Random(seed)
    while True:
        if known and chance.random() < 0.5:
            data = bytearray(chance.choice(known))
            for _ in range(chance.randint(1, 6)):
                at = chance.randrange(len(data) + 1)
                data[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
            yield bytes(data)
        else:
            yield chance.randbytes(chance.randint(0, 120))


def run(
    name: str,
    target: Callable[[bytes], None],
    *,
    seconds: float = 1e9,
    most: int = 10**12,
    seed: int = 0,
) -> tuple[int, tuple[bytes, BaseException] | None]:
    """How many inputs were tried, and the first that broke the target with what it raised."""
    end = time.monotonic() + seconds
    count = 0
    for data in inputs(name, seed):
        if count >= most or time.monotonic() > end:
            break
        count += 1
        try:
            with deadline():
                target(data)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            return count, (data, error)
    return count, None
