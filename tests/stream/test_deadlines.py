"""Nothing holds the harness for ever: servers that drip, apps that block, pages without end."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from sse_check.stream.align import align
from sse_check.stream.asgi import AsgiSite
from sse_check.stream.exchange import ask, begin, settle
from sse_check.stream.http import HttpSite
from sse_check.stream.session import look
from sse_check.stream.web import Limits, Request, Site, StreamError
from sse_check.stream.wsgi import WsgiSite
from tests.stream.apps import GOOD, HTML, PAGE, app_with, stream, wsgi_ticking

SHORT = Limits(seconds=0.5, page_seconds=0.5)
# Far more than any of this takes on a busy machine, and far less than for ever.
SOON = 25.0


@contextmanager
def speaking(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server on a free port that says one thing to everybody."""
    listener = socket.create_server(("127.0.0.1", 0))

    def one(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65536)
            answer(connection)

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=one, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def drip(start: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(3000):
            connection.sendall(piece)
            time.sleep(0.02)

    return answer


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-Y: z\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        (b"", b""),
    ],
    ids=["a header now and then", "100 Continue", "a status line", "a long header", "silence"],
)
def test_a_head_that_never_ends(start: bytes, piece: bytes) -> None:
    begun = time.monotonic()
    with speaking(drip(start, piece)) as origin:
        with pytest.raises(StreamError, match=r"did not answer at / within 0\.5 seconds"):
            ask(HttpSite(origin), Request("/", origin=origin), SHORT)
        one = begin(HttpSite(origin), Request("/", origin=origin), SHORT, stream=True)
        settle([one], 0.5)
        assert one.gone.wait(5), "the thread is still there"
    assert time.monotonic() - begun < SOON


def test_a_server_that_does_not_speak_http() -> None:
    with (
        speaking(lambda connection: connection.sendall(b"\x16\x03\x01\nx\n\n")) as address,
        pytest.raises(StreamError, match="what answers there does not speak HTTP"),
    ):
        ask(HttpSite(address), Request("/", origin=address), SHORT)


def test_a_page_that_never_ends_says_so() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE.encode()
    with speaking(drip(head, b" ")) as origin:
        session = look(HttpSite(origin), "/", SHORT)
    told = [f.message for f in align(session).findings if f.rule == "stream_page_cut"]
    assert told == ["`/` did not end within 0.5 seconds: only its start was read"]


def test_a_page_that_is_too_long_says_so() -> None:
    async def long(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": HTML})
        start = PAGE.replace("</body></html>", "").encode()
        await send({"type": "http.response.body", "body": start, "more_body": True})
        while True:
            await send(
                {"type": "http.response.body", "body": b"<!-- -->" * 1000, "more_body": True}
            )

    site = AsgiSite(app_with(_=long))
    limits = Limits(2, 2.0, bytes=100_000)
    try:
        session = look(site, "/", limits)
    finally:
        site.close()
    assert len(session.page) == 100_000
    findings = {f.rule: f.message for f in align(session).findings}
    assert findings == {"stream_page_cut": "`/` is longer than 0.1 MB: only its start was read"}


def test_a_server_that_promises_more_than_it_sends() -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<p>half")

    with (
        speaking(answer) as origin,
        pytest.raises(StreamError, match="/ broke off: the connection broke off"),
    ):
        look(HttpSite(origin), "/", SHORT)


def asgi_blocked() -> Site:
    async def blocked(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive, send
        time.sleep(4)

    return AsgiSite(app_with(events=blocked))


def wsgi_blocked() -> Site:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        if environ["PATH_INFO"] == "/events":
            time.sleep(4)
        start_response("200 OK", [("Content-Type", "text/html")])
        yield PAGE.encode()

    return WsgiSite(app)


@pytest.mark.parametrize("made", [asgi_blocked, wsgi_blocked])
def test_an_app_that_blocks(made: Callable[[], Site]) -> None:
    site = made()
    begun = time.monotonic()
    try:
        found = align(look(site, "/", Limits(seconds=0.5))).findings
        assert [(f.level, f.message) for f in found if f.rule == "stream_not_opened"] == [
            ("warning", "`/events` did not answer within 0.5 seconds: it blocks its thread")
        ]
        assert time.monotonic() - begun < SOON
    finally:
        site.close()


def test_a_stream_that_blocks_after_its_first_event_shows_it() -> None:
    async def blocks(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})  # fmt: skip
        await send({"type": "http.response.body", "body": GOOD[0], "more_body": True})
        time.sleep(3)

    site = AsgiSite(app_with(events=blocks))
    try:
        session = look(site, "/", Limits(seconds=0.5))
        assert [event.event for event in session.streams[0].events] == ["a"]
    finally:
        site.close()


def test_a_startup_that_blocks_does_not_hold_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sse_check.stream.asgi._START_SECONDS", 0.3)
    monkeypatch.setattr("sse_check.stream.asgi._SHUTDOWN_SECONDS", 0.1)
    monkeypatch.setattr("sse_check.stream.asgi._CANCEL_SECONDS", 0.1)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive, send
        time.sleep(3)

    with pytest.raises(StreamError, match="blocks its event loop"):
        AsgiSite(app)


def test_a_site_that_is_closed_twice_ends_its_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time while a task that is slow to end still holds the loop."""
    monkeypatch.setattr("sse_check.stream.asgi._CANCEL_SECONDS", 2.0)
    ending = threading.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive, send
        try:
            await asyncio.sleep(SOON)
        except asyncio.CancelledError:
            ending.set()
            await asyncio.sleep(1.0)

    site = AsgiSite(app_with(events=slow))
    asyncio.run_coroutine_threadsafe(slow(0, 0, 0), site.loop)
    first = threading.Thread(target=site.close)
    first.start()
    assert ending.wait(SOON)
    site.close()
    first.join(SOON)
    assert site.thread is not None
    site.thread.join(SOON)
    assert site.loop.is_closed()


# As many events as were asked for, and not one more


@pytest.mark.parametrize("wanted", [1, 3, 7])
def test_max_events_means_events(wanted: int) -> None:
    """Comments, heartbeats and retries are no events; what comes in one chunk is counted."""
    noise = b": ping\n\n: ping\n\nretry: 5\n\nevent: b\n\n"
    many = noise + b"".join(b"event: a\ndata: %d\n\n" % n for n in range(20))

    async def sends(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await stream(send, [noise, noise, many])

    site = AsgiSite(app_with(events=sends))
    try:
        session = look(site, "/", Limits(wanted, 5.0))
    finally:
        site.close()
    (seen,) = session.streams
    assert [event.data for event in seen.events] == [str(n) for n in range(wanted)]
    assert not seen.reply.ended
    assert seen.reply.body.count(b"event: a") == wanted


def test_an_endless_answer_that_is_no_stream_is_left_at_once() -> None:
    site = WsgiSite(wsgi_ticking(kind="text/html"))
    one = begin(site, Request("/events"), Limits(seconds=60.0), stream=True)
    assert one.done.wait(SOON)
    assert len(one.reply.body) < 3000


def test_leaving_tells_the_app() -> None:
    """A client that goes: ASGI hears of it and is cancelled, WSGI is closed."""
    heard: list[str] = []

    async def waits(scope: Any, receive: Any, send: Any) -> None:
        del scope
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})  # fmt: skip
        await receive()
        heard.append((await receive())["type"])
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            heard.append("cancelled")
            raise

    site = AsgiSite(app_with(events=waits))
    one = begin(site, Request("/events"), SHORT, stream=True)
    settle([one], 0.5)
    site.close()
    assert heard == ["http.disconnect", "cancelled"]
    closed: list[str] = []
    two = begin(WsgiSite(wsgi_ticking(closed)), Request("/events"), Limits(3), stream=True)
    settle([two], SOON)
    assert (len(two.events), closed) == (3, ["left"])
