"""What the tests of htmx's own SSE extensions hold and no model plays: scripts, headers, time."""

import asyncio
from typing import Any, NamedTuple

import pytest

from tests.browser import harness
from tests.browser.harness import Case, Frame, Observation
from tests.needs import NEEDS_CHROMIUM

pytestmark = [pytest.mark.browser, pytest.mark.slow, NEEDS_CHROMIUM]

_IN = '<div id=c hx-ext="sse" sse-connect="/sse1">%s</div>'
_THREE = ("htmx1", "htmx2", "htmx2-ext210")
_LISTEN = "window.q = []; document.addEventListener('%s', e => window.q.push(%s))"
_HIDE = (
    "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
    "document.dispatchEvent(new Event('visibilitychange'))"
)
_HEADERS = (
    "<script>window.q = []; const real = window.fetch; window.fetch = (a, o) => {"
    "window.q.push(o.headers['%s'] || ''); return real(a, o) }</script>"
)
_QUICK = 'hx-config="sse.reconnectDelay:50ms sse.reconnectJitter:0"'


class Told(NamedTuple):
    """A page, and what its last step shows: a probe's value, or the streams."""

    what: str
    stacks: tuple[str, ...]
    html: str
    frames: tuple[Frame, ...]
    probe: Any = None
    streams: tuple[str, ...] | None = None


def does(script: str, probe: str = "1", wait: float = 0.0) -> Frame:
    return Frame(None, "", sends=False, script=script, probe=probe, wait=wait)


def sends(name: str | None, data: str, probe: str = "1", wait: float = 0.1) -> Frame:
    return Frame(name, data, probe=probe, wait=wait)


def ends(probe: str = "1", wait: float = 0.6) -> Frame:
    return Frame(None, "", sends=False, ends=True, probe=probe, wait=wait)


_RAW = Frame(
    None, "", raw=b"data:    \ttwo\n\n", probe="document.querySelector('#c').textContent", wait=0.1
)
_TEXT = "document.querySelector('#c').textContent"
_REMOVE = "document.querySelector('%s').remove()"
_GONE = {
    name: f"{_IN % ''}".replace("></div>", f">{inner}</div>")
    for name, inner in (
        ("swap", "<p sse-swap=e1>1</p>"),
        ("trigger", '<p hx-trigger="sse:e1" hx-get=/d1>1</p>'),
    )
}
TOLD = (
    *(
        Told(f"taken out by a script, it closes at the next event: {kind}", _THREE, html,
             (does(_REMOVE % "#c"), sends("e1", "x")), streams=())
        for kind, html in _GONE.items()
    ),
    Told("a listener that a script takes out hears nothing", _THREE,
         _IN % '<p id=d1 sse-swap="e1,e2">1</p><p id=d2 sse-swap=e2>2</p>',
         (does(_REMOVE % "#d1"), sends("e2", "new", "document.querySelector('#c').textContent")), "new"),
    Told("a trigger without a request fires", ("htmx2",), _IN % '<p hx-trigger="sse:e2">2</p>',
         (does(_LISTEN % ("htmx:trigger", "1")), sends("e2", "x", "window.q.length")), 1),
    Told("an event tells before it is swapped", ("htmx2", "htmx2-ext210"), _IN % "<p sse-swap=e1>1</p>",
         (does(_LISTEN % ("htmx:sseBeforeMessage", "1")), sends("e1", "x", "window.q.length")), 1),
    Told("it can be kept from being swapped", ("htmx2", "htmx2-ext210"), _IN % "<p sse-swap=e1>1</p>",
         (does("document.addEventListener('htmx:sseBeforeMessage', e => e.preventDefault())"),
          sends("e1", "x", "document.querySelector('#c').textContent")), "1"),
    Told("it tells when it was swapped", _THREE, _IN % "<p sse-swap=e1>1</p>",
         (does(_LISTEN % ("htmx:sseMessage", "1")), sends("e1", "x", "window.q.length")), 1),
    Told("hx-sse tells why it closes: an event", ("htmx4",), "<div id=c hx-sse:connect=/sse1 hx-sse:close=done>1</div>",
         (does(_LISTEN % ("htmx:sse:close", "e.detail.reason")), sends("done", "x", "window.q.join()")), "message"),
    Told("hx-sse tells why it closes: the end", ("htmx4",), "<button id=c hx-get=/sse1>1</button>",
         (Frame(None, "", click="#c", wait=0.1), does(_LISTEN % ("htmx:sse:close", "e.detail.reason")),
          ends("window.q.join()", 0.2)), "ended"),
    Told("hx-sse can be kept from swapping", ("htmx4",), "<div id=c hx-sse:connect=/sse1>old</div>",
         (does("document.addEventListener('htmx:sse:before:message', e => e.preventDefault())"),
          sends(None, "x", _TEXT)), "old"),
    Told("hx-on hears a name, with its data", ("htmx4",),
         '<div id=c hx-sse:connect=/sse1 hx-on:progress="this.dataset.p = event.detail.data">1</div>',
         (sends("progress", "50%", "document.querySelector('#c').dataset.p"),), "50%"),
    Told("a name bubbles to the document, from its connection", ("htmx4",), "<div id=c hx-sse:connect=/sse1>1</div>",
         (does(_LISTEN % ("note", "e.target.id")), sends("note", "x", "window.q.join()")), "c"),
    Told("one blank after the colon is dropped, no more", ("htmx4",), "<div id=c hx-sse:connect=/sse1>1</div>", (_RAW,), "   \ttwo"),
    Told("every request says that it takes a stream", ("htmx4",), f"{_HEADERS % 'Accept'}<button id=c hx-get=/d1>1</button>",
         (Frame(None, "", click="#c", probe="window.q.join()", wait=0.2),), "text/html, text/event-stream"),
    Told("a connection comes again when it ends", ("htmx4",), f"<div id=c hx-sse:connect=/sse1 {_QUICK}>1</div>",
         (ends(),), streams=("/sse1",)),
    Told("a request does not", ("htmx4",), "<button id=c hx-get=/sse1>1</button>",
         (Frame(None, "", click="#c", wait=0.1), ends()), streams=()),
    Told("a request does where it says so", ("htmx4",),
         '<button id=c hx-get=/sse1 hx-config="sse.reconnect:true sse.reconnectDelay:50ms">1</button>',
         (Frame(None, "", click="#c", wait=0.1), ends()), streams=("/sse1",)),
    Told("what was seen last is told when it comes again", ("htmx4",),
         f"{_HEADERS % 'Last-Event-ID'}<div id=c hx-sse:connect=/sse1 {_QUICK}>1</div>",
         (Frame(None, "", raw=b"id: 7\ndata: x\n\n", wait=0.1), ends("window.q.join()")), ",7"),
    Told("in the background it ends", ("htmx4",), f"<div id=c hx-sse:connect=/sse1 {_QUICK}>1</div>",
         (does(_HIDE % "true", wait=0.5),), streams=()),
    Told("and comes back", ("htmx4",), f"<div id=c hx-sse:connect=/sse1 {_QUICK}>1</div>",
         (does(_HIDE % "true", wait=0.3), does(_HIDE % "false", wait=0.5)), streams=("/sse1",)),
    Told("in the background it stays, where that is said", ("htmx4",),
         '<div id=c hx-sse:connect=/sse1 hx-config="sse.pauseOnBackground:false">1</div>',
         (does(_HIDE % "true", wait=0.3),), streams=("/sse1",)),
    Told("a request stays in the background", ("htmx4",), "<button id=c hx-get=/sse1>1</button>",
         (Frame(None, "", click="#c", wait=0.1), does(_HIDE % "true", wait=0.3)), streams=("/sse1",)),
    Told("after so many attempts it is over", ("htmx4",),
         '<div id=c hx-sse:connect=/sse-flaky-0 hx-config="sse.reconnectMaxAttempts:0 sse.reconnectDelay:20ms">1</div>',
         (ends(),), streams=()),
    Told("a delay before it connects", ("htmx4",), '<div id=c hx-sse:connect=/sse1 hx-trigger="load delay:200ms">1</div>',
         (does("1", wait=0.4),), streams=("/sse1",)),
)  # fmt: skip


@pytest.fixture(scope="module")
def shown() -> dict[tuple[str, str], Observation]:
    found: dict[tuple[str, str], Observation] = {}
    jobs = [(Case(one.what, one.html, one.frames), stack) for one in TOLD for stack in one.stacks]

    def wait(case: Case, stack: str) -> list[Observation]:
        return [Observation(None, [], []) for _ in range(len(case.frames) + 1)]

    def keep(case: Case, stack: str, seen: list[Observation]) -> None:
        found[case.name, stack] = seen[-1]

    asyncio.run(harness.run_all(jobs, wait, keep))
    return found


@pytest.mark.parametrize("told", TOLD, ids=[one.what for one in TOLD])
def test_told(shown: dict[tuple[str, str], Observation], told: Told) -> None:
    for stack in told.stacks:
        seen = shown[told.what, stack]
        if told.streams is None:
            assert (stack, seen.probe) == (stack, told.probe)
        else:
            assert (stack, tuple(seen.streams)) == (stack, told.streams)
