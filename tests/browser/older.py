"""Published versions of htmx that behave otherwise than today's, and what Chromium showed of them.

    python -m tests.browser.older

installs them and writes `fixtures/htmx/older.json` anew: the pages below on each of their
versions. Read what changed before you keep it; `tests/htmx/test_older.py` holds the model to it,
without a browser.
"""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from tests.browser import cases, harness, versions
from tests.browser.by_hand import Group
from tests.browser.harness import Case, Observation
from tests.browser.predict import parsed, predict
from tests.browser.versions import OLDER

FILE = cases.FOLDER / "older.json"
_NAMES = tuple(pair.name for pair in OLDER)
_FIRST = tuple(name for name in _NAMES if name.startswith("htmx 1."))
_SECOND = tuple(name for name in _NAMES if name.startswith("htmx 2."))
_FOURTH = tuple(name for name in _NAMES if name.startswith("htmx 4."))
# The connection is processed for itself, or it is not.
_ON = "<div id=c hx-ext=sse sse-connect=/sse1>%s</div><div id=x>x</div><p id=y>y</p>"
_ABOVE = "<body hx-ext=sse>%s<div id=x>x</div><p id=y>y</p>"
_OLD_WORDS = '<div id=c hx-ext=sse hx-sse="connect:/sse1">%s</div><div id=x>x</div>'

GROUPS = (
    Group(
        "who connects",
        _FIRST,
        (
            ("a plain element", "<div sse-connect=/sse1><p sse-swap=a>1</p></div>", "a: <b>1</b>"),
            ("one that asks", "<div sse-connect=/sse1 hx-get=/r hx-trigger=never><p sse-swap=a>1</p></div>", "a: <b>1</b>"),
            ("one with but a trigger", '<div sse-connect=/sse1 hx-trigger="sse:b"><p sse-swap=a hx-swap=beforeend>1</p></div>', "a: <b>1</b>"),
            ("a form", "<form sse-connect=/sse1><p sse-swap=a hx-swap=beforeend>1</p></form>", "a: <b>1</b>"),
            ("a form, where something is boosted", "<form sse-connect=/sse1><p sse-swap=a hx-swap=beforeend>1</p></form><i hx-boost=true>i</i>", "a: <b>1</b>"),
            ("a link, where something else is boosted", "<a href=/r sse-connect=/sse1><i sse-swap=a hx-swap=beforeend>1</i></a><i hx-boost=true>i</i>", "a: <b>1</b>"),
            ("a link that is boosted", "<i hx-boost=true><a href=/r sse-connect=/sse1><i sse-swap=a hx-target=this hx-swap=beforeend>1</i></a></i>", "a: <b>1</b>"),
            ("a button that submits", "<button type=submit sse-connect=/sse1><i sse-swap=a hx-swap=beforeend>1</i></button>", "a: <b>1</b>"),
            ("by the old words", '<div hx-sse="connect:/sse1"><p sse-swap=a hx-swap=beforeend>1</p></div>', "a: <b>1</b>"),
            ("by the old words, twice", '<div hx-sse="connect:/sse1 connect:/sse2"><p sse-swap=a hx-swap=beforeend>1</p></div>', "/sse1 a: <b>1</b>", "/sse2 a: <b>2</b>"),
        ),
        _ABOVE,
    ),
    Group(
        "who listens",
        _FIRST,
        (
            ("the connection itself", "</div><div hx-ext=sse sse-connect=/sse1 sse-swap=a>1</div><div>", "a: <b>1</b>", "a: <b>2</b>"),
            ("below a connection in it", "<p sse-swap=a hx-swap=beforeend>1</p><div hx-ext=sse sse-connect=/sse2><p sse-swap=a hx-swap=beforeend>2</p></div>", "/sse1 a: <b>1</b>", "/sse2 a: <b>2</b>"),
            ("below one in it that is not processed", "<div sse-connect=/sse2><p sse-swap=a hx-swap=beforeend>2</p></div>", "/sse1 a: <b>1</b>", "/sse2 a: <b>2</b>"),
            ("several names", '<p sse-swap="a, b" hx-swap=beforeend>1</p>', "a: <b>1</b>", "b: <b>2</b>", "c: <b>3</b>"),
            ("by the old words", '<p hx-sse="swap:a" hx-swap=beforeend>1</p>', "a: <b>1</b>"),
            ("by the old words, other ones", '<p hx-sse="other:b swap:a" hx-swap=beforeend>1</p>', "a: <b>1</b>", "b: <b>2</b>"),
            ("by both words", '<p sse-swap=a hx-sse="swap:b" hx-swap=beforeend>1</p>', "a: <b>1</b>", "b: <b>2</b>"),
            ("by the old words and none of the new", '<p sse-swap="" hx-sse="swap:b" hx-swap=beforeend>1</p>', "a: <b>1</b>", "b: <b>2</b>"),
            ("what a swap brought", "<div sse-swap=a>1</div>", "a: <p sse-swap=b>2</p>", "b: <b>3</b>"),
            ("what a swap brought, with a request", "<div sse-swap=a>1</div>", "a: <p sse-swap=b hx-swap=beforeend hx-get=/r hx-trigger=never>2</p>", "b: <b>3</b>"),
            ("what a swap brought, far away", '<div sse-swap=a hx-target="#x">1</div>', "a: <p sse-swap=b hx-get=/r hx-trigger=never>2</p>", "b: <b>3</b>"),
            ("a connection that a swap brought", '<div sse-swap=a hx-target="#x">1</div>', "/sse1 a: <div hx-ext=sse sse-connect=/sse2><p sse-swap=b>2</p></div>", "/sse2 b: <b>3</b>"),
            ("an answer's", '<div hx-get=/r hx-trigger="sse:a">1</div>', "a: 1", "b: <b>2</b>"),
            ("a request once, a request again", '<div hx-get=/r hx-trigger="sse:a" hx-target="#x" hx-swap=beforeend>1</div>', "a: 1", "a: 2"),
        ),
        _ON,
        replies={"/r": "<p sse-swap=b hx-swap=beforeend hx-get=/s hx-trigger=never>r</p>"},
    ),
    Group(
        "who was taken out",
        _FIRST,
        (
            ("a listener", '<div id=d sse-swap=b><p sse-swap=a hx-target="#x" hx-swap=beforeend>1</p></div>', "b: <b>1</b>", "a: <b>2</b>", "a: <b>3</b>"),
            ("a listener, by two names", '<div id=d sse-swap=b><p sse-swap="a,c" hx-target="#x" hx-swap=beforeend>1</p></div>', "b: <b>1</b>", "a: <b>2</b>", "a: <b>3</b>", "c: <b>4</b>", "c: <b>5</b>"),
            ("a listener that asks", '<div id=d sse-swap=b><p hx-get=/r hx-trigger="sse:a" hx-target="#x" hx-swap=beforeend>1</p></div>', "b: <b>1</b>", "a: <b>2</b>", "a: <b>3</b>"),
            ("a listener by the old words", '<div id=d sse-swap=b><p hx-sse="swap:a" hx-target="#x" hx-swap=beforeend>1</p></div>', "b: <b>1</b>", "a: <b>2</b>", "a: <b>3</b>"),
            ("the connection", '<p sse-swap=b hx-target="#c" hx-swap=outerHTML>1</p><p sse-swap=a hx-target="#x" hx-swap=beforeend>2</p>', "b: <b>1</b>", "a: <b>2</b>", "a: <b>3</b>"),
            ("the connection, in something", '</div><main id=m><div hx-ext=sse sse-connect=/sse1><p sse-swap=b hx-target="#m">1</p><p sse-swap=a hx-target="#x" hx-swap=beforeend>2</p></div></main><div>', "b: <b>1</b>", "a: <b>2</b>", "a: <b>3</b>"),
            ("a listener out of its own swap", "<p sse-swap=a hx-swap=outerHTML>1</p>", "a: <b>1</b>", "a: <b>2</b>"),
        ),
        _ON,
    ),
    Group(
        "the core's own words",
        _FIRST,
        (
            ("a target", '<p hx-sse="swap:a" hx-target="#x" hx-swap=beforeend>1</p>', "a: <b>1</b>"),
            ("a target above", '<section hx-target="#x"><p hx-sse="swap:a" hx-swap=beforeend>1</p></section>', "a: <b>1</b>"),
            ("a trigger", '<p hx-get=/r hx-trigger="sse:a" hx-target="#x" hx-swap=beforeend>1</p>', "a: 1"),
            ("a trigger that is taken out", '<section hx-sse="swap:b"><p hx-get=/r hx-trigger="sse:a" hx-target="#x" hx-swap=beforeend>1</p></section>', "b: 1", "a: 2"),
            ("a listener that is taken out", '<section hx-sse="swap:b"><p hx-sse="swap:a" hx-target="#x" hx-swap=beforeend>1</p></section>', "b: 1", "a: 2"),
        ),
        _OLD_WORDS,
    ),
    Group(
        "selectors",
        (*_FIRST, *_SECOND),
        (
            ("the next", "<p sse-swap=a hx-target=next hx-swap=beforeend>1</p><i>i</i>", "a: <b>1</b>"),
            ("the previous", "<i>i</i><p sse-swap=a hx-target=previous hx-swap=beforeend>1</p>", "a: <b>1</b>"),
            ("the next by another name", "<p sse-swap=a hx-target=nextElementSibling hx-swap=beforeend>1</p><i>i</i>", "a: <b>1</b>"),
            ("the next of a kind", '<p sse-swap=a hx-target="next i" hx-swap=beforeend>1</p><i>i</i>', "a: <b>1</b>"),
            ("a list of words and others", '<p sse-swap=a hx-target="#x, closest div" hx-swap=beforeend>1</p>', "a: <b>1</b>"),
            ("a list of others", '<p sse-swap=a hx-target="#none, #x" hx-swap=beforeend>1</p>', "a: <b>1</b>"),
            ("global", '<p sse-swap=a hx-target="global #x" hx-swap=beforeend>1</p>', "a: <b>1</b>"),
            ("bracketed, of a kind", '<p sse-swap=a hx-target="next <i/>" hx-swap=beforeend>1</p><i>i</i>', "a: <b>1</b>"),
            ("bracketed", '<p sse-swap=a hx-target="<#x/>" hx-swap=beforeend>1</p>', "a: <b>1</b>"),
            ("host", "<p sse-swap=a hx-target=host hx-swap=beforeend>1</p>", "a: <b>1</b>"),
        ),
        _ON,
    ),
    Group(
        "triggers and payloads",
        _SECOND,
        (
            ("two events", '<p hx-get=/r hx-trigger="sse:a, sse:b" hx-swap=beforeend>1</p>', "a: 1", "b: 2"),
            ("an event and a delay", '<p hx-get=/r hx-trigger="sse:a throttle:1ms" hx-swap=beforeend>1</p>', "a: 1"),
            ("preserved", "<p sse-swap=a><u id=k hx-preserve>k</u></p>", "a: <b>1</b><u id=k hx-preserve>new</u>"),
            ("preserved out of band", "<p sse-swap=a>1</p><i id=o><u id=k hx-preserve>k</u></i>", "a: <b>1</b><i id=o hx-swap-oob=true><u id=k hx-preserve>new</u></i>"),
            ("preserved, the target itself", "<p id=k hx-preserve sse-swap=a>k</p>", "a: <u id=k hx-preserve>new</u><b>1</b>"),
            ("a partial", "<p sse-swap=a>1</p>", 'a: <hx-partial hx-target="#x"><b>1</b></hx-partial><i>2</i>'),
            ("a partial alone", "<p sse-swap=a>1</p>", 'a: <hx-partial hx-target="#x"><b>1</b></hx-partial>'),
        ),
        _ON,
    ),
    Group(
        "of htmx 4",
        _FOURTH,
        (
            ("a trigger above", '<main hx-trigger:inherited="a from:#c"><p hx-get=/r>1</p></main>', "a: 1"),
            ("an action above one that asks", '<main hx-get:inherited=/r><p hx-trigger="a from:#c" hx-post=/s>1</p></main>', "a: 1"),
            ("an address above one that asks", '<main hx-action:inherited=/s><p hx-trigger="a from:#c" hx-get=/r>1</p></main>', "a: 1"),
            ("a link, boosted, with a trigger", '<main hx-boost:inherited=true><a href=/r hx-trigger="a from:#c" hx-target="#x">1</a></main>', "a: 1"),
            ("a link, boosted, with a trigger above", '<main hx-boost:inherited=true hx-trigger:inherited="a from:#c"><a href=/r hx-target="#x">1</a></main>', "a: 1"),
            ("out of band, by the next", "", ": <i hx-swap-oob='innerHTML:next div'>1</i><b>2</b>"),
            ("out of band, by a selector", "", ": <i hx-swap-oob='innerHTML:#x'>1</i><b>2</b>"),
            ("out of band, by a selector with a blank", "", ": <i hx-swap-oob='innerHTML:body #x'>1</i><b>2</b>"),
            ("out of band, by a target", "", ": <i hx-swap-oob='innerHTML target:#x'>1</i><b>2</b>"),
            ("out of band, by its id", "", ": <i id=x hx-swap-oob=true>1</i><b>2</b>"),
            ("out of band, two of an id", "<i id=d>1</i><i id=d>2</i>", ": <i id=d hx-swap-oob=true>1</i><b>2</b>"),
        ),
        "<div id=c hx-sse:connect=/sse1>old</div><div id=x>x</div>%s",
    ),
    Group(
        "an answer whose place is gone",
        _SECOND,
        (
            ("is put before it", '<p hx-get=/r hx-trigger="sse:a" hx-target="#t" hx-swap=beforebegin>2</p><i id=t>3</i><p hx-get=/q sse-swap=a hx-target="#t" hx-swap=outerHTML>1</p>', "a: <u id=t>1</u>", "a: <u id=t>2</u>"),
            ("is put behind it", '<p hx-get=/r hx-trigger="sse:a" hx-target="#t" hx-swap=afterend>2</p><i id=t>3</i><p hx-get=/q sse-swap=a hx-target="#t" hx-swap=outerHTML>1</p>', "a: <u id=t>1</u>", "a: <u id=t>2</u>"),
            ("deletes it", '<p hx-get=/r hx-trigger="sse:a" hx-target="#t" hx-swap=delete>2</p><i id=t>3</i><p hx-get=/q sse-swap=a hx-target="#t" hx-swap=outerHTML>1</p>', "a: <u id=t>1</u>", "a: <u id=t>2</u>"),
            ("takes its place", '<p hx-get=/r hx-trigger="sse:a" hx-target="#t" hx-swap=outerHTML>2</p><i id=t>3</i><p hx-get=/q sse-swap=a hx-target="#t" hx-swap=outerHTML>1</p>', "a: <u id=t>1</u>", "a: <u id=t>2</u>"),
            ("is put in it", '<p hx-get=/r hx-trigger="sse:a" hx-target="#t">2</p><i id=t>3</i><p hx-get=/q sse-swap=a hx-target="#t" hx-swap=outerHTML>1</p>', "a: <u id=t>1</u>", "a: <u id=t>2</u>"),
        ),
        _ON,
        replies={"/r": "<s>r</s>"},
    ),
)  # fmt: skip


def pages() -> Iterator[tuple[Case, tuple[str, ...]]]:
    for group in GROUPS:
        yield from group.cases()


def recorded() -> list[tuple[Case, str, list[Observation]]]:
    """What Chromium showed of each page on each of its versions."""
    shown = json.loads(FILE.read_text(encoding="utf-8"))
    found = []
    for case, _ in pages():
        for names, steps in shown[case.name]:
            for name in names:
                seen = [
                    Observation(body, streams, _requests(said)) for body, streams, said in steps
                ]
                seen[0].parsed = parsed(case)
                found.append((case, name, seen))
    return found


def _requests(said: list[list[str]]) -> list[tuple[str, str]]:
    return [(method, path) for method, path in said]


def observed() -> dict[tuple[str, str], list[list[Any]]]:
    versions.install(OLDER)
    harness.PUBLISHED.update({pair.name: pair.scripts() for pair in OLDER})
    found: dict[tuple[str, str], list[list[Any]]] = {}

    def keep(case: Case, name: str, seen: list[Observation]) -> None:
        found[case.name, name] = [[one.body, one.streams, one.requests] for one in seen]

    jobs = [(case, name) for case, names in pages() for name in names]
    asyncio.run(harness.run_all(jobs, predict, keep))
    return found


def main() -> None:
    found = observed()
    lines = []
    for case, names in pages():
        alike: list[tuple[list[str], list[list[Any]]]] = []
        for name in names:
            steps = found[case.name, name]
            same = next((others for others, shown in alike if shown == steps), None)
            if same is None:
                alike.append(([name], steps))
            else:
                same.append(name)
        lines.append(f"{json.dumps(case.name)}: {json.dumps(alike)}")
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
