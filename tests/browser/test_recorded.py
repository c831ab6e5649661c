"""Rows beyond the model: streams that end or are refused, moments, what a person typed."""

import json

import pytest

from tests.browser import cases, harness, recorded
from tests.needs import NEEDS_CHROMIUM

pytestmark = [pytest.mark.browser, pytest.mark.slow, NEEDS_CHROMIUM]
Seen = dict[str, dict[str, recorded.Steps]]


@pytest.fixture(scope="module")
def seen() -> Seen:
    found = recorded.observed(recorded.ROWS)
    # Time plays a part in many of these: what differs is looked at once more, by itself.
    expected = recorded.expected()
    again = [
        (row, stack)
        for row, stack in recorded.ROWS
        if _plain(found[row.ident][stack]) != expected[row.ident][stack]
    ]
    for ident, stacks in recorded.observed(again, workers=1).items():
        found[ident].update(stacks)
    return found


def _plain(steps: recorded.Steps) -> object:
    return json.loads(json.dumps(steps))


@pytest.mark.parametrize(
    ("row", "stack"),
    recorded.ROWS,
    ids=[f"{row.case.name} [{stack}]" for row, stack in recorded.ROWS],
)
def test_row(seen: Seen, row: cases.Row, stack: str) -> None:
    assert _plain(seen[row.ident][stack]) == recorded.expected()[row.ident][stack]


def test_every_row_is_played() -> None:
    """A row is played by the model, recorded, or about scripts that do not belong together."""
    played = {row.ident for row, _ in recorded.ROWS}
    for row in cases.load():
        known = not row.why_not or row.ident in played
        assert known or not set(row.stacks) & set(harness.SCRIPTS), row.ident
