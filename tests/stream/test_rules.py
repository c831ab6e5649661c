"""Everything that the harness can find is known to `rules` and `explain`, and documented."""

import re
from pathlib import Path

from sse_check.stream.rules import HARNESS_RULES

ROOT = Path(__file__).resolve().parents[2]


def test_every_finding_of_the_harness_has_an_entry() -> None:
    used = {
        name
        for path in (ROOT / "sse_check/stream").glob("*.py")
        if path.name != "rules.py"
        for name in re.findall(r'"(stream_[a-z_]+)"', path.read_text())
    }
    assert used == set(HARNESS_RULES)


def test_the_documentation_lists_the_same() -> None:
    page = (ROOT / "docs/harness.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `stream_")]
    listed = [name for row in rows for name in re.findall(r"`(stream_[a-z_]+)`", row.split("|")[1])]
    assert sorted(listed) == sorted(HARNESS_RULES)
