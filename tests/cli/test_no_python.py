"""Python files that cannot be parsed: said, and never taken for nothing."""

import json
from pathlib import Path

import pytest

from tests.cli.helpers import sse_check
from tests.project.helpers import write

PAGE = '<!doctype html><body hx-ext="sse"><p sse-connect="/events" sse-swap="a"></p></body>\n'
APP = "from flask import Flask\napp = Flask(__name__)\n@app.route('/events')\ndef events((:\n"


def test_a_file_that_was_named(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("def x(:\n")
    done = sse_check(tmp_path, "app.py")
    assert "app.py: problem: line 1: no valid Python: invalid syntax" in done.out
    assert "all good" not in done.out
    assert done.status == 2


def test_an_application_that_cannot_be_parsed(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text(PAGE)
    said = sse_check(tmp_path, "--profile", "browser").out
    assert "no application was found in the Python files that could be parsed" in said
    assert "app.py:4: no valid Python" in said
    assert "all good" not in said
    data = json.loads(sse_check(tmp_path, "--format", "json").out)
    assert [one["path"] for one in data["coverage"]["unread"]] == ["app.py:4"]


def test_a_file_of_which_nothing_says_that_it_matters(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("def x(:\n")
    (tmp_path / "a.html").write_text(PAGE)
    data = json.loads(sse_check(tmp_path, "--format", "json").out)
    assert data["coverage"]["unread"] == []


def test_a_file_that_the_application_imports(tmp_path: Path) -> None:
    """Nobody asks it for anything, and yet the server does not start."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text(PAGE)
    (tmp_path / "jobs.py").write_text("def work(:\n")
    (tmp_path / "apart.py").write_text("def work(:\n")
    lines = ["import jobs", "from flask import Flask, Response", "app = Flask(__name__)"]
    lines += ["@app.route('/events')", "def events():", "    def gen():"]
    lines += ["        yield 'event: a\\ndata: 1\\n\\n'"]
    lines += ["    return Response(gen(), mimetype='text/event-stream')"]
    (tmp_path / "app.py").write_text("\n".join(lines) + "\n")
    data = json.loads(sse_check(tmp_path, "--format", "json").out)
    assert [one["joined"] for one in data["coverage"]["connections"]] == ["route"]
    assert [one["path"] for one in data["coverage"]["unread"]] == ["jobs.py:1"]


FRAMES = """import asyncio
from flask import Flask, Response
app = Flask(__name__)
{}
@app.route('/events')
def events():
    return Response(frames(), mimetype='text/event-stream')
"""


@pytest.mark.parametrize(
    ("frames", "why"),
    [
        ("def frames():\n    yield 'data: 1\\n\\n'\n    await asyncio.sleep(1)", "'await' outside"),
        (
            "async def frames():\n    yield 'data: 1\\n\\n'\n    return 'done'",
            "'return' with value",
        ),
        ("def frames():\n    yield 'data: 1\\n\\n'\n    return 'done'", ""),
    ],
)
def test_what_can_be_parsed_and_not_compiled(tmp_path: Path, frames: str, why: str) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text(PAGE.replace("'a'", "'message'"))
    (tmp_path / "app.py").write_text(FRAMES.format(frames))
    data = json.loads(sse_check(tmp_path, "--format", "json").out)
    unread = [f"{one['path']} {one['why']}" for one in data["coverage"]["unread"]]
    assert len(unread) == bool(why)
    assert all(one.startswith("app.py:") and f"no valid Python: {why}" in one for one in unread)


def test_pages_that_only_python_writes_in_a_way_that_is_not_read(tmp_path: Path) -> None:
    lines = [
        "from flask import Flask, Response",
        "from elements import Div",
        "app = Flask(__name__)",
        "@app.get('/')",
        "def index():",
        "    return Div(hx_ext='sse', sse_connect='/events', sse_swap='a').dump()",
        "@app.get('/events')",
        "def events():",
        "    return Response(iter(()), mimetype='text/event-stream')",
    ]
    (tmp_path / "app.py").write_text("\n".join(lines) + "\n")
    said = sse_check(tmp_path).out
    assert "app.py: SSE markup as calls of functions that are not known to make elements" in said
    assert "all good" not in said


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("from pyramid.config import Configurator\n", "Pyramid"),
        ("import cherrypy\n", "CherryPy"),
        ("from http.server import BaseHTTPRequestHandler\n", "`http.server`"),
        ("def app(environ, start_response):\n    start_response('200', [])\n", "WSGI without"),
        ("async def app(scope, receive, send): ...\n", "ASGI without"),
        ("urls = ('/', 'A')\napp = web.application(urls, globals())\n", "web.py"),
        ("import microdot\n", ""),
        ("import os\n", ""),
    ],
)
def test_a_server_that_is_not_read_is_named(text: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(text)
    # A module of the project's own is not the framework.
    (tmp_path / "microdot.py").write_text("x = 1\n")
    (tmp_path / "a.html").write_text(PAGE)
    said = sse_check(tmp_path).out
    assert "all good" not in said
    if name:
        assert f"app.py is of {name}" in said
        assert "which is not read: what it sends cannot be told" in said
    else:
        assert "no application was found in the Python files" in said


def test_a_script_in_a_string_that_is_not_seen_to_reach_a_page(tmp_path: Path) -> None:
    lines = [
        '"""It opens `new EventSource("/doc")`."""',
        "from flask import Flask, Response",
        "app = Flask(__name__)",
        "SCRIPT = 'new EventSource(\"/events\").onmessage = show'",
        "@app.get('/live.js')",
        "def script():",
        "    return Response(SCRIPT, mimetype='text/javascript')",
    ]
    silent, live = tmp_path / "silent", tmp_path / "live"
    for folder in (silent, live):
        folder.mkdir()
    (silent / "app.py").write_text("\n".join(lines) + "\n")
    # Nothing in this project sends what it would hear.
    assert "all good" in sse_check(silent).out
    lines += ["@app.get('/events')", "def events():"]
    lines += ["    return Response(iter(()), mimetype='text/event-stream')"]
    (live / "app.py").write_text("\n".join(lines) + "\n")
    said = sse_check(live).out
    assert "app.py: a script that opens a stream in a Python string of which it is not" in said
    assert "all good" not in said


def test_an_application_in_the_grammar_of_a_newer_python(tmp_path: Path) -> None:
    lines = [
        "from flask import Flask, Response",
        "app = Flask(__name__)",
        "def first[T](items: list[T]) -> T:",
        "    return items[0]",
        "@app.get('/events')",
        "def events():",
        "    def frames():",
        "        try:",
        '            yield f"event: b\\ndata: {first(lines)["text"].replace("\\n", " ")}\\n\\n"',
        "        except KeyError, IndexError:",
        '            yield "event: c\\ndata: -\\n\\n"',
        "    return Response(frames(), mimetype='text/event-stream')",
    ]
    (tmp_path / "app.py").write_text("\n".join(lines) + "\n")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text(PAGE)
    data = json.loads(sse_check(tmp_path, "--format", "json").out)
    assert data["coverage"]["unread"] == []
    assert [one["names"] for one in data["coverage"]["connections"]] == ["all"]
    crossed = [one for one in data["findings"] if one["rule"] == "sse_crossref"]
    assert [one["location"]["path"] for one in crossed][:1] == ["templates/a.html"]


LATIN = """# -*- coding: {} -*-
from flask import Flask, Response

app = Flask(__name__)

@app.get("/e")
def stream():
    def events():
        yield "event: caf\xe9\\ndata: x\\n\\n"
    return Response(events(), mimetype="text/event-stream")
"""
LISTENING = """<!doctype html><html><head><script src="https://unpkg.com/htmx.org@2.0.11"></script>
<script src="https://unpkg.com/htmx-ext-sse@2.2.4"></script></head>
<body hx-ext="sse" sse-connect="/e"><p sse-swap="caf\xe9">-</p></body></html>
"""


@pytest.mark.parametrize("coding", ["latin-1", "iso-8859-15", "cp1252"])
def test_python_says_itself_how_it_is_encoded(tmp_path: Path, coding: str) -> None:
    write(tmp_path, {"pyproject.toml": "", "templates/a.html": LISTENING})
    (tmp_path / "app.py").write_bytes(LATIN.format(coding).encode(coding))
    done = sse_check(tmp_path, "--no-include-info")
    assert "not valid" not in done.out
    assert "event names compared for 1" in done.out
    assert "sse_crossref" not in done.out


@pytest.mark.parametrize("coding", ["ascii", "no-such-code", "rot13", "utf-7"])
def test_an_encoding_that_is_none_is_said(tmp_path: Path, coding: str) -> None:
    write(tmp_path, {"pyproject.toml": "", "templates/a.html": LISTENING})
    (tmp_path / "app.py").write_bytes(LATIN.format(coding).encode("latin-1"))
    done = sse_check(tmp_path)
    assert done.status == 2
    assert f"app.py: problem: its first lines say that it is `{coding}`" in done.out


def test_a_template_has_no_such_lines(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": ""})
    (tmp_path / "b.py").write_bytes(b"# coding: utf-8\n# caf\xe9")
    assert "b.py: problem: not valid UTF-8" in sse_check(tmp_path, "b.py").out
    (tmp_path / "a.html").write_bytes(b"# coding: latin-1\n<p>caf\xe9</p>")
    assert "a.html: problem: not valid UTF-8" in sse_check(tmp_path).out
