"""Routes that another one hides, as the framework itself has it."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import URLResolver, path
from django.urls.resolvers import RegexPattern
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
    "any text, of a router that is included at the end": other("/{name}", "name: str").replace(
        "@app", "@router"
    ),
    "files": "app.mount('/', StaticFiles(directory='.'))\n",
    "files below": "app.mount('/static', StaticFiles(directory='.'))\n",
    "the same address": other("/events"),
    "the same address by another method": other("/events", method="post"),
    "nothing": "",
}


def as_the_framework_answers(folder: Path, source: str) -> None:
    """A fault is told of the address, or none, as the app streams there or does not."""
    names: dict[str, Any] = {}
    exec(source, names)
    answer = TestClient(names["app"], raise_server_exceptions=False).get("/events")
    streams = answer.headers.get("content-type", "").startswith("text/event-stream")
    page = '<div hx-ext="sse" sse-connect="/events"><p sse-swap="tick"></p></div>'
    result = checked(folder, {"app.py": source, "templates/page.html": page})
    assert (not said(result, "sse_connect_url")) is streams


@pytest.mark.parametrize("title", BEFORE)
@pytest.mark.parametrize("first", [True, False])
def test_what_is_registered_first(tmp_path: Path, title: str, *, first: bool) -> None:
    app = "app = FastAPI()\nrouter = APIRouter()\n"
    before = BEFORE[title]
    routes = before + STREAM if first else STREAM + before
    source = f"{HEAD}{app}{routes}app.include_router(router)\n"
    as_the_framework_answers(tmp_path, source)


TAKEN_IN = """
app = FastAPI()
live, any_text, files = APIRouter(), APIRouter(), StaticFiles(directory='.')
@live.get('/events')
async def events():
    return stream()
@any_text.get('/{name}')
def other(name: str):
    return HTMLResponse('page')
"""
EVENTS = "app.include_router(live)\n"
LISTED = """
from starlette.applications import Starlette
from starlette.routing import Mount, Route
files = StaticFiles(directory='.')
async def events(request):
    return stream()
async def other(request):
    return HTMLResponse('page')
"""
WITHIN = {
    "files before a router": f"{TAKEN_IN}app.mount('/', files)\n{EVENTS}",
    "a router before files": f"{TAKEN_IN}{EVENTS}app.mount('/', files)\n",
    "files elsewhere": f"{TAKEN_IN}app.mount('/static', files)\n{EVENTS}",
    "files with the same beginning": f"{TAKEN_IN}app.mount('/eve', files)\n{EVENTS}",
    "files that may be there": f"{TAKEN_IN}if False:\n    app.mount('/', files)\n{EVENTS}",
    "files that may be there, in one line": f"{TAKEN_IN}False and app.mount('/', files)\n{EVENTS}",
    "a router that takes any text": f"{TAKEN_IN}app.include_router(any_text)\n{EVENTS}",
    "a router that takes any text behind": f"{TAKEN_IN}{EVENTS}app.include_router(any_text)\n",
    "one that takes any text below": f"{TAKEN_IN}app.include_router(any_text, prefix='/a')\n{EVENTS}",
    "routers in a loop": f"{TAKEN_IN}for one in (live, any_text):\n    app.include_router(one)\n",
    "both in one router": f"{TAKEN_IN}both = APIRouter()\nboth.include_router(any_text)\n"
    "both.include_router(live)\napp.include_router(both)\n",
    "a router in a function": f"{TAKEN_IN}def build():\n    app.mount('/', files)\n"
    f"    {EVENTS}    return app\nbuild()\n",
    "an app below": f"{TAKEN_IN}sub = FastAPI()\napp.mount('/', sub)\n{EVENTS}",
    "another name of the server": f"{TAKEN_IN}sub = FastAPI()\nsub.include_router(any_text)\n"
    f"app.host('other.example', sub)\n{EVENTS}",
    "a number of the same shape": f"{TAKEN_IN}@app.get('/{{a:int}}')\ndef number(a: int):\n"
    f"    return HTMLResponse('page')\n{EVENTS}",
    "the same address twice": f"{TAKEN_IN}@app.get('/events')\ndef first():\n"
    f"    return HTMLResponse('page')\n{EVENTS}",
    "an address that nobody knows": f"{TAKEN_IN}import os\nWHERE = os.environ.get('X', '/x')\n"
    f"@app.get(WHERE)\ndef first():\n    return HTMLResponse('page')\n{EVENTS}",
    "the same address behind": f"{TAKEN_IN}{EVENTS}@app.get('/events')\ndef second():\n"
    "    return HTMLResponse('page')\n",
    "a list": f"{LISTED}app = Starlette(routes=[Mount('/', files), Route('/events', events)])\n",
    "a list the other way": f"{LISTED}app = Starlette(routes=[Route('/events', events), Mount('/', files)])\n",
    "a list with any text": f"{LISTED}app = Starlette(routes=[Route('/{{a}}', other), Route('/events', events)])\n",
    "a list that grows at its start": f"{LISTED}routes = [Mount('/', files)]\n"
    "routes.insert(0, Route('/events', events))\napp = Starlette(routes=routes)\n",
    "a list, and what is put behind it": f"{LISTED}app = Starlette(routes=[Mount('/', files)])\n"
    "app.add_route('/events', events)\n",
}


@pytest.mark.parametrize("title", WITHIN)
def test_what_is_taken_in_first(tmp_path: Path, title: str) -> None:
    source = HEAD + WITHIN[title]
    as_the_framework_answers(tmp_path, source)


def test_below_a_mount_nothing_else_answers(tmp_path: Path) -> None:
    source = f"{HEAD}{TAKEN_IN}sub = FastAPI()\napp.mount('/live', sub)\n"
    source += "app.include_router(live, prefix='/live')\n"
    names: dict[str, Any] = {}
    exec(source, names)
    assert TestClient(names["app"]).get("/live/events").status_code == 404
    page = '<div hx-ext="sse" sse-connect="/live/events"><p sse-swap="tick"></p></div>'
    result = checked(tmp_path, {"app.py": source, "templates/page.html": page})
    (one,) = said(result, "sse_connect_url")
    assert one.endswith(
        "`/live` answers at `/live/events`, as it is registered before the route that streams: "
        "the connection fails"
    )


def test_addresses_that_nobody_knows_are_not_the_same(tmp_path: Path) -> None:
    source = f"{HEAD}{TAKEN_IN}from elsewhere import A, B\n"
    source += "@app.get(A)\ndef first():\n    return HTMLResponse('page')\n"
    source += "@app.get(B)\nasync def second():\n    return stream()\n"
    page = '<div hx-ext="sse" sse-connect="/else"><p sse-swap="tick"></p></div>'
    result = checked(tmp_path, {"app.py": source, "templates/page.html": page})
    assert said(result, "sse_connect_url") == []


def test_no_file_is_a_stream(tmp_path: Path) -> None:
    """Files at `/` leave no doubt about an address that no route has."""
    source = f"{HEAD}{TAKEN_IN}{EVENTS}app.mount('/', files)\n"
    page = '<div hx-ext="sse" sse-connect="/event"><p sse-swap="tick"></p></div>'
    result = checked(tmp_path, {"app.py": source, "templates/page.html": page})
    (one,) = said(result, "sse_connect_url")
    assert one.endswith("no route of the application answers at `/event`: the connection fails")


DJANGO = [
    "<str:name>/",
    "<name>/",
    "<slug:name>/",
    "<int:number>/",
    "<path:rest>",
    "<str:a>/<str:b>/",
]


@pytest.mark.parametrize("before", DJANGO)
@pytest.mark.parametrize("first", [True, False])
def test_what_stands_first_in_the_addresses_of_django(
    tmp_path: Path, before: str, *, first: bool
) -> None:
    routes = [(before, "other"), ("events/", "events")]
    routes = routes if first else routes[::-1]
    made = [path(address, lambda _: None, name=name) for address, name in routes]
    found = URLResolver(RegexPattern(r"^/"), made).resolve("/events/")
    listed = ", ".join(f"path('{address}', views.{name})" for address, name in routes)
    files = {
        "proj/__init__.py": "",
        "proj/settings.py": "ROOT_URLCONF = 'proj.urls'\nINSTALLED_APPS = ['live']\n"
        "TEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True}]\n",
        "proj/urls.py": "from django.urls import include, path\n"
        "urlpatterns = [path('', include('live.urls'))]\n",
        "live/__init__.py": "",
        "live/urls.py": f"from django.urls import path\nfrom . import views\nurlpatterns = [{listed}]\n",
        "live/views.py": "from django.http import HttpResponse, StreamingHttpResponse\n"
        "def gen():\n    while True:\n        yield 'event: tick\\ndata: 1\\n\\n'\n"
        "def events(request):\n"
        "    return StreamingHttpResponse(gen(), content_type='text/event-stream')\n"
        "def other(request, **names):\n    return HttpResponse('a page')\n",
        "live/templates/page.html": '<div hx-ext="sse" sse-connect="/events/">'
        '<p sse-swap="tick"></p></div>',
    }
    result = checked(tmp_path, files)
    # Of a slug it is not said: whether a text is one, is Django's to say.
    hidden = found.url_name == "other" and "slug" not in before
    assert bool(said(result, "sse_connect_url")) is hidden
