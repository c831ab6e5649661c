"""Every published version of htmx with its SSE extension, over the same pages in Chromium.

    python -m tests.browser.sweep              all versions; writes the table of docs/htmx.md
    python -m tests.browser.sweep 4.0.2        one release: prints what differs from the model
    python -m tests.browser.sweep --new        those that were not played here yet; also goes on
                                               where a sweep was broken off

Each version is held against the stack that the model takes it for: a page on which they differ is
printed, in the words of both. Versions are installed by name, into a folder that git ignores.
"""

import argparse
import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path

from sse_check.htmx.stacks import STACKS
from tests.browser import by_hand, cases, generate, harness, older, predict, versions
from tests.browser.harness import Case, Observation
from tests.browser.pages import PAGES
from tests.browser.predict import stack_for
from tests.browser.versions import Pair

DOCS = Path(__file__).parents[2] / "docs" / "htmx.md"
KEPT = versions.FOLDER / "seen.json"
_TABLE = re.compile(r"(<!-- versions -->\n).*?(<!-- end -->)", re.DOTALL)
_LEFT_OUT = ("14-", "16-", "17-", "19-")
_SEEDS = 40


def pages_for(pair: Pair) -> Iterator[Case]:
    """The telling pages: known rows, pages made by hand, and some at random."""
    nearest = {1: "htmx1", 2: "htmx2", 4: "htmx4-compat" if pair.compat else "htmx4"}
    stack = nearest[pair.generation]
    found = [
        row.case
        for row in cases.load()
        if stack in row.stacks and not row.why_not and not row.case.name.startswith(_LEFT_OUT)
    ]
    found += [case for case, stacks in (*PAGES, *by_hand.pages()) if stack in stacks]
    found += [case for case, names in older.pages() if pair.name in names]
    found += [generate.make(seed, "4" if pair.generation == 4 else "2") for seed in range(_SEEDS)]
    yield from (case for case in found if predict.comes_to_rest(case, pair.name))


def differences(pair: Pair, workers: int) -> tuple[int, dict[str, str]]:
    """How many pages were played, and those on which the model says something else."""
    versions.install([pair])
    harness.PUBLISHED[pair.name] = pair.scripts()
    predict.MODELS[pair.name] = stack_for(pair)
    jobs = [(case, pair.name) for case in pages_for(pair)]
    found: dict[str, str] = {}

    def compare(case: Case, stack: str, seen: list[Observation]) -> None:
        text = predict.difference(predict.predict(case, stack), seen)
        found[case.name] = "" if text == predict.PARSED_DIFFERENTLY else text

    asyncio.run(harness.run_all(jobs, predict.predict, compare, workers))
    again = [job for job in jobs if found[job[0].name]]
    if again:
        asyncio.run(harness.run_all(again, predict.predict, compare, workers))
    return len(jobs), {name: text for name, text in found.items() if text}


def table(seen: dict[str, list[int]]) -> str:
    """The versions in a row that behave alike, and what was played of them."""
    rows: list[tuple[str, list[Pair], int, int]] = []
    for pair in _pairs_of(seen):
        name = stack_for(pair).name
        played, apart = seen[pair.name]
        if rows and rows[-1][0] == name and _beside(rows[-1][1][0], pair):
            stack, pairs, before, wrong = rows.pop()
            rows.append((stack, [*pairs, pair], before + played, wrong + apart))
        else:
            rows.append((name, [pair], played, apart))
    lines = ["| htmx | Extension | Stack | Pages | The model differs |", "|---|---|---|---|---|"]
    for name, pairs, played, apart in rows:
        lines.append(
            f"| {_range([pair.core for pair in pairs])} | {_extension(pairs)} | `{name}` "
            f"| {played} | {apart or '-'} |"
        )
    return "\n".join(lines)


def _pairs_of(seen: dict[str, list[int]]) -> list[Pair]:
    found = []
    for name in seen:
        match = re.fullmatch(r"htmx (\S+)(?: \+ htmx-ext-sse (\S+))?( \+ compat)?", name)
        if match is not None:
            found.append(Pair(match[1], match[2] or "", bool(match[3])))
    return sorted(found, key=lambda p: (p.compat, versions.numbers(p.core), p.extension))


def _beside(one: Pair, other: Pair) -> bool:
    return one.compat == other.compat and (
        one.core == other.core or one.extension == other.extension
    )


def _range(names: list[str]) -> str:
    return names[0] if names[0] == names[-1] else f"{names[0]} to {names[-1]}"


def _extension(pairs: list[Pair]) -> str:
    if pairs[0].extension:
        return f"htmx-ext-sse {_range([pair.extension for pair in pairs])}"
    return "its own, and compat" if pairs[0].compat else "its own"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("releases", nargs="*", help="versions of htmx.org; all of them without any")
    parser.add_argument("--new", action="store_true", help="only those not played yet")
    parser.add_argument("--workers", type=int, default=8)
    options = parser.parse_args()
    cores = [v for v in versions.published(versions.CORE) if versions.numbers(v) >= versions.OLDEST]
    wanted = versions.pairs(cores, versions.published(versions.EXTENSION))
    seen = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    if options.releases:
        wanted = [pair for pair in wanted if pair.core in options.releases]
    elif options.new:
        wanted = [pair for pair in wanted if pair.name not in seen]
    for pair in wanted:
        played, apart = differences(pair, options.workers)
        known = stack_for(pair).name in STACKS
        print(f"{pair.name}: {stack_for(pair).name}{'' if known else ' (a fact of its own)'}, "
              f"{played} pages, {len(apart)} differ", flush=True)  # fmt: skip
        for name, text in apart.items():
            print(f"    {name}\n        {text}")
        seen[pair.name] = [played, len(apart)]
        KEPT.write_text(json.dumps(seen, indent=1), "utf-8")
    # One release is looked at first; the table is for what was played on purpose.
    if not options.releases:
        text = DOCS.read_text("utf-8")
        DOCS.write_text(_TABLE.sub(lambda m: f"{m[1]}{table(seen)}\n{m[2]}", text), "utf-8")


if __name__ == "__main__":
    main()
