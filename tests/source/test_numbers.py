"""Numbers of absurd length, and figures that are none, are not counted with."""

import pytest

from sse_check.source.numbers import count_of, written_out

LONG = "9" * 5000


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("007", 7), ("9" * 15, 10**15 - 1), ("9" * 16, None), (LONG, None)]
    + [(text, None) for text in ("", "-1", "+1", " 1", "1_0", "²", "٣", "x", "1e3")],
)
def test_counts(text: str, number: int | None) -> None:
    assert count_of(text) == number


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1"), (None, "None"), (b"\xff", "\ufffd"), ("a", "a"), (16**5000, "0x1" + "0" * 5000)],
    ids=["number", "none", "bytes", "text", "long"],
)
def test_constants_as_texts(value: object, text: str) -> None:
    assert written_out(value) == text
