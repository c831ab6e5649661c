"""A listener that an event brings hears the next one only once htmx has settled it."""

import asyncio
from typing import Any

import pytest

from tests.browser.harness import Case, Frame, Observation, run_all
from tests.needs import NEEDS_CHROMIUM

pytestmark = [pytest.mark.browser, NEEDS_CHROMIUM]

# Both events come in one piece, as they do where something on the way gathers them.
TOGETHER = (
    b"event: step\ndata: <p id=n sse-swap=words hx-swap=beforeend></p>\n\n"
    b"event: words\ndata: first\n\n"
)
FRAMES = (Frame("words", "", raw=TOGETHER, wait=0.3), Frame("words", "second"))
PAGE = '<div hx-ext=sse sse-connect=/sse sse-swap=step hx-swap="beforeend{settle}"></div>'
# By what `hx-swap` says: what has come to the listener in the end.
WANTED = {"": "second", " settle:0ms": "firstsecond"}
STACKS = ("htmx1", "htmx2", "htmx2-ext210")


def test_what_follows_at_once_is_lost_unless_nothing_settles() -> None:
    seen: dict[tuple[str, str], Any] = {}

    def report(case: Case, stack: str, found: list[Observation]) -> None:
        seen[case.name, stack] = found[-1].body

    def predict(case: Case, stack: str) -> list[Observation]:
        del stack
        return [Observation(None, [], []) for _ in range(len(case.frames) + 1)]

    jobs = [
        (Case(settle, PAGE.format(settle=settle), FRAMES), stack)
        for settle in WANTED
        for stack in STACKS
    ]
    asyncio.run(run_all(jobs, predict, report, workers=2))
    assert seen == {
        (settle, stack): ["body", "", ["div", "", ["p", "n", text]]]
        for settle, text in WANTED.items()
        for stack in STACKS
    }
