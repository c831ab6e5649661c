"""The one way in which a file is read: a regular file, of a size that makes sense, in its place.

A pipe, a device or a socket under an ordinary name would block for ever or never end, and a link
may lead to anything that the user can read. So a file is opened without waiting, looked at before
it is read, and read no further than a limit.
"""

import os
import stat
from functools import lru_cache

from sse_check.source.seen import seen

# A template of this size is generated; reading it would cost memory and help nobody.
LARGEST_FILE = 16 * 1024 * 1024

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


class UnreadableError(OSError):
    """A file that is not read; its text says why, for a person."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class OutsideError(UnreadableError):
    """A link that leads out of the project."""


class TooLargeError(UnreadableError):
    """A file beyond the limit."""


def read_file(
    path: str, *, limit: int = LARGEST_FILE, within: str = "", cut: bool = False
) -> bytes:
    """The bytes of a regular file.

    `within` is a folder that links may not lead out of. A file above `limit` is refused, or with
    `cut` read up to it. Everything that prevents reading is an `UnreadableError`.
    """
    try:
        handle = _opened(path, within)
        try:
            data = _checked(path, handle, limit, cut)
        finally:
            os.close(handle)
    except (OSError, ValueError) as error:
        seen.asked(path)
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(f"cannot be read: {reason(error)}") from error
    return data


def _checked(path: str, handle: int, limit: int, cut: bool) -> bytes:
    status = os.fstat(handle)
    seen.opened(path, status)
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError(f"cannot be read: it is {kind_of(status.st_mode)}, not a file")
    if status.st_size > limit and not cut:
        raise _too_large(limit)
    data = _bytes(handle, limit, status.st_size)
    if len(data) > limit and not cut:
        raise _too_large(limit)
    return data[:limit]


def _opened(path: str, within: str) -> int:
    if not within:
        return os.open(path, _FLAGS)
    if leads_out(os.path.dirname(path), within):
        raise _outside(path)
    try:
        return os.open(path, _FLAGS | _NO_LINK)
    except OSError:
        if not os.path.islink(path):
            raise
    if leads_out(path, within):
        raise _outside(path)
    return os.open(os.path.realpath(path), _FLAGS | _NO_LINK)


def _outside(path: str) -> OutsideError:
    return OutsideError(
        f"not read: a link leads out of the project, to {os.path.realpath(path)}; "
        "--follow-links reads such files"
    )


def _too_large(limit: int) -> TooLargeError:
    size = f"{limit // (1024 * 1024)} MB" if limit >= 1024 * 1024 else f"{limit // 1024} KB"
    return TooLargeError(f"larger than {size}; exclude it or split it")


def _bytes(handle: int, limit: int, size: int) -> bytes:
    """At most one byte more than the limit: what grows while it is read ends, too."""
    # One byte more is asked for than there is: who gets all but that one is at the end.
    first = os.read(handle, min(limit, size) + 1)
    if len(first) == size:
        return first
    parts = [first]
    left = limit + 1 - len(first) if first else 0
    while left > 0:
        part = os.read(handle, min(left, 1024 * 1024))
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


@lru_cache(maxsize=4096)
def _real(path: str) -> str:
    return os.path.realpath(path)


def leads_out(path: str, within: str) -> bool:
    """Whether a path, with all links followed, lies outside a folder."""
    top = _real(within)
    real = _real(path)
    return real != top and not real.startswith(top.rstrip(os.sep) + os.sep)


def forget_links() -> None:
    """Look at links anew; a process that lives on calls it before each run."""
    _real.cache_clear()


def reason(error: Exception) -> str:
    """What the system says about a failure."""
    return (isinstance(error, OSError) and error.strerror) or str(error)


def kind_of(mode: int) -> str:
    """What a thing in the file system is, when it is no file."""
    kinds = (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    )
    return next((name for test, name in kinds if test(mode)), "something else")
