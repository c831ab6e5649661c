"""Every app of the fixtures, with and without a browser: the same verdicts."""

import os
import sys
from pathlib import Path

import pytest

from sse_check.stream.align import Alignment, align
from sse_check.stream.apps import open_app
from sse_check.stream.browser import watch
from sse_check.stream.session import look
from tests.apps.test_frameworks import APPS, LIMITS, TARGETS
from tests.browser import harness
from tests.browser.harness import MODULES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(
        not harness.available() and not os.environ.get("CI"),
        reason="needs Chromium and the npm packages; `python3 dev.py test` brings them",
    ),
]


def verdicts(alignment: Alignment) -> list[tuple[str, str, str]]:
    found = [(row.name, row.verdict, "") for row in alignment.rows]
    return sorted(found + [(f.rule, f.level, f.message) for f in alignment.findings])


@pytest.mark.parametrize("target", TARGETS)
def test_an_app(target: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    (packages / "htmx.org").symlink_to(MODULES / "htmx2", target_is_directory=True)
    (packages / "htmx-ext-sse").symlink_to(MODULES / "sse224", target_is_directory=True)
    monkeypatch.chdir(APPS)
    monkeypatch.setattr(sys, "path", [str(APPS), *sys.path])
    site = open_app(target)
    try:
        for page in ("/", "/broken"):
            session = look(site, page, LIMITS)
            watched = watch(session, site, str(packages), lambda _: None)
            assert verdicts(align(session, watched=watched)) == verdicts(align(session))
    finally:
        site.close()
