"""Fuzz: `python -m tests.fuzz --seconds N [TARGET]...`.

Each target runs for N seconds, guided by coverage where atheris is installed, else by chance.
For each: the CPU seconds it took, how many inputs, the slowest of them (where every line counts
what it does, it takes about three times as long as else), the edges of the code that were reached.
An input that breaks one is stored in `.cache/fuzz/`; with the fault fixed it belongs in
`tests/fuzz/corpus/TARGET/`.
"""

import argparse
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.fuzz.plain import CORPUS, run
from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).resolve().parents[2]
FOUND = ROOT / ".cache" / "fuzz"


def guided(name: str, seconds: int) -> str:
    """Run atheris in a process of its own; what it tried, reached and found."""
    store = FOUND / name
    store.mkdir(parents=True, exist_ok=True)
    seeds = [str(CORPUS / name)] if (CORPUS / name).is_dir() else []
    options = [
        f"-max_total_time={seconds}",
        "-max_len=600",
        # Wall time says nothing here: the targets measure their own.
        "-report_slow_units=100000",
        "-print_final_stats=1",
        f"-artifact_prefix={store}/",
    ]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.fuzz.guided",
            name,
            store,
            *options,
            *seeds_of(store),
            *seeds,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    log = done.stderr + done.stdout
    tried = re.findall(r"number_of_executed_units: (\d+)", log)
    covered = re.findall(r"cov: (\d+)", log)
    slowest = re.findall(r"slowest: ([\d.]+)", log)
    stored = re.findall(r"Test unit written to (\S+)", log)
    said = re.findall(r"(?m)^(\w*(?:Error|Exception)\b.*)$", log)
    found = f"{stored[0]}: {said[-1] if said else 'no message'}" if stored else "nothing"
    figures = [numbers[-1] if numbers else "?" for numbers in (tried, slowest, covered)]
    return "{:>10} {:>7}  {:>8}  ".format(*figures) + found


def seeds_of(store: Path) -> list[str]:
    """A folder in which the fuzzer keeps what reached something new, from run to run."""
    folder = store / "reached"
    folder.mkdir(exist_ok=True)
    return [str(folder)]


def plain(name: str, seconds: int) -> str:
    count, broken = run(name, TARGETS[name], seconds=seconds, seed=int(time.time()))
    if broken is None:
        return f"{count:>10} {'-':>7}  {'-':>8}  nothing"
    data, error = broken
    (FOUND / name).mkdir(parents=True, exist_ok=True)
    path = FOUND / name / f"crash-{hashlib.sha256(data).hexdigest()[:16]}"
    path.write_bytes(data)
    return f"{count:>10} {'-':>7}  {'-':>8}  {path}: {type(error).__name__}: {error}"


def spent() -> float:
    """CPU seconds of this process and of those that it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> int:
    """One line for each target; exit status 1 when something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--plain", action="store_true", help="by chance, without coverage")
    asked = parser.parse_args()
    by_chance = asked.plain or importlib.util.find_spec("atheris") is None
    print(f"{'target':<10} {'CPU':>7} {'inputs':>10} {'slowest':>7}  {'edges':>8}  found")
    status = 0
    for name in asked.targets or TARGETS:
        start = spent()
        line = (plain if by_chance else guided)(name, asked.seconds)
        print(f"{name:<10} {spent() - start:>7.0f} {line}", flush=True)
        status |= not line.endswith("nothing")
    return status


if __name__ == "__main__":
    sys.exit(main())
