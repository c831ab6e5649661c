"""What else runs while a generator waits, as Starlette itself has it.

The sleeps are what is looked at, in the way they are called; none of them takes any time.
"""

import asyncio
import time
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from starlette.responses import StreamingResponse

_EVENTS = 4


async def blocking() -> AsyncIterator[str]:
    for _ in range(_EVENTS):
        yield "data: 1\n\n"
        time.sleep(0)


async def awaiting() -> AsyncIterator[str]:
    for _ in range(_EVENTS):
        yield "data: 1\n\n"
        await asyncio.sleep(0)


async def flooding() -> AsyncIterator[str]:
    for _ in range(_EVENTS):
        yield "data: 1\n\n"
        _ = asyncio.sleep(0)


def plain() -> Iterator[str]:
    for _ in range(_EVENTS):
        yield "data: 1\n\n"
        time.sleep(0)


async def _turns(frames: Any) -> int:
    """How often something else runs between the first event and the last."""
    others, seen = 0, []

    async def other() -> None:
        nonlocal others
        while True:
            others += 1
            await asyncio.sleep(0)

    async def send(message: Any) -> None:
        if message.get("body"):
            seen.append(others)

    async def receive() -> Any:
        await asyncio.Event().wait()

    beside = asyncio.create_task(other())
    answer = StreamingResponse(frames, media_type="text/event-stream")
    scope = {"type": "http", "asgi": {"spec_version": "2.0"}}
    await asyncio.wait_for(answer(scope, receive, send), 5)
    beside.cancel()
    return seen[-1] - seen[0]


@pytest.mark.parametrize(
    ("frames", "alone", "waits"),
    [
        (blocking, True, True),
        (awaiting, False, True),
        (flooding, True, False),
        (plain, False, True),
    ],
)
def test_what_runs_beside_it(frames: Callable[[], Any], *, alone: bool, waits: bool) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        others = asyncio.run(_turns(frames()))
    assert (others == 0) is alone
    assert any("never awaited" in str(one.message) for one in told) is not waits
