"""`--fix` and the files it writes: whole, unchanged in all but the fix, and only its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.hostile import FIXED, PAGE, run
from tests.project.helpers import write


def test_a_read_only_file_stops_no_other(tmp_path: Path) -> None:
    names = ("a.html", "b.html", "c.html")
    write(tmp_path, dict.fromkeys(names, PAGE))
    (tmp_path / "b.html").chmod(0o444)
    done = run(tmp_path, "--fix")
    assert [(tmp_path / name).read_text() for name in names] == [FIXED, PAGE, FIXED]
    assert "b.html: problem: not written: it is read-only" in done.text
    assert "4 fixed" in done.text
    assert done.status == 1


def test_modes_links_and_line_ends_are_kept(tmp_path: Path) -> None:
    page = tmp_path / "real" / "a.html"
    write(tmp_path, {"pyproject.toml": "", "real/a.html": PAGE.replace("\n", "\r\n")})
    page.chmod(0o604)
    (tmp_path / "link.html").symlink_to("real/a.html")
    done = run(tmp_path, "--fix")
    assert page.read_bytes() == FIXED.replace("\n", "\r\n").encode()
    assert page.stat().st_mode & 0o777 == 0o604
    assert (tmp_path / "link.html").is_symlink()
    assert done.status == 0
    os.link(page, tmp_path / "hard.html")
    page.write_text(PAGE)
    assert "hard links" in run(tmp_path, "--fix").text
    assert page.stat().st_nlink == 2


def test_a_killed_run_leaves_every_file_whole(tmp_path: Path) -> None:
    many = PAGE.replace("<main", "<!--" + "x" * 200_000 + "--><main")
    names = [f"{number}.html" for number in range(12)]
    after = many.replace('"status"', '"status" hx-target="this"')
    code = (
        "import sys, sse_check.source.writing as w, sse_check.cli.fix as f\n"
        "write = f.write_file\n"
        "def telling(*a, **k): print('w', flush=True); write(*a, **k)\n"
        "f.write_file = telling\n"
        "from sse_check.cli.running import run; sys.exit(run(['--fix']))"
    )
    for pause in (0.0, 0.003):
        write(tmp_path, dict.fromkeys(names, many))
        running = subprocess.Popen(
            [sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE
        )
        assert running.stdout is not None
        assert running.stdout.readline() == b"w\n"
        time.sleep(pause)
        running.send_signal(signal.SIGKILL)
        running.wait(30)
        running.stdout.close()
        assert {(tmp_path / name).read_text() for name in names} <= {many, after}


def test_diff_shows_what_all_rounds_come_to(tmp_path: Path) -> None:
    """Turning the extension on brings out what was wrong behind it."""
    write(tmp_path, {"a.html": PAGE.replace('hx-ext="sse" ', "")})
    patch = tmp_path / "fix.patch"
    done = run(tmp_path, "--diff")
    assert done.status == 1
    patch.write_bytes(done.out)
    subprocess.run(["patch", "-p1", "-s", "-i", str(patch)], cwd=tmp_path, check=True)
    assert (tmp_path / "a.html").read_text() == FIXED
    write(tmp_path, {"a.html": PAGE.replace('hx-ext="sse" ', "")})
    run(tmp_path, "--fix")
    assert (tmp_path / "a.html").read_text() == FIXED


@pytest.mark.parametrize("what", ["report.txt", "known.json"])
def test_reports_and_baselines_are_written_whole(tmp_path: Path, what: str) -> None:
    write(tmp_path, {"a.html": PAGE, what: "old"})
    option = "--output-file" if what == "report.txt" else "--write-baseline"
    (tmp_path / what).chmod(0o444)
    done = run(tmp_path, option, what)
    assert done.status == 2
    assert f"{what}: not written: it is read-only" in done.text
    assert (tmp_path / what).read_text() == "old"
    (tmp_path / what).chmod(0o640)
    assert run(tmp_path, option, what).status in (0, 1)
    assert (tmp_path / what).read_text().count("sse_scope") >= 1
    assert (tmp_path / what).stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(tmp_path)) == sorted(["a.html", what])


FAILING = """
import errno, os, sys
import sse_check.source.writing as writing

class Failing:
    def __getattr__(self, name):
        if name != sys.argv[1]:
            return getattr(os, name)
        def fail(*_, **__):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return fail

writing.os = Failing()
from sse_check.cli.running import run
sys.exit(run(sys.argv[2:]))
"""


@pytest.mark.parametrize("step", ["open", "write", "fsync", "fchmod", "replace"])
@pytest.mark.parametrize(
    "options",
    [
        ("--fix", "--severity", "sse_scope=warning", "--severity", "sse_wiped=warning"),
        ("--output-file", "out"),
        ("--write-baseline", "out"),
    ],
    ids=["fix", "report", "baseline"],
)
def test_a_file_system_that_fails_is_said(
    tmp_path: Path, step: str, options: tuple[str, ...]
) -> None:
    write(tmp_path, {"a.html": PAGE, "out": "old"})
    done = subprocess.run(
        [sys.executable, "-c", FAILING, step, *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stdout
    assert "cannot be written: No space left on device" in done.stdout + done.stderr
    assert (tmp_path / "a.html").read_text() == PAGE
    assert (tmp_path / "out").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["a.html", "out"]
