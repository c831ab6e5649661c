"""What a page of htmx 4 waits for, beside what its body shows."""

from typing import cast

import pytest

from sse_check.htmx import markup
from sse_check.htmx.dom import Node
from sse_check.htmx.htmx4 import Htmx4
from sse_check.htmx.model import open_page
from sse_check.htmx.stacks import HTMX4


def opened(html: str) -> Htmx4:
    return cast("Htmx4", open_page(markup.page(f"<body>{html}</body>"), HTMX4))


def named(page: Htmx4, name: str) -> Node:
    return next(node for node in page.root.subtree() if node.name == name)


@pytest.mark.parametrize(
    ("html", "number"),
    [
        ("<form hx-boost=true hx-sse:connect=/s hx-trigger=load>", 1),
        ("<form hx-boost=true hx-sse:connect=/s hx-trigger='click, load once'>", 1),
        ("<form hx-boost=true hx-sse:connect=/s hx-trigger='load delay:1s'>", 0),
        ("<form hx-boost=true hx-sse:connect=/s hx-trigger=click>", 0),
        ("<form hx-boost=true hx-sse:connect=/s>", 0),
        ("<form hx-sse:connect=/s hx-trigger=load>", 0),
        ("<a href=/q hx-boost=true hx-sse:connect=/s hx-trigger=load>", 0),
    ],
)
def test_a_boosted_form_that_loads_has_no_end(html: str, number: int) -> None:
    assert len(opened(html).endless) == number


@pytest.mark.parametrize(
    ("html", "waits"),
    [
        ("<i hx-sse:connect=/s hx-trigger=click>", True),
        ("<i hx-sse:connect=/s hx-trigger='click, load'>", False),
        ("<i hx-sse:connect=/s>", False),
        ("<i hx-sse:connect='' hx-trigger=click>", False),
    ],
)
def test_a_connection_may_wait_for_its_trigger(html: str, waits: bool) -> None:
    page = opened(html)
    assert bool(page.awaiting) == waits
    assert bool(page.open_streams()) == ("hx-trigger=click" not in html)
    page.process(named(page, "i"))
    assert len([wired for group in page.heard.values() for wired in group]) == int(
        "click" in html and "''" not in html
    )


def test_an_answer_may_be_a_stream() -> None:
    page = opened("<i hx-get=/s hx-trigger=click></i><b>b</b>")
    node = named(page, "i")
    source = page.stream_answer(node)
    assert source is not None
    assert (source.url, source.element) == ("/s", node)
    assert page.stream_answer(node) is None
    assert page.stream_answer(named(page, "b")) is None


def test_scripts_and_what_they_wait_for() -> None:
    page = opened("<i hx-on='a -> x(); b; c once->y()' hx-on:d=z() data-hx-on:e=z() hx-once=1>")
    assert page.scripts_of(named(page, "i")) == ["a", "c once", "d", "e"]


def test_what_hangs_on_a_filter_cannot_be_told() -> None:
    page = opened(
        '<div id=c hx-sse:connect=/s>1</div><p hx-get=/r hx-trigger="a[x] from:#c">2</p>'
        "<main hx-on='b[x] from:#c -> y()' hx-on:d=z()><i hx-sse:connect=/t>3</i></main>"
    )
    told = [
        [(effect.kind, effect.unknown) for effect in page.event(name, "")]
        for name in ("a", "b", "d")
    ]
    assert told == [[("trigger", True)], [("script", True)], [("script", False)]]
