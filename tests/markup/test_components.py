"""Functions of a project that make elements, as htpy and FastHTML render what they give."""

from typing import Any

import pytest

from tests.markup.rendering import elements, read, text

HTPY = """import htpy as h
from htpy import div, p
def live(url, **more): return div(".live", sse_connect=url, **more)
def wide(url, yes):
    if yes:
        return h.section(sse_connect=url)
    return live(url)
def kind(yes): return live("/a") if yes else h.main
def deep(url): return live(url)
from functools import cache
from htpy import with_children
@with_children
def panel(children, *, title): return div(title=title)[h.h2["x"], children]
@cache
def kept(): return div(sse_connect="/kept")
def own(function): return lambda *given: function(*given)
@own
def odd(): return div(sse_connect="/odd")
class Panels:
    def live(self, url): return h.article(sse_connect=url)
def again(n): return again(n - 1)["x"] if n > 100 else live("/z")
BASE = {"sse-swap": "tick", "title": "a"}
def merged(more): return p(BASE | more)
def rows(names, last=True):
    yield h.b["first"]
    for name in names:
        if name == "skip":
            continue
        yield p(sse_swap=name)
    if not last:
        return
    yield from tail()
def tail():
    yield h.i
    try:
        yield h.u
    finally:
        yield h.s
yes = len(BASE) > 1
"""


@pytest.mark.parametrize(
    "expression",
    [
        'live("/e")[p(sse_swap="a"), "text"]',
        'live("/e", hx_ext="sse")[p]',
        'live("/e")(id="x")[p]',
        'panel(title="a")[p(sse_swap="a")]',
        "kept()[p]",
        'deep("/e")[deep("/f")[p]]',
        'div[wide("/e", not yes)[p]]',
        "kind(not yes)[p]",
        '(live("/e") if yes else div)[p(sse_swap="a")]',
        'Panels().live("/e")[p]',
        "[live(url)[p] for url in ('/a', '/b')]",
        '(lambda url: div(sse_connect=url))("/e")[p]',
        'p(BASE | {"title": "y"})',
        'p("#q", {"lang": "en"} | BASE, title="z")',
        "p(**(BASE | {'lang': 'x'}))",
        'p({**BASE, "title": "w"})',
        'p(dict(BASE, title="v"))',
        'merged({"title": "u"})',
        'p((BASE | {"title": "y"}) | {"lang": "fr"})',
        'div[rows(("a", "skip", "b"))]',
        'div[rows(("a",), last=False), p]',
        "div[list(tail()), p]",
        "div[*tail(), p]",
        "h.fragment[tail()]",
    ],
)
def test_htpy(expression: str) -> None:
    source = f"{HTPY}one = {expression}\npage = h.main[one]\n"
    names: dict[str, Any] = {}
    exec(source, names)
    # A generator is rendered once only.
    assert elements(text(read(source), names)) == elements(str(names["page"]))


FASTHTML = """from fasthtml.common import *
def live(url): return Div(hx_ext="sse", sse_connect=url)
def wide(url, yes):
    if yes:
        return Section(sse_connect=url)
    return live(url)
def rows():
    yield B("x")
    yield P(sse_swap="tick")
yes = len("x") > 0
"""


@pytest.mark.parametrize(
    "expression",
    [
        'live("/e")(P(sse_swap="a"), "text", id="x")',
        'wide("/e", not yes)(P())',
        "Div(rows())",
        "Div(*rows(), P())",
        'P({"title": "a"} | {"lang": "en"})',
        'P(**(dict(title="a") | dict(lang="en")))',
    ],
)
def test_fasthtml(expression: str) -> None:
    source = f"{FASTHTML}page = {expression}\n"
    names: dict[str, Any] = {}
    exec(source, names)
    theirs = elements(str(names["to_xml"](names["page"], indent=False)))
    assert elements(text(read(source), names)) == theirs


@pytest.mark.parametrize(
    "expression",
    [
        "div[unknown(p(sse_swap='a'))[p]]",
        "div[unknown('/e')[p(sse_swap='a')]]",
        "p(anything | {'id': 'x'})",
        "div[(live if yes else anything)('/e')[p]]",
        "div[stepped()]",
        "again(2)[p]",
        "odd()[p]",
    ],
)
def test_what_is_not_known_is_left_open(expression: str) -> None:
    stepped = "def stepped():\n    given = yield p(sse_swap='x')\n"
    assert "{{ " in text(read(f"{HTPY}{stepped}page = {expression}\n"))


def test_a_generator_beside_others_is_written_as_python_calls_it() -> None:
    """FastHTML shows `<generator object ...>` then: nothing that it yields is on the page."""
    assert "sse-swap" not in text(read(f"{FASTHTML}page = Div(rows(), P())\n"))
    assert "sse-swap" not in text(
        read("import air\ndef f(): yield air.P(sse_swap='x')\npage = air.Div(f())\n")
    )


def test_what_the_caller_gives_stands_where_the_caller_writes_it() -> None:
    markup = read(f"{HTPY}page = live('/events')[p(sse_swap='lap')]\n")
    places = {part.text: part.span.text for part in markup if hasattr(part, "text")}
    assert places["/events"] == "/events"
    assert places["sse-connect"] == "sse_connect"
    assert places["lap"] == "lap"
