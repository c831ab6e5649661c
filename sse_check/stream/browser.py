"""`--browser`: the page in a headless Chromium with the real scripts, event by event.

The page and its recorded streams are served again from a loopback port; what happens in the
document at each event is observed, not predicted. Scripts come from where the page has them, or
from a folder of packages (`--htmx-dir`) when there is no network.
"""

import json
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from sse_check.stream.around import Node
from sse_check.stream.serve import NUMBERED, Stage, server_of
from sse_check.stream.session import SeenStream, Session, in_order
from sse_check.stream.web import StreamError
from sse_check.stream.wire import WireEvent

_MOST_EVENTS = 200
_LOAD_MS = 15_000
_OPEN_SECONDS = 5.0
_OTHERS = re.compile(r"^(?!http://127\.0\.0\.1[:/])")
_SIZE = {"width": 1000, "height": 700}
_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chromium-headless-shell",
    "chrome-headless-shell",
)
# Elements are numbered as the parser leaves them, before any script of the page has run, and
# every change of the tree is put down to the listener that htmx is serving at that moment.
# Streams of one address are told apart by the order in which they are opened.
_WATCH = """
(() => {
  const opened = {};
  const numbered = url => {
    const number = opened[url] = (opened[url] ?? -1) + 1;
    return url + (String(url).includes('?') ? '&' : '?') + 'NUMBERED' + number;
  };
  window.EventSource = class extends EventSource {
    constructor(url, options) { super(numbered(url), options); }
  };
  // htmx 4 fetches its streams.
  const plain = window.fetch;
  window.fetch = (url, options) =>
    plain.call(window, STREAMS.includes(String(url)) ? numbered(url) : url, options);
  const numbers = new WeakMap(), log = [];
  let current = null, observer = null;
  const number = node => node && numbers.has(node) ? numbers.get(node) : null;
  const note = records => {
    for (const r of records) {
      // Where htmx 4 keeps elements for a moment is no place to land.
      if (current !== null && r.target === document.documentElement) continue;
      log.push({listener: current, target: number(r.target),
        removed: [...r.removedNodes].map(number).filter(n => n !== null),
        before: number(r.previousSibling), after: number(r.nextSibling)});
    }
  };
  const take = () => { if (observer) note(observer.takeRecords()); };
  document.addEventListener('DOMContentLoaded', () => {
    window.__sseCheckElements = [...document.querySelectorAll('*')].map((node, n) => {
      numbers.set(node, n);
      return node.localName + '#' + node.id;
    });
    observer = new MutationObserver(note);
    observer.observe(document.documentElement, {childList: true, subtree: true});
  }, {once: true, capture: true});
  const end = () => { take(); current = null; };
  const begin = event => {
    take();
    const mine = current = number(event.target);
    log.push({listener: mine, what: 'begins'});
    // The element itself is asked: one that removed itself is not in the document any more.
    // htmx 4 tells the document then.
    const element = event.target, name = ends[event.type];
    const done = ended => {
      if (ended.target !== element && ended.target !== document) return;
      for (const place of [element, document]) place.removeEventListener(name, done);
      end();
      log.push({listener: mine, what: 'ends'});
    };
    for (const place of [element, document]) place.addEventListener(name, done);
    // One whose swap fails never says that it is done. htmx 4 swaps a little later.
    if (event.type === 'htmx:sseBeforeMessage') setTimeout(end, 0);
  };
  const ends = {'htmx:sseBeforeMessage': 'htmx:sseMessage',
    'htmx:sse:before:message': 'htmx:sse:after:message'};
  for (const name in ends) document.addEventListener(name, begin, true);
  window.__sseCheckTake = () => { end(); return log.splice(0); };
})();
"""
_IDLE = """
() => new Promise(done => {
  const busy = '.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added';
  const start = performance.now();
  let quiet = 0;
  const look = () => {
    quiet = document.querySelector(busy) ? 0 : quiet + 1;
    if (quiet > 2 || performance.now() - start > 2000) done(); else setTimeout(look, 20);
  };
  setTimeout(look, 40);
})
"""


class Move(NamedTuple):
    """One change of the document: at which listener's event, where, and what went."""

    listener: Node | None
    target: Node | None
    removed: tuple[Node, ...]
    before: Node | None
    after: Node | None


@dataclass(slots=True)
class Seen:
    """What one event did in the browser.

    `served` are the listeners that htmx called, `finished` those whose swap did not fail.
    """

    stream: SeenStream
    event: WireEvent
    served: list[Node]
    finished: list[Node]
    moves: list[Move]


@dataclass(slots=True)
class Watched:
    """Everything that was observed."""

    seen: list[Seen] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    # How many of the page's streams the browser opened.
    opened: int = 0
    before: bytes = b""
    after: bytes = b""


def watch(session: Session, htmx_dir: str | None, progress: Callable[[str], None]) -> Watched:
    """Replay the session in Chromium."""
    with chromium() as browser:
        progress("replaying in Chromium")
        return watch_in(browser, session, htmx_dir)


def watch_in(
    browser: Any,
    session: Session,
    htmx_dir: str | None = None,
    *,
    pictures: bool = True,
) -> Watched:
    """Replay the session in a browser that runs already."""
    paths = [stream.path for stream in _replayed(session)]
    # The page of a sample has a file's name instead of an address.
    address = "/" + session.path.lstrip("/")
    stage = Stage(session.page, session.path, paths, [], address, session.visitor)
    server = server_of(stage)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        origin = f"http://127.0.0.1:{server.server_address[1]}"
        return _Watch(session, stage, browser, htmx_dir, pictures).run(origin)
    finally:
        stage.close()
        server.shutdown()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless browser, or a message that says how to get one."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ModuleNotFoundError:
        raise StreamError("--browser needs Playwright: pip install 'sse-check[browser]'") from None
    given = os.environ.get("SSE_CHECK_CHROMIUM")
    path = given or next((p for name in _NAMES if (p := shutil.which(name))), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error as error:
            first = str(error).strip().splitlines()[0]
            raise StreamError(
                f"--browser finds no Chromium ({first}); `playwright install chromium` brings "
                "one, or set SSE_CHECK_CHROMIUM"
            ) from None
        try:
            yield browser
        finally:
            browser.close()


class _Watch:
    """One page in one browser."""

    def __init__(
        self, session: Session, stage: Stage, browser: Any, htmx_dir: str | None, pictures: bool
    ) -> None:
        self.pictures = pictures
        self.origin = ""
        self.session = session
        self.stage = stage
        self.tab = browser.new_page(viewport=_SIZE)
        self.packages = Packages(Path(htmx_dir)) if htmx_dir else None
        self.watched = Watched()
        self.missing: list[str] = []
        self.elements: dict[int, Node] = {}

    def run(self, origin: str) -> Watched:
        from playwright.sync_api import Error

        self.origin = origin
        tab, watched = self.tab, self.watched
        streams = json.dumps([stream.path for stream in _replayed(self.session)])
        tab.add_init_script(_WATCH.replace("NUMBERED", NUMBERED).replace("STREAMS", streams))
        tab.on("pageerror", lambda error: watched.errors.append(str(error)))
        tab.on("console", self._console)
        tab.on("requestfailed", self._not_there)
        tab.on(
            "response",
            lambda reply: self._not_there(reply.request) if reply.status >= 400 else None,
        )
        tab.route(_OTHERS, self._route)
        try:
            tab.goto(origin + self.stage.address, wait_until="load", timeout=_LOAD_MS)
            self._check_scripts()
            self._number()
            self._wait_for_streams()
            tab.evaluate("__sseCheckTake()")
            watched.before = tab.screenshot() if self.pictures else b""
            events = [one for one in in_order(self.session) if not one[0].late]
            for stream, event in events[:_MOST_EVENTS]:
                watched.seen.append(self._send(stream, event))
            watched.after = tab.screenshot() if self.pictures else b""
            tab.close()
        except Error as error:
            raise StreamError(f"the browser stopped: {str(error).splitlines()[0]}") from error
        return watched

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.watched.errors.append(message.text)

    def _route(self, route: Any) -> None:
        """Of other servers only scripts and styles are asked for."""
        request = route.request
        local = self.packages.find(request.url) if self.packages else None
        if local is not None:
            kind = "text/css" if local.suffix == ".css" else "text/javascript"
            route.fulfill(body=local.read_bytes(), content_type=kind)
        elif request.resource_type in ("script", "stylesheet") and self.packages is None:
            route.continue_()
        else:
            route.abort()

    def _not_there(self, request: Any) -> None:
        if request.resource_type == "script" and request.url not in self.missing:
            self.missing.append(request.url)

    def _check_scripts(self) -> None:
        runs = self.tab.evaluate("typeof window.htmx") != "undefined"
        extension = self.session.view.loaded.script("extension")
        address = urljoin(self.tab.url, extension.url) if extension is not None else ""
        if runs and address not in self.missing:
            return
        what = "the SSE extension" if runs else "htmx"
        lost = [address] if runs else self.missing
        where = f" ({', '.join(lost)} is not there)" if lost else ""
        raise StreamError(
            f"{what} does not run on this page in the browser{where}; without a network, give a "
            "folder with the packages: --htmx-dir node_modules"
        )

    def _number(self) -> None:
        """Match the browser's elements with the model's; the parser may have moved some."""
        nodes = [n for n in self.session.view.root.subtree() if not n.name.startswith("#")]
        ours = [f"{node.name}#{node.attributes.get('id') or ''}" for node in nodes]
        theirs = self.tab.evaluate("__sseCheckElements")
        matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
        for block in matcher.get_matching_blocks():
            for step in range(block.size):
                self.elements[block.b + step] = nodes[block.a + step]

    def _wait_for_streams(self) -> None:
        start = time.monotonic()
        while time.monotonic() - start < _OPEN_SECONDS:
            if self.stage.count() >= len(_replayed(self.session)):
                break
            self.tab.wait_for_timeout(20)
        self.watched.opened = self.stage.count()
        self.tab.evaluate(_IDLE)

    def _send(self, stream: SeenStream, event: WireEvent) -> Seen:
        data = self.stage.moved(event.data, self.origin)
        self.stage.send(event.event, data, (stream.path, self._turn(stream)))
        self.tab.evaluate(_IDLE)
        turns: dict[str, list[Node]] = {"begins": [], "ends": []}
        moves: list[Move] = []
        for entry in self.tab.evaluate("__sseCheckTake()"):
            listener = self._node(entry["listener"])
            if "what" in entry:
                turns[entry["what"]].extend([listener] if listener is not None else [])
                continue
            removed = tuple(n for one in entry["removed"] if (n := self._node(one)) is not None)
            places = (self._node(entry[name]) for name in ("target", "before", "after"))
            target, before, after = places
            moves.append(Move(listener, target, removed, before, after))
        return Seen(stream, event, turns["begins"], turns["ends"], moves)

    def _turn(self, stream: SeenStream) -> int:
        """How many streams of the same address the browser opened before this one.

        Some elements open theirs again, and then it is the last one that is heard.
        """
        paths = {id(one.connection): one.path for one in _replayed(self.session)}
        opened = self.session.view.played.opened
        same = [node for node in opened if paths.get(id(node)) == stream.path]
        turns = [turn for turn, node in enumerate(same) if node is stream.connection]
        return turns[-1] if turns else 0

    def _node(self, number: int | None) -> Node | None:
        return self.elements.get(number) if number is not None else None


def _replayed(session: Session) -> list[SeenStream]:
    """The streams that the page opens by itself: what was done is not done again."""
    return [stream for stream in session.streams if not stream.late]


class Packages:
    """A folder of npm packages, or of plain script files, instead of a network."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise StreamError(f"--htmx-dir {folder}: no such folder")
        self.folder = folder

    def find(self, url: str) -> Path | None:
        """`https://unpkg.com/htmx.org@2.0.4/dist/htmx.js` is `htmx.org/dist/htmx.js` in it."""
        written = [p for p in urlsplit(url).path.split("/") if p not in ("", "npm", "..")]
        if not written:
            return None
        package, _, version = written[0].partition("@")
        described = self._described(package)
        if version and described and _major(described.get("version", "")) != _major(version):
            # Another generation of the script would show something else.
            return None
        inside = self.folder.joinpath(package, *written[1:])
        flat = self.folder / written[-1]
        # What a package's bare address serves.
        named = (described.get(key) for key in ("unpkg", "jsdelivr", "main"))
        bare = [self.folder / package / name for name in named if isinstance(name, str)]
        choices = [inside, inside.with_suffix(".js"), flat, *bare]
        return next((path for path in choices if path.is_file()), None)

    def _described(self, package: str) -> dict[str, Any]:
        file = self.folder / package / "package.json"
        if not file.is_file():
            return {}
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return found


def _major(version: str) -> str:
    return version.lstrip("v^~").split(".")[0]
