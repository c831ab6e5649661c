"""Drive a WSGI app without a server: each answer is read in a thread of its own."""

import io
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from sse_check.stream.exchange import Exchange
from sse_check.stream.failures import told
from sse_check.stream.web import LOCAL, Request

Environ = dict[str, Any]
App = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

_PAUSE = 0.005


class WsgiSite:
    """An app in this process."""

    origin = LOCAL

    def __init__(self, app: App) -> None:
        self.app = app

    def start(self, exchange: Exchange) -> None:
        threading.Thread(target=self._run, args=(exchange,), daemon=True).start()

    def close(self) -> None:
        """Threads that still wait for an app's next event end with the process."""

    def _run(self, exchange: Exchange) -> None:
        body: Iterable[bytes] = ()

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], None]:
            del exc_info
            exchange.head(int(status.split(" ", 1)[0]), headers)
            return exchange.chunk

        try:
            body = self.app(_environ(exchange.request), start_response)
            for chunk in body:
                exchange.chunk(bytes(chunk))
                while exchange.is_ahead:
                    time.sleep(_PAUSE)
                if exchange.done.is_set():
                    break
            if exchange.reply.status:
                exchange.end()
            else:
                exchange.fail(f"the app returned without an answer at {exchange.request.path}")
        except BaseException as error:  # noqa: BLE001 - whatever an app raises is reported
            _failed(exchange, error)
        finally:
            _close(body)
            exchange.left()


def _failed(exchange: Exchange, error: BaseException) -> None:
    if exchange.reply.status:
        exchange.end(told(error), error)
    else:
        exchange.fail(f"the app failed at {exchange.request.path}: {told(error)}", error)


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        try:
            close()
        except Exception as error:  # noqa: BLE001 - the client has gone: it is the app's own affair
            print(f"closing the answer: {told(error)}", file=sys.stderr)


def _environ(request: Request) -> Environ:
    url, origin = urlsplit(request.path), urlsplit(request.origin)
    environ: Environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path).decode("latin-1") or "/",
        "QUERY_STRING": url.query,
        "SERVER_NAME": origin.hostname or "127.0.0.1",
        "SERVER_PORT": str(origin.port or (443 if origin.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": origin.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.all_headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return environ
