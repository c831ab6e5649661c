"""Branches: has the listener a connection above it in all, some or no renderings?"""

import json
from pathlib import Path

import pytest

from sse_check.findings.context import Context
from tests.project.helpers import load

SNIPPETS = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "branches.json").read_text(encoding="utf-8")
)


def answer(folder: Path, dialect: str, text: str) -> str:
    name = "page.kida" if dialect == "kida" else "page.html"
    project = load(folder, {name: text})
    found = missing = False
    for view in Context(project, (name,)).views:
        for listener in view.listeners:
            above = view.connection_of(listener) is not None
            found, missing = found or above, missing or not above
    assert found or missing, "no listener was seen"
    return "some" if found and missing else "all" if found else "none"


@pytest.mark.parametrize(
    ("what", "dialect", "text", "truth"), SNIPPETS, ids=[s[0] for s in SNIPPETS]
)
def test_snippet(tmp_path: Path, what: str, dialect: str, text: str, truth: str) -> None:
    assert answer(tmp_path, dialect, text) == truth, what
