"""What a function of the project writes: the findings in it name its calls."""

from pathlib import Path

import pytest

from tests.markup.test_elements import findings

HEAD = """import htpy as h
from markupsafe import Markup
SCRIPTS = [h.script(src="https://unpkg.com/" + one) for one in ("htmx.org@2.0.8", "htmx-ext-sse@2.2.4")]
def slot(name):
    return h.p(sse_swap=name)
def bare(name):
    return f'<p sse-swap="{name}"></p>'
def panel(name, *more):
    return h.section[h.h2["x"], slot(name), more]
def page(*inside):
    return h.html[h.head[SCRIPTS], h.body[inside]]
"""


def told(folder: Path, text: str) -> list[tuple[str, list[str]]]:
    """Each message, and the texts of the calls that are named with it."""
    return [
        (one.message.partition(":")[0], [r.span.text for r in one.related if "called" in r.message])
        for one in findings(folder, f"{HEAD}{text}\n")
        # The functions that no page calls are judged by themselves.
        if one.confidence == "certain"
    ]


OUTSIDE = "this listener for `%s` is inside no connection"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Written where it is called: there is no call to be named.
        ("def view(): return page(h.p(sse_swap='a'))", [("this listener is inside no connection", [])]),
        ("def view(): return page(panel('a')[h.p(sse_swap='b')])",
         [("this listener is inside no connection", [])]),
        ("def view(): return page(slot('a'))", [(OUTSIDE % "a", ["slot('a')"])]),
        ("def view(): return page(slot('a'), slot('b'))",
         [(OUTSIDE % "a", ["slot('a')"]), (OUTSIDE % "b", ["slot('b')"])]),
        ("def view(): return page(panel('c'))", [(OUTSIDE % "c", ["slot(name)", "panel('c')"])]),
        ("def view(): return page(slot('d')['x'])", [(OUTSIDE % "d", ["slot('d')"])]),
        ("def view(): return page([slot(n) for n in ('e', 'f')])",
         [(OUTSIDE % "e", ["slot(n)"]), (OUTSIDE % "f", ["slot(n)"])]),
        ("def view(): return '<!doctype html><html><body>' + bare('g') + '</body></html>'",
         [(OUTSIDE % "g", ["bare('g')"])]),
        ("def view(): return '<!doctype html><html><body>%s</body></html>' % bare('h')",
         [(OUTSIDE % "h", ["bare('h')"])]),
        ("def view(): return f'<!doctype html><html><body>{bare(\"i\")}</body></html>'",
         [(OUTSIDE % "i", ['{bare("i")}'])]),
    ],
)  # fmt: skip
def test_the_call_is_named(
    tmp_path: Path, text: str, expected: list[tuple[str, list[str]]]
) -> None:
    assert told(tmp_path, text) == expected


def test_one_place_on_several_pages_is_told_once(tmp_path: Path) -> None:
    pages = "\n".join(f"def view{n}(): return page(slot('a'), 'x{n}')" for n in range(2))
    assert [len(calls) for _, calls in told(tmp_path, pages)] == [2]
    pages = "\n".join(f"def view{n}(): return page(slot('a'), 'x{n}')" for n in range(5))
    # So many calls say nothing about what is wrong.
    assert [len(calls) for _, calls in told(tmp_path, pages)] == [0]


def test_elements_of_dominate(tmp_path: Path) -> None:
    text = """import dominate
from dominate.tags import *
SCRIPTS = ("https://unpkg.com/htmx.org@2.0.8", "https://unpkg.com/htmx-ext-sse@2.2.4")
def slot(name):
    p(sse_swap=name)
def view():
    page = dominate.document(title="x")
    with page.head:
        for one in SCRIPTS:
            script(src=one)
    with page:
        slot("a")
    return page.render()
"""
    (found,) = findings(tmp_path, text)
    assert [r.span.text for r in found.related if "called" in r.message] == ['slot("a")']


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # In one line with the call, or in its own place: nothing more is to be said.
        ("def view(): return page(slot('a'))", []),
        ("def view(): return page(h.p(sse_swap='a'))", []),
        ("TEXT = '<b>x</b><p sse-swap=\"a\"></p>'\ndef view(): return page(Markup(TEXT))", []),
        ("NAME = 'a'\ndef view(): return page(h.p(sse_swap=NAME))", ["a"]),
        ("NAMES = (\n  'a',\n)\ndef view(): return page(h.p(sse_swap=n) for n in NAMES)", ["a"]),
        ("NAME = 'a'\ndef view(): return page(h.p(sse_swap=f'{NAME}-x'))", ["a"]),
        ("NAME = 'a'\ndef view(): return page(h.p({'sse-swap': NAME}))", ["a"]),
        (
            "def view():\n    return page(\n        *panel(\n            'a',\n        ),\n    )",
            ["a"],
        ),
    ],
)
def test_the_value_is_named_where_it_is_written(
    tmp_path: Path, source: str, expected: list[str]
) -> None:
    (found,) = [o for o in findings(tmp_path, f"{HEAD}{source}\n") if o.confidence == "certain"]
    assert [r.span.text for r in found.related if "value" in r.message] == expected
