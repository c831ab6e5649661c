"""Markup that functions of Chirp write: signals and their connection."""

from pathlib import Path

import pytest

from sse_check.findings.context import Context
from tests.project.helpers import lines, load, run

PAGE = """<!doctype html>
<body>
{{ signal_connect() }}
  <p>{{ signal("balance") }}</p>
  <ul {{ signal_bind('list') }}></ul>
  <ul {% if live %}{{ signal_attrs("live") }}{% end %}></ul>
  {% for name in names %}{{ signal_block(name) }}{% end %}
  <b sse-swap="plain"></b>
</div>
<b id="outside" class="sse-"></b>
</body>
"""


def test_the_tree(tmp_path: Path) -> None:
    template = load(tmp_path, {"templates/page.html": PAGE}).template("templates/page.html")
    assert template is not None
    assert template.dialect.name == "kida"
    nodes = {number: name for number, name in enumerate(template.names) if name[0] != "#"}
    chains = []
    for node in nodes:
        chain = [template.names[node]]
        while (node := template.parents[node]) in nodes:
            chain.append(template.names[node])
        chains.append(" < ".join(chain))
    assert chains == [
        "body",
        "div < body",
        "p < div < body",
        "span < p < div < body",
        "ul < div < body",
        "ul < div < body",
        "div < div < body",
        "b < div < body",
        "b < body",
    ]


def test_the_listeners(tmp_path: Path) -> None:
    project = load(tmp_path, {"templates/page.html": PAGE})
    view = Context(project, ("templates/page.html",)).views[0]
    spans = [view.span(node, "sse-swap") for node in view.listeners]
    written = [(span.start_position.line, span.text) for span in spans]
    assert written == [
        (4, '{{ signal("balance") }}'),
        (5, "{{ signal_bind('list') }}"),
        (6, '{{ signal_attrs("live") }}'),
        (7, "{{ signal_block(name) }}"),
        (8, 'sse-swap="plain"'),
    ]


def test_nothing_is_wrong_with_it(tmp_path: Path) -> None:
    assert lines(run(tmp_path, {"templates/page.html": PAGE})) == []


@pytest.mark.parametrize(
    "head",
    [
        '{% from "lib.html" import signal %}',
        "{% def signal(name) %}<i>{{ name }}</i>{% end %}",
    ],
)
def test_a_function_of_the_project_with_that_name(tmp_path: Path, head: str) -> None:
    page = head + '<body>{{ signal("x") }}<b sse-swap="a" id="b"></b>'
    files = {
        "templates/page.kida": page,
        "templates/lib.html": "{% def signal(name) %}<i>{{ name }}</i>{% end %}",
    }
    template = load(tmp_path, files).template("templates/page.kida")
    assert template is not None
    assert template.written == {}


def test_other_engines_have_no_such_functions(tmp_path: Path) -> None:
    page = '{% import "x.html" as x %}<body>{{ signal("x") }}</body>'
    template = load(tmp_path, {"templates/page.html": page}).template("templates/page.html")
    assert template is not None
    assert template.dialect.name == "jinja"
    assert template.written == {}
