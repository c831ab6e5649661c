"""The harness: samples, servers, limits, and what it says when something is wrong."""

import asyncio
import json
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from sse_check.pytest_plugin import MisalignedError, assert_aligned, assert_aligned_async, look_at
from sse_check.stream.align import Alignment, align
from sse_check.stream.asgi import AsgiSite
from sse_check.stream.exchange import Exchange
from sse_check.stream.samples import SampleSite
from sse_check.stream.session import look
from sse_check.stream.web import Limits, StreamError
from sse_check.stream.wsgi import WsgiSite
from tests.cli.helpers import sse_check
from tests.project.helpers import write

PAGE = (
    '<!doctype html><html><body><div hx-ext="sse" sse-connect="/events">'
    '<p id="a" sse-swap="a">-</p><p id="m" sse-swap="message">-</p></div></body></html>'
)

CLOSING = PAGE.replace('sse-connect="/events"', 'sse-connect="/events" sse-close="message"')


def app_of(
    frames: list[bytes],
    *,
    page: str = PAGE,
    kind: bytes = b"text/event-stream",
    ends: bool = False,
    status: int = 200,
    pause: float = 0.01,
) -> Any:
    """An ASGI app with one page and one stream."""

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise ValueError("no lifespan here")
        await receive()
        if scope["path"] == "/events":
            head = [(b"content-type", kind), (b"cache-control", b"no-cache")]
            await send({"type": "http.response.start", "status": status, "headers": head})
            while True:
                for frame in frames:
                    await send({"type": "http.response.body", "body": frame, "more_body": True})
                await asyncio.sleep(pause)
                if ends:
                    break
            await send({"type": "http.response.body", "body": b""})
            return
        head = [(b"content-type", b"text/html"), (b"set-cookie", b"s=1; path=/")]
        code = {"/": 200, "/moved": 302, "/circle": 302}.get(scope["path"], 404)
        if code == 302:
            head.append((b"location", b"/" if scope["path"] == "/moved" else b"/circle"))
        await send({"type": "http.response.start", "status": code, "headers": head})
        await send({"type": "http.response.body", "body": page.encode()})

    return app


def looked(app: Any, *, seconds: float = 1.0, events: int = 6, page: str = "/") -> Alignment:
    site = AsgiSite(app)
    try:
        return align(look(site, page, Limits(events, seconds)))
    finally:
        site.close()


def said(alignment: Alignment) -> dict[str, str]:
    return {finding.rule: finding.level for finding in alignment.findings}


STREAM = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache")]
LIMITS = Limits(6, 1.0)
GOOD = [b"event: a\ndata: <b>1</b>\n\n", b"data: x\n\n"]


def test_aligned() -> None:
    alignment = looked(app_of(GOOD))
    assert said(alignment) == {}
    assert [(r.name, r.verdict) for r in alignment.rows] == [
        ("a", "delivered"),
        ("message", "delivered"),
    ]


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        (app_of([b"event: b\ndata: x\n\n"]), {"stream_not_sent": "warning", "stream_unheard": "error"}),
        (app_of([b"event: b\ndata: x\n\n"], ends=True), {"stream_ended": "error", "stream_not_sent": "error", "stream_unheard": "info"}),
        (app_of(GOOD, kind=b"text/html"), {"stream_answer": "error"}),
        (app_of(GOOD, page=CLOSING, ends=True), {}),
        (app_of(GOOD, page=CLOSING.replace('sse-close="message"', 'sse-close="done"'), ends=True), {"stream_ended": "error"}),
        (app_of(GOOD, page=CLOSING.replace('sse-close="message"', ""), ends=True), {"stream_ended": "error"}),
        (app_of(GOOD, status=500), {"stream_answer": "error"}),
        (app_of([b'event: a\ndata: {"x": 1}\n\n', GOOD[1]]), {"stream_payload": "error"}),
        (app_of([b"event: a\ndata: &lt;b&gt;x\n\n", GOOD[1]]), {"stream_payload": "error"}),
        # A library wrote a frame around a frame.
        (
            app_of([b"event: a\ndata: event: b\ndata: data: <b>x\ndata: \ndata: \n\n", GOOD[1]]),
            {"stream_payload": "error"},
        ),
        (app_of([b"event: a\ndata: data: 5 rows\n\n", GOOD[1]]), {}),
        (app_of([*GOOD, b"event: a \ndata: x\n\n"]), {"stream_frame": "error", "stream_unheard": "info"}),
        (app_of([*GOOD, b"event: a\ndata: x\n<li>\n\n"]), {"stream_frame": "error"}),
        (app_of(GOOD, page=PAGE.replace("<body>", '<body><main id=x hx-target="#x">')), {"stream_misrouted": "error"}),
        (app_of(GOOD, page=PAGE.replace('sse-swap="a"', 'sse-swap="a" hx-target="#no"')), {"stream_lost": "error"}),
        (app_of(GOOD, page=PAGE.replace('sse-swap="a"', 'sse-swap="a" hx-swap="outerHTML"')), {"stream_wiped": "error"}),
        (app_of(GOOD, page=PAGE.replace('hx-ext="sse" ', "")), {"stream_not_opened": "error", "stream_none": "error"}),
        (app_of([*GOOD, b'event: error\ndata: <div class="chirp-block-error">x</div>\n\n']), {"stream_error_event": "error"}),
    ],
)  # fmt: skip
def test_what_does_not_align(app: Any, expected: dict[str, str]) -> None:
    assert said(looked(app)) == expected


@pytest.mark.parametrize(
    ("arrivals", "seconds", "expected"),
    [
        ([1.0, 20.0, 45.0], 50.0, {}),
        ([1.0, 31.0], 40.0, {"stream_silent": "warning"}),
        ([31.0], 40.0, {"stream_silent": "warning"}),
        # Nothing came after the last: as long as it was waited for.
        ([1.0], 40.0, {"stream_silent": "warning"}),
        ([1.0], 20.0, {}),
    ],
)
def test_silence(
    tmp_path: Path, arrivals: list[float], seconds: float, expected: dict[str, str]
) -> None:
    write(tmp_path, {"page.html": PAGE, "a.sse": b"".join(GOOD).decode()})

    class Slow(SampleSite):
        """Whose bytes came at these seconds: all of them with the first, then comments."""

        def start(self, exchange: Exchange) -> None:
            super().start(exchange)
            if exchange.stream:
                exchange.reply.times = [(at, len(exchange.reply.body)) for at in arrivals]

    site = Slow(tmp_path / "page.html", [tmp_path / "a.sse"], {})
    assert said(align(look(site, "/", Limits(6, seconds)))) == expected


def test_a_page_that_moved_and_cookies() -> None:
    assert looked(app_of(GOOD), page="/moved").session.path == "/"


@pytest.mark.parametrize(
    ("page", "message"), [("/none", "answers 404"), ("/circle", "leads in a circle")]
)
def test_no_page(page: str, message: str) -> None:
    with pytest.raises(StreamError, match=message):
        looked(app_of(GOOD), page=page)


# Bounded everywhere


@pytest.mark.parametrize(
    ("name", "app"),
    [
        ("a stream that never sends", app_of([], pause=0.05)),
        ("a gigabyte", app_of([b"event: a\ndata: " + b"x" * 1_000_000 + b"\n\n"] * 1000, pause=0)),
        ("a line without end", app_of([b"x" * 1_000_000] * 100, pause=0)),
        ("no pause at all", app_of(GOOD * 100, pause=0)),
    ],
)
def test_bounded(name: str, app: Any) -> None:
    del name
    before = threading.active_count()
    start = time.monotonic()
    alignment = looked(app, seconds=1.0)
    assert time.monotonic() - start < 30
    assert len(alignment.session.streams[0].reply.body) <= 12_000_000
    assert threading.active_count() <= before


def test_an_app_that_ignores_its_client_going(recwarn: pytest.WarningsRecorder) -> None:
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] != "/events":
            await app_of(GOOD)(scope, receive, send)
            return
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", b"text/event-stream")],
            }
        )
        while True:
            with suppress(OSError):
                await send({"type": "http.response.body", "body": GOOD[0], "more_body": True})
            await asyncio.sleep(0.01)

    alignment = looked(app)
    assert [row.name for row in alignment.rows] == ["a"]
    assert not [w for w in recwarn if "never awaited" in str(w.message)]


def test_an_app_that_fails() -> None:
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        raise RuntimeError("no database")

    with pytest.raises(StreamError, match=r"the app failed at /: RuntimeError: no database"):
        looked(app)


def test_an_app_that_does_not_answer() -> None:
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == "/events":
            await asyncio.sleep(60)
        elif scope["type"] == "http":
            await app_of(GOOD)(scope, receive, send)

    alignment = looked(app, seconds=0.5)
    assert said(alignment) == {"stream_not_opened": "warning", "stream_not_sent": "warning"}
    assert "`/events` did not answer within 0.5 seconds" in [
        finding.message for finding in alignment.findings
    ]


def test_an_app_whose_startup_fails() -> None:
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with pytest.raises(StreamError, match="does not start: no database"):
        AsgiSite(app)


@pytest.mark.parametrize("asynchronous", [True, False])
def test_an_app_that_fails_in_the_middle(asynchronous: bool) -> None:
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == "/events":
            head = {"type": "http.response.start", "status": 200, "headers": STREAM}
            await send(head)
            await send({"type": "http.response.body", "body": GOOD[0], "more_body": True})
            raise RuntimeError("no database")
        if scope["type"] == "http":
            await app_of(GOOD)(scope, receive, send)

    def wsgi(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        if environ["PATH_INFO"] != "/events":
            start_response("200 OK", [("Content-Type", "text/html")])
            yield PAGE.encode()
            return
        start_response("200 OK", [(k.decode(), v.decode()) for k, v in STREAM])
        yield GOOD[0]
        raise RuntimeError("no database")

    alignment = looked(app) if asynchronous else align(look(WsgiSite(wsgi), "/", LIMITS))
    failed = [f.message for f in alignment.findings if f.rule == "stream_failed"]
    place = r" \(tests/stream/test_harness\.py, line \d+\)"
    assert [re.sub(place, "", one) for one in failed] == [
        "`/events` broke off after 1 event: RuntimeError: no database"
    ]


# A server that runs already


@contextmanager
def speaking(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server on a free port that says one thing to everybody."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    connection.recv(65536)
                    answer(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
        assert not thread.is_alive()


def test_an_endless_header(tmp_path: Path) -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in range(100_000):
            connection.sendall(b"X-%d: y\r\n" % number)

    with speaking(answer) as origin:
        done = sse_check(tmp_path, "stream", f"{origin}/")
    assert (done.status, "Traceback" in done.err) == (2, False)
    assert "more than 100 headers" in done.err


def test_a_server_that_hangs_up(tmp_path: Path) -> None:
    def answer(connection: socket.socket) -> None:
        kind = b"text/html"
        body = PAGE.encode()
        if not pages.pop():
            kind, body = b"text/event-stream", b"%x\r\n%s\r\n" % (len(GOOD[0]), GOOD[0])
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n")
        else:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n" % len(body))
        connection.sendall(b"Content-Type: " + kind + b"\r\n\r\n" + body)

    pages = [False, True]
    with speaking(answer) as origin:
        done = sse_check(tmp_path, "stream", f"{origin}/")
    assert (done.status, "Traceback" in done.err) == (1, False), done.err
    assert "stream_failed" in done.out


def test_a_port_in_use(tmp_path: Path) -> None:
    write(tmp_path, {"a.html": PAGE, "a.sse": "data: x\n\n"})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = sse_check(
            tmp_path, "stream", "a.html", "--sample", "a.sse", "--serve", "--port", port
        )
    assert (done.status, "Traceback" in done.err) == (2, False)
    assert f"port {port}" in done.err
    assert "--port" in done.err


@pytest.fixture
def server() -> Iterator[str]:
    import uvicorn

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app_of(GOOD), log_level="critical", timeout_graceful_shutdown=1, lifespan="off", ws="none"
    )
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    running.should_exit = True
    thread.join(timeout=10)


def test_an_address(server: str, tmp_path: Path) -> None:
    done = sse_check(tmp_path, "stream", server + "/", "--timeout", "2", "--max-events", "4")
    assert done.status == 0, done.out + done.err
    assert "aligned: the page and its streams agree" in done.out
    assert_aligned(server, timeout=2, max_events=4)


def test_nobody_at_an_address(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = sse_check(tmp_path, "stream", f"http://127.0.0.1:{port}/")
    assert done.status == 2
    assert f"127.0.0.1:{port}" in done.err
    assert "Traceback" not in done.err


# Samples


def test_samples(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "templates/base.html": "<!doctype html><html><body>{% block c %}{% endblock %}</body></html>",
            "templates/live.html": '{% extends "base.html" %}{% block c %}<div hx-ext="sse" sse-connect="{{ url_for("events") }}">{% for row in rows %}<p sse-swap="row-{{ row.id }}">{{ row.name }}</p>{% endfor %}<p sse-swap="status">-</p></div>{% block part %}<b>{{ who }}</b>{% endblock %}{% endblock %}',
            "samples/status.html": "<b>{{ state }}</b>",
            "samples/message.html": "x",
            "one.sse": "event: row-7\ndata: x\n\n",
            "list.json": json.dumps(
                [
                    {
                        "event": "status",
                        "template": "live.html",
                        "block": "part",
                        "context": {"who": "ada"},
                    }
                ]
            ),
            "data.json": json.dumps({"rows": [{"id": 7}], "state": "up"}),
        },
    )
    done = sse_check(
        tmp_path,
        "stream",
        "templates/live.html",
        "--sample",
        "samples",
        "--sample",
        "one.sse",
        "--sample",
        "list.json",
        "--data",
        "data.json",
    )
    assert done.status == 0, done.out + done.err
    lines = [line.split() for line in done.out.splitlines() if line.startswith("  ")]
    assert ["row-7", "1", "0.00", "s", "p", "itself", "delivered"] in lines
    assert ["status", "2", "0.00", "s", "p", "itself", "delivered"] in lines
    assert ["message", "1", "0.00", "s", "-", "-", "unheard"] in lines
    alignment = align(
        look(
            SampleSite(tmp_path / "templates/live.html", [tmp_path / "list.json"], {}),
            "/x.html",
            Limits(),
        )
    )
    assert alignment.rows[0].event.data == "<b>ada</b>"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name what to look at"),
        (("none.html",), "no such page"),
        (("a.html",), "needs --sample"),
        (("a.html", "--sample", "none.sse"), "no such sample"),
        (("a.html", "--sample", "bad.json"), "list of events"),
        (("bad.html", "--sample", "a.sse"), "bad.html:1"),
        (("127.0.0.1:8000",), "the address of a server is written `http://127.0.0.1:8000/`"),
        (("localhost:8000/a",), "the address of a server is written `http://localhost:8000/a`"),
        (("dj.html", "--sample", "a.sse"), "dj.html:1: Encountered unknown tag 'load'; Django"),
        (("own.html", "--sample", "a.sse"), "No filter named 'ours'; only what Jinja has itself"),
        (("shop/web.py:app",), "an app is named by its module: `shop.web:app`"),
        (("./web.py:app",), "an app is named by its module: `web:app`"),
        (("C:/shop",), "no such page"),
        (("nomodule:app",), "nomodule"),
        (("mod:nothing",), "has no `nothing`"),
        (("mod:number",), "neither an ASGI nor a WSGI app"),
        (("broken:app",), "broken fails on import: ZeroDivisionError: division by zero"),
        (("a.html", "--sample", "a.sse", "--header", "x"), "Name: value"),
    ],
)
def test_wrong_use_is_said_plainly(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    write(
        tmp_path,
        {
            "a.html": PAGE,
            "a.sse": "data: x\n\n",
            "bad.json": "{}",
            "bad.html": "{% if %}",
            "dj.html": "{% load static %}",
            "own.html": "{{ x|ours }}",
            "mod.py": "number = 3\n",
            "broken.py": "1 / 0\n",
        },
    )
    done = sse_check(tmp_path, "stream", *arguments)
    assert done.status == 2
    assert message in done.err
    assert "Traceback" not in done.err


def test_decode(tmp_path: Path) -> None:
    (tmp_path / "a.sse").write_bytes(b"id: 1\nevent: a\ndata: x\n\nevent: b\n\n")
    done = sse_check(tmp_path, "stream", "--decode", "a.sse", "--format", "json")
    assert done.status == 1
    assert json.loads(done.out) == {
        "schema_version": 1,
        "events": [{"event": "a", "data": "x", "last_event_id": "1", "retry": None, "offset": 0}],
        "problems": [{"offset": 24, "message": "`b` has no data line: it is never dispatched"}],
    }


def test_decode_warns_of_what_is_no_utf8(tmp_path: Path) -> None:
    (tmp_path / "a.sse").write_bytes(b"data: \xff\n\n")
    done = sse_check(tmp_path, "stream", "--decode", "a.sse")
    assert (done.status, "6  warning: what is sent here is no UTF-8" in done.out) == (0, True)
    done = sse_check(tmp_path, "stream", "--decode", "a.sse", "--fail-on", "warning")
    assert done.status == 1


def test_a_recorded_stream_replays(server: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    recorded = sse_check(
        tmp_path,
        "stream",
        server + "/",
        "--record",
        "seen.sse",
        "--max-events",
        "4",
        "--timeout",
        "2",
    )
    assert recorded.status == 0
    replayed = sse_check(tmp_path, "stream", "page.html", "--sample", "seen.sse")
    assert replayed.status == 0
    assert "aligned" in replayed.out


@pytest.mark.parametrize(
    "format_", ["json", "sarif", "junit", "github", "gitlab", "checkstyle", "rdjson", "concise"]
)
def test_formats(tmp_path: Path, format_: str) -> None:
    write(tmp_path, {"a.html": PAGE, "a.sse": "event: b\ndata: x\n\n"})
    done = sse_check(
        tmp_path, "stream", "a.html", "--sample", "a.sse", "--format", format_, "--expect", "a"
    )
    assert done.status == 1
    assert "stream_not_sent" in done.out


# In test suites


def test_the_plugin_shows_the_table() -> None:
    with pytest.raises(MisalignedError) as failure:
        assert_aligned(app_of([b"event: b\ndata: x\n\n"]), timeout=0.5)
    assert "not seen" in str(failure.value)
    assert "`a` was not sent by `/events`" in str(failure.value)


@pytest.mark.sse_limits(max_events=3, timeout=0.5)
def test_the_fixture(sse_page: Any) -> None:
    seen = sse_page(app_of(GOOD))
    seen.check(strict=True)
    assert seen.events == ["a", "message"]


def test_one_name_needs_no_list() -> None:
    app = app_of([GOOD[0]])
    with pytest.raises(MisalignedError, match="`message` was not sent"):
        look_at(app, timeout=0.5, expect="message").check()
    look_at(app, timeout=0.5, optional="message").check()


@pytest.mark.parametrize("wrong", [{"expect": 3}, {"optional": [b"a"]}, {"do": 3}, {"do": [None]}])
def test_what_is_no_name_and_no_action_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=next(iter(wrong))):
        look_at(app_of(GOOD), **wrong)


def test_inside_a_running_loop() -> None:
    asyncio.run(assert_aligned_async(app_of(GOOD), timeout=0.5))
    assert look_at(app_of(GOOD), timeout=0.5).findings == []


def test_the_plugin_in_a_suite_of_its_own(tmp_path: Path) -> None:
    import subprocess

    write(
        tmp_path,
        {
            "app.py": 'from flask import Flask, Response\napp = Flask(__name__)\n@app.route("/")\ndef index():\n    return \'<html><body><div hx-ext="sse" sse-connect="/e"><p sse-swap="a">-</p></div></body></html>\'\n@app.route("/e")\ndef e():\n    def frames():\n        while True:\n            yield "event: b\\ndata: x\\n\\n"\n    return Response(frames(), mimetype="text/event-stream")\n',
            "test_live.py": "from app import app\ndef test_it(sse_page):\n    sse_page(app, max_events=3, timeout=2).check()\n",
        },
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "MisalignedError" in done.stdout
    assert "`a` was not sent by `/e`" in done.stdout
