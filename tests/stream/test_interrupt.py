"""Ctrl-C ends a look at once, with what was seen until then."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sse_check.stream.apps import open_app
from sse_check.stream.process import ServerSite

APPS = Path(__file__).parents[2] / "fixtures" / "apps"


LONG = ("--timeout", "60", "--max-events", "100000")
# Programs in the background of a shell are started deaf to Ctrl-C. Says when events have come.
PROGRAM = """
import signal, sys
from pathlib import Path
from sse_check.stream import exchange
mark = sys.argv.pop(1)
signal.signal(signal.SIGINT, signal.default_int_handler)
is_full = exchange.Exchange._is_full

def told(self):
    if self.reply.body.count(b"event: status") > 2:
        Path(mark).touch()
    return is_full(self)

exchange.Exchange._is_full = told
from sse_check.cli.main import main
sys.exit(main())
"""


def interrupted(mark: Path, *arguments: str) -> tuple[int, str, str]:
    """Run a look that would take a minute, and stop it when events have come."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(mark), "stream", *arguments, *LONG],
        cwd=APPS,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    # Until events have come, fifty seconds at most.
    for _ in range(500):
        if mark.exists() or process.poll() is not None:
            break
        time.sleep(0.1)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=40)
    assert time.monotonic() - start < 30
    return process.returncode, out, err


@pytest.mark.parametrize("target", ["starlette_app:app", "flask_app:app"])
def test_an_app(target: str, tmp_path: Path) -> None:
    status, out, err = interrupted(tmp_path / "seen", target)
    assert (status, "Traceback" in err) == (130, False), err
    assert "stopped: this is what was seen until then" in err
    assert "p#status  itself    delivered" in out
    # It was not silent for the minute that nobody waited for.
    assert "stream_silent" not in out


def test_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(APPS)
    site = open_app("aiohttp_app:app")
    assert isinstance(site, ServerSite)
    try:
        status, out, err = interrupted(tmp_path / "seen", f"{site.origin}/")
    finally:
        site.close()
    assert (status, "Traceback" in err) == (130, False), err
    assert "p#status  itself    delivered" in out
