"""The map's words about how a connection opens."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from sse_check.report.wiring_words import of_connection


@pytest.mark.parametrize(
    ("stay", "words"),
    [(0, "closed at once"), (1, "1 of them stays"), (2, "2 of them stay")],
)
def test_how_many_streams_stay(stay: int, words: str) -> None:
    how = SimpleNamespace(
        on="", times=3, open=stay, waits=False, reconnects=SimpleNamespace(attempts=None)
    )
    connection = SimpleNamespace(opens="always", how=how)
    assert of_connection(cast("Any", connection)) == ["opens 3 streams", words]
