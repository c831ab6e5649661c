"""What kind of data an event carries."""

import pytest

from sse_check.apps.payloads import payload_of
from sse_check.apps.streams import Streams
from tests.apps.reading import app_of, evaluator_of, view_of
from tests.apps.test_streams import HEAD, RAW

HELPERS = """
def sse(event, data):
    return f"event: {event}\\ndata: {json.dumps(data)}\\n\\n"
def plain(event, data):
    return f"event: {event}\\ndata: {data}\\n\\n"
class Message:
    def __init__(self, body):
        self.body = json.dumps(body)
"""
PAYLOADS = [
    ('yield f"data: {json.dumps(x)}\\n\\n"', "json"),
    ('body = json.dumps(x)\nyield f"event: a\\ndata: {body}\\n\\n"', "json"),
    ('yield "data: " + json.dumps(x) + "\\n\\n"', "json"),
    ('yield sse("a", x)', "json"),
    ('yield plain("a", json.dumps(x))', "json"),
    ('yield plain("a", Message(x).body)', "json"),
    ('yield "data: {}\\n\\n"', "json"),
    ('yield "data: <p>x</p>\\n\\n"', "text"),
    ('yield f"data: <p>{x}</p>\\n\\n"', "text"),
    ('yield plain("a", "<p>x</p>")', "text"),
    ('yield plain("a", x)', "unknown"),
    ('yield plain("a", json.dumps(x) if x else "<p></p>")', "unknown"),
]


@pytest.mark.parametrize(("body", "kind"), PAYLOADS, ids=[p[0] for p in PAYLOADS])
def test_payloads(body: str, kind: str) -> None:
    inner = "".join(f"        {line}\n" for line in body.split("\n"))
    head = HEAD + HELPERS + '@app.get("/events")\nasync def events(x):\n    async def stream():\n'
    files = {"app.py": head + inner + RAW}
    evaluator = evaluator_of(files)
    stream = Streams(evaluator).of(view_of(evaluator), app_of(files))
    assert stream is not None
    assert {payload_of(evaluator, one) for one in stream.emissions} == {kind}
