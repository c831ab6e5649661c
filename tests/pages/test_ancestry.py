"""Ways across files: layouts, includes, macros, calls, captures, folders."""

from pathlib import Path

import pytest

from sse_check.pages import ancestry
from sse_check.pages.engine import Engine
from tests.project.helpers import chains, found, lines, load, run, values

BASE = "<html><body id=b>{% block body %}<main id=m>{% block content %}<i id=d></i>{% endblock %}</main>{% endblock %}</body></html>"


def test_a_page_stands_in_its_layout(tmp_path: Path) -> None:
    project = load(
        tmp_path,
        {
            "templates/base.html": BASE,
            "templates/page.html": '{% extends "base.html" %}{% block content %}<p id=k>{% endblock %}',
        },
    )
    assert chains(project, "templates/page.html", "id=k") == ["p#k < main#m < body#b < html"]
    # The page replaces the default content, so nobody ever sees that.
    assert chains(project, "templates/base.html", "id=d") == []


def test_super_shows_what_a_block_replaces(tmp_path: Path) -> None:
    project = load(
        tmp_path,
        {
            "templates/base.html": BASE,
            "templates/page.html": '{% extends "base.html" %}{% block content %}<div id=w>{{ super() }}</div>{% endblock %}',
        },
    )
    assert chains(project, "templates/base.html", "id=d") == [
        "i#d < div#w < main#m < body#b < html"
    ]


def test_djangos_block_super(tmp_path: Path) -> None:
    project = load(
        tmp_path,
        {
            "templates/base.html": BASE,
            "templates/page.html": '{% extends "base.html" %}{% load x %}{% block content %}<div id=w>{{ block.super }}</div>{% endblock %}',
        },
    )
    assert chains(project, "templates/base.html", "id=d") == [
        "i#d < div#w < main#m < body#b < html"
    ]


def test_a_block_overridden_through_three_levels(tmp_path: Path) -> None:
    project = load(
        tmp_path,
        {
            "templates/base.html": BASE,
            "templates/mid.html": '{% extends "base.html" %}{% block content %}<section id=s>{% block inner %}<u id=u></u>{% endblock %}</section>{% endblock %}',
            "templates/page.html": '{% extends "mid.html" %}{% block inner %}<p id=k>{{ super() }}</p>{% endblock %}',
            "templates/other.html": '{% extends "mid.html" %}{% block content %}<p id=o></p>{% endblock %}',
        },
    )
    above = "section#s < main#m < body#b < html"
    assert chains(project, "templates/page.html", "id=k") == [f"p#k < {above}"]
    assert chains(project, "templates/mid.html", "id=u") == [f"u#u < p#k < {above}"]
    assert chains(project, "templates/mid.html", "id=s") == [above]
    assert chains(project, "templates/other.html", "id=o") == ["p#o < main#m < body#b < html"]


def test_content_outside_blocks_of_a_child_is_never_rendered(tmp_path: Path) -> None:
    project = load(
        tmp_path,
        {"templates/base.html": BASE, "templates/p.html": '{% extends "base.html" %}<p id=k>'},
    )
    assert chains(project, "templates/p.html", "id=k") == []


def test_a_block_that_no_layout_has_is_never_rendered(tmp_path: Path) -> None:
    project = load(
        tmp_path,
        {
            "templates/base.html": BASE,
            "templates/p.html": '{% extends "base.html" %}{% block nope %}<p id=k>{% endblock %}',
        },
    )
    assert chains(project, "templates/p.html", "id=k") == []


def test_an_unknown_layout_leaves_the_way_open(tmp_path: Path) -> None:
    for number, layout in enumerate(("layout_var", '"missing.html"')):
        project = load(
            tmp_path / str(number),
            {
                "templates/p.html": f"{{% extends {layout} %}}{{% block a %}}<p id=k>{{% endblock %}}"
            },
        )
        assert chains(project, "templates/p.html", "id=k") == ["p#k ?"]


def test_includes_lead_to_every_includer(tmp_path: Path) -> None:
    project = load(
        tmp_path,
        {
            "templates/a.html": '<html><div id=a>{% include "part.html" %}</div>',
            "templates/b.html": '<html><div id=b>{% include ["nope.html", "part.html"] ignore missing %}</div>',
            "templates/part.html": "<p id=k>",
        },
    )
    assert chains(project, "templates/part.html", "id=k") == [
        "p#k < div#a < html",
        "p#k < div#b < html",
    ]


def test_a_partial_that_nobody_includes_is_open(tmp_path: Path) -> None:
    project = load(tmp_path, {"templates/part.html": "<div id=w><p id=k></div>"})
    assert chains(project, "templates/part.html", "id=k") == ["p#k < div#w ?"]


def test_cycles_end(tmp_path: Path) -> None:
    project = load(
        tmp_path,
        {
            "templates/self.html": '<p id=k></p>{% include "self.html" %}',
            "templates/a.html": '<p id=a></p>{% include "b.html" %}',
            "templates/b.html": '{% include "a.html" %}',
            "templates/x.html": '{% extends "y.html" %}{% block q %}<p id=x>{% endblock %}',
            "templates/y.html": '{% extends "x.html" %}{% block q %}<p id=y>{% endblock %}',
            "templates/page.html": '<html><div id=d>{% include "self.html" %}</div>',
        },
    )
    assert chains(project, "templates/self.html", "id=k")[-1] == "p#k < div#d < html"
    assert all(len(chains(project, f"templates/{n}.html", f"id={n}")) < 9 for n in "axy")


def test_a_macro_stands_where_it_is_called(tmp_path: Path) -> None:
    project = load(
        tmp_path,
        {
            "templates/ui.html": '{% macro dot(event, kind="k") %}<p id=k sse-swap="{{ kind }}-{{ event }}">{% endmacro %}',
            "templates/a.html": '<html>{% from "ui.html" import dot as d %}<div id=a>{{ d("x") }}</div>',
            "templates/b.html": '<html>{% import "ui.html" as ui %}<div id=b>{{ ui.dot(event="y", kind="z") }}</div>',
        },
    )
    assert chains(project, "templates/ui.html", "id=k") == [
        "p#k < div#a < html",
        "p#k < div#b < html",
    ]
    assert values(project, "templates/ui.html", "id=k", "sse-swap") == ["k-x", "z-y"]


def test_a_macro_that_puts_attributes_into_a_tag(tmp_path: Path) -> None:
    project = load(
        tmp_path,
        {
            "templates/m.html": '{% macro sse_scope(url, swap="message") %}hx-ext="sse" sse-connect="{{ url }}" sse-swap="{{ swap }}"{% endmacro %}',
            "templates/a.html": '<html>{% from "m.html" import sse_scope %}<div id=k {{ sse_scope("/events", swap="status") }}></div>',
        },
    )
    assert values(project, "templates/a.html", "id=k", "sse-connect") == ["/events"]
    assert values(project, "templates/a.html", "id=k", "sse-swap") == ["status"]


def test_a_call_body_stands_where_the_macro_calls_it(tmp_path: Path) -> None:
    project = load(
        tmp_path,
        {
            "templates/m.html": "{% macro card() %}<div id=c>{{ caller() }}</div>{% endmacro %}",
            "templates/a.html": '<html>{% from "m.html" import card %}<main id=m>{% call card() %}<p id=k>{% endcall %}</main>',
            "templates/b.html": "<html>{% call unknown() %}<p id=u>{% endcall %}",
        },
    )
    assert chains(project, "templates/a.html", "id=k") == ["p#k < div#c < main#m < html"]
    assert chains(project, "templates/b.html", "id=u") == ["p#u < ? < html"]


def test_kida_def_slot_and_call(tmp_path: Path) -> None:
    project = load(
        tmp_path,
        {
            "templates/m.kida": "{% def card(title) %}<div id=c>{% slot %}<footer id=f>{% slot foot %}</footer></div>{% end %}",
            "templates/a.kida": '<html>{% from "m.kida" import card %}<main id=m>{% call card("x") %}<p id=k></p>{% slot foot %}<b id=s></b>{% end %}{% end %}</main>',
        },
    )
    assert chains(project, "templates/a.kida", "id=k") == ["p#k < div#c < main#m < html"]
    assert chains(project, "templates/a.kida", "id=s") == ["b#s < footer#f < div#c < main#m < html"]


def test_kida_embed(tmp_path: Path) -> None:
    project = load(
        tmp_path,
        {
            "templates/box.kida": "<div id=x>{% block body %}{% end %}</div>",
            "templates/a.kida": '<html><main id=m>{% embed "box.kida" %}{% block body %}<p id=k></p>{% end %}{% end %}</main>',
        },
    )
    assert chains(project, "templates/a.kida", "id=k") == ["p#k < div#x < main#m < html"]


def test_captured_content_stands_where_it_is_output(tmp_path: Path) -> None:
    project = load(
        tmp_path,
        {"templates/a.html": "<html>{% set body %}<p id=k>{% endset %}<div id=d>{{ body }}</div>"},
    )
    assert chains(project, "templates/a.html", "id=k") == ["p#k < div#d < html"]


def test_names_reach_attributes(tmp_path: Path) -> None:
    project = load(
        tmp_path,
        {
            "templates/base.html": '<html><div id=c sse-connect="{{ stream }}">{% block c %}{% endblock %}</div>',
            "templates/p.html": '{% extends "base.html" %}{% set stream = "/s" %}{% set n = "a" ~ "-b" %}{% block c %}{% include "q.html" %}{% endblock %}',
            "templates/q.html": '<p id=k sse-swap="{{ n }},{{ who }}">',
            "templates/dj.html": '<html>{% load x %}{% include "e.html" with ev="tick" %}',
            "templates/e.html": '{% load x %}<p id=e sse-swap="{{ ev }}">',
        },
    )
    assert values(project, "templates/q.html", "id=k", "sse-swap") == ["a-b,*"]
    assert values(project, "templates/e.html", "id=e", "sse-swap") == ["tick"]
    assert values(project, "templates/base.html", "id=c", "sse-connect") == ["/s"]


def test_folder_layouts_wrap_the_pages_below_them(tmp_path: Path) -> None:
    project = load(
        tmp_path,
        {
            "pages/_layout.html": "{# target: #app #}<html><body id=b>{% block content %}{% end %}</body></html>",
            "pages/docs/_layout.html": "<main id=m>{% block content %}{% end %}</main>",
            "pages/docs/page.html": "<p id=k></p>",
            "pages/top.html": "<p id=t></p>",
        },
    )
    assert chains(project, "pages/docs/page.html", "id=k") == ["p#k < main#m < body#b < html"]
    assert chains(project, "pages/top.html", "id=t") == ["p#t < body#b < html"]


def test_library_templates_count_when_they_are_installed(tmp_path: Path) -> None:
    package = tmp_path / ".venv/lib/python3.11/site-packages/lib/templates/lib"
    package.mkdir(parents=True)
    (tmp_path / ".venv/pyvenv.cfg").write_text("")
    (package / "base.html").write_text("<html><main id=m>{% block c %}{% endblock %}</main>")
    project = load(
        tmp_path,
        {"templates/p.html": '{% extends "lib/base.html" %}{% block c %}<p id=k>{% endblock %}'},
    )
    assert chains(project, "templates/p.html", "id=k") == ["p#k < main#m < html"]


def test_a_piece_of_many_pages_stands_on_each(tmp_path: Path) -> None:
    files = {
        f"templates/p{n}.html": f'<html><i id=i{n}>{{% include "part.html" %}}' for n in range(70)
    }
    project = load(tmp_path, {**files, "templates/part.html": "<p id=k>"})
    assert len(found(project, "templates/part.html", "id=k")) == 70


def test_pages_of_one_layout_count_once_for_what_they_share(tmp_path: Path) -> None:
    files = {
        f"templates/p{n}.html": '{% extends "base.html" %}{% block content %}x{% endblock %}'
        for n in range(70)
    }
    base = "<html><p id=k></p>{% block content %}{% endblock %}</html>"
    project = load(tmp_path, {**files, "templates/base.html": base})
    assert chains(project, "templates/base.html", "id=k") == ["p#k < html"]


FOUR = {
    "templates/base.html": '<!doctype html>\n<html>\n<body>\n<main>\n{% include "partials/stats.html" %}\n</main>\n{% block content %}{% endblock %}\n</body>\n</html>\n',
    "templates/page.html": '{% extends "base.html" %}\n{% block content %}<h1>x</h1>{% endblock %}\n',
    "templates/partials/stats.html": '{% from "macros/ui.html" import badge %}\n<section>\n{{ badge("cpu") }}\n</section>\n',
    "templates/macros/ui.html": '{% macro badge(event) %}\n<b sse-swap="{{ event }}"></b>\n{% endmacro %}\n',
}


def test_a_listener_four_files_below_its_connection(tmp_path: Path) -> None:
    silent = {
        **FOUR,
        "templates/base.html": FOUR["templates/base.html"].replace(
            "<main>", '<main hx-ext="sse" sse-connect="/e">'
        ),
    }
    assert lines(run(tmp_path / "with", silent)) == []
    result = run(tmp_path / "without", FOUR)
    assert lines(result) == ["templates/macros/ui.html:2 error sse_orphan certain"]
    related = result.findings[0].related
    assert [(r.span.source.path, r.span.start_position.line) for r in related] == [
        ("templates/partials/stats.html", 3),
        ("templates/base.html", 5),
        ("templates/page.html", 1),
        ("templates/base.html", 2),
    ]


@pytest.mark.parametrize(
    "files",
    [
        {"templates/a.html": "<p sse-swap='x'>"},
        {"templates/a.html": "{% extends layout %}{% block b %}<p sse-swap='x'>{% endblock %}"},
    ],
)
def test_an_unknown_surrounding_is_only_possible(tmp_path: Path, files: dict[str, str]) -> None:
    assert lines(run(tmp_path, files)) == ["templates/a.html:1 info sse_orphan possible"]


@pytest.mark.parametrize(
    "text",
    [
        "<html><div {{ attrs }}><p sse-swap='x'></p></div>",
        "<html><div class='no-sse-swap-here'></div>",
        "<html><textarea><p sse-swap='x'></textarea><script>'<p sse-swap=x>'</script>",
        "<html>{% raw %}&lt;p sse-swap='x'&gt;{% endraw %}<!-- <p sse-swap='x'> -->",
        "<html><p title='sse-swap=x'>",
        "<html><button hx-trigger='click' hx-get='/x'></button>",
        "<html>{% if a %}<div sse-connect='/a'>{% else %}<div sse-connect='/b'>{% endif %}<p sse-swap='x'></div>",
    ],
)
def test_markup_that_looks_guilty_and_is_not(tmp_path: Path, text: str) -> None:
    assert lines(run(tmp_path, {"templates/a.html": text}, "sse_orphan")) == []


def test_only_the_conditions_that_decide_are_told(tmp_path: Path) -> None:
    project = load(
        tmp_path,
        {
            "t/a.html": '<html><body hx-ext="sse" sse-connect="/e">{% if a %}<i sse-swap="x"></i>{% endif %}'
            '{% if b %}<p id=k sse-swap="y"></p>{% endif %}'
            '{% if c %}<div>{% endif %}<u id=u sse-swap="z"></u>{% if c %}</div>{% endif %}'
        },
    )
    engine = Engine(project)
    template = project.template("t/a.html")
    assert template is not None
    told = {
        name: [chain.conditions for chain in ancestry.chains(engine, "t/a.html", node)]
        for node, name in enumerate(template.names)
    }
    assert told["i"] == [{"a": True}]
    assert told["p"] == [{"b": True}]
    assert told["u"] == [{"c": True}, {"c": False}]
    assert told["body"] == [{}]
