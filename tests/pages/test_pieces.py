"""Pieces that open elements for what follows them: a header and a footer, macros in pairs."""

from pathlib import Path

import pytest

from tests.project.helpers import chains, lines, load, run

HEADER = '<!doctype html><html><body><main id="m" hx-ext="sse" sse-connect="/x">'
FOOTER = "</main></body></html>"
LIB = (
    '{% macro live(url) %}<div hx-ext="sse" sse-connect="{{ url }}">{% endmacro %}'
    "{% macro end() %}</div>{% endmacro %}"
)
IMPORT = '{% from "lib.html" import live, end %}'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{% include "header.html" %}<b id="b" sse-swap="x"></b>', ["b#b main#m body html"]),
        (
            '{% include "header.html" %}<p></p>{% include "footer.html" %}<b id="b" sse-swap="x">',
            ["b#b body html"],
        ),
        (
            IMPORT
            + '<!doctype html><body>{{ live("/e") }}<p><b id="b" sse-swap="x"></b></p></div>',
            ["b#b p div body"],
        ),
        (
            IMPORT + '<!doctype html><body>{{ live("/e") }}{{ end() }}<b id="b" sse-swap="x"></b>',
            ["b#b body"],
        ),
        (
            IMPORT + '<!doctype html><body>{{ live("/e") }}</div><b id="b" sse-swap="x"></b>',
            ["b#b body"],
        ),
        (
            IMPORT + "<!doctype html><body>{% if on %}{{ live('/e') }}{% endif %}"
            '<b id="b" sse-swap="x"></b>{% if on %}{{ end() }}{% endif %}',
            ["b#b body", "b#b div body"],
        ),
        # A loop is looked at in one turn.
        (
            IMPORT + "<!doctype html><body>{% for x in xs %}{{ live('/e') }}{% endfor %}"
            '<b id="b" sse-swap="x"></b>',
            ["b#b div body"],
        ),
    ],
)
def test_what_stands_around_it(tmp_path: Path, body: str, expected: list[str]) -> None:
    files = {
        "templates/header.html": HEADER,
        "templates/footer.html": FOOTER,
        "templates/lib.html": LIB,
        "templates/page.html": body,
    }
    project = load(tmp_path, files)
    found = chains(project, "templates/page.html", 'id="b"')
    assert sorted(chain.replace(" <", "") for chain in found) == sorted(expected)


def test_a_page_of_header_and_footer_has_nothing_wrong(tmp_path: Path) -> None:
    files = {
        "templates/header.html": HEADER,
        "templates/footer.html": FOOTER,
        "templates/page.html": '{% include "header.html" %}\n<b sse-swap="x"></b>\n'
        '{% include "footer.html" %}',
    }
    assert lines(run(tmp_path, files)) == []


def test_a_listener_after_the_footer_is_an_orphan(tmp_path: Path) -> None:
    files = {
        "templates/lib.html": LIB,
        "templates/page.html": f'{IMPORT}<!doctype html><body>{{{{ live("/e") }}}}'
        '<b sse-swap="x"></b>{{ end() }}\n<b sse-swap="x"></b>',
    }
    assert lines(run(tmp_path, files)) == ["templates/page.html:2 error sse_orphan certain"]


def test_files_that_use_each_other_come_to_an_end(tmp_path: Path) -> None:
    files = {
        "templates/a.html": '{% include "b.html" %}<div sse-connect="/x"><b sse-swap="a" id="b">',
        "templates/b.html": '{% include "a.html" %}<div sse-connect="/y"><b sse-swap="b">',
    }
    project = load(tmp_path, files)
    assert chains(project, "templates/a.html", 'id="b"')
