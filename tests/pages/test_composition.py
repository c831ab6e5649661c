"""Pages put together top down: they agree with the ways that are found bottom up."""

from pathlib import Path

import pytest

from sse_check.pages.engine import Engine, LivePage
from sse_check.pages.marks import HOLE, OUT_OF_SIGHT
from sse_check.pages.node import Node
from sse_check.project.project import Project
from tests.project.helpers import load


def pages(project: Project) -> list[LivePage]:
    return Engine(project, everything=True).pages_showing(tuple(project.files.found.templates))


def outline(node: Node) -> str:
    """A tree in one line: `html(body(div#a))`."""
    ident = node.attributes.get("id", "")
    name = node.name + (f"#{ident}" if ident else "")
    inner = " ".join(outline(child) for child in node.elements)
    return f"{name}({inner})" if inner else name


def trees(folder: Path, files: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for page in pages(load(folder, files)):
        found.setdefault(page.path, []).extend(outline(v.root) for v in page.variants)
    return found


BASE = "<!doctype html><html><head></head><body>{% block a %}<i id=d></i>{% endblock %}<b></b></body></html>"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"t/base.html": BASE, "t/p.html": '{% extends "base.html" %}{% block a %}<p></p>{% endblock %}'},
            {"t/p.html": ["html(head body(p b))"]},
        ),
        (
            {"t/base.html": BASE, "t/p.html": '{% extends "base.html" %}{% block a %}<p>{{ super() }}</p>{% endblock %}'},
            {"t/p.html": ["html(head body(p(i#d) b))"]},
        ),
        (
            {"t/base.html": BASE, "t/p.html": '{% extends "base.html" %}{% block z %}<p></p>{% endblock %}'},
            {"t/p.html": ["html(head body(i#d b))"]},
        ),
        (
            {
                "t/base.html": BASE,
                "t/mid.html": '{% extends "base.html" %}{% block a %}<u>{% block c %}{% endblock %}</u>{{ super() }}{% endblock %}',
                "t/p.html": '{% extends "mid.html" %}{% block c %}<p></p>{% endblock %}',
            },
            {"t/p.html": ["html(head body(u(p) i#d b))"]},
        ),
        (
            {"t/p.html": '<body>{% include "q.html" %}<b></b></body>', "t/q.html": "<i></i>"},
            {"t/p.html": ["html(head body(i b))"]},
        ),
        (
            {"t/p.html": '{% from "m.html" import m %}<body>{% call m() %}<i></i>{% endcall %}</body>', "t/m.html": "{% macro m() %}<p>{{ caller() }}</p>{% endmacro %}"},
            {"t/p.html": ["html(head body(p(i)))"]},
        ),
        (
            {"t/p.html": "<body>{% set x %}<i></i>{% endset %}<p>{{ x }}</p></body>"},
            {"t/p.html": ["html(head body(p(i)))"]},
        ),
        (
            {"t/p.html": "<body>{% if a %}<div sse-connect=/x>{% endif %}<p sse-swap=a></p>{% if a %}</div>{% endif %}</body>"},
            {"t/p.html": ["html(head body(div(p)))", "html(head body(p))"]},
        ),
        (
            {"t/p.html": "<body>{% if a %}<i hx-get=/x></i>{% elif b %}<b hx-get=/x></b>{% else %}<u sse-swap=x></u>{% endif %}</body>"},
            {"t/p.html": ["html(head body(i))", "html(head body(u))", "html(head body(b))"]},
        ),
        (
            {"t/p.html": "<body>{% for x in xs %}<li hx-get=/x>{% endfor %}</body>"},
            {"t/p.html": ["html(head body(li))"]},
        ),
        ({"t/q.html": "<p sse-swap=a></p>"}, {"t/q.html": [f"html(body({OUT_OF_SIGHT}(p)))"]}),
        (
            {"pages/_layout.html": "<html><body><main>{% block content %}{% endblock %}</main></body></html>", "pages/x/page.html": "<p></p>"},
            {"pages/x/page.html": ["html(head body(main(p)))"], "pages/_layout.html": ["html(head body(main))"]},
        ),
        ({"t/p.html": "<body>{{ a }}<table><div sse-swap=x></div><tr></tr></table></body>"}, {"t/p.html": ["html(head body(div table(tbody(tr))))"]}),
    ],
)  # fmt: skip
def test_tree(tmp_path: Path, files: dict[str, str], expected: dict[str, list[str]]) -> None:
    assert trees(tmp_path, files) == expected


def test_attributes_are_those_of_the_rendering(tmp_path: Path) -> None:
    files = {
        "t/m.html": '{% macro live(url, name="a") %}sse-connect="{{ url }}" sse-swap="{{ name }}-{{ x }}"{% endmacro %}',
        "t/p.html": '{% from "m.html" import live %}<body><p {{ live("/e") }} class="{% if a %}b{% endif %}"></p></body>',
    }
    page = next(page for page in pages(load(tmp_path, files)) if page.path == "t/p.html")
    paragraph = next(node for node in page.variants[0].root.subtree() if node.name == "p")
    assert paragraph.attributes["sse-connect"] == "/e"
    assert paragraph.attributes["sse-swap"] == f"a-{HOLE}"
    assert paragraph.attributes["class"] == "b"


def test_an_included_file_twice_gives_elements_of_their_own(tmp_path: Path) -> None:
    files = {
        "t/p.html": '<body>{% include "q.html" %}{% include "q.html" %}</body>',
        "t/q.html": "<i></i>",
    }
    assert trees(tmp_path, files)["t/p.html"] == ["html(head body(i i))"]


def test_parts_of_django_templates(tmp_path: Path) -> None:
    """As Django 6 renders them: `inline` shows a part where it stands as well."""
    part = "{% partialdef row inline %}<i id=r></i>{% endpartialdef row %}"
    files = {
        "t/p.html": f"{{% load i18n %}}<html><body>{part}<b>{{% partial row %}}</b></body></html>",
        "t/q.html": '{% load i18n %}<html><body><u>{% include "p.html#row" %}</u></body></html>',
    }
    assert trees(tmp_path, files) == {
        "t/p.html": ["html(head body(i#r b(i#r)))"],
        "t/q.html": ["html(head body(u(i#r)))"],
    }


@pytest.mark.parametrize(
    "layout",
    [
        '"part.html" if request.htmx else "base.html"',
        'request.htmx|yesno:"part.html,base.html"',
        "base_template",
    ],
)
def test_of_two_layouts_the_whole_page_counts(layout: str, tmp_path: Path) -> None:
    """The other one is for requests of htmx, whose answer is put into such a page."""
    files = {
        "t/base.html": BASE,
        "t/part.html": "{% block a %}{% endblock %}",
        "t/p.html": f"{{% extends {layout} %}}{{% block a %}}<u id=u></u>{{% endblock %}}",
        "views.py": 'chosen = "part.html" if htmx else "base.html"\n'
        'render(request, "p.html", {"base_template": chosen, "other": "x.html"})\n',
    }
    assert trees(tmp_path, files)["t/p.html"] == ["html(head body(u#u b))"]


def test_a_function_that_renders_a_part(tmp_path: Path) -> None:
    page = "<html><body>{{ render_partial('parts/row.html', name='r') }}</body></html>"
    files = {"t/p.html": page, "t/parts/row.html": "<i id={{ name }}></i>"}
    assert trees(tmp_path, files) == {"t/p.html": ["html(head body(i#r))"]}


def test_cycles_end(tmp_path: Path) -> None:
    files = {
        "t/p.html": '<body>{% include "q.html" %}</body>',
        "t/q.html": '<i></i>{% include "q.html" %}{% include "p.html" %}',
        "t/x.html": '{% extends "y.html" %}{% block a %}<p></p>{% endblock %}',
        "t/y.html": '{% extends "x.html" %}{% block a %}<p></p>{% endblock %}',
    }
    assert trees(tmp_path, files)["t/p.html"] == ["html(head body(i))"]
