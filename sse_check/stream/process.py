"""Apps in processes of their own, which end with this one: by their Python, from this side."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

from sse_check.stream.exchange import Exchange
from sse_check.stream.failures import RemoteError, told_by
from sse_check.stream.http import HttpSite
from sse_check.stream.lifeline import MARK, sweep
from sse_check.stream.web import LOCAL, StreamError

_START_SECONDS = 30.0
STOP_SECONDS = 4.0
# The package is found by its folder, which is no place for an app to look for modules.
_PROGRAM = """
import sys
if sys.version_info < (3, 11):
    sys.exit("Python %d.%d is too old: the harness needs 3.11" % sys.version_info[:2])
sys.path[:] = [place for place in sys.path if place]
sys.path.insert(0, sys.argv[1])
from sse_check.stream import lifeline
lifeline.guard()
from sse_check.stream import {0}
sys.path.remove(sys.argv[1])
{0}.{1}(sys.argv[2:])
"""
_ROOT = str(Path(__file__).resolve().parents[2])


class Process:
    """A child with what it printed. It ends when its standard input does."""

    def __init__(self, python: str, function: str, *arguments: str, talks: bool = False) -> None:
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        command = [python, "-c", _PROGRAM.format(*function.split(".")), _ROOT, *arguments]
        self.mark = f"{os.getpid()}-{os.urandom(8).hex()}"
        self._lock = threading.Lock()
        try:
            self.popen = subprocess.Popen(  # noqa: S603 - the user names the app and its Python
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if talks else self.log,
                stderr=self.log,
                bufsize=0,
                env=_environment(python, self.mark),
                # A group of its own: some servers start workers, which must end as well.
                start_new_session=True,
            )
        except OSError as error:
            self.log.close()
            raise StreamError(f"{python} does not run: {error.strerror}") from None

    def last_words(self) -> str:
        """The last line that was printed, which is where Python names the exception."""
        lines = self._printed(4096).strip().splitlines()
        return f": {lines[-1].strip()}" if lines else ""

    def last_failure(self) -> str:
        """The exception that was printed last, and where it was raised; empty for none."""
        return told_by(self._printed(65536), log=True)

    def _printed(self, most: int) -> str:
        with self._lock:
            if self.log.closed:
                # Nobody wants to know any more.
                return ""
            self.log.seek(0, os.SEEK_END)
            self.log.seek(max(0, self.log.tell() - most))
            return self.log.read().decode("utf-8", "replace")

    def say(self, line: bytes) -> None:
        """Write to the child; one that has ended hears nothing."""
        left = memoryview(line)
        with contextlib.suppress(OSError, ValueError):
            while left:
                left = left[self.popen.stdin.write(left) :]  # type: ignore[union-attr]  # a pipe, as asked for

    def kill(self) -> None:
        """End it at once, with what it started."""
        _end_group(self.popen)
        sweep(self.mark)

    def close(self) -> None:
        """Let the child tidy up; end whatever is left of it."""
        if self.log.closed:
            return
        with contextlib.suppress(OSError):
            self.popen.stdin.close()  # type: ignore[union-attr]  # a pipe, as asked for
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(STOP_SECONDS)
        _end_group(self.popen)
        sweep(self.mark)
        self.popen.wait()
        with self._lock:
            self.log.close()

    def close_pipe(self) -> None:
        """What was read from is closed when nobody reads it any more."""
        if self.popen.stdout is not None:
            self.popen.stdout.close()


def _environment(python: str, mark: str) -> dict[str, str]:
    """Another Python finds its library itself, not where the one that runs this has its own."""
    found = {**os.environ, MARK: mark}
    if python != sys.executable:
        found.pop("PYTHONHOME", None)
    return found


def _end_group(popen: "subprocess.Popen[bytes]") -> None:
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(popen.pid, 9)
    else:
        popen.kill()


class AppSite:
    """An ASGI or WSGI app in a process of its own: what it does there cannot hurt this one."""

    origin = LOCAL

    def __init__(self, target: str, python: str) -> None:
        self.target = target
        self.process = Process(python, "worker.main", target, talks=True)
        self._open: dict[int, Exchange] = {}
        self._count = 0
        self._lock = threading.Lock()
        self._first: dict[str, Any] = {}
        self._begun = threading.Event()
        self._over = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self._wait()
        except BaseException:
            self.close()
            raise

    @property
    def framework(self) -> str:
        """The framework whose own server is needed; empty when the app is driven here."""
        return str(self._first.get("server", ""))

    def _wait(self) -> None:
        if not self._begun.wait(_START_SECONDS):
            raise StreamError(
                f"{self.target} is not there after {_START_SECONDS:g} seconds: its import or "
                f"startup does not end{self.process.last_words()}"
            )
        if "failed" in self._first:
            words = self.process.last_words() if self._first.get("exits") else ""
            raise StreamError(f"{self._first['failed']}{words}")
        if not self._first:
            raise StreamError(f"{self.target}: {self._ended()}")

    def _ended(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.popen.wait(1)
        status = self.process.popen.poll()
        words = self.process.last_words()
        if status is None:
            return f"the app closed or spoilt the pipe over which it is asked{words}"
        return f"the app's process ended (status {status}){words}"

    def start(self, exchange: Exchange) -> None:
        request, limits = exchange.request, exchange.limits
        with self._lock:
            self._count += 1
            number = self._count
            self._open[number] = exchange
            over = self._over
        if over:
            exchange.fail(f"{self.target}: {self._ended()}")
            return
        self._send(
            ask=number,
            path=request.path,
            headers=dict(request.headers),
            method=request.method,
            body=b64encode(request.body).decode(),
            origin=request.origin,
            seconds=max(limits.seconds, limits.page_seconds),
            bytes=limits.bytes,
        )

        def look() -> None:
            if exchange.done.is_set() and not exchange.gone.is_set():
                self._stop(number)

        exchange.watch(look)

    def _stop(self, number: int) -> None:
        with self._lock:
            known = number in self._open
        if known:
            self._send(stop=number)

    def _send(self, **message: Any) -> None:
        with self._lock:
            self.process.say(json.dumps(message).encode() + b"\n")

    def _read(self) -> None:
        # An app may write into every file that is open: what is no message ends the talk.
        with contextlib.suppress(ValueError, KeyError, TypeError):
            self._hear_all()
        with self._lock:
            self._over = True
            left = list(self._open.values())
        self._begun.set()
        for one in left:
            self._lost(one)

    def _hear_all(self) -> None:
        rest = b""
        pipe = self.process.popen.stdout
        while pipe is not None and (data := pipe.read(65536)):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                self._hear(json.loads(line))

    def _lost(self, exchange: Exchange) -> None:
        """What becomes of an exchange whose process is no more."""
        if not exchange.done.is_set():
            if exchange.reply.status:
                exchange.end(self._ended())
            else:
                exchange.fail(f"{exchange.request.path}: {self._ended()}")
        exchange.left()

    def _hear(self, message: dict[str, Any]) -> None:
        if not self._begun.is_set():
            self._first = dict(message)
            self._begun.set()
            return
        match message:
            case {"head": int(number), "status": int(status), "pairs": list(pairs)}:
                self._at(number).head(status, [(name, value) for name, value in pairs])
            case {"chunk": int(number), "data": str(data)}:
                self._at(number).chunk(b64decode(data))
            case {"end": int(number), "failure": str(failure), "cause": str(cause)}:
                exchange = self._at(number)
                if not cause and exchange.reply.status >= 500:
                    # The framework caught it, and printed it.
                    cause = self.process.last_failure()
                exchange.end(failure, RemoteError(cause) if cause else None)
            case {"fail": int(number), "message": str(text)}:
                self._at(number).fail(text)
            case {"left": int(number)}:
                exchange = self._at(number)
                with self._lock:
                    del self._open[number]
                exchange.left()

    def _at(self, number: int) -> Exchange:
        with self._lock:
            return self._open[number]

    def close(self) -> None:
        self.process.close()
        self._reader.join(STOP_SECONDS)
        if not self._reader.is_alive():
            self.process.close_pipe()


class ServerSite(HttpSite):
    """An app that only its own server can run: it is started on a free port of this machine."""

    def __init__(self, target: str, python: str) -> None:
        self.target = target
        with contextlib.closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        super().__init__(f"http://127.0.0.1:{port}")
        self.process = Process(python, "worker.run_own_server", target, "127.0.0.1", str(port))
        try:
            self._wait(port)
        except BaseException:
            self.close()
            raise

    def failure(self) -> str:
        return self.process.last_failure()

    def close(self) -> None:
        self.process.close()

    def _wait(self, port: int) -> None:
        start = time.monotonic()
        while time.monotonic() - start < _START_SECONDS:
            if self.process.popen.poll() is not None:
                raise StreamError(
                    f"{self.target}: its server ended at once{self.process.last_words()}"
                )
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            time.sleep(0.05)
        raise StreamError(
            f"{self.target}: its server does not answer on its port "
            f"(waited {_START_SECONDS:g} seconds){self.process.last_words()}"
        )
