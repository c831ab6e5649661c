"""The little languages of htmx: triggers, settings, selectors with words of their own."""

from typing import Any

import pytest

from sse_check.htmx import hcon, markup
from sse_check.htmx.dom import Node
from sse_check.htmx.selectors import finding, select
from sse_check.htmx.stacks import HTMX1, HTMX2, HTMX4, Stack, stack_of
from sse_check.htmx.triggers import trigger_specs


@pytest.mark.parametrize(
    ("text", "generation", "expected"),
    [
        ("sse:a, sse:b[true] once", "2", [("sse:a", "", []), ("sse:b", "[true]", ["once"])]),
        ("a from:closest div delay:1s, b", "2", [("a", "", ["from:closest div", "delay:1s"]), ("b", "", [])]),
        ("a from:next", "2", [("a", "", ["from:next"])]),
        ("click[x, y] from:(a, b) target:{p q}", "2", [("click", "[x, y]", ["from:a, b", "target:p q"])]),
        ("every 2s [x]", "2", [("every", "[x]", ["2s"])]),
        ("sse: tick", "2", [("sse:", "", ["tick"])]),
        (",,a", "2", [("a", "", [])]),
        ("a from:'closest div' delay:1s, b", "4", [("a", "", ["from:closest div", "delay:1s"]), ("b", "", [])]),
        ("a from:closest div", "4", [("a", "", ["from:closest", "div"])]),
        ("a from:<#x p/> once", "4", [("a", "", ["from:#x p", "once"])]),
        ("every 1s [x]", "4", [("every", "[x]", ["1s"])]),
    ],
)  # fmt: skip
def test_triggers(text: str, generation: str, expected: list[Any]) -> None:
    assert [tuple(trigger) for trigger in trigger_specs(text, generation)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("implicitInheritance:true", {"implicitInheritance": True}),
        ("sse.reconnect:false sse.reconnectDelay:2s", {"sse": {"reconnect": False, "reconnectDelay": "2s"}}),
        ('{"a": {"b": 1}}', {"a": {"b": 1}}),
        ("a:1, b:'x y' c", {"a": 1, "b": "x y", "c": True}),
        ('"a.b":1', {"a.b": 1}),
        ("{broken", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_settings(text: str, expected: dict[str, Any]) -> None:
    assert hcon.parse(text) == expected


GROVE = markup.page(
    "<body><main id=m><p id=k><b id=b></b></p><i id=n></i></main><div id=x></div><div id=y></div></body>"
)


@pytest.mark.parametrize(
    ("selector", "stack", "found"),
    [
        ("next", HTMX1, "n"),
        ("next", stack_of((1, 9, 6)), ""),
        ("nextElementSibling", HTMX2, "n"),
        ("nextElementSibling", stack_of((2, 0, 3)), ""),
        ("#x, find b", HTMX2, "b x"),
        ("<div/>", HTMX2, "x y"),
        ("global #y", HTMX2, "y"),
        ("findAll b, closest main", HTMX4, "b m"),
        ("this, next div", HTMX4, "k x"),
        ("previous div", HTMX2, ""),
        ("host", HTMX2, ""),
        ("#x, #x", HTMX4, "x"),
    ],
)
def test_selectors(selector: str, stack: Stack, found: str) -> None:
    (start,) = select(GROVE, "#k")
    places = finding(start, selector, GROVE, stack)
    assert " ".join(p.attributes["id"] for p in places if isinstance(p, Node)) == found
