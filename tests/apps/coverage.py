"""What is understood of the apps among the fixtures, as lines that a person can read.

`python -m tests.apps.coverage` writes `tests/apps/coverage.txt` anew: look at its difference. A
line that says `not told:` names something that was not understood, and why.
"""

from collections.abc import Iterator
from pathlib import Path

from sse_check.apps.model import Unread
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from sse_check.wiring.wiring import Wiring

FIXTURES = Path(__file__).parents[2] / "fixtures"
PINNED = Path(__file__).with_name("coverage.txt")


def folders() -> list[Path]:
    return [FIXTURES / "demo", FIXTURES / "apps", *sorted((FIXTURES / "routes").iterdir())]


def lines() -> Iterator[str]:
    for folder in folders():
        yield f"{folder.relative_to(FIXTURES).as_posix()}"
        wiring = Wiring(Project.load(str(folder), Settings(), shown_from=str(folder)))
        for app in wiring.apps:
            part = " (a part)" if app.part else ""
            test = " (tests)" if app.is_test else ""
            yield f"  {app.path}: {app.framework}{part}{test}, {len(app.routes)} routes"
            yield from _untold(app.unread, "    ")
            for other, one in wiring.streams:
                if other is not app:
                    continue
                names = " ".join(str(name) for name in dict.fromkeys(one.names)) or "-"
                yield f"    {one.route.path} sends {names}; {one.stream.ending}"
                yield from _untold(one.stream.unread, "      ")


def _untold(found: list[Unread], before: str) -> Iterator[str]:
    for one in found:
        yield f"{before}not told: line {one.span.start_position.line}: {one.why}"


def text() -> str:
    return "".join(f"{line}\n" for line in lines())


if __name__ == "__main__":
    PINNED.write_text(text(), encoding="utf-8")
