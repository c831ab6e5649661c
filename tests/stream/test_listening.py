"""An endless stream in a test: three lines, a time limit, and a failure that shows what came."""

import asyncio
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sse_check.pytest_plugin import listen_to
from sse_check.stream.heard import StreamFailure
from sse_check.stream.wire import WireEvent
from tests.project.helpers import write
from tests.stream.apps import GOOD, answer, app_with, stream, wsgi_ticking

FAST = 0.5
SOON = 25.0


def ticking(left: list[str] | None = None, limit: int = 1_000_000) -> Any:
    """An ASGI app that ticks, and notes when its client has gone."""

    async def events(scope: Any, receive: Any, send: Any) -> None:
        del receive
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream"), (b"x-query", scope["query_string"])]})  # fmt: skip
        try:
            for number in range(1, limit):
                await send({"type": "http.response.body", "body": b"event: tick\ndata: %d\n\n" % number, "more_body": True})  # fmt: skip
                await asyncio.sleep(0.001)
        finally:
            if left is not None:
                left.append("left")

    return app_with(events=events)


MADE: dict[str, Callable[[list[str]], Any]] = {
    "ASGI": ticking,
    "WSGI": wsgi_ticking,
}


@pytest.mark.parametrize("kind", MADE)
def test_three_lines(sse_stream: Any, kind: str) -> None:
    first, second = sse_stream(MADE[kind]([]), "/events").take(2)
    assert (first.event, first.data, second.data) == ("tick", "1", "2")


@pytest.mark.parametrize("kind", MADE)
def test_a_plain_loop(kind: str) -> None:
    left: list[str] = []
    with listen_to(MADE[kind](left), "/events") as events:
        seen = []
        for event in events:
            seen.append(event.data)
            if len(seen) == 3:
                break
        assert next(events).data == "4"
        assert events.status == 200
    assert (seen, left) == (["1", "2", "3"], ["left"])


@pytest.mark.parametrize("kind", MADE)
def test_an_asynchronous_loop(kind: str) -> None:
    left: list[str] = []

    async def main() -> list[str]:
        seen: list[str] = []
        async with listen_to(MADE[kind](left), "/events") as events:
            async for event in events:
                seen.append(event.data)
                if len(seen) == 3:
                    break
            seen.append((await anext(events)).data)
            seen.extend(one.data for one in await events.atake(2))
        return seen

    assert asyncio.run(main()) == ["1", "2", "3", "4", "5", "6"]
    assert left == ["left"]


def test_an_asynchronous_test_and_its_app_share_a_loop() -> None:
    """So what the test puts into a queue is what the app takes out of it."""

    async def main() -> tuple[WireEvent, int]:
        queue: asyncio.Queue[str] = asyncio.Queue()
        threads: list[int] = []

        async def events(scope: Any, receive: Any, send: Any) -> None:
            del scope, receive
            threads.append(threading.get_ident())
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})  # fmt: skip
            while True:
                frame = f"data: {await queue.get()}\n\n".encode()
                await send({"type": "http.response.body", "body": frame, "more_body": True})

        async with listen_to(app_with(events=events), "/events") as heard:
            queue.put_nowait("hello")
            return await anext(heard), threads[0]

    event, thread = asyncio.run(main())
    assert (event.data, thread) == ("hello", threading.get_ident())


def test_a_loop_that_is_left_without_a_with_ends_cleanly(recwarn: pytest.WarningsRecorder) -> None:
    left: list[str] = []

    async def main() -> str:
        async for event in listen_to(ticking(left), "/events"):
            return event.data
        return ""

    assert (asyncio.run(main()), left) == ("1", ["left"])
    assert [w for w in recwarn if "never" in str(w.message) or "pending" in str(w.message)] == []


def test_a_test_that_is_cancelled_leaves_the_stream() -> None:
    left: list[str] = []

    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3), listen_to(ticking(left), "/events") as events:
                async for _ in events:
                    pass
        assert left == ["left"]

    asyncio.run(main())


@pytest.mark.parametrize("kind", MADE)
def test_an_app_does_not_run_far_ahead_of_the_test(kind: str) -> None:
    with listen_to(MADE[kind]([]), "/events") as heard:
        heard.take(5)
        time.sleep(0.5)
        assert len(heard.events) < 250
        assert heard.take(300)[-1].data == "305"


def test_by_name() -> None:
    async def events(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await stream(send, GOOD)

    with listen_to(app_with(events=events), "/events") as heard:
        assert heard.next("message").data == "x"
        assert heard.next("a").data == "<b>1</b>"


def test_headers_and_queries() -> None:
    with listen_to(ticking(), "/events?room=ü", headers={"X-A": "1"}) as heard:
        assert heard.headers["x-query"] == "room=%C3%BC"
        assert heard.events == heard.events[:0] or heard.events[0].data == "1"


# What fails shows what came


async def two_and_a_half(scope: Any, receive: Any, send: Any) -> None:
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})  # fmt: skip
    body = b"event: tick\ndata: 1\n\ndata: " + b"x" * 200 + b"\n\nevent: never"
    await send({"type": "http.response.body", "body": body, "more_body": True})
    await asyncio.sleep(60)


async def breaks(scope: Any, receive: Any, send: Any) -> None:
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})  # fmt: skip
    await send({"type": "http.response.body", "body": GOOD[0], "more_body": True})
    raise LookupError("no database")


async def ends(scope: Any, receive: Any, send: Any) -> None:
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})  # fmt: skip
    await send({"type": "http.response.body", "body": GOOD[0]})


async def refuses(scope: Any, receive: Any, send: Any) -> None:
    del scope, receive
    await answer(send, b"<h1>Log in\nfirst</h1>", 403)


async def fails(scope: Any, receive: Any, send: Any) -> None:
    raise LookupError("no database")


async def hangs(scope: Any, receive: Any, send: Any) -> None:
    await asyncio.sleep(60)


FAILURES = {
    two_and_a_half: """`/events`: no more events within 0.5 seconds; 2 events came
  T s  tick     '1'
  T s  message  'DATA…'
  and without the blank line that dispatches it: 'event: never'""".replace("DATA", "x" * 70),
    breaks: """`/events`: it broke off: LookupError: no database; 1 event came
  T s  a  '<b>1</b>'""",
    ends: """`/events`: the stream ended before another event came; 1 event came
  T s  a  '<b>1</b>'""",
    refuses: """`/events` answers 403 with text/html, not an event stream:
  <h1>Log in first</h1>""",
    fails: "the app failed at /events: LookupError: no database",
    hangs: "`/events` did not answer within 0.5 seconds",
}


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize(
    ("events", "message"), FAILURES.items(), ids=[one.__name__ for one in FAILURES]
)
def test_a_failure_shows_what_came(events: Any, message: str, asynchronous: bool) -> None:
    app = app_with(events=events)

    async def main() -> None:
        async with listen_to(app, "/events", timeout=FAST) as heard:
            await heard.atake(10)

    start = time.monotonic()
    with pytest.raises(StreamFailure) as told:
        if asynchronous:
            asyncio.run(main())
        else:
            with listen_to(app, "/events", timeout=FAST) as heard:
                heard.take(10)
    shown = re.sub(r" +\d+\.\d\d s", "  T s", str(told.value))
    assert re.sub(r" \(tests/stream/test_listening\.py, line \d+\)", "", shown) == message
    if events in (breaks, fails):
        assert isinstance(told.value.__cause__, LookupError)
    assert time.monotonic() - start < SOON


def test_a_stream_that_ends_ends_the_loop() -> None:
    assert [e.event for e in listen_to(app_with(events=ends), "/events")] == ["a"]


def test_a_secret_in_the_query_is_not_told() -> None:
    with pytest.raises(StreamFailure) as told:
        listen_to(app_with(events=refuses), "/events?token=opensesame").take(1)
    assert "opensesame" not in str(told.value)


def test_a_wsgi_app_that_waits_for_ever() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Any:
        del environ
        start_response("200 OK", [("Content-Type", "text/event-stream")])
        yield b"data: 1\n\n"
        time.sleep(3)
        yield b"data: 2\n\n"

    with (
        pytest.raises(StreamFailure, match=r"no more events within 0\.5 seconds; 1 event came"),
        listen_to(app, "/", timeout=FAST) as heard,
    ):
        heard.take(2)


SUITE = """
import asyncio, time
import pytest

async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    head = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    while True:
        await send({"type": "http.response.body", "body": b"event: tick\\ndata: 1\\n\\n", "more_body": True})
        await asyncio.sleep(0.05)

def test_ticks(sse_stream):
    first, second = sse_stream(app, "/events").take(2)
    assert (first.event, second.event) == ("tick", "tick")

@pytest.mark.anyio
async def test_ticks_asynchronously(sse_stream):
    async for event in sse_stream(app, "/events"):
        assert event.event == "tick"
        break

@pytest.mark.sse_limits(timeout=0.5)
def test_waits_in_vain(sse_stream):
    sse_stream(app, "/events").next("tock")
"""


def test_in_a_suite_of_its_own(tmp_path: Path) -> None:
    conftest = "import pytest\n@pytest.fixture\ndef anyio_backend():\n    return 'asyncio'\n"
    write(tmp_path, {"test_live.py": SUITE, "conftest.py": conftest})
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert "1 failed, 2 passed" in done.stdout, done.stdout + done.stderr
    assert "StreamFailure: `/events`: no more events within 0.5 seconds" in done.stdout
    assert re.search(r"\d\.\d\d s  tick  '1'", done.stdout)
