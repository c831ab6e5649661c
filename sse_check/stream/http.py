"""A server that runs already, by its address."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from sse_check.stream.web import Interrupted, Limits, Reply, StreamError, cookies_in, enough

_PAGE_LIMITS = Limits(events=1_000_000, seconds=20.0)


class HttpSite:
    """One origin; nothing else is contacted."""

    def __init__(self, origin: str) -> None:
        parts = urlsplit(origin)
        self.secure = parts.scheme == "https"
        self.host = parts.hostname or "127.0.0.1"
        self.port = parts.port or (443 if self.secure else 80)

    def get(self, path: str, headers: Mapping[str, str]) -> Reply:
        return self._read(path, headers, _PAGE_LIMITS, Reply(0), stream=False)

    def streams(self, paths: list[str], headers: Mapping[str, str], limits: Limits) -> list[Reply]:
        accept = {**headers, "accept": "text/event-stream", "cache-control": "no-store"}
        replies = [Reply(0) for _ in paths]
        errors: list[StreamError] = []

        def one(number: int) -> None:
            try:
                self._read(paths[number], accept, limits, replies[number], stream=True)
            except StreamError as error:
                errors.append(error)

        threads = [threading.Thread(target=one, args=(n,), daemon=True) for n in range(len(paths))]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                thread.join(timeout=limits.seconds + 5)
        except KeyboardInterrupt:
            # The threads end with the process; what they have read so far is there.
            raise Interrupted(replies) from None
        for error in errors:
            raise error
        return replies

    def close(self) -> None:
        """Every connection is closed when its answer was read."""

    def _read(
        self, path: str, headers: Mapping[str, str], limits: Limits, reply: Reply, *, stream: bool
    ) -> Reply:
        start = time.monotonic()
        connection = self._connection(limits.seconds)
        try:
            connection.request("GET", path, headers={"User-Agent": "sse-check", **headers})
            answer = connection.getresponse()
            reply.status = answer.status
            reply.headers = {name.lower(): value for name, value in answer.getheaders()}
            reply.cookies = cookies_in(iter(answer.getheaders()))
            self._body(answer, reply, start, limits, stream)
        except TimeoutError:
            raise StreamError(
                f"{self.host}:{self.port} did not answer at {path} "
                f"within {limits.seconds:g} seconds"
            ) from None
        except (OSError, http.client.HTTPException) as error:
            raise StreamError(f"{self.host}:{self.port}{path}: {error}") from error
        finally:
            connection.close()
        return reply

    def _connection(self, seconds: float) -> http.client.HTTPConnection:
        if self.secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(
                self.host, self.port, timeout=seconds, context=context
            )
        return http.client.HTTPConnection(self.host, self.port, timeout=seconds)

    @staticmethod
    def _body(
        answer: http.client.HTTPResponse, reply: Reply, start: float, limits: Limits, stream: bool
    ) -> None:
        """Read while there is time; a silence is no failure once the head has come."""
        raw: socket.socket | None = getattr(getattr(answer.fp, "raw", None), "_sock", None)
        while len(reply.body) < limits.bytes and not (stream and enough(reply.body, limits)):
            left = start + limits.seconds - time.monotonic()
            if left <= 0:
                return
            if raw is not None:
                raw.settimeout(left)
            try:
                chunk = answer.read1(65536)
            except TimeoutError:
                return
            except (OSError, http.client.HTTPException) as error:
                reply.failure = f"the connection broke off ({type(error).__name__})"
                chunk = b""
            if not chunk:
                reply.ended = True
                return
            reply.body += chunk
            reply.times.append((time.monotonic() - start, len(reply.body)))
