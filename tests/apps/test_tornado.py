"""Handlers of Tornado: what they write on themselves, and what others write on them."""

from pathlib import Path
from textwrap import dedent, indent

import pytest

from sse_check.project.project import Project
from sse_check.project.settings import Settings
from sse_check.wiring.wiring import Wiring
from tests.apps.reading import names, stream_of
from tests.apps.repository import app, line, table
from tests.cli.helpers import sse_check

HEAD = """\
import asyncio
import tornado
from tornado import gen, web
from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler
"""
TYPE = 'self.set_header("Content-Type", "text/event-stream")\n'


def handler(body: str, more: str = "", before: str = "", base: str = "RequestHandler") -> str:
    """A program with one handler, whose method answers by this body."""
    inner = indent(dedent(body), "        ")
    return (
        f"{HEAD}{dedent(before)}\nclass Events({base}):\n    async def get(self):\n{inner}\n"
        + indent(dedent(more), "    ")
    )


# What is written, the body of `get`, what else the class has, what stands before it, the names.
STREAMS: list[tuple[str, str, str, str, str]] = [
    (
        "text after text",
        TYPE + 'self.write("event: a\\ndata: x\\n\\n")\nawait self.flush()\n'
        'self.write("data: y\\n\\n")\nself.flush()\n',
        "",
        "",
        "a message",
    ),
    (
        "line by line",
        TYPE + 'self.write("event: a\\n")\nself.write("data: x\\n\\n")\n',
        "",
        "",
        "a",
    ),
    (
        "a helper of the class",
        TYPE + 'await self.emit("a", "x")\nawait self.emit("b", "y")\n',
        (
            "async def emit(self, name, data):\n"
            '    self.write(f"event: {name}\\n")\n'
            '    self.write(f"data: {data}\\n\\n")\n    await self.flush()\n'
        ),
        "",
        "a b",
    ),
    (
        "a helper of a helper",
        TYPE + 'self.status("x")\n',
        (
            'def status(self, text):\n    self.emit("status", text)\n'
            'def emit(self, name, data):\n    self.write(f"event: {name}\\ndata: {data}\\n\\n")\n'
        ),
        "",
        "status",
    ),
    (
        "a function that is given the handler",
        TYPE + 'await send(self, "a", data=1)\n',
        "",
        'async def send(to, name, data):\n    to.write(f"event: {name}\\ndata: {data}\\n\\n")\n',
        "a",
    ),
    (
        "a function inside",
        'def send(name):\n    self.write(f"event: {name}\\ndata: x\\n\\n")\n'
        + TYPE
        + 'send("a")\n',
        "",
        "",
        "a",
    ),
    (
        "a method by another name",
        TYPE + 'write = self.write\nwrite("event: a\\ndata: x\\n\\n")\n',
        "",
        "",
        "a",
    ),
    (
        "what is sent at the end",
        TYPE + 'self.write("event: a\\ndata: x\\n\\n")\nself.finish("event: z\\ndata: -\\n\\n")\n',
        "",
        "",
        "a z",
    ),
    (
        "headers that are set before",
        'self.write("event: a\\ndata: x\\n\\n")\n',
        'def set_default_headers(self):\n    self.set_header("content-type", KIND)\n',
        'KIND = "text/event-stream; charset=utf-8"\n',
        "a",
    ),
    (
        "headers that a method sets",
        'self.begin()\nself.write("event: a\\ndata: x\\n\\n")\n',
        "def begin(self):\n    " + TYPE + '    self.set_header("Cache-Control", "no-cache")\n',
        "",
        "a",
    ),
    (
        "a method that is called every second",
        TYPE + "self.timer = PeriodicCallback(self.tick, 1000)\nself.timer.start()\n"
        "await asyncio.Event().wait()\n",
        'def tick(self):\n    self.write("event: a\\ndata: x\\n\\n")\n    self.flush()\n',
        "",
        "a",
    ),
    (
        "a function that something else calls",
        TYPE + "IOLoop.current().call_later(1, lambda: self.write(FRAME))\n",
        "",
        'FRAME = "event: a\\ndata: x\\n\\n"\n',
        "a",
    ),
    (
        "texts of a generator",
        TYPE + "async for piece in frames():\n    self.write(piece)\n    await self.flush()\n",
        "",
        (
            'async def frames():\n    yield "event: a\\ndata: x\\n\\n"\n'
            '    yield "event: b\\ndata: x\\n\\n"\n'
        ),
        "a b",
    ),
    (
        "names of a list",
        TYPE + 'for name in ("a", "b"):\n    self.emit(name)\n',
        'def emit(self, name):\n    self.write(f"event: {name}\\ndata: x\\n\\n")\n',
        "",
        "a b",
    ),
    (
        "bytes",
        TYPE + 'self.write(b"event: a\\ndata: x\\n\\n")\n'
        'self.write("event: b\\ndata: x\\n\\n".encode())\n',
        "",
        "",
        "a b",
    ),
    (
        "some of it under a condition",
        TYPE + 'if self.get_argument("x", None):\n    self.write("event: a\\ndata: x\\n\\n")\n'
        'else:\n    self.write("event: b\\ndata: x\\n\\n")\n',
        "",
        "",
        "a b",
    ),
    (
        "nothing of what is never reached",
        TYPE + 'if False:\n    self.write("event: a\\ndata: x\\n\\n")\n'
        'self.write("event: b\\ndata: x\\n\\n")\n',
        "",
        "",
        "b",
    ),
    # What cannot be told
    (
        "a list of clients",
        TYPE + "clients.add(self)\nawait asyncio.Event().wait()\n",
        "",
        "clients = set()\ndef send(name):\n    for one in clients:\n        one.write(name)\n",
        "?",
    ),
    ("a client in a table", TYPE + "clients[self.key] = self\n", "", "clients = {}\n", "?"),
    ("a method for others", TYPE + "hub.listen(self.write)\n", "", "import hub\n", "?"),
    ("a function from elsewhere", TYPE + "await send(self)\n", "", "from hub import send\n", "?"),
    (
        "a name that nobody knows",
        TYPE + 'self.write(f"event: {self.request.path}\\ndata: x\\n\\n")\n',
        "",
        "",
        "* ?",
    ),
    (
        "bytes under Tornado",
        TYPE + "self.request.connection.write(text)\n",
        "",
        "from texts import text\n",
        "?",
    ),
    ("the connection itself", TYPE + "stream = self.detach()\n", "", "", "?"),
    ("a method by a name", TYPE + 'getattr(self, "send")("a")\n', "", "", "?"),
    (
        "a method that calls itself",
        TYPE + "self.again()\n",
        "def again(self):\n    self.write(': x\\n\\n')\n    self.again()\n",
        "",
        "?",
    ),
]


@pytest.mark.parametrize(
    ("title", "body", "more", "before", "expected"), STREAMS, ids=[case[0] for case in STREAMS]
)
def test_streams(title: str, body: str, more: str, before: str, expected: str) -> None:
    stream = stream_of({"app.py": handler(body, more, before)}, "Events.get")
    assert stream is not None
    found = names(stream)
    assert sorted(found) == sorted(expected.split()), title


def test_a_coroutine_of_old() -> None:
    body = (
        "class Events(RequestHandler):\n    @gen.coroutine\n    def get(self):\n        "
        + TYPE
        + "        while True:\n            yield self.emit('a')\n            yield gen.sleep(1)\n"
        "    @gen.coroutine\n    def emit(self, name):\n"
        '        self.write("event: %s\\ndata: x\\n\\n" % name)\n        yield self.flush()\n'
    )
    stream = stream_of({"app.py": HEAD + body}, "Events.get")
    assert stream is not None
    assert names(stream) == ["a"]
    assert not stream.open


NO_STREAMS = [
    ("a page", 'self.render("page.html", event="event: a")\n', "", ""),
    ("another type", 'self.set_header("Content-Type", "text/plain")\nself.write("x")\n', "", ""),
    ("another header", 'self.set_header("X-Kind", "text/event-stream")\nself.write("x")\n', "", ""),
    ("headers of a table", 'for k, v in MORE:\n    self.set_header(k, v)\nself.write("x")\n', "", "from x import MORE\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "body", "more", "before"), NO_STREAMS, ids=[case[0] for case in NO_STREAMS]
)
def test_what_is_no_stream(title: str, body: str, more: str, before: str) -> None:
    stream = stream_of({"app.py": handler(body, more, before)}, "Events.get")
    assert stream is None or (stream.open and not stream.told), title


def test_a_base_that_is_not_there_may_make_a_stream() -> None:
    """What `send_event` of another package does, nobody here knows."""
    before = "from live import EventHandler\n"
    foreign = handler('self.send_event("a", "x")\n', "", before, "EventHandler, RequestHandler")
    stream = stream_of({"app.py": foreign}, "Events.get")
    assert stream is not None
    assert stream.open
    assert not stream.told
    own = "self.set_header('Content-Type', 'text/event-stream')\nself.send_event('a')\n"
    typed = handler(own, "", before, "EventHandler, RequestHandler")
    stream = stream_of({"app.py": typed}, "Events.get")
    assert stream is not None
    assert stream.open
    assert "`send_event`" in stream.unread[0].why


def test_what_the_class_above_from_elsewhere_does_is_not_known() -> None:
    before = "from live import EventHandler\n"
    text = handler("await super().get()\n", "", before, "EventHandler, RequestHandler")
    stream = stream_of({"app.py": text}, "Events.get")
    assert stream is not None
    assert (stream.open, stream.told) == (True, False)


def test_a_decorator_that_makes_a_stream() -> None:
    wraps = (
        "def streams(method):\n    async def wrapper(self):\n        "
        'self.set_header("Content-Type", "text/event-stream")\n'
        "        async for one in method(self):\n            self.write(one)\n"
        "    return wrapper\n"
    )
    text = (
        f"{HEAD}{wraps}class Events(RequestHandler):\n    @streams\n    async def get(self):\n"
        '        yield "event: a\\ndata: x\\n\\n"\n'
    )
    stream = stream_of({"app.py": text}, "Events.get")
    assert stream is not None
    assert stream.open or names(stream) == ["a"]
    outer = f"{HEAD}from live import streams\n{text.partition('return wrapper')[2]}"
    stream = stream_of({"app.py": outer}, "Events.get")
    assert stream is not None
    assert (stream.open, stream.told) == (True, False)


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        ("while True:\n    self.write('data: x\\n\\n')\n    await self.flush()\n", "endless"),
        ("for n in range(3):\n    self.write('data: x\\n\\n')\n", "ends"),
        (
            (
                "try:\n    while True:\n        self.write('data: x\\n\\n')\n"
                "        await self.flush()\nexcept StreamClosedError:\n    return\n"
            ),
            "endless",
        ),
    ],
)
def test_how_a_stream_ends(body: str, ending: str) -> None:
    stream = stream_of({"app.py": handler(TYPE + body)}, "Events.get")
    assert stream is not None
    assert stream.ending == ending


def test_a_name_is_shown_where_it_is_written() -> None:
    body = TYPE + "self.emit('step', 1)\nself.emit(name='done')\nself.write('data: x\\n\\n')\n"
    more = "def emit(self, name, n=0):\n    self.write(f'event: {name}\\ndata: {n}\\n\\n')\n"
    stream = stream_of({"app.py": handler(body, more)}, "Events.get")
    assert stream is not None
    assert [one.span.text for one in stream.emissions] == [
        "'step'",
        "'done'",
        "'data: x\\n\\n'",
    ]


def test_what_is_sent_last() -> None:
    body = TYPE + "for n in range(3):\n    self.emit('step')\nself.emit('done')\n"
    more = "def emit(self, name):\n    self.write(f'event: {name}\\ndata: x\\n\\n')\n"
    stream = stream_of({"app.py": handler(body, more)}, "Events.get")
    assert stream is not None
    assert {str(one.name): one.at_end for one in stream.emissions} == {"step": False, "done": True}
    assert not stream.leaves_early


# Routes

CLASSES = (
    "class A(RequestHandler):\n    def get(self): ...\n    def post(self): ...\n"
    "class B(A):\n    async def put(self): ...\n"
)
TABLES: list[tuple[str, str, set[str]]] = [
    ("a list", 'app = web.Application([(r"/a", A)])\n', {"GET /a -", "POST /a -"}),
    (
        "a name",
        'app = web.Application([web.url(r"/b/(\\w+)", B, {"x": 1}, name="b")])\n',
        {"GET /b/(\\w+) b", "POST /b/(\\w+) b", "PUT /b/(\\w+) b"},
    ),
    (
        "a name in a tuple",
        'app = web.Application([(r"/a", A, {}, "a")])\n',
        {"GET /a a", "POST /a a"},
    ),
    (
        "rules",
        (
            "from tornado.routing import PathMatches, Rule, HostMatches\n"
            'app = web.Application([Rule(PathMatches("/a"), A), '
            '(HostMatches("x"), [("/b", A)])])\n'
        ),
        {"GET /a -", "POST /a -", "GET /b -", "POST /b -"},
    ),
    (
        "lists put together",
        (
            'one = [("/a", A)]\ntwo = [web.URLSpec("/b", A)]\nthree = [("/c", A)]\n'
            "three.append(('/d', A))\napp = web.Application(one + two + [*three])\n"
        ),
        {f"{verb} /{name} -" for verb in ("GET", "POST") for name in "abcd"},
    ),
    (
        "a list that a loop fills",
        (
            'table = []\nfor name in ("a", "b"):\n    table.append((f"/{name}", A))\n'
            "app = web.Application(table)\n"
        ),
        {f"{verb} /{name} -" for verb in ("GET", "POST") for name in "ab"},
    ),
    (
        "handlers that are added",
        'app = web.Application()\napp.add_handlers(r".*", [("/a", A)])\n',
        {"GET /a -", "POST /a -"},
    ),
    (
        "a class with a list",
        (
            "class Site(web.Application):\n    def __init__(self, **more):\n"
            '        handlers = [(r"/a", A)]\n        super().__init__(handlers, **more)\n'
            "app = Site(debug=True)\n"
        ),
        {"GET /a -", "POST /a -"},
    ),
    (
        "a class that calls the other by name",
        (
            "class Application(tornado.web.Application):\n    def __init__(self):\n"
            '        settings = dict(debug=True)\n        table = [(r"/a", A)]\n'
            "        tornado.web.Application.__init__(self, table, **settings)\n"
            "app = Application()\n"
        ),
        {"GET /a -", "POST /a -"},
    ),
    (
        "a class by its full name",
        'app = web.Application([(r"/a", "main.A")])\n',
        {"GET /a -", "POST /a -"},
    ),
    (
        "expressions to both ends",
        'app = web.Application([(r"^/a$", A), (r"/b/?", A)])\n',
        {"GET /a -", "POST /a -", "GET /b -", "POST /b -"},
    ),
    (
        "a router before applications",
        (
            "from tornado.routing import PathMatches, Rule, RuleRouter\n"
            'one, two = web.Application([("/a", A)]), web.Application([("/b/x", A)])\n'
            'both = RuleRouter([Rule(PathMatches("/a"), one), ("/b/.*", two)])\n'
        ),
        {"GET /a -", "POST /a -", "GET /b/x -", "POST /b/x -"},
    ),
    (
        "an application inside another",
        (
            'inner = web.Application([("/b/x", A)])\n'
            'app = web.Application([("/a", A), (r"/b/.*", inner)])\n'
        ),
        {"GET /a -", "POST /a -", "GET /b/x -", "POST /b/x -"},
    ),
    (
        "arguments by keyword, and settings",
        (
            'settings = {"debug": True}\n'
            'app = web.Application(handlers=[(r"/a", A)], default_host="x", **settings)\n'
        ),
        {"GET /a -", "POST /a -"},
    ),
]


@pytest.mark.parametrize(("text", "expected"), [c[1:] for c in TABLES], ids=[c[0] for c in TABLES])
def test_routes(tmp_path: Path, text: str, expected: set[str]) -> None:
    found = app(tmp_path, {"main.py": HEAD + CLASSES + text})
    assert found.framework == "tornado"
    assert table(found) == expected
    assert found.unread == []


def test_how_addresses_are_read(tmp_path: Path) -> None:
    text = (
        r'app = web.Application([(r"/a/([^/]+)/(\d{4})", A), (r"/b/(.*)", A), (r"/c\.x/?", A),'
        r' (r"/d/(?P<y>[a-z/]+)", A), (r"/e/(?P<y>[^/]*)", A)])'
    )
    found = app(tmp_path, {"main.py": HEAD + CLASSES + text})
    rows = {(str(r.pattern), r.slash, r.takes_slashes) for r in found.routes if r.takes("GET")}
    assert rows == {
        ("/a/*/*", "exact", False),
        ("/b/*", "exact", True),
        ("/c.x", "either", False),
        ("/d/*", "exact", True),
        ("/e/*", "exact", False),
    }


def test_what_tornado_answers_is_outside(tmp_path: Path) -> None:
    text = (
        "from tornado.websocket import WebSocketHandler\n"
        "class Chat(WebSocketHandler):\n    def on_message(self, text): ...\n"
        'app = web.Application([("/a", A), ("/chat", Chat), ("/f/(.*)", web.StaticFileHandler, '
        '{"path": "f"}), ("/old", web.RedirectHandler, {"url": "/a"})], static_path="static")\n'
    )
    found = app(tmp_path, {"main.py": HEAD + CLASSES + text})
    assert table(found) == {"GET /a -", "POST /a -"}
    assert {str(one.pattern) for one in found.outside} == {
        *("/chat", "/f/*", "/old", "/static/*", "/favicon.ico", "/robots.txt"),
    }
    assert found.complete


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("from x import rows\napp = web.Application(rows)\n", "the routes of `rows`"),
        ("import x\napp = web.Application([*x.rows])\n", "the routes of `x.rows`"),
        ("import x\napp = web.Application([x.row])\n", "the routes of `x.row`"),
        ("app = web.Application([('/a|/b', A)])\n", "which addresses this regular expression"),
        ("from x import Mine\napp = web.Application([(Mine(), A)])\n", "which addresses `Mine()`"),
    ],
)
def test_what_cannot_be_told_is_said(tmp_path: Path, text: str, why: str) -> None:
    found = app(tmp_path, {"main.py": HEAD + CLASSES + text})
    assert found.routes == []
    assert [one.why.startswith(why) for one in found.unread] == [True]


def test_a_class_from_elsewhere_answers_all(tmp_path: Path) -> None:
    """What it answers, and whether, nobody here knows."""
    text = (
        "from x import Theirs, make\nclass Mine(Theirs):\n    pass\n"
        "app = web.Application([('/a', Mine), ('/b', make(A)), ('/c', Theirs)])\n"
    )
    found = app(tmp_path, {"main.py": HEAD + CLASSES + text})
    assert "* /a -" in table(found)
    answered = {str(one.pattern) for one in (*found.routes, *found.outside)}
    assert answered == {"/a", "/b", "/c"}


def test_an_application_that_another_file_makes(tmp_path: Path) -> None:
    files = {
        "site/app.py": HEAD
        + "from site.urls import urls\nclass Site(web.Application):\n    def __init__(self):\n"
        '        super().__init__(urls, template_path="site/pages")\n',
        "site/urls.py": HEAD + CLASSES + 'urls = [(r"/a", A)]\n',
        "site/pages/a.html": "<p></p>",
        "main.py": "from site.app import Site\nif __name__ == '__main__':\n    Site().listen(80)\n",
    }
    found = app(tmp_path, files)
    assert table(found) == {"GET /a -", "POST /a -"}
    assert found.folders.paths == ("site/pages",)
    assert found.folders.known


@pytest.mark.parametrize(
    ("settings", "paths", "known"),
    [
        ('template_path="pages"', ("pages",), True),
        ('template_path=os.path.join(os.path.dirname(__file__), "pages")', ("pages",), True),
        ('**{"template_path": "pages", "debug": True}', ("pages",), True),
        ('**dict(template_path="pages")', ("pages",), True),
        ("debug=True", ("",), True),
        ("template_path=x", (), False),
        ("template_loader=x", (), False),
    ],
)
def test_folders(tmp_path: Path, settings: str, paths: tuple[str, ...], known: bool) -> None:
    text = f"import os\nfrom elsewhere import x\napp = web.Application([('/a', A)], {settings})\n"
    files = {"main.py": HEAD + CLASSES + text, "pages/a.html": "<p></p>"}
    found = app(tmp_path, files)
    assert (found.folders.paths, found.folders.known) == (paths, known)


def test_what_is_rendered(tmp_path: Path) -> None:
    text = (
        "class Page(RequestHandler):\n    def get(self):\n"
        '        self.render("a.html", name="x.html", data={"b": 1}, url="/e")\n'
        "class Row(RequestHandler):\n    def get(self):\n"
        '        self.write(self.render_string("row.html", url="/f"))\n'
        "app = web.Application([('/a', Page), ('/b', Row)])\n"
    )
    found = app(tmp_path, {"main.py": HEAD + text, "a.html": "<p></p>", "row.html": "<p></p>"})
    renders = {line(r): found.renders_of(r) for r in found.routes}
    assert {key: [str(n) for one in some for n in one.names] for key, some in renders.items()} == {
        "GET /a -": ["a.html"],
        "GET /b -": ["row.html"],
    }
    page = renders["GET /a -"][0].given
    assert {name: str(some[0]) for name, some in page.context.items()} == {
        "name": "x.html",
        "data": "*",
        "data.b": "1",
        "url": "/e",
    }
    assert page.complete


def test_two_classes_that_inherit_one_method(tmp_path: Path) -> None:
    text = (
        "class Base(RequestHandler):\n    name = ''\n    def get(self):\n        "
        + TYPE
        + '        self.write(f"event: {self.name}\\ndata: x\\n\\n")\n'
        "class One(Base):\n    name = 'one'\nclass Two(Base):\n    name = 'two'\n"
        "app = web.Application([('/one', One), ('/two', Two)])\n"
    )
    (tmp_path / "main.py").write_text(HEAD + text, encoding="utf-8")
    project = Project.load(str(tmp_path), Settings(), shown_from=str(tmp_path))
    found = {one.route.path: [str(n) for n in one.names] for _, one in Wiring(project).streams}
    assert found == {"/one": ["one"], "/two": ["two"]}


def test_what_a_route_gives_to_its_handler(tmp_path: Path) -> None:
    text = (
        "class Base(RequestHandler):\n"
        "    def initialize(self, name='none', wait=1):\n"
        "        self.name = name\n"
        "class Events(Base):\n"
        "    def get(self):\n        "
        + TYPE
        + '        self.write(f"event: {self.name}\\ndata: x\\n\\n")\n'
        "def app(given):\n"
        "    more = {'name': 'three'}\n"
        "    return web.Application([('/one', Events, {'name': 'one'}),\n"
        "        web.url('/two', Events, dict(name='two', wait=2)), ('/three', Events, more),\n"
        "        ('/none', Events), ('/given', Events, given)])\n"
    )
    (tmp_path / "main.py").write_text(HEAD + text, encoding="utf-8")
    project = Project.load(str(tmp_path), Settings(), shown_from=str(tmp_path))
    streams = Wiring(project).streams
    found = {one.route.path: " ".join(map(str, one.names)) for _, one in streams}
    known = {"/one": "one", "/two": "two", "/three": "three", "/none": "none"}
    assert found == {**known, "/given": "none *"}
    assert [one.route.path for _, one in streams if one.stream.open] == ["/given"]


def test_the_folders_of_applications_behind_a_router(tmp_path: Path) -> None:
    text = (
        "from tornado.routing import RuleRouter\n"
        "one = web.Application([('/a', A)], template_path='pages')\n"
        "two = web.Application([('/b', A)], template_path='more')\n"
        "both = RuleRouter([('/a', one), ('/b', two)])\n"
    )
    pages = {"pages/a.html": "<p></p>", "more/a.html": "<p></p>"}
    found = app(tmp_path, {"main.py": HEAD + CLASSES + text, **pages})
    assert set(found.folders.paths) >= {"pages", "more"}


def test_an_address_with_parameters_is_not_written_into_a_page(tmp_path: Path) -> None:
    """`/rooms/(\\w+)/events` names no address."""
    text = (
        "class Events(RequestHandler):\n    def get(self, room=None):\n        "
        + TYPE
        + '        while True:\n            self.write("event: a\\ndata: x\\n\\n")\n'
        'app = web.Application([(r"/rooms/(\\w+)/events", Events), (r"/feed\\.txt", Events)])\n'
    )
    page = (
        '<script src="https://unpkg.com/htmx.org@2.0.4"></script>'
        '<script src="https://unpkg.com/htmx-ext-sse@2.2.2"></script><body hx-ext="sse">'
        '<div sse-connect="/rooms/ada/event"><p sse-swap="a"></p></div>'
        '<div sse-connect="/fed.txt"><p sse-swap="a"></p></div>'
    )
    (tmp_path / "main.py").write_text(HEAD + text, encoding="utf-8")
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    sse_check(tmp_path, "--fix", "--unsafe-fixes", "--select", "sse_connect_url")
    fixed = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert 'sse-connect="/rooms/ada/event"' in fixed
    assert 'sse-connect="/feed.txt"' in fixed
