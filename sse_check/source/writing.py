"""The one way in which a file is written: whole, or not at all.

The new bytes go into a file beside the old one and take its place when they are safely on the
disk. Whatever happens on the way, a reader finds the old bytes or the new ones, never a part.
"""

import errno
import os
import stat
import time
from contextlib import suppress

from sse_check.source.reading import UnreadableError, kind_of, leads_out, read_file, reason

_FLAGS = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
_NEW_FILE = 0o666
# Five seconds.
_READER_WAITS, _PAUSE = 100, 0.05
_ANYBODY_WRITES = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class UnwritableError(OSError):
    """A file that is left as it is; its text says why, for a person."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def write_file(path: str, data: bytes, *, expected: bytes | None = None, within: str = "") -> None:
    """Put `data` into a file, with the mode, the owner and the links that it has.

    With `expected` the file must still hold these bytes: what somebody else wrote meanwhile is
    left. `within` is a folder that links may not lead out of. Everything that prevents writing
    is an `UnwritableError`, and then the file is as it was.
    """
    try:
        _write(os.path.realpath(path), path, data, expected, within)
    except UnwritableError:
        raise
    except (OSError, ValueError) as error:
        raise UnwritableError(f"cannot be written: {reason(error)}") from error


def _write(target: str, path: str, data: bytes, expected: bytes | None, within: str) -> None:
    if within and leads_out(path, within):
        raise UnwritableError(f"not written: a link leads out of the project, to {target}")
    before = _status(target)
    if before is None:
        if expected is not None:
            raise UnwritableError("not written: it is gone")
    elif not stat.S_ISREG(before.st_mode):
        _pour(target, before.st_mode, data, expected)
        return
    else:
        _refuse(target, before)
    _replace(target, data, before, expected)


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _refuse(path: str, status: os.stat_result) -> None:
    """What cannot be kept is not written."""
    if not status.st_mode & _ANYBODY_WRITES or not os.access(path, os.W_OK):
        raise UnwritableError("not written: it is read-only")
    if status.st_nlink > 1:
        raise UnwritableError(
            f"not written: it has {status.st_nlink} names (hard links), "
            "and a new file would have only this one"
        )


def _pour(path: str, mode: int, data: bytes, expected: bytes | None) -> None:
    """A report may go to a pipe or a device that the user names; nothing is there to be kept."""
    if expected is not None or stat.S_ISDIR(mode):
        raise UnwritableError(f"not written: it is {kind_of(mode)}, not a file")
    handle = _opened(path, mode)
    try:
        if hasattr(os, "O_NONBLOCK"):
            os.set_blocking(handle, True)
        _all(handle, data)
    finally:
        os.close(handle)


def _opened(path: str, mode: int) -> int:
    """A pipe or a device; whoever reads from a pipe has a moment to open its end."""
    flags = os.O_WRONLY | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_NONBLOCK", 0)
    for _ in range(_READER_WAITS):
        try:
            return os.open(path, flags)
        except OSError as error:
            if error.errno != errno.ENXIO or not stat.S_ISFIFO(mode):
                raise
            time.sleep(_PAUSE)
    raise UnwritableError("not written: nobody reads from this pipe")


def _replace(path: str, data: bytes, before: os.stat_result | None, expected: bytes | None) -> None:
    folder = os.path.dirname(path)
    beside = os.path.join(folder, f".sse-check-{os.urandom(8).hex()}.tmp")
    handle = os.open(beside, _FLAGS, _NEW_FILE if before is None else stat.S_IRUSR | stat.S_IWUSR)
    try:
        try:
            _all(handle, data)
            if before is not None:
                _keep(handle, beside, path, before)
            os.fsync(handle)
        finally:
            os.close(handle)
        _unchanged(path, before, expected)
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise
    _sync_folder(folder)


def _all(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _keep(handle: int, beside: str, path: str, before: os.stat_result) -> None:
    """Owner, extended attributes (access lists are among them), and last the mode."""
    if hasattr(os, "fchown"):
        now = os.fstat(handle)
        if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
            try:
                os.fchown(handle, before.st_uid, before.st_gid)
            except OSError as error:
                raise UnwritableError(
                    "not written: it belongs to another user or group, which a new file would not"
                ) from error
    if hasattr(os, "listxattr"):
        _keep_attributes(handle, path)
    mode = stat.S_IMODE(before.st_mode)
    if hasattr(os, "fchmod"):
        os.fchmod(handle, mode)
    else:  # pragma: no cover - Windows before Python 3.13
        os.chmod(beside, mode)


def _keep_attributes(handle: int, path: str) -> None:
    with suppress(OSError):
        for name in os.listxattr(path):
            with suppress(OSError):
                os.setxattr(handle, name, os.getxattr(path, name))


def _unchanged(path: str, before: os.stat_result | None, expected: bytes | None) -> None:
    """The last look before the old bytes go."""
    if expected is None:
        return
    now = os.stat(path)
    same = before is not None and (now.st_dev, now.st_ino) == (before.st_dev, before.st_ino)
    try:
        same = same and read_file(path, limit=len(expected)) == expected
    except UnreadableError:
        same = False
    if not same:
        raise UnwritableError("not written: it changed after it was read; run it again")


def _sync_folder(folder: str) -> None:
    """Make the new name last. Some systems cannot; the file is whole without it."""
    with suppress(OSError):
        handle = os.open(folder or ".", os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
