"""Applications of ASGI that answer at a route."""

import textwrap

import pytest

from sse_check.apps.model import Stream
from tests.apps.reading import names, stream_of

HEAD = """
from starlette.responses import JSONResponse, StreamingResponse
from other import HEADERS, outer
TYPE = b"text/event-stream"
async def frames():
    while True:
        yield "event: a\\ndata: 1\\n\\n"
async def below(scope, receive, send):
    await StreamingResponse(frames(), media_type="text/event-stream")(scope, receive, send)
async def start(send, headers):
    await send({"type": "http.response.start", "status": 200, "headers": headers})
"""
ANSWER = 'answer = StreamingResponse(frames(), media_type="text/event-stream")\n'
START = 'await send({"type": "http.response.start", "status": 200, "headers": HERE})\n'
BODY = 'await send({"type": "http.response.body", "body": b"event: a\\ndata: 1\\n\\n"})\n'
EACH = 'async for one in frames():\n    await send({"type": "http.response.body", "body": one.encode()})\n'
TYPED = START.replace("HERE", '[(b"content-type", TYPE)]')
# Each: what an application does, and the names that it sends; "-" for no stream.
APPS = [
    (ANSWER + "await answer(scope, receive, send)", "a"),
    (ANSWER + "return await answer(scope=scope, receive=receive, send=send)", "a"),
    ("await below(scope, receive, send)", "a"),
    ("await JSONResponse({})(scope, receive, send)", "-"),
    ("await outer(scope, receive, send)", "?"),
    ("await scope['app'].inner(scope, receive, send)", "?"),
    (TYPED + BODY, "a"),
    (TYPED + EACH, "a"),
    (TYPED + BODY + "await outer(send)", "? a"),
    (TYPED + "async def later():\n    await send(1)\nouter(later)", "?"),
    (TYPED + "await send(outer())", "?"),
    (START.replace("HERE", '[(b"content-type", b"text/plain")]') + BODY, "-"),
    (START.replace("HERE", "HEADERS") + BODY, "?"),
    (START.replace("HERE", '[(b"content-type", HEADERS["type"])]') + BODY, "?"),
    ("await start(send, [(b'content-type', TYPE)])\n" + BODY, "?"),
    ("await send(outer())", "?"),
    ("raise RuntimeError", "-"),
]


def _listed(stream: Stream | None) -> list[str]:
    return names(stream) if stream is not None else ["-"]


@pytest.mark.parametrize(("body", "expected"), APPS)
def test_a_function(body: str, expected: str) -> None:
    code = HEAD + "async def events(scope, receive, send):\n" + textwrap.indent(body, "    ")
    assert _listed(stream_of({"app.py": code})) == expected.split()


@pytest.mark.parametrize(("body", "expected"), APPS)
def test_an_object(body: str, expected: str) -> None:
    inner = textwrap.indent(body, "        ")
    code = f"{HEAD}class App:\n    async def __call__(self, scope, receive, send):\n{inner}"
    assert _listed(stream_of({"app.py": code}, "App.__call__")) == expected.split()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Response(frames(), headers={'Content-Type': TYPE})", "?"),
        ("Response(frames(), headers=[('Content-Type', TYPE)])", "?"),
        ("Response(frames(), mimetype=f'text/{TYPE}')", "?"),
        ("Response(frames(), headers={'X-Kind': TYPE})", "-"),
        ("Response(frames(), headers={'Content-Type': 'text/plain'})", "-"),
    ],
)
def test_headers_that_are_not_known(answer: str, expected: str) -> None:
    code = f"""
    from flask import Response
    from other import TYPE
    def frames():
        yield "event: a\\ndata: 1\\n\\n"
    def events():
        return {answer}
    """
    assert _listed(stream_of({"app.py": code})) == expected.split()
