"""What tests of markup in Python need around them."""

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def loop_of_the_thread() -> Iterator[None]:
    """dominate asks for the thread's event loop, and makes one that nobody closes."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()
