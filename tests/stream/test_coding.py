"""Compressed answers are read as a browser reads them, and what a compressor holds back is told."""

import asyncio
import gzip
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from sse_check.pytest_plugin import listen_to
from sse_check.stream.align import Alignment, align
from sse_check.stream.asgi import AsgiSite
from sse_check.stream.heard import StreamFailure
from sse_check.stream.session import look
from sse_check.stream.web import Limits
from tests.stream.apps import GOOD, HTML, PAGE, STREAM, answer, app_with

LIMITS = Limits(4, 1.0)
Compress = Callable[[bytes], bytes]


def compressed(coding: str, compress: Compress) -> Any:
    """The events of a good stream, each as the compressor gives it away."""

    async def events(scope: dict[str, Any], receive: Any, send: Any) -> None:
        del scope, receive
        head = [*STREAM, (b"content-encoding", coding.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        while True:
            for frame in GOOD:
                body = compress(frame)
                await send({"type": "http.response.body", "body": body, "more_body": True})
            await asyncio.sleep(0.01)

    return events


def compressor(bits: int, *, flushes: bool = True) -> Compress:
    inner = zlib.compressobj(wbits=bits)

    def compress(data: bytes) -> bytes:
        return inner.compress(data) + (inner.flush(zlib.Z_SYNC_FLUSH) if flushes else b"")

    return compress


def looked(app: Any) -> Alignment:
    site = AsgiSite(app)
    try:
        return align(look(site, "/", LIMITS))
    finally:
        site.close()


def said(alignment: Alignment) -> list[tuple[str, str]]:
    return sorted((finding.rule, finding.level) for finding in alignment.findings)


@pytest.mark.parametrize(
    ("coding", "bits"),
    [("gzip", 31), ("x-gzip", 31), ("GZIP", 31), ("deflate", 15), ("deflate", -15)],
)
def test_a_compressed_stream_is_read(coding: str, bits: int) -> None:
    alignment = looked(app_with(events=compressed(coding, compressor(bits))))
    assert [row.name for row in alignment.rows] == ["a", "message"]
    assert {row.verdict for row in alignment.rows} == {"delivered"}
    assert said(alignment) == [("stream_headers", "info")]


def test_a_compressor_that_holds_events_back() -> None:
    """Only who asks for compression, as every browser does, sees that nothing arrives."""

    async def events(scope: dict[str, Any], receive: Any, send: Any) -> None:
        asked = dict(scope["headers"]).get(b"accept-encoding", b"").decode()
        stream = (
            compressed("gzip", compressor(31, flushes=False))
            if "gzip" in asked
            else compressed("identity", lambda data: data)
        )
        await stream(scope, receive, send)

    alignment = looked(app_with(events=events))
    assert said(alignment) == [
        ("stream_headers", "warning"), ("stream_not_sent", "warning"),
        ("stream_not_sent", "warning"),
    ]  # fmt: skip
    assert "and none came" in alignment.findings[0].message


def test_what_cannot_be_read_is_not_judged() -> None:
    app = app_with(events=compressed("br", lambda data: data[::-1]))
    assert said(looked(app)) == [("stream_not_opened", "warning")]
    with pytest.raises(StreamFailure, match="is sent as `br`, which nobody asked for"):
        listen_to(app, "/events", timeout=1).take(1)


def test_what_is_not_compressed_as_its_head_says() -> None:
    alignment = looked(app_with(events=compressed("gzip", lambda data: data)))
    failed = [one.message for one in alignment.findings if one.rule == "stream_failed"]
    assert failed == ["`/events` broke off after 0 events: it is no `gzip`, as its head says"]


def test_a_compressed_page_is_read() -> None:
    async def page(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        head = [*HTML, (b"content-encoding", b"gzip")]
        await answer(send, gzip.compress(PAGE.encode()), 200, head)

    assert said(looked(app_with(_=page))) == []
