"""A Redis for the framework that streams through one."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests import loopback
from tests.programs import REDIS


@contextmanager
def running() -> Iterator[str]:
    """A server of its own on a free port of this machine, gone at the end: its address."""
    port = loopback.free_port()
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(
        [str(REDIS.path()), *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        loopback.wait_for(port)
        yield f"redis://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
