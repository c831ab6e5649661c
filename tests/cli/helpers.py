"""The command line as a user runs it."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple


class Done(NamedTuple):
    status: int
    out: str
    err: str


def sse_check(folder: Path, *arguments: str, stdin: str | None = None, **extra: str) -> Done:
    import os

    environment = {key: value for key, value in os.environ.items() if key != "FORCE_COLOR"}
    done = subprocess.run(
        [sys.executable, "-m", "sse_check", *arguments],
        cwd=folder,
        input=stdin.encode() if stdin is not None else None,
        capture_output=True,
        check=False,
        timeout=120,
        env={**environment, **extra},
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())
