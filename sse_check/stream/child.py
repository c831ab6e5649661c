"""An app that only its own server can run: it is started on a free port of this machine."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from typing import Any

from sse_check.stream.http import HttpSite
from sse_check.stream.web import Limits, Reply, StreamError

_START_SECONDS = 20.0
_STOP_SECONDS = 3.0
# How each framework's app is run, by the package that its class comes from.
_RUN = {
    "aiohttp": "from aiohttp import web; web.run_app(app, host=host, port=port, print=None)",
    "cello": "app.run(host=host, port=port)",
    "robyn": "app.start(host=host, port=port)",
}
_PROGRAM = """
import importlib, inspect, os, sys
sys.path.insert(0, os.getcwd())
target, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
# Servers read the command line of their own accord.
sys.argv = [target]
module, _, names = target.partition(":")
app = importlib.import_module(module)
for name in names.split("."):
    app = getattr(app, name)
if inspect.isfunction(app):
    app = app()
"""


def needs_a_server(app: Any) -> str:
    """The framework of an app that cannot be called in this process; empty for others."""
    package = type(app).__module__.partition(".")[0]
    return package if package in _RUN else ""


class ChildSite:
    """The app's own server in a process of its own, which ends with the site."""

    def __init__(self, target: str, framework: str, folder: str | None = None) -> None:
        self.target = target
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the site
        with contextlib.closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        self.process = subprocess.Popen(  # noqa: S603 - the user names the app
            [sys.executable, "-c", _PROGRAM + _RUN[framework], target, "127.0.0.1", str(port)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            # A group of its own: some servers start workers, which must end as well.
            start_new_session=True,
        )
        self.http = HttpSite(f"http://127.0.0.1:{port}")
        try:
            self._wait(port)
        except BaseException:
            self.close()
            raise

    def get(self, path: str, headers: Mapping[str, str]) -> Reply:
        return self.http.get(path, headers)

    def streams(self, paths: list[str], headers: Mapping[str, str], limits: Limits) -> list[Reply]:
        return self.http.streams(paths, headers, limits)

    def close(self) -> None:
        """End the server and all that it started."""
        for number in (15, 9):
            if _signalled(self.process.pid, number):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(_STOP_SECONDS)
        self.log.close()

    def _wait(self, port: int) -> None:
        start = time.monotonic()
        while time.monotonic() - start < _START_SECONDS:
            if self.process.poll() is not None:
                raise StreamError(f"{self.target}: its server ended at once{self._last_words()}")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            time.sleep(0.05)
        raise StreamError(
            f"{self.target}: its server does not answer on its port "
            f"(waited {_START_SECONDS:g} seconds){self._last_words()}"
        )

    def _last_words(self) -> str:
        """The last line that the server wrote, which is where Python names the exception."""
        self.log.seek(0)
        lines = self.log.read().decode("utf-8", "replace").strip().splitlines()
        return f": {lines[-1]}" if lines else ""


def _signalled(group: int, number: int) -> bool:
    """Send a signal to a group of processes; false when none of it is left."""
    if not hasattr(os, "killpg"):
        with contextlib.suppress(OSError):
            os.kill(group, 15)
        return number == 15
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True
