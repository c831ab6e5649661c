"""Speed on real templates, as ratios in one run.

    python benchmarks/compare.py [--rounds N]

Measures the parse alone, and whole processes against `djlint --lint` on growing numbers of files.
Rounds are interleaved, so that whatever else the machine does falls on all of them alike.
"""

import argparse
import gc
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sse_check.source import DecodingError, Source, decode  # noqa: E402 - the path is set first
from sse_check.template.builder import parse  # noqa: E402 - the path is set first
from sse_check.template.dialects import recognise  # noqa: E402 - the path is set first
from tests import corpus  # noqa: E402 - the path is set first

SIZES = (1, 30, 300, 1_000, 3_000)


def parsing(rounds: int) -> None:
    sources = []
    for name, data in corpus.templates():
        try:
            sources.append(Source(name, decode(data)[0]))
        except DecodingError:
            continue
    pairs = [(source, recognise(source.text, source.path)) for source in sources]
    size = sum(len(source.text) for source in sources) / 1e6
    times = []
    gc.disable()
    for _ in range(rounds):
        start = time.process_time()
        for source, dialect in pairs:
            parse(source, dialect)
        times.append(time.process_time() - start)
    gc.enable()
    middle = statistics.median(times)
    print(
        f"parse: {len(sources)} templates, {size:.1f} MB, {size / middle:.1f} MB/s"
        f" (Python {platform.python_version()})"
    )


def wall(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, capture_output=True, check=False)
    return time.perf_counter() - start


def processes(rounds: int) -> None:
    binaries = Path(sys.executable).parent
    templates = corpus.templates()
    print("files  sse-check   djlint  ratio")
    for size in SIZES:
        step = max(1, len(templates) // size)
        chosen = templates[::step][:size]
        with tempfile.TemporaryDirectory() as folder:
            for name, data in chosen:
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            commands: dict[str, Callable[[], float]] = {
                "ours": lambda: wall([str(binaries / "sse-check"), folder]),
                "theirs": lambda: wall([str(binaries / "djlint"), "--lint", "--quiet", folder]),
            }
            times: dict[str, list[float]] = {name: [] for name in commands}
            for _ in range(rounds):
                for name, action in commands.items():
                    times[name].append(action())
        ours, theirs = (statistics.median(times[name]) for name in ("ours", "theirs"))
        print(f"{len(chosen):5}  {ours:8.2f}s {theirs:7.2f}s  {ours / theirs:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    corpus.download()
    parsing(rounds)
    processes(rounds)


if __name__ == "__main__":
    main()
