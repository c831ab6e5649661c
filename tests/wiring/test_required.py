"""What a route of FastAPI asks for in its query and its headers, as FastAPI itself has it."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.wiring.joined import checked, said

APP = """
from enum import Enum
from typing import Annotated, Optional, Union
from fastapi import BackgroundTasks, Cookie, Depends, FastAPI, Header, Query, Request, Security
from fastapi.responses import StreamingResponse
from fastapi.security import APIKeyCookie, APIKeyHeader, HTTPBearer, OAuth2PasswordBearer

app = FastAPI()

class Kind(str, Enum):
    a = "a"

def user():
    return "ida"

def counted(since: int):
    return since

def inner(deep: int = Depends(counted)):
    return deep

def lax(since: int = 0, who: str = Depends(user)):
    return since

oauth = OAuth2PasswordBearer(tokenUrl="token")
optional = OAuth2PasswordBearer(tokenUrl="token", auto_error=False)

def known(token: Annotated[str, Depends(oauth)]):
    return token

User = Annotated[str, Depends(known)]

async def ticks():
    yield "event: tick\\ndata: 1\\n\\n"

@app.get("/rooms/{{room}}/events")
async def events({parameters}):
    return StreamingResponse(ticks(), media_type="text/event-stream")
"""
# Those of which it is said that they are missing, and those of which nothing is said.
TOLD = [
    "room: str, since: int",
    "room, since",
    "request",
    "room: str, since: int | None",
    "room: str, since: Optional[int]",
    "room: str, since: Union[int, str]",
    "room: str, since: int = Query()",
    "room: str, since: int = Query(...)",
    "room: str, since: Annotated[int, Query()]",
    "room: str, since: Annotated[int, Query(ge=0)]",
    "room: str, *, since: int",
    "room: str, since: int = Depends(counted)",
    "room: str, since: Annotated[int, Depends(inner)]",
    "room: str, since: int = Security(counted)",
]
NOT_TOLD = [
    "room: str",
    "room: str, since: int = 0",
    "room: str, since: int | None = None",
    "room: str, since: int = Query(0)",
    "room: str, since: int = Query(default=0)",
    "room: str, since: Annotated[int, Query()] = 0",
    "room: str, request: Request",
    "room: str, tasks: BackgroundTasks",
    "room: str, who: str = Depends(user)",
    "room: str, who: Annotated[str, Depends(user)]",
    "room: str, *, since: int = 0",
    "room: str, since: int = Depends(lax)",
    "room: str, agent: str = Header(alias='user-agent')",
    "room: str, user_agent: str = Header()",
    "room: str, last_event_id: str | None = Header(None)",
    "room: str, token: str | None = Depends(optional)",
]
# A header is asked for that a browser does not send.
HEADERS = [
    "room: str, last_event_id: str = Header()",
    "room: str, last_event_id: Annotated[str, Header()]",
    "room: str, x_token: Annotated[str, Header()]",
    "room: str, token: str = Depends(oauth)",
    "room: str, token: str = Depends(HTTPBearer())",
    "room: str, token: str = Security(APIKeyHeader(name='X-Key'))",
    "user: User, room: str",
]
# Asked for, and not said: types of the application's own, other names.
NOT_KNOWN = [
    "room: str, kind: Kind",
    "room: str, since: int = Query(alias='from')",
    "room: str, session: str = Cookie()",
    "room: str, session: str = Depends(APIKeyCookie(name='session'))",
]


@pytest.mark.parametrize("parameters", [*TOLD, *NOT_TOLD, *HEADERS, *NOT_KNOWN])
@pytest.mark.parametrize("query", ["", "?since=3&request=x"])
def test_a_parameter_without_a_default(tmp_path: Path, parameters: str, query: str) -> None:
    source = APP.format(parameters=parameters)
    names: dict[str, Any] = {}
    exec(source, names)
    answer = TestClient(names["app"]).get(f"/rooms/a/events{query}")
    page = f'<div hx-ext="sse" sse-connect="/rooms/a/events{query}"><p sse-swap="tick"></p></div>'
    result = checked(tmp_path, {"app.py": source, "templates/page.html": page})
    found = said(result, "sse_connect_url")
    if parameters in NOT_KNOWN:
        assert not found
    else:
        assert bool(found) is (answer.status_code in (401, 422))
        assert bool(found) is (parameters in HEADERS or (parameters in TOLD and not query))
