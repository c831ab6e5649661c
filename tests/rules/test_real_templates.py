"""Thousands of real templates without events: nothing is said of them."""

from pathlib import Path

import pytest

from sse_check.findings.check import check
from sse_check.findings.loader import load_rules
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from sse_check.report import concise
from tests import corpus


@pytest.mark.corpus
@pytest.mark.slow
@pytest.mark.skipif(not corpus.is_complete(), reason="the template packages are missing")
def test_no_false_alarms(tmp_path: Path) -> None:
    corpus.unpack(tmp_path)
    rules = list(load_rules().values())
    seen = 0
    for folder in sorted(tmp_path.iterdir()):
        project = Project.load(str(folder), Settings(), shown_from=str(tmp_path))
        # Everything is looked at, also files in which no word of htmx stands.
        project.graph.relevant = list(project.files.found.templates)
        result = check(project, project.files.found.templates, rules)
        seen += result.files_checked
        assert concise.render(result) == ""
    assert seen >= 2_000
