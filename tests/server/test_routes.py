"""Addresses of streams: prefixes, mounts, parameters, names."""

import textwrap
from pathlib import Path

import pytest

from sse_check.server.server import Server
from sse_check.template.values import Pattern
from tests.project.helpers import load

SSE = "from sse_starlette import EventSourceResponse, ServerSentEvent\n"
BODY = """
    async def stream():
        yield ServerSentEvent("x", event="a")
    return EventSourceResponse(stream())
"""

ROUTES = [
    ("plain", {"app.py": f'from fastapi import FastAPI\n{SSE}app = FastAPI()\n@app.get("/events")\nasync def events():{BODY}'}, "/events"),
    ("a parameter", {"app.py": f'from fastapi import FastAPI\n{SSE}app = FastAPI()\n@app.get("/doc/{{doc_id}}/stream")\nasync def events():{BODY}'}, "/doc/*/stream"),
    ("flask's parameter", {"app.py": f'from flask import Flask\n{SSE}app = Flask(__name__)\n@app.route("/doc/<int:pk>/stream")\ndef events():{BODY.replace("async ", "")}'}, "/doc/*/stream"),
    ("a router's prefix", {"app.py": f'from fastapi import APIRouter\n{SSE}router = APIRouter(prefix="/api")\n@router.get("/events")\nasync def events():{BODY}'}, "/api/events"),
    ("an included router", {"app.py": "from fastapi import FastAPI\nfrom feed import router\napp = FastAPI()\napp.include_router(router, prefix='/v1')\n", "feed.py": f'from fastapi import APIRouter\n{SSE}router = APIRouter(prefix="/api")\n@router.get("/events")\nasync def events():{BODY}'}, "/v1/api/events"),
    ("a blueprint", {"app.py": f'from flask import Flask, Blueprint\n{SSE}bp = Blueprint("live", __name__, url_prefix="/live")\n@bp.route("/events")\ndef events():{BODY.replace("async ", "")}\napp = Flask(__name__)\napp.register_blueprint(bp)\n'}, "/live/events"),
    ("django", {"views.py": f"{SSE}def events(request):{BODY.replace('async ', '')}", "urls.py": "from django.urls import path\nimport views\nurlpatterns = [path('events/<int:pk>/', views.events, name='live')]\n"}, "/events/*/"),
    ("django's include", {"shop/views.py": f"{SSE}def events(request):{BODY.replace('async ', '')}", "shop/urls.py": "from django.urls import path\nfrom . import views\nurlpatterns = [path('events', views.events)]\n", "site/urls.py": "from django.urls import include, path\nurlpatterns = [path('shop/', include('shop.urls'))]\n"}, "/shop/events"),
    ("django's class", {"views.py": f"from django.views import View\n{SSE}class Live(View):\n" + textwrap.indent(f"def get(self, request):{BODY.replace('async ', '')}", "    "), "urls.py": "from django.urls import path\nfrom views import Live\nurlpatterns = [path('events', Live.as_view())]\n"}, "/events"),
    ("starlette's list", {"app.py": f"from starlette.routing import Route\n{SSE}async def events(request):{BODY}\nroutes = [Route('/events', events)]\n"}, "/events"),
    ("chirp's folders", {"pages/doc/{doc_id}/stream.py": "from chirp import EventStream, SSEEvent\ndef get(doc_id):\n    async def stream():\n        yield SSEEvent(data='x', event='a')\n    return EventStream(stream())\n"}, "/doc/*/stream"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "path"), [r[1:] for r in ROUTES], ids=[r[0] for r in ROUTES])
def test_route(tmp_path: Path, files: dict[str, str], path: str) -> None:
    server = Server.of(load(tmp_path, files))
    assert {str(one.route.path) for one in server.streams} == {path}
    address = Pattern.of(
        *(part if part != "*" else None for part in path.replace("*", "\0*\0").split("\0"))
    )
    assert [one.names for one in server.reached(address)] == [[Pattern.of("a")]]
    assert server.reached(Pattern.of("/nowhere/else/at/all")) == []


@pytest.mark.parametrize(
    "written",
    [
        "url_for('events')",
        'url_for("bp.events", x=1)',
        "url 'live:events' pk",
        "request.url_for('events')",
    ],
)
def test_a_route_by_its_name(tmp_path: Path, written: str) -> None:
    server = Server.of(load(tmp_path, ROUTES[0][1]))
    assert len(server.reached(Pattern((None,)), written)) == 1
    assert server.reached(Pattern((None,)), "other('events')") == []


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("/events?x=1", 1),
        ("http://localhost/events", 1),
        ("//host/events#a", 1),
        ("events", 1),
        ("/events/", 0),
        ("/event", 0),
    ],
)
def test_addresses(tmp_path: Path, url: str, found: int) -> None:
    server = Server.of(load(tmp_path, ROUTES[0][1]))
    assert len(server.reached(Pattern.of(url))) == found


def test_nothing_is_imported_or_run(tmp_path: Path) -> None:
    trap = tmp_path / "ran"
    bomb = f"open({str(trap)!r}, 'w').close()\nraise SystemExit('imported')\n"
    files = {
        "templates/live.html": '<div hx-ext="sse" sse-connect="/events"><p sse-swap="b">-</p></div>'
    }
    files["app.py"] = bomb + ROUTES[0][1]["app.py"]
    files["conftest.py"] = files["events/__init__.py"] = bomb + "# event-stream\n"
    from tests.project.helpers import lines, run

    assert "templates/live.html:1 error sse_crossref certain" in lines(run(tmp_path, files))
    assert not trap.exists()


def test_broken_python_is_passed_over(tmp_path: Path) -> None:
    files = dict(ROUTES[0][1])
    files["broken.py"] = "def (event-stream"
    files["nul.py"] = "x = 'event-stream\0'"
    files["deep.py"] = "# event-stream\n" + "(" * 5000 + ")" * 5000
    assert len(Server.of(load(tmp_path, files)).streams) == 1
