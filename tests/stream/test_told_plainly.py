"""What a report says of streams that sent no event, and of what a look leaves out."""

from typing import Any

import pytest

from sse_check.report.style import Style
from sse_check.stream import table
from sse_check.stream.actions import read_action
from sse_check.stream.align import Alignment, align
from sse_check.stream.asgi import AsgiSite
from sse_check.stream.session import look
from sse_check.stream.web import Limits
from tests.stream.apps import STREAM, answer, app_with

PAGE = (
    '<!doctype html><html><body><div hx-ext="sse" sse-connect="/events">'
    '<p id="a" sse-swap="a">-</p></div>{}</body></html>'
)


def looked(more: str = "", do: str = "", **routes: Any) -> Alignment:
    async def index(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await answer(send, PAGE.format(more).encode())

    site = AsgiSite(app_with(**{"_": index, **routes}))
    try:
        actions = [read_action(do)] if do else []
        return align(look(site, "/", Limits(1, 0.5), do=actions))
    finally:
        site.close()


def sending(frames: bytes) -> Any:
    async def route(scope: Any, receive: Any, send: Any) -> None:
        del scope
        await send({"type": "http.response.start", "status": 200, "headers": STREAM})
        await send({"type": "http.response.body", "body": frames, "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

    return route


@pytest.mark.parametrize(
    ("frames", "said"),
    [
        (b"", "it sent nothing;"),
        (b": ping\n\n: ping\n\n", "it sent comments only;"),
        (
            b"event: a\ndata: <b>1</b>\n",
            "it sent `data: <b>1</b>` without the blank line behind it that sends an event;",
        ),
        (b"retry: 9\n\n", "it sent `retry: 9`, and no data, without which there is no event;"),
    ],
)
def test_what_a_stream_sent_that_was_no_event(frames: bytes, said: str) -> None:
    (finding,) = looked(events=sending(frames)).findings
    assert finding.rule == "stream_not_sent"
    assert finding.help.startswith(said)


def moved(where: str) -> Any:
    async def route(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await answer(send, b"", 303, headers=[(b"location", where.encode())])

    return route


def answering(status: int) -> Any:
    async def route(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await answer(send, b"<p>log in</p>", status)

    return route


@pytest.mark.parametrize(
    ("status", "message", "help_"),
    [
        (
            200,
            "`/events` leads to `/login`, which is sent as `text/html`: the browser refuses it",
            "if it should not lead to a page: log in with --cookie NAME=VALUE, or --header",
        ),
        (
            404,
            "`/events` leads to `/login`, which answers 404: no stream opens",
            "the address of the connection must be that of the route that streams",
        ),
    ],
)
def test_a_stream_that_leads_elsewhere(status: int, message: str, help_: str) -> None:
    (finding,) = looked(events=moved("/login"), login=answering(status)).findings
    assert (finding.rule, finding.message, finding.help) == ("stream_answer", message, help_)


def test_an_answer_that_tells_the_browser_to_stay_away() -> None:
    (finding,) = looked(events=answering(204)).findings
    assert finding.message == (
        "`/events` answers 204: no stream opens, and the browser does not ask again"
    )


def head(alignment: Alignment) -> list[str]:
    return table.render(alignment, Style(False)).split("\n\n")[0].splitlines()[1:]


GOOD = sending(b"event: a\ndata: x\n\n")
LAZY = '<i hx-get="/part" hx-trigger="load delay:1s, click"></i>'


@pytest.mark.parametrize(
    ("more", "do", "said"),
    [
        (LAZY, "", ['not loaded GET /part: look at it with --do "GET /part"']),
        (
            LAZY + LAZY.replace("part", "other"),
            "",
            ['not loaded GET /part, and 1 more part: look at it with --do "GET /part"'],
        ),
        (LAZY, "GET /part", []),
        ('<i hx-get="/part" hx-trigger="click, load-more, load[ready]"></i>', "", []),
        (f"<template>{LAZY}</template>", "", []),
    ],
)
def test_parts_that_the_page_asks_for_itself_are_named(more: str, do: str, said: list[str]) -> None:
    assert head(looked(more, do, events=GOOD, part=answering(200))) == said
