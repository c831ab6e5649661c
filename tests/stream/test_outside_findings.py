"""A listener outside of every connection is named, with what is sent that cannot reach it."""

import pytest

from sse_check.report.style import Style
from sse_check.stream import table
from sse_check.stream.align import Alignment, align
from sse_check.stream.asgi import AsgiSite
from sse_check.stream.session import look
from sse_check.stream.web import Limits
from tests.stream.test_harness import GOOD, PAGE, app_of

OUTSIDE = '<b id="badge" sse-swap="b">0</b>'
INSIDE = '<p id="a" sse-swap="a">'
SENT = [*GOOD, b"event: b\ndata: 1\n\n"]


def looked(page: str, frames: list[bytes] = SENT, optional: tuple[str, ...] = ()) -> Alignment:
    site = AsgiSite(app_of(frames, page=page))
    try:
        return align(look(site, "/", Limits(len(frames), 1.0)), optional=optional)
    finally:
        site.close()


def around(markup: str) -> str:
    return PAGE.replace("<body>", f"<body>{markup}")


def test_what_it_waits_for_is_sent() -> None:
    alignment = looked(around(OUTSIDE))
    (finding,) = alignment.findings
    assert (finding.rule, finding.level) == ("stream_unheard", "error")
    assert finding.message == (
        "`b` is sent by `/events` and cannot reach this listener: it stands outside of the "
        "connection"
    )
    assert finding.span.text == 'sse-swap="b"'
    assert [one.span.text for one in finding.related] == ['sse-connect="/events"']
    rows = table.render(alignment, Style(False)).splitlines()
    assert any(
        row.split()[0:1] == ["b"] and row.endswith("b#badge   -         out of reach")
        for row in rows
    )


def test_what_it_waits_for_is_not_sent() -> None:
    (finding,) = looked(around(OUTSIDE), GOOD).findings
    assert (finding.rule, finding.level) == ("stream_unheard", "warning")
    assert finding.message.startswith("what waits for `b` stands outside of every connection")


def test_of_several_names_each_is_told() -> None:
    found = looked(around('<b sse-swap="a, c">0</b>'), GOOD).findings
    assert [(one.level, one.span.text) for one in found] == [("error", "a"), ("warning", "c")]


@pytest.mark.parametrize(
    "markup",
    [
        f"<template>{OUTSIDE}</template>",
        f"<div hx-disable>{OUTSIDE}</div>",
        # A script may dispatch what is only a name here.
        '<b hx-get="/x" hx-trigger="sse:b">0</b>',
        '<b data-sse="b">0</b>',
    ],
)
def test_what_is_none(markup: str) -> None:
    assert looked(around(markup), GOOD).findings == []


def test_one_that_may_stay_away() -> None:
    assert looked(around(OUTSIDE), GOOD, ("b",)).findings == []


def test_a_listener_inside_hears_it() -> None:
    page = PAGE.replace(INSIDE, f"{OUTSIDE}{INSIDE}")
    assert looked(page).findings == []
