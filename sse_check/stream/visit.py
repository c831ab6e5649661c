"""A visitor of a site, as a browser is one: it keeps cookies, follows redirects, sends forms."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from sse_check.stream.actions import Action, Did
from sse_check.stream.asgi import AsgiSite
from sse_check.stream.coding import ASKED
from sse_check.stream.exchange import Exchange, ask, begin, leave, settle
from sse_check.stream.http import origin_of
from sse_check.stream.web import LOCAL, Limits, Reply, Request, Site, StreamError, path_of

_MOST_REDIRECTS = 5
_MOVED = (301, 302, 303, 307, 308)
# After these the same request is sent again, and not a GET.
_SAME_AGAIN = (307, 308)
# Names under which an app without a server of its own may know itself.
_OWN_NAMES = ("127.0.0.1", "localhost", "::1", "testserver")
# A stream is listened to a moment after its head: only then is an event sent that is caused.
_SETTLE_SECONDS = 0.2
# As long one stream is waited for before the others are looked after.
_LOOK_SECONDS = 0.05
_CSRF = ("csrftoken", "x-csrftoken")
_NONE: Mapping[str, str] = {}
# What an EventSource sends. Compressors hold events back only for who asks for compression.
STREAM_HEADERS = {
    "accept": "text/event-stream",
    "cache-control": "no-cache",
    "accept-encoding": ASKED,
}


@dataclass(slots=True)
class Heard:
    """What the streams brought, and what was done while they were open."""

    replies: list[Reply]
    # When each was asked for, in seconds from the first.
    opened: list[float]
    done: list[Did]
    interrupted: bool


class _Together(NamedTuple):
    """Streams that were opened at the same moment, and until when they are read."""

    streams: list[Exchange]
    opened: float
    until: float


# Hears of what was done, and when; says more of it, and which streams are opened by it.
Answered = Callable[[Did, float], tuple[Did, Sequence[str]]]


def _as_it_is(did: Did, seconds: float) -> tuple[Did, Sequence[str]]:
    del seconds
    return did, ()


class Visitor:
    """One client of one site."""

    def __init__(self, site: Site, headers: Mapping[str, str], limits: Limits) -> None:
        self.site = site
        self.limits = limits
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.origin = site.origin
        if site.origin == LOCAL and "host" in self.headers:
            self.origin = f"http://{self.headers.pop('host')}"
        self.cookies: dict[str, str] = {}
        for pair in self.headers.pop("cookie", "").split(";"):
            name, equals, value = pair.strip().partition("=")
            if equals:
                self.cookies[name] = value

    def request(
        self, path: str, method: str = "GET", body: bytes = b"", more: Mapping[str, str] = _NONE
    ) -> Request:
        headers = {**self.headers, **more}
        if self.cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return Request(path, headers, method, body, self.origin)

    def get(self, path: str) -> Reply:
        """One answer, whatever it is; a stream is none, and may have no end."""
        reply = ask(self.site, self.request(path), self.limits, streams=False)
        self._keep_cookies(reply)
        return reply

    def page(self, path: str) -> tuple[str, Reply]:
        """A page, wherever it moved on the same host."""
        for _ in range(_MOST_REDIRECTS):
            reply = self.get(path)
            where = reply.headers.get("location")
            if reply.status not in _MOVED or not where:
                return path, reply
            path = self._followed(path, where)
        raise StreamError(f"{path} leads in a circle")

    def _followed(self, path: str, where: str) -> str:
        try:
            url = urljoin(self.origin + path, where)
            origin, here = urlsplit(url), urlsplit(self.origin)
        except ValueError as error:
            raise StreamError(f"{path} leads to what is no address: {error}") from None
        if not self._is_own(url):
            lower = here.scheme == "https" and origin.scheme == "http"
            if origin.scheme not in ("http", "https") or origin.hostname != here.hostname or lower:
                raise StreamError(
                    f"{path} leads to another server, which is not asked: {_bare(url)}"
                )
            self.origin = origin_of(url)
        return path_of(url)

    def local(self, page: str, url: str) -> str | None:
        """The path of an address on the same server; None for another one."""
        try:
            # The page of a sample has a file's name instead of an address.
            whole = urljoin(f"{self.origin}/{page.lstrip('/')}", url)
            return path_of(whole) if self._is_own(whole) else None
        except (ValueError, StreamError):
            return None

    def elsewhere(self, url: str) -> tuple[str, str]:
        """Why an address is none of the site's, and how it becomes one when it is after all."""
        try:
            parts = urlsplit(url)
            host = parts.hostname
        except ValueError:
            return "its address is none", ""
        where = f"{parts.scheme or 'http'}://{parts.netloc.rpartition('@')[2]}"
        if self.site.origin != LOCAL or host not in _OWN_NAMES:
            return f"it is on another server, {where}", ""
        host_and_port = parts.netloc.rpartition("@")[2]
        return (
            f"it is on another server, {where}",
            f"if that is where this app runs, say so: --header 'Host: {host_and_port}'",
        )

    @property
    def own_origins(self) -> tuple[str, ...]:
        """All the origins under which the app may write its own addresses."""
        if self.site.origin != LOCAL:
            return (self.origin,)
        names = (f"[{name}]" if ":" in name else name for name in _OWN_NAMES)
        return (self.origin, *(f"http://{name}" for name in names))

    def _is_own(self, url: str) -> bool:
        if urlsplit(url).scheme not in ("http", "https"):
            return False
        return origin_of(url) in self.own_origins

    def _keep_cookies(self, reply: Reply) -> None:
        for line in reply.cookies:
            pair, _, rest = line.partition(";")
            name, equals, value = pair.strip().partition("=")
            if not equals or any(ord(character) < 32 for character in pair):
                continue
            words = [word.strip().lower() for word in rest.split(";")]
            if "max-age=0" in words or any(w.startswith("expires=thu, 01 jan 1970") for w in words):
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value

    def streams(
        self,
        paths: Sequence[str],
        limits: Limits,
        do: Sequence[Action] = (),
        tell: Callable[[str], None] = lambda _: None,
        answered: Answered = _as_it_is,
    ) -> Heard:
        """Open streams at the same time, do something, and read each up to its limits.

        What is done may open more streams: those are read as long as the first.
        """
        start = _now()
        groups: list[_Together] = []
        done: list[Did] = []
        whole = True
        try:
            self._together(groups, paths, limits, start, waits=bool(do))
            for action in do:
                tell(f"doing {action.shown}")
                did, more = answered(action.carry_out(self._act, self._run), _now() - start)
                done.append(did)
                if more:
                    self._together(groups, more, limits, start, waits=True)
        except KeyboardInterrupt:
            whole = False
        except BaseException:
            leave([one for group in groups for one in group.streams])
            raise
        for group in groups:
            until = group.until if whole else 0.0
            whole = settle(group.streams, max(0.0, until - _now())) and whole
        streams = [one for group in groups for one in group.streams]
        if whole and streams and all(one.error for one in streams):
            # The first says why nothing can be said of any.
            streams[0].answer()
        return Heard(
            [one.so_far() if whole else one.reply for one in streams],
            [group.opened for group in groups for _ in group.streams],
            done,
            interrupted=not whole,
        )

    def _together(
        self,
        groups: "list[_Together]",
        paths: Sequence[str],
        limits: Limits,
        start: float,
        *,
        waits: bool,
    ) -> None:
        """Open some streams at one moment. Their times count from the first request of all.

        Many servers send the head of an answer with its first bytes: a stream that has nothing to
        say yet is waited for no longer than the others need, or half of the time.
        """
        now = _now()
        group = _Together([], now - start, now + limits.seconds)
        groups.append(group)
        opened = group.streams
        for path in paths:
            opened.append(self._open(path, limits, start))
        until = now + limits.seconds / 2 if waits else group.until
        self._follow(opened, limits, until)
        if waits:
            _wait_until_heard(opened, until)

    def _open(self, path: str, limits: Limits, start: float) -> Exchange:
        request = self.request(path, more=STREAM_HEADERS)
        return begin(self.site, request, limits, stream=True, start=start)

    def _follow(self, opened: list[Exchange], limits: Limits, until: float) -> None:
        """EventSource follows redirects: each as soon as it comes, whatever others do."""
        left = dict.fromkeys(range(len(opened)), _MOST_REDIRECTS)
        while left and _now() < until:
            for number in [n for n in left if opened[n].opened.is_set()]:
                moved = self._where_it_moved(opened[number], limits)
                left[number] -= 1
                if moved is None or not left[number]:
                    del left[number]
                if moved is not None:
                    opened[number] = moved
            for number in list(left)[:1]:
                opened[number].opened.wait(min(_LOOK_SECONDS, max(0.0, until - _now())))

    def _where_it_moved(self, one: Exchange, limits: Limits) -> Exchange | None:
        where = one.reply.headers.get("location")
        if one.reply.status not in _MOVED or not where:
            return None
        self._keep_cookies(one.reply)
        target = self.local(one.request.path, where)
        if target is None:
            return None
        leave([one])
        there = self._open(target, limits, one.start)
        there.reply.moved = target
        return there

    def _act(self, method: str, path: str, body: bytes, kind: str) -> Reply:
        """Send what a form of a page would send; returns the answer, wherever it moved."""
        reply = self._sent(method, path_of(path), body, kind)
        for _ in range(_MOST_REDIRECTS):
            where = reply.headers.get("location")
            target = self.local(path, where) if where and reply.status in _MOVED else None
            if target is None:
                break
            path = target
            if reply.status in _SAME_AGAIN:
                reply = self._sent(method, path, body, kind)
            else:
                reply = self._sent("GET", path, b"", "")
        return reply

    def _sent(self, method: str, path: str, body: bytes, kind: str) -> Reply:
        more = {"hx-request": "true", "origin": self.origin}
        if kind:
            more["content-type"] = kind
        if _CSRF[0] in self.cookies:
            more[_CSRF[1]] = self.cookies[_CSRF[0]]
            more["referer"] = self.origin + path
        reply = ask(self.site, self.request(path, method, body, more), self.limits)
        self._keep_cookies(reply)
        return reply

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        if isinstance(self.site, AsgiSite):
            return self.site.run(work, self.limits.page_seconds)
        return asyncio.run(work)


def _wait_until_heard(opened: Sequence[Exchange], until: float) -> None:
    for one in opened:
        one.opened.wait(max(0.0, until - _now()))
    for one in opened:
        one.done.wait(_SETTLE_SECONDS / len(opened))


def _now() -> float:
    return time.monotonic()


def _bare(url: str) -> str:
    """An address without its user and query, which may hold what only the user may see."""
    bare = url.partition("?")[0].partition("#")[0]
    parts = urlsplit(bare)
    return bare.replace(parts.netloc, parts.netloc.rpartition("@")[2], 1)
