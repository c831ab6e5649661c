"""What is sent as data and is no part of a page: objects as Python prints them, bytes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import pytest

from sse_check.stream.align import align
from sse_check.stream.asgi import AsgiSite
from sse_check.stream.session import look
from sse_check.stream.web import Limits
from tests.stream.test_harness import PAGE, app_of


class Board:
    def text(self) -> str:
        return ""


class PageResponse:
    pass


@dataclass
class Row:
    number: int = 1

    def text(self) -> str:
        return ""


async def draw() -> str:
    return ""


async def drawn() -> AsyncIterator[str]:
    yield ""


def rows() -> Iterator[str]:
    yield ""


def printed(what: Any) -> str:
    text = str(what)
    if hasattr(what, "close"):
        what.close()
    return text


def task() -> str:
    async def inside() -> str:
        one = asyncio.ensure_future(draw())
        text = str(one)
        await one
        return text

    return asyncio.run(inside())


def looked(data: str, listener: str = "") -> list[tuple[str, str]]:
    frames = [b"data: x\n\n", f"event: a\ndata: {data}\n\n".encode()]
    page = PAGE.replace('sse-swap="a"', f'sse-swap="a" {listener}')
    site = AsgiSite(app_of(frames, page=page))
    try:
        found = align(look(site, "/", Limits(2, 1.0))).findings
    finally:
        site.close()
    assert {one.rule for one in found} <= {"stream_payload"}
    return [(one.message.partition(":")[0], one.help) for one in found]


OBJECTS = [
    (printed(draw()), "a coroutine that nobody awaited", "write `await` where `draw` is called"),
    (
        printed(asyncio.Queue[str]().get()),
        "a coroutine that nobody awaited", "write `await` where `Queue.get` is called",
    ),
    (
        str(drawn()),
        "a generator, and not what it yields",
        "send each of its parts (`async for`), or join them to one text",
    ),
    (
        str(row for row in rows()),
        "a generator, and not what it yields",
        "send each of its parts (`for`), or join them to one text",
    ),
    (str(rows), "a function, and not what it returns", "call it: `rows()`"),
    (str(lambda: rows), "a function, and not what it returns", "call it"),
    (str(Board().text), "a function, and not what it returns", "call it: `Board.text()`"),
    (str(Row().text), "a function, and not what it returns", "call it: `Row.text()`"),
    (str("x".lower), "a function, and not what it returns", "call it: `lower()`"),
    (str(Board()), "an object as Python prints it", "send a text made of what `Board` has"),
    (
        str(PageResponse()),
        "an answer, and not what is in it",
        "send the text of the rendered template: an answer is what a route returns",
    ),
    (task(), "a task, and not what comes of it", "write `await` before it"),
]  # fmt: skip


@pytest.mark.parametrize("around", ["{}", "<li>{}</li>", "<li><b>3</b> rows: {}</li>"])
@pytest.mark.parametrize(("text", "said", "help_"), OBJECTS, ids=range(len(OBJECTS)))
def test_objects_as_python_prints_them(text: str, said: str, help_: str, around: str) -> None:
    assert looked(around.format(text)) == [(f"`a` brings {said}", help_)]


@pytest.mark.parametrize("around", ["{}", "<li>{}</li>"])
@pytest.mark.parametrize(("text", "said", "help_"), OBJECTS, ids=range(len(OBJECTS)))
def test_the_same_where_a_template_escapes_it(
    text: str, said: str, help_: str, around: str
) -> None:
    assert looked(around.format(escape(text))) == [(f"`a` brings {said}", help_)]
    assert looked(text, 'hx-swap="textContent"') == [(f"`a` brings {said}", help_)]


def test_bytes() -> None:
    help_ = "send their text: `.decode()`"
    assert looked(str(b"<li>1</li>")) == [("`a` brings bytes as Python prints them", help_)]


@pytest.mark.parametrize(
    "data",
    [
        "<p>a coroutine object is what a call of `async def` gives</p>",
        "<object data='x.svg'></object> at 0x7f",
        "<!-- <app.Board object at 0x7f00> --><p>1</p>",
        "b'1'",
        "<b title='b'>'x'</b>",
        "<function-list></function-list>",
        "<generator object-fit='x' at='0x1'></generator>",
    ],
)
def test_what_is_no_object(data: str) -> None:
    assert looked(data) == []


def test_a_log_that_tells_of_objects() -> None:
    line = "12:01 worker <app.Board object at 0x7f00> is gone"
    assert looked(line, 'hx-swap="textContent"') == []


def test_a_later_event_of_the_name() -> None:
    frames = [
        b"data: x\n\nevent: a\ndata: <b>1</b>\n\n",
        b"event: a\ndata: <x.Y object at 0x1f>\n\n",
    ]
    site = AsgiSite(app_of(frames))
    try:
        found = align(look(site, "/", Limits(3, 1.0))).findings
    finally:
        site.close()
    assert [one.rule for one in found] == ["stream_payload"]
