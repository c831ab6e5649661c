"""A project in memory of which one template changes: until its pages are put together again."""

import statistics
import sys
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sse_check.pages.engine import Engine  # noqa: E402 - the path is set first
from sse_check.project.project import Project  # noqa: E402 - the path is set first
from sse_check.project.settings import Settings  # noqa: E402 - the path is set first

LEAF = "app/templates/pages/p3.html"
LAYOUT = "app/templates/base.html"


def main(folder: Path, rounds: int) -> None:
    """Change a page, and then the layout of all pages, as often as wanted."""
    project = Project.load(str(folder), Settings())
    engine = Engine(project)
    everything = tuple(project.graph.relevant)
    engine.pages_showing(everything)
    for path, shown, said in (
        (LEAF, (LEAF,), "one page changed, that page again"),
        (LEAF, everything, "one page changed, all pages again"),
        (LAYOUT, everything, "the base layout changed, all pages again"),
    ):
        times = []
        for number in range(rounds):
            data = project.files.data(path) + f"<!-- {number} -->".encode()
            start = process_time()
            engine.changed(path, data)
            engine.pages_showing(shown)
            times.append(process_time() - start)
        middle = statistics.median(times)
        print(f"in memory: {said}: {middle:.3f} s ({min(times):.3f}-{max(times):.3f})")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3)
