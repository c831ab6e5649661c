"""What a module begins with and functions change: every name that may be sent counts."""

from textwrap import indent

import pytest

from tests.apps.reading import names, stream_of

HEAD = """\
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
import store
app = FastAPI()
"""
EVENTS = """
@app.get("/events")
async def events():
    async def stream():
        while True:
            yield f"event: {%s}\\ndata: x\\n\\n"
    return StreamingResponse(stream(), media_type="text/event-stream")
"""

# What is written first, what is sent, what a function does, the names that may come.
CASES: list[tuple[str, str, str, str, str]] = [
    ("a global name", 'last = "a"', "last", 'global last\n    last = "b"', "a b"),
    ("a global name that counts", "last = 1", "last", "global last\n    last += 1", "? 1 *"),
    ("a global dict", 'last = {"n": "a"}', "last['n']", 'global last\n    last = {"n": "b"}', "a b"),
    ("a global that begins as None", "last = None", "last", 'global last\n    last = "b"', "b"),
    ("a local name", 'last = "a"', "last", 'last = "b"', "a"),
    ("a key", 'last = {"n": "a"}', "last['n']", 'last["n"] = "b"', "a b"),
    ("a key that is not known", 'last = {"n": "a"}', "last['n']", 'last[x()] = "b"', "a b"),
    ("another key", 'last = {"n": "a"}', "last['n']", 'last["m"] = "b"', "a"),
    ("update by keyword", 'last = {"n": "a"}', "last['n']", 'last.update(n="b", m="c")', "a b"),
    ("update by a dict", 'last = {"n": "a"}', "last['n']", 'last.update({"n": "b"})', "a b"),
    ("update by what is not known", 'last = {"n": "a"}', "last['n']", "last.update(x())", "? a *"),
    ("a dict in a dict", 'last = {"m": {"n": "a"}}', "last['m']['n']", 'last["m"] = {"n": "b"}', "a b"),
    ("a parameter", 'last = {"n": "a"}', "last['n']", 'put(last)\ndef put(it):\n    it["n"] = "b"', "a b"),
    ("an item", 'last = ["a", "x"]', "last[0]", 'last[0] = "b"', "a b"),
    ("all items", 'last = ["a", "x"]', "last[0]", 'last[:] = ["b", "x"]', "a b x"),
    ("a list that grows", 'last = ["a"]', "last[-1]", 'last.append("b")', "a b"),
    ("a tuple", 'last = ("a",)', "last[0]", 'last.append("b")', "a"),
    ("by the name of an attribute", "class A:\n    n = 'a'\nlast = A()", "last.n", 'setattr(last, "n", "b")', "a b"),
    ("another module", "", "store.last", 'store.last = "b"', "a b"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "sent", "then", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_names(first: str, sent: str, then: str, expected: str) -> None:
    change = f'\n@app.post("/change")\nasync def change():\n    {then}\n'
    files = {"app.py": f"{HEAD}{first}\n{EVENTS % sent}{change}", "store.py": 'last = "a"\n'}
    stream = stream_of(files)
    assert stream is not None
    assert " ".join(names(stream)) == expected


def test_a_loop_goes_through_what_joins_a_list() -> None:
    files = {
        "app.py": HEAD
        + 'kinds = ["a"]\n\ndef more():\n    kinds.append("b")\n'
        + '@app.get("/events")\nasync def events():\n    async def stream():\n'
        + '        for kind in kinds:\n            yield f"event: {kind}\\ndata: x\\n\\n"\n'
        + '    return StreamingResponse(stream(), media_type="text/event-stream")\n',
        "store.py": "",
    }
    stream = stream_of(files)
    assert stream is not None
    assert names(stream) == ["a", "b"]


def test_a_name_that_belongs_to_the_function_around() -> None:
    files = {
        "app.py": HEAD
        + '@app.get("/events")\nasync def events():\n    last = "a"\n'
        + '    def heard():\n        nonlocal last\n        last = "b"\n'
        + "    listen(heard)\n    async def stream():\n"
        + '        yield f"event: {last}\\ndata: x\\n\\n"\n'
        + '    return StreamingResponse(stream(), media_type="text/event-stream")\n',
        "store.py": "",
    }
    stream = stream_of(files)
    assert stream is not None
    assert names(stream) == ["a", "b"]


def test_what_a_function_binds_itself_is_what_it_sends() -> None:
    files = {
        "app.py": HEAD
        + 'last = "a"\n@app.get("/events")\nasync def events():\n    async def stream():\n'
        + '        global last\n        last = "b"\n        yield f"event: {last}\\ndata: x\\n\\n"\n'
        + '    return StreamingResponse(stream(), media_type="text/event-stream")\n',
        "store.py": "",
    }
    stream = stream_of(files)
    assert stream is not None
    assert names(stream) == ["b"]


HELPERS = """
import io
def line(buffer, key, value):
    buffer.write(f"{key}: {value}\\n")
def add(lines, key, value):
    lines.append(f"{key}: {value}")
def fill(fields, **more):
    fields["event"] = "a"
class Head:
    def __init__(self):
        self.lines = ["event: a"]
        self.fields = {"event": "b"}
    def add(self, text):
        self.lines.append(text)
    def set(self, key, value):
        self.fields[key] = value
    def __str__(self):
        return "\\n".join(self.lines) + "\\n\\n"
class Given:
    event = "b"
    def __init__(self, **fields):
        for key, value in fields.items():
            setattr(self, key, value)
"""
# What is done before something is sent, what is sent, the names; those that are known where the
# function around the generator has done it.
PUT_TOGETHER: list[tuple[str, str, str, str, str]] = [
    (
        "a buffer that a function writes into",
        'out = io.StringIO()\nline(out, "event", "a")\nline(out, "data", 1)\nout.write("\\n")',
        "out.getvalue()",
        "? *",
        "?",
    ),
    (
        "a buffer that gets many lines at once",
        'out = io.StringIO()\nout.writelines(["event: a\\n", "data: x\\n", "\\n"])',
        "out.getvalue()",
        "a",
        "?",
    ),
    (
        "a buffer that is printed into",
        'out = io.StringIO()\nprint("event: a", "data: x", sep="\\n", file=out)\nprint(file=out)',
        "out.getvalue()",
        "a",
        "?",
    ),
    (
        "a list that a function adds to",
        'lines = ["event: a"]\nadd(lines, "data", "x")',
        '"\\n".join(lines) + "\\n\\n"',
        "a",
        "a",
    ),
    (
        "a dict that a function fills",
        'fields = {"data": "x"}\nfill(fields)',
        '"".join(f"{k}: {v}\\n" for k, v in fields.items()) + "\\n"',
        "? *",
        "? *",
    ),
    ("a text without its ends", 'name = "--a--".strip("-")', "frame(name)", "a", "a"),
    ("a text without its end", 'name = "a--".rstrip("-")', "frame(name)", "a", "a"),
    ("a text without what is not known", 'name = "a".strip(x())', "frame(name)", "? *", "? *"),
    ("a dict that gets a name", 'f = {}\nf.update(event="a")', 'frame(f["event"])', "a", "? *"),
    ("an object whose list grows", 'h = Head()\nh.add("data: x")', "str(h)", "? *", "? *"),
    ("an object whose dict changes", 'h = Head()\nh.set("event", x())', 'frame(h.fields["event"])', "? b a *", "? b a *"),
    ("an object that gets any attribute", 'g = Given(event="a")', "frame(g.event)", "? b *", "? b *"),
]  # fmt: skip


@pytest.mark.parametrize("inside", [True, False], ids=["inside", "before"])
@pytest.mark.parametrize(
    ("before", "sent", "known", "known_around"),
    [c[1:] for c in PUT_TOGETHER],
    ids=[c[0] for c in PUT_TOGETHER],
)
def test_what_is_put_together(
    before: str, sent: str, known: str, known_around: str, *, inside: bool
) -> None:
    """In the generator that sends it, and in the function around it."""
    head = "" if inside else f"{indent(before, '    ')}\n"
    body = f"{indent(before, '        ')}\n" if inside else ""
    code = (
        f"{HEAD}{HELPERS}\ndef frame(name):\n    return f'event: {{name}}\\ndata: x\\n\\n'\n"
        f"@app.get('/events')\nasync def events():\n{head}    async def stream():\n{body}"
        f"        yield {sent}\n"
        "    return StreamingResponse(stream(), media_type='text/event-stream')\n"
    )
    stream = stream_of({"app.py": code, "store.py": ""})
    assert stream is not None
    assert " ".join(names(stream)) == (known if inside else known_around)
    assert not any(one.lost for one in stream.emissions)
