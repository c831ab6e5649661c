"""What the map says of a page, as the browser would show it.

The map's JSON is taken at its word: each event that it names is sent to each connection, twice,
and the swaps, requests and streams that it tells of are made on the page as it was parsed.
Nothing here knows htmx.
"""

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from sse_check.findings.context import Context
from sse_check.htmx import markup
from sse_check.htmx.dom import Node
from sse_check.pages.engine import Engine
from sse_check.project.settings import Settings
from sse_check.report.wiring import wiring
from sse_check.report.wiring_json import as_data
from tests.browser.harness import Case, Frame, Observation
from tests.browser.map_pages import (
    ANSWER,
    NUMBER,
    UnsaidError,
    body_after,
    is_unordered,
    number_of,
    placed,
    style_of,
)
from tests.project.helpers import load

Data = dict[str, Any]

_TAG = re.compile(r"<([a-zA-Z][\w-]*)(?=[\s>/])")
_ADDRESS = re.compile(r"(?<=[\s\"'])((?:data-)?(?:hx-sse:connect|sse-connect)=)([\"']?)(/sse\w*)")
_ANSWERED = re.compile(r"hx-(?:get|post)=[\"']?/sse|href=[\"']?/sse")
_ASKS = re.compile(r"hx-(?:get|post)=[\"']?/(?!sse)")
_NAMES_A_TARGET = re.compile(r"hx-target[^\s=]*=(?!\"\"|''|[\s>])|(?<!hx-)target:")
_STREAM = re.compile(r"[\"'=](/sse\w*)")
# The addresses at which elements of the page ask for streams.
ADDRESSES = r"""[...document.querySelectorAll('*')].flatMap(
  e => [...e.attributes].flatMap(a => a.value.match(/\/sse[\w.]*/g) || []))"""
# What a page loads on each stack, as its author would write it.
HEADS: dict[str, tuple[str, ...]] = {
    "htmx1": ("htmx.org@1.9.12", "htmx.org@1.9.12/dist/ext/sse.js"),
    "htmx2": ("htmx.org@2.0.11", "htmx-ext-sse@2.2.4/sse.js"),
    "htmx2-ext210": ("htmx.org@2.0.11", "htmx-ext-sse@2.1.0/sse.js"),
    "htmx4": ("htmx.org@4.0.1", "htmx.org@4.0.1/dist/ext/hx-sse.js"),
    "htmx4-compat": (
        "htmx.org@4.0.1",
        "htmx.org@4.0.1/dist/ext/hx-sse.js",
        "htmx.org@4.0.1/dist/ext/htmx-2-compat.js",
    ),
}
# Beside them the extension of idiomorph: nothing else about the stack is different.
MORPHING: dict[str, tuple[str, ...]] = {
    f"{stack}-morph": (*HEADS[stack], "idiomorph@0.7.4/dist/idiomorph-ext.min.js")
    for stack in ("htmx1", "htmx2", "htmx2-ext210")
}
_EMPTY = frozenset("area base br col embed hr img input link meta source track wbr".split())


class Play(NamedTuple):
    """One event on one connection: the page with its frames, and what should be seen.

    `leaked` are the streams that the first event leaves open for elements that are gone.
    """

    case: Case
    expected: list[Observation]
    leaked: list[str] | None = None


def settled(case: Case) -> Case:
    """The page as a browser writes it down: its parser has nothing left to move."""
    body = next(n for n in markup.page(case.document()).subtree() if n.name == "body")
    return replace(case, html=_written(body))


def _written(node: Node | str) -> str:
    if isinstance(node, str):
        return escape(node, quote=False)
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in node.attributes.items())
    if node.name in _EMPTY:
        return f"<{node.name}{attributes}>"
    return f"<{node.name}{attributes}>{''.join(map(_written, node.children))}</{node.name}>"


def numbered(case: Case) -> Case:
    """Every element gets a number, and every connection an address of its own."""
    count = iter(range(10_000))
    whole = case.html if case.html.startswith("<body") else f"<body>{case.html}</body>"
    html = _TAG.sub(lambda match: f"<{match[1]} data-n={next(count)}", whole)

    def apart(match: "re.Match[str]") -> str:
        number = NUMBER.findall(html, 0, match.start())[-1]
        return f"{match[1]}{match[2]}{match[3]}.{number}"

    replies = dict.fromkeys(("/r", "/y", "/s", "/p", *case.replies), ANSWER)
    return replace(case, html=_ADDRESS.sub(apart, html), replies=replies)


def application(streams: Mapping[str, str]) -> str:
    """A server of a page whose addresses answer with a stream, each with what it sends."""
    routes = "".join(
        f"""
@app.api_route("{address}", methods=["GET", "POST"])
async def stream_{number}():
    async def events():
        {sent or "yield {'data': text()}"}
    return EventSourceResponse(events())
"""
        for number, (address, sent) in enumerate(streams.items())
    )
    return f"""
from fastapi import FastAPI, Request
from fastapi.templating import Jinja2Templates
from sse_starlette.sse import EventSourceResponse

app = FastAPI()
templates = Jinja2Templates(directory="templates")

@app.get("/")
def page(request: Request):
    return templates.TemplateResponse(request, "page.html")
{routes}"""


def map_of(
    case: Case, stack: str, sent: Mapping[str, str] | None = None
) -> tuple[Data | None, str]:
    """The map of a page on its stack, and the page's text; `sent` is what its server streams.

    None where the browser's parser moves something: the trees are compared elsewhere.
    """
    tags = "".join(
        f'<script src="https://unpkg.com/{src}"></script>' for src in (HEADS | MORPHING)[stack]
    )
    text = case.document().replace("</head>", f"{tags}</head>", 1)
    with tempfile.TemporaryDirectory() as folder:
        files = {"templates/page.html": text}
        if sent is not None:
            files["app.py"] = application(sent)
        project = load(Path(folder), files, Settings())
        context = Context(project, tuple(project.files.found.templates))
        pages = as_data(wiring(context))["pages"]
        whole = Engine(project, everything=True).page("templates/page.html")
        told = [_names(variant.root) for variant in whole.variants]
    if any(names != _names(markup.page(text)) for names in told):
        return None, text
    return (pages[0] if pages else {"stack": stack, "connections": []}), text


def _names(root: Node) -> list[str]:
    body = next((node for node in root.subtree() if node.name == "body"), root)
    return [node.name for node in body.subtree()]


def plays(case: Case, stack: str) -> Iterator[Play]:
    """Every event that the map names, on every connection that opens when the page loads."""
    case = numbered(case)
    asked = dict.fromkeys(_STREAM.findall(case.html), "") if answered_by_streams(case) else None
    data, text = map_of(case, stack, asked)
    if data is None:
        return
    assert data["stack"] == stack.removesuffix("-morph"), (data["stack"], stack)
    all_found = [c for c in data["connections"] if c["opens"] == "always"]
    found = [c for c in all_found if not c["on"]]
    found.sort(key=lambda connection: number_of(connection["location"], text))
    open_now = Counter({c["url"]: 0 for c in found})
    first: dict[int, int] = {}
    for connection in found:
        first[id(connection)] = open_now[connection["url"]]
        open_now[connection["url"]] += connection["open"]
    streams = sorted(open_now.elements())
    loaded = Observation(body_after(case, text, []), streams, [])
    played = False
    for connection in found:
        if connection["open"] == 0:
            continue
        start = first[id(connection)]
        only = tuple(range(start, start + connection["open"]))
        for event in _sendable(connection):
            with suppress(UnsaidError):
                play = _play(case, text, loaded, connection, event, only)
                played = True
                yield play
            yield from _again(case, text, loaded, connection, event, only)
    later = [c for c in all_found if c["on"]]
    # A click opens those above as well.
    for connection in later if len(later) == 1 else ():
        opening = _opening(connection, text)
        for event in _sendable(connection) if opening else ():
            assert opening is not None
            played = True
            yield _on_demand(case, text, loaded, connection, event, opening)
    if not played:
        # How the page looks at first is seen before each event.
        yield Play(replace(case, name=f"{case.name} loads", frames=()), [loaded])


def answered_by_streams(case: Case) -> bool:
    """Whether a request of the page is answered by a stream, for all that its server says."""
    return _ANSWERED.search(case.html) is not None


def _sendable(connection: Data) -> list[Data]:
    """The events whose effects the map tells of."""
    return [
        event
        for event in connection["events"]
        if "\n" not in event["name"]
        and not any(_is_unknown(listener) for listener in event["listeners"])
    ]


def _opening(connection: Data, text: str) -> Frame | None:
    """What a person does for a stream that is opened on demand."""
    if _ASKS.search(text):
        # What happens there may happen to others as well.
        return None
    word = connection["on"].partition(" ")[0]
    place = f"[data-n='{number_of(connection['location'], text)}']"
    if word == "click" and " " not in connection["on"]:
        return Frame(None, "", click=place)
    scripts = {
        "revealed": "scrollIntoView()",
        "intersect": "scrollIntoView()",
        "submit": "requestSubmit()",
    }
    if word not in scripts:
        return None
    return Frame(None, "", sends=False, script=f'document.querySelector("{place}").{scripts[word]}')


def _on_demand(
    case: Case, text: str, loaded: Observation, connection: Data, event: Data, opening: Frame
) -> Play:
    """An event on a stream that is opened first."""
    streams = sorted([*loaded.streams, connection["url"]])
    opened = Observation(loaded.body, streams, [])
    start = Counter(loaded.streams)[connection["url"]]
    play = _play(case, text, opened, connection, event, (start,))
    frames = (opening, *play.case.frames)
    return Play(replace(play.case, frames=frames), [loaded, *play.expected], play.leaked)


def _play(
    case: Case, text: str, loaded: Observation, connection: Data, event: Data, only: tuple[int, ...]
) -> Play:
    name = None if event["unnamed"] else event["name"]
    label = f"{case.name}: {connection['url']} {only[0]} {name or 'a message'}"
    frames = tuple(
        Frame(name, f"<i>M{number}M</i>", connection["url"], only=only, probe=ADDRESSES)
        for number in (0, 1)
    )
    for one in _outcomes(event):
        assert _is_misrouted(one, text) == (one["verdict"] == "misrouted"), (case.name, one)
    if is_unordered(_outcomes(event)):
        raise UnsaidError
    steps = [[_first(one) for one in _outcomes(event)], [_second(one) for one in _outcomes(event)]]
    streams = Counter(loaded.streams)
    streams.update(event["streams"]["opened"])
    streams.subtract(event["streams"]["closed"])
    second = event["streams"]["again"]
    seen = [loaded]
    done: list[tuple[int, Data]] = []
    for number, step in enumerate(steps):
        if number == 1:
            if connection["url"] not in +streams:
                break
            streams.update(second["opened"])
            streams.subtract(second["closed"])
        done += [(number, one) for one in step if one is not None]
        requests = [(r["method"], r["address"]) for _, one in done for r in one["requests"]]
        open_now = sorted(streams.elements())
        seen.append(Observation(body_after(case, text, done), open_now, requests))
    leaked = event["streams"]["leaked"]
    return Play(replace(case, name=label, frames=frames[: len(seen) - 1]), seen, leaked)


def _again(
    case: Case, text: str, loaded: Observation, connection: Data, event: Data, only: tuple[int, ...]
) -> Iterator[Play]:
    """What the map says of a payload that is the content of the place where it goes."""
    outcomes = [one for one in _outcomes(event) if one["kind"] in ("swap", "trigger")]
    if len(outcomes) != 1 or len(only) != 1 or outcomes[0]["same"] is None:
        return
    (outcome,) = outcomes
    if len(outcome["same"]["keeps"]) < len(outcome["destroys"]):
        # What is not kept is new, or missing: the page is another one.
        return
    place = placed(markup.page(case.document()), outcome["lands"], text)
    whole = style_of(outcome) == "outerHTML"
    assert place is not None
    payload = _written(place) if whole else "".join(map(_written, place.children))
    streams = Counter(loaded.streams)
    streams.update(outcome["same"]["opened"])
    streams.subtract(outcome["same"]["closed"])
    requests = [(one["method"], one["address"]) for one in outcome["requests"][:1]]
    requests *= outcome["same"]["requests"]
    name = None if event["unnamed"] else event["name"]
    again = replace(
        case,
        name=f"{case.name}: {connection['url']} {name or 'a message'}, all of it again",
        frames=(Frame(name, payload, connection["url"], only=only),),
        replies=dict.fromkeys(case.replies, payload),
    )
    yield Play(again, [loaded, Observation(loaded.body, sorted(streams.elements()), requests)])


def _outcomes(event: Data) -> list[Data]:
    found = [
        {**one, "kind": listener["kind"], "element": listener["element"]}
        for listener in event["listeners"]
        for one in listener["outcomes"]
    ]
    # What is swapped is there before any answer.
    return sorted(found, key=lambda one: one["kind"] == "trigger")


def _is_misrouted(outcome: Data, text: str) -> bool:
    """Whether a swap lands elsewhere, and its listener does not say so of itself."""
    lands, element = outcome["lands"], outcome["element"]
    if outcome["kind"] != "swap" or lands is None or outcome["verdict"] == "lost":
        return str(outcome["verdict"]) == "misrouted"
    tag = text[element["start"]["offset"] : element["end"]["offset"]]
    return bool(lands["location"] != element) and not _NAMES_A_TARGET.search(tag)


def _is_unknown(listener: Data) -> bool:
    return any(one["verdict"] == "unknown" for one in listener["outcomes"])


def _first(outcome: Data) -> Data | None:
    # What is asked for is asked for, wherever the answer goes.
    done = outcome["verdict"] in ("delivered", "misrouted") or outcome["requests"]
    return outcome if done else None


def _second(outcome: Data) -> Data | None:
    if outcome["repeats"]:
        return _first(outcome)
    again = outcome["again"]
    return {**outcome, **again, "times": 1, "also": []} if again else None
