"""Every target for a short while: what once broke it, chance, and properties with shrinking."""

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.fuzz.plain import TooSlowError, deadline, kept, run
from tests.fuzz.targets import TARGETS

# Inputs for each target: enough to see that it works, few enough for every run.
_MOST = {"project": 30, "fixes": 60, "python": 60, "markup": 40}
_USUAL = 150


@pytest.mark.parametrize("name", TARGETS)
def test_by_chance(name: str) -> None:
    most = len(kept(name)) + _MOST.get(name, _USUAL)
    count, broken = run(name, TARGETS[name], most=most, seed=1)
    if broken is not None:
        raise AssertionError(f"{name}: {broken[0]!r}") from broken[1]
    assert count == most


@pytest.mark.parametrize("name", ["template", "wire", "settings", "fixes", "reports"])
def test_by_properties(name: str) -> None:
    @hypothesis_settings(
        max_examples=_MOST.get(name, _USUAL) // 2,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.binary(max_size=80))
    @example(b"")
    def check(data: bytes) -> None:
        TARGETS[name](data)

    check()


def test_a_target_that_is_too_slow_is_found() -> None:
    def forever(_: bytes) -> None:
        with deadline(1):
            while True:
                pass

    _, broken = run("none", forever, most=1)
    assert broken is not None
    assert isinstance(broken[1], TooSlowError)


def test_a_target_that_breaks_is_found() -> None:
    def breaks(data: bytes) -> None:
        assert len(data) < 60

    _, broken = run("none", breaks, most=1_000)
    assert broken is not None
    assert len(broken[0]) >= 60
