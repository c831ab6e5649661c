"""Apps of Bottle: their routes, what they stream by the one `response`, what they render."""

from pathlib import Path

import pytest

from sse_check.apps import global_response
from tests.apps.reading import names, stream_of
from tests.apps.repository import app, apps, line, table
from tests.cli.helpers import sse_check

HEAD = """\
import bottle
from bottle import Bottle, HTTPResponse, get, jinja2_view, post, request, response, route, run
from bottle import TEMPLATE_PATH, default_app, jinja2_template, static_file, template, view
"""
TYPE = "response.content_type = 'text/event-stream'\n"
FRAME = "'event: a\\ndata: x\\n\\n'"

# What is written, the body of the view, what stands before it, the names.
STREAMS: list[tuple[str, str, str, str]] = [
    ("a generator", f"{TYPE}    yield {FRAME}\n    yield 'data: y\\n\\n'\n", "", "a message"),
    (
        "a header",
        f"response.set_header('Content-Type', 'text/event-stream')\n    yield {FRAME}\n",
        "",
        "a",
    ),
    (
        "a header by its key",
        f"response.headers['content-type'] = KIND\n    yield {FRAME}\n",
        "KIND = 'text/event-stream; charset=utf-8'\n",
        "a",
    ),
    (
        "several headers",
        "response.headers.update({'Content-Type': 'text/event-stream'})\n    return frames()\n",
        f"def frames():\n    yield {FRAME}\n",
        "a",
    ),
    (
        "by the name of the package",
        f"bottle.response.content_type = 'text/event-stream'\n    yield {FRAME}\n",
        "",
        "a",
    ),
    ("a generator that is returned", f"{TYPE}    return frames()\n", f"def frames():\n    yield {FRAME}\n", "a"),
    (
        "a generator that says what it is",
        "return frames()\n",
        f"def frames():\n    {TYPE}    yield {FRAME}\n",
        "a",
    ),
    (
        "a function that sets headers",
        "begin()\n    yield sse('a')\n    yield sse('b')\n",
        (f"def begin():\n    {TYPE}"
        "def sse(name):\n    return f'event: {name}\\ndata: x\\n\\n'\n"),
        "a b",
    ),
    ("a text", f"{TYPE}    return {FRAME}\n", "", "a"),
    ("a list", f"{TYPE}    return [{FRAME}, {FRAME}]\n", "", "a"),
    ("parts of another", f"{TYPE}    yield from frames()\n", f"def frames():\n    yield {FRAME}\n", "a"),
    (
        "an answer of its own",
        "return HTTPResponse(frames(), headers={'Content-Type': 'text/event-stream'})\n",
        f"def frames():\n    yield {FRAME}\n",
        "a",
    ),
    (
        "an answer with a type",
        "return HTTPResponse(body=frames(), content_type='text/event-stream')\n",
        f"def frames():\n    yield {FRAME}\n",
        "a",
    ),
    # What cannot be told
    ("what another package gives", f"{TYPE}    return hub.listen()\n", "import hub\n", "?"),
    ("another type, perhaps", f"response.content_type = kind\n    yield {FRAME}\n", "from kinds import kind\n", "?"),
]  # fmt: skip


def program(body: str, before: str = "") -> str:
    return f"{HEAD}{before}app = Bottle()\n@app.get('/events')\ndef events():\n    {body}"


@pytest.mark.parametrize(
    ("title", "body", "before", "expected"), STREAMS, ids=[case[0] for case in STREAMS]
)
def test_streams(title: str, body: str, before: str, expected: str) -> None:
    stream = stream_of({"app.py": program(body, before)})
    assert stream is not None
    assert sorted(names(stream)) == sorted(expected.split()), title


@pytest.mark.parametrize(
    "body",
    [
        f"yield {FRAME}\n",
        "response.content_type = 'text/plain'\n    yield 'x'\n",
        "response.headers['X-Kind'] = 'text/event-stream'\n    yield 'x'\n",
        "if False:\n        response.content_type = 'text/event-stream'\n    yield 'x'\n",
        "return template('page.html', content_type='text/event-stream')\n",
        "return static_file('x', root='.', mimetype='text/plain')\n",
        # It has headers of its own, which take the place of the others.
        f"{TYPE}    return HTTPResponse([{FRAME}])\n",
    ],
)
def test_what_is_no_stream(body: str) -> None:
    assert stream_of({"app.py": program(body)}) is None


TABLES: list[tuple[str, str, set[str]]] = [
    ("a decorator", "app = Bottle()\n@app.get('/a')\ndef a(): ...\n", {"GET /a -"}),
    (
        "methods and a name",
        (
            "app = Bottle()\n@app.route('/a/<n:int>', method=['GET', 'POST'], name='a')\n"
            "def a(n): ...\n"
        ),
        {"GET,POST /a/<n:int> a"},
    ),
    ("every method", "app = Bottle()\n@app.route('/a', 'ANY')\ndef a(): ...\n", {"* /a -"}),
    (
        "several addresses",
        "app = Bottle()\n@app.route(['/a', '/b'])\ndef a(): ...\n",
        {"GET /a -", "GET /b -"},
    ),
    (
        "a call",
        (
            "app = Bottle()\ndef a(): ...\napp.route('/a', callback=a)\n"
            "app.route('/b', 'POST', a)\napp.get('/c')(a)\napp.post('/d', callback=a)\n"
        ),
        {"GET /a -", "POST /b -", "GET /c -", "POST /d -"},
    ),
    (
        "an app below another",
        (
            "app, sub = Bottle(), Bottle()\n@sub.get('/a')\ndef a(): ...\n"
            "@sub.get('/')\ndef top(): ...\napp.mount('/s/', sub)\n"
        ),
        {"GET /s/a -", "GET /s/ -"},
    ),
    (
        "an app below another, without a slash",
        (
            "app, sub = Bottle(), Bottle()\n@sub.get('/a')\ndef a(): ...\n"
            "@sub.get('/')\ndef top(): ...\napp.mount('/s', sub)\n"
        ),
        {"GET /s/a -", "GET /s/ -", "GET /s -"},
    ),
    (
        "routes of another",
        "app, sub = Bottle(), Bottle()\n@sub.get('/a')\ndef a(): ...\napp.merge(sub)\n",
        {"GET /a -"},
    ),
    (
        "a list of routes of another",
        "app, sub = Bottle(), Bottle()\n@sub.get('/a')\ndef a(): ...\napp.merge(sub.routes)\n",
        {"GET /a -"},
    ),
    (
        "the default app",
        (
            "@route('/a')\ndef a(): ...\n@bottle.post('/b', name='b')\ndef b(): ...\n"
            "route('/c', callback=a)\nrun(host='localhost')\n"
        ),
        {"GET /a -", "POST /b b", "GET /c -"},
    ),
    (
        "the default app by a name",
        "app = default_app()\n@app.get('/a')\ndef a(): ...\n@get('/b')\ndef b(): ...\n",
        {"GET /a -", "GET /b -"},
    ),
    (
        "an address from a name",
        "@route()\ndef say__hello(name, tone=''): ...\n@route\ndef plain(): ...\nrun()\n",
        {"GET /say/hello/<name> -", "GET /say/hello/<name>/<tone> -", "GET /plain -"},
    ),
    (
        "a class with an app",
        (
            "class Site:\n    def __init__(self):\n        self.app = Bottle()\n"
            "        self.app.route('/a', callback=self.a)\n    def a(self): ...\nsite = Site()\n"
        ),
        {"GET /a -"},
    ),
    (
        "a class of apps",
        (
            "class Site(Bottle):\n    def __init__(self):\n        super().__init__()\n"
            "        self.route('/a', callback=self.a)\n    def a(self): ...\nsite = Site()\n"
        ),
        {"GET /a -"},
    ),
]


@pytest.mark.parametrize(("text", "expected"), [c[1:] for c in TABLES], ids=[c[0] for c in TABLES])
def test_routes(tmp_path: Path, text: str, expected: set[str]) -> None:
    found = app(tmp_path, {"main.py": HEAD + text})
    assert found.framework == "bottle"
    assert table(found) == expected
    assert found.unread == []


def test_which_parameters_take_more_than_one_part(tmp_path: Path) -> None:
    text = (
        "app = Bottle()\n@app.get('/a/<x>')\n@app.get('/b/<x:path>')\n@app.get('/c/<x:re:.*>')\n"
        "@app.get('/d/<x:re:[^/]+>')\n@app.get('/e/<x:int>')\ndef a(x): ...\n"
    )
    found = app(tmp_path, {"main.py": HEAD + text})
    rows = {str(route.pattern): route.takes_slashes for route in found.routes}
    assert rows == {"/a/*": False, "/b/*": True, "/c/*": True, "/d/*": False, "/e/*": False}


def test_what_is_mounted_from_elsewhere_is_outside(tmp_path: Path) -> None:
    text = "from x import wsgi\napp = Bottle()\napp.mount('/w/', wsgi)\n"
    found = app(tmp_path, {"main.py": HEAD + text})
    assert [str(one.pattern) for one in found.outside] == ["/w/*"]
    assert found.complete


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("from x import more\napp = Bottle()\napp.merge(more)\n", "the routes of `more`"),
        ("app = Bottle()\napp.add_route(make())\n", "the route of `app.add_route(make())`"),
    ],
)
def test_what_cannot_be_told_is_said(tmp_path: Path, text: str, why: str) -> None:
    found = app(tmp_path, {"main.py": HEAD + text})
    assert [one.why.startswith(why) for one in found.unread] == [True]


def test_programs_with_a_default_app_each(tmp_path: Path) -> None:
    files = {
        "one.py": HEAD + "import shared\n@route('/one')\ndef a(): ...\nrun(port=80)\n",
        "two.py": HEAD + "import shared\n@route('/two')\ndef a(): ...\nrun(port=80)\n",
        "shared.py": HEAD + "@route('/both')\ndef both(): ...\n",
    }
    found = {one.path: table(one) for one in apps(tmp_path, files)}
    assert found == {
        "one.py": {"GET /one -", "GET /both -"},
        "two.py": {"GET /two -", "GET /both -"},
    }


@pytest.mark.parametrize(
    ("text", "paths", "known"),
    [
        ("", ("", "views"), True),
        ("TEMPLATE_PATH.insert(0, 'pages')\n", ("pages", "", "views"), True),
        ("bottle.TEMPLATE_PATH = ['pages']\n", ("pages", "", "views"), True),
        ("bottle.TEMPLATE_PATH[:] = ['pages']\n", ("pages", "", "views"), True),
        ("TEMPLATE_PATH += ['pages']\n", ("pages", "", "views"), True),
        ("from x import y\nTEMPLATE_PATH.append(y)\n", ("", "views"), False),
    ],
)
def test_folders(tmp_path: Path, text: str, paths: tuple[str, ...], known: bool) -> None:
    files = {
        "main.py": f"{HEAD}{text}app = Bottle()\n@app.get('/a')\ndef a(): ...\n",
        "views/a.html": "<p></p>",
        "pages/a.html": "<p></p>",
    }
    found = app(tmp_path, files)
    assert (found.folders.paths, found.folders.known) == (paths, known)


@pytest.mark.parametrize(
    ("body", "before", "expected"),
    [
        ("return template('a.html', name='x.html', url='/e')", "", ["a.html"]),
        ("return template('a', {'url': '/e'})", "", ["a.html"]),
        ("return jinja2_template('a.html', url='/e')", "", ["a.html"]),
        ("return bottle.template('a.html', **{'url': '/e'})", "", ["a.html"]),
        ("return {'url': '/e'}", "@view('a')\n", ["a.html"]),
        ("return dict(url='/e')", "@jinja2_view('a.html')\n", ["a.html"]),
        ("return template('<b>{{url}}</b>', url='/e')", "", []),
        ("return mine('a.html')", "", []),
    ],
)
def test_what_is_rendered(tmp_path: Path, body: str, before: str, expected: list[str]) -> None:
    text = f"app = Bottle()\n@app.get('/a')\n{before}def a():\n    {body}\n"
    found = app(tmp_path, {"main.py": HEAD + text, "views/a.html": "<p></p>"})
    renders = [one for route in found.routes for one in found.renders_of(route)]
    assert [str(name) for one in renders for name in one.names] == expected
    for one in renders:
        assert [str(text) for text in one.given.context["url"]] == ["/e"]
    assert line(found.routes[0]) == "GET /a -"


def test_templates_of_its_own_language_are_said_not_to_be_read(tmp_path: Path) -> None:
    page = '<div hx-ext="sse" sse-connect="/e"><p sse-swap="a"></p></div>'
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / "a.tpl").write_text(page, encoding="utf-8")
    text = f"{HEAD}@route('/')\ndef a():\n    return template('a')\nrun()\n"
    (tmp_path / "main.py").write_text(text, encoding="utf-8")
    done = sse_check(tmp_path)
    assert "views/a.tpl" in done.out + done.err
    assert "`.tpl` file, which is not read" in done.out + done.err


def test_nothing_is_asked_of_bottles_response_where_no_file_imports_bottle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []

    def functions(*of: object) -> tuple[object, ...]:
        asked.append(of)
        return ()

    monkeypatch.setattr(global_response, "_functions", functions)
    app = """
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
app = FastAPI()
def lines():
    # The neck of a bottle from which no response comes.
    yield "event: a\\ndata: x\\n\\n"
@app.get("/events")
def events():
    return StreamingResponse(lines(), media_type="text/event-stream")
"""
    stream = stream_of({"app.py": app})
    assert stream is not None
    assert names(stream) == ["a"]
    assert not asked
    stream_of({"app.py": app, "other.py": "from bottle import response\n"})
    assert asked
