"""What a page loads, told to people."""

from pathlib import Path

import pytest

from sse_check.findings.context import Context
from sse_check.htmx.titles import title_of
from sse_check.project.settings import Settings
from tests.project.helpers import load


@pytest.mark.parametrize(
    ("scripts", "expected"),
    [
        ((), "htmx 2"),
        (("htmx.org@2.0.8",), "htmx 2.0.8 without its extension"),
        (("htmx.org@2.0.8", "htmx-ext-sse@2.2.4"), "htmx 2.0.8, htmx-ext-sse 2.2.4"),
        (("htmx.org@2", "htmx-ext-sse@2.1.0/sse.js"), "htmx 2, htmx-ext-sse 2.1.0"),
        (("htmx.org@1.9.10", "htmx.org@1.9.10/dist/ext/sse.js"), "htmx 1.9.10"),
        (
            ("htmx.org@1.9.12", "htmx-ext-sse@2.2.4/sse.js"),
            "htmx 1.9.12 with an extension of htmx 2",
        ),
        (("htmx.org@4.0.1", "htmx.org@4.0.1/dist/ext/hx-sse.js"), "htmx 4.0.1"),
        (
            ("htmx.org@4.0.1", "htmx.org@4.0.1/dist/ext/htmx-2-compat.js"),
            "htmx 4.0.1, htmx-2-compat",
        ),
    ],
)
def test_title(tmp_path: Path, scripts: tuple[str, ...], expected: str) -> None:
    tags = "".join(f'<script src="https://unpkg.com/{src}"></script>' for src in scripts)
    page = f"<html><head>{tags}</head><body><div sse-connect=/e></div></body></html>\n"
    project = load(tmp_path, {"templates/a.html": page}, Settings())
    (view, *_) = Context(project, tuple(project.files.found.templates)).views
    assert title_of(view.loaded) == expected
