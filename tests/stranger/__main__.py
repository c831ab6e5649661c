"""Walk the path of a stranger and keep what is printed.

python -m tests.stranger      writes `transcript.txt` anew; read it from top to bottom
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
KEPT = HERE / "transcript.txt"
# What differs from run to run, and from one installation to the next.
_TIMES = re.compile(r"\b\d+\.\d{1,2} s\b")
_PLACE = re.compile(r'"sse-check(?:==| @ )[^"]+"|It names the copy on this machine.*\n\n')


def walked(folder: Path, programs: Path) -> str:
    """What the script prints in a copy of the project, with `sse-check` from some folder."""
    project = folder / "project"
    shutil.copytree(ROOT / "fixtures" / "stranger", project)
    environment = {key: value for key, value in os.environ.items() if key != "FORCE_COLOR"}
    done = subprocess.run(
        ["bash", str(HERE / "path.sh")],
        cwd=project,
        env={
            **environment,
            "PATH": f"{programs}{os.pathsep}{environment['PATH']}",
            "APP_PYTHON": sys.executable,
            "NO_COLOR": "1",
            "COLUMNS": "100",
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    text = _TIMES.sub("0.0 s", done.stdout.replace(sys.executable, "PYTHON"))
    return _PLACE.sub(lambda found: '"sse-check"' if found[0].startswith('"') else "", text)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        KEPT.write_text(walked(Path(folder), Path(sys.executable).parent), encoding="utf-8")


if __name__ == "__main__":
    main()
