"""What the map says beside where events land, against Chromium: how streams open and end, what
waits, what payloads bring, what cannot be told. The map's JSON is taken at its word.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from tests.browser import harness, points
from tests.browser.harness import Case, Frame, Observation
from tests.browser.map_check import Data, map_of
from tests.browser.points import Point, case_of
from tests.needs import NEEDS_CHROMIUM

pytestmark = [pytest.mark.browser, pytest.mark.slow, NEEDS_CHROMIUM]

Told = Callable[[Data, list[Observation]], str]
# Streams that are asked for by other means than an EventSource.
_FETCHES = """{ const real = window.fetch; window.fetch = (what, how) => {
  const path = new URL(what.url || what, location).pathname;
  if (path.startsWith('/sse')) window.__made.push(path);
  return real(what, how);
} }"""
_HIDE = (
    "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
    "document.dispatchEvent(new Event('visibilitychange'))"
)
# What waits before it comes again waits for nothing, and what it would have waited is noted; so
# is after which time an attempt is given up.
_MOST_WAITS = 8
_WAITS = """window.__waits = []; window.__limits = []; { const real = window.setTimeout;
window.setTimeout = (f, ms, ...rest) => {
  const resolves = String(f).includes('[native code]');
  if (!resolves && ms >= 1000) window.__limits.push(ms);
  if (!resolves || ms < 50) return real(f, ms, ...rest);
  window.__waits.push(ms);
  return window.__waits.length < 8 ? real(f, 0) : 0;
} }"""
# When a stream of an EventSource ends, and when the next one is open.
_REOPENS = """window.__ends = []; { const Real = window.EventSource;
window.EventSource = class extends Real { constructor(...rest) { super(...rest);
  for (const what of ['error', 'open']) this.addEventListener(what, () => {
    if (what === 'error' || window.__ends.length === 1) window.__ends.push(performance.now());
  });
} } }"""
_REOPENED = """new Promise(done => { const end = performance.now() + 9000; const look = () =>
  window.__ends.length > 1 || performance.now() > end ? done(window.__ends) : setTimeout(look, 50);
  look(); })"""
_DELAY, _SLACK = 500, 10
_TIMES = """window.__t = {named: %s, heard: 0, asked: [], changed: 0, moved: 0}; {
const t = window.__t, now = () => performance.now(), hear = () => { t.heard ||= now(); };
const Real = window.EventSource; window.EventSource = class extends Real { constructor(...rest) {
  super(...rest); this.addEventListener('a', hear); } };
document.addEventListener('htmx:sse:before:message', hear);
const asks = path => { if (path.startsWith('/r')) t.asked.push(now()); };
const open = XMLHttpRequest.prototype.open;
XMLHttpRequest.prototype.open = function (method, path, ...rest) {
  asks(path); return open.call(this, method, path, ...rest); };
const real = window.fetch; window.fetch = (what, how) => { asks(what.url || what); return real(what, how); };
const move = document.startViewTransition;
document.startViewTransition = function (...rest) { t.moved++; return move.apply(document, rest); };
new MutationObserver(list => { for (const one of list) for (const node of one.addedNodes)
  if (node.localName === 'b') t.changed ||= now(); }).observe(document, {childList: true, subtree: true});
}"""


def disagreements(
    jobs: Iterable[tuple[Case, str, Data, Told]], *, workers: int = harness.WORKERS
) -> dict[str, str]:
    """What the browser shows otherwise than the map tells, by page and stack."""
    known = {(case.name, stack): (case, data, told) for case, stack, data, told in jobs}
    found: dict[tuple[str, str], str] = {}

    def look(case: Case, stack: str) -> list[Observation]:
        return [Observation(None, [], []) for _ in range(len(case.frames) + 1)]

    def compare(case: Case, stack: str, seen: list[Observation]) -> None:
        _, data, told = known[case.name, stack]
        try:
            found[case.name, stack] = told(data, seen)
        except (ValueError, IndexError, TypeError) as error:
            found[case.name, stack] = f"what was seen is no such page: {error}"

    wanted = [(case, stack) for (_, stack), (case, _, _) in known.items()]
    asyncio.run(harness.run_all(wanted, look, compare, workers))
    again = [(case, stack) for case, stack in wanted if found[case.name, stack]]
    if again:
        # What differs because the machine is slow differs no more.
        asyncio.run(harness.run_all(again, look, compare, workers=2))
    return {f"{name} on {stack}": text for (name, stack), text in found.items() if text}


def told_of(point: Point, stack: str) -> Data:
    data, _ = map_of(case_of(point), stack, point.sent)
    assert data is not None, point.what
    return data


def jobs_of(
    some: Iterable[Point], told: Told, frames: tuple[Frame, ...] | None = None, watch: str = ""
) -> list[tuple[Case, str, Data, Told]]:
    return [
        (case_of(point, frames, watch), stack, told_of(point, stack), told)
        for point in some
        for stack in point.stacks
    ]


def differs(what: str, map_says: object, browser: object) -> str:
    return "" if map_says == browser else f"{what}: map {map_says}; browser {browser}"


# What opens


def _opens(data: Data, seen: list[Observation]) -> str:
    found = [one for one in data["connections"] if one["opens"] == "always"]
    made, open_now = Counter[str](), Counter[str]()
    for one in found:
        made[one["url"]] += one["times"]
        open_now[one["url"]] += 0 if one["waits"] else one["open"]
    later = Counter(open_now)
    if len(seen) > 2:
        # Something happened.
        later.update(one["url"] for one in found if one["on"] and not one["waits"])
    text = differs("opened", sorted(made.elements()), sorted(seen[1].probe))
    text = text or differs("open", sorted(open_now.elements()), seen[0].streams)
    return text or differs("then open", sorted(later.elements()), seen[-1].streams)


def test_what_opens() -> None:
    first = Frame(None, "", sends=False, probe="window.__made")
    jobs = [
        (case_of(point, (first, *point.frames), _FETCHES), stack, told_of(point, stack), _opens)
        for point in points.OPENING
        for stack in point.stacks
    ]
    assert disagreements(jobs) == {}


# What comes again


def _comes_again(data: Data, seen: list[Observation]) -> str:
    (one,) = data["connections"]
    waits, limits = seen[-1].probe
    said = one["reconnects"]
    if said is None:
        return differs("waits", [], waits)
    number = _MOST_WAITS if said["attempts"] is None else said["attempts"]
    text = differs("attempts", number, len(waits))
    for at, wait in enumerate(waits):
        usual = min(said["after"] * 2**at, said["most"])
        if (
            not usual * (1 - said["varies"])
            <= wait / 1000 + 0.001
            <= usual * (1 + said["varies"]) + 0.002
        ):
            text = text or f"wait {at}: map {usual}; browser {wait / 1000}"
    given = set() if said["timeout"] is None else {said["timeout"] * 1000}
    return text or differs("given up after", given if number else set(), set(limits))


def _comes_again_by_the_browser(data: Data, seen: list[Observation]) -> str:
    (one,) = data["connections"]
    ends = seen[-1].probe
    gap = (ends[1] - ends[0]) / 1000 if len(ends) > 1 else None
    said = one["reconnects"]
    if said is None or gap is None:
        return differs("comes again", said, gap)
    early, late = said["after"] * 0.8, said["after"] * 2
    return "" if early <= gap <= late else f"again after: map {said['after']}; browser {gap}"


def _pauses(data: Data, seen: list[Observation]) -> str:
    (one,) = data["connections"]
    hidden, shown = seen[-2].streams, seen[-1].streams
    text = differs("in the background", [] if one["pauses"] else [one["url"]], hidden)
    return text or differs("and then", [one["url"]], shown)


def test_what_comes_again() -> None:
    anew = points.does("window.__waits.length = window.__limits.length = 0")
    over = replace(points.end(0.5), probe="[window.__waits, window.__limits]")
    jobs = []
    for point in points.ENDING:
        # It fails from the second time on.
        html = point.html.replace("/sse1", "/sse-once")
        failing = point._replace(html=html, sent={"/sse-once": ""} if point.sent else None)
        third = tuple(stack for stack in point.stacks if stack in points.THIRD)
        fourth = tuple(stack for stack in point.stacks if stack in points.BOTH_4)
        ends = (replace(points.end(0), probe=_REOPENED),)
        jobs += jobs_of([point._replace(stacks=third)], _comes_again_by_the_browser, ends, _REOPENS)
        frames = (*point.frames, anew, over)
        jobs += jobs_of([failing._replace(stacks=fourth)], _comes_again, frames, _WAITS)
    assert disagreements(jobs) == {}


def test_what_pauses() -> None:
    hides, shows = points.does(_HIDE % "true", 0.3), points.does(_HIDE % "false", 0.3)
    jobs = []
    for point in points.ENDING:
        jobs += jobs_of([point], _pauses, (*point.frames, hides, shows), _WAITS)
    assert disagreements(jobs) == {}


# What waits


def _takes(data: Data, seen: list[Observation]) -> str:
    """Two events came at once: what became of them, and when."""
    (one,) = data["connections"]
    times = seen[-1].probe
    found = [event for event in one["events"] if event["unnamed"] != times["named"]]
    ((listener,),) = [event["listeners"] for event in found if event["name"] in ("a", "message")]
    (outcome,) = listener["outcomes"]
    words = outcome["timing"]
    asked = times["asked"]
    delayed, throttled, slow = (_has(words, what) for what in ("delay:", "throttle:", "swap:"))
    text = ""
    if listener["kind"] == "trigger":
        if not outcome["requests"]:
            return differs("requests", [], asked)
        gaps = [after - before for before, after in pairwise(asked)]
        if throttled:
            text = differs("throttled", [], [gap for gap in gaps if gap < _DELAY - _SLACK])
        else:
            text = differs("requests", 1 if delayed else 2, len(asked))
        text = text or differs("delayed", delayed, asked[0] - times["heard"] > _DELAY - _SLACK)
    start = asked[0] if asked else times["heard"]
    text = text or differs("slow", slow, times["changed"] - start > _DELAY - _SLACK)
    moved = "transition:true" in words
    return text or differs("in a transition", moved, times["moved"] > 0)


def _has(words: list[str], start: str) -> bool:
    return any(word.startswith(start) for word in words)


def test_what_waits() -> None:
    jobs = []
    for point in points.TIMING:
        named = "sse:a" in point.html or "sse-swap" in point.html or '"a from' in point.html
        event = (b"event: a\n" if named else b"") + b"data: <b>1</b>\n\n"
        frame = Frame(None, "", "/sse1", raw=event * 2, probe="window.__t", wait=1.4)
        jobs += jobs_of([point], _takes, (frame,), _TIMES.replace("%s", str(named).lower()))
    assert disagreements(jobs) == {}


# What payloads bring

# Nothing on the pages waits for these before a payload brings it.
_NAMES = ("b", "d")


def _brings(data: Data, seen: list[Observation]) -> str:
    loaded, came, clicked, *heard = seen
    found = [
        brought
        for connection in data["connections"]
        if connection["url"] == "/sse1"
        for event in connection["events"]
        for brought in event["brings"]
    ]
    said: dict[str, list[str]] = {"listener": [], "connection": [], "out-of-band": []}
    for one in found:
        said[one["kind"]] += one["what"].split(", ")
    text = differs("listens", sorted({*said["listener"]} & {*_NAMES}), _heard(clicked, heard))
    # By now all has happened at which one would open.
    opened = Counter(heard[-1].streams) - Counter(loaded.streams)
    text = text or differs("connects", sorted(said["connection"]), sorted(opened.elements()))
    beside = came.probe or "o"
    ends = {one["swap"] for one in found if one["kind"] == "out-of-band"}
    expected = "onew" if "beforeend" in ends else "new" if said["out-of-band"] else "o"
    text = text or differs("out of band", expected, beside)
    return text or differs("beside", {"#o"} & {*said["out-of-band"]}, {*said["out-of-band"]})


def _heard(before: Observation, after: list[Observation]) -> list[str]:
    """The names that made a difference."""
    found = []
    for name, seen in zip(_NAMES, after, strict=True):
        if (seen.body, seen.requests) != (before.body, before.requests):
            found.append(name)
        before = seen
    return found


def test_what_payloads_bring() -> None:
    beside = "document.querySelector('#o')?.textContent"
    jobs = []
    for point in points.BRINGING:
        came = replace(point.frames[0], probe=beside, wait=0.1)
        clicked = points.does("document.querySelector('#n')?.click()")
        names = [Frame(name, f"<u>{name}</u>", wait=0.2) for name in _NAMES]
        jobs += jobs_of([point], _brings, (came, clicked, *names))
    assert disagreements(jobs) == {}


# What cannot be told


def test_what_cannot_be_told() -> None:
    """Where the map says that it cannot tell, pages differ by what fills their hole, else not."""
    untold: dict[tuple[str, str], bool] = {}
    filled: list[tuple[Case, str]] = []
    for point in points.UNTOLD:
        hole = next(name for name in points.FILLINGS if f"{{{{ {name} }}}}" in point.html)
        for stack in point.stacks:
            for connection in told_of(point, stack)["connections"]:
                for event in connection["events"]:
                    name = None if event["unnamed"] else event["name"]
                    what = f"{point.what}: {connection['url']} {event['name']}"
                    frames = (Frame(name, "<b>1</b>", connection["url"], wait=0.2),)
                    untold[what, stack] = _is_untold(event)
                    for value in points.FILLINGS[hole]:
                        case = replace(case_of(point, frames), name=what)
                        filled.append((replace(case, html=points.filled(point, value)), stack))
    seen = _seen(filled, harness.WORKERS)
    slow = {key for key, (one, other) in seen.items() if (one != other) != untold[key]}
    seen |= _seen([job for job in filled if (job[0].name, job[1]) in slow], 2)
    assert {key: one != other for key, (one, other) in seen.items()} == untold
    assert 0 < sum(untold.values()) < len(untold)


def _seen(jobs: list[tuple[Case, str]], workers: int) -> dict[tuple[str, str], list[Any]]:
    """What each page looks like in the end, and what it asked for."""
    found: dict[tuple[str, str], list[Any]] = {}

    def look(case: Case, stack: str) -> list[Observation]:
        return [Observation(None, [], []) for _ in range(2)]

    def keep(case: Case, stack: str, seen: list[Observation]) -> None:
        found.setdefault((case.name, stack), []).append((seen[-1].body, seen[-1].requests))

    asyncio.run(harness.run_all(jobs, look, keep, workers))
    return found


def _is_untold(event: Data) -> bool:
    return any(
        outcome["verdict"] == "unknown"
        for listener in event["listeners"]
        for outcome in listener["outcomes"]
    )
