"""Which htmx and which extension a served page loads is told by what its own server sends."""

from typing import Any

import pytest

from sse_check.report.style import Style
from sse_check.stream import table
from sse_check.stream.align import Alignment, align
from sse_check.stream.asgi import AsgiSite
from sse_check.stream.session import look
from sse_check.stream.web import Limits
from tests.stream.apps import STREAM, answer, app_with

CORE = 'var htmx={version:"2.0.8",config:{defaultSwapStyle:"innerHTML"}};'
OLD = 'htmx.defineExtension("sse",{x:function(){api.selectAndSwap();getClosestMatch()}});'
NEW = 'htmx.defineExtension("sse",{x:function(){getSelectors();getTriggerSpecs()}});'
FRAMES = b"event: a\ndata: <b>1</b>\n\n"
# How a script is sent that begins with this, or has this in it.
AS_PAGE, NOSNIFF = "// as a page\n", "// nosniff\n"
JS = [(b"content-type", b"text/javascript")]


def page_of(*scripts: str) -> str:
    tags = "".join(f'<script src="{one}"></script>\n' for one in scripts)
    return (
        f'<!doctype html><html><head>\n{tags}</head><body><div hx-ext="sse" sse-connect="/events">'
        '<p id="a" sse-swap="a">-</p></div></body></html>'
    )


def looked(page: str, **scripts: str) -> Alignment:
    """A page whose scripts are given by their names; others are not there."""
    asked: list[str] = []

    def sent(text: str) -> Any:
        async def route(scope: dict[str, Any], receive: Any, send: Any) -> None:
            del receive
            asked.append(scope["path"])
            as_page = text.startswith(("<", AS_PAGE))
            head = [(b"content-type", b"text/html")] if as_page else JS
            if NOSNIFF in text:
                head = [*head, (b"x-content-type-options", b"nosniff")]
            await answer(send, text.encode(), headers=head)

        return route

    async def index(scope: dict[str, Any], receive: Any, send: Any) -> None:
        del scope, receive
        await answer(send, page.encode())

    async def events(scope: dict[str, Any], receive: Any, send: Any) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": STREAM})
        await send({"type": "http.response.body", "body": FRAMES * 3, "more_body": True})

    routes = {f"js_{name}.js": sent(text) for name, text in scripts.items()}
    site = AsgiSite(app_with(_=index, events=events, **routes))
    try:
        alignment = align(look(site, "/", Limits(2, 1.0)))
    finally:
        site.close()
    assert len(asked) == len(set(asked)), "each is asked for once"
    return alignment


def said(alignment: Alignment) -> list[str]:
    return [finding.rule for finding in alignment.findings]


def head(alignment: Alignment) -> list[str]:
    return table.render(alignment, Style(False)).split("\n\n")[0].splitlines()


@pytest.mark.parametrize("name", ["sse", "live", "htmx-sse-old"])
@pytest.mark.parametrize("start", ["/js/", "http://127.0.0.1/js/"])
def test_an_extension_for_another_htmx_delivers_nothing(start: str, name: str) -> None:
    page = page_of("/js/core.js", f"{start}{name}.js?v=3")
    alignment = looked(page, core=CORE, **{name: OLD})
    assert said(alignment) == ["stream_lost"]
    (finding,) = alignment.findings
    assert "htmx 2.0.8 with the extension of htmx 1" in finding.message
    assert finding.help == "load `htmx-ext-sse@2.2.4` instead"
    assert [one.span.start_position.line for one in finding.related] == [3, 2]
    assert "htmx 2.0.8 with the extension of htmx 1 (line 2)" in head(alignment)[0]


@pytest.mark.parametrize("name", ["sse", "live", "hx"])
def test_the_extension_of_the_same_htmx_is_right(name: str) -> None:
    alignment = looked(page_of("/js/core.js", f"/js/{name}.js"), core=CORE, **{name: NEW})
    assert said(alignment) == []
    assert len(head(alignment)) == 1


def test_a_script_of_the_page_that_speaks_of_neither() -> None:
    page = page_of("/js/core.js", "/js/sse.js", "/js/site.js")
    assert said(looked(page, core=CORE, sse=NEW, site="console.log(1)")) == []


def test_a_page_without_the_extension() -> None:
    alignment = looked(page_of("/js/htmx.js", "/js/site.js"), htmx=CORE, site="console.log(1)")
    assert said(alignment) == ["stream_not_opened", "stream_none"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "not read /js/sse.js: answers 404"),
        # A server without files of its own answers everything with its page.
        ({"sse": "<!doctype html><p>"}, "not read /js/sse.js: is sent as `text/html`"),
    ],
)
def test_what_is_not_served_is_not_judged_and_said(given: dict[str, str], why: str) -> None:
    alignment = looked(page_of("/js/core.js", "/js/sse.js"), core=CORE, **given)
    assert said(alignment) == []
    assert head(alignment)[1:] == [why]


def test_what_a_template_engine_sends_as_a_page_is_run_and_read() -> None:
    page = page_of("/js/core.js", "/js/sse.js")
    assert said(looked(page, core=AS_PAGE + CORE, sse=AS_PAGE + OLD)) == ["stream_lost"]
    alignment = looked(page, core=CORE, sse=AS_PAGE + NOSNIFF + OLD)
    assert "not read /js/sse.js: is sent as `text/html`" in head(alignment)


def test_a_script_that_is_two_by_its_query_is_not_looked_into() -> None:
    page = page_of("/js/core.js", "/js/sse.js?part=1", "/js/sse.js?part=2")
    assert said(looked(page, core=CORE, sse=OLD)) == []


def test_a_script_that_may_bring_the_extension() -> None:
    site = 'new_script = document.createElement("script"); new_script.src = "/js/htmx-ext.js"'
    assert said(looked(page_of("/js/htmx.js", "/js/site.js"), htmx=CORE, site=site)) == []
    site = site.replace("htmx-ext", "sse.min")
    assert said(looked(page_of("/js/htmx.js", "/js/site.js"), htmx=CORE, site=site)) == []
    assert said(looked(page_of("/js/htmx.js", "/js/site.js"), htmx=CORE)) == []


def test_what_a_script_imports_it_brings() -> None:
    page = page_of("/js/htmx.js", "/js/main.js")
    main = 'import "./deep.js?v=1";\nimport "./main.js";'
    deep = 'import {x} from "/js/live.js";'
    assert said(looked(page, htmx=CORE, main=main, deep=deep, live=NEW)) == []
    assert said(looked(page, htmx=CORE, main=main, deep=deep, live=OLD)) == ["stream_lost"]
    # What it imports is not there, and may be the extension.
    assert said(looked(page, htmx=CORE, main=main, deep=deep)) == []
    assert said(looked(page, htmx=CORE, main=main, deep="let x = 1")) != []


def test_scripts_of_other_servers_are_not_asked_for() -> None:
    page = page_of("https://unpkg.com/htmx.org@2.0.8", "https://unpkg.com/htmx-ext-sse@2.2.4")
    alignment = looked(page)
    assert said(alignment) == []
    assert len(head(alignment)) == 1
