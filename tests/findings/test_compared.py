"""Coverage: whose event names were compared, and whose were not and why."""

from pathlib import Path

import pytest

from tests.findings.test_outside import APP, CORE, EXTENSION, page
from tests.project.helpers import run

HEAD = CORE + EXTENSION
DJANGO = {
    "manage.py": "",
    "site/urls.py": (
        "from django.http import StreamingHttpResponse\n"
        "from django.shortcuts import render\n"
        "from django.urls import path\n"
        "def page(request):\n"
        "    return render(request, 'a.html', {'mine': request.GET['x'], 'told': 'a'})\n"
        "def events(request):\n"
        "    def stream():\n"
        "        while True:\n"
        "            yield 'event: a\\ndata: 1\\n\\n'\n"
        "    return StreamingHttpResponse(stream(), content_type='text/event-stream')\n"
        "urlpatterns = [path('', page), path('e', events)]\n"
    ),
}


def live(inner: str, attributes: str = "") -> str:
    return page(HEAD, f'<div hx-ext="sse" sse-connect="/e"{attributes}>\n{inner}\n</div>')


def listener(name: str) -> str:
    return f'<p sse-swap="{name}">-</p>'


def not_compared(folder: Path, files: dict[str, str]) -> list[str]:
    coverage = run(folder, files).coverage
    assert coverage is not None
    assert coverage.connections
    assert coverage.is_complete is not any(not one.is_understood for one in coverage.connections)
    return [one.joined.why for one in coverage.connections if not one.is_understood]


RENDERED = "the name that `templates/a.html:2` waits for is known only when rendered"


@pytest.mark.parametrize(
    ("inner", "attributes", "why"),
    [
        (listener("a"), "", ""),
        ('{% set n = "a" %}' + listener("{{ n }}"), "", ""),
        ('{% for n in ["a", "b"] %}' + listener("{{ n }}") + "{% endfor %}", "", ""),
        # Of what is partly known that part is compared.
        (listener("a{{ n }}"), "", ""),
        (listener("{{ mine }}"), "", RENDERED),
        (listener("a,{{ mine }}"), "", RENDERED),
        (listener("{{ kind }}-{{ mine }}"), "", RENDERED),
        ("{% for n in names %}" + listener("{{ n }}") + "{% endfor %}", "", RENDERED),
        ('<p hx-get="/" hx-trigger="sse:{{ mine }}">-</p>', "", RENDERED),
        (
            listener("a"),
            ' sse-close="{{ mine }}"',
            RENDERED.replace("html:2", "html:1"),
        ),
        ("{% macro m() %}" + listener('{{ caller("a") }}') + "{% endmacro %}{{ m() }}", "", RENDERED),
    ],
)  # fmt: skip
def test_names_of_listeners(inner: str, attributes: str, why: str, tmp_path: Path) -> None:
    inner = inner.replace("\n", "")
    files = {"app.py": APP, "templates/a.html": live(inner, attributes)}
    assert not_compared(tmp_path, files) == ([why] if why else [])


def test_a_name_that_one_of_two_uses_leaves_open(tmp_path: Path) -> None:
    """A connection in a macro is one place: it is compared where all its uses are."""
    macro = '{% macro m() %}<div sse-connect="/e">{{ caller() }}</div>{% endmacro %}'
    uses = "".join(
        "{% call m() %}" + listener(name) + "{% endcall %}" for name in ("a", "{{ mine }}")
    )
    files = {"app.py": APP, "templates/a.html": page(HEAD, f'{macro}<b hx-ext="sse">{uses}</b>')}
    assert not_compared(tmp_path, files) == [RENDERED.replace("html:2", "html:1")]


@pytest.mark.parametrize(("listens", "is_told"), [('"a"', False), ("name", True)])
def test_names_in_scripts(listens: str, is_told: bool, tmp_path: Path) -> None:
    script = f"<script>new EventSource('/e').addEventListener({listens}, f)</script>"
    files = {"app.py": APP, "templates/a.html": page("", f"\n{script}")}
    why = "the name that `templates/a.html:2` waits for is computed"
    assert not_compared(tmp_path, files) == ([why] if is_told else [])


WITH = '{% with n="a" %}'
END = "{% endwith %}"
SITE = "the name that `site/templates/a.html:2` waits for is known only when rendered"
PART = "the name that `site/templates/part.html:1` waits for is known only when rendered"
INCLUDED = '{% include "part.html" %}'


@pytest.mark.parametrize(
    ("inner", "why"),
    [
        (WITH + listener("{{ n }}") + END, ""),
        ('{% with "a" as n %}' + listener("{{ n }}") + END, ""),
        ('{% with n="b" %}' + WITH + listener("{{ n }}") + END + END, ""),
        ('{% with m="a" %}{% with n=m %}' + listener("{{ n }}") + END + END, ""),
        (WITH + INCLUDED + END, ""),
        (WITH + '{% include "part.html" with n=n only %}' + END, ""),
        ('{% include "part.html" with n="a" %}', ""),
        # Of a name that comes from elsewhere, and of one whose `with` is over, nothing is known.
        (WITH + END + listener("{{ n }}"), SITE),
        (WITH + END + INCLUDED, PART),
        ("{% with n=mine %}" + listener("{{ n }}") + END, SITE),
        (WITH + "{% with n=mine %}" + listener("{{ n }}") + END + END, SITE),
    ],
)
def test_names_that_with_gives(inner: str, why: str, tmp_path: Path) -> None:
    files = {
        **DJANGO,
        "site/templates/a.html": "{% load static %}" + live(inner),
        "site/templates/part.html": listener("{{ n }}"),
    }
    assert not_compared(tmp_path, files) == ([why] if why else [])


def test_with_of_jinja(tmp_path: Path) -> None:
    inner = '{% with x = 1, n = "a" %}' + listener("{{ n }}") + END + listener("{{ n }}")
    files = {"app.py": APP, "templates/a.html": live(inner)}
    assert not_compared(tmp_path, files) == [RENDERED]
    files["templates/a.html"] = live(inner.removesuffix(listener("{{ n }}")))
    assert not_compared(tmp_path, files) == []


def what_is_told(folder: Path, files: dict[str, str]) -> tuple[list[str], list[str]]:
    """The rules that say nobody listens, and what coverage says of the connection."""
    result = run(folder, files)
    assert result.coverage is not None
    found = [one.rule for one in result.findings if one.rule in ("sse_crossref", "sse_unheard")]
    rows = [one.joined.why for one in result.coverage.connections if not one.is_understood]
    return found, rows


LIBRARY = {
    "templates/own.html": "{% macro q() %}<b id='q'>q</b>{% endmacro %}"
    "{% macro loose(x) %}<b {{ x }}>q</b>{% endmacro %}"
    "{% macro around() %}<b id='q'>{{ caller() }}</b>{% endmacro %}",
    "templates/plain.html": "<i>{{ word }}</i>",
    "templates/raw.html": "<i>{{ word|safe }}</i>",
}
IMPORT = '{% import "own.html" as own %}'
QUIET = "<p id='x'>-</p>"


@pytest.mark.parametrize(
    ("inner", "at"),
    [
        (QUIET, ""),
        ("<p class='{{ kind|safe }}'>{{ user.name|upper }} {{ url_for('page') }}</p>", ""),
        ("{% for one in all %}{% if one %}{{ loop.index }}{% endif %}{% endfor %}" + QUIET, ""),
        ("{# {{ content|safe }} #}" + QUIET, ""),
        ("<script>f({{ data|safe }}, `${x}`)</script>" + QUIET, ""),
        ('{% include "plain.html" %}' + QUIET, ""),
        (IMPORT + "{{ own.q() }}", ""),
        (IMPORT + "{% call own.around() %}{{ word }}{% endcall %}", ""),
        ("{% block b %}{{ word.title() }}{% endblock %}" + QUIET, ""),
        ("{% set content %}<b>-</b>{% endset %}{{ content }}" + QUIET, ""),
        # What these put out is not known.
        (QUIET + "{{ content|safe }}", "a.html:2"),
        (QUIET + "{{ body }}", "a.html:2"),
        (QUIET + "{{ widget('a') }}", "a.html:2"),
        (QUIET + "{{ widget.render() }}", "a.html:2"),
        (QUIET + "{{ word|shown }}", "a.html:2"),
        (QUIET + "{% widget 'a' %}", "a.html:2"),
        (QUIET + "{% include name %}", "a.html:2"),
        (QUIET + '{% include "raw.html" %}', "raw.html:1"),
        (QUIET + '{% import "ours/q.html" as ours %}{{ ours.q() }}', "a.html:2"),
        (QUIET + "{% call ours() %}x{% endcall %}", "a.html:2"),
        (IMPORT + "{{ own.loose(word) }}", "own.html:1"),
        (IMPORT + "{% call own.around() %}{{ word|safe }}{% endcall %}", "a.html:2"),
        ("<p {{ attrs }}>-</p>", "a.html:2"),
        ('<p{{ {"sse-swap": "a"}|xmlattr }}>-</p>', "a.html:2"),
        ('<p {% for k, v in all %}{{ k }}="{{ v }}"{% endfor %}>-</p>', "a.html:2"),
    ],
)
def test_what_may_hold_a_listener(inner: str, at: str, tmp_path: Path) -> None:
    files = {"app.py": APP, **LIBRARY, "templates/a.html": live(inner)}
    found, rows = what_is_told(tmp_path, files)
    if at:
        place = f"templates/{at}"
        assert not found
        unknown = f"what `{place}` brings is seen only when rendered"
        assert rows == [f"whether something waits for `a` is not known: {unknown}"]
    else:
        assert len(found) == 1
        assert not rows


def test_a_part_of_a_django_template(tmp_path: Path) -> None:
    part = "{% partialdef now %}<b id='x'>{{ word }}</b>{% endpartialdef %}{% partial now %}"
    files = {**DJANGO, "site/templates/a.html": live("{% load partials %}" + part)}
    assert what_is_told(tmp_path, files) == (["sse_crossref"], [])
    files["site/templates/a.html"] = live("{% load partials %}" + part + "{% partial other %}")
    assert not what_is_told(tmp_path, files)[0]


def test_a_page_in_the_block_of_its_layout(tmp_path: Path) -> None:
    files = {
        "app.py": APP,
        "templates/base.html": live("{% block b %}{% endblock %}" + QUIET),
        "templates/a.html": '{% extends "base.html" %}{% block b %}{{ word }}{% endblock %}',
    }
    assert what_is_told(tmp_path, files) == (["sse_crossref"], [])
    files["templates/a.html"] = files["templates/a.html"].replace("word", "word|safe")
    found, rows = what_is_told(tmp_path, files)
    assert not found
    assert "`templates/a.html:1`" in rows[0]


def test_what_is_heard_elsewhere_leaves_nothing_open(tmp_path: Path) -> None:
    """Where some page waits for every event, what else there may be is of no interest."""
    inner = "{{ content|safe }}"
    for heard in (live(inner + listener("a")), live(inner) + live(listener("a"))):
        assert what_is_told(tmp_path, {"app.py": APP, "templates/a.html": heard}) == ([], [])
