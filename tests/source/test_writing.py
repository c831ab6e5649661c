"""The one writer: a file is whole, old or new, whatever happens while it is written."""

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sse_check.source.writing import UnwritableError, write_file

OLD, NEW = b"old" * 1000, b"new!" * 1000
AS_ROOT = not os.geteuid()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_bytes(OLD)
    return path


def alone(file: Path) -> bool:
    return os.listdir(file.parent) == [file.name]


def test_a_file_is_replaced_and_keeps_its_mode(file: Path) -> None:
    file.chmod(0o754)
    write_file(str(file), NEW, expected=OLD)
    assert file.read_bytes() == NEW
    assert stat.S_IMODE(file.stat().st_mode) == 0o754
    assert alone(file)


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_file(str(tmp_path / "new"), NEW)
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


@pytest.mark.skipif(not AS_ROOT, reason="only root can give a file away")
def test_the_owner_is_kept(file: Path) -> None:
    os.chown(file, 4321, 4322)
    write_file(str(file), NEW, expected=OLD)
    assert (file.stat().st_uid, file.stat().st_gid) == (4321, 4322)


def test_an_owner_that_cannot_be_kept_is_a_reason_to_leave_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    real = os.fstat

    def another(handle: int) -> os.stat_result:
        found = list(real(handle))
        found[4] = 1 + found[4]
        return os.stat_result(found)

    monkeypatch.setattr(os, "fchown", refuse)
    monkeypatch.setattr(os, "fstat", another)
    with pytest.raises(UnwritableError, match="belongs to another user or group"):
        write_file(str(file), NEW, expected=OLD)
    monkeypatch.undo()
    assert file.read_bytes() == OLD
    assert alone(file)


def test_a_link_stays_a_link(file: Path) -> None:
    link = file.with_name("link.html")
    link.symlink_to(file.name)
    write_file(str(link), NEW, expected=OLD, within=str(file.parent))
    assert link.is_symlink()
    assert file.read_bytes() == NEW


def test_a_link_out_of_the_project_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "outside").write_bytes(OLD)
    link = tmp_path / "project" / "page.html"
    link.symlink_to("../outside")
    with pytest.raises(UnwritableError, match="leads out of the project"):
        write_file(str(link), NEW, expected=OLD, within=str(tmp_path / "project"))
    assert (tmp_path / "outside").read_bytes() == OLD


def test_a_file_with_several_names_is_left(file: Path) -> None:
    os.link(file, file.with_name("other.html"))
    with pytest.raises(UnwritableError, match=r"2 names \(hard links\)"):
        write_file(str(file), NEW, expected=OLD)
    assert file.read_bytes() == OLD
    assert file.stat().st_nlink == 2


def test_a_read_only_file_is_left(file: Path) -> None:
    file.chmod(0o444)
    with pytest.raises(UnwritableError, match="read-only"):
        write_file(str(file), NEW, expected=OLD)
    assert file.read_bytes() == OLD


@pytest.mark.parametrize("now", [b"", OLD + b"!", b"OLD" * 1000, None])
def test_a_file_that_changed_is_left(file: Path, now: bytes | None) -> None:
    file.unlink()
    if now is not None:
        file.write_bytes(now)
    with pytest.raises(UnwritableError, match=r"it changed after it was read|it is gone"):
        write_file(str(file), NEW, expected=OLD)
    assert (file.read_bytes() if file.exists() else None) == now
    assert now is None or alone(file)


def test_a_file_that_is_exchanged_at_the_last_moment_is_left(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def exchange(handle: int) -> None:
        real(handle)
        file.unlink()
        file.write_bytes(OLD + b"theirs")

    monkeypatch.setattr(os, "fsync", exchange)
    with pytest.raises(UnwritableError, match="it changed"):
        write_file(str(file), NEW, expected=OLD)
    assert file.read_bytes() == OLD + b"theirs"


def test_a_pipe_that_nobody_reads_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sse_check.source.writing._PAUSE", 0.001)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnwritableError, match="nobody reads from this pipe"):
        write_file(str(tmp_path / "pipe"), NEW)


def test_a_report_goes_to_a_pipe_or_a_device(tmp_path: Path) -> None:
    write_file("/dev/null", NEW)
    os.mkfifo(tmp_path / "pipe")
    reader = subprocess.Popen(["cat", str(tmp_path / "pipe")], stdout=subprocess.PIPE)
    write_file(str(tmp_path / "pipe"), NEW)
    assert reader.communicate(timeout=20)[0] == NEW
    with pytest.raises(UnwritableError, match="it is a folder"):
        write_file(str(tmp_path), NEW)
    with pytest.raises(UnwritableError, match="it is a pipe"):
        write_file(str(tmp_path / "pipe"), NEW, expected=OLD)


def _fails(number: int) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


STEPS = [
    ("open", errno.ENOSPC),
    ("open", errno.EROFS),
    ("open", errno.EMFILE),
    ("write", errno.ENOSPC),
    ("write", errno.EIO),
    ("fsync", errno.EIO),
    ("fchmod", errno.EPERM),
    ("replace", errno.EXDEV),
    ("replace", errno.ENOSPC),
    ("stat", errno.EIO),
    ("urandom", errno.EIO),
]


@pytest.mark.parametrize(("step", "number"), STEPS)
@pytest.mark.parametrize("new", [False, True], ids=["replaced", "new"])
def test_a_file_system_that_fails_leaves_the_file_whole(
    file: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int, new: bool
) -> None:
    if new:
        if step == "fchmod":
            pytest.skip("a new file has no mode to be kept")
        file.unlink()
    monkeypatch.setattr(os, step, _fails(number))
    with pytest.raises(UnwritableError, match=os.strerror(number)):
        write_file(str(file), NEW, expected=None if new else OLD)
    monkeypatch.undo()
    assert os.listdir(file.parent) == ([] if new else [file.name])
    assert new or file.read_bytes() == OLD


@pytest.mark.parametrize("after", [0, 1, 7, len(NEW) - 1])
def test_a_disk_that_becomes_full_leaves_the_file_whole(
    file: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    real, left = os.write, after

    def write(handle: int, data: bytes) -> int:
        nonlocal left
        if not left:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        count = real(handle, bytes(data[: min(left, 5)]))
        left -= count
        return count

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(UnwritableError, match="No space left"):
        write_file(str(file), NEW, expected=OLD)
    monkeypatch.undo()
    assert file.read_bytes() == OLD
    assert alone(file)


def test_short_writes_are_gone_on_with(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, bytes(data[:3])))
    write_file(str(file), NEW, expected=OLD)
    assert file.read_bytes() == NEW


def test_a_folder_that_cannot_be_synced_is_no_failure(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    write_file(str(file), NEW, expected=OLD)
    assert file.read_bytes() == NEW


def test_an_interrupt_leaves_nothing_behind(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_file(str(file), NEW, expected=OLD)
    assert file.read_bytes() == OLD
    assert alone(file)


_WRITING = """
import sys
from sse_check.source.writing import write_file
path, size = sys.argv[1], int(sys.argv[2])
print("ready", flush=True)
for number in range(1000000):
    write_file(path, (b"a" if number % 2 else b"b") * size)
"""


def test_a_killed_writer_leaves_the_file_whole(file: Path) -> None:
    size, chance = 300_000, random.Random(7)
    file.write_bytes(b"a" * size)
    for _ in range(8):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITING, str(file), str(size)], stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(chance.random() * 0.05)
        writer.send_signal(signal.SIGKILL)
        writer.wait(20)
        writer.stdout.close()
        assert file.read_bytes() in (b"a" * size, b"b" * size)
        leftovers = [name for name in os.listdir(file.parent) if name != file.name]
        assert all(name.startswith(".sse-check-") and name.endswith(".tmp") for name in leftovers)
