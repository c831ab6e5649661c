"""Streams that answer nothing yet: many servers send a head with the first bytes only."""

import json
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sse_check.report.style import Style
from sse_check.stream import table
from sse_check.stream.actions import read_action
from sse_check.stream.align import Alignment, align
from sse_check.stream.asgi import AsgiSite
from sse_check.stream.http import HttpSite
from sse_check.stream.session import look
from sse_check.stream.web import Limits, StreamError
from tests.cli.helpers import sse_check
from tests.stream.apps import answer, app_with

LIMITS = Limits(events=3, seconds=1.0)


def page_of(*streams: tuple[str, str]) -> str:
    parts = (
        f'<div hx-ext="sse" sse-connect="{path}"><p sse-swap="{name}">-</p></div>'
        for path, name in streams
    )
    return f"<!doctype html><html><body>{''.join(parts)}</body></html>"


PAGES = {
    "/": page_of(("/quiet", "a"), ("/loud", "b")),
    "/one": page_of(("/quiet", "a")),
    "/deaf": page_of(("/quiet", "a")).replace(' sse-swap="a"', ""),
    "/moves": page_of(("/quiet", "a"), ("/moved", "b")),
    "/broken": page_of(("/loud", "b"), ("/broken-off", "c")),
}


class Served(BaseHTTPRequestHandler):
    said: queue.Queue[bytes]
    over: threading.Event

    def do_GET(self) -> None:
        if self.path in PAGES:
            self.head("text/html", PAGES[self.path].encode())
        elif self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/loud")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path == "/loud":
            self.head("text/event-stream", b"event: b\ndata: 1\n\n" * 3)
            self.over.wait(30)
        elif self.path == "/quiet":
            while not self.over.is_set():
                try:
                    text = self.said.get(timeout=0.05)
                except queue.Empty:
                    continue
                # It takes a moment, as work does.
                self.over.wait(0.2)
                self.head("text/event-stream", b"event: a\ndata: " + text + b"\n\n")

    def do_POST(self) -> None:
        self.said.put(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()

    def head(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def origin() -> Iterator[str]:
    over = threading.Event()
    handler = type("Own", (Served,), {"said": queue.Queue(), "over": over})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    over.set()
    server.shutdown()
    server.server_close()


def looked(origin: str, page: str, *do: str) -> Alignment:
    return align(look(HttpSite(origin), page, LIMITS, do=[read_action(one) for one in do]))


def said(alignment: Alignment) -> list[tuple[str, str, str]]:
    return [(one.rule, one.level, one.message) for one in alignment.findings]


QUIET = "`/quiet` did not answer within 1 second"
NOT_SENT = (
    "stream_not_sent",
    "warning",
    "`a` was not sent by `/quiet` within 1 second and 0 events",
)


def test_a_quiet_stream_does_not_hide_the_others(origin: str) -> None:
    alignment = looked(origin, "/")
    assert said(alignment) == [("stream_not_opened", "info", QUIET), NOT_SENT]
    assert "with its first bytes: send a comment (`: ok`)" in alignment.findings[0].help
    assert [(row.name, row.count, row.verdict) for row in alignment.rows] == [("b", 3, "delivered")]


def test_every_report_shows_it(origin: str, tmp_path: Path) -> None:
    done = sse_check(tmp_path, "stream", f"{origin}/", "--timeout", "1")
    assert done.status == 0, done.err
    assert "stream /quiet: no answer, 0 events in 1.0 s, still awaited" in done.out
    assert "stream /loud: 200, 3 events" in done.out
    done = sse_check(tmp_path, "stream", f"{origin}/", "--timeout", "1", "--format", "json")
    streams = json.loads(done.out)["stream"]["streams"]
    assert [(one["status"], one["not_seen"]) for one in streams] == [(0, ["a"]), (200, [])]
    done = sse_check(tmp_path, "stream", f"{origin}/", "--timeout", "1", "--format", "html")
    assert "no answer, 0 events, still awaited" in done.out
    # What must come is an error also here.
    done = sse_check(tmp_path, "stream", f"{origin}/", "--timeout", "1", "--expect", "a")
    assert (done.status, "error[stream_not_sent] `a` was not sent" in done.out) == (1, True)


def test_alone_it_is_told_as_well(origin: str) -> None:
    assert said(looked(origin, "/one")) == [("stream_not_opened", "info", QUIET), NOT_SENT]
    # Nothing waits for a name, so that nothing else says that nothing came.
    assert said(looked(origin, "/deaf")) == [("stream_not_opened", "warning", QUIET)]


def test_a_stream_that_moved_is_followed_while_another_is_quiet(origin: str) -> None:
    alignment = looked(origin, "/moves")
    assert [(row.name, row.count) for row in alignment.rows] == [("b", 3)]


def test_what_a_quiet_stream_waits_for_can_be_caused(origin: str) -> None:
    """It is done while there is time left to hear of it."""
    alignment = looked(origin, "/", "POST /say text=hi")
    assert said(alignment) == []
    assert [row.name for row in alignment.rows] == ["b", "a"]


def test_a_stream_without_an_answer_is_a_finding_beside_others(origin: str) -> None:
    alignment = looked(origin, "/broken")
    (rule, level, message), *more = said(alignment)
    assert (rule, level, more) == ("stream_answer", "error", [])
    assert message.startswith("`/broken-off` does not answer: ")
    assert "stream /broken-off: no answer, 0 events" in table.render(alignment, Style(False))


async def fails(scope: Any, receive: Any, send: Any) -> None:
    del scope, receive, send
    raise RuntimeError("no database")


def test_an_app_that_fails_at_one_of_its_streams() -> None:
    async def index(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await answer(send, page_of(("/bad", "c"), ("/events", "a")).encode())

    site = AsgiSite(app_with(_=index, bad=fails))
    try:
        found = said(align(look(site, "/", LIMITS)))
    finally:
        site.close()
    assert ("stream_answer", "error") in [one[:2] for one in found]
    assert any("the app failed at /bad: RuntimeError: no database" in one[2] for one in found)
    # With nothing beside it, the failure itself is what the look comes to.
    site = AsgiSite(app_with(events=fails))
    try:
        with pytest.raises(StreamError, match="the app failed at /events") as raised:
            look(site, "/", LIMITS)
        assert isinstance(raised.value.__cause__, RuntimeError)
    finally:
        site.close()
