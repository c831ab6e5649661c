"""What a module begins with and functions change: every name that may be sent counts."""

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
