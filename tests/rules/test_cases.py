"""Every rule on more markup, near misses and far ones: `cases/RULE.md`."""

from pathlib import Path

import pytest

from sse_check.findings.loader import load_rules
from tests.rules.marks import marked
from tests.rules.pages import CASES, Example, all_cases, fixed, played, said, strays

FOUND, INNOCENT = "Found", "Looks guilty and is not"
RULES = load_rules()
ALL = all_cases()


@pytest.mark.parametrize(("rule", "case"), ALL, ids=[f"{rule}: {case.title}" for rule, case in ALL])
def test_case(tmp_path: Path, rule: str, case: Example) -> None:
    result = played(tmp_path, case, rule)
    assert case.files == marked(case.sources, result.findings)
    assert not strays(RULES[rule], result)
    if RULES[rule].in_python:
        # Where no Python file is wanted, such a rule is not asked.
        assert all(f.span.source.path.endswith(".py") for f in result.findings)
    assert [problem.message for problem in result.problems] == []
    assert case.section == (FOUND if result.findings else INNOCENT)


FOUND_CASES = [(rule, case) for rule, case in ALL if case.section == FOUND]


@pytest.mark.parametrize(
    ("rule", "case"), FOUND_CASES, ids=[f"{rule}: {case.title}" for rule, case in FOUND_CASES]
)
def test_safe_fixes_bring_no_new_finding_of_any_rule(
    tmp_path: Path, rule: str, case: Example
) -> None:
    del rule
    before, after = fixed(tmp_path, case)
    assert said(after) <= said(before)


def test_cases_belong_to_a_rule() -> None:
    assert {path.stem for path in CASES.glob("*.md")} <= set(RULES)


def test_titles_tell_cases_apart() -> None:
    titles = [(rule, case.section, case.title) for rule, case in ALL]
    assert len(titles) == len(set(titles))
