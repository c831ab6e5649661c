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
