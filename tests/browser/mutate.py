"""Mutation testing of the model: small mistakes in it, and what Chromium did must notice.

    python -m tests.browser.mutate [--seeds N] [--part 1/8] [--log FILE] [--tests] [MODULE]...

What the browser does on every row and on N random pages a stack is observed once; of older versions
it is known (`older.py`). Each mutant of a module of the model is then played over the same pages:
one that says the same of all of them survives and is listed, unless `--tests` finds plain tests
that notice it. With `--keep` and `--log` a run that was broken off goes on where it was, and parts
can be played on different days.
"""

import argparse
import ast
import asyncio
import importlib
import pickle
from pathlib import Path

from tests.browser import by_hand, generate, harness, older
from tests.browser.harness import Case, Observation
from tests.browser.predict import MODELS, comes_to_rest, difference, predict
from tests.browser.test_model import MADE, MISMATCHED, MODELLED, ROWS
from tests.mutants import Share, in_a_child, mutants, need_green, put_in_place, tests_notice

PACKAGE = "sse_check.htmx"
MODULES = (
    "inheritance", "page", "htmx1", "htmx1_old", "htmx2", "htmx4", "mismatch", "attributes4", "swaps",
    "insertion", "preserve", "idiomorph", "swaps4", "morph", "upsert", "own_tags", "out_of_band", "selectors", "finding", "ids", "css",
    "css_tests", "triggers", "hcon", "stacks", "effects", "dom",
)  # fmt: skip
FOLDER = Path(__file__).parents[2] / "sse_check" / "htmx"
# What holds the model without a browser.
TESTS = ("tests/htmx", "tests/wiring")
# A mutant that never comes to an end is noticed too.
_SECONDS = 120

Seen = list[tuple[Case, str, list[Observation]]]


def observe(seeds: int, *, trusted: bool = False) -> Seen:
    """What the browser does on all pages, where the model says the same today."""
    jobs = [*ROWS, *MADE]
    jobs += [(case, stack) for case, stacks in by_hand.pages() for stack in stacks]
    for stack in MODELLED + MISMATCHED:
        generation = MODELS[stack].generation
        number = seeds if stack in MODELLED else seeds // 6
        pages = (generate.make(seed, generation) for seed in range(number))
        jobs += [(page, stack) for page in pages if comes_to_rest(page, stack)]
    if trusted:
        return [*older.recorded(), *((case, stack, predict(case, stack)) for case, stack in jobs)]
    seen: Seen = older.recorded()

    def keep(case: Case, stack: str, observed: list[Observation]) -> None:
        if not difference(predict(case, stack), observed):
            seen.append((case, stack, observed))

    asyncio.run(harness.run_all(jobs, predict, keep))
    return seen


def _notices(name: str, tree: ast.Module, seen: Seen) -> bool:
    """In a process of its own: is there a page of which the mutant says something else?"""
    put_in_place(f"{PACKAGE}.{name}", tree, PACKAGE, "tests.browser.predict")
    fresh = importlib.import_module("tests.browser.predict")
    return any(fresh.difference(fresh.predict(case, stack), truth) for case, stack, truth in seen)


def noticed(name: str, tree: ast.Module, seen: Seen) -> bool:
    return in_a_child(lambda: _notices(name, tree, seen), _SECONDS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--keep", type=Path, help="a file that keeps what the browser did")
    parser.add_argument("--part", default="1/1", help="one mutant in so many, as in 1/8")
    parser.add_argument("--log", type=Path, help="a file of what is known of the mutants")
    parser.add_argument(
        "--trusted", action="store_true", help="no browser: the tests hold that the model is right"
    )
    parser.add_argument("--tests", action="store_true", help="ask the tests of what survives")
    parser.add_argument("modules", nargs="*")
    options = parser.parse_args()
    if options.tests:
        need_green(TESTS, _SECONDS)
    share = Share(options.part, options.log)
    if options.keep and options.keep.exists():
        seen = pickle.loads(options.keep.read_bytes())
    else:
        seen = observe(options.seeds, trusted=options.trusted)
        if options.keep:
            options.keep.write_bytes(pickle.dumps(seen))
    print(f"{len(seen)} pages", flush=True)
    total = lost = 0
    for name in options.modules or MODULES:
        source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")

        def is_noticed(tree: ast.Module, name: str = name) -> bool:
            return noticed(name, tree, seen) or (
                options.tests and tests_notice(f"{PACKAGE}.{name}", tree, TESTS, _SECONDS)
            )

        number, alive = share.alive(name, mutants(source), is_noticed)
        total, lost = total + number, lost + len(alive)
        print(f"{name}: {number - len(alive)} of {number} noticed", flush=True)
        for what in alive:
            print(f"    {what}")
    percent = 100 * (total - lost) / max(total, 1)
    print(f"{total - lost} of {total} mutants noticed, {percent:.1f} %")


if __name__ == "__main__":
    main()
