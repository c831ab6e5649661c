"""The command line on projects that somebody else made, with an end to everything."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

PAGE = """<!doctype html>
<html><head></head><body hx-target="#content"><main id="content">
<section hx-ext="sse" sse-connect="/events"><p sse-swap="status">x</p></section>
</main></body></html>
"""
FIXED = PAGE.replace('"status"', '"status" hx-target="this"')
ORPHAN = "<html><p sse-swap=x></p></html>\n"
# Enough for a busy machine, and far below for ever.
LONGEST = 60
_BOUNDED = (
    "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30));"
    "from sse_check.cli.main import main; sys.exit(main())"
)


class Ran(NamedTuple):
    status: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        return (self.out + self.err).decode("utf-8", "backslashreplace")


def run(
    folder: Path,
    *arguments: str | bytes,
    stdin: bytes | None = None,
    home: Path | None = None,
    module: bool = False,
    **extra: str,
) -> Ran:
    """Run the command with a bounded time and memory, and a home that holds nothing."""
    environment = {
        k: v for k, v in os.environ.items() if k not in ("FORCE_COLOR", "XDG_CONFIG_HOME")
    }
    environment["HOME"] = str(home or folder / "nobody")
    start = (
        ["-m", "sse_check"]
        if module
        else [
            "-P",
            "-c",
            _BOUNDED,
        ]
    )
    done = subprocess.run(
        [sys.executable, *start, *arguments],
        cwd=folder,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        check=False,
        timeout=LONGEST,
        env={**environment, **extra},
    )
    return Ran(done.returncode, done.stdout, done.stderr)
