"""The other side of `process.AppSite`: an app in a process of its own, driven over two pipes.

Each message is a line of JSON. The parent sends requests, `stop`, and nothing more when it ends;
the child says `ready` or why not, then heads, chunks and ends as they come.
"""

import asyncio
import contextlib
import json
import logging
import os
import sys
import threading
import traceback
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Any, BinaryIO

from sse_check.stream import lifeline
from sse_check.stream.asgi import AsgiSite, run_loop
from sse_check.stream.exchange import Exchange
from sse_check.stream.failures import told
from sse_check.stream.loading import OWN_SERVERS, framework_of, is_wsgi, load
from sse_check.stream.web import ExitError, Limits, Request, Site, StreamError
from sse_check.stream.wsgi import WsgiSite


class _Channel:
    """Lines to the parent, from any thread."""

    def __init__(self, pipe: BinaryIO) -> None:
        self.pipe = pipe
        self.lock = threading.Lock()

    def send(self, **message: Any) -> None:
        line = memoryview(json.dumps(message).encode() + b"\n")
        with self.lock, contextlib.suppress(OSError):
            while line:
                line = line[self.pipe.write(line) :]


class _Told(Exchange):
    """An exchange whose news go to the parent as well."""

    def __init__(self, channel: _Channel, number: int, request: Request, limits: Limits) -> None:
        super().__init__(request, limits)
        self.channel = channel
        self.number = number

    def head(self, status: int, pairs: Iterable[tuple[str, str]]) -> None:
        listed = list(pairs)
        super().head(status, listed)
        self.channel.send(head=self.number, status=status, pairs=listed)

    def chunk(self, data: bytes) -> None:
        if data and not self.done.is_set():
            self.channel.send(chunk=self.number, data=b64encode(data).decode())
        # Here only the size counts: events are counted by the parent.
        super().chunk(data)

    def end(self, failure: str = "", cause: BaseException | None = None) -> None:
        was_done = self.done.is_set()
        super().end(failure, cause)
        if not was_done or cause is not None:
            why = told(cause) if cause is not None else ""
            self.channel.send(end=self.number, failure=failure, cause=why)

    def fail(self, message: str, cause: BaseException | None = None) -> None:
        super().fail(message, cause)
        self.channel.send(fail=self.number, message=message)

    def left(self) -> None:
        super().left()
        self.channel.send(left=self.number)


def main(arguments: list[str]) -> None:
    """Serve one app until the parent closes its end."""
    inward = lifeline.Watched(lifeline.take_standard_input())
    outward = lifeline.take_standard_output()
    channel = _Channel(outward)
    target = arguments[0]
    # Apps read the command line of their own accord.
    sys.argv = [target]
    try:
        app = load(target)
        _print_failures(app)
        framework = framework_of(app)
        if framework:
            channel.send(server=framework)
            return
        if is_wsgi(app, target):
            channel.send(ready=sys.version.split()[0])
            _serve(WsgiSite(app), channel, inward)
            return
        _serve_asgi(app, channel, inward)
    except StreamError as error:
        channel.send(failed=str(error), exits=isinstance(error, ExitError))
    except BaseException as error:  # noqa: BLE001 - an app may raise wherever it is looked at
        channel.send(failed=f"{target}: {told(error)}")
    finally:
        # Threads of the app that never end would keep it here.
        os._exit(0)


def _print_failures(app: Any) -> None:
    """Django and Litestar print no exception without their debug mode: here they do."""
    logging.getLogger("django.request").addHandler(logging.StreamHandler())
    hooks = getattr(app, "after_exception", None)
    if isinstance(hooks, list):
        hooks.append(_print)


async def _print(error: Exception, scope: Any) -> None:
    del scope
    traceback.print_exception(error)


def _serve_asgi(app: Any, channel: _Channel, inward: lifeline.Watched) -> None:
    """The loop runs in the main thread, where apps may set signal handlers."""
    loop = asyncio.new_event_loop()

    def talk() -> None:
        try:
            site = AsgiSite(app, loop)
            channel.send(ready=sys.version.split()[0])
            _serve(site, channel, inward)
        except StreamError as error:
            channel.send(failed=str(error))
        finally:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(loop.stop)

    threading.Thread(target=talk, daemon=True).start()
    run_loop(loop)


def _serve(site: Site, channel: _Channel, inward: lifeline.Watched) -> None:
    running: dict[int, _Told] = {}
    for line in lifeline.lines(inward):
        message = json.loads(line)
        if "stop" in message:
            one = running.pop(message["stop"], None)
            if one is not None:
                one.stop()
            continue
        number = message.pop("ask")
        seconds, size = message.pop("seconds"), message.pop("bytes")
        body = b64decode(message.pop("body"))
        limits = Limits(seconds=seconds, bytes=size, page_seconds=seconds)
        running[number] = _Told(channel, number, Request(body=body, **message), limits)
        site.start(running[number])
    # Nobody listens any more: what the app holds is given back.
    for one in running.values():
        one.stop()
    site.close()


def run_own_server(arguments: list[str]) -> None:
    """Run an app by its framework's own server, until the parent has gone."""
    target, host, port = arguments[0], arguments[1], int(arguments[2])
    lifeline.hold(lifeline.take_standard_input())
    sys.argv = [target]
    try:
        app = load(target)
    except StreamError as error:
        sys.exit(str(error))
    names = {"app": app, "host": host, "port": port}
    exec(OWN_SERVERS[framework_of(app)], names)  # noqa: S102 - a line of this package
    os._exit(0)
