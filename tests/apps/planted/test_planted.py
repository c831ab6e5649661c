"""Planted faults are found, apps that work are left alone, and the apps are what they claim.

Every day a sample is checked, the same each time; all of it by `python -m tests.apps.planted`.
"""

import ast
from functools import cache

import pytest

from tests.apps.planted.check import Said, Verdict, check
from tests.apps.planted.faults import FAULTS, Combination, Expected, clean, planted
from tests.apps.planted.frameworks import FRAMEWORKS
from tests.apps.planted.plan import STYLES
from tests.apps.planted.reality import BRIEF, SEEN_OUTSIDE, disagreements, runnable
from tests.apps.planted.write import plans, write

FOUND = 0.99
# One combination of so many, of each fault, every day.
EVERY = 14


@cache
def combinations() -> tuple[Combination, ...]:
    return tuple(one for plan in plans() for one in planted(plan))


def sample() -> list[Combination]:
    """Some of each fault, spread over frameworks and styles."""
    chosen = []
    for number, fault in enumerate(FAULTS):
        of_it = [one for one in combinations() if one.fault == fault.name]
        # Each fault starts elsewhere, so that together they reach every framework.
        chosen += of_it[number % min(EVERY, len(of_it)) :: EVERY]
    return chosen


@cache
def verdicts() -> tuple[Verdict, ...]:
    return tuple(check(one) for one in sample())


def test_there_are_enough_of_them() -> None:
    assert len(combinations()) >= 300
    assert len(FRAMEWORKS) >= 10
    assert len({(one.plan.framework, one.plan.style.name) for one in combinations()}) == len(
        plans()
    )
    assert {one.fault for one in sample()} == {fault.name for fault in FAULTS}
    assert {one.plan.framework for one in sample()} == set(FRAMEWORKS)
    assert {one.plan.style for one in sample()} == set(STYLES)


def test_a_fault_is_all_that_differs() -> None:
    """Each planted app is Python, differs from the clean one, and says where a finding has to be."""
    unchanged, nowhere = [], []
    for plan in plans():
        clean_files = write(plan).files
        for one in planted(plan):
            if one.written.files == clean_files:
                unchanged.append(one.name)
            for name, text in one.written.files.items():
                if name.endswith(".py") and text != clean_files.get(name):
                    ast.parse(text, name)
            if one.expected and not one.expected.places:
                nowhere.append(one.name)
    assert unchanged == []
    assert nowhere == []


def test_planted_faults_are_found() -> None:
    wanted = [verdict for verdict in verdicts() if verdict.combination.expected]
    missed = [f"{v.combination.name}: {v.combination.expected}" for v in wanted if not v.found]
    share = 1 - len(missed) / len(wanted)
    assert share >= FOUND, "\n".join([f"{share:.0%} of {len(wanted)} found", *missed])


def test_what_does_no_harm_is_left_alone() -> None:
    alarms = [f"{v.combination.name}: {said}" for v in verdicts() for said in v.false_alarms]
    assert alarms == []


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_apps_that_work_are_left_alone(framework: str) -> None:
    own = [check(clean(plan)) for plan in plans() if plan.framework == framework]
    assert [f"{v.combination.name}: {said}" for v in own for said in v.false_alarms] == []


def verdict(expected: Expected | None, *said: Said) -> Verdict:
    one = next(planted(plans()[0]))
    return Verdict(Combination(one.plan, "x", one.written, expected), said)


def test_how_findings_are_judged() -> None:
    expected = Expected(frozenset({"a"}), frozenset({("p.html", 2)}))
    right = Said("a", "info", "p.html", 2, "")
    assert verdict(expected, right).found
    assert not verdict(expected, Said("b", "error", "p.html", 2, "")).found
    assert not verdict(expected, Said("a", "error", "p.html", 3, "")).found
    assert not verdict(expected).found
    loud = Said("a", "warning", "p.html", 2, "")
    assert verdict(None, right, loud).false_alarms == (loud,)
    assert verdict(expected, loud).false_alarms == ()


# A few apps every day; all of them by `python -m tests.apps.planted.reality`.
REAL = ("fastapi/package", "flask/one-file", "django/classes", "aiohttp/broker")
REAL_FAULTS = ("starlette/broker/wrong channel", "flask/factory/prefix forgotten")


@pytest.mark.parametrize("name", REAL)
def test_an_app_does_what_it_says(name: str) -> None:
    (plan,) = [p for p in plans() if f"{p.framework}/{p.style.name}" == name]
    assert runnable(plan)
    assert disagreements(plan) == []


@pytest.mark.parametrize("name", REAL_FAULTS)
def test_a_planted_app_fails(name: str) -> None:
    (one,) = [c for c in combinations() if c.name == name]
    assert one.fault in SEEN_OUTSIDE
    assert disagreements(one.plan, BRIEF)
