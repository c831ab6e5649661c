"""The map's JSON against Chromium: every known row, and random pages, on every stack."""

import asyncio
import os
import re
from collections import Counter
from collections.abc import Iterable

import pytest

from tests.browser import cases, generate, harness
from tests.browser.harness import Case, Observation
from tests.browser.map_check import HEADS, Data, map_of, numbered, plays, settled
from tests.browser.predict import MODELS, comes_to_rest, difference
from tests.needs import NEEDS_CHROMIUM

SEEDS = int(os.environ.get("SSE_CHECK_MAP_SEEDS", "12"))
FIRST_SEED = int(os.environ.get("SSE_CHECK_FIRST_SEED", "0"))
# A browser opens six streams to one origin, some of which are on their way out.
_MOST_STREAMS = 4

pytestmark = [pytest.mark.browser, pytest.mark.slow, NEEDS_CHROMIUM]


def disagreements(pages: Iterable[Case], stack: str) -> tuple[int, dict[str, str]]:
    """How many events were played, and what the map and the browser say differently."""
    expected: dict[str, list[Observation]] = {}
    leaked: dict[str, list[str] | None] = {}
    jobs: list[tuple[Case, str]] = []
    for page in pages:
        for one in plays(page, stack):
            if all(len(seen.streams) <= _MOST_STREAMS for seen in one.expected):
                expected[one.case.name] = one.expected
                leaked[one.case.name] = one.leaked
                jobs.append((one.case, stack))
    found: dict[str, str] = {}

    def look(case: Case, stack: str) -> list[Observation]:
        return expected[case.name]

    def compare(case: Case, stack: str, seen: list[Observation]) -> None:
        told = expected[case.name]
        told[0].parsed = seen[0].parsed
        for ours, theirs in zip(told, seen, strict=True):
            ours.requests.sort()
            theirs.requests.sort()
        found[case.name] = difference(told, seen) or _leaks_differ(leaked[case.name], case, seen)

    asyncio.run(harness.run_all(jobs, look, compare))
    again = [job for job in jobs if found[job[0].name]]
    if again:
        # One at a time: what differs because the machine is slow differs no more.
        asyncio.run(harness.run_all(again, look, compare, workers=1))
    return len(jobs), {name: text for name, text in found.items() if text}


def _leaks_differ(leaked: list[str] | None, case: Case, seen: list[Observation]) -> str:
    """Whether the first event left open other streams of elements that are gone."""
    if leaked is None:
        return ""
    first = next(at for at, frame in enumerate(case.frames, 1) if frame.sends and not frame.click)
    found = Counter(url for url in seen[first].streams if url not in seen[first].probe)
    if found == Counter(leaked):
        return ""
    return f"leaked: map {leaked}; browser {sorted(found.elements())}"


_LOADS = re.compile(r"hx-trigger=[\"']?load\b|load,")


def rows(stack: str) -> list[Case]:
    """The known rows that say nothing but markup."""
    return [
        row.case
        for row in cases.load()
        if stack in row.stacks
        and not row.why_not
        and "=/sse-" not in row.case.html
        # What a page asks for when it loads is no event.
        and not _LOADS.search(row.case.html)
        and not any(frame.script or frame.raw for frame in row.case.frames)
        and comes_to_rest(row.case, stack)
    ]


@pytest.mark.parametrize("stack", HEADS)
def test_known_rows(stack: str) -> None:
    played, wrong = disagreements(rows(stack), stack)
    assert played > 60
    assert not wrong


@pytest.mark.parametrize("stack", HEADS)
def test_random_pages(stack: str) -> None:
    made = (
        settled(generate.make(seed, MODELS[stack].generation))
        for seed in range(FIRST_SEED, FIRST_SEED + SEEDS)
    )
    played, wrong = disagreements((page for page in made if comes_to_rest(page, stack)), stack)
    assert played > SEEDS // 2
    assert not wrong


def test_a_wrong_map_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison can fail: a map that sends an event elsewhere disagrees with the browser."""
    page = Case(
        "a listener",
        '<div hx-ext="sse" sse-connect="/sse1"><p sse-swap="a">old</p></div><p id=x>x</p>',
        (),
    )

    def wrong(case: Case, stack: str, sent: object) -> tuple[Data | None, str]:
        data, text = map_of(case, stack)
        assert data is not None
        (outcome,) = data["connections"][0]["events"][0]["listeners"][0]["outcomes"]
        outcome["lands"]["location"]["start"]["offset"] = text.rindex("<p data-n")
        outcome["verdict"] = "misrouted"
        return data, text

    assert disagreements([page], "htmx2") == (1, {})
    monkeypatch.setattr("tests.browser.map_check.map_of", wrong)
    assert list(disagreements([page], "htmx2")[1]) == ["a listener: /sse1.1 0 a"]
    assert numbered(page).html.count("data-n=") == 4
