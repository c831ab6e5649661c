"""Selectors as a browser reads them; `tests/browser/pages.py` holds them against Chromium."""

import pytest

from sse_check.htmx import markup
from sse_check.htmx.css import InvalidSelectorError, UnknownSelectorError, select, selecting

PAGE = markup.page(
    '<body><ul id=u><li id=a class="x y">1</li><li id=b lang=EN>2</li><li id=c data-k="a b">3</li></ul>'
    '<div id=d><p id=e></p><b id=f title="T">t</b><p id=g>x<i id=h></i></p></div>'
    "<a id=l href=/>l</a><s id=s title='),' href=/>s</s><s id=t title='(,'>t</s><a id=n>n</a>"
    "<u id='\ufffd'>u</u></body>"
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
        ("body > *", "u d l s t n \ufffd"),
        ("#\\61", "a"),
        ("a:any-link", "l"),
        ("b::before", ""),
        (":is(li:bad-, #a)", "a"),
        ("li.x.y", "a"),
        ("li ", "a b c"),
        ("#a , #b", "a b"),
        ("#a + li", "b"),
        ("p:only-of-type", ""),
        ("i:defined", "h"),
        ("ul:root", ""),
        (":link", "l"),
        ("li[lang|=en]", "b"),
        ("li[lang|=e]", ""),
        ("#\\d800", "\ufffd"),
        ("#\\110000", "\ufffd"),
        (":is(..x, #a)", "a"),
        (":is(li:not(#a, #b), #d)", "c d"),
        (":is(#d, li:not(#a, #b), #l)", "c d l"),
        ("""s:is([title="),"], #a)""", "s"),
        ("""s:is([title='(,'], #s)""", "s t"),
        ("""s:not([title=")"], [title="("])""", "s t"),
        ("div:has(> i, > p)", "d"),
        ("p:has(> i), li:has(i)", "g"),
        ("div:has(p + b)", "d"),
        ("ul:has(p + b, > li)", "u"),
        ('[title="T', "f"),
        (":is([title='T", "f"),
    ],
)
def test_found(selector: str, found: str) -> None:
    if "bad" in selector:
        with pytest.raises(UnknownSelectorError):
            select(PAGE, selector)
        return
    assert " ".join(node.attributes["id"] for node in select(PAGE, selector)) == found


@pytest.mark.parametrize(
    "selector",
    [
        "",
        "#",
        "li >",
        "li,",
        "[x",
        "li:nth-child(x)",
        "..x",
        "1",
        "li)",
        "p:has(i])",
        "[=x]",
        "#a,,#b",
    ],
)
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


def test_what_is_looked_at_is_told() -> None:
    told: list[int] = []
    assert [node.name for node in selecting(PAGE, "li", told.append)] == ["li"] * 3
    assert told == [len(list(PAGE.subtree()))]
