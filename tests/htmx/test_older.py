"""The model of older versions of htmx, held against what Chromium showed of them."""

import pytest

from tests.browser import older
from tests.browser.harness import Case, Observation
from tests.browser.predict import difference, predict

PAGES = older.recorded()


@pytest.mark.parametrize(
    ("case", "name", "seen"), PAGES, ids=[f"{case.name} [{name}]" for case, name, _ in PAGES]
)
def test_page(case: Case, name: str, seen: list[Observation]) -> None:
    assert difference(predict(case, name), seen) == ""
