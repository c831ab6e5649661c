"""The one reader: regular files of a sensible size, and no link out of the project."""

import os
import socket
import threading
from pathlib import Path

import pytest

from sse_check.source.reading import (
    OutsideError,
    TooLargeError,
    UnreadableError,
    forget_links,
    leads_out,
    read_file,
)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    forget_links()


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"\0\r\n" * 1000)
    assert read_file(str(path)) == b"\0\r\n" * 1000
    assert read_file(str(path), limit=3000) == b"\0\r\n" * 1000


def test_a_pipe_a_device_a_socket_and_a_folder_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "device").symlink_to("/dev/zero")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "socket"))
    said = {}
    for name in ("pipe", "device", "socket", "."):
        with pytest.raises(UnreadableError) as caught:
            read_file(str(tmp_path / name))
        said[name] = caught.value.why
    listening.close()
    assert said["pipe"] == "cannot be read: it is a pipe, not a file"
    assert said["device"] == "cannot be read: it is a device, not a file"
    assert said["socket"].startswith("cannot be read: ")
    assert said["."].startswith("cannot be read: ")


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(1024**3)
    with pytest.raises(TooLargeError, match="larger than 16 MB"):
        read_file(str(path))
    with pytest.raises(TooLargeError, match="larger than 2 KB"):
        read_file(str(path), limit=2048)
    assert read_file(str(path), limit=2048, cut=True) == bytes(2048)


def test_what_grows_while_it_is_read_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "growing"
    path.write_bytes(b"x")
    monkeypatch.setattr(os, "read", lambda _, size: b"x" * size)
    with pytest.raises(TooLargeError):
        read_file(str(path), limit=3 * 1024 * 1024)


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside"
    for folder in (project / "in", outside):
        folder.mkdir(parents=True)
    (outside / "secret").write_text("secret")
    (project / "in" / "own").write_text("own")
    (project / "out").symlink_to(outside / "secret")
    (project / "folder").symlink_to(outside)
    (project / "near").symlink_to("in/own")
    (project / "twice").symlink_to("out")
    for name in ("out", "folder/secret", "twice"):
        with pytest.raises(OutsideError, match="leads out of the project"):
            read_file(str(project / name), within=str(project))
        assert read_file(str(project / name)) == b"secret"
    assert read_file(str(project / "near"), within=str(project)) == b"own"


def test_a_project_that_is_reached_by_a_link_is_read(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").write_text("a")
    (tmp_path / "link").symlink_to("real")
    assert read_file(str(tmp_path / "link" / "a"), within=str(tmp_path / "link")) == b"a"
    # A folder whose name only begins alike is another one.
    (tmp_path / "realm").mkdir()
    assert leads_out(str(tmp_path / "realm"), str(tmp_path / "real"))


@pytest.mark.parametrize("name", ["gone", "with\0nul", "x" * 300])
def test_every_failure_is_said_in_one_way(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableError, match="cannot be read: "):
        read_file(str(tmp_path / name), within=str(tmp_path))


def test_a_link_to_itself_is_said(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UnreadableError):
        read_file(str(tmp_path / "loop"), within=str(tmp_path))


def test_nobody_waits_at_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reading = threading.Thread(target=_read_quietly, args=(str(tmp_path / "pipe"),), daemon=True)
    reading.start()
    reading.join(20)
    assert not reading.is_alive()


def _read_quietly(path: str) -> None:
    with pytest.raises(UnreadableError):
        read_file(path)
