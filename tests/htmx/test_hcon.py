"""The settings of htmx, as JSON and in the short form of htmx 4."""

from typing import Any

import pytest

from sse_check.htmx import hcon, markup


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, {}),
        ("once", {"once": True}),
        ("delay:1s once", {"delay": "1s", "once": True}),
        ("delay:1s, n:2", {"delay": "1s", "n": 2}),
        ("sse.reconnect:false sse.pause:1", {"sse": {"reconnect": False, "pause": 1}}),
        ("a:1 a.b:2", {"a": {"b": 2}}),
        ("\"a.b\":'x y'", {"a.b": "x y"}),
        ("'a b':\"x y\" c", {"a b": "x y", "c": True}),
        ("from:<p i/> once", {"from": "p i", "once": True}),
        ('{"a": 1}', {"a": 1}),
        ("{a: 1}", {}),
    ],
)
def test_parsed(text: str | None, found: dict[str, Any]) -> None:
    assert hcon.parse(text) == found


def test_pairs_stay_as_they_are_written() -> None:
    assert hcon.pairs("\"a b\":1 'c d':'2 3' e.f:<p/> g") == {
        "a b": "1", "c d": "2 3", "e.f": "p", "g": "true"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("generation", "head", "found"),
    [
        ("2", """<meta name=htmx-config content='{"a": 1}'>""", {"a": 1}),
        ("4", """<meta name=htmx-config content='{"a": 1}'>""", {"a": 1}),
        ("4", "<meta name=htmx-config content=' a:1 '>", {"a": 1}),
        ("2", "<meta name=htmx-config content='a:1'>", {}),
        ("2", "<meta name=htmx-config content='[1]'>", {}),
        ("2", "<meta name=htmx-config>", {}),
        ("4", "<meta name=other content='a:1'>", {}),
        ("4", "<link name=htmx-config content='a:1'><meta name=htmx-config content='b:1'>", {"b": 1}),
        ("4", "<meta name=other content='a:1'><meta name=htmx-config content='b:1'>", {"b": 1}),
    ],
)  # fmt: skip
def test_of_a_page(generation: str, head: str, found: dict[str, Any]) -> None:
    assert hcon.config_of(markup.page(f"<head>{head}</head><body></body>"), generation) == found
