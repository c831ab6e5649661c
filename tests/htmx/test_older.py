"""The model of older versions of htmx, held against what Chromium showed of them."""

import pytest

from sse_check.htmx.stacks import Version, stack_of
from tests.browser import older
from tests.browser.harness import Case, Observation
from tests.browser.predict import difference, predict

PAGES = older.recorded()


@pytest.mark.parametrize(
    ("case", "name", "seen"), PAGES, ids=[f"{case.name} [{name}]" for case, name, _ in PAGES]
)
def test_page(case: Case, name: str, seen: list[Observation]) -> None:
    assert difference(predict(case, name), seen) == ""


@pytest.mark.parametrize(
    ("core", "extension", "name"),
    [
        ((1, 8, 5), None, "htmx1.8.6"),
        ((1, 9), None, "htmx1"),
        ((1, 9, 12), (1, 9, 10), "htmx1.9.10"),
        ((1, 9, 4), (1, 9, 12), "htmx1.9.6"),
        ((2, 0, 11), None, "htmx2"),
        ((2, 0, 11), (2, 2, 1), "htmx2"),
        ((2, 0, 11), (2, 2, 0), "htmx2-ext220"),
        ((2, 0, 11), (2, 1, 0), "htmx2-ext210"),
        ((2, 0, 5), (2, 2), "htmx2.0.10"),
        ((2, 0, 3), (2, 1, 0), "htmx2.0.3-ext210"),
        ((4,), None, "htmx4"),
        ((4, 0, 1), None, "htmx4"),
        ((4, 0, 0), None, "htmx4.0.0"),
    ],
)
def test_the_name_of_a_version(core: Version, extension: Version | None, name: str) -> None:
    stack = stack_of(core, extension)
    assert stack.name == name
    if core[0] == 2:
        assert stack.timed == (core > (2, 0, 4))
        assert stack.lists == (core > (2, 0, 3))
        assert stack.takes_over == (core <= (2, 0, 2))
    if core[0] == 4:
        assert stack_of(core, compat=True).name == f"{name}-compat"
