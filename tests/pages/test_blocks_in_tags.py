"""Blocks inside start tags: each page has its own, and what cannot be told leaves the tag open."""

from pathlib import Path

import pytest

from sse_check.pages.engine import Engine
from sse_check.pages.marks import Mark
from tests.cli.helpers import sse_check
from tests.pages.test_bounds import loaded
from tests.pages.test_engine import asked, shapes
from tests.project.helpers import load, values, write

LAYOUT = (
    '<html><body><div {% block attrs %}{% endblock %}><b sse-swap="{% block event %}a{% endblock %}">'
    '</b></div><i id="x"></i></body></html>'
)
EXTENDS = '{% extends "base.html" %}'


def project_files() -> dict[str, str]:
    return {
        "t/base.html": LAYOUT,
        "t/kept.html": EXTENDS,
        "t/one.html": EXTENDS + "{% block event %}one{% endblock %}",
        "t/two.html": EXTENDS + "{% block event %}two{% endblock %}",
        "t/three.html": EXTENDS + '{% block attrs %}hx-target="#x"{% endblock %}',
    }


def test_pages_that_differ_in_nothing_else(tmp_path: Path) -> None:
    project = load(tmp_path, project_files())
    assert values(project, "t/base.html", "<b sse", "sse-swap") == ["a", "one", "two"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("t/one.html", EXTENDS + "{% block event %}other{% endblock %}"),
        ("t/one.html", EXTENDS + '{% block attrs %}hx-ext="sse"{% endblock %}'),
        ("t/three.html", EXTENDS),
        ("t/base.html", LAYOUT.replace("{% block attrs %}", '{% block attrs %}id="y"')),
        ("t/base.html", LAYOUT.replace("block event", "block named")),
    ],
)
def test_a_changed_block(path: str, text: str) -> None:
    project = loaded(project_files())
    engine = Engine(project)
    asked(project, engine)
    engine.changed(path, text.encode())
    fresh = loaded({**project_files(), path: text})
    assert shapes(asked(project, engine)) == shapes(asked(fresh, Engine(fresh)))


@pytest.mark.parametrize(
    ("tag", "page"),
    [
        # The value ends in the page's block, and something begins.
        ('<p hx-vals="{% block a %}{% endblock %}" sse-swap="s">', 'x" hx-ext="sse'),
        ("<p hx-vals={% block a %}y{% endblock %} sse-swap=s>", "x hx-ext=sse"),
        ("<p hx-vals={% block a %}{% endblock %} sse-swap=s>", "x"),
        # The value goes on behind the block, or the tag ends in it.
        ('<p {% block a %}{% endblock %} sse-swap="s">', 'hx-ext="sse'),
        ("<p {% block a %}{% endblock %} sse-swap=s>", "hx-ext="),
        ('<p {% block a %}{% endblock %} sse-swap="s">', 'hx-ext="sse"><i'),
        # Parts of names.
        ('<p {% block a %}hx{% endblock %}-target="this" sse-swap="s">', "x"),
        ('<p hx-{% block a %}ext{% endblock %}="sse" sse-swap="s">', "x"),
        # What only Python knows, and what is above nothing.
        ('<p {% block a %}{% endblock %} sse-swap="s">', "{{ more }}"),
        ('<p {% block a %}{{ super() }}{% endblock %} sse-swap="s">', "{{ super() }}"),
    ],
)
def test_what_cannot_be_told(tmp_path: Path, tag: str, page: str) -> None:
    files = {
        "t/base.html": f"<html><body>{tag}</body></html>",
        "t/page.html": f"{EXTENDS}{{% block a %}}{page}{{% endblock %}}",
    }
    (shown,) = Engine(load(tmp_path, files)).pages_showing(("t/base.html",))
    marks = [n.mark for n in shown.variants[0].root.subtree() if isinstance(n.mark, Mark)]
    (mark,) = (mark for mark in marks if "sse-swap" in mark.attributes)
    assert mark.tag.may_gain("hx-ext")


def test_of_two_attributes_with_one_name_the_first_counts(tmp_path: Path) -> None:
    """Wherever they stand: a macro, a block, the tag."""
    macro = '{% macro m() %}sse-swap="macro"{% endmacro %}'
    files = {
        "t/base.html": macro
        + '<html><body><b {% block a %}{% endblock %} sse-swap="tag"></b>'
        + '<i {{ m() }} sse-swap="tag"></i><u sse-swap="tag" {{ m() }}></u></body></html>',
        "t/page.html": EXTENDS + '{% block a %}sse-swap="block"{% endblock %}',
    }
    project = load(tmp_path, files)
    assert values(project, "t/base.html", "<b {", "sse-swap") == ["block"]
    assert values(project, "t/base.html", "<i", "sse-swap") == ["macro"]
    assert values(project, "t/base.html", "<u", "sse-swap") == ["tag"]


def test_the_tree_has_elements_that_speak_in_a_block_alone(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"base.html": '<html><body {% block a %}hx-ext="sse"{% endblock %}></body></html>'},
    )
    assert sse_check(tmp_path, "tree", "base.html").out.splitlines() == [
        "base.html (jinja)",
        '1:7 <body {% block a %}hx-ext="sse"{% endblock %}>',
        "    in html < top of the page",
    ]


def test_the_map_names_the_block_of_the_page(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "base.html": '<html><body><b hx-ext="sse" sse-connect="{% block url %}/a{% endblock %}"'
            ' sse-swap="s"></b></body></html>',
            "page.html": EXTENDS + "\n{% block url %}{{ super() }}{% endblock %}",
            "other.html": EXTENDS + "\n{% block url %}/b{% endblock %}",
        },
    )
    lines = sse_check(tmp_path, "map").out.splitlines()
    assert [line.split() for line in lines if "─ /" in line] == [
        ["└─", "/b", "other.html:2"],
        ["└─", "/a", "base.html:1"],
    ]
