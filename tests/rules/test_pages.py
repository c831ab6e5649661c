"""Every rule has a page, and the page's examples give exactly the findings it shows."""

from pathlib import Path

import pytest

from sse_check.findings.loader import built_in_folder, load_rules
from sse_check.report import concise
from tests.project.helpers import run
from tests.rules.pages import Example, all_pages, examples

PAGES = all_pages()
RULES = load_rules()


@pytest.mark.parametrize(("rule", "example"), PAGES, ids=[f"{r}: {e.title}" for r, e in PAGES])
def test_example(tmp_path: Path, rule: str, example: Example) -> None:
    result = run(tmp_path, example.files, rule)
    assert concise.render(result) == (example.output or "")
    assert bool(example.output) == (example.section == "Bad")


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_a_page_with_examples_and_a_look_alike(name: str) -> None:
    rule = RULES[name]
    assert rule.page is not None, f"rules/{name}.md is missing"
    text = rule.text
    assert text.startswith(f"# {name}\n")
    sections = [line for line in text.splitlines() if line.startswith("## ")]
    assert sections == ["## Why", "## Bad", "## Good", "## Fix"]
    titles = [example.title for example in examples(text)]
    assert "Looks guilty and is not" in titles


def test_a_page_belongs_to_a_rule() -> None:
    assert {path.stem for path in built_in_folder().glob("*.md")} == set(RULES)
