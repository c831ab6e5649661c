"""Pages for what the map says beside where events land: how streams open and end, what keeps a
swap or a request waiting, what payloads bring, what cannot be told.

Each says what a person does on it, and what is sent; what should come of it says the map alone.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from tests.browser.harness import Case, Frame

ONE, TWO, OLD, FOUR, COMPAT = "htmx1", "htmx2", "htmx2-ext210", "htmx4", "htmx4-compat"
THIRD = (ONE, TWO, OLD)
BOTH_4 = (FOUR, COMPAT)
ALL = (*THIRD, *BOTH_4)


class Point(NamedTuple):
    """A page, and what happens on it. `sent` is what its server streams, by address."""

    what: str
    stacks: tuple[str, ...]
    html: str
    frames: tuple[Frame, ...] = ()
    config: Mapping[str, object] = MappingProxyType({})
    sent: dict[str, str] | None = None


def case_of(point: Point, frames: tuple[Frame, ...] | None = None, watch: str = "") -> Case:
    """A page that comes to rest by itself: what happens there takes the time that it says."""
    chosen = point.frames if frames is None else frames
    return Case(point.what, point.html, chosen, dict(point.config), watch=watch, look_after=0.15)


def does(script: str = "1", wait: float = 0.15) -> Frame:
    return Frame(None, "", sends=False, script=script, wait=wait)


def end(wait: float = 0.3) -> Frame:
    return Frame(None, "", sends=False, ends=True, wait=wait)


def click(selector: str) -> Frame:
    return Frame(None, "", click=selector, wait=0.1)


def _third(html: str) -> str:
    return f'<div id=c hx-ext="sse" sse-connect="/sse1">{html}</div>'


def _four(said: str, inner: str = "old", rest: str = "") -> str:
    return f"<div id=c hx-sse:connect=/sse1 {said}>{inner}</div>{rest}"


def _many(count: int, attribute: str) -> str:
    return "".join(f"<p hx-ext=sse {attribute}=/sse{n}>{n}</p>" for n in range(1, count + 1))


_TALL = "<div style='height: 4000px'></div>"
_SCROLL = "document.querySelector('#late').scrollIntoView()"

# What opens, when the page loads and when something happens then.
OPENING = (
    Point("one", THIRD, _third("<p sse-swap=a>1</p>")),
    Point("one of htmx 4", BOTH_4, _four("")),
    Point("one in another", ALL, _third("<div hx-ext=sse sse-connect=/sse2><p sse-swap=a>1</p></div>")),
    Point("six", ALL, _many(6, "sse-connect")),
    Point("seven", ALL, _many(7, "sse-connect")),
    Point("nine", ALL, _many(9, "sse-connect")),
    Point("eight of htmx 4", BOTH_4, _many(8, "hx-sse:connect")),
    Point("six, and one on demand", (FOUR,), _many(6, "hx-sse:connect") + "<button id=late hx-sse:connect=/sse9 hx-trigger=click>9</button>", (click("#late"),)),
    Point("it closes by a name and is written again", THIRD, '<div hx-ext=sse sse-connect="/sse1" sse-close=done><p sse-swap=a>1</p></div><div hx-ext=sse sse-connect="/sse2" sse-close=done></div>'),
    Point("with a request of its own", ALL, '<div hx-ext=sse sse-connect=/sse1 hx-get=/r hx-trigger="sse:a"><p sse-swap=a>1</p></div>'),
    Point("six, one of which opens twice", THIRD, _many(4, "sse-connect") + "<div hx-ext=sse><div hx-get=/r sse-connect=/sse8><div hx-post=/r><p sse-swap=a>1</p></div></div></div>" + _many(1, "sse-connect").replace("/sse1", "/sse9")),
    Point("with requests around", ALL, "<div hx-ext=sse><div hx-get=/r sse-connect=/sse1><div hx-post=/r><p sse-swap=a>1</p></div></div></div>"),
    Point("the extension twice", THIRD, "<div hx-ext=sse><div hx-ext=sse sse-connect=/sse1><div hx-ext=sse><p sse-swap=a>1</p></div></div></div>"),
    Point("on a form", ALL, "<form hx-ext=sse sse-connect=/sse1 hx-post=/r><button>1</button></form>"),
    Point("on the body", ALL, "<body hx-ext=sse sse-connect=/sse1><p sse-swap=a>1</p></body>"),
    Point("in a boosted part", ALL, "<main hx-boost=true hx-ext=sse><a href=/r sse-connect=/sse1>1</a><form action=/r sse-connect=/sse2></form></main>"),
    Point("it loads and connects", (*THIRD, FOUR), "<div hx-ext=sse sse-connect=/sse1 hx-get=/r hx-trigger=load>1</div>"),
    Point("on a click", BOTH_4, _four("hx-trigger=click"), (click("#c"),)),
    Point("a click, once", BOTH_4, _four('hx-trigger="click once"'), (click("#c"), click("#c"))),
    Point("a click elsewhere", BOTH_4, _four('hx-trigger="click from:#b"', rest="<button id=b>b</button>"), (click("#b"),)),
    Point("at load and on a click", BOTH_4, _four('hx-trigger="load, click"'), (click("#c"),)),
    Point("when it is seen", BOTH_4, f"{_TALL}<div id=late hx-sse:connect=/sse1 hx-trigger=revealed>old</div>", (does(_SCROLL, 0.4),)),
    Point("when it intersects", BOTH_4, f'{_TALL}<div id=late hx-sse:connect=/sse1 hx-trigger="intersect once">old</div>', (does(_SCROLL, 0.4),)),
    Point("every so often", BOTH_4, _four('hx-trigger="every 700ms"'), (does(wait=1.0),)),
    Point("after a delay", BOTH_4, _four('hx-trigger="load delay:700ms"'), (does(wait=1.0),)),
    Point("by a name of another stream", BOTH_4, _four("", rest='<div id=d hx-sse:connect=/sse2 hx-trigger="go from:#c">d</div>'), (Frame("go", "x", "/sse1", wait=0.1),)),
    Point("by a name that is dispatched", BOTH_4, _four('hx-trigger="go from:body"'), (does("htmx.trigger(document.body, 'go')"),)),
    Point("a button answered by a stream", BOTH_4, "<button id=q hx-get=/sse1>go</button>", (click("#q"),), sent={"/sse1": ""}),
    Point("a form answered by a stream", BOTH_4, "<form hx-post=/sse1 hx-target=#o><button id=q>go</button></form><p id=o>o</p>", (click("#q"),), sent={"/sse1": ""}),
    Point("answered at load", BOTH_4, "<p hx-get=/sse1 hx-trigger=load>1</p>", sent={"/sse1": ""}),
    Point("a boosted link answered by a stream", BOTH_4, "<a id=q hx-boost=true href=/sse1 hx-target=#o>go</a><p id=o>o</p>", (click("#q"),), sent={"/sse1": ""}),
    Point("boosted by what is above, answered by a stream", BOTH_4, "<main hx-boost=true hx-boost:inherited=true><a id=q href=/sse1 hx-target=#o>go</a><a href=/sse1 target=_blank>away</a><b href=/sse1>none</b></main><p id=o>o</p>", (click("#q"),), sent={"/sse1": ""}),
    Point("answered when it is seen", BOTH_4, f"{_TALL}<div id=late hx-get=/sse1 hx-trigger=revealed>old</div>", (does(_SCROLL, 0.4),), sent={"/sse1": ""}),
    Point("answered by a stream, on another htmx", THIRD, "<button id=q hx-get=/sse1>go</button>", sent={"/sse1": ""}),
    Point("hx-sse left over", BOTH_4, '<div hx-sse="connect:/sse1 swap:a">1</div>'),
    Point("hx-sse of the core", (TWO,), '<div hx-sse="connect:/sse1 swap:a">1</div>'),
    Point("without the extension", THIRD, "<div sse-connect=/sse1><p sse-swap=a>1</p></div>"),
    Point("with another extension", THIRD, '<div hx-ext="preload" sse-connect=/sse1><p sse-swap=a>1</p></div>'),
    Point("with data- before it", ALL, '<div data-hx-ext="sse" data-sse-connect=/sse1><p data-sse-swap=a>1</p></div>'),
    Point("ignored", ALL, "<main hx-ignore><div hx-ext=sse sse-connect=/sse1>1</div></main><main hx-disable><div hx-ext=sse sse-connect=/sse2>2</div></main>"),
    Point("ignored in htmx 4", BOTH_4, "<main hx-ignore><div hx-sse:connect=/sse1>1</div></main><main hx-disable><div hx-sse:connect=/sse2>2</div></main>"),
    Point("in a template", ALL, "<template><div hx-ext=sse sse-connect=/sse1>1</div></template>"),
)  # fmt: skip

_QUICK = "sse.reconnectJitter:0"
# What comes again after its end, and when.
ENDING = (
    Point("a connection", THIRD, _third("<p sse-swap=a>1</p>")),
    Point("without more", BOTH_4, _four("")),
    Point("by its old name", BOTH_4, _third("")),
    Point("a delay", BOTH_4, _four(f'hx-config="sse.reconnectDelay:800ms {_QUICK}"')),
    Point("a delay in seconds", (FOUR,), _four(f'hx-config="sse.reconnectDelay:2s {_QUICK}"')),
    Point("a delay without a unit", (FOUR,), _four(f'hx-config="sse.reconnectDelay:900 {_QUICK}"')),
    Point("a jitter", (FOUR,), _four('hx-config="sse.reconnectDelay:1s sse.reconnectJitter:0.05"')),
    Point("a bound", (FOUR,), _four(f'hx-config="sse.reconnectDelay:200ms sse.reconnectMaxDelay:700ms {_QUICK}"')),
    Point("a bound below the delay", (FOUR,), _four(f'hx-config="sse.reconnectDelay:900ms sse.reconnectMaxDelay:300ms {_QUICK}"')),
    Point("three attempts", BOTH_4, _four(f'hx-config="sse.reconnectMaxAttempts:3 {_QUICK}"')),
    Point("no attempt", (FOUR,), _four('hx-config="sse.reconnectMaxAttempts:0"')),
    Point("none", BOTH_4, _four('hx-config="sse.reconnect:false"')),
    Point("none, in JSON", (FOUR,), _four("""hx-config='{"sse": {"reconnect": false}}'""")),
    Point("a time limit", BOTH_4, _four('hx-config="sse.connectTimeout:5s"')),
    Point("no time limit", (FOUR,), _four('hx-config="sse.connectTimeout:0"')),
    Point("a time limit of all requests", (FOUR,), _four(""), config={"defaultTimeout": 7000}),
    Point("settings of the page", BOTH_4, _four(""), config={"sse": {"reconnectDelay": 1500, "reconnectJitter": 0}}),
    Point("none on the page", (FOUR,), _four(""), config={"sse": {"reconnect": False}}),
    Point("the page against the element", (FOUR,), _four('hx-config="sse.reconnect:true sse.reconnectDelay:1s"'), config={"sse": {"reconnect": False, "reconnectJitter": 0}}),
    Point("it stays in the background", BOTH_4, _four('hx-config="sse.pauseOnBackground:false"')),
    Point("all stay in the background", (FOUR,), _four(""), config={"sse": {"pauseOnBackground": False}}),
    Point("a name closes it", (FOUR,), _four("hx-sse:close=done")),
    Point("a request", BOTH_4, "<button id=c hx-get=/sse1>go</button>", (click("#c"),), sent={"/sse1": ""}),
    Point("a request that says so", (FOUR,), f'<button id=c hx-get=/sse1 hx-config="sse.reconnect:true {_QUICK}">go</button>', (click("#c"),), sent={"/sse1": ""}),
    Point("a request that pauses", (FOUR,), '<button id=c hx-get=/sse1 hx-config="sse.pauseOnBackground:true">go</button>', (click("#c"),), sent={"/sse1": ""}),
    Point("a request on a page with settings", (FOUR,), "<button id=c hx-get=/sse1>go</button>", (click("#c"),), {"sse": {"reconnect": True, "reconnectDelay": 600}}, {"/sse1": ""}),
    Point("on a click", BOTH_4, _four("hx-trigger=click"), (click("#c"),)),
    Point("settings above it", (FOUR,), f'<main hx-config:inherited="sse.reconnectDelay:1200ms {_QUICK}">{_four("")}</main>'),
    Point("settings above it, not inherited", (FOUR,), f'<main hx-config="sse.reconnectDelay:1200ms {_QUICK}">{_four("")}</main>'),
)  # fmt: skip

_SLOW = 'hx-swap="innerHTML swap:500ms"'
# What an event does, and how long that takes; two of them come at once.
TIMING = (
    Point("a request", THIRD, _third('<p id=l hx-get=/r hx-trigger="sse:a">1</p>')),
    Point("a request, delayed", THIRD, _third('<p id=l hx-get=/r hx-trigger="sse:a delay:500ms">1</p>')),
    Point("a request, throttled", THIRD, _third('<p id=l hx-get=/r hx-trigger="sse:a throttle:500ms">1</p>')),
    Point("a request from elsewhere, delayed", THIRD, _third('<p id=l hx-get=/r hx-trigger="sse:a from:#c delay:500ms">1</p>')),
    Point("a request whose answer waits", THIRD, _third(f'<p id=l hx-get=/r hx-trigger="sse:a" {_SLOW}>1</p>')),
    Point("both", THIRD, _third(f'<p id=l hx-get=/r hx-trigger="sse:a delay:500ms" {_SLOW}>1</p>')),
    Point("a swap", THIRD, _third("<p id=l sse-swap=a>1</p>")),
    Point("a swap that waits", THIRD, _third(f"<p id=l sse-swap=a {_SLOW}>1</p>")),
    Point("a swap in a transition", THIRD, _third('<p id=l sse-swap=a hx-swap="innerHTML transition:true">1</p>')),
    Point("a swap that waits, inherited", THIRD, f"<main {_SLOW}>{_third('<p id=l sse-swap=a>1</p>')}</main>"),
    Point("transitions of the page", THIRD, _third("<p id=l sse-swap=a>1</p>"), config={"globalViewTransitions": True}),
    Point("delays of the page", THIRD, _third("<p id=l sse-swap=a>1</p>"), config={"defaultSwapDelay": 500}),
    Point("a message", BOTH_4, _four("", rest="<p id=l>l</p>")),
    Point("a message that waits", BOTH_4, _four(_SLOW)),
    Point("a message in a transition", BOTH_4, _four('hx-swap="innerHTML transition:true"')),
    Point("transitions of a page of htmx 4", BOTH_4, _four(""), config={"transitions": True}),
    Point("a name", BOTH_4, _four("", rest='<p id=l hx-get=/r hx-trigger="a from:#c">1</p>')),
    Point("a name, delayed", BOTH_4, _four("", rest='<p id=l hx-get=/r hx-trigger="a from:#c delay:500ms">1</p>')),
    Point("a name, throttled", BOTH_4, _four("", rest='<p id=l hx-get=/r hx-trigger="a from:#c throttle:500ms">1</p>')),
    Point("a name on the connection, delayed", BOTH_4, _four("", """<p id=l hx-get=/r hx-trigger="a from:'closest div' delay:500ms">1</p>""")),
    Point("a name whose answer waits", BOTH_4, _four("", rest=f'<p id=l hx-get=/r hx-trigger="a from:#c" {_SLOW}>1</p>')),
)  # fmt: skip


def sent(name: str | None, data: str) -> str:
    """What a route yields for one event."""
    named = f"'event': {name!r}, " if name is not None else ""
    return f"yield {{{named}'data': {data!r}}}"


def _brings(what: str, stacks: tuple[str, ...], html: str, name: str | None, data: str) -> Point:
    return Point(
        what,
        stacks,
        html,
        (Frame(name, data, "/sse1"),),
        sent={"/sse1": sent(name, data), "/sse2": "", "/sse3": ""},
    )


_LISTENS = "<p id=l sse-swap=a>old</p><p id=o>o</p>"
# What one known payload brings.
BRINGING = (
    _brings("text", THIRD, _third(_LISTENS), "a", "<b>1</b>"),
    _brings("a listener", THIRD, _third(_LISTENS), "a", "<i id=n sse-swap=b>1</i>"),
    _brings("a listener to two names", THIRD, _third(_LISTENS), "a", "<i id=n sse-swap='b, d'>1</i>"),
    _brings("two listeners", THIRD, _third(_LISTENS), "a", "<i id=n sse-swap=b>1</i><i id=n2 sse-swap=d>2</i>"),
    _brings("a listener in something", THIRD, _third(_LISTENS), "a", "<section><i id=n sse-swap=b>1</i></section>"),
    _brings("a trigger", THIRD, _third(_LISTENS), "a", "<i id=n hx-get=/r hx-trigger='sse:b'>1</i>"),
    _brings("a connection", THIRD, _third(_LISTENS), "a", "<div id=n sse-connect=/sse2>1</div>"),
    _brings("a connection that says what it needs", THIRD, _third(_LISTENS), "a", "<div id=n hx-ext=sse sse-connect=/sse2><i id=n2 sse-swap=b>1</i></div>"),
    _brings("a connection in another", THIRD, _third(_LISTENS), "a", "<div sse-connect=/sse2><div sse-connect=/sse3></div></div>"),
    _brings("a connection that is ignored", THIRD, _third(_LISTENS), "a", "<div hx-ext='ignore:sse' sse-connect=/sse2>1</div>"),
    _brings("a connection where no extension is", THIRD, _third("<p id=l sse-swap=a hx-target='#far'>old</p>") + "<p id=far>far</p>", "a", "<div id=n sse-connect=/sse2>1</div>"),
    _brings("a listener where no connection is", THIRD, _third("<p id=l sse-swap=a hx-target='#far'>old</p>") + "<p id=far>far</p>", "a", "<i id=n sse-swap=b>1</i>"),
    _brings("a part out of band", THIRD, _third(_LISTENS), "a", "<p id=o hx-swap-oob=true>new</p><b>1</b>"),
    _brings("a part out of band, inside", THIRD, _third(_LISTENS), "a", "<p id=o hx-swap-oob=innerHTML>new</p><b>1</b>"),
    _brings("a part out of band, at an end", THIRD, _third(_LISTENS), "a", "<p id=o hx-swap-oob=beforeend>new</p><b>1</b>"),
    _brings("a part out of band, by a selector", THIRD, _third(_LISTENS), "a", "<p hx-swap-oob='innerHTML:#o'>new</p><b>1</b>"),
    _brings("a connection that is kept", ALL, "<div hx-ext=sse sse-connect=/sse1 sse-swap=a><div id=k hx-preserve sse-connect=/sse2>2</div></div><p id=o>o</p>", "a", "<section hx-get=/r><div id=k hx-preserve sse-connect=/sse2>2</div></section><b>1</b>"),
    _brings("a part out of band for what is not there", THIRD, _third(_LISTENS), "a", "<p id=nowhere hx-swap-oob=true>new</p><b>1</b>"),
    _brings("a listener out of band", THIRD, _third(_LISTENS), "a", "<p id=o hx-swap-oob=true sse-swap=b>new</p><b>1</b>"),
    _brings("a connection out of band", THIRD, _third(_LISTENS), "a", "<p id=o hx-swap-oob=true sse-connect=/sse2>new</p><b>1</b>"),
    _brings("nothing, as text", (TWO, OLD), _third("<p id=l sse-swap=a hx-swap=textContent>old</p>"), "a", "<i id=n sse-swap=b>1</i>"),
    _brings("nothing, to be deleted", THIRD, _third("<p id=l sse-swap=a hx-swap=delete>old</p>"), "a", "<i id=n sse-swap=b>1</i>"),
    _brings("itself again", THIRD, _third("<p id=l sse-swap=a hx-swap=outerHTML>old</p>"), "a", "<p id=n sse-swap=a hx-swap=outerHTML>new</p>"),
    _brings("itself with another name", THIRD, _third("<p id=l sse-swap=a hx-swap=outerHTML>old</p>"), "a", "<p id=n sse-swap=b hx-swap=outerHTML>new</p>"),
    _brings("a connection in htmx 4", BOTH_4, _four("hx-swap=innerHTML"), None, "<div id=n hx-sse:connect=/sse2>1</div>"),
    _brings("one in another, in htmx 4", BOTH_4, _four(""), None, "<div hx-sse:connect=/sse2><p hx-sse:connect=/sse3>1</p></div>"),
    _brings("one on a click", BOTH_4, _four(""), None, "<div id=n hx-sse:connect=/sse2 hx-trigger=click>1</div>"),
    _brings("one that is ignored", BOTH_4, _four(""), None, "<section hx-ignore><div id=n hx-sse:connect=/sse2>1</div></section>"),
    _brings("a trigger in htmx 4", BOTH_4, _four(""), None, "<i id=n hx-get=/r hx-trigger='b from:#c'>1</i>"),
    _brings("a script in htmx 4", (FOUR,), _four(""), None, "<i id=n hx-on:b=\"this.textContent = 'MARK'\">1</i>"),
    _brings("sse-swap in htmx 4", (FOUR,), _four(""), None, "<i id=n sse-swap=b>1</i>"),
    _brings("out of band in htmx 4", BOTH_4, _four("", rest="<p id=o>o</p>"), None, "<p id=o hx-swap-oob=true>new</p><b>1</b>"),
    _brings("a partial", BOTH_4, _four("", rest="<p id=o>o</p>"), None, "<hx-partial hx-target='#o'><b>new</b></hx-partial>"),
    _brings("a partial, added", BOTH_4, _four("", rest="<p id=o>o</p>"), None, "<hx-partial hx-target='#o' hx-swap=beforeend><b>new</b></hx-partial><u>1</u>"),
    _brings("a connection in a partial", BOTH_4, _four("", rest="<p id=o>o</p>"), None, "<hx-partial hx-target='#o'><b hx-sse:connect=/sse2>new</b></hx-partial>"),
    _brings("a partial for what is not there", BOTH_4, _four(""), None, "<hx-partial hx-target='#nowhere'><b>new</b></hx-partial>"),
)  # fmt: skip

_HOLE = re.compile(r"\{\{ (\w+) \}\}")


def filled(point: Point, value: str) -> str:
    """The page with a value where it has a hole."""
    return _HOLE.sub(value, point.html)


_BESIDE = "<p id=x>x</p><p id=y>y</p>"
# Where something cannot be told: what is put into the holes is one thing or another.
UNTOLD = (
    Point("a target", THIRD, _third('<p id=u sse-swap=a hx-target="{{ where }}">1</p><p id=k sse-swap=b>2</p>') + _BESIDE),
    Point("a style", THIRD, _third('<p id=u sse-swap=a hx-swap="{{ how }}">1</p><p id=k sse-swap=b>2</p>') + _BESIDE),
    Point("a target above some", THIRD, _third('<section hx-target="{{ where }}"><p id=u sse-swap=a>1</p></section><p id=k sse-swap=b>2</p>') + _BESIDE),
    Point("a target above, with its own", THIRD, _third('<section hx-target="{{ where }}"><p id=u sse-swap=a>1</p><p id=k sse-swap=b hx-target=this>2</p></section>') + _BESIDE),
    Point("one of two on a name", THIRD, _third('<p id=u sse-swap=a hx-target="{{ where }}">1</p><p id=k sse-swap=b>2</p><p id=k2 sse-swap=d>3</p>') + _BESIDE),
    Point("a target in htmx 4", BOTH_4, '<div id=u hx-sse:connect=/sse1 hx-target="{{ where }}">1</div><div id=k hx-sse:connect=/sse2>2</div>' + _BESIDE),
    Point("a style in htmx 4", BOTH_4, '<div id=u hx-sse:connect=/sse1 hx-swap="{{ how }}">1</div><div id=k hx-sse:connect=/sse2>2</div>' + _BESIDE),
    Point("a target above, in htmx 4", (FOUR,), '<main hx-target:inherited="{{ where }}"><div id=u hx-sse:connect=/sse1>1</div></main><div id=k hx-sse:connect=/sse2>2</div>' + _BESIDE),
    Point("what does not come down", THIRD, _third('<main hx-target="#x"><section hx-disinherit="{{ kept }}"><p id=u sse-swap=a>1</p></section></main><p id=k sse-swap=b>2</p>') + _BESIDE),
    Point("a filter", THIRD, _third('<p id=u hx-get=/r hx-trigger="sse:a[{{ whether }}]">1</p><p id=k sse-swap=b>2</p>')),
    Point("an address", THIRD, _third('<p id=k hx-get="/{{ path }}" hx-trigger="sse:a">1</p><p id=k2 sse-swap=b>2</p>')),
    Point("a filter in htmx 4", BOTH_4, '<div id=k hx-sse:connect=/sse1>1</div><p id=u hx-get=/r hx-trigger="a[{{ whether }}] from:#k">2</p>'),
    Point("a target above that is not inherited", (FOUR,), '<main hx-target="{{ where }}"><div id=k hx-sse:connect=/sse1>1</div></main>' + _BESIDE),
)  # fmt: skip
FILLINGS = {
    "where": ("#x", "#y"),
    "how": ("beforeend", "delete"),
    "whether": ("true", "false"),
    "path": ("r", "r"),
    "kept": ("hx-target", "hx-swap"),
}
