"""Mutation testing of the model: small mistakes in it, and what Chromium did must notice.

    python -m tests.browser.mutate [--seeds N] [MODULE]...

What the browser does on every row and on N random pages a stack is observed once. Each mutant of
a module of the model is then played over the same pages: one that says the same of all of them
survives and is listed.
"""

import argparse
import ast
import asyncio
import importlib
import os
import pickle
import signal
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.browser import generate, harness
from tests.browser.harness import Case, Observation
from tests.browser.predict import MODELS, comes_to_rest, difference, predict
from tests.browser.test_model import MADE, MISMATCHED, MODELLED, ROWS
from tests.mutants import mutants

PACKAGE = "sse_check.htmx"
MODULES = (
    "inheritance", "page", "htmx1", "htmx1_old", "htmx2", "htmx4", "mismatch", "attributes4", "swaps",
    "swaps4", "morph", "upsert", "own_tags", "out_of_band", "selectors", "css", "triggers", "hcon",
    "stacks", "effects", "dom",
)  # fmt: skip
FOLDER = Path(__file__).parents[2] / "sse_check" / "htmx"
# A mutant that never comes to an end is noticed too.
_SECONDS = 120

Seen = list[tuple[Case, str, list[Observation]]]


def observe(seeds: int) -> Seen:
    """What the browser does on all pages, where the model says the same today."""
    jobs = [*ROWS, *MADE]
    for stack in MODELLED + MISMATCHED:
        generation = MODELS[stack].generation
        number = seeds if stack in MODELLED else seeds // 6
        pages = (generate.make(seed, generation) for seed in range(number))
        jobs += [(page, stack) for page in pages if comes_to_rest(page, stack)]
    seen: Seen = []

    def keep(case: Case, stack: str, observed: list[Observation]) -> None:
        if not difference(predict(case, stack), observed):
            seen.append((case, stack, observed))

    asyncio.run(harness.run_all(jobs, predict, keep))
    return seen


class _Mutant(MetaPathFinder, Loader):
    """Imports one module of the model with a mistake in it."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name = name
        self.tree = tree

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        return ModuleSpec(fullname, self) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.tree, f"{self.name}.py", "exec"), module.__dict__)


def _notices(name: str, tree: ast.Module, seen: Seen) -> bool:
    """In a process of its own: is there a page of which the mutant says something else?"""
    for loaded in list(sys.modules):
        if loaded.startswith(PACKAGE) or loaded == "tests.browser.predict":
            del sys.modules[loaded]
    sys.meta_path.insert(0, _Mutant(f"{PACKAGE}.{name}", tree))
    fresh = importlib.import_module("tests.browser.predict")
    return any(fresh.difference(fresh.predict(case, stack), truth) for case, stack, truth in seen)


def noticed(name: str, tree: ast.Module, seen: Seen) -> bool:
    child = os.fork()
    if child == 0:
        signal.alarm(_SECONDS)
        try:
            code = int(_notices(name, tree, seen))
        except Exception:  # noqa: BLE001 - a mutant that fails is noticed
            code = 1
        os._exit(code)
    _, status = os.waitpid(child, 0)
    return status != 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--keep", type=Path, help="a file that keeps what the browser did")
    parser.add_argument("modules", nargs="*")
    options = parser.parse_args()
    if options.keep and options.keep.exists():
        seen = pickle.loads(options.keep.read_bytes())
    else:
        seen = observe(options.seeds)
        if options.keep:
            options.keep.write_bytes(pickle.dumps(seen))
    print(f"{len(seen)} pages", flush=True)
    total = lost = 0
    for name in options.modules or MODULES:
        source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
        all_mutants = list(mutants(source))
        alive = [what for what, tree in all_mutants if not noticed(name, tree, seen)]
        total, lost = total + len(all_mutants), lost + len(alive)
        print(f"{name}: {len(all_mutants) - len(alive)} of {len(all_mutants)} noticed", flush=True)
        for what in alive:
            print(f"    {what}")
    print(f"{total - lost} of {total} mutants noticed, {100 * (total - lost) / total:.1f} %")


if __name__ == "__main__":
    main()
