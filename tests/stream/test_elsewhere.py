"""Who looks at a page without a stream is told where the project opens one."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sse_check.cli.running import run
from tests.cli.helpers import sse_check
from tests.project.helpers import write

APP = """
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from fastapi.templating import Jinja2Templates

app = FastAPI()
templates = Jinja2Templates("templates")


@app.get("/")
def index(request: Request):
    return templates.TemplateResponse(request, "index.html")


@app.get("/events")
def events():
    return StreamingResponse(iter(["event: a\\ndata: 1\\n\\n"]), media_type="text/event-stream")
"""
LIVE = """

@app.get("/live")
def live(request: Request):
    return templates.TemplateResponse(request, "live.html")
"""
ASK = """

@app.post("/ask")
def ask(request: Request):
    return templates.TemplateResponse(request, "live.html")
"""
EMPTY = "<!doctype html>\n<html><body><p>nothing</p></body></html>\n"
CONNECTION = '<div hx-ext="sse" sse-connect="/events"><p sse-swap="a">-</p></div>\n'
PAGE = f"<!doctype html>\n<html><body>\n{CONNECTION}</body></html>\n"
OF_LIVE = "in this project a stream is opened by /live"
OTHER = APP.replace('@app.get("/")', '@app.get("/other")')


@pytest.mark.parametrize(
    ("files", "page", "told"),
    [
        ({"app.py": APP + LIVE, "templates/live.html": PAGE}, "/", OF_LIVE),
        ({"app.py": APP + LIVE, "templates/live.html": PAGE}, "/nowhere", OF_LIVE),
        ({"app.py": APP + LIVE, "templates/live.html": PAGE}, "/events", OF_LIVE),
        (
            {
                "app.py": APP,
                "templates/index.html": f"<!doctype html>\n<html><body>{{% if x %}}\n{CONNECTION}{{% endif %}}",
            },
            "/",
            "its connection in templates/index.html:3 was not rendered this time",
        ),
        (
            {"app.py": APP + ASK, "templates/live.html": CONNECTION},
            "/",
            'in this project what opens a stream is sent by --do "POST /ask"',
        ),
        (
            {"app.py": APP, "templates/live.html": CONNECTION},
            "/",
            "in this project a connection is written in templates/live.html:1",
        ),
        # Another application beside it is another matter.
        (
            {"app.py": APP, "../two/app.py": OTHER + LIVE, "../two/templates/live.html": PAGE},
            "/",
            "--page PATH\n",
        ),
    ],
)
def test_where_the_project_opens_a_stream(
    tmp_path: Path, files: dict[str, str], page: str, told: str
) -> None:
    write(tmp_path / "one", {"templates/index.html": EMPTY, **files})
    write(tmp_path, {"pyproject.toml": ""})
    done = sse_check(tmp_path / "one", "stream", "app:app", "--page", page)
    assert done.status in (1, 2)
    assert told in done.out + done.err


class Foreign(BaseHTTPRequestHandler):
    """A server that has nothing to do with the project of the current folder."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/" else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(EMPTY.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Foreign)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("host", "page", "told"),
    [
        ("shop.example", "/", ""),
        ("shop.example", "/nowhere", ""),
        ("localhost.example", "/", ""),
        # It may be the project's own server, or another's.
        (
            "127.0.0.1",
            "/",
            "; in this project the connection of / is written in templates/index.html:3",
        ),
        ("dev.localhost", "/nowhere", "; in this project a stream is opened by /"),
    ],
)
def test_of_the_server_of_another_nothing_is_known(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    port: int,
    host: str,
    page: str,
    told: str,
) -> None:
    write(tmp_path, {"app.py": APP, "templates/index.html": PAGE, "pyproject.toml": ""})
    monkeypatch.chdir(tmp_path)
    connect = socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda _, *more, **named: connect(("127.0.0.1", port), *more)
    )
    assert run(["stream", f"http://{host}:{port}{page}"]) in (1, 2)
    shown = "".join(capsys.readouterr())
    assert ("this project" in shown or "not rendered" in shown) == bool(told)
    assert told in shown
