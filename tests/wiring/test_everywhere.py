"""Names that every template of an application knows without being given them."""

from pathlib import Path

import pytest

from sse_check.findings.result import Result
from tests.wiring.joined import SCRIPTS, checked, joined

PAGE = (
    f"<!doctype html><html><head>{SCRIPTS}</head><body hx-ext='sse'>"
    '<p sse-connect="{{ stream_url }}" sse-swap="a">-</p></body></html>'
)
FLASK = """
from flask import Flask, Response, render_template, url_for
app = Flask(__name__)

@app.get("/")
def index():
    return render_template("index.html")

@app.get("/news")
def news():
    def gen():
        while True:
            yield "event: a\\ndata: 1\\n\\n"
    return Response(gen(), mimetype="text/event-stream")
"""
STARLETTE = """
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route
from starlette.templating import Jinja2Templates

def given(request):
    return {"stream_url": "/news"}

templates = Jinja2Templates("templates", context_processors=[given])

async def index(request):
    return templates.TemplateResponse(request, "index.html")

async def gen():
    while True:
        yield "event: a\\ndata: 1\\n\\n"

async def news(request):
    return StreamingResponse(gen(), media_type="text/event-stream")

app = Starlette(routes=[Route("/", index), Route("/news", news)])
"""
DJANGO = {
    "site/settings.py": """
ROOT_URLCONF = "site.urls"
INSTALLED_APPS = ["site"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": ["templates"],
    "OPTIONS": {"context_processors": ["site.context.streams"]}}]
""",
    "site/context.py": """
def streams(request):
    return {"stream_url": "/news/"}
""",
    "site/urls.py": """
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.urls import path

def index(request):
    return render(request, "index.html")

async def gen():
    while True:
        yield "event: a\\ndata: 1\\n\\n"

async def news(request):
    return StreamingHttpResponse(gen(), content_type="text/event-stream")

urlpatterns = [path("", index), path("news/", news)]
""",
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n",
}


def leads(result: Result) -> list[str]:
    return [one.rpartition(" -> ")[2] for one in joined(result)]


@pytest.mark.parametrize(
    "more",
    [
        '@app.context_processor\ndef given():\n    return {"stream_url": url_for("news")}\n',
        '@app.context_processor\ndef given():\n    return dict(stream_url="/news")\n',
        'app.jinja_env.globals["stream_url"] = "/news"\n',
        'app.jinja_env.globals.update(stream_url="/news")\n',
        'app.jinja_env.globals.update({"stream_url": "/news"})\n',
    ],
)
def test_flask(tmp_path: Path, more: str) -> None:
    found = checked(tmp_path, {"app.py": FLASK + more, "templates/index.html": PAGE})
    assert leads(found) == ["/news"]


def test_what_a_view_gives_goes_first(tmp_path: Path) -> None:
    text = FLASK.replace('"index.html")', '"index.html", stream_url="/other")')
    text += 'app.jinja_env.globals["stream_url"] = "/news"\n'
    found = checked(tmp_path, {"app.py": text, "templates/index.html": PAGE})
    assert leads(found) == ["no-route"]


def test_starlette(tmp_path: Path) -> None:
    found = checked(tmp_path, {"app.py": STARLETTE, "templates/index.html": PAGE})
    assert leads(found) == ["/news"]


def test_django(tmp_path: Path) -> None:
    found = checked(tmp_path, {**DJANGO, "templates/index.html": PAGE})
    assert leads(found) == ["/news/"]


def test_two_of_them_are_not_told(tmp_path: Path) -> None:
    more = (
        'app.jinja_env.globals["stream_url"] = "/news"\n'
        'app.jinja_env.globals["stream_url"] = "/other"\n'
    )
    found = checked(tmp_path, {"app.py": FLASK + more, "templates/index.html": PAGE})
    assert leads(found) == ["dynamic"]
