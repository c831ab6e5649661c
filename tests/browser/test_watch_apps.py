"""Every app of the fixtures, with and without a browser: the same verdicts."""

from pathlib import Path

import pytest

from sse_check.stream.align import Alignment, align
from sse_check.stream.browser import watch
from sse_check.stream.session import look
from tests.apps.support import LIMITS, NEWER_TARGETS, TARGETS, started
from tests.browser.harness import MODULES
from tests.needs import NEEDS_CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),
    NEEDS_CHROMIUM,
]


def verdicts(alignment: Alignment) -> list[tuple[str, str, str]]:
    found = [(row.name, row.verdict, "") for row in alignment.rows]
    return sorted(found + [(f.rule, f.level, f.message) for f in alignment.findings])


@pytest.mark.parametrize("target", TARGETS + NEWER_TARGETS)
def test_an_app(target: str, tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    (packages / "htmx.org").symlink_to(MODULES / "htmx2", target_is_directory=True)
    (packages / "htmx-ext-sse").symlink_to(MODULES / "sse224", target_is_directory=True)
    with started(target) as site:
        for page in ("/", "/broken"):
            session = look(site, page, LIMITS)
            watched = watch(session, str(packages), lambda _: None)
            assert verdicts(align(session, watched=watched)) == verdicts(align(session))
