"""`--serve`: a sample page and its stream on a local port, with a page to send events by hand."""

import json
import queue
import re
import secrets
import sys
import threading
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, NamedTuple
from urllib.parse import parse_qs, urlsplit

from sse_check.source.counted import counted
from sse_check.source.numbers import count_of
from sse_check.stream.visit import Visitor
from sse_check.stream.web import StreamError
from sse_check.stream.wire import WireEvent, encode

CONTROL = "/__control__"
# What a page that is watched writes after the address of a stream, to tell equal ones apart.
NUMBERED = "sse-check-stream="
_HEARTBEAT = 10.0
_LONGEST_BODY = 1_000_000

_STYLE = """
:root { color-scheme: light dark; --bg: #f6f7f9; --card: #fff; --ink: #1d2330; --dim: #667085;
  --line: #cfd5e1; --accent: #3151c9; }
@media (prefers-color-scheme: dark) { :root { --bg: #12151c; --card: #1a1f2a; --ink: #e6e9f0;
  --dim: #97a1b5; --line: #38415a; --accent: #8fa8ff; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem clamp(1rem, 4vw, 4rem); background: var(--bg); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.3rem; } .dim { color: var(--dim); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: .8rem 1rem; margin: .6rem 0; display: flex; gap: 1rem; align-items: center; }
.card pre { margin: 0; flex: 1; overflow-x: auto; font-size: .85em; }
button { font: inherit; padding: .35rem .9rem; border-radius: 7px; cursor: pointer;
  border: 1px solid var(--accent); background: none; color: var(--accent); }
input, textarea { font: inherit; width: 100%; padding: .35rem .6rem; border-radius: 7px;
  border: 1px solid var(--line); background: var(--bg); color: var(--ink); margin-bottom: .5rem; }
"""
_SCRIPT = """
async function send(event, data) {
  const body = new URLSearchParams({event, data, token: TOKEN});
  const answer = await fetch(location.pathname, {method: 'POST', body});
  document.querySelector('output').textContent = await answer.text();
}
document.addEventListener('click', click => {
  const at = click.target.dataset && click.target.dataset.send;
  if (at !== undefined) { const one = EVENTS[at]; send(one.event, one.data); }
});
document.querySelector('form').addEventListener('submit', submit => {
  submit.preventDefault();
  send(submit.target.name.value, submit.target.data.value);
});
"""


def control_page(page: str, events: list[WireEvent], token: str) -> str:
    """The page from which events are sent."""
    cards = "".join(
        f'<div class="card"><button data-send="{number}">send {escape(event.event)}</button>'
        f"<pre>{escape(event.data)}</pre></div>"
        for number, event in enumerate(events)
    )
    listed = json.dumps([{"event": e.event, "data": e.data} for e in events])
    # Inside a script neither `</script>` nor `<!--` may stand.
    listed = listed.replace("<", "\\u003c")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Send events</title>'
        f"<style>{_STYLE}</style></head><body><h1>Send events</h1>"
        f'<p class="dim">They go to every open stream of <a href="/">{escape(page)}</a>. '
        f"<output></output></p>{cards}"
        '<form class="card" style="display: block"><input name="name" placeholder="event name">'
        '<textarea name="data" rows="3" placeholder="data"></textarea>'
        f"<button>send</button></form><script>const EVENTS = {listed}, "
        f"TOKEN = {json.dumps(token)};{_SCRIPT}</script>"
        "</body></html>"
    )


class _Open(NamedTuple):
    """A stream that a page holds open."""

    path: str
    number: int
    frames: queue.Queue[bytes]


class Stage:
    """What is served: the page, its streams, and who listens to them now."""

    def __init__(
        self,
        page: bytes,
        name: str,
        streams: list[str],
        events: list[WireEvent],
        address: str = "/",
        visitor: Visitor | None = None,
    ) -> None:
        self.page = page
        # Who has it may send events: other programs and web pages do not.
        self.token = secrets.token_urlsafe(16)
        self.address = urlsplit(address).path
        self.streams = {urlsplit(path).path for path in streams}
        self.control = control_page(name, events, self.token).encode()
        # Brings whatever else the page asks for.
        self.visitor = visitor
        self.closing = threading.Event()
        self._open: list[_Open] = []
        self._opened: dict[str, int] = {}
        self._lock = threading.Lock()

    def page_at(self, origin: str) -> bytes:
        """The page, with the app's own absolute addresses at the place where it is served now."""
        return self.moved(self.page.decode("utf-8", "surrogateescape"), origin).encode(
            "utf-8", "surrogateescape"
        )

    def moved(self, text: str, origin: str) -> str:
        if self.visitor is None:
            return text
        for own in sorted(self.visitor.own_origins, key=len, reverse=True):
            text = re.sub(rf"(?i){re.escape(own)}(?![\w.:-])", origin, text)
        return text

    def send(self, event: str, data: str, to: tuple[str, int] | None = None) -> int:
        """Send an event to every open stream; returns how many.

        `to` chooses one: an address, and the how manieth stream that was opened there.
        """
        frame = encode(event if event and event != "message" else None, data)
        with self._lock:
            chosen = [one for one in self._open if to in (None, (one.path, one.number))]
            for one in chosen:
                one.frames.put(frame)
            return len(chosen)

    def count(self) -> int:
        """How many streams are open."""
        with self._lock:
            return len(self._open)

    def frames(self, address: str) -> Iterator[bytes]:
        """What one stream brings, for as long as it is open."""
        mine: queue.Queue[bytes] = queue.Queue()
        path, _, given = address.partition(NUMBERED)
        path = path[:-1] if given else path
        with self._lock:
            number = count_of(given)
            if number is None:
                number = self._opened.get(path, 0)
            self._opened[path] = number + 1
            entry = _Open(path, number, mine)
            self._open.append(entry)
        try:
            yield b": open\n\n"
            while not self.closing.is_set():
                try:
                    yield mine.get(timeout=_HEARTBEAT if not self.closing.is_set() else 0)
                except queue.Empty:
                    yield b": still here\n\n"
        finally:
            with self._lock:
                self._open.remove(entry)

    def close(self) -> None:
        self.closing.set()
        with self._lock:
            for one in self._open:
                one.frames.put(b": closing\n\n")


class _Handler(BaseHTTPRequestHandler):
    """Answers for one stage; `server_of` says which."""

    stage: ClassVar[Stage]
    protocol_version = "HTTP/1.1"
    # A client that says nothing is not waited for.
    timeout = 30

    def log_message(self, *_: object) -> None:
        """Requests are not listed: the terminal is for the person."""

    def do_GET(self) -> None:
        if self._is_foreign():
            return
        path = urlsplit(self.path).path
        if path == CONTROL:
            self._control()
        elif path in self.stage.streams:
            self._stream()
        elif path == self.stage.address:
            self._answer(200, self.stage.page_at(self._origin))
        elif self.stage.visitor is not None:
            self._pass_on(self.stage.visitor)
        else:
            self._answer(404, b"not here")

    def do_POST(self) -> None:
        if self._is_foreign():
            return
        body = self._body()
        if body is None:
            self._answer(400, b"how long is it?")
        elif urlsplit(self.path).path != CONTROL:
            self._answer(200, b"")
        else:
            form = parse_qs(body.decode("utf-8", "replace"), True)
            given = {name: (form.get(name) or [""])[0] for name in ("event", "data", "token")}
            self._send(given["token"], given["event"], given["data"])

    def _send(self, token: str, event: str, data: str) -> None:
        if not secrets.compare_digest(token.encode(), self.stage.token.encode()):
            self._answer(403, b"the token is missing: open the address that was printed")
            return
        try:
            count = self.stage.send(event, data.replace("\r\n", "\n"))
        except ValueError as error:
            self._answer(400, str(error).encode("utf-8", "replace"))
            return
        self._answer(200, f"sent to {counted(count, 'open stream')}".encode())

    @property
    def _origin(self) -> str:
        return f"http://{self.headers.get('host', '')}"

    def _is_foreign(self) -> bool:
        """Answer nobody but this address's own pages and whoever typed it."""
        port = self.connection.getsockname()[1]
        host = self.headers.get("host", "").lower()
        origin = self.headers.get("origin")
        site = self.headers.get("sec-fetch-site", "none")
        own = host in (f"127.0.0.1:{port}", f"localhost:{port}")
        if own and origin in (None, f"http://{host}") and site in ("none", "same-origin"):
            return False
        self.close_connection = True
        self._answer(403, b"this address answers its own pages only")
        return True

    def _body(self) -> bytes | None:
        given = self.headers.get("content-length", "0").strip()
        if not re.fullmatch(r"[0-9]{1,9}", given) or int(given) > _LONGEST_BODY:
            self.close_connection = True
            return None
        return self.rfile.read(int(given))

    def _control(self) -> None:
        token = (parse_qs(urlsplit(self.path).query).get("token") or [""])[0]
        if secrets.compare_digest(token.encode(), self.stage.token.encode()):
            self._answer(200, self.stage.control)
        else:
            self._answer(403, b"the token is missing: open the address that was printed")

    def _pass_on(self, visitor: Visitor) -> None:
        """Whatever else the page needs, its app has: styles, scripts, answers to triggers."""
        try:
            reply = visitor.get(self.path)
        except StreamError as error:
            self._answer(502, str(error).encode("utf-8", "replace"))
            return
        kind = reply.headers.get("content-type", "text/html; charset=utf-8")
        self._answer(reply.status, reply.body, kind)

    def _answer(self, status: int, body: bytes, kind: str = "text/html; charset=utf-8") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            for frame in self.stage.frames(self.path):
                self.wfile.write(frame)
                self.wfile.flush()
        except OSError:
            return


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def server_of(stage: Stage, port: int = 0) -> ThreadingHTTPServer:
    """A server for the stage on a loopback port; 0 takes a free one."""
    handler = type("Handler", (_Handler,), {"stage": stage})
    return _Server(("127.0.0.1", port), handler)
