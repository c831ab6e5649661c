"""The progress line: only on a terminal, only on long runs, and gone at the end."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sse_check.cli import progress as module
from sse_check.cli.progress import progress

PAGE = "".join(
    f'{{% if a{n} %}}<p sse-swap="e{n}" id=p{n}>x</p>{{% endif %}}' for n in range(15)
).join(('<div hx-ext="sse" sse-connect="/events">', "</div>"))


# A run that counts as long from its first moment: how fast a machine is decides nothing here.
PATIENCE = "from sse_check.cli import progress; progress._AFTER_SECONDS = {}; "
MAIN = "import sys; from sse_check.cli.main import main; sys.exit(main())"


def on_a_terminal(folder: Path, *arguments: str, after: float) -> str:
    """What a run writes to a terminal on standard error."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", PATIENCE.format(after) + MAIN, *arguments],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    try:
        while chunk := os.read(ours, 4096):
            said += chunk
    except OSError:
        pass
    finally:
        os.close(ours)
        process.wait(120)
    return said.decode()


def test_a_long_run_shows_how_far_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    for number in range(60):
        (folder / f"page{number}.html").write_text(PAGE, encoding="utf-8")
    said = on_a_terminal(tmp_path, after=0.0)
    assert re.search(r"\r\[#*\.*\] \d+/\d+ \w+", said)
    assert said.endswith(" \r")
    assert on_a_terminal(tmp_path, "check", "--quiet", after=0.0) == ""


def test_a_short_run_shows_nothing(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p sse-swap=a>", encoding="utf-8")
    assert on_a_terminal(tmp_path, after=3600.0) == ""


def test_nothing_where_nobody_looks() -> None:
    with progress(True) as tell:
        assert tell is None


def test_the_line_is_rewritten_in_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 0.5, 2.0, 2.05, 3.0])
    monkeypatch.setattr("sse_check.cli.progress.time.monotonic", lambda: next(clock))
    line = module._Line()
    for step in range(4):
        line.on_progress(step, 4, f"rule_{step}")
    line.clear()
    said = capsys.readouterr().err
    assert "rule_0" not in said
    assert "rule_1" in said
    assert "rule_2" not in said
    assert "\r[##################......] 3/4 rule_3" in said
    assert said.endswith("\r" + " " * len("[##################......] 3/4 rule_3") + "\r")
