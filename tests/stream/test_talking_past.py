"""A page that hears nothing of all that comes is not aligned with its stream."""

from pathlib import Path
from typing import Any

import pytest

from sse_check.stream.align import Alignment, align
from sse_check.stream.asgi import AsgiSite
from sse_check.stream.session import look
from sse_check.stream.web import Limits
from tests.cli.helpers import sse_check
from tests.stream.apps import answer, app_with, stream

LIMITS = Limits(events=4, seconds=0.6)
HTMX_4 = '<script src="https://unpkg.com/htmx.org@4.0.0-alpha6"></script>'


def frame(name: str) -> bytes:
    return f"event: {name}\ndata: 1\n\n".encode()


def seen(body: str, *names: str, page_head: str = "", **more: Any) -> Alignment:
    """What is said of a page whose stream sends these names, a name with `!` once."""

    async def index(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await answer(send, f"<!doctype html><html><body>{page_head}{body}</body></html>".encode())

    async def events(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        first = [frame(name[:-1]) for name in names if name.endswith("!")]
        again = [frame(name) for name in names if not name.endswith("!")]

        async def sending(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start" and first:
                await send(message)
                for one in first:
                    await send({"type": "http.response.body", "body": one, "more_body": True})
            else:
                await send(message)

        await stream(sending, again, 0.02)

    async def other(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await stream(send, [frame("b")], 0.02)

    site = AsgiSite(app_with(_=index, events=events, other=other))
    try:
        return align(look(site, "/", LIMITS), **more)
    finally:
        site.close()


def opened(*inside: str, url: str = "/events", more: str = "") -> str:
    return f'<div hx-ext="sse" sse-connect="{url}" {more}>{"".join(inside)}</div>'


def waiting(name: str) -> str:
    return f'<p sse-swap="{name}">-</p>'


def levels(alignment: Alignment) -> dict[str, str]:
    return {finding.rule: finding.level for finding in alignment.findings}


PAST = {"stream_unheard": "error", "stream_not_sent": "warning"}
QUIET = {"stream_unheard": "info", "stream_not_sent": "warning"}


def test_nothing_in_common() -> None:
    alignment = seen(opened(waiting("tick"), waiting("news")), "tock", "clock")
    assert levels(alignment) == PAST
    assert not alignment.aligned
    (found,) = [one for one in alignment.findings if one.rule == "stream_unheard"]
    assert found.message == (
        "the page heard nothing of 4 events of `/events`: it waits for `tick`, `news`, "
        "and `tock`, `clock` came"
    )
    assert found.help == (
        "did you mean `tock` where the page waits for `tick`? Write the same name on both sides; "
        "what comes seldom is allowed with --optional tick --optional news"
    )


@pytest.mark.parametrize(
    ("body", "names", "expected"),
    [
        # No name at all is one that nothing waits for, too.
        (opened(waiting("tick")), ["message"], PAST),
        (opened('<p hx-trigger="sse:tick" hx-get="/x">-</p>'), ["tock"], PAST),
        # Beside what is heard on another stream, or what says that the server is there.
        (opened(waiting("tick")) + opened(waiting("b"), url="/other"), ["tock"], PAST),
        (opened(waiting("tick")), ["ping", "tock"], PAST),
        # A greeting, or a sign of life: what the page waits for may come.
        (opened(waiting("tick")), ["connected!"], QUIET),
        (opened(waiting("tick")), ["Ping", "heartbeat"], QUIET),
        (opened(waiting("tick")), ["keep-alive"], {"stream_not_sent": "warning"}),
        # One of the names is heard, by this connection or by another.
        (opened(waiting("tick"), waiting("a")), ["a", "tock"], QUIET),
        (opened(waiting("b")) + opened(waiting("a")), ["a"], QUIET),
        # Nothing waits for more than the end, or for nothing.
        (opened(more='sse-close="done"'), ["tock"], QUIET),
        (opened("<p>-</p>"), ["tock"], {"stream_unheard": "info"}),
    ],
)
def test_when_it_is_said(body: str, names: list[str], expected: dict[str, str]) -> None:
    assert levels(seen(body, *names)) == expected


def test_what_may_stay_away_says_nothing() -> None:
    body = opened(waiting("tick"))
    assert levels(seen(body, "tock", optional=("ti*",))) == {"stream_unheard": "info"}


def test_scripts_of_htmx_4_may_hear_any_name() -> None:
    body = '<div hx-sse:connect="/events"><p hx-trigger="sse:tick" hx-get="/x">-</p></div>'
    assert "stream_unheard" not in levels(seen(body, "tock", page_head=HTMX_4))


def test_the_command_fails(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(opened(waiting("tick")), encoding="utf-8")
    (tmp_path / "a.sse").write_bytes(frame("tock") * 2)
    done = sse_check(tmp_path, "stream", "a.html", "--sample", "a.sse")
    assert (done.status, "error[stream_unheard]" in done.out) == (1, True), done.err


MEANT = "did you mean `{}`, which came and nothing waits for? "


@pytest.mark.parametrize(
    ("waited", "sent", "meant", "expected"),
    [
        # Nothing but a slip: it is told once.
        ("order-made", "order_made", "order_made", {"stream_not_sent": "warning"}),
        ("order-made", "orderMade", "orderMade", {"stream_not_sent": "warning"}),
        # A guess: what came is told besides.
        (
            "order-made", "order-make", "order-make",
            {"stream_not_sent": "warning", "stream_unheard": "info"},
        ),
        ("row-1", "row-2", "", {"stream_not_sent": "warning", "stream_unheard": "info"}),
        ("tick", "weather", "", {"stream_not_sent": "warning", "stream_unheard": "info"}),
    ],
)  # fmt: skip
def test_what_was_meant(waited: str, sent: str, meant: str, expected: dict[str, str]) -> None:
    body = opened(f'<p sse-swap="a">-</p><p sse-swap="{waited}">-</p>')
    alignment = seen(body, "a", sent)
    assert levels(alignment) == expected
    missed = next(one for one in alignment.findings if one.rule == "stream_not_sent")
    start = MEANT.format(meant) if meant else ""
    assert missed.help.startswith(f"{start}it sent `a`, `{sent}`")


def test_what_somebody_hears_was_not_meant() -> None:
    body = opened('<p sse-swap="order_made">-</p><p sse-swap="order-made">-</p>')
    (missed,) = seen(body, "order_made").findings
    assert missed.help.startswith("it sent `order_made`")
