"""Files held against the schemas that check-jsonschema brings."""

import os
import subprocess
import sys
from pathlib import Path

# Another place of the program, where the packages beside this Python are too old for it.
PROGRAM = "SSE_CHECK_JSONSCHEMA"
_OF_THIS_PYTHON = ("PYTHONHOME", "PYTHONPATH")


def fault_of(schema: str, file: Path) -> str:
    """What is wrong with a file by a schema of that name; empty if nothing is."""
    program = os.environ.get(PROGRAM) or Path(sys.executable).with_name("check-jsonschema")
    # It runs with its own Python, whose library is not that of this one.
    others = {name: value for name, value in os.environ.items() if name not in _OF_THIS_PYTHON}
    done = subprocess.run(
        [program, "--builtin-schema", schema, file],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=others,
    )
    return done.stdout + done.stderr if done.returncode else ""
