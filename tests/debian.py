"""Programs from the packages of a newer Debian, unpacked beside the project.

Nothing is installed and no other program sees them: each starts with the libraries that it came
with. Every package is checked against its index.
"""

import hashlib
import lzma
import platform
import re
import shutil
import subprocess
from pathlib import Path
from urllib.request import urlopen

SUITE = "forky"
_SOURCES = ("/etc/apt/sources.list", "/etc/apt/sources.list.d")
_MACHINES = {
    "x86_64": ("amd64", "ld-linux-x86-64.so.2"),
    "aarch64": ("arm64", "ld-linux-aarch64.so.1"),
}
_START = """#!/bin/sh
here="$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)"
{setting}exec "$here/usr/lib/{triple}/{loader}" --argv0 "$0" \\
  --library-path "$here/usr/lib/{triple}" "$here/usr/bin/{program}" "$@"
"""


def started_by(program: str, system: Path) -> Path:
    """The script that starts a program which was unpacked."""
    return system / "usr" / "bin" / f"sse-check-{program}"


def unpack(package: str, program: str, system: Path, setting: str = "") -> None:
    """Unpack a package with all it needs, and write the script that starts its program."""
    if platform.machine() not in _MACHINES or not shutil.which("dpkg-deb"):
        raise LookupError(f"no `{program}` here, and no Debian to take one from")
    architecture, loader = _MACHINES[platform.machine()]
    print(f"bringing {program} into .cache", flush=True)
    mirror, index = _index(architecture)
    shutil.rmtree(system, ignore_errors=True)
    system.mkdir(parents=True)
    for name in _with_what_it_needs(package, index):
        archive = system / "package.deb"
        data = _fetched(f"{mirror}/{_field(index[name], 'Filename')}")
        if hashlib.sha256(data).hexdigest() != _field(index[name], "SHA256"):
            raise LookupError(f"the package {name} is not what its index says")
        archive.write_bytes(data)
        subprocess.run(["dpkg-deb", "-x", archive, system], check=True)
        archive.unlink()
    triple = f"{platform.machine()}-linux-gnu"
    script = _START.format(triple=triple, loader=loader, program=program, setting=setting)
    start = started_by(program, system)
    start.write_text(script, encoding="utf-8")
    start.chmod(0o755)


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
