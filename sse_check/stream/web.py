"""What the harness says to a server and hears from it: requests, answers, limits.

Nothing here needs a package: this is loaded into the app's own Python too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from sse_check.stream.exchange import Exchange

# Where an app that has no server of its own believes to be.
LOCAL = "http://127.0.0.1"
EVENT_STREAM = "text/event-stream"


class StreamError(Exception):
    """Something that keeps the harness from going on; the message says what to do."""


class NoPageError(StreamError):
    """What was named is no page: another one is meant."""


class ExitError(StreamError):
    """The app ended its process: what it printed before says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much is read."""

    events: int = 20
    seconds: float = 5.0
    bytes: int = 8 * 1024 * 1024
    # How long a whole page may take.
    page_seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Header names are in lower case."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes = b""
    origin: str = LOCAL

    @property
    def all_headers(self) -> dict[str, str]:
        """The headers that were asked for, and those that every client sends."""
        found = {"host": urlsplit(self.origin).netloc, "user-agent": "sse-check", **self.headers}
        if self.body or self.method not in ("GET", "HEAD"):
            found["content-length"] = str(len(self.body))
        return found


@dataclass(slots=True)
class Reply:
    """An answer: for a stream `body` holds what came within the limits."""

    # 0 while there is none.
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    # Values of Set-Cookie, as they were sent.
    cookies: list[str] = field(default_factory=list)
    # True when the server ended the answer, rather than the limits.
    ended: bool = False
    # True when the answer was longer than is read.
    cut: bool = False
    # How it is compressed, when that cannot be read here; empty for plain bytes.
    unreadable: str = ""
    # What broke the answer off after it had begun, or kept it from beginning.
    failure: str = ""
    # True when there is no answer, and what should give it holds on to its thread.
    blocks: bool = False
    # Where a stream was led to, when it was.
    moved: str = ""
    # How long it was read, in seconds from the request.
    seconds: float = 0.0
    # When each chunk came, in seconds from the request, with the bytes that had come by then.
    times: list[tuple[float, int]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def kind(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_awaited(self) -> bool:
        """Whether nothing came within the limits, not even a head."""
        return not self.status and not self.failure

    @property
    def is_stream(self) -> bool:
        return self.status == 200 and self.kind == EVENT_STREAM

    @property
    def is_readable_stream(self) -> bool:
        """Whether what came can be read as events."""
        return self.is_stream and not self.unreadable

    def read_head(self, status: int, pairs: Iterable[tuple[str, str]]) -> None:
        self.status = status
        for name, value in pairs:
            self.headers[name.lower()] = value
            if name.lower() == "set-cookie":
                self.cookies.append(value)


class Site(Protocol):
    """Something that serves pages and streams."""

    # Scheme, host and port under which the app believes to be reached.
    origin: str

    def start(self, exchange: "Exchange") -> None:
        """Begin one exchange and return at once; what comes of it is told to the exchange."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


def path_of(url: str) -> str:
    """The path and query of an address, with everything quoted that cannot be sent plainly."""
    parts = urlsplit(url)
    # What is typed in another encoding than the terminal's is no text.
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._", errors="replace")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]", errors="replace")
    return ("" if path.startswith("/") else "/") + path + (f"?{query}" if query else "")
