"""A Python 3.14 with the frameworks that need one, for tests on machines that have an older one.

    python3 -m tests.python314     bring it into .cache/python3.14

One that the machine has is taken (`python3.14` on the path, or SSE_CHECK_PYTHON314). Else, on
Debian and its like, the packages of a newer Debian are unpacked beside the project, with the
libraries they need; nothing is installed and no other program sees them.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.programs import CACHE, PYTHON314

ROOT = Path(__file__).resolve().parents[1]
FOLDER = CACHE / "python3.14"
PACKAGES = FOLDER / "packages"
CONSTRAINTS = ROOT / "tests" / "constraints-3.14.txt"


def program() -> str | None:
    """A Python 3.14, if there is one."""
    return PYTHON314.path()


def bring() -> str:
    """Bring what is missing; returns what could not be brought, if anything."""
    missing = PYTHON314.bring()
    if missing:
        return missing
    try:
        _packages(str(program()))
    except (OSError, subprocess.CalledProcessError) as error:
        return f"the packages for Python 3.14 ({error})"
    return ""


def _packages(python: str) -> None:
    """Chirp, Cello and what this project needs, beside the interpreter."""
    stamp = PACKAGES / ".constraints"
    wanted = CONSTRAINTS.read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    shutil.rmtree(PACKAGES, ignore_errors=True)
    wheels = FOLDER / "pip"
    fetch: list[object] = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--dest",
        wheels,
    ]
    _run(*fetch, "pip")
    pip = next(iter(sorted(wheels.glob("pip-*.whl"), reverse=True)))
    install: list[object] = [python, pip / "pip", "install", "--quiet", "--target", PACKAGES]
    _run(*install, "-r", CONSTRAINTS, "--only-binary", ":all:", "--disable-pip-version-check")
    stamp.write_text(wanted, encoding="utf-8")


def _run(*command: object) -> None:
    subprocess.run([str(word) for word in command], check=True, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(bring() or 0)
