"""A core and an extension of different generations: what the rule `sse_stack` says of them."""

import asyncio
import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.browser import harness
from tests.browser.cases import FOLDER
from tests.browser.harness import MISMATCHED, MODULES, SCRIPTS
from tests.needs import NEEDS_CHROMIUM
from tests.project.helpers import run

pytestmark = [pytest.mark.browser, pytest.mark.slow, NEEDS_CHROMIUM]

# The scripts as a page would name them.
NAMED: dict[str, tuple[str, ...]] = {
    "htmx1-core": ("htmx.org@1.9.12",),
    "htmx2-core": ("htmx.org@2.0.11",),
    "htmx4-core": ("htmx.org@4.0.1",),
    "htmx1-ext210": ("htmx.org@1.9.12", "htmx-ext-sse@2.1.0/sse.js"),
    "htmx1-ext224": ("htmx.org@1.9.12", "htmx-ext-sse@2.2.4/sse.js"),
    "htmx2-ext1": ("htmx.org@2.0.11", "htmx.org@1.9.12/dist/ext/sse.js"),
    "htmx2-bundled": ("htmx.org@2.0.11", "htmx.org@2.0.11/dist/ext/sse.js"),
    "htmx1-ext4": ("htmx.org@1.9.12", "htmx.org@4.0.1/dist/ext/hx-sse.js"),
    "htmx2-ext4": ("htmx.org@2.0.11", "htmx.org@4.0.1/dist/ext/hx-sse.js"),
    "htmx4-ext224": ("htmx.org@4.0.1", "htmx-ext-sse@2.2.4/sse.js"),
}
# What works all the same: the cores of htmx 1 know `hx-sse`, and triggers need no swap.
SWAPS = {("14h", s) for s in ("htmx1-core", "htmx1-ext210", "htmx1-ext224", "htmx1-ext4")}
ASKS = {("14e", "htmx1-ext210"), ("14e", "htmx1-ext224")}
CASES = json.loads((FOLDER / "14-mismatch.json").read_text(encoding="utf-8"))["cases"]
LOOK = 'document.body.innerHTML.replace(/ ?class="[^"]*"| data-htmx-powered="true"/g, \'\')'


def frames(case: dict[str, Any]) -> bytes:
    text = ""
    for number, frame in enumerate(case["frames"]):
        name = f"event: {frame['event']}\n" if "event" in frame else ""
        data = frame.get("data", "<b>{m}</b>").replace("{m}", f"M{number}M")
        text += f"{name}data: {data}\n\n"
    return text.encode()


def document(html: str, scripts: str) -> str:
    return f"<!doctype html><html><head>{scripts}</head>{html}</html>"


async def seen(
    browser: Browser, case: dict[str, Any], scripts: tuple[str, ...]
) -> tuple[bool, list[str]]:
    """Whether anything of the page changed when the events came, and what was asked for."""
    asked: list[str] = []
    connected, go, done = asyncio.Event(), asyncio.Event(), asyncio.Event()
    handlers: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        handlers.add(task)
        try:
            await answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            pass
        finally:
            writer.close()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
        path = head.split(b" ", 2)[1].decode()
        kind, body = "text/html", b""
        if path == "/":
            tags = "".join(f'<script src="/{script}"></script>' for script in scripts)
            body = document(str(case["html"]), tags).encode()
        elif path == "/sse":
            kind = "text/event-stream"
        elif (MODULES / path[1:]).is_file():
            kind, body = "text/javascript", (MODULES / path[1:]).read_bytes()
        if not path.endswith(".js"):
            asked.append(path)
        writer.write(
            f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n".encode() + body
        )
        await writer.drain()
        if path == "/sse":
            connected.set()
            await asyncio.wait_for(go.wait(), 20)
            writer.write(frames(case))
            await writer.drain()
            # Open until the test has looked: a stream that ends is opened again.
            await asyncio.wait_for(done.wait(), 20)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    tab = await browser.new_page()
    await tab.goto(f"http://127.0.0.1:{port}/", wait_until="load")
    with suppress(TimeoutError):
        await asyncio.wait_for(connected.wait(), 1.5)
    before = await tab.evaluate(LOOK)
    go.set()
    changed = False
    # That nothing changes can only be seen by waiting: a swap takes a few milliseconds.
    for _ in range(8 if connected.is_set() else 2):
        await asyncio.sleep(0.15)
        changed = changed or await tab.evaluate(LOOK) != before
    done.set()
    await tab.close()
    server.close()
    await asyncio.gather(*handlers)
    return changed, asked


async def all_of(scripts: tuple[str, ...]) -> dict[str, tuple[bool, bool]]:
    gate = asyncio.Semaphore(4)

    async def one(browser: Browser, case: dict[str, Any]) -> tuple[bool, bool]:
        async with gate:
            changed, asked = await seen(browser, case, scripts)
            return changed, "/r" in asked

    async with harness.chromium() as browser:
        results = await asyncio.gather(*(one(browser, case) for case in CASES))
    return {str(case["id"]): found for case, found in zip(CASES, results, strict=True)}


@pytest.mark.parametrize("stack", MISMATCHED)
def test_nothing_is_swapped(stack: str) -> None:
    found = asyncio.run(all_of(MISMATCHED[stack]))
    swapped = {case for case, (changed, _) in found.items() if changed}
    asked = {case for case, (_, asks) in found.items() if asks}
    assert asked == {case for case, s in ASKS if s == stack}
    # The answer to a request that a trigger sends is swapped by the core.
    assert swapped - asked == {case for case, s in SWAPS if s == stack}


def test_it_would_be_seen() -> None:
    """With the right extension the same pages change."""
    found = asyncio.run(all_of(SCRIPTS["htmx2"]))
    assert {case for case, (changed, _) in found.items() if changed} == {
        "14a", "14b", "14c", "14d", "14e", "14g", "14j", "14k",
    }  # fmt: skip


def test_htmx_4_in_one_file_swaps() -> None:
    """`htmax.js` holds the extension too."""
    found = asyncio.run(all_of(("htmx4/dist/htmax.js",)))
    assert {case for case, (changed, _) in found.items() if changed} == {"14i"}


@pytest.mark.parametrize("stack", MISMATCHED)
def test_the_rule_speaks_of_it(tmp_path: Path, stack: str) -> None:
    tags = "".join(f'<script src="https://unpkg.com/{s}"></script>' for s in NAMED[stack])
    page = document(str(CASES[0]["html"]), tags)
    result = run(tmp_path, {"page.html": page}, "sse_stack")
    said = [finding.message for finding in result.findings if finding.level == "error"]
    harm = "nothing is ever swapped|no stream is opened|fails at every event"
    assert any(re.search(harm, message) for message in said), said
