"""What `hx-swap="none"` leaves of an event: what is out of band alone, whoever asks for it."""

import asyncio
from typing import Any

import pytest

from tests.browser.harness import Case, Frame, Observation, run_all
from tests.browser.predict import predict
from tests.needs import NEEDS_CHROMIUM

pytestmark = [pytest.mark.browser, NEEDS_CHROMIUM]

PAGE = "<div hx-ext=sse sse-connect=/sse><p {}>old</p></div><b id=there>there</b>"
LISTENERS = {
    "own": "sse-swap=a hx-swap=none",
    "with a target": "sse-swap=a hx-swap=none hx-target=#there",
    "picking out of band": "sse-swap=a hx-swap=none hx-select-oob=#there",
}
PAYLOADS = {
    "plain": "<i>new</i>",
    "text": "new",
    "script": "<script>document.getElementById('there').textContent = 'new'</script>",
    "same id": "<b id=there>new</b>",
    "out of band": "<b id=there hx-swap-oob=true>new</b>",
    "inside": "<i><b id=there hx-swap-oob=true>new</b></i>",
}
STACKS = ("htmx1", "htmx2", "htmx2-ext210")


def texts_of(body: Any) -> list[str]:
    if isinstance(body, str):
        return [body]
    return [text for part in body[2:] for text in texts_of(part)]


def test_nothing_is_shown_but_what_is_out_of_band() -> None:
    seen: dict[tuple[str, str, str], list[str]] = {}
    foreseen: dict[tuple[str, str], list[Observation]] = {}

    def foresee(case: Case, stack: str) -> list[Observation]:
        foreseen[case.name, stack] = predict(case, stack)
        return foreseen[case.name, stack]

    def report(case: Case, stack: str, found: list[Observation]) -> None:
        listener, payload = case.name.split("/")
        seen[stack, listener, payload] = texts_of(found[-1].body)
        assert found[-1].body == foreseen[case.name, stack][-1].body, (case.name, stack)

    jobs = [
        (Case(f"{name}/{what}", PAGE.format(listener), (Frame("a", payload),)), stack)
        for stack in STACKS
        for name, listener in LISTENERS.items()
        for what, payload in PAYLOADS.items()
    ]
    asyncio.run(run_all(jobs, foresee, report, workers=2))
    for (stack, listener, payload), texts in seen.items():
        picked = stack == "htmx1" and listener == "picking out of band" and payload == "same id"
        shown = payload in ("out of band", "inside") or picked
        assert texts == ["old", "new" if shown else "there"], (stack, listener, payload)
    assert len(seen) == len(jobs)
