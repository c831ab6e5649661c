"""What of a stream reaches a page when each piece is packed by itself, as Django does it."""

import asyncio
from typing import Any

import pytest
from django.utils.text import compress_string

from tests.browser import harness
from tests.loopback import answering
from tests.needs import NEEDS_CHROMIUM

PIECES = [b"data: %d\n\n" % number for number in range(6)]
READ = """
async address => new Promise(done => {
  const seen = [], source = new EventSource(address);
  source.onmessage = event => { seen.push(event.data); };
  source.onerror = () => { source.close(); done(seen); };
})
"""

pytestmark = [
    pytest.mark.browser,
    NEEDS_CHROMIUM,
]


async def answer(path: str, writer: asyncio.StreamWriter) -> None:
    coding = path.strip("/")
    kind = "text/html" if coding == "page" else "text/event-stream"
    encoding = f"Content-Encoding: {coding}\r\n" if coding != "page" else ""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{encoding}Connection: close\r\n\r\n"
    writer.write(head.encode())
    for piece in PIECES if coding != "page" else ():
        writer.write(compress_string(piece) if coding == "gzip" else piece)
        await writer.drain()


async def heard() -> list[Any]:
    async with answering(answer) as port, harness.chromium() as browser:
        tab = await browser.new_page()
        await tab.goto(f"http://127.0.0.1:{port}/page")
        return [await tab.evaluate(READ, f"/{coding}") for coding in ("gzip", "identity")]


def test_the_first_of_what_is_packed_and_all_of_what_is_not() -> None:
    assert asyncio.run(heard()) == [["0"], ["0", "1", "2", "3", "4", "5"]]
