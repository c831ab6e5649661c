"""Payloads are parsed as browsers parse them, and no longer than is worth it."""

import pytest

from sse_check.htmx.dom import Node
from sse_check.htmx.markup import fragment


def depth(children: list[Node | str]) -> int:
    levels, level = 0, children
    while level:
        levels += 1
        level = [child for one in level if isinstance(one, Node) for child in one.children]
    return levels


@pytest.mark.parametrize("nested", ["<div>", "<div></x>", "<p><b>"])
def test_what_is_nested_without_end_is_cut_where_browsers_cut_it(nested: str) -> None:
    assert depth(fragment(nested * 6_000)) < 700


def test_many_elements_side_by_side_stay() -> None:
    assert len(fragment("<li>x" * 6_000)) == 6_000
    text = "<script>" + "if (a<b) c();" * 6_000 + "</script><p>x</p>"
    assert [child.name for child in fragment(text) if isinstance(child, Node)] == ["script", "p"]


def test_what_stands_behind_and_around_the_depths_stays_where_it_is() -> None:
    deep = "<div>" * 700 + "</div>" * 700
    (around, *_) = fragment(f"<div>{deep}<p>x</p></div>" + "<i></i>" * 4_000)
    assert isinstance(around, Node)
    assert [child.name for child in around.elements] == ["div", "p"]
