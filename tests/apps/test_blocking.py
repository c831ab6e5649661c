"""What else runs while a generator waits, as Starlette itself has it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from starlette.responses import StreamingResponse

_EVENTS = 4


async def blocking() -> AsyncIterator[str]:
    for _ in range(_EVENTS):
        yield "data: 1\n\n"
        time.sleep(0.01)


async def awaiting() -> AsyncIterator[str]:
    for _ in range(_EVENTS):
        yield "data: 1\n\n"
        await asyncio.sleep(0.01)


async def flooding() -> AsyncIterator[str]:
    for _ in range(_EVENTS):
        yield "data: 1\n\n"
        asyncio.sleep(1)  # type: ignore[unused-coroutine]


def plain() -> Iterator[str]:
    for _ in range(_EVENTS):
        yield "data: 1\n\n"
        time.sleep(0.01)


async def _turns(frames: Any) -> tuple[int, float]:
    """How often something else runs between the first event and the last, and how long that is."""
    others, seen, moments = 0, [], []

    async def other() -> None:
        nonlocal others
        while True:
            others += 1
            await asyncio.sleep(0)

    async def send(message: Any) -> None:
        if message.get("body"):
            seen.append(others)
            moments.append(time.monotonic())

    async def receive() -> Any:
        await asyncio.sleep(10)

    beside = asyncio.create_task(other())
    answer = StreamingResponse(frames, media_type="text/event-stream")
    scope = {"type": "http", "asgi": {"spec_version": "2.0"}}
    await asyncio.wait_for(answer(scope, receive, send), 5)
    beside.cancel()
    return seen[-1] - seen[0], moments[-1] - moments[0]


@pytest.mark.filterwarnings("ignore:coroutine")
@pytest.mark.parametrize(
    ("frames", "alone", "pauses"),
    [
        (blocking, True, True),
        (awaiting, False, True),
        (flooding, True, False),
        (plain, False, True),
    ],
)
def test_what_runs_beside_it(frames: Callable[[], Any], *, alone: bool, pauses: bool) -> None:
    others, took = asyncio.run(_turns(frames()))
    assert (others == 0) is alone
    assert (took >= 0.01 * (_EVENTS - 1)) is pauses
