"""Addresses that are asked for by a route's name, wherever the name stands."""

from pathlib import Path

import pytest

from tests.wiring.joined import SCRIPTS, checked, joined, said

FASTAPI = """
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from fastapi.templating import Jinja2Templates
app = FastAPI()
templates = Jinja2Templates("templates")
async def gen():
    while True:
        yield "event: tick\\ndata: x\\n\\n"
@app.get("/doc/{{pk}}/stream")
async def live(pk: int):
    return StreamingResponse(gen(), media_type="text/event-stream")
@app.get("/ticks")
async def ticks():
    return StreamingResponse(gen(), media_type="text/event-stream")
@app.get("/")
def index(request: Request):
    {before}
    return templates.TemplateResponse(request, "index.html", {context})
"""
MACROS = """
{% macro board(url, name="tick") %}<div sse-connect="{{ url }}"><p sse-swap="{{ name }}"></p></div>{% endmacro %}
{% macro outer(address) %}{{ board(address) }}{% endmacro %}
"""
DIV = '<div sse-connect="{{ %s }}"><p sse-swap="tick"></p></div>'
IMPORT = '{% from "macros.html" import board, outer %}'

# What the page holds, what the view does before it renders, the context, where it leads.
NAMED: list[tuple[str, str, str, str]] = [
    (DIV % "url_for('ticks')", "", "{}", "/ticks"),
    (DIV % "url_for('ticks').path", "", "{}", "/ticks"),
    (DIV % "request.url_for('live', pk=3)", "", "{}", "/doc/{pk}/stream"),
    (DIV % "request.app.url_path_for('ticks')", "", "{}", "/ticks"),
    (IMPORT + "{{ board(url_for('ticks')) }}", "", "{}", "/ticks"),
    (IMPORT + "{{ board(url=url_for('ticks').path) }}", "", "{}", "/ticks"),
    (IMPORT + "{{ outer(url_for('ticks')) }}", "", "{}", "/ticks"),
    (IMPORT + "{{ board(stream_url) }}", "", '{"stream_url": "/ticks"}', "/ticks"),
    ("{% set u = url_for('ticks') %}" + DIV % "u", "", "{}", "/ticks"),
    ("{% with u = url_for('ticks') %}" + DIV % "u" + "{% endwith %}", "", "{}", "/ticks"),
    ("{% set u = url_for('ticks') %}{% include 'part.html' %}", "", "{}", "/ticks"),
    (DIV % "u", "", '{"u": request.url_for("ticks")}', "/ticks"),
    (DIV % "u", "", '{"u": str(request.url_for("ticks"))}', "/ticks"),
    (DIV % "u", "", '{"u": request.url_for("ticks").path}', "/ticks"),
    (DIV % "u", "", '{"u": request.app.url_path_for("live", pk=3)}', "/doc/{pk}/stream"),
    (DIV % "u.path", "", '{"u": request.url_for("ticks")}', "/ticks"),
    (DIV % "u", "url = app.url_path_for('ticks')", '{"u": url}', "/ticks"),
    (DIV % "u", "url = f\"{app.url_path_for('ticks')}?x=1\"", '{"u": url}', "/ticks"),
    (DIV % "u", "url = request.url_for('ticks').include_query_params(x=1)", '{"u": url}', "/ticks"),
    (DIV % "page.url", "", '{"page": {"url": request.url_for("ticks")}}', "/ticks"),
    ("{% include 'part.html' %}", "", '{"u": request.url_for("ticks")}', "/ticks"),
    # What cannot be told stays so.
    (DIV % "url_for('ticks') if x else other", "", "{}", "dynamic"),
    (DIV % "other or url_for('ticks')", "", "{}", "dynamic"),
    (DIV % "url_for('ticks') if x else url_for('live', pk=1)", "", "{}", "/ticks"),
    ("{% set u = a %}{% set u = url_for('ticks') %}" + DIV % "u", "", "{}", "dynamic"),
    (DIV % "u", "", '{"u": elsewhere()}', "dynamic"),
    ('<div sse-connect="{{ base }}{{ u }}"></div>', "", '{"base": "/a", "u": "/ticks"}', "dynamic"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "before", "context", "route"), NAMED)
def test_names_of_routes(tmp_path: Path, page: str, before: str, context: str, route: str) -> None:
    files = {
        "app.py": FASTAPI.format(before=before or "pass", context=context),
        "templates/index.html": f'{SCRIPTS}<body hx-ext="sse">{page}</body>',
    }
    if "macros.html" in page:
        files["templates/macros.html"] = MACROS
    if "part.html" in page:
        files["templates/part.html"] = DIV % "u"
    (one,) = joined(checked(tmp_path, files))
    assert one.rpartition(" -> ")[2] == route


def test_a_name_that_is_wrong_behind_a_macro(tmp_path: Path) -> None:
    files = {
        "app.py": FASTAPI.format(before="pass", context="{}"),
        "templates/index.html": SCRIPTS + IMPORT + "{{ board(url_for('tiks')) }}",
        "templates/macros.html": MACROS,
    }
    (one,) = said(checked(tmp_path, files), "sse_connect_url")
    assert one.endswith("the application has no route with the name `tiks`")


FLASK = """
from flask import Blueprint, Flask, Response, render_template
app = Flask(__name__)
bp = Blueprint("shop", __name__, url_prefix="/shop")
@bp.get("/live")
def live():
    def gen():
        while True:
            yield "event: tick\\ndata: x\\n\\n"
    return Response(gen(), mimetype="text/event-stream")
@bp.get("/")
def index():
    return render_template("index.html")
app.register_blueprint(bp)
"""


@pytest.mark.parametrize(("name", "route"), [("shop.live", "/shop/live"), (".live", "/shop/live")])
def test_names_of_flask(tmp_path: Path, name: str, route: str) -> None:
    page = SCRIPTS + DIV % f"url_for('{name}')"
    result = checked(tmp_path, {"app.py": FLASK, "templates/index.html": page})
    (one,) = joined(result)
    assert one.rpartition(" -> ")[2] == route
    assert said(result, "sse_connect_url") == []


SITE = {
    "config/settings.py": 'ROOT_URLCONF = "config.urls"\nINSTALLED_APPS = ["shop"]\n'
    'TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]\n',
    "config/urls.py": 'from django.urls import include, path\nurlpatterns = [path("shop/", include("shop.urls"))]\n',
    "shop/urls.py": """
        from django.urls import path
        from shop import views
        app_name = "shop"
        urlpatterns = [
            path("", views.index, name="index"),
            path("live/<int:pk>/", views.live, name="live"),
        ]
        """,
    "shop/views.py": """
        from django.http import StreamingHttpResponse
        from django.shortcuts import render
        from django.urls import reverse
        def live(request, pk):
            def gen():
                while True:
                    yield "event: tick\\ndata: x\\n\\n"
            return StreamingHttpResponse(gen(), content_type="text/event-stream")
        def index(request):
            return render(request, "shop/index.html", {
                "a": reverse("shop:live", args=[1]),
                "b": request.build_absolute_uri(reverse("shop:live", kwargs={"pk": 1})),
            })
        """,
}  # fmt: skip
DJANGO = [
    "{% url 'shop:live' 1 as u %}" + DIV % "u",
    "<div sse-connect=\"{% url 'shop:live' 1 %}\"></div>",
    DIV % "a",
    DIV % "b",
    "{% with u=a %}" + DIV % "u" + "{% endwith %}",
    "{% include 'shop/part.html' with u=a only %}",
    "{% url 'shop:live' 1 as u %}{% include 'shop/part.html' %}",
]


@pytest.mark.parametrize("page", DJANGO)
def test_names_of_django(tmp_path: Path, page: str) -> None:
    files = {**SITE, "shop/templates/shop/index.html": SCRIPTS + page}
    if "part.html" in page:
        files["shop/templates/shop/part.html"] = DIV % "u"
    (one,) = joined(checked(tmp_path, files))
    assert one.rpartition(" -> ")[2] == "/shop/live/<int:pk>/"
