"""What htmx 4 finds above an element, wherever that stands and whenever it came."""

import pytest

from sse_check.htmx import markup
from sse_check.htmx.model import open_page
from sse_check.htmx.stacks import STACKS

TARGET = 'hx-target:inherited="#x"'


@pytest.mark.parametrize(
    "page",
    [
        f"<html {TARGET}><body><p id=c hx-sse:connect=/e>-</p><i id=x></i></body></html>",
        f"<body {TARGET}><p id=c hx-sse:connect=/e>-</p><i id=x></i></body>",
        f"<body><div {TARGET}><p id=c hx-sse:connect=/e>-</p></div><i id=x></i></body>",
    ],
)
def test_an_attribute_is_found_wherever_it_stands(page: str) -> None:
    model = open_page(markup.page(page), STACKS["htmx4"], {})
    (effect,) = model.event(None, "new")
    assert effect.lands is not None
    assert effect.lands.attributes["id"] == "x"


def test_an_attribute_that_a_payload_brings_is_found() -> None:
    page = "<body><div id=c hx-sse:connect=/e>-</div><i id=x></i></body>"
    model = open_page(markup.page(page), STACKS["htmx4"], {})
    model.event(None, f"<section {TARGET}><p hx-sse:connect=/f>-</p></section>")
    effects = model.event(None, "new", "/f")
    assert [e.lands.attributes.get("id") for e in effects if e.lands is not None] == ["x"]


def test_nothing_below_what_is_ignored_is_taken_up() -> None:
    page = '<body><div hx-ignore><b><p hx-get="/a" hx-trigger="load">-</p></b></div></body>'
    assert open_page(markup.page(page), STACKS["htmx4"], {}).requests == []
