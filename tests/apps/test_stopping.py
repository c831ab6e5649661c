"""Streams that end when their server stops, and those that end when their work is done."""

import pytest

from tests.apps.reading import stream_of

APP = """
import asyncio
import atexit
from contextlib import asynccontextmanager
from fastapi import FastAPI
from sse_starlette import EventSourceResponse

STOP = object()
queues: set[asyncio.Queue] = set()
{before}
{app}
{after}
@app.get("/e")
async def events():
    async def sent():
        queue = asyncio.Queue()
        queues.add(queue)
        while True:
            message = await queue.get()
            {leave}
            yield {{"event": "tick", "data": "x"}}
    return EventSourceResponse(sent())
"""
PLAIN = "app = FastAPI()"
LEAVE = "if message is None:\n                break"
PUT = "    for queue in queues:\n        queue.put_nowait(None)\n"
LIFESPAN = f"@asynccontextmanager\nasync def lifespan(app):\n    yield\n{PUT}"
ALL = "\n".join(f"    {line}" for line in PUT.splitlines())
HUB = f"class Hub:\n    async def {{name}}(self):\n{ALL}\nhub = Hub()\n"

# What is before the app, the app, what follows it, how the stream is left; how it ends.
STREAMS = {
    "after the yield of a lifespan": (LIFESPAN, "app = FastAPI(lifespan=lifespan)", "", LEAVE, "endless"),
    "before it, each time": (LIFESPAN.replace("    yield\n", "") + "    yield\n", "app = FastAPI(lifespan=lifespan)", "", LEAVE, "ends"),
    "by a decorator": ("", PLAIN, f'@app.on_event("shutdown")\nasync def bye():\n{PUT}', LEAVE, "endless"),
    "by a decorator for the start": ("", PLAIN, f'@app.on_event("startup")\nasync def hello():\n{PUT}', LEAVE, "ends"),
    "by its name": ("", PLAIN, f"def shutdown_streams():\n{PUT}", LEAVE, "endless"),
    "registered": (f"def bye():\n{PUT}\natexit.register(bye)", PLAIN, "", LEAVE, "endless"),
    "registered with the app": (f"def bye():\n{PUT}", "app = FastAPI(on_shutdown=[bye])", "", LEAVE, "endless"),
    "a method of a common name": (HUB.format(name="close") + "@asynccontextmanager\nasync def lifespan(app):\n    yield\n    await hub.close()\n", "app = FastAPI(lifespan=lifespan)", "", LEAVE, "endless"),
    "a method that nobody calls there": (HUB.format(name="close"), PLAIN, '@app.post("/done")\nasync def done():\n    await hub.close()\n', LEAVE, "ends"),
    "for a request": ("", PLAIN, f'@app.post("/done")\nasync def done():\n{PUT}', LEAVE, "ends"),
    "for a request as well": (LIFESPAN, "app = FastAPI(lifespan=lifespan)", f'@app.post("/done")\nasync def done():\n{PUT}', LEAVE, "ends"),
    "a value with a name": (LIFESPAN.replace("None", "STOP"), "app = FastAPI(lifespan=lifespan)", "", LEAVE.replace("None", "STOP"), "endless"),
    "another value": (LIFESPAN, "app = FastAPI(lifespan=lifespan)", "", LEAVE.replace("None", "STOP"), "ends"),
    "the other way round": (LIFESPAN, "app = FastAPI(lifespan=lifespan)", "", "if message is not None:\n                pass\n            else:\n                return", "endless"),
    "put by nobody, and nothing unknown": ("class Note: ...", PLAIN, '@app.post("/say")\nasync def say():\n    note = Note()\n    for queue in queues:\n        queue.put_nowait(note)\n', LEAVE, "endless"),
    "put by nobody, and something unknown": ("", PLAIN, '@app.post("/say")\nasync def say(note):\n    for queue in queues:\n        queue.put_nowait(note)\n', LEAVE, "ends"),
    "put by nobody": ("", PLAIN, "", LEAVE, "ends"),
    "a word that says so": ("SHUTDOWN = 'bye'", PLAIN, "", "if message == SHUTDOWN:\n                break", "endless"),
}  # fmt: skip


@pytest.mark.parametrize("name", STREAMS)
def test_who_ends_a_stream(name: str) -> None:
    before, app, after, leave, ending = STREAMS[name]
    text = APP.format(before=before, app=app, after=after, leave=leave)
    stream = stream_of({"app.py": text})
    assert stream is not None
    assert stream.ending == ending


def test_a_loop_that_asks_for_it() -> None:
    loop = "while True:\n            message = await queue.get()\n            {leave}\n"
    asked = "while (message := await queue.get()) is not None:\n"
    text = APP.replace(loop, asked).format(
        before=LIFESPAN, app="app = FastAPI(lifespan=lifespan)", after=""
    )
    stream = stream_of({"app.py": text})
    assert stream is not None
    assert stream.ending == "endless"
