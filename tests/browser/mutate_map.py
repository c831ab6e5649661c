"""Mutation testing of the map: small mistakes in what makes it, and what it then says.

    python -m tests.browser.mutate_map [--share N] [MODULE]...

What the map's JSON says of the known rows and of the pages made by hand is what Chromium shows
(`test_map.py`, `test_by_hand.py`, `test_points.py`). A mutant after which the same is said of all of them survives,
unless the tests of the map notice it. `--share 4` takes one page and one mutant in four; with
`--part 1/8` and `--log FILE` a whole run is made of parts, and goes on where it was broken off.
"""

import argparse
import ast
import importlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.browser import by_hand, cases, points
from tests.browser.harness import Case
from tests.browser.map_check import HEADS, MORPHING, settled
from tests.browser.pages import PAGES
from tests.browser.points import case_of
from tests.mutants import ROOT, Share, in_a_child, mutants, need_green, put_in_place, tests_notice

MODULES = (
    "htmx.play", "htmx.opening", "htmx.outcomes", "htmx.brings", "htmx.same", "htmx.reconnects", "htmx.spelling",
    "report.wiring", "report.wiring_json", "report.wiring_spans",
)  # fmt: skip
# What has no effect that a page shows: the picture's words, reconnects, payloads.
TESTS = ("tests/report", "tests/wiring", "tests/htmx")
_SECONDS = 240

Said = list[tuple[str, Any]]


def pages(share: int) -> list[tuple[Case, str]]:
    found = [(row.case, s) for row in cases.load() if not row.why_not for s in row.stacks]
    found += [(case, s) for case, stacks in (*PAGES, *by_hand.pages()) for s in stacks]
    wanted = [(case, s) for case, s in found if s in HEADS | MORPHING and "load" not in case.html]
    chosen = [(settled(case), s) for case, s in wanted[::share]]
    # Pages of one kind stand together: mixed, most mutants are noticed after a few.
    random.Random(0).shuffle(chosen)
    return chosen


def said(check: Any, wanted: list[tuple[Case, str]]) -> Iterator[Said]:
    """What the map says, page by page; `check` is the module that asks it."""
    for point, told in GROUPS:
        for stack in point.stacks:
            data, _ = check.map_of(case_of(point), stack, point.sent)
            yield [(f"{point.what} {stack}", told(data))]
    for case, stack in wanted:
        try:
            yield [
                (
                    p.case.name,
                    (*((o.body, o.streams, o.requests) for o in p.expected), p.leaked),
                )
                for p in check.plays(case, stack)
            ]
        except AssertionError:
            yield []


def _opens(data: Any) -> Any:
    fields = ("url", "opens", "times", "open", "on", "waits")
    return [[one[name] for name in fields] for one in data["connections"]]


def _ends(data: Any) -> Any:
    return [[one["reconnects"], one["pauses"]] for one in data["connections"]]


def _takes(data: Any) -> Any:
    return [[one["timing"], one["requests"]] for _, one in _outcomes(data)]


def _brings(data: Any) -> Any:
    return [event["brings"] for one in data["connections"] for event in one["events"]]


def _is_untold(data: Any) -> Any:
    return [[name, one["verdict"] == "unknown"] for name, one in _outcomes(data)]


def _outcomes(data: Any) -> Iterator[tuple[str, Any]]:
    for connection in data["connections"]:
        for event in connection["events"]:
            for listener in event["listeners"]:
                for outcome in listener["outcomes"]:
                    yield event["name"], outcome


# The pages of `test_points.py`, with what is compared of each.
GROUPS = [
    (point, told)
    for group, told in (
        (points.OPENING, _opens),
        (points.ENDING, _ends),
        (points.TIMING, _takes),
        (points.BRINGING, _brings),
        (points.UNTOLD, _is_untold),
    )
    for point in group
]


def _notices(
    name: str, tree: ast.Module, wanted: list[tuple[Case, str]], truth: list[Said]
) -> bool:
    put_in_place(f"sse_check.{name}", tree, "sse_check", "tests.browser.map_")
    fresh = importlib.import_module("tests.browser.map_check")
    return any(one != other for one, other in zip(said(fresh, wanted), truth, strict=True))


def noticed(name: str, tree: ast.Module, wanted: list[tuple[Case, str]], truth: list[Said]) -> bool:
    return in_a_child(lambda: _notices(name, tree, wanted, truth), _SECONDS)


def main() -> None:
    from tests.browser import map_check

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--share", type=int, default=1)
    parser.add_argument("--tests", action="store_true", help="ask the tests of what survives")
    parser.add_argument("--part", default="1/1", help="one mutant in so many, as in 1/8")
    parser.add_argument("--log", type=Path, help="a file of what is known of the mutants")
    parser.add_argument("modules", nargs="*")
    options = parser.parse_args()
    if options.tests:
        need_green(TESTS, _SECONDS)
    share = Share(options.part, options.log)
    wanted = pages(options.share)
    truth = list(said(map_check, wanted))
    print(f"{len(wanted)} pages, {sum(map(len, truth))} events", flush=True)
    total = lost = 0
    for name in options.modules or MODULES:
        source = (ROOT / "sse_check" / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8")

        def is_noticed(tree: ast.Module, name: str = name) -> bool:
            seen = noticed(name, tree, wanted, truth)
            return seen or (
                options.tests and tests_notice(f"sse_check.{name}", tree, TESTS, _SECONDS)
            )

        number, alive = share.alive(name, list(mutants(source))[:: options.share], is_noticed)
        total, lost = total + number, lost + len(alive)
        print(f"{name}: {number - len(alive)} of {number} noticed", flush=True)
        for what in alive:
            print(f"    {what}", flush=True)
    print(
        f"{total - lost} of {total} mutants noticed, {100 * (total - lost) / max(total, 1):.1f} %"
    )


if __name__ == "__main__":
    main()
