"""What an answer brings is put into the page, and the streams that it opens are read."""

from typing import Any

import pytest

from sse_check.pytest_plugin import look_at
from sse_check.stream.actions import read_action
from sse_check.stream.align import Alignment, align
from sse_check.stream.asgi import AsgiSite
from sse_check.stream.session import look
from sse_check.stream.web import Limits
from tests.stream.apps import HTML, answer, app_with, stream

FRAGMENT = (
    '<p>asked</p>\n<div hx-ext="sse" sse-connect="/job" sse-close="done">'
    '<b id="w" sse-swap="word" hx-swap="beforeend">-</b></div>'
)
CONNECTING = FRAGMENT.replace('hx-ext="sse" ', "")
IN_4 = FRAGMENT.replace(
    'hx-ext="sse" sse-connect="/job" sse-close="done"',
    'hx-sse:connect="/job" hx-sse:close="done"',
).replace("beforeend", "innerHTML")
WORDS = [b"event: word\ndata: one\n\n", b"event: word\ndata: two\n\n", b"event: done\ndata: x\n\n"]


def page(body: str, version: str = "2.0.4") -> str:
    core = f'<script src="https://unpkg.com/htmx.org@{version}"></script>'
    extension = '<script src="https://unpkg.com/htmx-ext-sse@2.2.2"></script>'
    if version[0] == "1":
        extension = f'<script src="https://unpkg.com/htmx.org@{version}/dist/ext/sse.js"></script>'
    if version[0] == "4":
        extension = (
            f'<script src="https://unpkg.com/htmx.org@{version}/dist/ext/hx-sse.js"></script>'
        )
    return f"<!doctype html><html><head>{core}{extension}</head><body>\n{body}\n</body></html>"


def app_for(markup: str, fragment: str = FRAGMENT, **head: str) -> Any:
    async def index(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await answer(send, markup.encode())

    async def ask(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        more = [(name.replace("_", "-").encode(), text.encode()) for name, text in head.items()]
        await answer(send, fragment.encode(), 200, [*HTML, *more])

    async def job(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await stream(send, WORDS)

    return app_with(_=index, ask=ask, job=job)


def done(app: Any, *actions: str, events: int = 3) -> Alignment:
    site = AsgiSite(app)
    try:
        do = [read_action(one) for one in actions or ("POST /ask prompt=hi",)]
        return align(look(site, "/", Limits(events, 1.0), do=do))
    finally:
        site.close()


def told(alignment: Alignment) -> list[str]:
    return [did.told for did in alignment.session.done]


def errors(alignment: Alignment) -> list[tuple[str, str, int]]:
    found = [f for f in alignment.findings if f.level == "error"]
    return [(f.rule, f.span.source.path, f.span.start_position.line) for f in found]


INTO = "200, put into `#out` ({}), opens 1 stream"


@pytest.mark.parametrize(
    ("body", "fragment", "version", "how"),
    [
        ('<form hx-post="/ask" hx-target="#out"></form><p id="out"></p>', FRAGMENT, "2.0.4", INTO.format("innerHTML")),
        ('<div id="out" hx-post="/ask"></div>', FRAGMENT, "2.0.4", INTO.format("innerHTML")),
        ('<div id="out" hx-post="/ask" hx-swap="outerHTML"></div>', FRAGMENT, "2.0.4", INTO.format("outerHTML")),
        ('<i hx-ext="sse" id="out"></i><a hx-post="ask?x=1" hx-swap="beforeend" hx-target="previous i"></a>', CONNECTING, "2.0.4", INTO.format("beforeend")),
        ('<form hx-post="/ask" hx-target="#out"></form><p id="out"></p>', FRAGMENT, "1.9.12", INTO.format("innerHTML")),
        ('<form hx-post="/ask" hx-target="#out"></form><p id="out"></p>', IN_4, "4.0.0", INTO.format("innerHTML")),
        ('<form hx-post="/ask"></form><ul><li id="out"></li></ul>', f'<li id="out" hx-swap-oob="true">{FRAGMENT}</li>', "2.0.4", "200, put into the `<form>` (innerHTML), opens 1 stream"),
        ('<a hx-post="/ask"></a><p id="out"></p><a hx-post="/ask"></a>', FRAGMENT, "2.0.4", "200, put into the `<a>` (innerHTML), as the first of 2 elements that ask for it says, opens 1 stream"),
        ("<p>nothing</p>", CONNECTING, "2.0.4", "200, no element of the page asks for it: looked at by itself, opens 1 stream"),
        ('<form method="post" action="/ask"></form>', page(FRAGMENT), "2.0.4", "200, a form without htmx asks for it: looked at by itself, opens 1 stream"),
    ],
)  # fmt: skip
def test_the_stream_of_an_answer_is_read(body: str, fragment: str, version: str, how: str) -> None:
    alignment = done(app_for(page(body, version), fragment))
    assert told(alignment) == [how]
    (seen,) = alignment.session.streams
    assert (seen.path, [event.event for event in seen.events]) == ("/job", ["word", "word", "done"])
    assert [f.message for f in alignment.findings if f.rule == "stream_none"] == []
    if version[0] == "2":
        assert [(r.name, r.verdict) for r in alignment.rows] == [
            ("word", "delivered"),
            ("done", "delivered"),
        ]


def test_what_is_wrong_in_an_answer_is_told_at_its_place_there() -> None:
    body = '<form hx-post="/ask" hx-target="#out"></form><p id="out"></p>'
    fragment = FRAGMENT.replace("done", "end").replace("word", "wrod")
    alignment = done(app_for(page(body), fragment))
    found = {f.rule: (f.span.source.path, f.span.start_position.line) for f in alignment.findings}
    place = ("the answer of POST /ask", 2)
    assert found == {"stream_unheard": place, "stream_not_sent": place}


@pytest.mark.parametrize(
    ("body", "fragment", "head", "how", "rules"),
    [
        ('<form hx-post="/ask" hx-target="#no"></form>', FRAGMENT, {}, "200, put nowhere, opens no stream", ["stream_none", "stream_do"]),
        ('<form hx-post="/ask" hx-target="#no"></form><p id="out"></p>', FRAGMENT, {"hx_retarget": "#out"}, INTO.format("innerHTML"), []),
        ('<p id="out"><a hx-post="/ask" hx-target="#out"></a></p>', FRAGMENT, {"hx_reswap": "beforeend"}, INTO.format("beforeend"), []),
        ('<form hx-post="/ask"></form>', FRAGMENT, {"hx_redirect": "/next"}, "200, it leads to another page (`hx-redirect: /next`)", ["stream_none"]),
        ('<form hx-post="/ask"></form>', "", {}, "200, empty", ["stream_none"]),
        ('<form hx-post="/ask"></form>', CONNECTING, {}, "200, put into the `<form>` (innerHTML), opens no stream", ["stream_not_opened", "stream_none"]),
    ],
)  # fmt: skip
def test_what_becomes_of_an_answer(
    body: str, fragment: str, head: dict[str, str], how: str, rules: list[str]
) -> None:
    alignment = done(app_for(page(body), fragment, **head))
    assert told(alignment) == [how]
    assert [rule for rule, _, _ in errors(alignment)] == rules


def test_a_page_that_opens_nothing_is_asked_all_the_same() -> None:
    """What is done is told, with the answer; the page is not blamed for having no stream."""
    alignment = done(app_for(page("<p>nothing</p>"), "<p>thanks</p>"))
    assert told(alignment) == [
        "200, no element of the page asks for it: looked at by itself, opens no stream"
    ]
    (finding,) = alignment.findings
    assert finding.message == "`/` opens no stream, nor does what was done there"


def test_an_answer_that_replaces_what_listens_changes_what_is_waited_for() -> None:
    """Events from before it land where they did then."""
    first = '<section id="out" hx-ext="sse" sse-connect="/events"><b sse-swap="a">-</b></section>'
    body = f'{first}<form hx-post="/ask" hx-target="#out" hx-swap="outerHTML"></form>'
    alignment = done(app_for(page(body), FRAGMENT))
    assert [(r.stream.path, r.name, r.verdict) for r in alignment.rows] == [
        ("/events", "a", "delivered"),
        ("/events", "message", "unheard"),
        ("/job", "word", "delivered"),
        ("/job", "done", "delivered"),
    ]


def test_an_answer_may_bring_the_form_of_the_next() -> None:
    form = '<form hx-post="/ask" hx-target="#out"></form><p id="out"></p>'
    app = app_for(page(form), '<form hx-post="/next"></form>')

    async def both(scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") == "/next":
            await answer(send, FRAGMENT.encode())
        else:
            await app(scope, receive, send)

    alignment = done(both, "POST /ask", "POST /next")
    assert told(alignment)[1] == "200, put into the `<form>` (innerHTML), opens 1 stream"


def test_an_answer_that_moved_is_followed() -> None:
    body = '<form hx-post="/old" hx-target="#out"></form><p id="out"></p>'
    app = app_for(page(body))

    async def moving(scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") == "/old":
            await answer(send, b"", 303, [(b"location", b"/ask")])
        else:
            await app(scope, receive, send)

    assert told(done(moving, "POST /old")) == [INTO.format("innerHTML")]


def test_in_a_test_suite() -> None:
    body = '<form hx-post="/ask" hx-target="#out"></form><p id="out"></p>'
    seen = look_at(app_for(page(body)), do="POST /ask", timeout=1, max_events=3)
    seen.check()
    assert seen.events == ["word", "done"]
    assert "done   POST /ask: 200, put into `#out` (innerHTML), opens 1 stream" in seen.report()
