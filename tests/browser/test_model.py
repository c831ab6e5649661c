"""The model of htmx against the real scripts in Chromium: every known row, and random pages."""

import asyncio
import os
from collections.abc import Callable

import pytest

from sse_check.htmx.stacks import STACKS
from tests.browser import cases, generate, harness
from tests.browser.harness import Case, Observation
from tests.browser.predict import difference, predict

MODELLED = ("htmx1", "htmx2", "htmx2-ext210", "htmx4", "htmx4-compat")
ROWS = [
    (case, stack)
    for case, stacks, why_not in cases.load()
    if not why_not
    for stack in stacks
    if stack in MODELLED
]
SEEDS = int(os.environ.get("SSE_CHECK_SEEDS", "600"))
FIRST_SEED = int(os.environ.get("SSE_CHECK_FIRST_SEED", "0"))

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        not harness.available() and not os.environ.get("CI"),
        reason="needs Chromium and the npm packages; `python3 dev.py test` brings them",
    ),
]


def disagreements(
    jobs: list[tuple[Case, str]], look: Callable[[Case, str], list[Observation]] = predict
) -> dict[tuple[str, str], str]:
    """What the model and the browser say differently, by page and stack."""
    found: dict[tuple[str, str], str] = {}

    def compare(case: Case, stack: str, seen: list[Observation]) -> None:
        found[case.name, stack] = difference(look(case, stack), seen)

    asyncio.run(harness.run_all(jobs, look, compare))
    return found


@pytest.fixture(scope="module")
def rows() -> dict[tuple[str, str], str]:
    return disagreements(ROWS)


@pytest.mark.parametrize(("case", "stack"), ROWS, ids=[f"{c.name} [{s}]" for c, s in ROWS])
def test_row(rows: dict[tuple[str, str], str], case: Case, stack: str) -> None:
    assert rows[case.name, stack] == ""


@pytest.mark.parametrize("stack", MODELLED)
def test_random_pages(stack: str) -> None:
    pages = [
        generate.make(seed, STACKS[stack].generation)
        for seed in range(FIRST_SEED, FIRST_SEED + SEEDS)
    ]
    # A browser opens no more than six streams to one origin; such pages say nothing of htmx.
    pages = [p for p in pages if all(len(seen.streams) <= 4 for seen in predict(p, stack))]
    assert len(pages) > 0.7 * SEEDS
    found = disagreements([(page, stack) for page in pages])
    assert len(found) == len(pages)
    wrong = {name: text for (name, _), text in found.items() if text}
    assert not wrong, "\n".join(f"{name}: {text}" for name, text in list(wrong.items())[:10])


def test_a_wrong_model_is_seen() -> None:
    """The comparison can fail: a model that forgets inheritance disagrees with the browser."""
    page = Case(
        "inherits",
        '<main hx-target="#x"><div hx-ext=sse sse-connect=/sse><p id=k sse-swap=a>old</p></div>'
        "</main><div id=x>x</div>",
        (harness.Frame("a", "<b>new</b>"),),
    )

    def forgetful(case: Case, stack: str) -> list[Observation]:
        stripped = Case(case.name, case.html.replace("hx-target", "data-nothing"), case.frames)
        return predict(stripped, stack)

    assert disagreements([(page, "htmx2")])["inherits", "htmx2"] == ""
    assert "body" in disagreements([(page, "htmx2")], forgetful)["inherits", "htmx2"]
