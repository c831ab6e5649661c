"""Drive an ASGI app without a server: its answers are read while it still sends them."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from urllib.parse import unquote, urlsplit

from sse_check.source.counted import in_seconds
from sse_check.stream.exchange import Exchange
from sse_check.stream.failures import told, told_by
from sse_check.stream.web import LOCAL, Request, StreamError

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

# How long an app may take to notice that its client has gone before its task is cancelled.
_GRACE = 0.2
_CANCEL_SECONDS = 2.0
_PAUSE = 0.005
_START_SECONDS = 20.0
_SHUTDOWN_SECONDS = 5.0
_ASGI = {"version": "3.0", "spec_version": "2.3"}


class AsgiApp:
    """An app in the event loop that is running: its lifespan, and its answers."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.state: dict[str, Any] = {}
        self._lifespan: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        # Why its startup broke off; it matters only if requests fail as well.
        self._not_started = ""

    async def startup(self) -> None:
        started = asyncio.Event()
        failure: list[str] = []
        messages = iter([{"type": "lifespan.startup"}])
        asked = False

        async def receive() -> Message:
            nonlocal asked
            asked = True
            for message in messages:
                return message
            await self._stop.wait()
            return {"type": "lifespan.shutdown"}

        async def send(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                failure.append(_why(message.get("message") or ""))
            if message["type"].startswith("lifespan.startup"):
                started.set()

        async def live() -> None:
            scope = {"type": "lifespan", "asgi": _ASGI, "state": self.state}
            try:
                await self.app(scope, receive, send)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - an app without lifespan says so by raising
                # One that never asked what is wanted has no startup that could have failed.
                self._not_started = told(error) if asked else ""
            finally:
                started.set()

        self._lifespan = asyncio.create_task(live())
        try:
            await asyncio.wait_for(started.wait(), _START_SECONDS)
        except TimeoutError:
            raise StreamError(
                f"the app does not finish its startup (waited {_START_SECONDS:g} seconds)"
            ) from None
        if failure:
            raise StreamError(f"the app does not start: {failure[0]}")

    async def shutdown(self) -> None:
        self._stop.set()
        if self._lifespan is not None:
            await asyncio.wait([self._lifespan], timeout=_SHUTDOWN_SECONDS)
            await _end(self._lifespan)

    async def serve(self, exchange: Exchange) -> None:
        """Answer one request, until it is answered or nobody wants more of it."""
        loop, gone = asyncio.get_running_loop(), asyncio.Event()

        def look() -> None:
            if exchange.done.is_set():
                with contextlib.suppress(RuntimeError):
                    loop.call_soon_threadsafe(gone.set)

        exchange.watch(look)
        task = asyncio.create_task(self._call(exchange, gone))
        waiting = asyncio.create_task(gone.wait())
        try:
            await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
            exchange.stop()
            await asyncio.wait([task], timeout=_GRACE)
        finally:
            exchange.stop()
            waiting.cancel()
            await _end(task)
            if task.done():
                exchange.left()

    async def _call(self, exchange: Exchange, gone: asyncio.Event) -> None:
        request = exchange.request
        first = iter([{"type": "http.request", "body": request.body, "more_body": False}])

        async def receive() -> Message:
            for message in first:
                return message
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.head(int(message["status"]), _pairs(message))
            elif message["type"] == "http.response.body":
                exchange.chunk(bytes(message.get("body", b"")))
                if not message.get("more_body"):
                    exchange.end()
            # An app that never waits must still let others run.
            await asyncio.sleep(0)
            while exchange.is_ahead:
                await asyncio.sleep(_PAUSE)

        try:
            await self.app(self._scope(request), receive, send)
        except (Exception, SystemExit, KeyboardInterrupt) as error:  # noqa: BLE001 - whatever an app raises is reported
            self._failed(exchange, error)
            return
        if exchange.reply.status:
            exchange.end("the app returned before it ended its answer")
        else:
            exchange.fail(f"the app returned without an answer at {request.path}")

    def _failed(self, exchange: Exchange, error: BaseException) -> None:
        if exchange.reply.status:
            exchange.end(told(error), error)
            return
        message = f"the app failed at {exchange.request.path}: {told(error)}"
        if self._not_started:
            message += f" (before that, at its startup: {self._not_started})"
        exchange.fail(message, error)

    def _scope(self, request: Request) -> Message:
        url, origin = urlsplit(request.path), urlsplit(request.origin)
        port = origin.port or (443 if origin.scheme == "https" else 80)
        return {
            "type": "http",
            "asgi": _ASGI,
            "http_version": "1.1",
            "method": request.method,
            "scheme": origin.scheme,
            "path": unquote(url.path) or "/",
            "raw_path": (url.path or "/").encode("ascii", "replace"),
            "query_string": url.query.encode("ascii", "replace"),
            "root_path": "",
            "headers": [
                (name.encode("latin-1"), value.encode("latin-1", "replace"))
                for name, value in request.all_headers.items()
            ],
            "client": ("127.0.0.1", 1),
            "server": (origin.hostname or "127.0.0.1", port),
            "state": dict(self.state),
        }


class AsgiSite:
    """An app in this process, in an event loop and a thread of its own.

    With a loop that is given, somebody else runs it.
    """

    origin = LOCAL

    def __init__(self, app: App, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.loop = loop or asyncio.new_event_loop()
        self.thread: threading.Thread | None = None
        self.closing = False
        if loop is None:
            self.thread = threading.Thread(target=run_loop, args=(self.loop,), daemon=True)
            self.thread.start()
        self.app = AsgiApp(app)
        try:
            self.run(self.app.startup(), _START_SECONDS + _GRACE)
        except StreamError:
            self.close()
            raise

    def start(self, exchange: Exchange) -> None:
        asyncio.run_coroutine_threadsafe(self.app.serve(exchange), self.loop)

    def run(self, work: Coroutine[Any, Any, Any], seconds: float) -> Any:
        """Do something in the app's loop, and wait for it."""
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return future.result(seconds)
        except TimeoutError:
            if future.done():
                raise
            future.cancel()
            raise StreamError(
                f"the app blocks its event loop (waited {in_seconds(seconds)}): "
                "something in it waits without `await`"
            ) from None

    def close(self) -> None:
        if self.closing or self.loop.is_closed():
            # A second stop would break off what ends the loop.
            return
        self.closing = True
        with contextlib.suppress(StreamError):
            self.run(self.app.shutdown(), _SHUTDOWN_SECONDS + _CANCEL_SECONDS)
        self.loop.call_soon_threadsafe(self.loop.stop)
        if self.thread is not None:
            # One that is blocked ends later, or with the process.
            self.thread.join(_CANCEL_SECONDS)


def run_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Run a loop until it is stopped, and what is left in it to its end."""
    try:
        loop.run_forever()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left, timeout=_CANCEL_SECONDS))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()


def _why(message: str) -> str:
    """Why a startup failed: frameworks send all that Python would print."""
    return told_by(message) or message or "its startup failed"


async def _end(task: "asyncio.Task[None]") -> None:
    """Cancel a task that still runs, and wait a little for it."""
    if not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=_CANCEL_SECONDS)


def _pairs(message: Message) -> list[tuple[str, str]]:
    return [
        (bytes(name).decode("latin-1"), bytes(value).decode("latin-1"))
        for name, value in message.get("headers", [])
    ]
