"""What is understood of every app among the fixtures, pinned."""

from tests.apps.coverage import PINNED, text


def test_coverage_of_the_fixtures() -> None:
    """What changes here is to be looked at: `python -m tests.apps.coverage` writes it anew."""
    assert text() == PINNED.read_text(encoding="utf-8")


def test_all_of_the_fixtures_is_understood() -> None:
    assert "not told" not in PINNED.read_text(encoding="utf-8")
