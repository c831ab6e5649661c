"""What a stranger sees on the way, from a wheel in an environment of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sse_check.cli.commands import cli
from sse_check.cli.targets import COMMANDS
from tests.needs import NEEDS_VENV
from tests.stranger.__main__ import KEPT, walked

ROOT = Path(__file__).resolve().parents[2]


@NEEDS_VENV
@pytest.mark.slow
def test_the_path_is_as_it_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path))
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    scripts = venv / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(scripts / "python"), "-m", "pip", "install", "--quiet", str(wheel)]
    subprocess.run(pip, check=True)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    # Read what changed; `python -m tests.stranger` keeps it.
    assert walked(tmp_path, scripts) == KEPT.read_text(encoding="utf-8")


def test_a_misspelt_command_can_be_told(tmp_path: Path) -> None:
    del tmp_path
    assert set(COMMANDS) == set(cli.commands)
