"""A server that runs already, by its address."""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.parse import SplitResult, unquote, urlsplit

from sse_check.source.printable import one_line
from sse_check.stream.exchange import Exchange
from sse_check.stream.failures import RemoteError
from sse_check.stream.web import StreamError

_PORTS = {"http": 80, "https": 443}


class HttpSite:
    """The server at an address; nothing else is contacted."""

    def __init__(self, origin: str) -> None:
        self.origin = origin_of(origin)

    def start(self, exchange: Exchange) -> None:
        threading.Thread(target=_run, args=(exchange, self.failure), daemon=True).start()

    def failure(self) -> str:
        """What the server printed when it failed; another's server tells nobody."""
        return ""

    def close(self) -> None:
        """Every connection is closed when its answer was read."""


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as browsers write them."""
    parts = split(url)
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    port = parts.port
    return f"{parts.scheme}://{shown}" + (
        f":{port}" if port not in (None, _PORTS.get(parts.scheme)) else ""
    )


def split(url: str) -> SplitResult:
    """The parts of an address; raises when it is none."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise StreamError(f"{_shown(url)} is no address: {error}") from None
    if parts.scheme not in _PORTS or not host or port == 0 or _is_strange(host):
        raise StreamError(
            f"{_shown(url)} is no address: write http://HOST:PORT/PATH (IPv6: http://[::1]:8000/)"
        )
    return parts


def credentials_in(url: str) -> Mapping[str, str]:
    """What `user:password@` in an address says, as a header."""
    from base64 import b64encode

    parts = split(url)
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _shown(url: str) -> str:
    """An address without what only its owner may see."""
    scheme, mark, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    shown = f"{scheme}{mark}{authority.rpartition('@')[2]}{slash}{path.partition('?')[0]}"
    return ascii(shown)[1:-1]


def _is_strange(host: str) -> bool:
    return any(ord(character) <= 32 or character in '<>"\\^`{|}' for character in host)


def _run(exchange: Exchange, failure: Callable[[], str]) -> None:
    """One exchange in its thread. Whoever stops it closes the connection under its hands."""
    request = exchange.request
    connection = _connection(request.origin, exchange)

    def look() -> None:
        if exchange.done.is_set() and connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    try:
        connection.connect()
        exchange.watch(look)
        connection.request(
            request.method, request.path, request.body or None, headers=request.all_headers
        )
        answer = connection.getresponse()
        exchange.head(answer.status, answer.getheaders())
        while not exchange.done.is_set() and (chunk := answer.read1(65536)):
            exchange.chunk(chunk)
        cause = failure() if answer.status >= 500 else ""
        # Fewer bytes than the head promised.
        exchange.end(
            "the connection broke off" if answer.length else "",
            RemoteError(cause) if cause else None,
        )
    except (OSError, http.client.HTTPException, ValueError) as error:
        if exchange.reply.status:
            exchange.end(f"the connection broke off ({type(error).__name__})")
        else:
            exchange.fail(f"{request.origin}{request.path}: {_why(error)}")
    finally:
        connection.close()
        exchange.left()


def _why(error: Exception) -> str:
    """What went wrong, in a sentence: a server may say anything in place of its first line."""
    if isinstance(error, http.client.BadStatusLine) and not isinstance(error, ConnectionError):
        return "what answers there does not speak HTTP"
    if isinstance(error, ConnectionRefusedError):
        return "nothing answers there; is the server running?"
    return one_line(error) or type(error).__name__


def _connection(origin: str, exchange: Exchange) -> http.client.HTTPConnection:
    parts = urlsplit(origin)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    # Whoever waits stops earlier; this ends a connection that nobody waits for any more.
    seconds = max(exchange.limits.seconds, exchange.limits.page_seconds) + 5
    if parts.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=seconds, context=context)
    return http.client.HTTPConnection(host, port, timeout=seconds)
