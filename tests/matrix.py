"""The tests that need no browser, on every Python and with the oldest and newest dependencies.

    python3 dev.py matrix [3.11-lowest 3.14-newest ...] [-- ARGUMENTS OF PYTEST]

"lowest" is what pyproject.toml asks for at least, "newest" what the tests are pinned to. What an
interpreter needs is installed beside it, into .cache/matrix; one that is not there is said.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

from tests import python314, schemas

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".cache" / "matrix"
CONSTRAINTS = ROOT / "tests" / "constraints.txt"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
KINDS = ("newest", "lowest")
_NAME = re.compile(r"[A-Za-z0-9_.-]+")


def interpreter(version: str) -> str | None:
    """A Python of this version: of pyenv, on the path, or brought for the tests."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    places: list[str | None] = [str(path) for path in sorted(pyenv.glob(f"{version}.*/bin/python"))]
    places += [shutil.which(f"python{version}"), getattr(sys, "_base_executable", None)]
    if version == "3.14":
        places.append(python314.program())
    return next((one for one in places if one is not None and _is(one, version)), None)


def _is(program: str, version: str) -> bool:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([program, "-c", code], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.strip() == version


def wanted(program: str, kind: str) -> tuple[list[str], list[str], list[str]]:
    """What is installed besides the project, which versions of what, and which of these are firm.

    A tool of the tests may be another than the pinned one where that wants newer dependencies.
    """
    with (ROOT / "pyproject.toml").open("rb") as file:
        settings = tomllib.load(file)
    pins = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    lowest: list[str] = []
    if kind == "lowest":
        lowest = _lowest(program)
        names = {_name(pin) for pin in lowest}
        pins = [*(pin for pin in pins if _name(pin) not in names), *lowest]
    return settings["dependency-groups"]["dev"], pins, lowest


def _lowest(program: str) -> list[str]:
    """The oldest versions that the project asks for, of those that there are for this Python."""
    done = _uv(
        *("pip", "compile", "pyproject.toml", "--python", program, "--resolution", "lowest-direct"),
        *("--only-binary", ":all:", "--no-header", "--no-annotate"),
    )
    if done.returncode:
        raise OSError(done.stderr)
    return done.stdout.split()


def _uv(*words: str) -> "subprocess.CompletedProcess[str]":
    folder = FOLDER / "uv"
    if not folder.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), "uv"]
        subprocess.run(pip, check=True, stderr=subprocess.DEVNULL)
    return subprocess.run(
        [sys.executable, "-m", "uv", *words, "--quiet"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(folder)},
        check=False,
        capture_output=True,
        text=True,
    )


def _name(requirement: str) -> str:
    found = _NAME.match(requirement)
    return found[0].lower().replace("_", "-") if found is not None else ""


def install(program: str, kind: str, folder: Path) -> str | None:
    """An environment with the packages; what does not go with the others is said."""
    needs, pins, firm = wanted(program, kind)
    python = str(folder / "bin" / "python")
    stamp = folder / ".wanted"
    said = "\n".join([*needs, *pins])
    made_before = stamp.exists() and stamp.read_text(encoding="utf-8") == said
    if made_before and Path(python).exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    limits, fewer = FOLDER / f"{folder.name}.pins", FOLDER / f"{folder.name}.firm"
    FOLDER.mkdir(parents=True, exist_ok=True)
    limits.write_text("\n".join(pins), encoding="utf-8")
    fewer.write_text("\n".join(firm), encoding="utf-8")
    made = _uv("venv", "--python", program, str(folder))
    if made.returncode:
        print(made.stderr, file=sys.stderr)
        return None
    install = ["pip", "install", "--python", python, "--constraint"]
    pinned, free = [*install, str(limits)], [*install, str(fewer)]
    ours = ("--editable", str(ROOT))
    if _uv(*pinned, *ours, *needs).returncode:
        done = _uv(*pinned, *ours)
        if done.returncode:
            print(done.stderr, file=sys.stderr)
            return None
        others = [one for one in needs if _uv(*pinned, one).returncode]
        left = [one for one in others if _uv(*free, one).returncode]
        print(f"matrix: {folder.name} has other versions of {', '.join(others)}", flush=True)
        if left:
            print(f"matrix: {folder.name} goes without {', '.join(left)}", flush=True)
    stamp.write_text(said, encoding="utf-8")
    return python


def _schema_checker() -> Path:
    """In an environment of its own: it starts with no old click."""
    folder = FOLDER / "schemas"
    program = folder / "bin" / "check-jsonschema"
    if not program.exists():
        python = str(folder / "bin" / "python")
        _uv("venv", "--python", sys.executable, "--clear", str(folder))
        _uv("pip", "install", "--python", python, "--constraint", str(CONSTRAINTS), program.name)
    return program


def run(version: str, kind: str, arguments: list[str]) -> str:
    """What came of one of them, in a few words."""
    program = interpreter(version)
    if program is None:
        return "no such Python here"
    folder = FOLDER / f"{version}-{kind}"
    python = install(program, kind, folder)
    if python is None:
        return "its packages cannot be installed"
    words = [python, "-m", "pytest", "-q", "-m", "not browser", "-n", "2", *arguments]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        schemas.PROGRAM: str(_schema_checker()),
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    log = folder / "tests.log"
    with log.open("w", encoding="utf-8") as file:
        done = subprocess.run(
            words, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT, check=False
        )
    last = log.read_text(encoding="utf-8", errors="replace").rstrip().rpartition("\n")[2]
    return f"{last.strip('= ')} (status {done.returncode})"


def main(arguments: list[str]) -> int:
    """One line for each; exit status 1 unless all have passed."""
    names = arguments[: arguments.index("--")] if "--" in arguments else arguments
    given = arguments[len(names) + 1 :]
    rows = names or [f"{version}-{kind}" for kind in KINDS for version in VERSIONS]
    good = True
    for row in rows:
        version, _, kind = row.partition("-")
        if version not in VERSIONS or kind not in KINDS:
            print(f"matrix: {row} is none of {', '.join(VERSIONS)} with -newest or -lowest")
            return 2
        start = time.monotonic()
        said = run(version, kind, given)
        good = good and said.endswith("(status 0)")
        print(f"{row:<12} {said}, {time.monotonic() - start:.0f} s", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
