"""Whole processes, measured in turns: what they take, and how often that is of a bare read."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
READ = """
import os, sys
for start in sys.argv[1:]:
    for folder, folders, names in os.walk(start):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                file.read()
"""


class Taken(NamedTuple):
    """What one process took: seconds of processor and wall time, megabytes at its largest."""

    cpu: float
    wall: float
    size: float


class Measured(NamedTuple):
    """All rounds of one command."""

    rounds: tuple[Taken, ...]

    @property
    def cpu(self) -> float:
        return statistics.median(one.cpu for one in self.rounds)

    @property
    def wall(self) -> float:
        return statistics.median(one.wall for one in self.rounds)

    @property
    def size(self) -> float:
        return max(one.size for one in self.rounds)

    def times(self, other: "Measured") -> str:
        """How many times what another took, round by round: the middle, the least, the most."""
        pairs = zip(self.rounds, other.rounds, strict=True)
        ratios = [one.cpu / max(two.cpu, 0.001) for one, two in pairs]
        return f"{statistics.median(ratios):.1f} ({min(ratios):.1f}-{max(ratios):.1f})"


def taken(command: Sequence[str], folder: Path) -> Taken:
    """Run a command; its output is thrown away."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    start = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    wall = time.perf_counter() - start
    return Taken(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def in_turns(
    commands: Mapping[str, Sequence[str]], folder: Path, rounds: int
) -> dict[str, Measured]:
    """Each command once a round, so that whatever else the machine does falls on all alike."""
    found: dict[str, list[Taken]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            found[name].append(taken(command, folder))
    return {name: Measured(tuple(rounds)) for name, rounds in found.items()}


def ours(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "sse_check", "--quiet", *arguments]


def bare(folder: Path) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", READ, str(folder)]
