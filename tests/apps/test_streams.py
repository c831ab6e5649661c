"""What feeds an answer and what does not; frames in steps; values as each library takes them."""

import pytest

from sse_check.apps.model import Stream
from tests.apps.reading import names, stream_of

HEAD = """
import asyncio, io, json, textwrap
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, asdict
from typing import NamedTuple
from fastapi import FastAPI, Depends
from fastapi.responses import StreamingResponse, HTMLResponse
from sse_starlette import EventSourceResponse, ServerSentEvent
app = FastAPI()
"""
RAW = '    return StreamingResponse(stream(), media_type="text/event-stream")\n'

# What is written, the body of the generator, what stands before it, the names.
FRAMES: list[tuple[str, str, str, str]] = [
    ("lines in a list", 'lines = []\nlines.append(f"event: {\'a\'}")\nlines.append("data: x")\nyield "\\n".join(lines) + "\\n\\n"', "", "a"),
    ("lines that only some have", 'lines = ["data: x"]\nif name:\n    lines.insert(0, "event: a")\nyield "\\n".join(lines) + "\\n\\n"', "", "a message"),
    ("added to a text", 'text = "event: a\\n"\nfor line in body:\n    text += f"data: {line}\\n"\nyield text + "\\n"', "", "a"),
    ("text in memory", 'out = io.StringIO()\nout.write("event: a\\n")\nout.write("data: x\\n\\n")\nyield out.getvalue()', "", "a"),
    ("dedent", 'yield textwrap.dedent("""\\\n    event: a\n    data: x\n\n    """)', "", "a"),
    ("bytes", 'yield b"event: a\\n" + b"data: x\\n\\n"', "", "a"),
    ("encoded", 'yield f"event: {name()}\\ndata: x\\n\\n".encode("utf-8")', 'def name():\n    return "a"\n', "a"),
    ("line by line", 'yield "event: a\\n"\nyield "data: x\\n"\nyield "\\n"', "", "a"),
    ("line by line, backwards", 'yield "data: x\\n"\nyield "event: a\\n"\nyield "\\n"', "", "a"),
    ("two kinds of line, then data", 'if x:\n    yield "event: a\\n"\nelse:\n    yield "event: b\\n"\nyield "data: x\\n\\n"', "", "a b"),
    ("a line that only some have", 'if x:\n    yield "event: a\\n"\nyield "data: x\\n\\n"', "", "a message"),
    ("data line by line", 'yield "event: a\\n"\nfor line in lines:\n    yield f"data: {line}\\n"\nyield "\\n"\nyield "data: y\\n\\n"', "", "a message"),
    ("several frames in one", 'yield "event: a\\ndata: x\\n\\nevent: b\\ndata: y\\n\\n"', "", "a b"),
    ("carriage returns", 'yield "event: a\\r\\ndata: x\\r\\n\\r\\n"', "", "a"),
    ("joined from a comprehension", 'data = "".join(f"data: {line}\\n" for line in text.splitlines())\nyield f"event: a\\n{data}\\n"', "", "a"),
    ("a class that encodes", 'yield Event("x", event="a").encode()\nyield Event("x").encode()', '@dataclass\nclass Event:\n    data: str\n    event: str | None = None\n    def encode(self):\n        lines = []\n        if self.event is not None:\n            lines.append(f"event: {self.event}")\n        for line in self.data.split("\\n"):\n            lines.append(f"data: {line}")\n        return ("\\n".join(lines) + "\\n\\n").encode()\n', "a message"),
    ("a class that is a text", 'yield str(Event("x", "a"))', 'class Event:\n    def __init__(self, data, event=None):\n        self.data = data\n        self.event = event\n    def __str__(self):\n        text = f"data: {self.data}"\n        if self.event:\n            text = f"event: {self.event}\\n{text}"\n        return text + "\\n\\n"\n', "a"),
    ("an object with encode, yielded as it is", 'yield Event("x", "a")', 'class Event:\n    def __init__(self, data, event=None):\n        self.data = data\n        self.event = event\n    def encode(self, charset="utf-8"):\n        return f"event: {self.event}\\ndata: {self.data}\\n\\n".encode(charset)\n', "a"),
    ("a helper with parts", 'yield sse("x", event="a")\nyield sse("x")', 'def sse(data, event=None, id=None):\n    parts = []\n    if id:\n        parts.append(f"id: {id}")\n    if event:\n        parts.append(f"event: {event}")\n    parts.append(f"data: {json.dumps(data)}")\n    return "\\n".join(parts) + "\\n\\n"\n', "a message"),
    ("a helper that returns early", 'yield sse("x", "a")\nyield sse("x")', 'def sse(data, event=None):\n    if event is None:\n        return f"data: {data}\\n\\n"\n    return f"event: {event}\\ndata: {data}\\n\\n"\n', "a message"),
    ("format", 'yield FRAME.format(event="a", data=x)\nyield FRAME.format(event="b", data=x)', 'FRAME = "event: {event}\\ndata: {data}\\n\\n"\n', "a b"),
    ("per cent", 'yield "event: %s\\ndata: %s\\n\\n" % ("a", x)', "", "a"),
    ("formatted on the way", "async for item in inner():\n    yield fmt(item)", 'async def inner():\n    yield {"event": "a", "data": 1}\n    yield {"event": "b", "data": 2}\ndef fmt(item):\n    return f"event: {item[\'event\']}\\ndata: {item[\'data\']}\\n\\n"\n', "a b"),
    ("pairs on the way", 'async for event, data in inner():\n    yield f"event: {event}\\ndata: {data}\\n\\n"', 'async def inner():\n    yield "a", 1\n    yield "b", 2\n', "a b"),
    ("named tuples on the way", 'async for one in inner():\n    yield f"event: {one.event}\\ndata: {one.data}\\n\\n"', 'class Message(NamedTuple):\n    event: str\n    data: str = ""\nasync def inner():\n    yield Message("a", "x")\n    yield Message(event="b")\n', "a b"),
    ("heartbeats around", "async for piece in with_heartbeat(inner()):\n    yield piece", 'async def with_heartbeat(source, every=15):\n    iterator = source.__aiter__()\n    async for one in source:\n        yield one\n        yield ": ping\\n\\n"\nasync def inner():\n    yield "event: a\\ndata: x\\n\\n"\n', "a"),
    ("yield from two", "yield from one()\nyield from two()", 'def one():\n    yield "event: a\\ndata: x\\n\\n"\ndef two():\n    yield "event: b\\ndata: x\\n\\n"\n', "a b"),
    ("a name that cannot be told", 'yield f"event: {event}\\ndata: x\\n\\n"', "", "* ?"),
    ("a database session is not the stream", 'async with session() as db:\n    yield f"event: a\\ndata: {db}\\n\\n"', "@asynccontextmanager\nasync def session():\n    yield make()\n", "a"),
    ("tokens are not the stream", 'async for token in tokens("x"):\n    yield f"event: a\\ndata: {token}\\n\\n"', "async def tokens(prompt):\n    async for part in client.chat(prompt):\n        yield part\n", "a"),
    ("a unknown frame after a name", 'yield "event: a\\n"\nyield "data: "\nyield html\nyield "\\n\\n"', "", "a"),
    ("a whole frame that is not known", 'yield f"{x}\\n\\n"', "", "* ?"),
    ("a line before the data that is not known", 'yield f"{x}data: y\\n\\n"', "", "* ?"),
    ("retry alone", 'yield "retry: 1000\\n\\n"\nyield "event: a\\ndata: x\\n\\n"', "", "a"),
]  # fmt: skip


def raw(body: str, head: str) -> str:
    inner = "".join(f"        {line}\n" for line in body.split("\n"))
    sync = "def stream():" if "yield from" in body else "async def stream():"
    return (
        HEAD + head + f'@app.get("/events")\nasync def events(x, body):\n    {sync}\n' + inner + RAW
    )


@pytest.mark.parametrize(
    ("title", "body", "head", "expected"), FRAMES, ids=[case[0] for case in FRAMES]
)
def test_frames(title: str, body: str, head: str, expected: str) -> None:
    stream = stream_of({"app.py": raw(body, head)})
    assert stream is not None, title
    assert sorted(names(stream)) == sorted(expected.split())


CHIRP = "from chirp import App, EventStream, Fragment, SSEEvent\napp = App()\n"
ANSWERS: list[tuple[str, str, str]] = [
    ("chirp: a dict is data", CHIRP + '@app.route("/e")\ndef events():\n    async def stream():\n        yield {"event": "news", "data": 1}\n    return EventStream(stream())\n', "message"),
    ("chirp: a text is data", CHIRP + '@app.route("/e")\ndef events():\n    async def stream():\n        yield "event: news"\n    return EventStream(stream())\n', "message"),
    ("chirp: a fragment's target", CHIRP + '@app.route("/e")\ndef events():\n    async def stream():\n        yield Fragment("a.html", "b", target="row", x=1)\n        yield Fragment("a.html", "b")\n    return EventStream(stream())\n', "row fragment message"),
    ("chirp: a stream's own type", CHIRP + '@app.route("/e")\ndef events():\n    async def stream():\n        yield "x"\n    return EventStream(stream(), event_type="tick")\n', "tick"),
    ("chirp: what cannot be told", CHIRP + '@app.route("/e")\ndef events():\n    async def stream():\n        yield await update()\n    return EventStream(stream())\n', "?"),
    ("chirp: signals elsewhere", CHIRP + '@app.route("/e")\ndef events():\n    async def stream():\n        for one in range(3):\n            yield SSEEvent(str(one), "tick")\n        yield SSEEvent(event="done", data="")\n    return EventStream(stream())\n', "tick done"),
    ("sse-starlette: a text is data", HEAD + '@app.get("/e")\nasync def events():\n    async def stream():\n        yield "event: a\\ndata: x\\n\\n"\n    return EventSourceResponse(stream())\n', "message"),
    ("sse-starlette: a dict in steps", HEAD + '@app.get("/e")\nasync def events():\n    async def stream():\n        message = {"data": "x"}\n        message["event"] = "a"\n        yield message\n        yield dict(event="b", data="x")\n    return EventSourceResponse(stream())\n', "a b"),
    ("sse-starlette: fields of an object", HEAD + '@dataclass\nclass Event:\n    event: str\n    data: str\n@app.get("/e")\nasync def events():\n    async def stream():\n        yield asdict(Event("a", "x"))\n    return EventSourceResponse(stream())\n', "a"),
    ("sse-starlette: spread fields", HEAD + '@app.get("/e")\nasync def events():\n    async def stream():\n        one = {"event": "a", "data": "x"}\n        yield ServerSentEvent(**one)\n    return EventSourceResponse(stream())\n', "a"),
    ("fastapi: a path function that yields", 'from fastapi import FastAPI\nfrom fastapi.sse import EventSourceResponse, ServerSentEvent\napp = FastAPI()\n@app.get("/e", response_class=EventSourceResponse)\nasync def events():\n    yield ServerSentEvent(raw_data="x", event="a")\n    yield {"event": "no"}\n', "a message"),
    ("litestar", 'from litestar import get\nfrom litestar.response import ServerSentEvent, ServerSentEventMessage\n@get("/e")\nasync def events() -> ServerSentEvent:\n    async def stream():\n        yield ServerSentEventMessage("x", "a")\n        yield {"event": "b", "data": "x"}\n        yield "x"\n    return ServerSentEvent(stream())\n', "a b message"),
    ("litestar, where the decorator says the type", 'from litestar import get\nfrom litestar.response import Stream\n@get("/e", media_type="text/event-stream")\nasync def events() -> Stream:\n    async def stream():\n        yield "event: a\\ndata: x\\n\\n"\n    return Stream(stream(), media_type="text/plain")\n', "a"),
    ("litestar, where the decorator says the type of a text", 'from litestar import get\n@get("/e", media_type="text/event-stream")\nasync def events() -> str:\n    return "event: a\\ndata: x\\n\\n"\n', "a"),
    ("falcon", 'from falcon.asgi import SSEvent\nasync def events(req, resp):\n    async def stream():\n        yield SSEvent(None, "x", None, "a")\n        yield None\n    resp.sse = stream()\n', "a"),
    ("blacksheep, a view that yields", 'from collections.abc import AsyncIterable\nfrom blacksheep import TextServerSentEvent\nasync def events() -> AsyncIterable[TextServerSentEvent]:\n    yield TextServerSentEvent("x", "a")\n', "a"),
    ("blacksheep", 'from blacksheep.server.sse import ServerSentEvent, ServerSentEventsResponse\nasync def stream():\n    yield ServerSentEvent({"x": 1}, "a")\nasync def events(request):\n    return ServerSentEventsResponse(stream)\n', "a"),
    ("robyn", 'from robyn import SSEMessage, SSEResponse\ndef events(request):\n    def stream():\n        yield SSEMessage("x", event="a")\n        yield f"event: b\\ndata: x\\n\\n"\n    return SSEResponse(stream())\n', "a b"),
    ("fasthtml, imported by a star", 'from fasthtml.common import *\nasync def events():\n    async def stream():\n        yield sse_message(Div("x"), event="a")\n        yield sse_message("x")\n    return EventStream(stream())\n', "a message"),
    ("aiohttp-sse", 'from aiohttp_sse import sse_response\nasync def events(request):\n    async with sse_response(request) as resp:\n        while resp.is_connected():\n            await resp.send("x", None, "a")\n            await resp.send("x")\n    return resp\n', "a message"),
    ("aiohttp by hand", 'from aiohttp import web\nasync def events(request):\n    resp = web.StreamResponse(headers={"Content-Type": "text/event-stream"})\n    await resp.prepare(request)\n    while True:\n        await resp.write(b"event: a\\ndata: x\\n\\n")\n    return resp\n', "a"),
    ("cello", 'from cello import App, Response, SseEvent, SseStream\napp = App()\n@app.get("/e")\ndef events(request):\n    stream = SseStream()\n    stream.add_event("a", "x")\n    stream.add(SseEvent("x", event="b"))\n    stream.add_data("x")\n    stream.add(SseEvent.with_event("c", "x"))\n    return Response.sse(stream)\n', "a b message c"),
    ("cello by hand", 'from cello import App, Response, SseEvent\napp = App()\ndef events(request):\n    sent = [SseEvent.with_event("a", "x"), SseEvent("x", event="b"), SseEvent.data("x")]\n    frames = "".join(event.to_sse_string() for event in sent)\n    return Response(frames, content_type="text/event-stream")\n', "a b message"),
    ("quart", 'from quart import Quart, make_response\nasync def events():\n    async def stream():\n        yield b"event: a\\ndata: x\\n\\n"\n    response = await make_response(stream(), {"Content-Type": "text/event-stream"})\n    response.timeout = None\n    return response\n', "a"),
    ("flask with a tuple", 'def events():\n    def stream():\n        yield "event: a\\ndata: x\\n\\n"\n    return stream(), 200, {"Content-Type": "text/event-stream"}\n', "a"),
    ("flask with its context", 'from flask import Response, stream_with_context\ndef events():\n    @stream_with_context\n    def stream():\n        yield "event: a\\ndata: x\\n\\n"\n    return Response(stream_with_context(stream()), mimetype="text/event-stream")\n', "a"),
    ("django", 'from django.http import StreamingHttpResponse\ndef events(request):\n    def stream():\n        yield "event: a\\ndata: x\\n\\n"\n    response = StreamingHttpResponse(stream())\n    response["Content-Type"] = "text/event-stream"\n    return response\n', "a"),
    ("a response class of one's own", HEAD + 'class SSE(StreamingResponse):\n    media_type = "text/event-stream"\n    def __init__(self, content):\n        super().__init__(content, headers={"Cache-Control": "no-cache"})\nasync def stream():\n    yield "event: a\\ndata: x\\n\\n"\nasync def events():\n    return SSE(stream())\n', "a"),
    ("a helper that makes the response", HEAD + 'def answer(generator):\n    return StreamingResponse(generator, media_type=TYPE)\nTYPE = "text/event-stream"\nasync def stream():\n    yield "event: a\\ndata: x\\n\\n"\nasync def events():\n    return answer(stream())\n', "a"),
    ("an object that is gone through", HEAD + 'class Feed:\n    def __aiter__(self):\n        return self\n    async def __anext__(self):\n        return "event: a\\ndata: x\\n\\n"\nasync def events():\n    return StreamingResponse(Feed(), media_type="text/event-stream")\n', "a"),
    ("either answer", HEAD + 'async def stream():\n    yield "event: a\\ndata: x\\n\\n"\nasync def events(x):\n    if x:\n        return HTMLResponse("no")\n    return StreamingResponse(stream(), media_type="text/event-stream")\n', "a"),
    ("a service's method", HEAD + 'class Service:\n    def __init__(self, name):\n        self.name = name\n    async def stream(self):\n        yield f"event: {self.name}\\ndata: x\\n\\n"\ndef service():\n    return Service("a")\nasync def events(service: Service = Depends(service)):\n    return StreamingResponse(service.stream(), media_type="text/event-stream")\n', "a"),
    ("a service of a base class", HEAD + 'class Base:\n    name = "b"\n    async def stream(self):\n        yield f"event: {self.name}\\ndata: x\\n\\n"\nclass Service(Base):\n    name = "a"\nasync def events():\n    return StreamingResponse(Service().stream(), media_type="text/event-stream")\n', "a"),
    ("what cannot be told", HEAD + 'from elsewhere import stream\nasync def events():\n    return StreamingResponse(stream(), media_type="text/event-stream")\n', "?"),
    ("what may stream", HEAD + "async def events(service):\n    return await service.answer()\n", "?"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "code", "expected"), ANSWERS, ids=[case[0] for case in ANSWERS])
def test_answers(title: str, code: str, expected: str) -> None:
    stream = stream_of({"app.py": code})
    assert stream is not None, title
    assert sorted(names(stream)) == sorted(expected.split())
    assert bool(stream.unread) is stream.open


NONE = [
    ("a page", HEAD + 'async def events():\n    return HTMLResponse("x")\n'),
    ("a file", HEAD + 'def rows():\n    yield "a,b"\nasync def events():\n    return StreamingResponse(rows(), media_type="text/csv")\n'),
    ("a dict", HEAD + 'async def events():\n    return {"event": "a"}\n'),
    ("a text", HEAD + 'async def events():\n    return "event: a"\n'),
    ("nothing", HEAD + "async def events():\n    pass\n"),
    ("a template", "from flask import render_template\ndef events():\n    return render_template('x.html')\n"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "code"), NONE, ids=[case[0] for case in NONE])
def test_no_stream(title: str, code: str) -> None:
    assert stream_of({"app.py": code}) is None, title


def test_fragments_are_named_by_the_version_of_chirp() -> None:
    code = CHIRP + '@app.route("/e")\ndef events():\n    async def stream():\n        yield Fragment("a.html", "b")\n    return EventStream(stream())\n'  # fmt: skip
    for version, name in (("0.5.0", "fragment"), ("0.4", "fragment"), ("0.6.1", "message")):
        assert names(stream_of({"app.py": code}, version=version) or Stream()) == [name]


# Body of the generator, how it ends, whether some end comes without the last event, what is last.
ENDINGS = [
    ('yield E("a")', "ends", False, "a"),
    ('while True:\n    yield E("a")', "endless", False, ""),
    ('while True:\n    yield E("a")\n    if done():\n        break\nyield E("done")', "ends", False, "done"),
    ('while True:\n    if done():\n        yield E("done")\n        return\n    yield E("a")', "ends", False, "done"),
    ('while True:\n    if failed():\n        return\n    if done():\n        yield E("done")\n        break\n    yield E("a")', "ends", True, "done"),
    ('for one in items():\n    yield E("a")', "unknown", False, ""),
    ('for one in items():\n    yield E("a")\nyield E("done")', "ends", False, "done"),
    ('for one in hub.subscribe():\n    yield E("a")\nyield E("done")', "unknown", False, "done"),
    ('while hub.running:\n    yield E("a")\nyield E("done")', "unknown", False, "done"),
    ('while left():\n    yield E("a")\nyield E("done")', "ends", False, "done"),
    ('for one in model.create(stream=True):\n    yield E("a")', "ends", False, ""),
    ('for one in text[2:]:\n    yield E("a")', "ends", False, ""),
    ('words = text.split()\nfor one in enumerate(words):\n    yield E("a")', "ends", False, ""),
    ('words = text.split()\nif x:\n    words = other()\nfor one in words:\n    yield E("a")', "unknown", False, ""),
    ('for one in (1, 2):\n    yield E("a")\nyield E("done")', "ends", False, "done"),
    ('for one in range(5):\n    yield E("a")', "ends", False, ""),
    ('if x:\n    yield E("no")\n    return\nfor one in range(5):\n    yield E("a")\nyield E("done")', "ends", False, "no done"),
    ('if x:\n    return\nyield E("done")', "ends", True, "done"),
    ('while True:\n    if await request.is_disconnected():\n        break\n    yield E("a")', "endless", False, ""),
    ('while not await request.is_disconnected():\n    yield E("a")', "endless", False, ""),
    ('while not server.should_exit:\n    yield E("a")', "endless", False, ""),
    ('while True:\n    message = await queue.get()\n    if message["type"] == "shutdown":\n        yield E("bye")\n        break\n    yield E("a")', "endless", False, ""),
    ('try:\n    while True:\n        yield E("a")\nexcept asyncio.CancelledError:\n    return', "endless", False, ""),
    ('try:\n    for one in range(3):\n        yield E("a")\n    yield E("done")\nexcept Exception:\n    yield E("error")', "ends", False, "done error"),
    ('try:\n    for one in range(3):\n        yield E("a")\n    yield E("done")\nexcept Exception:\n    log()', "ends", True, "done"),
    ('try:\n    for one in range(3):\n        yield E("a")\nfinally:\n    yield E("done")', "ends", False, "done"),
    ('try:\n    while True:\n        yield E("a")\n        if done():\n            yield E("done")\n            break\nexcept TimeoutError:\n    yield E("done")\nexcept Exception as error:\n    log(error)\n    yield E("done")\nfinally:\n    leave()', "ends", False, "done done done"),
    ('try:\n    while True:\n        yield E("a")\n        if done():\n            yield E("done")\n            return\nexcept Exception:\n    yield E("done")', "ends", False, "done done"),
    ("async for one in inner():\n    yield one", "ends", False, "end"),
    ('async for one in inner():\n    yield one\nyield E("done")', "ends", False, "done"),
    ('while running:\n    yield E("a")', "unknown", False, ""),
    ('async for one in messages:\n    yield E("a")', "unknown", False, ""),
]  # fmt: skip


@pytest.mark.parametrize(("body", "ending", "early", "last"), ENDINGS, ids=[e[0] for e in ENDINGS])
def test_endings(body: str, ending: str, early: bool, last: str) -> None:
    head = 'def E(name):\n    return ServerSentEvent("x", event=name)\nasync def inner():\n    yield E("a")\n    yield E("end")\n'  # fmt: skip
    code = raw(body, head).replace("StreamingResponse(stream(), ", "EventSourceResponse(stream(), ")
    stream = stream_of({"app.py": code})
    assert stream is not None
    assert (stream.ending, stream.leaves_early) == (ending, early)
    assert [str(one.name) for one in stream.emissions if one.at_end] == last.split()


CERTAIN = 'yield E("a")\nif x:\n    yield E("b")\nfor one in ("c", "d"):\n    yield E(one)\nyield E("e" if x else "f")'


def test_what_is_sent_on_every_way() -> None:
    head = 'def E(name):\n    return ServerSentEvent("x", event=name)\n'
    code = raw(CERTAIN, head).replace("StreamingResponse(stream(), ", "EventSourceResponse(stream(), ")  # fmt: skip
    stream = stream_of({"app.py": code}) or Stream()
    found = {str(one.name): one.certain for one in stream.emissions}
    assert found == {"a": True, "b": False, "c": True, "d": True, "e": False, "f": False}


@pytest.mark.parametrize(
    ("decorator", "may_stream"),
    [
        ("login_required", False),
        ("csrf_exempt", False),
        ("exempt", False),
        ("limit", False),
        ("inject", False),
        ("cross_origin", False),
        ("wrapped", True),
    ],
)
def test_who_asks_for_a_login_or_hands_something_in_makes_no_stream(
    decorator: str, may_stream: bool
) -> None:
    code = (
        HEAD
        + f'from elsewhere import {decorator}\n@app.get("/e")\n@{decorator}\ndef events():\n    return {{}}\n'
    )
    stream = stream_of({"app.py": code})
    assert (stream is not None) is may_stream
    assert stream is None or not stream.told


@pytest.mark.parametrize(
    ("code", "streams"),
    [
        ("    return rows()\n", False),
        ("    found = await rows()\n    return found\n", False),
        ('    found = {"a": 1}\n    return found\n', False),
        ("    found = {}\n    found = answer()\n    return found\n", True),
        (
            "    found = {}\n    if request.headers:\n        found = answer()\n    return found\n",
            True,
        ),
        ("    return named()\n", True),
    ],
)
def test_data_is_no_stream_and_is_not_looked_into(code: str, streams: bool) -> None:
    helpers = (
        "def rows() -> list[dict[str, int]]:\n    return load()\n"
        'def answer():\n    return StreamingResponse(lines(), media_type="text/event-stream")\n'
        "def named() -> Response:\n    return answer()\n"
        'def lines():\n    yield "event: a\\ndata: b\\n\\n"\n'
    )
    view = '@app.get("/e")\nasync def events(request: Request):\n'
    assert (stream_of({"app.py": HEAD + helpers + view + code}) is not None) is streams
