"""JSON with an indent is what the standard library writes, to the byte."""

import json

import pytest

from sse_check.report.indented import dumps

SAMPLES: tuple[object, ...] = (
    {},
    [],
    "",
    None,
    {"a": [], "b": {}, "c": ()},
    {"text": 'quotes " and \\ and \n\t\x00\x7f é \u2028 😀 \ud800', "number": -3},
    {"flags": [True, False, None], "numbers": [0, 1.5, 10**30]},
    [{"deep": [{"deeper": ("x", {"y": [1]})}]}, []],
    {'key "with" \n marks': 1},
)


def test_an_iterator_is_a_list() -> None:
    assert dumps({"a": map(str, [1, 2]), "b": iter(())}) == dumps({"a": ["1", "2"], "b": []})


@pytest.mark.parametrize("data", SAMPLES)
def test_it_says_what_the_standard_library_says(data: object) -> None:
    assert dumps(data) == json.dumps(data, ensure_ascii=False, indent=1)
