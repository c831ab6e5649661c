"""Routes that another one hides, as the framework itself has it."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.wiring.joined import checked, said

HEAD = """
from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.staticfiles import StaticFiles

async def ticks():
    yield "event: tick\\ndata: 1\\n\\n"

def stream():
    return StreamingResponse(ticks(), media_type="text/event-stream")

"""
STREAM = "@app.get('/events')\nasync def events():\n    return stream()\n"
OTHER = "@app.{method}('{path}')\ndef other({arguments}):\n    return HTMLResponse('page')\n"


def other(path: str, arguments: str = "", method: str = "get") -> str:
    return OTHER.format(path=path, arguments=arguments, method=method)


BEFORE = {
    "any text": other("/{name}", "name: str"),
    "a number, which is refused": other("/{number}", "number: int"),
    "a number that is asked for in the address": other("/{number:int}", "number: int"),
    "any rest": other("/{rest:path}", "rest: str"),
    "two parts": other("/{one}/{two}", "one: str, two: str"),
    "another beginning": other("/room-{name}", "name: str"),
    "by another method": other("/{name}", "name: str", "post"),
    "files": "app.mount('/', StaticFiles(directory='.'))\n",
    "files below": "app.mount('/static', StaticFiles(directory='.'))\n",
    "nothing": "",
}


@pytest.mark.parametrize("title", BEFORE)
@pytest.mark.parametrize("first", [True, False])
def test_what_is_registered_first(tmp_path: Path, title: str, *, first: bool) -> None:
    app = "app = FastAPI()\n"
    before = BEFORE[title]
    source = HEAD + app + (before + STREAM if first else STREAM + before)
    names: dict[str, object] = {}
    exec(source, names)
    answer = TestClient(names["app"], raise_server_exceptions=False).get("/events")  # type: ignore[arg-type]
    streams = answer.headers.get("content-type", "").startswith("text/event-stream")
    page = '<div hx-ext="sse" sse-connect="/events"><p sse-swap="tick"></p></div>'
    result = checked(tmp_path, {"app.py": source, "templates/page.html": page})
    assert (not said(result, "sse_connect_url")) is streams
