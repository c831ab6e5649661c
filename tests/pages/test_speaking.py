"""What speaks of streams, and other words with the same letters."""

import pytest

from sse_check.pages.engine import Engine
from sse_check.pages.speaking import is_of_streams, speaks_of_streams
from tests.pages.test_bounds import FOOT, loaded


@pytest.mark.parametrize(
    "name", ["sse-swap", "data-sse-connect", "hx-sse", "hx-sse:connect", "hx-on:sse-error"]
)
def test_attributes_of_streams(name: str) -> None:
    assert is_of_streams(name)
    assert speaks_of_streams(f"<p {name}=x>")


@pytest.mark.parametrize("text", ["aria-pressed", "class", "data-message", "assets", "signal-box"])
def test_other_words(text: str) -> None:
    assert not is_of_streams(text)
    assert not speaks_of_streams(f"<p {text}=x>")


def test_helpers_that_write_attributes_speak() -> None:
    assert speaks_of_streams("<body {{ signal_connect() }}>")
    assert speaks_of_streams("<p {{ sse_attrs }}>")


@pytest.mark.parametrize(("name", "more"), [("aria-pressed", False), ("sse-swap", True)])
def test_what_is_tried(name: str, more: bool) -> None:
    """Of a page without streams only two renderings are looked at."""
    asking = "".join(
        f"<p {name}=x id=i{n} {{% if a{n} %}}hx-post=/x{{% endif %}} "
        f"{{% if b{n} %}}hx-target=this{{% endif %}}></p>"
        for n in range(2)
    )
    head = "<!doctype html><html><body>"
    page = Engine(loaded({"t/p.html": head + asking + FOOT})).page("t/p.html")
    assert (len(page.variants) > 2) is more
