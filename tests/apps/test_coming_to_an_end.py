"""Loops of which the condition tells that some work is over."""

import pytest

from tests.apps.reading import names, stream_of

HEAD = """
from starlette.responses import StreamingResponse
def frame(event):
    return f"event: {event}\\ndata: 1\\n\\n"
async def events(job):
    return StreamingResponse(stream(job), media_type="text/event-stream")
"""


@pytest.mark.parametrize(
    ("test", "ending"),
    [
        ("not job.over", "ends"),
        ("not job.ready()", "ends"),
        ("not await job.is_finished()", "ends"),
        ("not job.task.done()", "ends"),
        ("job.over", "unknown"),
        ("not job.closed", "unknown"),
        ("not job.stop.is_set()", "unknown"),
        ("not stopped", "unknown"),
        ("job.running", "unknown"),
        ("not job.over or job.follows", "unknown"),
    ],
)
@pytest.mark.parametrize("handed", [False, True])
def test_a_loop(test: str, ending: str, handed: bool) -> None:
    loop = f"    while {test}:\n        yield frame('a')\n"
    code = f"{HEAD}async def stream(job):\n{loop}"
    if handed:
        code = (
            f"{HEAD}async def play(job):\n{loop}"
            "async def stream(job):\n    async for _ in play(job):\n        yield frame('a')\n"
        )
    found = stream_of({"app.py": code})
    assert found is not None
    assert names(found) == ["a"]
    assert found.ending == ending


@pytest.mark.parametrize(
    ("before", "test", "body", "ending"),
    [
        ("n = 0", "n < 10", "n += 1", "ends"),
        ("n = 0", "n <= job.size", "n = n + 1", "ends"),
        ("n = 10", "n > 0", "n -= 1", "ends"),
        ("n = 10", "0 < n", "n -= 2", "ends"),
        ("n = 10", "n", "n -= 1", "ends"),
        ("n = 0", "n != 10", "n += 1", "ends"),
        ("n = 0", "n < 10 and not await job.request.is_disconnected()", "n += 1", "ends"),
        ("n = 0", "n < 10", "async with job:\n            n += 1", "ends"),
        ("start = time()", "time() - start < 60", "pass", "ends"),
        ("end = time() + 60", "monotonic() < end", "pass", "ends"),
        # Nobody counts so far.
        ("n = 0", "n < sys.maxsize", "n += 1", "unknown"),
        ("n = 0", "n < math.inf", "n += 1", "unknown"),
        # It counts away from the end, or past it.
        ("n = 0", "n > -1", "n += 1", "unknown"),
        ("n = 0", "n != 9", "n += 2", "unknown"),
        # Whoever fills the list decides.
        ("n = 0", "n < len(job.lines)", "n += 1", "unknown"),
        # Not on every turn.
        ("n = 0", "n < 10", "if job.news:\n            n += 1", "unknown"),
        ("n = 0", "n < 10", "if job.quiet:\n            continue\n        n += 1", "unknown"),
        (
            "n = 0",
            "n < 10",
            "try:\n            await job.news()\n        except E:\n            continue\n        n += 1",
            "unknown",
        ),
        # What was counted is taken back, or the number grows.
        ("n = 0", "n < 10", "n += 1\n        if job.news:\n            n = 0", "unknown"),
        ("n = 0\n    most = 9", "n < most", "n += 1\n        most += 1", "unknown"),
        ("n = 0", "n < job.size", "n += 1\n        job.size = read()", "unknown"),
        ("start = time()", "time() - start < 60", "start = time()", "unknown"),
        ("n = 0", "n < 10 or job.running", "n += 1", "unknown"),
    ],
)
def test_a_loop_that_counts(before: str, test: str, body: str, ending: str) -> None:
    loop = f"    {before}\n    while {test}:\n        yield frame('a')\n        {body}\n"
    found = stream_of({"app.py": f"{HEAD}async def stream(job):\n{loop}"})
    assert found is not None
    assert names(found) == ["a"]
    assert found.ending == ending


TICKS = """
def ticks():
    while True:
        yield frame("a")
def some():
    yield frame("a")
    yield frame("a")
class Clock:
    def ticks(self):
        while True:
            yield frame("a")
"""


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        ("yield from ticks()", "endless"),
        ("yield from Clock().ticks()", "endless"),
        ("yield 'retry: 1000\\n\\n'\nyield from ticks()", "endless"),
        ("try:\n    yield from ticks()\nfinally:\n    job.close()", "endless"),
        ("return (yield from ticks())", "endless"),
        ("if job:\n    yield from ticks()\nelse:\n    yield from some()", "unknown"),
        ("yield from some()\nyield from ticks()", "endless"),
        ("yield from some()", "ends"),
        ("yield from some()\nyield frame('a')", "ends"),
        ("yield from [frame('a'), frame('a')]", "ends"),
        ("yield frame('a')\nyield from job.frames()", "unknown"),
        # What is sent behind it is meant to come.
        ("yield from job.frames()\nyield frame('a')", "ends"),
        ("yield frame('a')\nyield from stream(job)", "unknown"),
    ],
)
def test_what_another_generator_sends(body: str, ending: str) -> None:
    inner = "".join(f"    {line}\n" for line in body.split("\n"))
    found = stream_of({"app.py": f"{HEAD}{TICKS}def stream(job):\n{inner}"})
    assert found is not None
    assert set(names(found)) - {"?"} <= {"a", "*"}
    assert found.ending == ending


@pytest.mark.parametrize(
    ("dependency", "given", "ending"),
    [
        # A function that returns a generator gives just that.
        ("def feed():\n    return ticks()\n", "source", "endless"),
        ("def feed():\n    return some()\n", "source", "ends"),
        # One that is a generator gives what it yields.
        ("def feed():\n    yield ticks()\n", "source", "endless"),
        ("def feed():\n    yield Clock()\n", "source.ticks()", "endless"),
    ],
)
def test_what_a_dependency_gives(dependency: str, given: str, ending: str) -> None:
    code = (
        "from fastapi import Depends\n"
        f"{HEAD}{TICKS}{dependency}"
        "async def events(source=Depends(feed)):\n"
        f"    return StreamingResponse({given}, media_type='text/event-stream')\n"
    )
    found = stream_of({"app.py": code.replace("async def events(job)", "async def other(job)")})
    assert found is not None
    assert names(found) == ["a"]
    assert found.ending == ending
