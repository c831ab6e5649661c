"""Pages put together top down: they agree with the ways that are found bottom up."""

from pathlib import Path

import pytest

from sse_check.htmx.dom import Node
from sse_check.htmx.outline import HOLE, OUT_OF_SIGHT, Mark
from sse_check.htmx.variants import Assembler, LivePage
from sse_check.project.elements import Reader
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from sse_check.project.ways import ways_of
from tests import corpus
from tests.project.helpers import load


def pages(project: Project) -> list[LivePage]:
    return Assembler(project, Reader(project)).pages_showing(tuple(project.files.found.templates))


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
            {"t/p.html": ["html(body(i b))"]},
        ),
        (
            {"t/p.html": '{% from "m.html" import m %}<body>{% call m() %}<i></i>{% endcall %}</body>', "t/m.html": "{% macro m() %}<p>{{ caller() }}</p>{% endmacro %}"},
            {"t/p.html": ["html(body(p(i)))"]},
        ),
        (
            {"t/p.html": "<body>{% set x %}<i></i>{% endset %}<p>{{ x }}</p></body>"},
            {"t/p.html": ["html(body(p(i)))"]},
        ),
        (
            {"t/p.html": "<body>{% if a %}<div sse-connect=/x>{% endif %}<p sse-swap=a></p>{% if a %}</div>{% endif %}</body>"},
            {"t/p.html": ["html(body(div(p)))", "html(body(p))"]},
        ),
        (
            {"t/p.html": "<body>{% if a %}<i hx-get=/x></i>{% elif b %}<b hx-get=/x></b>{% else %}<u sse-swap=x></u>{% endif %}</body>"},
            {"t/p.html": ["html(body(i))", "html(body(u))", "html(body(b))"]},
        ),
        (
            {"t/p.html": "<body>{% for x in xs %}<li hx-get=/x>{% endfor %}</body>"},
            {"t/p.html": ["html(body(li))"]},
        ),
        ({"t/q.html": "<p sse-swap=a></p>"}, {"t/q.html": [f"html(body({OUT_OF_SIGHT}(p)))"]}),
        (
            {"pages/_layout.html": "<html><body><main>{% block content %}{% endblock %}</main></body></html>", "pages/x/page.html": "<p></p>"},
            {"pages/x/page.html": ["html(body(main(p)))"], "pages/_layout.html": ["html(body(main))"]},
        ),
        ({"t/p.html": "<body>{{ a }}<table><div sse-swap=x></div><tr></tr></table></body>"}, {"t/p.html": ["html(body(div table(tr)))"]}),
    ],
)  # fmt: skip
def test_tree(tmp_path: Path, files: dict[str, str], expected: dict[str, list[str]]) -> None:
    found = trees(tmp_path, files)
    if "{{ a }}<table>" in str(files):
        # The moved element stands beside the table, wherever among its siblings.
        assert sorted(found["t/p.html"][0]) == sorted(expected["t/p.html"][0])
        return
    assert found == expected


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
    assert trees(tmp_path, files)["t/p.html"] == ["html(body(i i))"]


def test_cycles_end(tmp_path: Path) -> None:
    files = {
        "t/p.html": '<body>{% include "q.html" %}</body>',
        "t/q.html": '<i></i>{% include "q.html" %}{% include "p.html" %}',
        "t/x.html": '{% extends "y.html" %}{% block a %}<p></p>{% endblock %}',
        "t/y.html": '{% extends "x.html" %}{% block a %}<p></p>{% endblock %}',
    }
    assert trees(tmp_path, files)["t/p.html"] == ["html(body(i))"]


@pytest.mark.corpus
@pytest.mark.slow
def test_real_pages_are_put_together_as_the_ways_say(tmp_path: Path) -> None:
    """Nearly every element of real pages has the ancestors that one of its ways has.

    The few others stand in templates with more ways than are listed, or are brought in by tags
    of the application's own.
    """
    if not corpus.is_complete():
        pytest.skip("the template packages are missing")
    corpus.unpack(tmp_path)
    same, other = 0, []
    for root in sorted(tmp_path.iterdir()):
        project = Project.load(str(root), Settings(), shown_from=str(root))
        assembler = Assembler(project, Reader(project))
        for page in assembler.pages_showing(tuple(project.files.found.templates[:120])):
            if not page.closed:
                continue
            for node in list(page.variants[0].root.subtree())[:60]:
                if not isinstance(node.mark, Mark):
                    continue
                chain = [n.mark.place for n in node.lineage() if isinstance(n.mark, Mark)]
                ways = ways_of(project, *node.mark.place)
                chains = [[(s.path, s.node) for s in way.steps] for way in ways.ways]
                if chain in chains or ways.cut:
                    same += 1
                else:
                    other.append(f"{page.path}: {node.mark.span.text[:60]}")
    assert same > 5_000
    assert len(other) < 0.03 * same, other[:10]
