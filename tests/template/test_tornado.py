"""Templates of Tornado: what its own compiler takes is read with the tree that it renders."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from sse_check.project.project import Project
from sse_check.project.settings import Settings
from tests.template.helpers import shape, template

LANGUAGE: Any = import_module("tornado.template")

WHOLE = """{% autoescape None %}{% whitespace all %}{% comment all words of the language %}
{% import datetime %}{% from math import floor %}{% set a = [1, 2] %}
<main>{% if a %}<p>{{ a[0] }}</p>{% elif not a %}<i></i>{% else %}<b></b>{% end %}
{% for one in a %}<u>{{ one }}</u>{% end %}{% while a %}<s>{{ a.pop() }}</s>{% end %}
{% try %}<q>{{ floor(1.5) }}</q>{% except %}<em></em>{% end %}
{% apply escape %}<a></a>{% end %}{% block body %}<dl></dl>{% end %}
{% raw "x" %}{# nothing #}</main><hr>
"""


def test_every_word_is_known() -> None:
    assert LANGUAGE.Template(WHOLE).generate()
    parsed = template(WHOLE)
    assert parsed.dialect.name == "tornado"
    assert parsed.errors == []
    assert shape(parsed) == "#root(main(p i b u s q em a dl) hr)"


def test_what_stands_in_python_is_not_seen() -> None:
    """A module may bring anything; that of a template is one more include."""
    text = '{% module Row(1) %}{% module Template("row.html", a=1) %}{% raw body %}'
    sites = [(site.kind, "row.html" in site.name) for site in template(text).sites]
    assert sites == [("include", False), ("include", True), ("include", False)]


def test_a_tag_ends_where_the_compiler_ends_it() -> None:
    text = """{% if 1 %}<p title="{{ {'a': 1}['a'] }}"></p>{% end %}"""
    assert LANGUAGE.Template(text).generate() == b'<p title="1"></p>'
    assert shape(template(text, "tornado")) == "#root(p)"


@pytest.mark.parametrize(
    ("python", "expected"),
    [
        ("import tornado.web\n", "tornado"),
        ("from tornado.web import Application\n", "tornado"),
        ("from chirp import App\n", "kida"),
        ("import tornado\nimport kida\n", "kida"),
        ("", "kida"),
    ],
)
def test_the_language_that_ends_its_blocks_by_end(
    tmp_path: Path, python: str, expected: str
) -> None:
    (tmp_path / "app.py").write_text(python, encoding="utf-8")
    (tmp_path / "a.html").write_text("{% if x %}<p></p>{% end %}", encoding="utf-8")
    project = Project.load(str(tmp_path), Settings(), shown_from=str(tmp_path))
    found = project.template("a.html")
    assert found is not None
    assert found.dialect.name == expected


def test_a_page_in_a_layout_is_what_is_rendered(tmp_path: Path) -> None:
    files = {
        "base.html": "<body>{% block body %}<p>-</p>{% end %}{% include 'row.html' %}</body>",
        "page.html": "{% extends 'base.html' %}{% block body %}<ul></ul>{% end %}",
        "row.html": "<hr>",
    }
    rendered = LANGUAGE.DictLoader(files).load("page.html").generate()
    assert rendered == b"<body><ul></ul><hr></body>"
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "app.py").write_text("import tornado\n", encoding="utf-8")
    project = Project.load(str(tmp_path), Settings(), shown_from=str(tmp_path))
    assert project.chain("page.html") == ["page.html", "base.html"]
    page = project.template("page.html")
    assert page is not None
    assert [block.name for block in page.blocks] == ["body"]
