"""Drive a WSGI app without a server: each answer is read in a thread of its own."""

import io
import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

from sse_check.stream.web import Interrupted, Limits, Reply, StreamError, cookies_in, enough

Environ = dict[str, Any]
App = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

_PAGE_LIMITS = Limits(events=1_000_000, seconds=20.0)


class WsgiSite:
    """An app in this process."""

    def __init__(self, app: App) -> None:
        self.app = app

    def get(self, path: str, headers: Mapping[str, str]) -> Reply:
        return _Exchange(self.app, path, headers).read(_PAGE_LIMITS, stream=False)

    def streams(self, paths: list[str], headers: Mapping[str, str], limits: Limits) -> list[Reply]:
        accept = {**headers, "accept": "text/event-stream"}
        exchanges = [_Exchange(self.app, path, accept) for path in paths]
        try:
            return [exchange.read(limits, stream=True) for exchange in exchanges]
        except KeyboardInterrupt:
            at_once = replace(limits, seconds=0.0)
            replies = [exchange.read(at_once, stream=True) for exchange in exchanges]
            raise Interrupted(replies) from None

    def close(self) -> None:
        """Threads that still wait for an app's next event end with the process."""


class _Exchange:
    """One request. Its thread hands over chunks; it is asked to stop after each."""

    def __init__(self, app: App, path: str, headers: Mapping[str, str]) -> None:
        self.path = path
        self.reply = Reply(0)
        self.chunks: queue.Queue[bytes | None] = queue.Queue(maxsize=64)
        self.error: Exception | None = None
        self.stop = threading.Event()
        self.start = time.monotonic()
        self.thread = threading.Thread(
            target=self._run, args=(app, _environ(path, headers)), daemon=True
        )
        self.thread.start()

    def _run(self, app: App, environ: Environ) -> None:
        body: Iterable[bytes] = ()
        try:
            body = app(environ, self._start_response)
            for chunk in body:
                if self.stop.is_set():
                    break
                if chunk:
                    self._hand_over(bytes(chunk))
        except Exception as error:  # noqa: BLE001 - whatever an app raises is reported
            self.error = error
        finally:
            close = getattr(body, "close", None)
            if close is not None:
                close()
            self._hand_over(None)

    def _hand_over(self, chunk: bytes | None) -> None:
        while not self.stop.is_set():
            try:
                self.chunks.put(chunk, timeout=0.1)
            except queue.Full:
                continue
            return

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], None]:
        del exc_info
        self.reply.status = int(status.split(" ", 1)[0])
        self.reply.headers = {name.lower(): value for name, value in headers}
        self.reply.cookies = cookies_in(iter(headers))
        return self._hand_over

    def read(self, limits: Limits, *, stream: bool) -> Reply:
        reply = self.reply
        while not (stream and enough(reply.body, limits)) and len(reply.body) <= limits.bytes:
            left = self.start + limits.seconds - time.monotonic()
            if left <= 0:
                break
            try:
                chunk = self.chunks.get(timeout=left)
            except queue.Empty:
                break
            if chunk is None:
                reply.ended = True
                break
            reply.body += chunk
            reply.times.append((time.monotonic() - self.start, len(reply.body)))
        self.stop.set()
        self.thread.join(timeout=0.2)
        if self.error is not None and not reply.status:
            raise StreamError(
                f"the app failed at {self.path}: {type(self.error).__name__}: {self.error}"
            )
        if self.error is not None:
            reply.failure = f"{type(self.error).__name__}: {self.error}"
        if not reply.status:
            raise StreamError(
                f"the app did not answer at {self.path} within {limits.seconds:g} seconds"
            )
        return reply


def _environ(path: str, headers: Mapping[str, str]) -> Environ:
    parts = urlsplit(path)
    environ: Environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path) or "/",
        "QUERY_STRING": parts.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in {"host": "127.0.0.1", "user-agent": "sse-check", **headers}.items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    return environ
