"""Where an event came and went nowhere, the finding names the cause that the model knows."""

import pytest

from sse_check.stream.align import align
from sse_check.stream.asgi import AsgiSite
from sse_check.stream.session import look
from sse_check.stream.web import Limits
from tests.stream.test_harness import GOOD, PAGE, app_of

LISTENER = '<p id="a" sse-swap="a">'


def looked(listener: str, around: str = "") -> list[tuple[str, str, str]]:
    page = PAGE.replace(LISTENER, listener).replace("<body>", f"<body{around}>")
    site = AsgiSite(app_of(GOOD, page=page))
    try:
        found = align(look(site, "/", Limits(4, 1.0))).findings
    finally:
        site.close()
    return [(one.rule, one.message, one.help) for one in found]


@pytest.mark.parametrize(
    ("listener", "around", "message", "help_"),
    [
        (
            '<p sse-swap="a" hx-target="#rows">', "",
            "`a` came and went nowhere: its target `#rows` is not on the page",
            "write a target that the page has, or remove it to swap in place",
        ),
        (
            '<p sse-swap="a">', ' hx-target="#rows"',
            "`a` came and went nowhere: its target `#rows` is not on the page",
            "write a target that the page has, or remove it to swap in place",
        ),
        (
            '<p sse-swap="a" hx-target="#[">', "",
            "`a` came and went nowhere: its target `#[` is no selector that a browser knows",
            "write a valid one",
        ),
        (
            '<p hx-trigger="sse:a">', "",
            "`a` came and went nowhere: the element hears it and has no request to send",
            "give it what it asks for (`hx-get=...`), or show the event itself with `sse-swap`",
        ),
    ],
)  # fmt: skip
def test_the_cause_is_named(listener: str, around: str, message: str, help_: str) -> None:
    assert looked(listener, around)[0] == ("stream_lost", message, help_)


def test_a_selector_that_the_model_does_not_know_is_no_finding() -> None:
    assert looked('<p sse-swap="a" hx-target="p:dir(ltr)">') == []


def test_it_lands_where_its_target_is() -> None:
    assert looked('<p sse-swap="a" hx-target="#m">') == []


def test_the_newest_htmx_is_what_runs() -> None:
    """Beside an extension of htmx 2 it swaps nothing, whatever the page was written for."""
    head = (
        '<html><head><script src="https://unpkg.com/htmx.org"></script>'
        '<script src="https://unpkg.com/htmx-ext-sse@2.2.4"></script></head>'
    )
    site = AsgiSite(app_of(GOOD, page=PAGE.replace("<html>", head)))
    try:
        alignment = align(look(site, "/", Limits(4, 1.0)))
    finally:
        site.close()
    assert not alignment.aligned
    assert alignment.session.view.stack.generation == "4"
