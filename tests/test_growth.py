"""Work grows with what there is to read: the cases of `benchmarks/hostile.py`, counted.

What is counted are the lines of our own code that are run, which is the same on every machine.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import pytest

from benchmarks.hostile import CASES, ENDLESS, GROWING, Files
from sse_check.findings.check import check
from sse_check.findings.fixes import apply_fixes
from sse_check.findings.loader import load_rules
from sse_check.findings.result import Result
from sse_check.project.discovery import Found
from sse_check.project.project import Project
from sse_check.project.settings import Settings

if TYPE_CHECKING:
    from _typeshed import TraceFunction

ROOT = Path(__file__).resolve().parents[1]
OURS = (str(ROOT / "sse_check"), str(ROOT / "rules"))
RULES = list(load_rules().values())
# The large part is so many times the small one; what is quadratic takes the square of that.
SMALL, LARGE = 20, 5
# More than any of them takes: a second or so of work, and no more with files without end.
MOST_LINES = 40_000_000
# These reach a budget on their way: of the conditions around a place, so many are told apart; of
# what events do to a page, so much is played.
REACHING = {
    "100 payloads that are templates",
    "2,000 connections of htmx 4",
    "2,000 elif",
    "2,000 nested conditions",
    "2,000 targets beside",
    "2,000 targets by a class",
    "2,000 triggers in one list",
    "2,000 triggers, all heard by all",
    "1,500 returns, called three times",
    "a name bound 2,000 times",
    "600 ifs",
    "a page in itself, 2,000 times",
}


def checked(files: Files) -> Result:
    found = Found(
        templates=sorted(name for name in files if not name.endswith(".py")),
        python=sorted(name for name in files if name.endswith(".py")),
    )
    data = {name: text.encode() for name, text in files.items()}
    project = Project.of("/nowhere", Settings(), found, replaced=data, shown_from="/nowhere")
    result = check(project, project.files.found.templates, RULES)
    assert not result.failures
    assert result.coverage is not None
    return result


def lines_of(work: Callable[[], object]) -> int:
    """How many lines of our own code are run; the rest is not looked at."""
    count = 0

    def of_ours(_: FrameType, event: str, __: object) -> "TraceFunction":
        nonlocal count
        if event == "line":
            count += 1
        return of_ours

    def any_call(frame: FrameType, _: str, __: object) -> "TraceFunction | None":
        return of_ours if frame.f_code.co_filename.startswith(OURS) else None

    before = sys.gettrace()
    sys.settrace(any_call)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", [name for name in GROWING if name not in REACHING])
def test_work_grows_with_the_input(name: str) -> None:
    small, large = GROWING[name](SMALL), GROWING[name](LARGE)
    checked(small)
    few, many = lines_of(lambda: checked(small)), lines_of(lambda: checked(large))
    assert many < 1.3 * SMALL / LARGE * few


@pytest.mark.parametrize("name", [*ENDLESS, *sorted(REACHING)])
def test_work_on_what_has_no_end_is_bounded(name: str) -> None:
    files = CASES[name]()
    assert lines_of(lambda: checked(files)) < MOST_LINES


def test_fixes_grow_with_the_input() -> None:
    def work(part: int) -> int:
        result = checked(GROWING["2,000 faults with fixes"](part))
        return lines_of(
            lambda: apply_fixes(result.findings, unsafe=True, templates=result.templates)
        )

    work(SMALL)
    assert work(LARGE) < 1.3 * SMALL / LARGE * work(SMALL)
