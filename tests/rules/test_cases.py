"""Every rule on more markup: near misses and far ones."""

from pathlib import Path

import pytest

from sse_check.report import concise
from tests.project.helpers import run
from tests.rules.cases import CASES


@pytest.mark.parametrize(
    ("rule", "files", "expected"), CASES, ids=[f"{n} {c[0]}" for n, c in enumerate(CASES)]
)
def test_case(tmp_path: Path, rule: str, files: dict[str, str], expected: list[str]) -> None:
    assert concise.render(run(tmp_path, files, rule)).splitlines() == expected
