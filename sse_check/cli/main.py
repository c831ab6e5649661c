"""Entry point: answers the cheapest questions before anything is imported."""

import sys


def main() -> int:
    """Run the command line and return its exit status."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        from sse_check import __version__

        print(f"sse-check {__version__}")
        return 0
    import gc

    # Nothing this program builds has reference cycles worth collecting while it runs.
    gc.disable()
    from sse_check.cli.running import run

    return run(arguments)
