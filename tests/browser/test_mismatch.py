"""A core and an extension of different generations: what the rule `sse_stack` says of them.

What happens on such pages is the model's word, which `test_model.py` holds against the browser.
"""

import re
from pathlib import Path

import pytest

from tests.browser import cases
from tests.browser.predict import predict
from tests.browser.test_model import disagreements
from tests.needs import NEEDS_CHROMIUM
from tests.project.helpers import run

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# The scripts as a page would name them.
NAMED: dict[str, tuple[str, ...]] = {
    "htmx1-core": ("htmx.org@1.9.12",),
    "htmx2-core": ("htmx.org@2.0.11",),
    "htmx4-core": ("htmx.org@4.0.1",),
    "htmx1-ext210": ("htmx.org@1.9.12", "htmx-ext-sse@2.1.0/sse.js"),
    "htmx1-ext224": ("htmx.org@1.9.12", "htmx-ext-sse@2.2.4/sse.js"),
    "htmx2-ext1": ("htmx.org@2.0.11", "htmx.org@1.9.12/dist/ext/sse.js"),
    "htmx2-bundled": ("htmx.org@2.0.11", "htmx.org@2.0.11/dist/ext/sse.js"),
    "htmx1-ext4": ("htmx.org@1.9.12", "htmx.org@4.0.1/dist/ext/hx-sse.js"),
    "htmx2-ext4": ("htmx.org@2.0.11", "htmx.org@4.0.1/dist/ext/hx-sse.js"),
    "htmx4-ext224": ("htmx.org@4.0.1", "htmx-ext-sse@2.2.4/sse.js"),
}
# What works all the same: the core of htmx 1 knows `hx-sse`, and triggers need no swap.
SWAPS = {("14h", s) for s in ("htmx1-core", "htmx1-ext210", "htmx1-ext224", "htmx1-ext4")}
ASKS = {("14e", "htmx1-ext210"), ("14e", "htmx1-ext224")}
ROWS = {row.ident: row.case for row in cases.load() if row.case.name.startswith("14-")}


def changed(stack: str) -> tuple[set[str], set[str]]:
    """On which rows something is swapped, and on which something is asked for."""
    swapped, asked = set(), set()
    for ident, case in ROWS.items():
        first, *later = predict(case, stack)
        if any(step.requests for step in later):
            asked.add(ident)
        elif any(step.body != first.body for step in later):
            swapped.add(ident)
    return swapped, asked


@pytest.mark.parametrize("stack", NAMED)
def test_nothing_is_swapped(stack: str) -> None:
    swapped, asked = changed(stack)
    assert swapped == {case for case, s in SWAPS if s == stack}
    assert asked == {case for case, s in ASKS if s == stack}


def test_it_would_be_seen() -> None:
    """With the right extension the same pages change."""
    assert changed("htmx2") == ({"14a", "14b", "14c", "14d", "14g", "14j", "14k"}, {"14e"})


@NEEDS_CHROMIUM
def test_htmx_4_in_one_file_is_htmx_4_with_its_extension() -> None:
    found = disagreements([(case, "htmx4-in-one") for case in ROWS.values()])
    assert not any(found.values()), found
    assert changed("htmx4-in-one") == ({"14i"}, set())


@pytest.mark.parametrize("stack", NAMED)
def test_the_rule_speaks_of_it(tmp_path: Path, stack: str) -> None:
    tags = "".join(f'<script src="https://unpkg.com/{s}"></script>' for s in NAMED[stack])
    page = f"<!doctype html><html><head>{tags}</head>{ROWS['14a'].html}</html>"
    result = run(tmp_path, {"page.html": page}, "sse_stack")
    said = [finding.message for finding in result.findings if finding.level == "error"]
    harm = "nothing is ever swapped|no stream is opened|fails at every event"
    assert any(re.search(harm, message) for message in said), said
