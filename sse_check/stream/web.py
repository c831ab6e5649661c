"""What the harness needs of a server: a page, and a stream read up to its limits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol


class StreamError(Exception):
    """Something that keeps the harness from going on; the message says what to do."""


class Interrupted(Exception):  # noqa: N818 - it is no error: somebody has seen enough
    """Somebody pressed Ctrl-C; `replies` are the streams as far as they were read."""

    def __init__(self, replies: "list[Reply]") -> None:
        super().__init__("stopped")
        self.replies = replies


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much is read."""

    events: int = 20
    seconds: float = 5.0
    bytes: int = 8 * 1024 * 1024


@dataclass(slots=True)
class Reply:
    """An answer: for a stream `body` holds what came within the limits."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cookies: dict[str, str] = field(default_factory=dict)
    # True when the server ended the answer, rather than the limits.
    ended: bool = False
    # What broke the answer off after it had begun.
    failure: str = ""
    # When each chunk came, in seconds from the request, with the bytes that had come by then.
    times: list[tuple[float, int]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Site(Protocol):
    """Something that serves pages and streams."""

    def get(self, path: str, headers: Mapping[str, str]) -> Reply:
        """A whole page."""
        ...

    def streams(self, paths: list[str], headers: Mapping[str, str], limits: Limits) -> list[Reply]:
        """Streams, all open at the same time, each read up to its limits.

        Raises `Interrupted` with what was read when somebody does not want to wait.
        """
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


def enough(body: bytes, limits: Limits) -> bool:
    """Whether as many events have come as are wanted (a blank line ends each)."""
    if len(body) >= limits.bytes:
        return True
    flat = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return flat.count(b"\n\n") >= limits.events


def cookies_in(headers: Iterator[tuple[str, str]]) -> dict[str, str]:
    from http.cookies import CookieError, SimpleCookie

    found: dict[str, str] = {}
    for name, value in headers:
        if name.lower() == "set-cookie":
            try:
                found.update({k: m.value for k, m in SimpleCookie(value).items()})
            except CookieError:
                continue
    return found
