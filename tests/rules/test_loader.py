"""Rules of a user's own folder are loaded by the same loader, and faults are said plainly."""

import os
from pathlib import Path

import pytest

from sse_check.findings.loader import RuleError, load_rules
from tests.project.helpers import load, write

OWN = """
from collections.abc import Iterator
from sse_check.api import Context, Finding, Rule

def check(context: Context) -> Iterator[Finding]:
    for view in context.views:
        for node in view.htmx_elements:
            yield Finding("own", view.span(node, "sse-swap"), "seen")

rule = Rule(name="own", summary="every listener", severity="info", check=check)
"""


def test_an_own_rule_runs(tmp_path: Path) -> None:
    from sse_check.findings.check import check

    write(tmp_path, {"rules/own.py": OWN, "rules/_helper.py": "x = 1"})
    rules = load_rules((tmp_path / "rules",))
    project = load(tmp_path, {"a.html": "<p sse-swap=x>"})
    result = check(project, ["a.html"], [rules["own"]])
    assert [(f.rule, f.severity, f.message) for f in result.findings] == [("own", "info", "seen")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", "has no `rule = Rule"),
        ("import nothing_of_this_name", "ModuleNotFoundError"),
        ("def (", "SyntaxError"),
        (OWN.replace('name="own"', 'name="Own Rule"'), "is no rule name"),
        (OWN.replace('name="own"', 'name="sse_orphan"'), "there is a rule `sse_orphan` already"),
    ],
)
def test_a_faulty_rule_is_refused(tmp_path: Path, text: str, message: str) -> None:
    write(tmp_path, {"own.py": text})
    with pytest.raises(RuleError, match=message):
        load_rules((tmp_path,))


def test_a_rule_that_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "own.py")
    with pytest.raises(RuleError, match="cannot be loaded: it is no file"):
        load_rules((tmp_path,))


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no such folder"):
        load_rules((tmp_path / "nope",))
