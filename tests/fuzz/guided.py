"""Coverage-guided fuzzing of one target with atheris: `python -m tests.fuzz.guided TARGET ...`.

What follows the target goes to libFuzzer. Whenever an input takes longer than all before it, its
time is said; from two seconds on it is stored.
"""

import hashlib
import sys
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["sse_check"]):
    from tests.fuzz.targets import TARGETS

from tests.fuzz.plain import deadline

_SLOW = 2.0


def main() -> None:
    """Hand over to the fuzzer, which ends the process."""
    name, store, *options = sys.argv[1:]
    target = TARGETS[name]
    slowest = 0.0

    def one(data: bytes) -> None:
        nonlocal slowest
        start = time.process_time()
        with deadline():
            target(data)
        took = time.process_time() - start
        if took > slowest:
            slowest = took
            print(f"slowest: {took:.2f}", file=sys.stderr, flush=True)
            if took > _SLOW:
                path = Path(store) / f"slow-{hashlib.sha256(data).hexdigest()[:16]}"
                path.write_bytes(data)

    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


main()
