"""Which template a route renders, with which context, and where templates are."""

from pathlib import Path

import pytest

from sse_check.apps.model import App, Render
from tests.apps.repository import app

JINJA = (
    "from fastapi import FastAPI, Request\nfrom fastapi.templating import Jinja2Templates\n"
    'app = FastAPI()\ntemplates = Jinja2Templates(directory="templates")\n'
)


def only(found: App) -> Render:
    (render,) = found.renders
    return render


def names(render: Render) -> list[str]:
    return [str(name) for name in render.names]


@pytest.mark.parametrize(
    "call",
    [
        'templates.TemplateResponse(request, "x.html", {"url": "/s"})',
        'templates.TemplateResponse("x.html", {"request": request, "url": "/s"})',
        'templates.TemplateResponse(request=request, name="x.html", context=dict(url="/s"))',
        'templates.get_template("x.html").render(url="/s")',
    ],
)
def test_both_orders_and_keywords(tmp_path: Path, call: str) -> None:
    text = JINJA + f'@app.get("/a")\ndef a(request: Request):\n    return {call}\n'
    found = app(tmp_path, {"main.py": text, "templates/x.html": ""})
    render = only(found)
    assert names(render) == ["x.html"]
    assert [str(one) for one in render.given.context["url"]] == ["/s"]
    assert render.given.complete
    assert found.renders_of(found.routes[0]) == (render,)
    assert found.folders.paths == ("templates",)


@pytest.mark.parametrize("given", ['"x.html", name="Ida"', '"x.html", template="Ida"'])
def test_a_keyword_beside_the_name_is_for_the_template(tmp_path: Path, given: str) -> None:
    text = (
        "from flask import Flask, render_template\napp = Flask(__name__)\n"
        f'@app.get("/a")\ndef a():\n    return render_template({given})\n'
    )
    render = only(app(tmp_path, {"main.py": text, "templates/x.html": ""}))
    assert names(render) == ["x.html"]
    assert {str(one) for some in render.given.context.values() for one in some} == {"Ida"}


def test_a_helper_is_followed_to_its_callers(tmp_path: Path) -> None:
    text = (
        JINJA
        + "def page(request, name, **more):\n"
        + "    return templates.TemplateResponse(request, name, more)\n"
        + '@app.get("/a")\ndef a(request: Request):\n    return page(request, "a.html")\n'
        + '@app.get("/b")\ndef b(request: Request):\n    return page(request, "b.html")\n'
    )
    found = app(tmp_path, {"main.py": text})
    by_path = {r.path: [names(one) for one in found.renders_of(r)] for r in found.routes}
    assert by_path == {"/a": [["a.html"]], "/b": [["b.html"]]}


def test_a_helper_may_be_given_different_things(tmp_path: Path) -> None:
    text = (
        JINJA
        + "def page(request, url):\n"
        + '    return templates.TemplateResponse(request, "x.html", {"url": url})\n'
        + '@app.get("/a")\ndef a(request: Request):\n    return page(request, "/s")\n'
        + '@app.get("/b")\ndef b(request: Request):\n    return page(request, "/t")\n'
    )
    render = only(app(tmp_path, {"main.py": text, "templates/x.html": ""}))
    given = [one.given.context["url"] for one in (render, *render.alike)]
    assert [[str(url) for url in urls] for urls in given] == [["/s"], ["/t"]]


def test_an_address_in_a_context_is_the_route(tmp_path: Path) -> None:
    text = (
        "from flask import Flask, render_template, url_for\napp = Flask(__name__)\n"
        '@app.get("/s/<int:x>")\ndef stream(x): ...\n'
        '@app.get("/a")\ndef a():\n    return render_template("x.html", u=url_for("stream", x=1))\n'
    )
    render = only(app(tmp_path, {"main.py": text, "templates/x.html": ""}))
    assert [str(one) for one in render.given.context["u"]] == ["/s/*"]


def test_blocks_and_fragments(tmp_path: Path) -> None:
    text = (
        "from chirp import App, Fragment\napp = App()\n"
        '@app.route("/a")\ndef a():\n    return Fragment("x.html", "rows", target="t", n=1)\n'
    )
    render = only(app(tmp_path, {"app.py": text, "templates/x.html": ""}))
    assert (names(render), [str(b) for b in render.block]) == (["x.html"], ["rows"])
    assert set(render.given.context) == {"n"}


def test_django_views(tmp_path: Path) -> None:
    views = (
        "from django.shortcuts import render\nfrom django.views.generic import ListView, TemplateView\n"
        "from .models import Item\n"
        'def a(request):\n    return render(request, "a.html", {"x": "1"})\n'
        'class B(TemplateView):\n    template_name = "b.html"\n'
        "class C(ListView):\n    model = Item\n"
    )
    urls = (
        "from django.urls import path\nfrom django.views.generic import TemplateView\n"
        "from shop import views\nurlpatterns = [path('a', views.a), path('b', views.B.as_view()),\n"
        "path('c', views.C.as_view()), path('d', TemplateView.as_view(template_name='d.html'))]\n"
    )
    files = {
        "settings.py": 'ROOT_URLCONF = "urls"\nINSTALLED_APPS = ["shop"]\n',
        "urls.py": urls,
        "shop/views.py": views,
        "shop/models.py": "class Item: ...\n",
        "shop/templates/a.html": "",
    }
    found = app(tmp_path, files)
    by_path = {r.path: [n for one in found.renders_of(r) for n in names(one)] for r in found.routes}
    assert by_path == {
        "/a": ["a.html"],
        "/b": ["b.html"],
        "/c": ["shop/item_list.html"],
        "/d": ["d.html"],
    }
    assert found.folders.paths == ("shop/templates",)


def test_templates_in_strings_are_told_of(tmp_path: Path) -> None:
    text = (
        "from flask import Flask, render_template_string\napp = Flask(__name__)\n"
        '@app.get("/a")\ndef a():\n    return render_template_string("<p>")\n'
    )
    found = app(tmp_path, {"main.py": text})
    assert found.renders == []
    assert len(found.inline) == 1


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('Path(__file__).parent / "pages"', "app/pages"),
        ('Path(__file__).resolve().parents[1] / "shared" / "html"', "shared/html"),
        ('os.path.join(os.path.dirname(__file__), "pages")', "app/pages"),
        ('BASE / "pages"', "app/pages"),
        ('"pages"', "app/pages"),
        ('"shared/html"', "shared/html"),
    ],
)
def test_folders_as_they_are_written(tmp_path: Path, written: str, expected: str) -> None:
    text = (
        "import os\nfrom pathlib import Path\nfrom fastapi import FastAPI\n"
        "from fastapi.templating import Jinja2Templates\nBASE = Path(__file__).parent\n"
        f"app = FastAPI()\ntemplates = Jinja2Templates(directory={written})\n"
    )
    files = {"app/main.py": text, "app/pages/x.html": "", "shared/html/x.html": ""}
    assert app(tmp_path, files).folders.paths == (expected,)


def test_a_folder_that_cannot_be_told_is_said(tmp_path: Path) -> None:
    text = JINJA.replace('"templates"', 'os.environ["T"]').replace(
        "from fastapi import", "import os\nfrom fastapi import", 1
    )
    found = app(tmp_path, {"main.py": text, "templates/x.html": ""})
    assert not found.folders.known


@pytest.mark.parametrize(
    "decorator",
    [
        '@app.route("/robots.txt")',
        '@app.route("/feeds/<name>.xml", endpoint="feed.xml")',
        '@app.get("/sitemap", name="sitemap.xml")',
    ],
)
def test_an_address_that_ends_as_a_file_is_no_template(tmp_path: Path, decorator: str) -> None:
    text = (
        "from flask import Flask, Response, render_template\napp = Flask(__name__)\n"
        f'{decorator}\ndef a(name=""):\n    return Response("x")\n'
        '@app.get("/b")\ndef b():\n    return render_template("b.html")\n'
    )
    assert names(only(app(tmp_path, {"main.py": text, "templates/b.html": ""}))) == ["b.html"]
