"""One cause is one finding, in words that are true of it."""

import re
from typing import Any

import pytest

from sse_check.report.style import Style
from sse_check.stream import table
from sse_check.stream.align import Alignment, align
from sse_check.stream.asgi import AsgiSite
from sse_check.stream.session import look
from sse_check.stream.web import Limits
from tests.stream.apps import STREAM, Send, answer, app_with
from tests.stream.test_harness import GOOD, app_of

EMPTY = "<!doctype html><html><body>{}</body></html>"
OPENING = "<script>const es = new EventSource('/live/status?token=secret');</script>"


async def breaks(scope: Any, receive: Any, send: Send) -> None:
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": STREAM})
    await send({"type": "http.response.body", "body": b": ok\n\n", "more_body": True})
    raise RuntimeError("no context")


def looked(app: Any, events: int = 2, page: str = "/") -> Alignment:
    site = AsgiSite(app)
    try:
        return align(look(site, page, Limits(events, 1.0)))
    finally:
        site.close()


def test_a_stream_that_failed_is_one_finding() -> None:
    alignment = looked(app_with(events=breaks))
    (finding,) = alignment.findings
    assert finding.rule == "stream_failed"
    assert "RuntimeError: no context" in finding.message
    assert "200, 0 events" in table.how(alignment.session.streams[0])
    assert table.how(alignment.session.streams[0]).endswith("broke off")


def test_what_a_stream_that_ended_did_not_send_is_missed() -> None:
    alignment = looked(app_of(GOOD[:1], ends=True))
    assert [one.rule for one in alignment.findings] == ["stream_ended", "stream_not_sent"]


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        (app_of(GOOD, status=404), "404, no stream"),
        (app_of(GOOD, kind=b"text/html"), "200, no stream"),
        (app_of(GOOD), "200, 2 events, still open"),
        (app_of(GOOD, ends=True), "200, 2 events, "),
    ],
)
def test_what_became_of_a_stream(app: Any, expected: str) -> None:
    alignment = looked(app)
    assert table.how(alignment.session.streams[0]).startswith(expected)
    shown = table.render(alignment, Style(False))
    assert re.sub(r" in \d\.\d s", "", shown).count(f"stream /events: {expected}") == 1


def page_with(body: str, script: str = "") -> Any:
    async def index(scope: Any, receive: Any, send: Send) -> None:
        del scope, receive
        await answer(send, EMPTY.format(body).encode())

    async def own(scope: Any, receive: Any, send: Send) -> None:
        del scope, receive
        await answer(send, script.encode(), headers=[(b"content-type", b"text/javascript")])

    return app_with(_=index, **{"live.js": own})


def test_streams_that_scripts_open_are_named() -> None:
    (finding,) = looked(page_with(OPENING)).findings
    assert finding.rule == "stream_none"
    assert finding.message.startswith(
        "`/` opens no stream by htmx; its scripts open `/live/status?"
    )
    assert finding.message.endswith("(line 1)")
    assert "secret" not in finding.message


def test_those_of_files_too() -> None:
    app = page_with(
        '<script src="/live.js"></script>', "let x;\nx = new EventSource(`/live/tail`);"
    )
    (finding,) = looked(app).findings
    assert finding.message == (
        "`/` opens no stream by htmx; its scripts open `/live/tail` (/live.js:2)"
    )


@pytest.mark.parametrize(
    ("body", "script"),
    [
        ("<p>nothing</p>", ""),
        ("<script>// new EventSource('/x')</script>", ""),
        ('<script src="/live.js"></script>', "console.log('EventSource')"),
    ],
)
def test_a_page_whose_scripts_open_none(body: str, script: str) -> None:
    (finding,) = looked(page_with(body, script)).findings
    assert finding.message == "`/` opens no stream"
