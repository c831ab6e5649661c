"""Loops over the lines of a text, as helpers write frames: what they come to is what Python does."""

from typing import Any

import pytest

from sse_check.template.values import Pattern
from tests.python.helpers import program, values

SOURCE = """
import re
def framed(text, more=()):
    parts = ["event: a"]
    for line in {lines}:
        parts.append(f"data: {{line}}")
    return "\\n".join(parts) + "\\n\\n"
told = framed({text})
"""


@pytest.mark.parametrize(
    ("lines", "text", "expected"),
    [
        ("text.splitlines()", "'x'", ["event: a\ndata: x\n\n"]),
        ("text.splitlines() or ['']", "'x'", ["event: a\ndata: x\n\n"]),
        ("(text.splitlines() or ['-'])", "f'x {len(str(1))}'", ["event: a\ndata: x *\n\n"]),
        ("text.splitlines() if text else ['']", "'x'", ["event: a\ndata: x\n\n"]),
        ("text.split('\\\\n') if text else ['-']", "''", ["event: a\ndata: -\n\n"]),
        ("re.split(r'\\\\r?\\\\n', text)", "'x'", ["event: a\ndata: x\n\n"]),
        ("filter(None, text.splitlines())", "'x'", ["event: a\ndata: x\n\n"]),
        ("text and text.splitlines()", "'x'", ["event: a\ndata: x\n\n"]),
        # What is not known, or has several lines, is left open.
        ("re.split(r' ', text)", "'x y'", ["*"]),
        ("text.splitlines() or ['']", "'x\\ny'", ["*"]),
    ],
)
def test_the_lines_of_a_text(lines: str, text: str, expected: list[str]) -> None:
    source = SOURCE.format(lines=lines.replace("\\\\", "\\"), text=text.replace("\n", "\\n"))
    made: dict[str, Any] = {}
    exec(source, made)
    evaluator = program(main=source)
    shown = [evaluator.as_text(value) for value in values(evaluator, "told")]
    assert any(one.matches(Pattern.of(made["told"])) for one in shown)
    if expected == ["*"]:
        assert any("*" in str(one) for one in shown)
    else:
        assert list(map(str, shown)) == expected
