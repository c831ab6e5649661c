"""Entry point: answers the cheapest questions before anything is imported."""

import os
import sys


def main() -> int:
    """Run the command line and return its exit status."""
    arguments = sys.argv[1:]
    _open_what_is_closed()
    if arguments == ["--version"]:
        from sse_check import __version__

        try:
            print(f"sse-check {__version__}", flush=True)
        except OSError:
            # Said in the usual way, which has more imports.
            return _run(arguments)
        return 0
    return _run(arguments)


def _open_what_is_closed() -> None:
    """Who has closed the output wants none; no file may take its number."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))


def _run(arguments: list[str]) -> int:
    import atexit
    import gc

    # Nothing this program builds has reference cycles worth collecting while it runs, nor when it
    # ends: Python would look at every object once more, to free what the system takes back anyway.
    gc.disable()
    atexit.register(gc.freeze)
    try:
        from sse_check.cli.running import run

        return run(arguments)
    except KeyboardInterrupt:
        # While that is still imported; everything later is told by it.
        sys.stderr.write("stopped\n")
        return 130
