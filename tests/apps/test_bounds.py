"""Where only a part is looked at, that is said, and what lacks is not taken for not there."""

from pathlib import Path

import pytest

from sse_check.apps import streams
from tests.apps.reading import names, stream_of
from tests.apps.repository import app

HEAD = """
import asyncio
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
app = FastAPI()
queue = asyncio.Queue()
def notify(name):
    queue.put_nowait(f"event: {name}\\ndata: x\\n\\n")
@app.get("/e")
async def events(x):
    async def stream():
        while True:
            yield await queue.get()
    return StreamingResponse(stream(), media_type="text/event-stream")
"""


def callers(count: int) -> str:
    return HEAD + "".join(f'def f{n}():\n    notify("n{n}")\n' for n in range(count))


def test_a_function_with_few_callers_is_known() -> None:
    stream = stream_of({"app.py": callers(100)})
    assert stream is not None
    assert not stream.open
    assert len(names(stream)) == 100


@pytest.mark.parametrize("count", [129, 400])
def test_a_function_with_more_callers_than_are_looked_at(count: int) -> None:
    stream = stream_of({"app.py": callers(count)})
    assert stream is not None
    assert stream.open
    assert any("is called in more than 128 ways" in one.why for one in stream.unread)


def test_callers_of_callers_that_are_too_many() -> None:
    """Ten functions that each call twice, called twenty times."""
    inner = "".join(
        f"def g{n}(a):\n    notify(a)\n    notify(a + 'x')\n" + f"g{n}('p')\ng{n}('q')\n" * 10
        for n in range(10)
    )
    stream = stream_of({"app.py": HEAD + inner})
    assert stream is not None
    assert stream.open
    assert any("is called in more than 128 ways" in one.why for one in stream.unread)


def tables(count: int) -> str:
    """A stream whose events are named in tables of their own."""
    head, _, _ = HEAD.partition("@app.get")
    rows = [f"T{n} = {{'k': N{n}}}\nN{n} = 'a' + M{n}\nM{n} = '{n}'\n" for n in range(count)]
    body = "".join(
        f"        yield f'event: {{T{n}[\"k\"]}}\\ndata: x\\n\\n'\n" for n in range(count)
    )
    return (
        head
        + "".join(rows)
        + '@app.get("/e")\nasync def events(x):\n    async def stream():\n'
        + body
        + '    return StreamingResponse(stream(), media_type="text/event-stream")\n'
    )


def test_a_stream_for_which_more_is_looked_at_than_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = stream_of({"app.py": tables(60)})
    assert whole is not None
    assert not whole.open
    assert set(names(whole)) == {f"a{n}" for n in range(60)}
    monkeypatch.setattr(streams, "_MOST_STEPS", 200)
    part = stream_of({"app.py": tables(60)})
    assert part is not None
    assert part.open
    assert any("than are spent on one stream" in one.why for one in part.unread)
    # What was looked at is known.
    assert "a0" in names(part)


def test_a_loop_of_more_routes_than_are_looked_at(tmp_path: Path) -> None:
    table = "PATHS = [{}]\n".format(", ".join(f'"/p{n}"' for n in range(130)))
    code = "from fastapi import FastAPI\napp = FastAPI()\n" + table
    code += "def view(): ...\nfor path in PATHS:\n    app.add_api_route(path, view)\n"
    found = app(tmp_path, {"main.py": code})
    assert not found.complete
    assert [one.why for one in found.unread] == [
        "this goes round more than 100 times: the rest is not looked at"
    ]
    assert found.unread[0].span.text == "path"


def test_frames_that_are_put_together_in_too_many_ways() -> None:
    body = "".join(f'        if x.a{n}:\n            yield "event: a{n}\\n"\n' for n in range(6))
    code = HEAD.partition("@app.get")[0] + (
        '@app.get("/e")\nasync def events(x):\n    async def stream():\n'
        + body
        + '        yield "data: x\\n\\n"\n'
        '    return StreamingResponse(stream(), media_type="text/event-stream")\n'
    )
    stream = stream_of({"app.py": code})
    assert stream is not None
    assert stream.open
    assert "a frame is put together in more ways than are looked at" in [
        one.why for one in stream.unread
    ]


def test_a_text_that_is_built_in_too_many_ways() -> None:
    steps = "".join(f'        if x.a{n}:\n            text += "{n}"\n' for n in range(8))
    code = HEAD.partition("@app.get")[0] + (
        '@app.get("/e")\nasync def events(x):\n    async def stream():\n        text = "event: a"\n'
        + steps
        + '        yield text + "\\ndata: x\\n\\n"\n'
        '    return StreamingResponse(stream(), media_type="text/event-stream")\n'
    )
    stream = stream_of({"app.py": code})
    assert stream is not None
    assert stream.open
    assert "this is put together in too many ways" in [one.why for one in stream.unread]


def test_calls_that_lie_too_deep() -> None:
    helpers = "".join(f"def h{n}(a):\n    return h{n + 1}(a)\n" for n in range(14))
    code = (
        HEAD.partition("@app.get")[0]
        + helpers
        + (
            "def h14(a):\n    return f'event: {a}\\ndata: x\\n\\n'\n"
            '@app.get("/e")\nasync def events(x):\n    async def stream():\n        yield h0("a")\n'
            '    return StreamingResponse(stream(), media_type="text/event-stream")\n'
        )
    )
    stream = stream_of({"app.py": code})
    assert stream is not None
    assert stream.open
    assert "calls within calls are not followed any deeper here" in [
        one.why for one in stream.unread
    ]


def test_modules_that_import_the_name_of_a_class_from_each_other() -> None:
    code = """
from fastapi import Depends, FastAPI
from fastapi.responses import StreamingResponse
from kinds import Broker
app = FastAPI()
@app.get("/e")
async def events(broker: Broker):
    async def stream():
        yield f"event: {broker.name}\\ndata: x\\n\\n"
    return StreamingResponse(stream(), media_type="text/event-stream")
"""
    around = {"kinds.py": "from others import Broker\n", "others.py": "from kinds import Broker\n"}
    stream = stream_of({"app.py": code, **around})
    assert stream is not None
    assert stream.open
