"""Ctrl-C ends a look at once, with what was seen until then."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sse_check.stream.child import ChildSite

APPS = Path(__file__).parents[2] / "fixtures" / "apps"


LONG = ("--timeout", "60", "--max-events", "100000")
# Programs in the background of a shell are started deaf to Ctrl-C.
PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from sse_check.cli.main import main
sys.exit(main())
"""


def interrupted(*arguments: str) -> tuple[int, str, str]:
    """Run a look that would take a minute, and stop it when its streams are open."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "stream", *arguments, *LONG],
        cwd=APPS,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    # Long enough to start and to read some events on a slow machine.
    time.sleep(4)
    start = time.monotonic()
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert time.monotonic() - start < 10
    return process.returncode, out, err


@pytest.mark.parametrize("target", ["starlette_app:app", "flask_app:app"])
def test_an_app(target: str) -> None:
    status, out, err = interrupted(target)
    assert (status, "Traceback" in err) == (130, False), err
    assert "stopped: this is what was seen until then" in err
    assert "p#status  itself    delivered" in out
    # It was not silent for the minute that nobody waited for.
    assert "stream_silent" not in out


def test_a_server() -> None:
    site = ChildSite("aiohttp_app:app", "aiohttp", str(APPS))
    try:
        status, out, err = interrupted(f"http://127.0.0.1:{site.http.port}/")
    finally:
        site.close()
    assert (status, "Traceback" in err) == (130, False), err
    assert "p#status  itself    delivered" in out
