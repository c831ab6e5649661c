"""Messages of parts that name their own places: what Chromium shows of each is in test_watch."""

import json
from pathlib import Path

import pytest

from sse_check.stream.align import Alignment, align
from sse_check.stream.asgi import AsgiSite
from sse_check.stream.session import look
from sse_check.stream.web import Limits
from tests.cli.helpers import sse_check
from tests.stream.test_harness import app_of

HEADS = {
    "4": '<script src="https://unpkg.com/htmx.org@4.0.0"></script>'
    '<script src="https://unpkg.com/htmx.org@4.0.0/dist/ext/hx-sse.js"></script>',
    "2": '<script src="https://unpkg.com/htmx.org@2.0.11"></script>'
    '<script src="https://unpkg.com/htmx-ext-sse@2.2.4"></script>',
}
CONNECTIONS = {
    "4": '<div id="c" hx-sse:connect="/events">old</div>',
    "2": '<div id="c" hx-ext="sse" sse-connect="/events" sse-swap="message">old</div>',
}
# The place of the parts has nothing to do with htmx.
PAGE = '<!doctype html><html><head>{}</head><body>{}<p id="status" class="s">-</p></body></html>'
PARTIAL = '<hx-partial hx-target="#status">up</hx-partial>'
OUT_OF_BAND = '<p id="status" hx-swap-oob="true">up</p>'
NOWHERE = "`message` came and went nowhere: its parts"


def page_of(generation: str) -> str:
    return PAGE.format(HEADS[generation], CONNECTIONS[generation])


def looked(generation: str, *messages: str) -> Alignment:
    frames = [f"data: {message}\n\n".encode() for message in messages]
    site = AsgiSite(app_of(frames, page=page_of(generation)))
    try:
        return align(look(site, "/", Limits(len(frames), 5.0)))
    finally:
        site.close()


def said(alignment: Alignment) -> list[tuple[str, str, str | None]]:
    return [(one.rule, one.message, one.level) for one in alignment.findings]


def places(alignment: Alignment) -> list[str | None]:
    ((landing,),) = [row.landings for row in alignment.rows]
    return [node.attributes.get("id") for node in landing.beside]


@pytest.mark.parametrize("generation", ["2", "4"])
@pytest.mark.parametrize(
    "message",
    [
        PARTIAL,
        OUT_OF_BAND,
        PARTIAL.replace("/", ""),
        '<i hx-swap-oob="beforeend:.s">up</i>',
        '<hx-partial id="status">up</hx-partial>',
    ],
)
def test_parts_arrive_where_they_say(generation: str, message: str) -> None:
    alignment = looked(generation, message)
    assert said(alignment) == []
    assert [row.verdict for row in alignment.rows] == ["delivered"]
    assert places(alignment) == ["status"]


@pytest.mark.parametrize("message", ["", "<!-- still here -->"])
def test_an_empty_message_changes_nothing_and_is_no_fault(message: str) -> None:
    assert said(looked("4", message)) == []


@pytest.mark.parametrize("generation", ["2", "4"])
@pytest.mark.parametrize("message", [PARTIAL, OUT_OF_BAND])
def test_parts_without_a_place_are_told(generation: str, message: str) -> None:
    ((rule, words, level),) = said(looked(generation, message.replace("status", "nope")))
    assert (rule, level) == ("stream_lost", "warning")
    assert words == NOWHERE + " are for `#nope`, and the page has nothing of that kind"


def test_parts_that_say_no_place_are_told() -> None:
    assert said(looked("2", '<p hx-swap-oob="true">up</p>')) == [
        ("stream_lost", NOWHERE + " say no place", "warning")
    ]


@pytest.mark.parametrize("generation", ["2", "4"])
def test_a_later_part_that_finds_its_place_is_enough(generation: str) -> None:
    alignment = looked(generation, OUT_OF_BAND.replace("status", "nope"), OUT_OF_BAND)
    assert said(alignment) == []
    assert places(alignment) == ["status"]


@pytest.mark.parametrize("target", ["closest section", "next p", "p:dir(ltr)"])
def test_a_place_that_the_model_does_not_know_is_not_told(target: str) -> None:
    alignment = looked("4", PARTIAL.replace("#status", target))
    assert said(alignment) == []
    assert [row.verdict for row in alignment.rows] == ["not told"]


def test_the_report_names_the_places(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page_of("4"), encoding="utf-8")
    (tmp_path / "a.sse").write_text(f"data: {PARTIAL}\n\n", encoding="utf-8")
    command = ("stream", "page.html", "--sample", "a.sse")
    done = sse_check(tmp_path, *command)
    assert done.status == 0, done.err
    assert "div#c     p#status  delivered" in done.out
    found = json.loads(sse_check(tmp_path, *command, "--format", "json").out)
    assert found["stream"]["streams"][0]["names"][0]["landings"] == [
        {
            "listener": "#c", "lands": None, "beside": ["#status"], "swap": "innerHTML",
            "verdict": "delivered", "removes_listener": False,
        }
    ]  # fmt: skip
