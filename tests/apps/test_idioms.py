"""Event names as real code writes them."""

import textwrap

import pytest

from sse_check.apps.model import Stream
from tests.apps.reading import mounted_stream, names, routed_stream, signals_of, stream_of

STARLETTE = "from sse_starlette import EventSourceResponse, ServerSentEvent\n"
FASTAPI = "from fastapi import FastAPI, APIRouter\nfrom fastapi.responses import StreamingResponse\napp = FastAPI()\n"
FLASK = "from flask import Flask, Blueprint, Response\napp = Flask(__name__)\n"

# Each: what is written, the files, the names that the one stream sends ("?" when open).
IDIOMS: list[tuple[str, dict[str, str], list[str]]] = []


def idiom(title: str, expected: str, code: str, **more: str) -> None:
    files = {"app.py": textwrap.dedent(code).lstrip()}
    files.update({f"{name}.py": textwrap.dedent(text).lstrip() for name, text in more.items()})
    IDIOMS.append((title, files, expected.split()))


def yields(body: str, head: str = "") -> str:
    """A FastAPI route whose generator has this body."""
    inner = textwrap.indent(textwrap.dedent(body).strip("\n"), "        ")
    return (
        FASTAPI
        + STARLETTE
        + textwrap.dedent(head)
        + '\n@app.get("/events")\nasync def events():\n    async def stream():\n'
        + inner
        + "\n    return EventSourceResponse(stream())\n"
    )


def by_hand(body: str, head: str = "") -> str:
    """The same, where the generator writes the frames."""
    sent = 'StreamingResponse(stream(), media_type="text/event-stream")'
    return yields(body, head).replace("EventSourceResponse(stream())", sent)


idiom("a literal keyword", "a", yields('yield ServerSentEvent("x", event="a")'))
idiom(
    "a frame that Django's `format_html` puts together",
    "a b",
    by_hand(
        """
        yield format_html("event: {}\\ndata: <b>{}</b>\\n\\n", NAME, count)
        rows = format_html_join("", "<li>{}</li>", ((one,) for one in names))
        yield format_html("event: {name}\\ndata: {rows}\\n\\n", name="b", rows=rows)
        """,
        """
        from django.utils.html import format_html, format_html_join
        NAME = "a"
        """,
    ),
)
idiom(
    "a name in which a sign is replaced",
    "a-b row-*-c",
    by_hand(
        """
        yield f"event: {NAME.replace('_', '-')}\\ndata: 1\\n\\n"
        yield f"event: {f'row_{n}_c'.replace('_', '-')}\\ndata: 1\\n\\n"
        """,
        """
        NAME = "a_b"
        """,
    ),
)
idiom(
    "a generator that goes on with itself",
    "a node-a node-*",
    by_hand(
        """
        yield "event: a\\ndata: 1\\n\\n"
        async for frame in walk([{"key": "a", "below": ()}]):
            yield frame
        """,
        """
        async def walk(nodes):
            for node in nodes:
                yield f"event: node-{node['key']}\\ndata: 1\\n\\n"
                async for frame in walk(node["below"]):
                    yield frame
        """,
    ),
)
idiom(
    "a helper with its name given beforehand",
    "a b",
    yields(
        """
        yield alert("x")
        yield named(event="b", data="x")
        """,
        """
        from functools import partial

        def frame(event, data, *, retry=1):
            return ServerSentEvent(data, event=event, retry=retry)

        alert = partial(frame, "a", retry=2)
        named = partial(frame, event="other")
        """,
    ),
)
idiom(
    "a frame of keyword arguments, line by line",
    "a b",
    by_hand(
        """
        yield frame(event="a", id=1, data="x")
        yield some(event="b", id=None, data="x")
        """,
        """
        def frame(**fields):
            return "".join(f"{key}: {value}\\n" for key, value in fields.items()) + "\\n"

        def some(**fields):
            lines = "\\n".join(f"{k}: {v}" for k, v in fields.items() if v is not None)
            return lines + "\\n\\n"
        """,
    ),
)
idiom(
    "a frame of fields that nobody knows",
    "* ?",
    by_hand(
        """
        yield "".join(f"{key}: {value}\\n" for key, value in load().items()) + "\\n"
        """,
        """
        from elsewhere import load
        """,
    ),
)
DECORATED = (
    FASTAPI
    + """
from functools import wraps
def stream(function):
    @wraps(function)
    async def answer(*given, **named):
        async def frames():
            async for event, data in function(*given, **named):
                yield f"event: {{event}}\\ndata: {{data}}\\n\\n"
        return StreamingResponse(frames(), media_type="text/event-stream")
    return answer
def kept(word):
    def around(function):
        @wraps(function)
        async def answer():
            return StreamingResponse(function(word), media_type="text/event-stream")
        return answer
    return around
@app.get("/events")
{decorator}
async def events(word="x"):
{body}
"""
)
PAIRS = '    yield "a", "x"\n    yield "b", "x"'
FRAMES = '    yield f"event: {word}\\ndata: x\\n\\n"'
idiom("what a decorator makes of a view", "a b", DECORATED.format(decorator="@stream", body=PAIRS))
idiom(
    "what a decorator that is called makes of a view",
    "c",
    DECORATED.format(decorator='@kept("c")', body=FRAMES),
)
STEPPED = (
    FASTAPI
    + STARLETTE
    + """
async def rows():
    yield ServerSentEvent("x", event="a")
    yield ServerSentEvent("x", event="b")
@app.get("/events")
async def events():
    source = rows()
    first = {first}
    async def stream():
        yield first
        async for one in source:
            yield one
    return EventSourceResponse(stream())
"""
)
for first, sent in (
    ("await source.__anext__()", "a b"),
    ("await anext(source)", "a b"),
    ('await anext(source, ServerSentEvent("x", event="c"))', "a b c"),
    ("await anext(other(), source)", "? a b"),
):
    idiom(f"the first event before the answer starts: {first}", sent, STEPPED.format(first=first))
JOBS = (
    FASTAPI
    + STARLETTE
    + """
jobs = {{}}
class Job:
    def __init__(self):
        self.state = "running"
def work(key):
    job = jobs[key]
    {done}
@app.post("/jobs/{{key}}")
def start(key):
    jobs[key] = {job}
@app.get("/jobs/{{key}}/events")
async def events(key):
    async def stream():
        while True:
            job = jobs.get(key)
            if {state} == "done":
                yield ServerSentEvent("x", event="done")
            yield ServerSentEvent("x", event={state})
    return EventSourceResponse(stream())
"""
)
for title, job, state, done, sent in (
    ("of a dict", '{"state": "running"}', 'job["state"]', 'job["state"] = "done"', "done running"),
    ("of an object", "Job()", "job.state", 'job.state = "done"', "done running"),
    ("of one that stays", "Job()", "job.state", 'other.status = "done"', "running"),
    ("of another one", '{"state": "running"}', 'job["state"]', '{}["state"] = "done"', "running"),
    ("that cannot be told", "Job()", "job.state", "job.state = key", "* ? done running"),
):
    idiom(f"a state {title}", sent, JOBS.format(job=job, state=state, done=done))
idiom(
    "a state to which a test gives a sample",
    "running",
    JOBS.format(job="Job()", state="job.state", done="pass"),
    test_jobs='def test_it(job):\n    job.state = "sample"\n',
)
idiom(
    "a state that another file changes",
    "done running",
    JOBS.format(job="Job()", state="job.state", done="pass"),
    worker='def finish(job):\n    job.state = "done"\n',
)
idiom("no name", "message", yields('yield ServerSentEvent("x")'))
idiom("None is no name", "message", yields('yield ServerSentEvent("x", event=None)'))
idiom("a dict", "a", yields('yield {"event": "a", "data": "x"}'))
idiom("a dict without a name", "message", yields('yield {"data": "x"}'))
idiom("a module's constant", "a", yields('yield ServerSentEvent("x", event=NAME)', 'NAME = "a"\n'))
idiom(
    "an imported constant",
    "a",
    yields('yield ServerSentEvent("x", event=NAME)', "from names import NAME\n"),
    names='NAME = "a"\n',
)
idiom(
    "a constant of an imported module",
    "a",
    yields('yield ServerSentEvent("x", event=names.NAME)', "import names\n"),
    names='NAME = "a"\n',
)
idiom(
    "an enum's value",
    "a",
    yields(
        'yield ServerSentEvent("x", event=Kind.A.value)',
        'from enum import Enum\nclass Kind(Enum):\n    A = "a"\n',
    ),
)
idiom(
    "a string enum",
    "a",
    yields(
        'yield ServerSentEvent("x", event=Kind.A)',
        'from enum import StrEnum\nclass Kind(StrEnum):\n    A = "a"\n',
    ),
)
idiom(
    "an automatic enum",
    "done",
    yields(
        'yield ServerSentEvent("x", event=Kind.DONE)',
        "from enum import StrEnum, auto\nclass Kind(StrEnum):\n    DONE = auto()\n",
    ),
)
idiom("an f-string", "row-*", yields('yield ServerSentEvent("x", event=f"row-{pk}")'))
idiom("a sum", "row-*", yields('yield ServerSentEvent("x", event="row-" + str(pk))'))
idiom("a per cent sign", "row-*-x", yields('yield ServerSentEvent("x", event="row-%s-x" % pk)'))
idiom("format", "row-*", yields('yield ServerSentEvent("x", event="row-{}".format(pk))'))
idiom("either of two", "a b", yields('yield ServerSentEvent("x", event="a" if x else "b")'))
idiom("a local name", "a", yields('name = "a"\nyield ServerSentEvent("x", event=name)'))
idiom(
    "a loop over names",
    "a b",
    yields('for name in ("a", "b"):\n    yield ServerSentEvent("x", event=name)'),
)
idiom(
    "a loop over pairs",
    "a b",
    yields('for name, data in [("a", 1), ("b", 2)]:\n    yield ServerSentEvent(data, event=name)'),
)
idiom(
    "a table of names",
    "a b",
    yields('yield ServerSentEvent("x", event=NAMES[kind])', 'NAMES = {"x": "a", "y": "b"}\n'),
)
idiom(
    "an attribute of a message",
    "? *",
    yields('message = await queue.get()\nyield ServerSentEvent("x", event=message.kind)'),
)
idiom("a queue's messages as they are", "?", yields("while True:\n    yield await queue.get()"))
idiom(
    "an aliased import",
    "a",
    FASTAPI
    + """
from sse_starlette import EventSourceResponse as Answer, ServerSentEvent as Event
@app.get("/events")
async def events():
    async def stream():
        yield Event("x", event="a")
    return Answer(stream())
""",
)
idiom(
    "an imported module",
    "a",
    FASTAPI
    + """
import sse_starlette
@app.get("/events")
async def events():
    async def stream():
        yield sse_starlette.ServerSentEvent("x", event="a")
    return sse_starlette.EventSourceResponse(stream())
""",
)
idiom(
    "a generator of the module",
    "a",
    FASTAPI
    + STARLETTE
    + """
async def stream(name):
    yield ServerSentEvent("x", event=name)
@app.get("/events")
async def events():
    return EventSourceResponse(stream("a"))
""",
)
idiom(
    "a generator in another file",
    "a",
    FASTAPI
    + STARLETTE
    + """
from streams import stream
@app.get("/events")
async def events():
    return EventSourceResponse(stream())
""",
    streams=STARLETTE + 'async def stream():\n    yield ServerSentEvent("x", event="a")\n',
)
idiom(
    "a method",
    "a",
    FASTAPI
    + STARLETTE
    + """
class Feed:
    name = "a"
    async def stream(self):
        yield ServerSentEvent("x", event=self.name)
    async def answer(self):
        return EventSourceResponse(self.stream())
@app.get("/events")
async def events():
    async def inner():
        yield ServerSentEvent("x", event="a")
    return EventSourceResponse(inner())
""",
)
idiom(
    "frames by hand",
    "a message",
    FASTAPI
    + """
@app.get("/events")
async def events():
    async def stream():
        yield "event: a\\ndata: x\\n\\n"
        yield f"data: {now}\\n\\n"
    return StreamingResponse(stream(), media_type="text/event-stream")
""",
)
idiom(
    "a helper for frames",
    "a b",
    FLASK
    + """
def _sse(event, data):
    return f"event: {event}\\ndata: {data}\\n\\n"
@app.route("/events")
def events():
    def stream():
        yield _sse("a", "x")
        yield _sse(event="b", data="x")
    return Response(stream(), mimetype="text/event-stream")
""",
)
idiom(
    "a helper with a default",
    "a message",
    FLASK
    + """
def frame(data, event="message"):
    return f"event: {event}\\ndata: {data}\\n\\n"
@app.route("/events")
def events():
    def stream():
        yield frame("x", "a")
        yield frame("x")
    return Response(stream(), content_type="text/event-stream")
""",
)
idiom(
    "a frame built backwards",
    "a",
    FLASK
    + """
@app.route("/events")
def events():
    def stream():
        msg = f"data: {x}\\n\\n"
        msg = f"event: a\\n{msg}"
        yield msg
    return Response(stream(), mimetype="text/event-stream")
""",
)
idiom(
    "a frame in two pieces",
    "a",
    FLASK
    + """
@app.route("/events")
def events():
    def stream():
        yield "event: a\\n"
        yield "data: x\\n\\n"
    return Response(stream(), mimetype="text/event-stream")
""",
)
idiom(
    "a frame from a list",
    "a",
    FLASK
    + """
@app.route("/events")
def events():
    def stream():
        yield "\\n".join(["event: a", "data: x", "", ""])
    return Response(stream(), mimetype="text/event-stream")
""",
)
idiom(
    "bytes",
    "a",
    FLASK
    + """
@app.route("/events")
def events():
    def stream():
        yield "event: a\\ndata: x\\n\\n".encode()
    return Response(stream(), mimetype="text/event-stream")
""",
)
idiom(
    "a comment is no event",
    "a",
    FLASK
    + """
@app.route("/events")
def events():
    def stream():
        yield ": ping\\n\\n"
        yield "retry: 100\\n\\n"
        yield "event: a\\ndata: x\\n\\n"
    return Response(stream(), mimetype="text/event-stream")
""",
)
idiom(
    "a dict with a comment is none",
    "a",
    yields("""
    yield {"comment": "ping"}
    yield {"event": "a", "data": "x"}
"""),
)
idiom(
    "an object with a comment is none",
    "a",
    yields("""
    yield ServerSentEvent(comment="ping")
    yield ServerSentEvent("x", event="a", comment="why")
"""),
)
idiom(
    "a generator passed on",
    "a",
    FLASK
    + """
def inner():
    yield "event: a\\ndata: x\\n\\n"
@app.route("/events")
def events():
    def stream():
        yield from inner()
    return Response(stream(), mimetype="text/event-stream")
""",
)
idiom(
    "a generator looped over",
    "a",
    FASTAPI
    + STARLETTE
    + """
async def inner():
    yield ServerSentEvent("x", event="a")
@app.get("/events")
async def events():
    async def stream():
        async for event in inner():
            yield event
    return EventSourceResponse(stream())
""",
)
idiom("keyword arguments from elsewhere", "? *", yields("yield ServerSentEvent(**message)"))


idiom(
    "frames that are sent on a response",
    "a message",
    """
    from sanic import Sanic
    app = Sanic("x")

    @app.get("/events")
    async def events(request):
        response = await request.respond(content_type="text/event-stream")
        while True:
            await response.send("event: a\\ndata: x\\n\\n")
            await response.send("data: x\\n\\n")
    """,
)


for how, call in (
    ("a dict that is spread", 'FRAME.format(**{"event": "a", "data": 1})'),
    ("a dict of names", 'FRAME.format_map({"event": "a", "data": 1})'),
    ("a dict elsewhere", "FRAME.format_map(FIELDS)"),
    ("a keyword after a dict", 'FRAME.format(**{"event": "a"}, data=1)'),
    ("% with a call of dict", 'PERCENT % dict(event="a", data=1)'),
    ("% with a dict elsewhere", "PERCENT % FIELDS"),
    ("a template of strings", 'DOLLAR.substitute(event="a", data="x")'),
    ("a template of strings, with a dict", 'DOLLAR.safe_substitute({"event": "a"}, data="x")'),
    ("a character by its number", '"event: a" + chr(10) + "data: x" + chr(10) * 2'),
    ("the end of a line of the system", 'os.linesep.join(["event: a", "data: x", "", ""])'),
    ("lines of which some are not there", 'lines("a")'),
    ("an end of the line that is not known", '"event: a" + NL + "data: x" + NL + NL'),
):
    idiom(
        f"a frame by {how}",
        "a*" if "NL" in call else "a",
        by_hand(
            f"yield {call}",
            """
            import os
            from string import Template
            from elsewhere import NL
            FRAME = "event: {event}\\ndata: {data}\\n\\n"
            PERCENT = "event: %(event)s\\ndata: %(data)s\\n\\n"
            DOLLAR = Template("event: $event\\ndata: ${data}\\n\\n")
            FIELDS = {"event": "a", "data": 1}

            def lines(event=None, number=None):
                head = f"event: {event}" if event else None
                last = f"id: {number}" if number else ""
                return "\\n".join(filter(None, [head, last, "data: x"])) + "\\n\\n"
            """,
        ),
    )
idiom(
    "a function for each type",
    "message a b",
    by_hand(
        "yield frame(what())",
        """
        from functools import singledispatch

        @singledispatch
        def frame(value):
            return f"data: {value}\\n\\n"

        @frame.register
        def _(value: int):
            return f"event: a\\ndata: {value}\\n\\n"

        @frame.register(dict)
        def of_a_dict(value):
            return "event: b\\ndata: x\\n\\n"
        """,
    ),
)


CHIRP = "from chirp import App, EventStream, SSEEvent\nfrom chirp.contracts import SSEContract, contract\napp = App()\n"
CONTRACT = """
@app.route("/events")
@contract(returns=SSEContract(event_types={types}))
async def events():
    async def stream():
        while True:
            yield SSEEvent("x", event={event})
    return EventStream(stream())
"""

idiom(
    "signals of something else are no stream",
    "a",
    yields('yield ServerSentEvent("x", event="a")', '@hooks.signal("b")\ndef f(): ...\n'),
)
idiom(
    "a contract's names beside those that are sent",
    "a b",
    CHIRP + CONTRACT.format(types='frozenset({"a", "b"})', event='"a"'),
)
idiom(
    "a contract says what may be sent where the names cannot be read",
    "a b *",
    CHIRP + CONTRACT.format(types='{"a", "b"}', event="name()"),
)
idiom(
    "a contract's names in a constant",
    "a b",
    CHIRP + 'NAMES = ("a", "b")\n' + CONTRACT.format(types="frozenset(NAMES)", event='"a"'),
)


@pytest.mark.parametrize(("title", "files", "expected"), IDIOMS, ids=[i[0] for i in IDIOMS])
def test_idiom(title: str, files: dict[str, str], expected: list[str]) -> None:
    stream = stream_of(files)
    assert stream is not None, title
    assert sorted(names(stream)) == sorted(expected)


def test_there_are_enough_idioms() -> None:
    assert len(IDIOMS) >= 30


def test_a_dict_that_reaches_no_stream_is_no_event() -> None:
    code = FASTAPI + '@app.get("/events")\ndef events():\n    yield {"event": "a", "data": "x"}\n'
    assert stream_of({"app.py": code}) is None


def test_a_taught_helper() -> None:
    code = yields(
        'push("a", "x")\nyield ServerSentEvent("y", event="b")', "from mylib import push\n"
    )
    settings = {"emit": [{"call": "mylib.push", "event": "arg:0"}]}
    stream = stream_of({"app.py": code}, settings=settings)
    assert stream is not None
    assert sorted(names(stream)) == ["a", "b"]


def test_a_taught_helper_that_is_yielded() -> None:
    code = yields('yield push("room", "a", "x")', "from mylib import push\n")
    settings = {"emit": [{"call": "mylib.push", "event": "arg:1"}]}
    stream = stream_of({"app.py": code}, settings=settings)
    assert stream is not None
    assert names(stream) == ["a"]
    assert not stream.open


def test_a_taught_helper_in_another_function_feeds_a_stream_of_its_package() -> None:
    code = (
        FASTAPI
        + "from mylib import push, stream\n"
        + '@app.post("/x")\ndef x(name: str):\n    push("room", "a", "x")\n'
        + '@app.get("/events")\ndef events():\n    return EventSourceResponse(stream())\n'
    )
    settings = {"emit": [{"call": "mylib.push", "event": "arg:1"}]}
    stream = stream_of({"app.py": code}, settings=settings)
    assert stream is not None
    assert names(stream) == ["a"]
    assert not stream.open
    unknown = code.replace('"a"', "name")
    stream = stream_of({"app.py": unknown}, settings=settings)
    assert stream is not None
    assert stream.open
    stream = stream_of({"app.py": code})
    assert stream is not None
    assert stream.open


FLASK_SSE = """
from flask import Flask
from flask_sse import sse
app = Flask(__name__)
app.register_blueprint(sse, url_prefix="/stream")

@app.route("/hello")
def hello():
    sse.publish("<b>hi</b>", type="greeting")
    sse.publish("<b>hi</b>")
    return "ok"
"""
EVENTSTREAM = """
from django.urls import include, path
from django_eventstream import send_event
urlpatterns = [path("live/", include("django_eventstream.urls"), {"channels": ["x"]})]

def tell():
    send_event("x", "price", "<b>1</b>", json_encode=False)
"""
SIGNALS = """
from chirp import App
app = App()
ORDERS = "orders"

@app.signal("balance", initial=lambda: 1)
async def balance():
    yield 1

app.signal(ORDERS, source=None)(balance)

@app.derived("net", on=("balance", ORDERS))
def net(balance, orders):
    return balance
"""


def test_the_blueprint_of_flask_sse() -> None:
    stream = mounted_stream({"app.py": FLASK_SSE}, "register_blueprint")
    assert stream is not None
    assert names(stream) == ["greeting", "message"]


def test_the_urls_of_django_eventstream() -> None:
    stream = mounted_stream({"app.py": EVENTSTREAM}, "path")
    assert stream is not None
    assert names(stream) == ["price"]
    other = EVENTSTREAM.replace('send_event("x"', 'send_event("y"')
    assert names(mounted_stream({"app.py": other}, "path") or Stream()) == []


def test_the_view_of_django_eventstream() -> None:
    """It is given an address directly, or called by a view of the project's own."""
    direct = EVENTSTREAM.replace('include("django_eventstream.urls")', "events").replace(
        "import send_event", "import send_event\nfrom django_eventstream.views import events"
    )
    assert names(mounted_stream({"app.py": direct}, "path") or Stream()) == ["price"]
    for channels, sent in (
        ("", ["price"]),
        (', channels=["x"]', ["price"]),
        (', channels=["y"]', []),
    ):
        view = f"\ndef live(request, **kwargs):\n    return events(request{channels})\n"
        assert names(routed_stream({"app.py": direct + view}, "live") or Stream()) == sent


def test_signals_of_chirp() -> None:
    stream = signals_of({"app.py": SIGNALS})
    assert stream is not None
    assert sorted(names(stream)) == ["balance", "net", "orders"]
    assert signals_of({"app.py": SIGNALS.replace("from chirp", "from other")}) is None
