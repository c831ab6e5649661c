"""The table of the README: what a run takes on live projects, and beside what.

    python benchmarks/table.py [--rounds N] [--real FOLDER] [--no-peers]

Whole processes, in turns with a bare Python that walks and reads the same files. FOLDER holds
projects, a folder each.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import live_project, memory  # noqa: E402 - the path is set first
from benchmarks.measure import Measured, bare, in_turns, ours  # noqa: E402 - the path is set first
from tests import corpus  # noqa: E402 - the path is set first

PEERS = {
    "djlint": ["djlint", "--lint", "--quiet", "."],
    "djangofmt": ["djangofmt", "check", "."],
    "html-validate": ["html-validate", "**/*.html"],
}
HEAD = ("", "files", "CPU", "wall", "memory", "bare", "times the bare read")


def row(name: str, files: int, one: Measured, read: Measured | None) -> None:
    beside = (f"{read.cpu:.2f} s", one.times(read)) if read is not None else ("", "")
    cells = (name, str(files), f"{one.cpu:.2f} s", f"{one.wall:.2f} s", f"{one.size:.0f} MB")
    print("| " + " | ".join((*cells, *beside)) + " |", flush=True)


def corpora(name: str, folder: Path, rounds: int, *, peers: bool) -> None:
    """One folder: ours and the bare read, then the others."""
    files = sum(len(names) for _, _, names in os.walk(folder))
    found = in_turns({"bare": bare(folder), "ours": ours(".")}, folder, rounds)
    row(name, files, found["ours"], found["bare"])
    for peer, command in PEERS.items() if peers else ():
        if shutil.which(command[0]) is not None:
            row(f"the same, {peer}", files, in_turns({peer: command}, folder, 1)[peer], None)


def single(name: str, folder: Path, path: str, rounds: int) -> None:
    """One file of a project."""
    found = in_turns({"bare": bare(folder), "ours": ours(path)}, folder, rounds)
    row(name, 1, found["ours"], found["bare"])


def general(folder: Path) -> None:
    """Templates of packages, few of them live."""
    corpus.download()
    for name, data in corpus.templates():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def real(folder: Path, rounds: int) -> None:
    """Real projects: all together, and the three that take longest."""
    found: dict[str, Measured] = {}
    for project in sorted(path for path in folder.iterdir() if path.is_dir()):
        found[project.name] = in_turns({"ours": ours(".")}, project, rounds)["ours"]
    slowest = sorted(found, key=lambda name: -found[name].cpu)
    for name in slowest[:3]:
        row(f"real: {name}", sum(len(f) for _, _, f in os.walk(folder / name)), found[name], None)
    total = sum(one.cpu for one in found.values())
    print(f"real: {len(found)} projects, {total:.1f} s of CPU together")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--real", type=Path, action="append", default=[])
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    rounds, peers = options.rounds, not options.no_peers
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    revision = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"],
        capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    print(f"{revision}, Python {sys.version.split()[0]}, {rounds} rounds\n")
    print("| " + " | ".join(HEAD) + " |\n" + "|---" * len(HEAD) + "|")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        live_project.write(folder / "live")
        live_project.write(folder / "twice", 2 * live_project.PAGES)
        live_project.write(folder / "small", pages=60, partials=30, modules=20)
        general(folder / "general")
        corpora("live, 1,000 pages", folder / "live", rounds, peers=peers)
        corpora("live, 2,000 pages", folder / "twice", rounds, peers=False)
        corpora("templates of packages", folder / "general", rounds, peers=peers)
        page = "app/templates/pages/p3.html"
        single("one page of 1,000", folder / "live", page, rounds)
        single("one page of 60", folder / "small", page, rounds)
        for one in options.real:
            real(one, rounds)
        print()
        memory.main(folder / "live", rounds)


if __name__ == "__main__":
    main()
