#!/usr/bin/env python3
"""A Python 3.14 with the frameworks that need one, for tests on machines that have an older one.

    python3 tests/python314.py     bring it into .cache/python3.14

One that the machine has is taken (`python3.14` on the path, or SSE_CHECK_PYTHON314). Else, on
Debian and its like, the packages of a newer Debian are unpacked beside the project, with the
libraries they need; nothing is installed and no other program sees them.
"""

import hashlib
import lzma
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".cache" / "python3.14"
SYSTEM = FOLDER / "system"
PACKAGES = FOLDER / "packages"
PROGRAM = SYSTEM / "usr" / "bin" / "sse-check-python3.14"
CONSTRAINTS = ROOT / "tests" / "constraints-3.14.txt"
SUITE = "forky"
_SOURCES = ("/etc/apt/sources.list", "/etc/apt/sources.list.d")
_MACHINES = {
    "x86_64": ("amd64", "ld-linux-x86-64.so.2"),
    "aarch64": ("arm64", "ld-linux-aarch64.so.1"),
}
_START = """#!/bin/sh
here="$(cd "$(dirname "$0")/../.." && pwd)"
PYTHONHOME="$here/usr" exec "$here/usr/lib/{triple}/{loader}" --argv0 "$0" \\
  --library-path "$here/usr/lib/{triple}" "$here/usr/bin/python3.14" "$@"
"""


def program() -> str | None:
    """A Python 3.14, if there is one."""
    given = os.environ.get("SSE_CHECK_PYTHON314") or shutil.which("python3.14")
    return given or (str(PROGRAM) if PROGRAM.exists() else None)


def bring() -> str:
    """Bring what is missing; returns what could not be brought, if anything."""
    try:
        if program() is None:
            _unpack()
        _packages(str(program()))
    except (OSError, LookupError, subprocess.CalledProcessError, lzma.LZMAError) as error:
        return f"Python 3.14 with its packages ({error})"
    return ""


def _unpack() -> None:
    if platform.machine() not in _MACHINES or not shutil.which("dpkg-deb"):
        raise LookupError("no `python3.14` here, and no Debian to take one from")
    architecture, loader = _MACHINES[platform.machine()]
    print("bringing Python 3.14 into .cache", flush=True)
    mirror, index = _index(architecture)
    shutil.rmtree(SYSTEM, ignore_errors=True)
    SYSTEM.mkdir(parents=True)
    for name in _with_what_it_needs("python3.14", index):
        archive = FOLDER / "package.deb"
        data = _fetched(f"{mirror}/{_field(index[name], 'Filename')}")
        if hashlib.sha256(data).hexdigest() != _field(index[name], "SHA256"):
            raise LookupError(f"the package {name} is not what its index says")
        archive.write_bytes(data)
        subprocess.run(["dpkg-deb", "-x", archive, SYSTEM], check=True)
        archive.unlink()
    triple = f"{platform.machine()}-linux-gnu"
    PROGRAM.write_text(_START.format(triple=triple, loader=loader), encoding="utf-8")
    PROGRAM.chmod(0o755)


def _index(architecture: str) -> tuple[str, dict[str, str]]:
    """The first mirror that has the suite, and its packages by name."""
    for mirror in _mirrors():
        try:
            data = _fetched(f"{mirror}/dists/{SUITE}/main/binary-{architecture}/Packages.xz")
        except OSError:
            continue
        text = lzma.decompress(data).decode("utf-8")
        return mirror, {_field(stanza, "Package"): stanza for stanza in text.split("\n\n")}
    raise LookupError("no mirror of the system's packages has it")


def _mirrors() -> list[str]:
    """The mirrors that the system itself is installed from."""
    found: list[str] = []
    for source in map(Path, _SOURCES):
        files = sorted(source.iterdir()) if source.is_dir() else [source]
        for file in files:
            if file.exists() and file.suffix in (".list", ".sources"):
                found += re.findall(r"https?://[^\s\]]+", file.read_text(encoding="utf-8"))
    return [mirror.rstrip("/") for mirror in dict.fromkeys(found)]


def _fetched(address: str) -> bytes:
    with urlopen(address, timeout=60) as answer:
        data: bytes = answer.read()
    return data


def _field(stanza: str, name: str) -> str:
    match = re.search(rf"^{name}: (.*)$", stanza, re.MULTILINE)
    return match[1] if match else ""


def _with_what_it_needs(name: str, index: dict[str, str]) -> list[str]:
    found: list[str] = []
    wanted = [name]
    while wanted:
        current = wanted.pop()
        if current in found or current not in index:
            continue
        found.append(current)
        needs = f"{_field(index[current], 'Depends')},{_field(index[current], 'Pre-Depends')}"
        first = (need.split("|")[0].split("(")[0].strip() for need in needs.split(","))
        wanted += [need.partition(":")[0] for need in first if need]
    return found


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
