"""How lists of triggers are read; what htmx 2 makes of them was seen in Chromium.

What a script leaves out stands among the modifiers: nothing asks for it.
"""

import pytest

from sse_check.htmx.triggers import Trigger, loads_at_once, trigger_specs
from sse_check.pages.marks import HOLE


def told(text: str, generation: str = "2") -> list[tuple[str, str, str]]:
    found: list[Trigger] = trigger_specs(text, generation)
    return [(one.word, one.condition, " ".join(one.modifiers)) for one in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a", [("a", "", "")]),
        (" a , b ", [("a", "", ""), ("b", "", "")]),
        ("a,,b", [("a", "", "")]),
        ("a,,,b", [("a", "", ""), ("b", "", "")]),
        ("a[x] once", [("a", "[x]", "once")]),
        ("a[f(1, 2)] delay:1s, b", [("a", "[f(1, 2)]", "delay:1s"), ("b", "", "")]),
        ("a[x[']']], b", [("a", "[x[']']]", ""), ("b", "", "")]),
        ("every 2s[x]", [("every", "[x]", "2s")]),
        ("every 2s [x], b", [("every", "[x]", "2s"), ("b", "", "")]),
        ("every 2s once, b", [("every", "", "2s")]),
        ("a[x[y[0]]], b", [("a", "[x[y[0]]]", ""), ("b", "", "")]),
        ("a bogus, b", [("a", "", "bogus b")]),
        ("a bogus , b", [("a", "", "bogus"), ("b", "", "")]),
        ("a bogus:1s, b", [("a", "", "bogus:1s"), ("b", "", "")]),
        ("a delay 1s once, b", [("a", "", "1s once"), ("b", "", "")]),
        ("a bo-gus once, b", [("a", "", "bo-gus once"), ("b", "", "")]),
        ("a from:closest p once", [("a", "", "from:closest p once")]),
        ("a from:closest, b", [("a", "", "from:closest b")]),
        ("a from:closest next, b", [("a", "", "from:closest next"), ("b", "", "")]),
        ("a from:closest (p i), b", [("a", "", "from:closest p i"), ("b", "", "")]),
        ("a from:next", [("a", "", "from:next")]),
        ("a from:(closest p, i) once", [("a", "", "from:closest p, i once")]),
        ("a from:{p i} once", [("a", "", "from:p i once")]),
        ("a target:(p i), b", [("a", "", "target:p i"), ("b", "", "")]),
        ("a target:closest once", [("a", "", "target:closest once")]),
        ("a queue:last once", [("a", "", "queue:last once")]),
        ("a from:body delay:2s", [("a", "", "from:body delay:2s")]),
    ],
)
def test_htmx_2(text: str, found: list[tuple[str, str, str]]) -> None:
    assert told(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a, , b", [("a", "", ""), ("b", "", "")]),
        ("a once delay:1s", [("a", "", "once delay:1s")]),
        ("a[x] from:#c", [("a", "[x]", "from:#c")]),
        ("every 2s", [("every", "", "2s")]),
        ("every 2s [x]", [("every", "[x]", "2s")]),
    ],
)
def test_htmx_4(text: str, found: list[tuple[str, str, str]]) -> None:
    assert told(text, "4") == found


def test_what_is_no_list_comes_to_an_end() -> None:
    assert told("a queue:(x y), [b") == [("a", "", "queue:(x y)")]
    assert told("a from:(") == [("a", "", "from:")]
    assert told("a from:") == [("a", "", "from:")]
    assert told("a from:closest") == [("a", "", "from:closest")]
    assert told("a[x") == [("a", "[x", "")]
    assert told("a target:closest p") == [("a", "", "target:closest p")]


def test_what_a_template_writes_between_takes_nothing_away() -> None:
    assert told(f"a {HOLE}, b") == [("a", "", ""), ("b", "", "")]


@pytest.mark.parametrize("generation", ["2", "4"])
def test_load(generation: str) -> None:
    assert loads_at_once("click, load[x], load delay:1s, load", generation) == ["[x]", ""]
