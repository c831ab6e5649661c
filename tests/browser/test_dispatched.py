"""The events that each stack dispatches for its streams are those that the rule for scripts knows."""

import asyncio
import runpy
from pathlib import Path

import pytest

from sse_check.findings.loader import built_in_folder
from sse_check.htmx.stacks import stack_of
from tests.browser import harness
from tests.browser.harness import MODULES, SCRIPTS
from tests.loopback import answering
from tests.needs import NEEDS_CHROMIUM

pytestmark = [pytest.mark.browser, NEEDS_CHROMIUM]

# Notes every event of that kind that anything on the page dispatches.
NOTE = """
window.seen = [];
const plain = EventTarget.prototype.dispatchEvent;
EventTarget.prototype.dispatchEvent = function (event) {
  if (/^(htmx:)?sse/i.test(event.type)) window.seen.push(event.type);
  return plain.call(this, event);
};
"""
OLD = """
<div hx-ext="sse" sse-connect="/sse"{close}><p id="a" sse-swap="a">-</p>
  <i hx-get="/r" hx-trigger="sse:a" hx-swap="none"></i></div>
<div hx-ext="sse" sse-connect="/refused"><p sse-swap="a">-</p></div>
"""
NEW = """
<div hx-sse:connect="/sse" hx-sse:close="done">-</div>
<div hx-sse:connect="/once">-</div>
"""
PAGES = {
    "htmx1": OLD.format(close=""),
    "htmx1.9.9": OLD.format(close=""),
    "htmx2": OLD.format(close=' sse-close="done"'),
    "htmx2-ext210": OLD.format(close=' sse-close="done"'),
    "htmx4": NEW,
    "htmx4-compat": OLD.format(close=' sse-close="done"') + NEW,
}
# What the page above brings about.
_FIRST = ("htmx:sseOpen", "htmx:sseError", "htmx:sseBeforeMessage", "htmx:sseMessage")
SURELY = {
    "htmx1": _FIRST,
    "htmx2": (*_FIRST, "htmx:sseClose"),
    "htmx2-ext210": _FIRST,
    "htmx4": (
        "htmx:sse:before:connection",
        "htmx:sse:after:connection",
        "htmx:sse:before:message",
        "htmx:sse:after:message",
        "htmx:sse:close",
        "htmx:sse:error",
    ),
}
SURELY["htmx4-compat"] = SURELY["htmx4"]
SURELY["htmx1.9.9"] = ("htmx:sseOpen", "htmx:sseError", "htmx:sseMessage")
LOADED = {
    **SCRIPTS,
    "htmx1.9.9": ("htmx199/dist/htmx.js", "htmx199/dist/ext/sse.js"),
}
STREAM = b"event: a\ndata: x\n\ndata: y\n\nevent: done\ndata: z\n\n"


def document(stack: str) -> str:
    scripts = "".join(f'<script src="/{path}"></script>' for path in LOADED[stack])
    return f"<!doctype html><html><head><script>{NOTE}</script>{scripts}</head><body>{PAGES[stack]}"


def answer(path: str, stack: str, asked: list[str]) -> tuple[int, str, bytes]:
    """A page, its scripts, a stream that ends, one that is refused, one that is refused later."""
    asked.append(path)
    if path == "/":
        return 200, "text/html", document(stack).encode()
    if path == "/sse":
        return 200, "text/event-stream", STREAM
    if path == "/once" and asked.count(path) == 1:
        return 200, "text/event-stream", b"data: y\n\n"
    if path in ("/refused", "/once"):
        return 500, "text/plain", b""
    file = MODULES / path[1:]
    return (
        (200, "text/javascript", file.read_bytes()) if file.is_file() else (404, "text/plain", b"")
    )


async def dispatched(stack: str, wanted: set[str]) -> set[str]:
    asked: list[str] = []

    async def send(path: str, writer: asyncio.StreamWriter) -> None:
        status, kind, body = answer(path, stack, asked)
        writer.write(
            f"HTTP/1.1 {status} x\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n".encode()
        )
        writer.write(body)

    seen: set[str] = set()
    async with answering(send) as port, harness.chromium() as browser:
        tab = await browser.new_page()
        await tab.goto(f"http://127.0.0.1:{port}/")
        # Looked at until all have been noted, ten seconds at most.
        for _ in range(100):
            seen |= set(await tab.evaluate("window.seen"))
            if wanted <= seen:
                break
            await asyncio.sleep(0.1)
    return seen


@pytest.mark.parametrize("stack", LOADED)
def test_what_is_dispatched(stack: str) -> None:
    generation = stack[4]
    module = runpy.run_path(str(Path(built_in_folder(), "sse_script_listener.py")))
    known, spelled = set(module["_DISPATCHED"][generation]), module["_with_hyphens"]
    surely = set(SURELY[stack])
    assert surely <= known
    wanted = surely if generation == "4" else surely | set(map(spelled, surely))
    seen = asyncio.run(dispatched(stack, wanted))
    assert seen - {"sse:a"} == wanted
    # Events of the stream become events of the page for a trigger.
    version = tuple(int(part) for part in stack.removeprefix("htmx").partition("-")[0].split("."))
    assert ("sse:a" in seen) == stack_of(version).dispatches
