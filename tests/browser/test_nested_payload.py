"""What becomes of an event that brings the element into which it is put."""

import asyncio
from typing import Any

import pytest

from tests.browser.harness import Case, Frame, Observation, run_all
from tests.needs import NEEDS_CHROMIUM

pytestmark = [pytest.mark.browser, NEEDS_CHROMIUM]

CONNECTION = "<div hx-ext=sse sse-connect=/sse>{listener}</div>"
INSIDE = "<p id=n sse-swap=a>{text}</p>"
ADDED = "<p sse-swap=a hx-swap=beforeend>{text}</p>"
OPENING = "<div id=c hx-ext=sse sse-connect=/sse sse-swap=a>{text}</div>"
OPENING_4 = "<div id=c hx-sse:connect=/sse>{text}</div>"
STACKS = ("htmx1", "htmx2")


def case(name: str, listener: str, *, around: bool = True) -> Case:
    frames = tuple(
        Frame("a" if around or "sse-swap" in listener else "", listener.format(text=text))
        for text in ("1", "2")
    )
    page = listener.format(text="")
    return Case(name, CONNECTION.format(listener=page) if around else page, frames)


def seen_of(jobs: list[tuple[Case, str]]) -> dict[tuple[str, str], list[Observation]]:
    seen: dict[tuple[str, str], list[Observation]] = {}

    def report(case: Case, stack: str, found: list[Observation]) -> None:
        seen[case.name, stack] = found

    def predict(case: Case, stack: str) -> list[Observation]:
        del stack
        return [Observation(None, [], []) for _ in range(len(case.frames) + 1)]

    asyncio.run(run_all(jobs, predict, report, workers=2))
    return seen


def texts_of(body: Any) -> list[str]:
    """The texts of a body in their order."""
    if isinstance(body, str):
        return [body] if body in ("1", "2") else []
    return [text for part in body[2:] for text in texts_of(part)]


def test_a_copy_is_put_inside_and_takes_the_place_of_the_one_before() -> None:
    seen = seen_of([(case("inside", INSIDE), stack) for stack in STACKS])
    for stack in STACKS:
        body = ["body", "", ["div", "", ["p", "n", ["p", "n", "2"]]]]
        assert seen["inside", stack][-1].body == body


def test_what_is_added_listens_as_well() -> None:
    seen = seen_of([(case("added", ADDED), stack) for stack in STACKS])
    for stack in STACKS:
        assert texts_of(seen["added", stack][1].body) == ["1"]
        assert texts_of(seen["added", stack][2].body) == ["1", "2", "2"]


def test_a_connection_is_opened_in_the_one_that_is_open() -> None:
    jobs = [(case("opening", OPENING, around=False), stack) for stack in STACKS]
    jobs.append((case("opening", OPENING_4, around=False), "htmx4"))
    seen = seen_of(jobs)
    for _, stack in jobs:
        assert len(seen["opening", stack][0].streams) == 1
        assert len(seen["opening", stack][1].streams) == 2
