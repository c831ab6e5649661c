"""Fragments that a page asks for by itself: they are judged where they come to stand."""

from pathlib import Path

import pytest

from tests.wiring.joined import checked, said

APP = """
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from fastapi.templating import Jinja2Templates
templates = Jinja2Templates("templates")
app = FastAPI()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
@app.get("/")
def index(request: Request):
    return templates.TemplateResponse(request, "index.html")
@app.get("/part")
def part(request: Request):
    return templates.TemplateResponse(request, "part.html")
@app.get("/live")
def live():
    def gen():
        while True:
            yield "event: tick\\ndata: <b>x</b>\\n\\n"
    return StreamingResponse(gen(), media_type="text/event-stream", headers=HEADERS)
"""
HTMX = {
    "1": '<script src="https://unpkg.com/htmx.org@1.9.12"></script>'
    '<script src="https://unpkg.com/htmx.org@1.9.12/dist/ext/sse.js"></script>',
    "2": '<script src="https://unpkg.com/htmx.org@2.0.11"></script>'
    '<script src="https://unpkg.com/htmx-ext-sse@2.2.4"></script>',
}
PAGE = "<html><head>{scripts}</head><body>{body}</body></html>"
ASKING = '<div hx-get="/part" hx-trigger="{trigger}" hx-target="#place"></div><p id="place"></p>'
OWN = '<div hx-ext="sse" sse-connect="/live" sse-swap="tick" hx-target="this"></div>'
CHILD = '<div hx-ext="sse" sse-connect="/live"><b sse-swap="tick"></b></div>'


def found(folder: Path, body: str, part: str, htmx: str = "2") -> list[str]:
    page = PAGE.format(scripts=HTMX[htmx], body=body)
    files = {"app.py": APP, "templates/index.html": page, "templates/part.html": part}
    return said(checked(folder, files), "sse_self_swap", "sse_ext_missing", "sse_scope")


@pytest.mark.parametrize("htmx", HTMX)
@pytest.mark.parametrize("trigger", ["load", "load, refresh from:body", "revealed", "click"])
@pytest.mark.parametrize("part", [OWN, CHILD])
def test_what_a_page_asks_for_is_not_taken_away_by_the_same_request(
    tmp_path: Path, htmx: str, trigger: str, part: str
) -> None:
    assert found(tmp_path, ASKING.format(trigger=trigger), part, htmx) == []


@pytest.mark.parametrize("trigger", ["load", "load, refresh from:body", "click"])
def test_what_is_wrong_with_it_there_is_seen(tmp_path: Path, trigger: str) -> None:
    body = f'<main hx-target="#other">{ASKING.format(trigger=trigger)}</main><p id="other"></p>'
    (one,) = found(tmp_path, body, CHILD)
    assert one.startswith("templates/part.html:1 ")
    assert "#other" in one


DJANGO = {
    "config/settings.py": """
        ROOT_URLCONF = "config.urls"
        INSTALLED_APPS = ["shop"]
        TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
        """,
    "config/urls.py": """
        from django.urls import path
        from shop import views
        urlpatterns = [path("", views.index), path("live/", views.live)]
        """,
    "shop/views.py": """
        from django.http import StreamingHttpResponse
        from django.shortcuts import render
        from django.template.loader import render_to_string
        def index(request):
            return render(request, "shop/index.html")
        def live(request):
            def gen():
                while True:
                    html = render_to_string("shop/index.html#row", {"name": "x"})
                    yield f"event: tick\\ndata: {html}\\n\\n"
            return StreamingHttpResponse(gen(), content_type="text/event-stream")
        """,
}


def test_a_part_of_a_page_is_not_the_page(tmp_path: Path) -> None:
    """An event brings a part that is written in the page itself: not the page into the page."""
    body = (
        '<p hx-ext="sse" sse-connect="/live/" sse-swap="tick"></p><ul id="list"></ul>'
        '{% partialdef row %}<ul hx-swap-oob="beforeend:#list"></ul>{% endpartialdef %}'
    )
    page = PAGE.format(scripts=HTMX["2"], body=body)
    result = checked(tmp_path, {**DJANGO, "shop/templates/shop/index.html": page})
    rules = ("sse_duplicate_connection", "sse_self_swap", "sse_wiped")
    assert said(result, *rules) == []


FASTHTML = """
from fasthtml.common import *
app, rt = fast_app(hdrs=({head}))
@rt("/")
def index():
    return Titled("jobs", Div(Form(Button("go"), hx_post="/go", hx_target="#out"), Div(id="out"), id="all"))
@rt("/go")
def post(name: str):
    return Div({listener}, hx_ext="sse", sse_connect="/live")
@rt("/live")
async def live():
    async def gen():
        while True:
            yield sse_message(P("x"), event="tick")
    return EventStream(gen())
serve()
"""
SSE = 'Script(src="https://unpkg.com/htmx-ext-sse@2.2.1/sse.js"),'
WRONG = [
    ("", 'P(sse_swap="tick")', "the page that fetches this loads htmx without its SSE extension"),
    (SSE, 'P(sse_swap="tick", hx_target="#all")', "the first event swaps `#all` and removes"),
    (SSE, 'P(sse_swap="tick")', ""),
]


@pytest.mark.parametrize(("head", "listener", "expected"), WRONG)
def test_what_functions_of_python_answer(
    tmp_path: Path, head: str, listener: str, expected: str
) -> None:
    code = FASTHTML.format(head=head, listener=listener)
    found = said(checked(tmp_path, {"app.py": code}), "sse_stack", "sse_wiped")
    assert [one.partition(" ")[2].startswith(expected) for one in found] == [True] * bool(expected)
