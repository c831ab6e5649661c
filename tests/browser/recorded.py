"""Rows that the model does not play, and what the browser showed of them.

    python -m tests.browser.recorded

writes `fixtures/htmx/observed.json` anew. Read what changed before you keep it: this is what the
test holds the browser to.
"""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from tests.browser import cases, harness
from tests.browser.harness import Case, Observation

FILE = cases.FOLDER / "observed.json"
Steps = list[dict[str, Any]]
ROWS = [
    (row, stack)
    for row in cases.load()
    if row.why_not or any(frame.probe for frame in row.case.frames)
    for stack in row.stacks
    if stack in harness.SCRIPTS
]


def observed(
    rows: Sequence[tuple[cases.Row, str]], workers: int = harness.WORKERS
) -> dict[str, dict[str, Steps]]:
    """What the browser does, by row and stack."""
    by_name = {row.case.name: row for row, _ in rows}
    found: dict[str, dict[str, Steps]] = {}

    def wait(case: Case, stack: str) -> list[Observation]:
        return [Observation(None, [], []) for _ in range(len(case.frames) + 1)]

    def keep(case: Case, stack: str, seen: list[Observation]) -> None:
        row = by_name[case.name]
        found.setdefault(row.ident, {})[stack] = [
            _shown(case, step, first=number == 0) for number, step in enumerate(seen)
        ]

    asyncio.run(harness.run_all([(row.case, stack) for row, stack in rows], wait, keep, workers))
    return found


def _shown(case: Case, step: Observation, *, first: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"body": _collapsed(step.body), "requests": step.requests}
    # Where streams come and go, how far they are at first is a matter of milliseconds; one that
    # ends by itself is open or not, as the moment has it.
    restless = bool(case.on_connect) or "=/sse-" in case.html
    if not case.on_connect and not (first and restless):
        shown["streams"] = step.streams
    if restless and not first:
        shown["asked"] = "again" if step.asked > 1 else "once"
    shown = {word: value for word, value in shown.items() if value}
    if step.probe is not None:
        shown["probe"] = step.probe
    return shown


def _collapsed(tree: Any) -> Any:
    """Of equal elements in a row, however many, three are shown."""
    if not isinstance(tree, list):
        return tree
    out: list[Any] = []
    for child in map(_collapsed, tree):
        if isinstance(child, list) and out[-3:] == [child] * 3:
            continue
        out.append(child)
    return out


def expected() -> dict[str, dict[str, Steps]]:
    found: dict[str, dict[str, Steps]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def main() -> None:
    found = observed(ROWS)
    lines = [
        f"{json.dumps(ident)}: " + json.dumps({s: stacks[s] for s in sorted(stacks)})
        for ident, stacks in sorted(found.items())
    ]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
