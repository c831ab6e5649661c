"""Payloads are parsed as browsers parse them, and no longer than is worth it."""

import pytest

from sse_check.htmx.dom import Node
from sse_check.htmx.markup import fragment, page


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


@pytest.mark.parametrize("filler", ["", "<i></i>" * 6_000], ids=["few tags", "many"])
def test_what_is_too_deep_stands_side_by_side(filler: str) -> None:
    """As in Chromium (tests/browser/test_depth.py); it was lost where there were many tags."""
    deep = "".join(f"<div id=d{n}>" for n in range(600))
    root = page(f"{deep}<p id=x>text<b id=y>bold</b></p>{'</div>' * 600}{filler}")
    found = {node.attributes.get("id"): node for node in root.subtree()}
    around = found["d509"]
    for inner in ("d510", "d511", "d599", "x", "y"):
        assert found[inner].parent is around
        assert not found[inner].elements
    assert around.children[-2:] == [found["x"], found["y"]]
    assert (found["x"].children, found["y"].children) == (["text"], ["bold"])
    assert found["d510"].parent is found["d511"].parent
