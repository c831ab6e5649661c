"""Coverage-guided fuzzing of one target with atheris: `python -m tests.fuzz.guided TARGET ...`.

What follows the target goes to libFuzzer.
"""

import sys

import atheris

with atheris.instrument_imports(include=["sse_check"]):
    from tests.fuzz.targets import TARGETS

from tests.fuzz.plain import deadline


def main() -> None:
    """Hand over to the fuzzer, which ends the process."""
    name, *options = sys.argv[1:]
    target = TARGETS[name]

    def one(data: bytes) -> None:
        with deadline():
            target(data)

    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


main()
