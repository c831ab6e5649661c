"""Templates that are used as tags: what the engine makes of them is what their libraries render."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jinjax import Catalog

from sse_check.htmx import markup
from sse_check.pages.decisions import Decisions
from sse_check.pages.engine import Engine
from tests.pages.test_jinja import body_of, shape
from tests.project.helpers import load, write

COTTON = {
    "live": '<section><header>{{ head }}</header><div sse-connect="{{ url }}">{{ slot }}</div></section>',
    "row": '<p sse-swap="{{ name }}">-</p>',
    "card_box": '<c-vars kind="x" /><article id="{{ kind }}">{{ slot }}</article>',
    "ui/pill": '<c-row name="{{ name }}" /><i id="pill">{{ slot }}</i>',
    "box": '<c-vars title="" src="" :n="1" /><section {{ attrs }} sse-connect="{{ src }}">{{ slot }}</section>',
    "wrap": '<div id="own" {{ attrs }}><b>{{ name }}</b></div>',
    "panel/index": '<aside>{% if wide %}<b id="wide"></b>{% endif %}{{ slot }}</aside>',
}
JINJAX = {
    "Live": '{#def url #}<section><div sse-connect="{{ url }}">{{ content }}</div></section>',
    "Row": '{#def name #}<p sse-swap="{{ name }}">-</p>',
    "Button": '{#def kind="x", wide=False #}<button id="{{ kind }}">{{ content }}</button>',
    "ui/Pill": '{#def name #}<Row name={{ name }} /><i id="pill">{{ content }}</i>',
}


ON_COTTON = (
    '<c-live url="/e"><b sse-swap="a"></b></c-live>',
    '<c-live url="/e"><c-slot name="head"><u sse-swap="h"></u></c-slot>x<b sse-swap="a"></b></c-live>',
    '<c-live url="/e"><c-row name="a" /><c-row name="b"></c-row></c-live><i sse-swap="z"></i>',
    '<c-card-box><c-card-box><c-row name="n" /></c-card-box></c-card-box>',
    '<c-ui.pill name="a"><b sse-swap="a"></b></c-ui.pill>',
    '<c-panel wide="yes"><b sse-swap="a"></b></c-panel><c-panel><b sse-swap="c"></b></c-panel>',
    '<ul>{% for x in one %}<li><c-row name="a" /></li>{% endfor %}</ul>',
    '<div>{% if a %}<c-live url="/a"><c-row name="a" /></c-live>{% else %}<c-row name="b" />{% endif %}</div>',
    '<c-live url="/e"><b sse-swap="a"></c-live><i sse-swap="b"></i>',
    '<c-live url="/e"><c-live url="/f"><b sse-swap="a"></b></c-live></c-live>',
    '<table><tr><td><c-row name="a" /></td></tr></table>',
    '<c-box title="t" src="/e" hx-ext="sse" sse-close="done"><c-row name="a" /></c-box><c-box src="/f"></c-box>',
    '<c-wrap name="n" sse-swap="a" /><c-wrap id="two" sse-swap="b" />',
    '<c-box :n="2" src="/e"><c-wrap sse-swap="a" is="x" /></c-box>',
    '<c-wrap sse-swap="c" />{% if a %}<c-wrap hx-swap="none" />{% endif %}',
    "<c-live :url=\"'/e'\"><c-row :name=\"'q'\" /></c-live>",
)
PROGRAM = """
import json, sys
from django.conf import settings
folder, *names = sys.argv[1:]
settings.configure(
    INSTALLED_APPS=["django_cotton.apps.SimpleAppConfig"],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("django_cotton.cotton_loader.Loader", [folder])],
            "builtins": ["django_cotton.templatetags.cotton"],
            "libraries": {"i18n": "django.templatetags.i18n"},
        },
    }],
)
import django
django.setup()
from django.template.loader import render_to_string
print(json.dumps([render_to_string(name, {"a": True, "one": [1]}) for name in names]))
"""


def page_of(text: str) -> str:
    return f"{{% load i18n %}}<html><body>{text}</body></html>"


@pytest.fixture(scope="module")
def by_cotton(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What django-cotton renders; it needs a process with settings of its own."""
    folder = tmp_path_factory.mktemp("cotton")
    pages = {f"page{number}.html": page_of(text) for number, text in enumerate(ON_COTTON)}
    write(folder, {**cotton_files(""), **pages})
    command = [sys.executable, "-c", PROGRAM, str(folder), *pages]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert not done.returncode, done.stderr
    found: list[str] = json.loads(done.stdout)
    return found


def cotton_files(folder: str) -> dict[str, str]:
    return {f"{folder}cotton/{name}.html": content for name, content in COTTON.items()}


@pytest.mark.parametrize("number", range(len(ON_COTTON)))
def test_cotton(number: int, by_cotton: list[str], tmp_path: Path) -> None:
    files = {**cotton_files("t/"), "t/page.html": page_of(ON_COTTON[number])}
    assert made(tmp_path, files) == shape(body_of(markup.page(by_cotton[number])))


@pytest.mark.parametrize(
    "text",
    [
        '<Live url="/e"><b sse-swap="a"></b></Live>',
        '<Live url="/e"><Row name="a" /><Row name="b"></Row></Live><i sse-swap="z"></i>',
        '<Button kind="y">x</Button><Button>x</Button><button>plain</button>',
        '<ui.Pill name="a"><b sse-swap="a"></b></ui.Pill>',
        '<ul>{% for x in (1,) %}<li><Row name="a" /></li>{% endfor %}</ul>',
        '<div>{% if a %}<Live url="/a"><Row name="a" /></Live>{% else %}<Row name="b" />{% endif %}</div>',
        '<Live url="/e"><Live url="/f"><b sse-swap="a"></b></Live></Live>',
        # An element of the page's own, where cotton is not at work.
        '<c-slot name="x"><b sse-swap="a"></b></c-slot>',
        "<Live url={{ '/e' }}><Row name=\"q\" /></Live>",
    ],
)
def test_jinjax(text: str, tmp_path: Path) -> None:
    page = f"{{#def a=True #}}<html><body>{text}</body></html>"
    files = {f"templates/{name}.jinja": part for name, part in {**JINJAX, "Page": page}.items()}
    expected = rendered_by_jinjax(tmp_path / "theirs", files)
    assert made(tmp_path / "ours", files, "templates/Page.jinja") == expected


def rendered_by_jinjax(folder: Path, files: dict[str, str]) -> object:
    load(folder, files)
    catalog = Catalog()
    catalog.add_folder(folder / "templates")
    return shape(body_of(markup.page(str(catalog.render("Page")))))


def made(folder: Path, files: dict[str, str], page: str = "t/page.html") -> object:
    engine = Engine(load(folder, files), everything=True)
    return shape(body_of(engine.render(page, Decisions({"a": True, "wide": False}))))
