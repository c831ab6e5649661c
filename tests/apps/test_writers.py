"""Answers that are written on by others than the view that makes them."""

import textwrap

import pytest

from sse_check.apps.model import Stream
from tests.apps.reading import names, stream_of

SANIC = """
from sanic import Sanic
app = Sanic("x")
TYPED = "text/event-stream"
async def send(to, event):
    await to.send(f"event: {event}\\ndata: 1\\n\\n")
async def forever(to):
    while True:
        await send(to, "a")
async def thrice(to):
    for n in range(3):
        await send(to, "a")
async def begin(request):
    response = await request.respond(content_type=TYPED)
    await send(response, "first")
    return response
async def pump(request):
    await forever(await begin(request))
async def pumped(request):
    response = await request.respond(content_type=TYPED)
    await forever(response)
class Room:
    async def push(self, response, event):
        await send(response, event)
    def join(self, response):
        self.all.append(response)
class Client:
    def __init__(self, response):
        self.response = response
room = Room()
"""
AIOHTTP = """
from aiohttp import web
from aiohttp_sse import sse_response
async def begin(request):
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    return response
async def push(response, name):
    await response.write(f"event: {name}\\ndata: 1\\n\\n".encode())
async def push_event(response, html, name):
    await response.send(html, event=name)
def made_a_stream(response):
    response.content_type = "text/event-stream"
async def all_of(request, frames):
    response = await begin(request)
    async for one in frames:
        await response.write(one)
    return response
async def frames():
    while True:
        yield b"event: a\\ndata: 1\\n\\n"
class Own(web.StreamResponse):
    pass
"""
RESPOND = "response = await request.respond(content_type=TYPED)\n"


def stream(head: str, body: str) -> Stream | None:
    view = "async def events(request):\n" + textwrap.indent(textwrap.dedent(body), "    ")
    return stream_of({"app.py": head + view})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (RESPOND + "await send(response, 'a')", "a"),
        (RESPOND + "out = response\nawait send(to=out, event='a')", "a"),
        (RESPOND + "await room.push(response, 'a')", "a"),
        ("out = await begin(request)\nawait send(out, 'a')", "first a"),
        ("return await pumped(request)", "a"),
        ("await pumped(request)", "a"),
        (
            RESPOND + "async def emit(event):\n    await send(response, event)\nawait emit('a')",
            "a",
        ),
        # Whoever has it may write on it.
        (RESPOND + "room.join(response)", "?"),
        (RESPOND + "client = Client(response)", "?"),
        (RESPOND + "await send(response, 'a')\nrequest.app.ctx.all.add(response)", "? a"),
        (RESPOND + "push = response.send\nawait push('x')", "?"),
        (RESPOND + "await response.eof()", "?"),
        ("await send(await request.respond(content_type=TYPED), 'a')", "?"),
        ("await pump(request)", "?"),
        ("self.response = await request.respond(content_type=TYPED)", "?"),
        ("from other import T\nr = await request.respond(content_type=T)\nawait r.send('x')", "?"),
    ],
)
def test_sanic(body: str, expected: str) -> None:
    found = stream(SANIC, body)
    assert found is not None
    assert names(found) == expected.split()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("out = await begin(request)\nawait push(out, 'a')\nreturn out", "a"),
        ("return await all_of(request, frames())", "a"),
        ("r = web.StreamResponse()\nmade_a_stream(r)\nawait push(r, 'a')\nreturn r", "a"),
        (
            "async with sse_response(request) as r:\n    await push_event(r, 'x', 'a')\nreturn r",
            "a",
        ),
        ("async with sse_response(request) as r:\n    request.app['all'].add(r)\nreturn r", "?"),
        ("r = web.StreamResponse()\nfrom other import f\nf(r)\nreturn r", "?"),
        ("r = Own()\nawait push(r, 'a')\nreturn r", "?"),
    ],
)
def test_aiohttp(body: str, expected: str) -> None:
    found = stream(AIOHTTP, body)
    assert found is not None
    assert names(found) == expected.split()


@pytest.mark.parametrize(
    "body",
    [
        "r = await request.respond(content_type='text/plain')\nawait send(r, 'a')",
        "r = await request.respond()\nawait send(r, 'a')",
    ],
)
def test_no_stream(body: str) -> None:
    assert stream(SANIC, body) is None


@pytest.mark.parametrize(
    ("helper", "ending"), [("thrice", "ends"), ("forever", "endless"), ("room.join", "unknown")]
)
def test_it_ends_as_the_helper_does(helper: str, ending: str) -> None:
    found = stream(SANIC, f"{RESPOND}await {helper}(response)")
    assert found is not None
    assert found.ending == ending


def test_a_response_that_a_function_makes_a_stream() -> None:
    code = """
    from django.http import HttpResponse, StreamingHttpResponse
    def frames():
        yield "event: a\\ndata: 1\\n\\n"
    def as_events(response):
        response["Content-Type"] = "text/event-stream"
    def events(request):
        response = StreamingHttpResponse(frames())
        as_events(response)
        return response
    """
    found = stream_of({"app.py": code})
    assert found is not None
    assert names(found) == ["a"]


def test_an_event_is_shown_where_its_name_is_given() -> None:
    found = stream(SANIC, RESPOND + "await send(response, 'a')")
    assert found is not None
    assert [one.span.text for one in found.emissions] == ["'a'"]


def test_a_handler_of_tornado_ends_as_what_it_calls() -> None:
    code = """
    from tornado.web import RequestHandler
    class Events(RequestHandler):
        async def get(self):
            self.set_header("Content-Type", "text/event-stream")
            await self.forever()
        async def forever(self):
            while True:
                self.write("event: a\\ndata: 1\\n\\n")
                await self.flush()
    """
    found = stream_of({"app.py": code}, "Events.get")
    assert found is not None
    assert found.ending == "endless"
