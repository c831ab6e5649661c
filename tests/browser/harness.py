"""Pages with the real htmx in a real Chromium, and what happens in them.

One browser, many pages side by side. Each worker has a loopback address of its own, so that
the browser's limit of connections to one origin falls on one page at a time. A page is served,
its streams are opened by the real extension, frames are sent, and after each the body, the open
streams and the requests are read.
"""

import asyncio
import json
import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page as Tab
from playwright.async_api import TimeoutError as PlaywrightTimeout

from tests.browser import versions

MODULES = Path(__file__).parent / "node_modules"
SCRIPTS: dict[str, tuple[str, ...]] = {
    "htmx1": ("htmx1/dist/htmx.js", "htmx1/dist/ext/sse.js"),
    "htmx2": ("htmx2/dist/htmx.js", "sse224/sse.js"),
    "htmx2-ext210": ("htmx2/dist/htmx.js", "sse210/sse.js"),
    "htmx4": ("htmx4/dist/htmx.js", "htmx4/dist/ext/hx-sse.js"),
    "htmx4-compat": (
        "htmx4/dist/htmx.js",
        "htmx4/dist/ext/hx-sse.js",
        "htmx4/dist/ext/htmx-2-compat.js",
    ),
}
# The core with its extensions in one file.
IN_ONE = {"htmx4-in-one": ("htmx4/dist/htmax.js",)}
# Those of htmx 1 and 2 with the swap styles of idiomorph.
MORPHING = {
    f"{stack}-morph": (*SCRIPTS[stack], "idiomorph/dist/idiomorph-ext.js")
    for stack in ("htmx1", "htmx2", "htmx2-ext210")
}
# A core alone, or with an extension that was not made for it.
MISMATCHED: dict[str, tuple[str, ...]] = {
    "htmx1-core": ("htmx1/dist/htmx.js",),
    "htmx1-ext210": ("htmx1/dist/htmx.js", "sse210/sse.js"),
    "htmx1-ext224": ("htmx1/dist/htmx.js", "sse224/sse.js"),
    "htmx2-core": ("htmx2/dist/htmx.js",),
    "htmx2-ext1": ("htmx2/dist/htmx.js", "htmx1/dist/ext/sse.js"),
    "htmx2-bundled": ("htmx2/dist/htmx.js", "htmx2/dist/ext/sse.js"),
    "htmx1-ext4": ("htmx1/dist/htmx.js", "htmx4/dist/ext/hx-sse.js"),
    "htmx2-ext4": ("htmx2/dist/htmx.js", "htmx4/dist/ext/hx-sse.js"),
    "htmx4-core": ("htmx4/dist/htmx.js",),
    "htmx4-ext224": ("htmx4/dist/htmx.js", "sse224/sse.js"),
}
# Pairs of published versions, by name; the sweep fills it in.
PUBLISHED: dict[str, tuple[str, ...]] = {}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# The shell draws no window, not even an invisible one: pages load in half the time.
BROWSERS = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# Answers come this much later, in seconds.
SETTLED = 0.05
# How many pages are looked at side by side.
WORKERS = 8
# How often a page is looked at that does not show what is expected.
_LOOKS = 25
# How long one page may take, in seconds.
PATIENCE = 60.0
FROZEN = "the page is frozen"
REPLY = "<b data-oid=r>REPLY</b>"
READ = """() => {
  const show = node => {
    const out = [node.localName, node.dataset.oid || node.id || ''];
    if (['noscript', 'script', 'template'].includes(node.localName)) return out;
    let text = '';
    const flush = () => { if (text.trim()) out.push(text.trim().replace(/\\s+/g, ' ')); text = ''; };
    for (const child of node.childNodes) {
      if (child.nodeType === 3) text += child.data;
      if (child.nodeType === 1) { flush(); out.push(show(child)); }
    }
    flush();
    return out;
  };
  return document.body ? show(document.body) : null;
}
"""
# Each EventSource tells when it has seen an event, before htmx hears of it; and the page is
# looked at as the HTML parser leaves it.
WATCH = """
window.__seen = 0;
window.__made = [];
document.addEventListener('DOMContentLoaded', () => { window.__parsed = (READ)(); });
window.EventSource = class extends EventSource {
  constructor(...rest) {
    super(...rest);
    window.__made.push(new URL(this.url).pathname);
    for (const name of window.__names || []) this.addEventListener(name, () => window.__seen++);
  }
};
""".replace("READ", READ)
# htmx marks what it has not finished with: new content is processed when it settles.
BUSY = """
() => document.querySelector('.htmx-settling, .htmx-added, .htmx-swapping, .htmx-request') !== null
"""
# All that a look asks of the page, in one question.
LOOK = f"first => [({READ})(), ({BUSY})(), window.__seen, first ? window.__parsed : null]"
# Until the streams have seen so many events, or surely never will.
WAIT = """count => new Promise(done => {
  const end = performance.now() + 400;
  const look = () => window.__seen >= count || performance.now() > end ? done() : setTimeout(look, 4);
  look();
})
"""


@dataclass(frozen=True)
class Frame:
    """One step: an event to send, to which stream, under which name (None for an unnamed one).

    Or bytes as they are, a click, a script before it, the end of the stream after it, and a
    time to wait; `sends` is false for a step that brings no event.
    """

    name: str | None
    data: str
    to: str | None = None
    click: str | None = None
    sends: bool = True
    raw: bytes | None = None
    script: str | None = None
    probe: str | None = None
    ends: bool = False
    wait: float = 0.0
    # Of several streams of one address, only those that were opened as the first, second, ...
    only: tuple[int, ...] = ()

    def on_the_wire(self) -> bytes:
        if self.raw is not None:
            return self.raw
        lines = [f"event: {self.name}"] if self.name is not None else []
        lines += [f"data: {line}" for line in self.data.split("\n")]
        return ("\n".join(lines) + "\n\n").encode()


@dataclass(frozen=True)
class Case:
    """A page and what is sent to it."""

    name: str
    html: str
    frames: tuple[Frame, ...]
    config: dict[str, Any] = field(default_factory=dict)
    html_attributes: str = ""
    replies: dict[str, str] = field(default_factory=dict)
    # What each stream brings as soon as it is opened.
    on_connect: tuple[Frame, ...] = ()
    # When to look, in seconds after each step, where the moment matters.
    look_after: float | None = None
    # What is written down in the page beside that, by a script before those of htmx.
    watch: str = ""

    def document(self, scripts: Sequence[str] = ()) -> str:
        meta = ""
        if self.config:
            meta = f"<meta name=htmx-config content='{json.dumps(self.config)}'>"
        loaded = "".join(f'<script src="/js/{path}"></script>' for path in scripts)
        body = self.html if self.html.startswith("<body") else f"<body>{self.html}</body>"
        names = sorted({frame.name or "message" for frame in self.frames})
        watch = (
            f"<script>window.__names = {json.dumps(names)};{WATCH}{self.watch}</script>"
            if scripts
            else ""
        )
        head = f"<head><meta charset=utf-8>{meta}{watch}{loaded}</head>"
        return f"<!doctype html><html {self.html_attributes}>{head}{body}</html>"


@dataclass
class Observation:
    """What stands in the body after a step, which streams are open, what was requested."""

    body: Any
    streams: list[str]
    requests: list[tuple[str, str]]
    # The body before any script ran, in the first step.
    parsed: Any = field(default=None, compare=False)
    # What a step's script says at its end.
    probe: Any = field(default=None, compare=False)
    # How many times streams were asked for.
    asked: int = field(default=0, compare=False)
    # Whether htmx has not finished with what it brought in.
    busy: bool = field(default=False, compare=False)


def find_chromium() -> str | None:
    given = os.environ.get("SSE_CHECK_CHROMIUM")
    if given:
        return given
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def scripts_of(stack: str) -> tuple[str, ...]:
    """The scripts that a page loads, by the name of its stack or of a pair of versions."""
    return {**SCRIPTS, **MISMATCHED, **IN_ONE, **MORPHING, **PUBLISHED}[stack]


def _script(path: str) -> str:
    folder = MODULES if (MODULES / path).exists() else versions.MODULES
    return (folder / path).read_text(encoding="utf-8")


def available() -> bool:
    return find_chromium() is not None and (MODULES / "htmx2").is_dir()


class _Site:
    """The server side of one page: its document, its streams, its answers."""

    def __init__(self, case: Case, stack: str) -> None:
        self.case = case
        self.stack = stack
        self.streams: list[tuple[str, asyncio.StreamWriter]] = []
        # All that ever were open, in their order.
        self.opened: list[tuple[str, asyncio.StreamWriter]] = []
        self.requests: list[tuple[str, str]] = []
        self.asked: list[str] = []
        # Requests that wait for their answer.
        self.waiting = 0
        # How many events the page's streams had seen at the last look.
        self.seen = 0
        # The body as the HTML parser left it.
        self.parsed: Any = None
        self.changed = asyncio.get_running_loop().time()

    def touch(self) -> None:
        self.changed = asyncio.get_running_loop().time()


class Server:
    """One loopback address that serves one page at a time."""

    def __init__(self) -> None:
        self.site: _Site | None = None
        # How many pages were served: each has an address of its own.
        self.pages = 0
        self.server: asyncio.Server | None = None
        self.origin = ""

    async def start(self, number: int) -> None:
        host = f"127.0.{1 + number // 200}.{2 + number % 200}"
        self.server = await asyncio.start_server(self._serve, host, 0)
        port = self.server.sockets[0].getsockname()[1]
        self.origin = f"http://{host}:{port}"

    async def stop(self) -> None:
        if self.server is not None:
            self.server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
        method, path, _ = head.decode("latin-1").split("\r\n")[0].split(" ", 2)
        length = next(
            (
                int(line.split(":")[1])
                for line in head.decode("latin-1").split("\r\n")
                if line.lower().startswith("content-length:")
            ),
            0,
        )
        if length:
            await asyncio.wait_for(reader.readexactly(length), 20)
        site, path = self.site, path.partition("?")[0]
        come_from = _COME_FROM.search(head)
        if come_from is not None and int(come_from[1]) != self.pages:
            # The page before is being left, and is told nothing any more.
            return
        if site is None or path == "/favicon.ico":
            writer.write(
                b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        elif path == "/page":
            self._reply(writer, site.case.document(scripts_of(site.stack)), "text/html")
        elif path.startswith("/js/"):
            script = _script(path.removeprefix("/js/"))
            self._reply(writer, script, "text/javascript")
        elif path.startswith("/sse"):
            await self._stream(site, path, reader, writer)
        elif "\r\naccept: text/event-stream\r\n" in head.decode("latin-1").lower():
            site.asked.append(path)
            self._reply(writer, "no stream", "text/plain")
        else:
            site.requests.append((method, path))
            site.touch()
            # An answer that comes before htmx has settled the event's own swap (20 ms) is a
            # race that either may win.
            site.waiting += 1
            try:
                await asyncio.sleep(SETTLED)
            finally:
                site.waiting -= 1
            site.touch()
            self._reply(writer, site.case.replies.get(path, REPLY), "text/html")
        await writer.drain()

    @staticmethod
    def _reply(writer: asyncio.StreamWriter, text: str, kind: str) -> None:
        data = text.encode()
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: {kind}; charset=utf-8\r\n"
            f"Cache-Control: {'max-age=3600' if kind == 'text/javascript' else 'no-store'}\r\n"
            f"Content-Length: {len(data)}\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode() + data)

    async def _stream(
        self, site: _Site, path: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        site.asked.append(path)
        refusal = _refusal(path, site.asked.count(path))
        if refusal:
            writer.write(refusal)
            return
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            b"Cache-Control: no-cache\r\nConnection: close\r\n\r\n: open\n\n"
        )
        await writer.drain()
        entry = (path, writer)
        site.streams.append(entry)
        site.opened.append(entry)
        site.touch()
        try:
            for frame in site.case.on_connect:
                writer.write(frame.on_the_wire())
                await writer.drain()
                if frame.ends:
                    return
            await asyncio.wait_for(reader.read(1), 120)
        finally:
            if entry in site.streams:
                site.streams.remove(entry)
            site.touch()

    def streams_for(self, frame: Frame) -> list[asyncio.StreamWriter]:
        """The open streams that a frame is for, by URL and then as they were opened."""
        assert self.site is not None
        if frame.only:
            # One that has been closed keeps its place: another is not sent what was for it.
            opened = [entry for entry in self.site.opened if frame.to in (None, entry[0])]
            chosen = [opened[n] for n in frame.only if n < len(opened)]
            return [writer for path, writer in chosen if (path, writer) in self.site.streams]
        streams = sorted(self.site.streams, key=lambda entry: entry[0])
        return [writer for path, writer in streams if frame.to in (None, path)]

    def end(self, frame: Frame) -> None:
        for writer in self.streams_for(frame):
            writer.close()


# So many a browser opens to one server.
_MOST_CONNECTIONS = 6
_COME_FROM = re.compile(rb"\r\nreferer: [^\r]*/page\?(\d+)\r", re.IGNORECASE)


def _refusal(path: str, attempt: int) -> bytes:
    """What the server says instead of a stream, by its path."""
    words = path.strip("/").split("-")[1:]
    status = "200 OK" if words == ["html"] else ""
    if words[:1] == ["flaky"]:
        status = "500 Internal Server Error" if attempt <= int(words[1]) else ""
    elif words == ["once"]:
        status = "503 Service Unavailable" if attempt > 1 else ""
    elif words and words != ["html"]:
        status = f"{words[0]} Refused"
    kind = "Content-Type: text/html\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    return f"HTTP/1.1 {status}\r\n{kind}".encode() if status else b""


async def _quiet(site: _Site, span: float, limit: float = 3.0) -> None:
    """Wait until nothing has come or gone on the server for a while, and no answer is due."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    while loop.time() - start < limit:
        idle = loop.time() - max(site.changed, start)
        if idle >= span and not site.waiting:
            return
        await asyncio.sleep(max(span - idle, 0.01))


async def observe(
    tab: Tab, server: Server, case: Case, stack: str, expected: list[Observation]
) -> list[Observation]:
    """Load the page, send its frames one by one, and look after each.

    `expected` only decides how long to wait: what looks as expected and stays so for a moment
    is taken at once, anything else gets time to change first.
    """
    before, site = server.site, _Site(case, stack)
    server.site = site
    server.pages += 1
    try:
        await tab.goto(f"{server.origin}/page?{server.pages}", wait_until="load", timeout=15_000)
    except PlaywrightTimeout:
        return [Observation("the page does not load", [], []) for _ in expected]
    await _left(before)
    seen = [await _look_then(tab, site, case, expected[0])]
    for frame, wanted in zip(case.frames, expected[1:], strict=True):
        await _play(tab, server, frame, stack)
        seen.append(await _look_then(tab, site, case, wanted))
        if frame.probe is not None:
            seen[-1].probe = await tab.evaluate(frame.probe)
    return seen


async def _play(tab: Tab, server: Server, frame: Frame, stack: str) -> None:
    if frame.script is not None:
        await tab.evaluate(frame.script)
    if frame.click is not None:
        await tab.evaluate("s => document.querySelector(s).click()", frame.click)
    elif frame.sends:
        await _deliver(tab, server, frame, stack)
    if frame.ends:
        server.end(frame)
    # Rows on streams that come back, or on what waits: the time is what they are about.
    await asyncio.sleep(frame.wait)


class _NotLeftError(Exception):
    """The streams of a page do not end with it."""


async def _left(site: _Site | None) -> None:
    """Wait until the page before is left: its streams take connections."""
    for _ in range(50):
        if site is None or not site.streams:
            return
        await asyncio.sleep(0.01)
    raise _NotLeftError


async def _look_then(tab: Tab, site: _Site, case: Case, wanted: Observation) -> Observation:
    """Look at the moment that the case names, or when the page has come to rest."""
    if case.look_after is None:
        return await _look_well(tab, site, wanted)
    # Nothing to wait for: these rows say what is there, or is not there yet, at that moment.
    await asyncio.sleep(case.look_after)
    return await _look(tab, site)


async def _look_well(tab: Tab, site: _Site, wanted: Observation) -> Observation:
    for _ in range(_LOOKS):
        await _quiet(site, 0.05)
        found = await _look(tab, site)
        if found == wanted and not found.busy:
            return found
    return found


async def _deliver(tab: Tab, server: Server, frame: Frame, stack: str) -> None:
    """Send a frame on one stream after the other: what each brings about is over before."""
    assert server.site is not None
    writers = server.streams_for(frame)
    for writer in writers:
        if writer.is_closing() or writer not in server.streams_for(frame):
            continue
        if not _by_fetch(stack):
            before = await tab.evaluate("window.__seen") if len(writers) > 1 else server.site.seen
            writer.write(frame.on_the_wire())
            await _wait_for(tab, before + 1)
        else:
            writer.write(frame.on_the_wire())
        if len(writers) > 1:
            await _quiet(server.site, 0.2 if _by_fetch(stack) else 0.04)
            await _answered(tab)


async def _answered(tab: Tab) -> None:
    """Wait until the page has taken the answers to its requests, if it ever does.

    htmx drops all but the last of the requests that come while one is under way: how many a
    second stream causes would depend on how fast the machine is.
    """
    for _ in range(50):
        try:
            if not await tab.evaluate(BUSY):
                return
        except PlaywrightError:  # The page is being left.
            return
        await asyncio.sleep(0.01)


def _by_fetch(stack: str) -> bool:
    """Whether streams are read by other means than an EventSource, as in htmx 4."""
    return stack.startswith(("htmx4", "htmx 4"))


async def _wait_for(tab: Tab, count: int) -> None:
    """Wait until the streams have seen the event, or surely never will."""
    with suppress(PlaywrightError):  # The page is being left.
        await tab.evaluate(WAIT, count)


async def _look(tab: Tab, site: _Site) -> Observation:
    first = site.parsed is None
    try:
        body, busy, seen, parsed = await tab.evaluate(LOOK, first)
    except PlaywrightError:
        body, busy, seen, parsed = "the page is left", False, 0, None
    site.seen = seen or 0
    site.parsed = parsed if first else site.parsed
    streams = sorted(path for path, _ in site.streams)
    return Observation(
        body, streams, list(site.requests), site.parsed, asked=len(site.asked), busy=bool(busy)
    )


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(), args=list(FLAGS)
        )
        try:
            yield browser
        finally:
            await browser.close()


async def _within(
    looking: Awaitable[list[Observation]], expected: list[Observation]
) -> list[Observation]:
    """What is seen, unless a script never comes to its end: nothing can be asked of its page."""
    try:
        return await asyncio.wait_for(looking, PATIENCE)
    except TimeoutError:
        return [Observation(FROZEN, [], []) for _ in expected]


async def _renewed(tab: Tab) -> Tab:
    browser = tab.context.browser
    assert browser is not None
    await tab.context.close()
    return await (await browser.new_context()).new_page()


async def run_all(
    jobs: Sequence[tuple[Case, str]],
    predict: Callable[[Case, str], list[Observation]],
    report: Callable[[Case, str, list[Observation]], Awaitable[None] | None],
    workers: int = WORKERS,
) -> None:
    """Observe many pages side by side."""
    queue: asyncio.Queue[tuple[Case, str]] = asyncio.Queue()
    for job in jobs:
        queue.put_nowait(job)

    async def work(browser: Browser, number: int) -> None:
        server = Server()
        await server.start(number)
        try:
            tab = await (await browser.new_context()).new_page()
            while not queue.empty():
                case, stack = queue.get_nowait()
                expected = predict(case, stack)
                if server.site is not None and len(server.site.streams) >= _MOST_CONNECTIONS:
                    # The page that comes next would wait for one of them to end.
                    tab, server.site = await _renewed(tab), None
                try:
                    seen = await _within(observe(tab, server, case, stack, expected), expected)
                except (_NotLeftError, PlaywrightError):
                    tab, server.site = await _renewed(tab), None
                    seen = await _within(observe(tab, server, case, stack, expected), expected)
                if seen[-1].body == FROZEN:
                    tab, server.site = await _renewed(tab), None
                done = report(case, stack, seen)
                if done is not None:
                    await done
        finally:
            await server.stop()

    async with chromium() as browser:
        await asyncio.gather(*(work(browser, number) for number in range(workers)))
