"""Every rule has a page, and the page's examples give exactly the findings it shows."""

from pathlib import Path

import pytest

from sse_check.findings.fixes import apply_fixes
from sse_check.findings.loader import built_in_folder, load_rules
from sse_check.report import concise
from tests.project.helpers import run
from tests.rules.header import header_of, said_by, with_header
from tests.rules.marks import frames
from tests.rules.messages import in_cases, kept, page_title
from tests.rules.pages import (
    MOST_ROUNDS,
    Example,
    all_pages,
    examples,
    fixed,
    played,
    said,
    strays,
)

PAGES = all_pages()
KEPT = kept()
RULES = load_rules()


@pytest.mark.parametrize(("rule", "example"), PAGES, ids=[f"{r}: {e.title}" for r, e in PAGES])
def test_example(tmp_path: Path, rule: str, example: Example) -> None:
    result = played(tmp_path, example, rule)
    assert concise.render(result) == (example.output or "")
    assert bool(example.output) == (example.section == "Bad")
    assert not strays(RULES[rule], result)
    if example.output:
        said = frames(example.files, result.findings)
        assert said == KEPT.get(page_title(rule, example)), "run python -m tests.rules.messages"


@pytest.mark.parametrize(
    ("rule", "example"),
    [(r, e) for r, e in PAGES if e.section == "Good"],
    ids=[f"{r}: {e.title}" for r, e in PAGES if e.section == "Good"],
)
def test_good_is_good_for_every_rule(tmp_path: Path, rule: str, example: Example) -> None:
    del rule
    assert concise.render(played(tmp_path, example)) == ""


# Giving an attribute its real name brings it to life, with all that is then wrong with it; a
# comment that is removed is its own finding.
_BRINGS_MORE = ("sse_unknown_attribute", "unused_suppression")
FIXABLE = [
    (rule, example)
    for rule, example in PAGES
    if example.section == "Bad" and rule not in _BRINGS_MORE
]


@pytest.mark.parametrize(("rule", "example"), FIXABLE, ids=[f"{r}: {e.title}" for r, e in FIXABLE])
def test_fixes_converge_and_bring_nothing_new(tmp_path: Path, rule: str, example: Example) -> None:
    files = dict(example.files)
    before = {(f.rule, f.message) for f in run(tmp_path, files).findings}
    result = run(tmp_path, files, rule)
    for _ in range(MOST_ROUNDS):
        changes = apply_fixes(result.findings, unsafe=True)
        if not changes.applied:
            break
        for path, (_, text) in changes.texts.items():
            files[path] = text
        result = run(tmp_path, files, rule)
    assert not any(finding.fixes for finding in result.findings), "fixes do not come to an end"
    after = {(f.rule, f.message) for f in run(tmp_path, files).findings}
    severe = {(f.rule, f.message) for f in run(tmp_path, files).findings if f.level != "info"}
    assert severe <= before | {pair for pair in after if pair[0] == rule}


@pytest.mark.parametrize(
    ("rule", "example"),
    [(r, e) for r, e in PAGES if e.section == "Bad"],
    ids=[f"{r}: {e.title}" for r, e in PAGES if e.section == "Bad"],
)
def test_safe_fixes_bring_no_new_finding_of_any_rule(
    tmp_path: Path, rule: str, example: Example
) -> None:
    del rule
    before, after = fixed(tmp_path, example)
    assert said(after) <= said(before)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_a_page_with_examples_and_a_look_alike(name: str) -> None:
    rule = RULES[name]
    assert rule.page is not None, f"rules/{name}.md is missing"
    text = rule.text
    assert text.startswith(f"# {name}\n")
    sections = [line for line in text.splitlines() if line.startswith("## ")]
    assert sections == ["## Why", "## Bad", "## Good", "## Fix", "## History"]
    titles = [example.title for example in examples(text)]
    assert "Looks guilty and is not" in titles


@pytest.mark.parametrize("name", RULES)
def test_the_header_and_the_history_say_what_the_metadata_says(name: str) -> None:
    rule = RULES[name]
    said = said_by(name, KEPT)
    assert rule.text == with_header(rule.text, header_of(rule, said)), (
        "run python -m tests.rules.write"
    )
    assert rule.text.splitlines()[-1] == f"- {rule.since}: added."


@pytest.mark.parametrize("name", RULES)
def test_a_rule_declares_the_fixes_that_it_offers(name: str) -> None:
    offered = {
        safety
        for saying in said_by(name, KEPT)
        for safety in ("safe", "unsafe")
        if saying.startswith(f"{safety} fix: ")
    }
    assert offered == set(RULES[name].fixes)


def test_a_page_belongs_to_a_rule() -> None:
    assert {path.stem for path in built_in_folder().glob("*.md")} == set(RULES)


def test_all_messages_are_listed() -> None:
    """The examples' own parts are compared where they are played; here, which parts there are."""
    shown = {page_title(rule, example) for rule, example in PAGES if example.output}
    listed = {title: text for title, text in KEPT.items() if title not in shown}
    assert listed == in_cases({title: KEPT[title] for title in shown if title in KEPT})
