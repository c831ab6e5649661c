"""A new rule as CONTRIBUTING.md shows it: the lines are followed in a copy of the checkout."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_LINES = re.compile(r"````sh\n(.*?)````", re.DOTALL)
# What the lines need of the checkout.
_NEEDED = ("sse_check", "rules", "tests/rules", "tests/project")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    skip = shutil.ignore_patterns("__pycache__")
    for folder in _NEEDED:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=skip)
    for file in (ROOT / "pyproject.toml", *(ROOT / "tests").glob("*.py")):
        shutil.copy(file, tmp_path / file.relative_to(ROOT))
    return tmp_path


def follow(checkout: Path, lines: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(checkout)}
    return subprocess.run(
        ["bash", "-e", "-c", lines],
        cwd=checkout, env=environment, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip


def test_the_lines_make_a_rule(checkout: Path) -> None:
    (lines,) = _LINES.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert lines.count("\n") <= 12
    done = follow(checkout, lines)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(re.findall(r"(\d+) passed", done.stdout)[-1]) >= 8
    assert "^ warning: every event runs" in (checkout / "tests/rules/cases/my_rule.md").read_text()
    assert "warning my_rule every event" in (checkout / "rules/my_rule.md").read_text()
    assert "## my_rule: Bad" in (checkout / "tests/rules/messages.md").read_text()
    (checkout / "rules/my_rule.md").unlink()
    assert follow(checkout, lines.splitlines()[-1]).returncode == 1
