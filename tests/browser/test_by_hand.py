"""Pages made by hand: the model and the map's JSON against Chromium.

Every day one page in three is played, on one of its stacks by turns; `SSE_CHECK_WHOLE=1` plays all.
"""

import os

import pytest

from tests.browser import by_hand, test_map, test_model
from tests.browser.harness import Case
from tests.browser.map_check import HEADS, MORPHING
from tests.browser.predict import comes_to_rest, predict
from tests.needs import NEEDS_CHROMIUM

WHOLE = os.environ.get("SSE_CHECK_WHOLE") == "1"
PAGES = by_hand.pages()

pytestmark = [pytest.mark.browser, pytest.mark.slow, NEEDS_CHROMIUM]


def chosen(turn: int) -> list[tuple[Case, str]]:
    """The pages with their stacks; on most days some of them, with one each."""
    found: list[tuple[Case, str]] = []
    for number, (case, stacks) in enumerate(PAGES):
        if not WHOLE and number % 3 != turn:
            continue
        some = stacks if WHOLE else (stacks[(number // 3 + turn) % len(stacks)],)
        found += [(case, stack) for stack in some]
    return found


def test_there_are_enough_of_them() -> None:
    names = [case.name for case, _ in PAGES]
    assert len(names) == len(set(names)) >= 390


def test_the_model_agrees() -> None:
    jobs = [(case, stack) for case, stack in chosen(0) if comes_to_rest(case, stack)]
    assert len(jobs) > len(chosen(0)) * 0.98
    found = test_model.disagreements(jobs)
    assert not {key: text for key, text in found.items() if text}


@pytest.mark.parametrize("stack", HEADS | MORPHING)
def test_the_map_agrees(stack: str) -> None:
    pages = [
        case
        for case, other in chosen(1)
        if other == stack
        # What a page asks for when it loads is no event.
        and not predict(case, stack)[0].requests
    ]
    played, wrong = test_map.disagreements(pages, stack)
    assert played >= len(pages)
    assert not wrong
