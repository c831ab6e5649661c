"""One request and what comes of it: fed by a site from any thread, awaited by whoever asked."""

import contextlib
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Sequence

from sse_check.source.counted import in_seconds
from sse_check.stream.coding import Decoder
from sse_check.stream.failures import told
from sse_check.stream.web import Limits, Reply, Request, Site, StreamError
from sse_check.stream.wire import WireEvent, WireParser

# Of an answer that is no stream this much is read, to show it.
_EXCERPT = 2000
# An app may be as many events ahead of who takes them.
_MOST_AHEAD = 100
# How long a site may take to let go of an exchange that was stopped.
_LEAVE_SECONDS = 3.0


class Exchange:
    """The client's side of one request.

    A site calls `head`, `chunk` and `end`, or `fail` when there is no answer, and at last
    `left` when nothing of it runs any more. Whoever asked waits for `done`.
    """

    def __init__(
        self,
        request: Request,
        limits: Limits,
        *,
        stream: bool = False,
        start: float | None = None,
    ) -> None:
        self.request = request
        self.limits = limits
        self.stream = stream
        self.reply = Reply(0)
        self.events: list[WireEvent] = []
        # Why there is no answer, and the exception behind it when it was raised in this process.
        self.error = ""
        self.cause: BaseException | None = None
        self.opened = threading.Event()
        self.done = threading.Event()
        self.gone = threading.Event()
        # Of streams that are opened together it is the same, so that their times compare.
        self.start = time.monotonic() if start is None else start
        # How many events somebody took who takes them one by one.
        self.taken: int | None = None
        self._parser = WireParser()
        self._decoder = Decoder("")
        self._watchers: list[Callable[[], None]] = []
        self._lock = threading.RLock()

    def watch(self, watcher: Callable[[], None]) -> None:
        """Have something called at every change, from whichever thread makes it."""
        with self._lock:
            self._watchers.append(watcher)
        watcher()

    @property
    def is_ahead(self) -> bool:
        """Whether the app should wait until somebody has taken what is there."""
        if self.taken is None or self.done.is_set():
            return False
        return len(self.events) - self.taken > _MOST_AHEAD

    @property
    def undispatched(self) -> bytes:
        """What came after the last complete event."""
        return self.reply.body[self._parser.unfinished_at :]

    # The site's side

    def head(self, status: int, pairs: Iterable[tuple[str, str]]) -> None:
        with self._lock:
            if self.done.is_set():
                return
            self.reply.read_head(status, pairs)
            self._decoder = Decoder(self.reply.headers.get("content-encoding", ""))
            self.reply.unreadable = self._decoder.unknown
            self.opened.set()
        self._tell()

    def chunk(self, data: bytes) -> None:
        if not data:
            return
        with self._lock:
            if self.done.is_set():
                return
            reply = self.reply
            try:
                data = self._decoder.decode(data, self.limits.bytes + 1)
            except zlib.error:
                self.end(f"it is no `{reply.headers['content-encoding']}`, as its head says")
                return
            reply.body += data
            if self.stream and reply.is_readable_stream:
                self.events.extend(self._parser.feed(data))
            reply.times.append((time.monotonic() - self.start, len(reply.body)))
            if self._is_full():
                self._finish()
        self._tell()

    def _is_full(self) -> bool:
        reply, wanted = self.reply, self.limits.events
        if self.stream and not reply.is_stream:
            return len(reply.body) >= _EXCERPT
        if self.stream and len(self.events) >= wanted:
            if len(self.events) > wanted:
                # What came with the last event that is wanted, and after it, is left out.
                reply.body = reply.body[: self.events[wanted].offset]
                reply.times[-1] = (reply.times[-1][0], len(reply.body))
                del self.events[wanted:]
            return True
        reply.cut = len(reply.body) > self.limits.bytes
        if reply.cut:
            reply.body = reply.body[: self.limits.bytes]
        return reply.cut

    def end(self, failure: str = "", cause: BaseException | None = None) -> None:
        """The server has said all that it will say, or broke off."""
        with self._lock:
            if cause is not None and self.cause is None:
                self.cause = cause
            if self.done.is_set():
                return
            self.reply.ended = True
            self.reply.failure = failure
            self._finish()
        self._tell()

    def fail(self, message: str, cause: BaseException | None = None) -> None:
        """There is no answer."""
        with self._lock:
            if self.done.is_set():
                return
            self.error, self.cause = message, cause
            self._finish()
        self._tell()

    def left(self) -> None:
        """Nothing of this exchange runs any more."""
        self.gone.set()
        self._tell()

    def _finish(self) -> None:
        if not self.done.is_set():
            self.reply.seconds = time.monotonic() - self.start
        self.done.set()
        self.opened.set()

    def _tell(self) -> None:
        for watcher in tuple(self._watchers):
            watcher()

    # The client's side

    def stop(self) -> None:
        """Nobody wants more of it: the site gives it up."""
        with self._lock:
            self._finish()
        self._tell()

    def stop_if_stream(self) -> None:
        """Its head says all that is asked of a stream where a page is expected."""
        if self.reply.is_stream and not self.done.is_set():
            self.stop()

    def answer(self) -> Reply:
        """The reply; raises when there is none."""
        if self.error:
            raise StreamError(self.error) from self.cause
        if not self.reply.status:
            raise StreamError(
                f"the app did not answer at {self.request.path} "
                f"within {in_seconds(self._seconds)}{self._stuck()}"
            )
        return self.so_far()

    def so_far(self) -> Reply:
        """The reply, or with the status 0 why there is none."""
        if self.error:
            self.reply.failure = self.error
        elif not self.reply.status:
            self.reply.blocks = not self.gone.is_set()
        elif self.reply.status >= 500 and self.cause is not None:
            self.reply.failure = told(self.cause)
        return self.reply

    @property
    def _seconds(self) -> float:
        return self.limits.seconds if self.stream else self.limits.page_seconds

    def _stuck(self) -> str:
        return "" if self.gone.is_set() else ", and does not let go: it blocks its thread"


def begin(
    site: Site,
    request: Request,
    limits: Limits,
    *,
    stream: bool = False,
    start: float | None = None,
) -> Exchange:
    """Start an exchange."""
    exchange = Exchange(request, limits, stream=stream, start=start)
    site.start(exchange)
    return exchange


def settle(exchanges: Sequence[Exchange], seconds: float) -> bool:
    """Wait until all are done, or the time is over; returns false when Ctrl-C came before."""
    whole = True
    try:
        end = time.monotonic() + seconds
        for one in exchanges:
            one.done.wait(max(0.0, end - time.monotonic()))
    except KeyboardInterrupt:
        whole = False
    leave(exchanges)
    return whole


def leave(exchanges: Iterable[Exchange]) -> None:
    """Stop all, and give their sites a moment to let go of them."""
    stopped = list(exchanges)
    for one in stopped:
        one.stop()
    end = time.monotonic() + _LEAVE_SECONDS
    with contextlib.suppress(KeyboardInterrupt):
        for one in stopped:
            one.gone.wait(max(0.0, end - time.monotonic()))


def ask(
    site: Site, request: Request, limits: Limits | None = None, *, streams: bool = True
) -> Reply:
    """One whole answer, within the time that a page has; of a stream its head, if so asked."""
    wanted = limits or Limits()
    exchange = begin(site, request, wanted)
    if not streams:
        exchange.watch(exchange.stop_if_stream)
    if not settle([exchange], wanted.page_seconds):
        raise KeyboardInterrupt
    return exchange.answer()
