"""Prints which planted faults are found.

    python -m tests.apps.planted [--framework F] [--style S] [--fault X] [--verbose] [--keep FOLDER]

A table of faults by frameworks, then each miss with what was expected, and each false alarm.
`--verbose` says for a miss what was said instead; `--keep` writes the apps into a folder.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.apps.planted.check import Verdict, check
from tests.apps.planted.faults import FAULTS, Combination, clean, planted
from tests.apps.planted.frameworks import FRAMEWORKS
from tests.apps.planted.plan import STYLES
from tests.apps.planted.write import plans


def chosen(options: argparse.Namespace) -> Iterator[Combination]:
    for plan in plans():
        if options.framework not in {None, plan.framework}:
            continue
        if options.style not in {None, plan.style.name}:
            continue
        for one in (clean(plan), *planted(plan)):
            if options.fault is None or options.fault in one.fault:
                yield one


def table(verdicts: list[Verdict]) -> str:
    """Found of planted, a line for each fault and a column for each framework."""
    cells: Counter[tuple[str, str, bool]] = Counter()
    for verdict in verdicts:
        one = verdict.combination
        good = verdict.found if one.expected else not verdict.false_alarms
        for fault in (one.fault, "all faults" if one.expected else "all silent"):
            for framework in (one.plan.framework, "all"):
                cells[fault, framework, good] += 1
    columns = [f for f in (*FRAMEWORKS, "all") if any(key[1] == f for key in cells)]
    rows = ["clean", *(fault.name for fault in FAULTS), "all faults", "all silent"]
    width = max(map(len, rows)) + 1
    lines = [" " * width + " ".join(f"{name[:7]:>7}" for name in columns)]
    for row in rows:
        counts = [(cells[row, c, True], cells[row, c, False]) for c in columns]
        if not any(map(sum, counts)):
            continue
        cell = (f"{yes}/{yes + no}" if yes + no else "-" for yes, no in counts)
        lines.append(f"{row:{width}}" + " ".join(f"{text:>7}" for text in cell))
    return "\n".join(lines)


def show(verdicts: list[Verdict], *, verbose: bool) -> None:
    print(table(verdicts))
    for verdict in verdicts:
        one = verdict.combination
        if one.expected and not verdict.found:
            print(f"missed {one.name}: {one.expected}")
            for said in verdict.said if verbose else ():
                print(f"    {said}")
        for said in verdict.false_alarms:
            print(f"false alarm {one.name}: {said}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.apps.planted")
    parser.add_argument("--framework", choices=FRAMEWORKS)
    parser.add_argument("--style", choices=[style.name for style in STYLES])
    parser.add_argument("--fault", help="a part of the name of a fault")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--keep", type=Path, help="write the apps into this folder, and check none")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    combinations = list(chosen(options))
    if options.keep:
        for one in combinations:
            one.written.put(options.keep / one.name.replace(" ", "-").replace(":", ""))
        return 0
    with ProcessPoolExecutor(options.jobs) as pool:
        verdicts = list(pool.map(check, combinations, chunksize=8))
    show(verdicts, verbose=options.verbose)
    good = all(v.found if v.combination.expected else not v.false_alarms for v in verdicts)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
