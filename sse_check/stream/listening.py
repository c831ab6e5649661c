"""One stream of an app, event by event, for tests: in a plain loop or in an `async for`."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Mapping
from typing import Any, Self

from sse_check.stream.asgi import AsgiApp
from sse_check.stream.exchange import Exchange, leave
from sse_check.stream.heard import StreamFailure, has_news, story, time_left
from sse_check.stream.loading import is_wsgi
from sse_check.stream.visit import STREAM_HEADERS, Visitor
from sse_check.stream.web import LOCAL, Limits, Site, path_of
from sse_check.stream.wire import WireEvent

_MOST_EVENTS = 1_000_000
_LEAVE_SECONDS = 3.0


class EventStream:
    """A stream that a test listens to, within a time limit.

    In `for event in stream` the app runs in a thread of its own (or is a server, or a process);
    in `async for event in stream` an ASGI app runs in the loop of the test. It is left at the
    end of `with` or `async with`, or by `close()`; the fixture does so at the end of a test.
    """

    def __init__(
        self,
        app: Any,
        path: str,
        open_site: Callable[[Any], Site],
        *,
        timeout: float = 5.0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.app = app
        self.path = path_of(path)
        self.limits = Limits(_MOST_EVENTS, timeout, page_seconds=timeout)
        self._headers = dict(headers or {})
        self._open_site = open_site
        self._site: Site | None = None
        self._exchange: Exchange | None = None
        self._here: _Here | None = None
        self._changed = threading.Condition()
        self._next = 0

    # What came

    @property
    def events(self) -> list[WireEvent]:
        """The events that came so far, also those that nobody took yet."""
        return list(self._exchange.events) if self._exchange is not None else []

    @property
    def status(self) -> int:
        return self._exchange.reply.status if self._exchange is not None else 0

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer; their names are in lower case."""
        return dict(self._exchange.reply.headers) if self._exchange is not None else {}

    # In a plain test

    def __enter__(self) -> Self:
        self._opened()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> WireEvent:
        exchange = self._opened()
        with self._changed:
            self._changed.wait_for(
                lambda: has_news(exchange, self._next), max(0.0, time_left(exchange))
            )
        event = self._take(exchange)
        if event is None:
            raise StopIteration
        return event

    def next(self, name: str | None = None) -> WireEvent:
        """The next event; with a name the next one of that name, whatever comes before it."""
        for event in self:
            if name in (None, event.event):
                return event
        raise self._ended(name)

    def take(self, count: int) -> list[WireEvent]:
        """As many events, or a failure that shows what came instead."""
        return [self.next() for _ in range(count)]

    def close(self) -> None:
        """Leave the stream, as a browser does whose tab is closed."""
        site, self._site = self._site, None
        if self._exchange is not None:
            if site is None:
                self._exchange.stop()
            else:
                leave([self._exchange])
        if site is not None:
            site.close()

    def _opened(self) -> Exchange:
        if self._exchange is None:
            self._site = self._open_site(self.app)
            self._exchange = exchange = self._asked(self._site)
            exchange.watch(self._wake)
            self._site.start(exchange)
            exchange.opened.wait(self.limits.seconds)
        return self._exchange

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    # In an asynchronous test

    async def __aenter__(self) -> Self:
        await self._opened_here()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> WireEvent:
        exchange, here = await self._opened_here()
        await here.wait(lambda: has_news(exchange, self._next), time_left(exchange))
        event = self._take(exchange)
        if event is None:
            raise StopAsyncIteration
        return event

    async def anext(self, name: str | None = None) -> WireEvent:
        """The next event, or the next one of a name."""
        async for event in self:
            if name in (None, event.event):
                return event
        raise self._ended(name)

    async def atake(self, count: int) -> list[WireEvent]:
        """As many events, or a failure that shows what came instead."""
        return [await self.anext() for _ in range(count)]

    async def aclose(self) -> None:
        """Leave the stream, and wait until the app has noticed."""
        if self._here is not None:
            await self._here.end()
        site, self._site = self._site, None
        if site is not None:
            await asyncio.to_thread(site.close)

    async def _opened_here(self) -> "tuple[Exchange, _Here]":
        if self._exchange is not None and self._here is not None:
            return self._exchange, self._here
        app = None
        if isinstance(self.app, str) or is_wsgi(self.app, repr(self.app)):
            self._site = await asyncio.to_thread(self._open_site, self.app)
        else:
            app = AsgiApp(self.app)
            await app.startup()
        self._exchange = exchange = self._asked(self._site)
        self._here = here = _Here(exchange, app)
        if self._site is not None:
            self._site.start(exchange)
        await here.wait(exchange.opened.is_set, self.limits.seconds)
        return exchange, here

    # Both

    def _asked(self, site: Site | None) -> Exchange:
        visitor = Visitor(site or _Nowhere(), self._headers, self.limits)
        request = visitor.request(self.path, more=STREAM_HEADERS)
        exchange = Exchange(request, self.limits, stream=True)
        exchange.taken = 0
        return exchange

    def _take(self, exchange: Exchange) -> WireEvent | None:
        """The next event that came; none at the end; a failure when it should have come."""
        if len(exchange.events) > self._next:
            self._next += 1
            exchange.taken = self._next
            return exchange.events[self._next - 1]
        whole = exchange.reply.is_stream and exchange.reply.ended and not exchange.reply.failure
        if whole:
            return None
        failure = StreamFailure(story(exchange))
        exchange.stop()
        raise failure from exchange.cause

    def _ended(self, name: str | None) -> StreamFailure:
        what = "another event" if name is None else f"`{name}`"
        if self._exchange is None:
            return StreamFailure(f"{what} did not come")
        return StreamFailure(story(self._exchange, f"the stream ended before {what} came"))


class _Here:
    """An exchange that is awaited in the running loop; an ASGI app is run in it, too."""

    def __init__(self, exchange: Exchange, app: AsgiApp | None) -> None:
        self.exchange = exchange
        self.app = app
        self.loop = asyncio.get_running_loop()
        self.changed = asyncio.Event()
        exchange.watch(self._wake)
        self.task = asyncio.create_task(app.serve(exchange)) if app is not None else None

    def _wake(self) -> None:
        # After the test its loop is closed, and nobody waits.
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self.changed.set)

    async def wait(self, ready: Callable[[], bool], seconds: float) -> None:
        """Return when something is so, or the time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, seconds)):
                while not ready():
                    self.changed.clear()
                    if not ready():
                        await self.changed.wait()

    async def end(self) -> None:
        self.exchange.stop()
        await self.wait(self.exchange.gone.is_set, _LEAVE_SECONDS)
        if self.app is not None:
            await self.app.shutdown()


class _Nowhere:
    """Stands for an app that runs in the loop of the test, without a site."""

    origin = LOCAL

    def start(self, exchange: Exchange) -> None:
        """The loop does."""

    def close(self) -> None:
        """Nothing is open."""
