"""What becomes of an out-of-band part of an event for an element that is not there."""

import asyncio
from typing import Any

import pytest

from tests.browser.harness import Case, Frame, Observation, run_all
from tests.browser.predict import predict
from tests.needs import NEEDS_CHROMIUM

pytestmark = [pytest.mark.browser, NEEDS_CHROMIUM]

PAGES = {
    "htmx1": ("<div hx-ext=sse sse-connect=/sse><p sse-swap=a></p></div><b id=there></b>", "a"),
    "htmx2": ("<div hx-ext=sse sse-connect=/sse><p sse-swap=a></p></div><b id=there></b>", "a"),
    "htmx4": ("<div hx-sse:connect=/sse></div><b id=there></b>", None),
}
PAYLOADS = {
    "beside": "<i>kept</i><b id=gone hx-swap-oob=true>lost</b>",
    "inside": "<i>kept<b id=gone hx-swap-oob=true>lost</b></i>",
    "content": "<i>kept</i><b id=gone hx-swap-oob=innerHTML>lost</b>",
    "selector": "<i>kept</i><b hx-swap-oob=beforeend:#gone>lost</b>",
    "found": "<i>kept</i><b id=there hx-swap-oob=true>lost</b>",
}


def texts_of(body: Any) -> list[str]:
    if isinstance(body, str):
        return [body]
    return [text for part in body[2:] for text in texts_of(part)]


def test_it_is_dropped_and_what_is_beside_it_stays() -> None:
    seen: dict[tuple[str, str], list[Observation]] = {}

    def report(case: Case, stack: str, found: list[Observation]) -> None:
        seen[case.name, stack] = found
        for number, one in enumerate(found):
            assert one.body == foreseen[case.name, stack][number].body

    foreseen: dict[tuple[str, str], list[Observation]] = {}

    def foresee(case: Case, stack: str) -> list[Observation]:
        foreseen[case.name, stack] = predict(case, stack)
        return foreseen[case.name, stack]

    jobs = [
        (Case(name, page, (Frame(event, payload), Frame(event, payload))), stack)
        for stack, (page, event) in PAGES.items()
        for name, payload in PAYLOADS.items()
    ]
    asyncio.run(run_all(jobs, foresee, report, workers=2))
    for (name, stack), found in seen.items():
        expected = ["kept", "lost"] if name == "found" else ["kept"]
        assert texts_of(found[-1].body) == expected, (name, stack)
    assert len(seen) == len(jobs)
