"""Events behind a condition: none is left out of which the condition may hold."""

import pytest

from tests.apps.reading import names, stream_of

APP = """\
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
import store
app = FastAPI()
FOUND = []
SEEN = {{}}
LIMIT, STEP = 10, 3

class Bus:
    names = {{}}
    closed = False

    def __init__(self, left=3, size=3):
        self.left = left
        self.size = size

    def took(self):
        self.left -= 1

bus = Bus()

@app.post("/more")
async def more():
    FOUND.append(1)
    SEEN["x"] = 1
    bus.names["x"] = 1

@app.get("/events")
async def events():
    async def stream():
        n = 7
        {first}
        if {test}:
            yield "event: behind\\ndata: x\\n\\n"
        yield "event: always\\ndata: x\\n\\n"
    return StreamingResponse(stream(), media_type="text/event-stream")
"""

# What comes first, and a condition that holds on some runs, or on all.
MAY_HOLD = [
    ("rows = [one.name for one in store.rows()]", "not rows"),
    ("rows = {one.name for one in store.rows()}", "not rows"),
    ("rows = list(one.name for one in store.rows())", "not rows"),
    ("rows = [one for one in ('a', 'b') if one in store.wanted]", "not rows"),
    ("rows = [*store.rows()]", "not rows"),
    ("rows = {**store.rows()}", "not rows"),
    ("rows = [one.name for one in store.rows()] or None", "rows is None"),
    ("n += 1", "n == 8"),
    ("n -= 1", "n == 6"),
    ("n <<= 1", "n == 14"),
    ("n = n + 1", "n == 8"),
    ("n = (n + 1) % 3", "n == 2"),
    ("for _ in range(3): n += 1", "n == 10"),
    ("while n: n -= 1", "n == 0"),
    ("", "n % 5 == 2"),
    ("", "n * 2 == 14"),
    ("", "LIMIT % STEP == 1"),
    ("", "FOUND"),
    ("", "SEEN"),
    ("", "bus.names"),
    ("", "bus.left == 0"),
    ("text = ''.join('<li>' for one in store.rows())", "not text"),
    ("text = ''.join([f'<li>{one}' for one in store.rows()])", "text == ''"),
    ("rows = []\n        for one in store.rows(): rows.append('<li>')", "not rows"),
    ("rows = []\n        for one in store.rows(): rows.append('<li>')", "not ''.join(rows)"),
    ("text = ''\n        for one in store.rows(): text += '<li>'", "not text"),
    ("text = ''\n        for one in store.rows(): text += '<li>'", "text == ''"),
    ("found = {}\n        for one in store.rows(): found[one] = 1", "not found"),
]

NEVER_HOLDS = [
    ("rows = []", "rows"),
    ("", "n == 3"),
    ("", "n is None"),
    ("", "bus.closed"),
    ("", "bus.size == 0"),
    ("rows = ['a', *store.rows()]", "not rows"),
    ("rows = {'a': 1, **store.rows()}", "not rows"),
    ("word = 'a' + 'b'", "word == 'a'"),
    ("word = 'a'; word += 'b'", "word == 'a'"),
    ("word = 'a' * 2", "word == 'a'"),
    ("word = '%s-a' % n", "word == 'a'"),
]


def sent(first: str, test: str) -> list[str]:
    stream = stream_of({"app.py": APP.format(first=first, test=test), "store.py": "wanted = ()\n"})
    assert stream is not None
    return names(stream)


@pytest.mark.parametrize(("first", "test"), MAY_HOLD)
def test_what_may_hold(first: str, test: str) -> None:
    assert "behind" in sent(first, test)


@pytest.mark.parametrize(("first", "test"), NEVER_HOLDS)
def test_what_never_holds(first: str, test: str) -> None:
    assert sent(first, test) == ["always"]


def test_a_number_that_is_counted_is_no_part_of_a_name() -> None:
    app = APP.replace('"event: behind', 'f"event: step-{{n + 1}}')
    stream = stream_of({"app.py": app.format(first="", test="True"), "store.py": ""})
    assert stream is not None
    assert names(stream) == ["step-*", "always"]
