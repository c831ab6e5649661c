"""Make the pictures of the documentation anew.

python -m tests.pictures          the terminal, as SVG
python -m tests.pictures map      and the map, as Chromium draws it
"""

import shutil
import sys
import tempfile
from pathlib import Path

from tests.cli.helpers import sse_check
from tests.pictures.terminal import svg

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
# What the picture in the README shows.
SHOWN = ("fixtures/demo", "--select", "sse_scope", "--select", "sse_crossref")


def sample(folder: Path) -> Path:
    """A copy of the sample project, away from the checkout's settings and other files."""
    shutil.copytree(ROOT / "fixtures" / "demo", folder / "fixtures" / "demo")
    return folder


def terminal(folder: Path) -> str:
    """The picture of a terminal."""
    done = sse_check(sample(folder), *SHOWN, "--color", "always")
    return svg(f"sse-check {SHOWN[0]}", _without_counts(done.out))


def _without_counts(output: str) -> str:
    """The findings: the last lines count those of these rules alone."""
    return output[: output.rindex("\n\n")]


def map_of_sample(folder: Path) -> bytes:
    """The map of the sample as Chromium draws it."""
    from playwright.sync_api import sync_playwright

    from tests.browser import harness

    path = sample(folder) / "map.html"
    targets = ("fixtures/demo/templates", "--format", "html", "--output-file", str(path))
    sse_check(folder, "map", *targets)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=harness.find_chromium(), args=list(harness.FLAGS)
        )
        page = browser.new_page(viewport={"width": 1200, "height": 400})
        page.goto(path.as_uri())
        picture: bytes = page.screenshot(full_page=True)
        browser.close()
    return picture


def main(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (IMAGES / "check.svg").write_text(terminal(Path(folder)), encoding="utf-8")
    if "map" in arguments:
        with tempfile.TemporaryDirectory() as folder:
            (IMAGES / "map.png").write_bytes(map_of_sample(Path(folder)))


if __name__ == "__main__":
    main(sys.argv[1:])
