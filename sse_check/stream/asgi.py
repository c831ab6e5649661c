"""Drive an ASGI app without a server: its answers are read while it still sends them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from sse_check.stream.web import Interrupted, Limits, Reply, StreamError, cookies_in, enough

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Result = TypeVar("Result")

_PAGE_LIMITS = Limits(events=1_000_000, seconds=20.0)
# How long an app may take to notice that its client has gone before its task is cancelled.
_GRACE = 0.2


class AsgiSite:
    """An app in this process, with an event loop of its own."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.loop = asyncio.new_event_loop()
        self._lifespan: asyncio.Task[None] | None = None
        # An app without lifespan raises there too: it matters only if requests fail as well.
        self._not_started = ""
        self._stop = asyncio.Event()
        try:
            self._run(self._start())
        except StreamError:
            self.close()
            raise

    def get(self, path: str, headers: Mapping[str, str]) -> Reply:
        return self._run(self._ask(path, headers, _PAGE_LIMITS, stream=False))

    def streams(self, paths: list[str], headers: Mapping[str, str], limits: Limits) -> list[Reply]:
        accept = {**headers, "accept": "text/event-stream"}
        exchanges = [_Exchange(path, limits, stream=True) for path in paths]

        async def together() -> list[Reply]:
            asked = (self._exchange(one, accept) for one in exchanges)
            return list(await asyncio.gather(*asked))

        try:
            return self._run(together())
        except KeyboardInterrupt:
            # What still runs is cancelled when the site is closed.
            raise Interrupted([one.reply for one in exchanges]) from None

    def close(self) -> None:
        if self.loop.is_closed():
            return
        try:
            self._run(self._end())
        finally:
            self.loop.close()

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(work)

    # Lifespan

    async def _start(self) -> None:
        started = asyncio.Event()
        failure: list[str] = []
        first = True

        async def receive() -> Message:
            nonlocal first
            if first:
                first = False
                return {"type": "lifespan.startup"}
            await self._stop.wait()
            return {"type": "lifespan.shutdown"}

        async def send(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                failure.append(message.get("message") or "its startup failed")
            if message["type"].startswith("lifespan.startup"):
                started.set()

        async def live() -> None:
            scope = {
                "type": "lifespan",
                "asgi": {"version": "3.0", "spec_version": "2.3"},
                "state": {},
            }
            try:
                await self.app(scope, receive, send)
            except Exception as error:  # noqa: BLE001 - an app without lifespan says so by raising
                self._not_started = f"{type(error).__name__}: {error}"
            finally:
                started.set()

        self._lifespan = asyncio.create_task(live())
        try:
            await asyncio.wait_for(started.wait(), 20)
        except TimeoutError:
            raise StreamError("the app does not finish its startup (waited 20 seconds)") from None
        if failure:
            raise StreamError(f"the app does not start: {failure[0]}")

    async def _end(self) -> None:
        self._stop.set()
        if self._lifespan is not None:
            await asyncio.wait([self._lifespan], timeout=5)
        left = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=2)
        await self.loop.shutdown_asyncgens()

    async def _ask(
        self, path: str, headers: Mapping[str, str], limits: Limits, *, stream: bool
    ) -> Reply:
        return await self._exchange(_Exchange(path, limits, stream), headers)

    async def _exchange(self, exchange: "_Exchange", headers: Mapping[str, str]) -> Reply:
        try:
            return await exchange.run(self.app, _scope(exchange.path, headers))
        except StreamError as error:
            if not self._not_started:
                raise
            raise StreamError(
                f"{error} (before that, at its startup: {self._not_started})"
            ) from error


class _Exchange:
    """One request, seen from the client's side."""

    def __init__(self, path: str, limits: Limits, stream: bool) -> None:
        self.path = path
        self.limits = limits
        self.stream = stream
        self.reply = Reply(0)
        self.done = asyncio.Event()
        self.gone = asyncio.Event()
        self.asked = False
        self.start = time.monotonic()

    async def run(self, app: App, scope: Message) -> Reply:
        task: asyncio.Task[None] = asyncio.create_task(self._call(app, scope))
        waiting = asyncio.create_task(self.done.wait())
        await asyncio.wait(
            {task, waiting},
            timeout=self.limits.seconds,
            return_when=asyncio.FIRST_COMPLETED,
        )
        waiting.cancel()
        error = task.exception() if task.done() and not task.cancelled() else None
        if error is not None and not self.reply.status:
            raise StreamError(f"the app failed at {self.path}: {type(error).__name__}: {error}")
        if error is not None:
            self.reply.failure = f"{type(error).__name__}: {error}"
            self.reply.ended = True
        self.gone.set()
        await _leave(task)
        if not self.reply.status:
            raise StreamError(
                f"the app did not answer at {self.path} within {self.limits.seconds:g} seconds"
            )
        return self.reply

    async def _call(self, app: App, scope: Message) -> None:
        await app(scope, self._receive, self._send)

    async def _receive(self) -> Message:
        if not self.asked:
            self.asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if self.gone.is_set():
            # What is sent to a client that has gone is dropped, in this version of ASGI.
            await asyncio.sleep(0)
            return
        if message["type"] == "http.response.start":
            _read_head(self.reply, message)
            if self.stream and self.reply.status != 200:
                self.done.set()
        elif message["type"] == "http.response.body":
            self._take(message)
            # An app that never waits must still let others run.
            await asyncio.sleep(0)

    def _take(self, message: Message) -> None:
        reply = self.reply
        body = bytes(message.get("body", b""))
        if body:
            reply.body += body
            reply.times.append((time.monotonic() - self.start, len(reply.body)))
        if not message.get("more_body"):
            reply.ended = True
            self.done.set()
        elif len(reply.body) > self.limits.bytes or (
            self.stream and enough(reply.body, self.limits)
        ):
            self.done.set()


async def _leave(task: "asyncio.Task[None]") -> None:
    """Let the app notice that its client has gone; cancel it when it does not."""
    await asyncio.wait([task], timeout=_GRACE)
    if not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=2)
    if task.done() and not task.cancelled():
        # What an app raises at a client that has gone is its own affair.
        task.exception()


def _scope(path: str, headers: Mapping[str, str]) -> Message:
    parts = urlsplit(path)
    sent = {"host": "127.0.0.1", "user-agent": "sse-check", **headers}
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(parts.path) or "/",
        "raw_path": (parts.path or "/").encode("ascii", "replace"),
        "query_string": parts.query.encode("ascii", "replace"),
        "root_path": "",
        "headers": [
            (k.lower().encode("latin-1"), v.encode("latin-1", "replace")) for k, v in sent.items()
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }


def _read_head(reply: Reply, message: Message) -> None:
    reply.status = int(message["status"])
    pairs = [
        (bytes(k).decode("latin-1"), bytes(v).decode("latin-1"))
        for k, v in message.get("headers", [])
    ]
    reply.headers = {name.lower(): value for name, value in pairs}
    reply.cookies = cookies_in(iter(pairs))
