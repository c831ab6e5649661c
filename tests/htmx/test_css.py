"""Selectors as a browser reads them; `tests/browser/pages.py` holds them against Chromium."""

import pytest

from sse_check.htmx import markup
from sse_check.htmx.css import InvalidSelectorError, UnknownSelectorError, select

PAGE = markup.page(
    '<body><ul id=u><li id=a class="x y">1</li><li id=b lang=EN>2</li><li id=c data-k="a b">3</li></ul>'
    '<div id=d><p id=e></p><b id=f title="T">t</b><p id=g>x<i id=h></i></p></div>'
    "<a id=l href=/>l</a></body>"
)


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("li:nth-child(2)", "b"),
        ("li:nth-child(odd)", "a c"),
        ("li:nth-child(2n)", "b"),
        ("li:nth-child(-n + 2)", "a b"),
        ("li:nth-child(n+2)", "b c"),
        ("li:nth-last-child(1)", "c"),
        ("li:nth-child(1 of [lang])", "b"),
        ("p:nth-of-type(2)", "g"),
        ("p:first-of-type, b:only-of-type", "e f"),
        ("p:last-of-type", "g"),
        ("div:has(> p)", "d"),
        ("div:has(> i)", ""),
        ("p:has(i)", "g"),
        ("p:has(+ b)", "e"),
        ("ul:has(~ div)", "u"),
        (":is(#a, #b):not(.x)", "b"),
        ("li:not(.x, #b)", "c"),
        (":where(p, b):empty", "e"),
        ("li[lang=en]", "b"),
        ("[title=t]", ""),
        ("[title=t i]", "f"),
        ("[data-k~='b' s]", "c"),
        ("body > *", "u d l"),
        ("#\\61", "a"),
        ("a:any-link", "l"),
        ("b::before", ""),
        (":is(li:bad-, #a)", "a"),
        ("li.x.y", "a"),
    ],
)
def test_found(selector: str, found: str) -> None:
    if "bad" in selector:
        with pytest.raises(UnknownSelectorError):
            select(PAGE, selector)
        return
    assert " ".join(node.attributes["id"] for node in select(PAGE, selector)) == found


@pytest.mark.parametrize("selector", ["", "#", "li >", "li,", "[x", "li:nth-child(x)", "..x", "1"])
def test_what_a_browser_refuses(selector: str) -> None:
    if selector == "[x":
        assert select(PAGE, selector) == []
        return
    with pytest.raises(InvalidSelectorError):
        select(PAGE, selector)


@pytest.mark.parametrize("selector", ["input:checked", "a:hover", "li:nth-col(1)", "x:state(y)"])
def test_what_hangs_on_more_than_the_tree(selector: str) -> None:
    with pytest.raises(UnknownSelectorError) as caught:
        select(PAGE, selector)
    assert not isinstance(caught.value, InvalidSelectorError)
