"""Coverage: what a live page takes from outside of the project."""

from pathlib import Path

import pytest

from tests.project.helpers import run

APP = (
    "from flask import Flask, Response, render_template\n"
    "app = Flask(__name__)\n"
    "@app.get('/')\n"
    "def page():\n"
    "    return render_template('a.html')\n"
    "@app.get('/e')\n"
    "def events():\n"
    "    def stream():\n"
    "        while True:\n"
    "            yield 'event: a\\ndata: 1\\n\\n'\n"
    "    return Response(stream(), mimetype='text/event-stream')\n"
)
LIVE = '<div hx-ext="sse" sse-connect="/e"><p sse-swap="a">-</p></div>'
CORE = '<script src="https://unpkg.com/htmx.org@2.0.11"></script>'
EXTENSION = '<script src="https://unpkg.com/htmx-ext-sse@2.2.4"></script>'
UNKNOWN = "whether the page loads the SSE extension is not known: "


def page(head: str, body: str = LIVE) -> str:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def unread(folder: Path, files: dict[str, str]) -> list[str]:
    coverage = run(folder, {"app.py": APP, **files}).coverage
    assert coverage is not None
    return [f"{one.path}: {one.why}" for one in coverage.unread]


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (CORE + EXTENSION, ""),
        (CORE, ""),
        (CORE + '<script src="/static/app.js"></script>', "`/static/app.js` may be it"),
        (CORE + EXTENSION + '<script src="/static/app.js"></script>', ""),
        (
            CORE + '<script src="/static/{{ name }}"></script>',
            "the address of a script is computed",
        ),
        (
            "<script src=\"{{ url_for('static', filename='htmx.js') }}\"></script>",
            "it may be in `htmx.js`, which the project does not have",
        ),
        (CORE + "{{ scripts|safe }}", "what is shown on it is not all in the project"),
    ],
)
def test_a_script_that_may_be_the_extension(tmp_path: Path, head: str, why: str) -> None:
    expected = [f"templates/a.html: {UNKNOWN}{why}"] if why else []
    assert unread(tmp_path, {"templates/a.html": page(head)}) == expected


def test_a_page_without_a_stream_needs_none(tmp_path: Path) -> None:
    files = {
        "templates/a.html": page(CORE + EXTENSION),
        "templates/b.html": page(CORE + "{{ x|safe }}", "-"),
    }
    assert unread(tmp_path, files) == []


def test_the_layout_of_a_package(tmp_path: Path) -> None:
    brought = "`kit/base.html` is not in the project: what it brings is not known"
    text = f'{{% extends "kit/base.html" %}}{{% block body %}}{LIVE}{{% endblock %}}'
    assert unread(tmp_path, {"templates/a.html": text}) == [f"templates/a.html: {brought}"]
    other = {
        "templates/a.html": page(CORE + EXTENSION),
        "templates/b.html": '{% extends "kit/base.html" %}',
    }
    assert unread(tmp_path, other) == []


def test_a_macro_of_a_package_may_be_what_opens_the_stream(tmp_path: Path) -> None:
    text = page(CORE + EXTENSION, '{% from "kit/live.html" import scope %}{{ scope("/e") }}')
    other = {"templates/c.html": page(CORE + EXTENSION, '<p sse-connect="/x"></p>')}
    brought = "`kit/live.html` is not in the project: what it brings is not known"
    assert unread(tmp_path, {"templates/a.html": text, **other}) == [f"templates/a.html: {brought}"]


def test_a_missing_template_of_its_own_is_a_finding(tmp_path: Path) -> None:
    files = {
        "templates/a.html": '{% extends "bas.html" %}' + LIVE,
        "templates/base.html": page(CORE + EXTENSION),
    }
    assert unread(tmp_path, files) == []
