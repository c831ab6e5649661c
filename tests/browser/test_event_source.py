"""The wire parser against Chromium's EventSource, on random bytes cut at random."""

import asyncio
import os
import random
from typing import Any

import pytest

from sse_check.stream.wire import decode
from tests.browser import harness
from tests.loopback import answering
from tests.needs import NEEDS_CHROMIUM

STREAMS = int(os.environ.get("SSE_CHECK_STREAMS", "10000"))
BATCH = 500
PIECES = (
    b"data", b":", b" ", b"\n", b"\r", b"event", b"id", b"retry", b"x", b"1", b"\xef\xbb\xbf",
    b"\xc3\xa9", b"\xff", b"\0", b"\n\n", b"data: x\n", b"event: a\n", b"id: 7\n", b"\r\n", b":c\n",
)  # fmt: skip
MARK = b"\xef\xbb\xbf"
READ = """
async ([first, names]) => {
  const found = new Array(names.length);
  let next = 0;
  const one = number => new Promise(done => {
    const seen = [], source = new EventSource('/' + (first + number));
    const note = event => { seen.push([event.type, event.data, event.lastEventId]); };
    for (const name of names[number]) source.addEventListener(name, note);
    source.addEventListener('error', event => {
      if (event.data !== undefined) return;
      source.close();
      found[number] = seen;
      done();
    });
  });
  const work = async () => { while (next < names.length) await one(next++); };
  await Promise.all([1, 2, 3, 4, 5].map(work));
  return found;
}
"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    NEEDS_CHROMIUM,
]


def stream(seed: int) -> list[bytes]:
    """The chunks of one stream."""
    chance = random.Random(seed)
    data = b"".join(chance.choices(PIECES, k=chance.randint(1, 40)))
    if data.startswith((MARK + b"\r", MARK + b"\n")):
        # Chromium takes a line end right after the mark for a part of the next line; the
        # standard, and this parser, end an empty line there.
        data = data[len(MARK) :]
    chunks, position = [], 0
    while position < len(data):
        step = chance.randint(1, 9)
        chunks.append(data[position : position + step])
        position += step
    return chunks


def ours(seed: int) -> list[list[str]]:
    events, _ = decode(b"".join(stream(seed)))
    return [[event.event, event.data, event.last_event_id] for event in events]


async def answer(path: str, writer: asyncio.StreamWriter) -> None:
    kind = "text/event-stream" if path[1:].isdigit() else "text/html"
    writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n".encode())
    for chunk in stream(int(path[1:])) if path[1:].isdigit() else ():
        writer.write(chunk)
        await writer.drain()
        await asyncio.sleep(0)


async def theirs(seeds: range) -> list[Any]:
    found: list[Any] = []
    async with answering(answer) as port, harness.chromium() as browser:
        tab = await browser.new_page()
        await tab.goto(f"http://127.0.0.1:{port}/page")
        for first in range(seeds.start, seeds.stop, BATCH):
            batch = range(first, min(first + BATCH, seeds.stop))
            names = [sorted({"message", "a", *(e[0] for e in ours(seed))}) for seed in batch]
            found += await tab.evaluate(READ, [first, names])
    return found


def test_random_streams_are_read_as_the_browser_reads_them() -> None:
    seeds = range(STREAMS)
    read = asyncio.run(theirs(seeds))
    assert len(read) == STREAMS
    assert sum(len(events) for events in read) > STREAMS // 5
    different = [
        (seed, b"".join(stream(seed)), ours(seed), events)
        for seed, events in zip(seeds, read, strict=True)
        if ours(seed) != events
    ]
    assert different[:3] == []
