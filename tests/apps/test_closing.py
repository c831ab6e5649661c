"""Streams that a producer closes, and answers that are put together before they are sent."""

import pytest

from sse_check.apps.payloads import payload_of
from sse_check.apps.streams import Streams
from tests.apps.reading import app_of, evaluator_of, names, stream_of, view_of

TEMPEST = """
import asyncio
from fastapi import FastAPI
from tempest_fastapi_sdk import EventStream, ServerSentEvent, sse_response
app = FastAPI()
@app.get("/e")
async def events(n: int):
    stream = EventStream()
    async def producer():
{body}
    asyncio.create_task(producer())
    return stream.response()
"""
CLOSED = 'try:\n    for i in range(3):\n        {leave}\n        await stream.publish("x", event="step")\n    await stream.publish("x", event="done")\nfinally:\n    await stream.close()'
# The body of the producer; how the stream ends, whether early, what comes last.
PRODUCERS = [
    (CLOSED.format(leave="pass"), "ends", False, "done"),
    (CLOSED.format(leave="if n:\n            return"), "ends", True, "done"),
    ('await stream.publish("x", event="a")\nawait stream.close()', "ends", False, "a"),
    ('await stream.publish("x", event="a")', "endless", False, ""),
    ('while True:\n    await stream.publish("x", event="a")', "endless", False, ""),
    ('await stream.publish("x", event="a")\nother.close()', "unknown", False, ""),
    (
        'await stream.publish("x", event="a")\nif n:\n    return\nawait stream.publish("x", event="b")\nawait stream.close()',
        "unknown",
        False,
        "b",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("body", "ending", "early", "last"), PRODUCERS)
def test_what_a_producer_closes(body: str, ending: str, early: bool, last: str) -> None:
    inner = "".join(f"        {line}\n" for line in body.split("\n"))
    stream = stream_of({"app.py": TEMPEST.format(body=inner)})
    assert stream is not None
    assert (stream.ending, stream.leaves_early) == (ending, early)
    assert " ".join(str(one.name) for one in stream.emissions if one.at_end) == last


def test_a_stream_handed_on_ends_as_it_does() -> None:
    inner = "".join(f"        {line}\n" for line in CLOSED.format(leave="pass").split("\n"))
    handed = "    async def guarded():\n        async for chunk in stream.stream():\n            yield chunk\n"
    code = TEMPEST.format(body=inner).replace(
        "    return stream.response()", handed + "    return sse_response(guarded())"
    )
    stream = stream_of({"app.py": code})
    assert stream is not None
    assert stream.ending == "ends"
    assert [str(one.name) for one in stream.emissions if one.at_end] == ["done"]


CELLO = """
from cello import App, Response, SseEvent, SseStream
app = App()
def sse(data, event=None):
    return SseEvent(data, event=event)
@app.get("/e")
def events(request):
{body}
"""
JOINED = (
    'return Response("".join(e.to_sse_string() for e in parts), content_type="text/event-stream")'
)
GATHERED = [
    (
        f'parts = []\nfor i in range(3):\n    parts.append(sse("x", "step"))\nparts.append(sse("x", "done"))\n{JOINED}',
        False,
    ),
    (
        f'parts = []\nfor i in range(3):\n    if request.x:\n        {JOINED}\n    parts.append(sse("x", "step"))\nparts.append(sse("x", "done"))\n{JOINED}',
        True,
    ),
    (
        'parts = []\nparts.append("event: step\\ndata: x\\n\\n")\nparts.append("event: done\\ndata: x\\n\\n")\nreturn Response("".join(parts), content_type="text/event-stream")',
        False,
    ),
    (
        'stream = SseStream()\nfor i in range(3):\n    stream.add(SseEvent("x", "step"))\nstream.add(SseEvent("x", "done"))\nreturn Response.sse(stream)',
        False,
    ),
    (
        'stream = SseStream()\nfor i in range(3):\n    if request.x:\n        return Response.sse(stream)\n    stream.add(SseEvent("x", "step"))\nstream.add(SseEvent("x", "done"))\nreturn Response.sse(stream)',
        True,
    ),
    (
        'stream = SseStream()\nif not request.user:\n    return Response.text("log in")\nstream.add(SseEvent("x", "step"))\nstream.add(SseEvent("x", "done"))\nreturn Response.sse(stream)',
        False,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("body", "early"), GATHERED)
def test_what_is_gathered_first(body: str, early: bool) -> None:
    inner = "".join(f"    {line}\n" for line in body.split("\n"))
    stream = stream_of({"app.py": CELLO.format(body=inner)})
    assert stream is not None
    assert names(stream) == ["step", "done"]
    assert (stream.ending, stream.leaves_early) == ("ends", early)
    assert [str(one.name) for one in stream.emissions if one.at_end] == ["done"]
    # Each is shown where it is put in, not where all are joined.
    assert len({one.span.start for one in stream.emissions}) == 2


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ('ServerSentEvent(data={"a": 1}, event="x").encode()', "json"),
        ('ServerSentEvent(data=[1], event="x").encode()', "json"),
        ('ServerSentEvent(data="<p>", event="x").encode()', "text"),
        ('ServerSentEvent(data=thing(), event="x").encode()', "unknown"),
    ],
)
def test_an_event_that_is_encoded_keeps_its_data(written: str, kind: str) -> None:
    code = TEMPEST.partition("    stream =")[0] + (
        f"    async def stream():\n        yield {written}\n    return sse_response(stream())\n"
    )
    files = {"app.py": code}
    evaluator = evaluator_of(files)
    stream = Streams(evaluator).of(view_of(evaluator), app_of(files))
    assert stream is not None
    assert {payload_of(evaluator, one) for one in stream.emissions} == {kind}
