"""Macros that a template sees through others: each project is rendered by jinja2 as well, and the
assembled page has the same listeners."""

import re
from pathlib import Path

import jinja2
import pytest

from sse_check.pages.engine import Engine, Variant
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from tests.project.helpers import load

# Three files with a macro of one name; what each writes says whose it is.
UI = {
    "t/ui.html": '{% macro m(x="") %}<i sse-swap="ui-{{ x }}"></i>{% endmacro %}'
    "{% macro live(u) %}<nav sse-connect='{{ u }}'>{{ caller() }}</nav>{% endmacro %}",
    "t/other.html": '{% macro m(x="") %}<i sse-swap="other-{{ x }}"></i>{% endmacro %}'
    '{% macro wrap() %}<b sse-connect="/w">{% include "part.html" %}</b>{% endmacro %}',
    "t/tag.html": '{% macro m(x="") %}sse-swap="tag-{{ x }}"{% endmacro %}',
}
IMPORT, FROM, OTHER = (
    '{% import "ui.html" as ui %}',
    '{% from "ui.html" import m %}',
    '{% from "other.html" import m %}',
)
MINE = '{% macro m(x="") %}<i sse-swap="mine-{{ x }}"></i>{% endmacro %}'
BASE = "<html><body>{% block b %}{% endblock %}</body></html>"
PAGE = '{% extends "base.html" %}{% block b %}{{ ui.m(1) }}{% endblock %}'
PLAIN = '{% extends "base.html" %}{% block b %}{{ m(1) }}{% endblock %}'


def block(text: str) -> str:
    return f'{{% extends "base.html" %}}{{% block b %}}{text}{{% endblock %}}'


def document(text: str) -> str:
    return f"<html><body>{text}</body></html>"


PROJECTS = {
    "an import at the top of the layout": {"base": IMPORT + BASE, "page": PAGE},
    "the other form of it": {"base": FROM + BASE, "page": PLAIN},
    "under a condition": {"base": "{% if yes %}" + IMPORT + "{% endif %}" + BASE, "page": PAGE},
    "a macro of the layout": {"base": MINE + BASE, "page": PLAIN},
    "a layout of the layout": {
        "root": IMPORT + BASE,
        "base": '{% extends "root.html" %}',
        "page": PAGE,
    },
    "a layout between": {
        "root": BASE,
        "base": '{% extends "root.html" %}' + IMPORT,
        "page": PAGE,
    },
    "the page's import, at the top of its layout": {
        "base": document("{{ ui.m(2) }}"),
        "page": '{% extends "base.html" %}' + IMPORT,
    },
    "the page's import, in a block that it leaves": {
        "base": document("{% block b %}{{ ui.m(2) }}{% endblock %}"),
        "page": '{% extends "base.html" %}' + IMPORT,
    },
    "the page's macro, in its layout": {
        "base": document("{{ m(2) }}"),
        "page": '{% extends "base.html" %}' + MINE,
    },
    "both have one, the layout comes last": {"base": FROM + BASE, "page": OTHER + PLAIN},
    "the page has a macro, and the layout": {"base": FROM + BASE, "page": PLAIN + MINE},
    "the block has one of its own": {
        "base": FROM + BASE,
        "page": block(OTHER + "{{ m(1) }}"),
    },
    "two layouts have one": {
        "root": FROM + BASE,
        "base": '{% extends "root.html" %}' + OTHER,
        "page": PLAIN,
    },
    "a block of a call": {
        "base": IMPORT + BASE,
        "page": block('{% call ui.live("/s") %}{{ ui.m(3) }}{% endcall %}'),
    },
    "attributes": {
        "base": '{% import "tag.html" as tag %}' + BASE,
        "page": block("<p {{ tag.m(4) }}></p>"),
    },
    "an included file": {
        "page": document(IMPORT + '{% include "part.html" %}'),
        "part": "{{ ui.m(5) }}",
    },
    "attributes in an included file": {
        "page": document('{% import "tag.html" as tag %}{% include "part.html" %}'),
        "part": "<p {{ tag.m(5) }}></p>",
    },
    "an included file, and a macro of the page": {
        "page": document(MINE + '{% include "part.html" %}'),
        "part": "<b>{{ m(5) }}</b>",
    },
    "one that is included in it": {
        "page": document(IMPORT + '{% include "part.html" %}'),
        "part": '{% include "inner.html" %}',
        "inner": "{{ ui.m(6) }}",
    },
    "an included file with an import": {
        "page": document(FROM + '{% include "part.html" %}'),
        "part": OTHER + "{{ m(7) }}",
    },
    "an import of the layout, in a file that the page includes": {
        "base": IMPORT + BASE,
        "page": block('{% include "part.html" %}'),
        "part": "{{ ui.m(8) }}",
    },
    "an import of the page, in a file that the layout includes": {
        "base": document('{% include "part.html" %}'),
        "page": '{% extends "base.html" %}' + IMPORT,
        "part": "{{ ui.m(8) }}",
    },
    "an import of a block, in a file that the block includes": {
        "base": BASE,
        "page": block(IMPORT + '{% include "part.html" %}'),
        "part": "{{ ui.m(9) }}",
    },
    "an included page with a layout": {
        "base": IMPORT + "<b>{% block b %}{% endblock %}</b>",
        "part": PAGE,
        "page": document('{% include "part.html" %}'),
    },
    "a macro of the page, and the layout's import": {
        "base": IMPORT + BASE,
        "page": "{% macro k() %}{{ ui.m(10) }}{% endmacro %}" + block("{{ k() }}"),
    },
    "a macro of the layout, and the page's import": {
        "base": "{% macro k() %}{{ ui.m(10) }}{% endmacro %}" + BASE,
        "page": IMPORT + block("{{ k() }}"),
    },
    "a macro that includes": {
        "page": document(
            IMPORT + '{% macro k() %}{% include "part.html" %}{% endmacro %}{{ k() }}'
        ),
        "part": "{{ ui.m(11) }}",
    },
    "an imported macro with context that includes": {
        "page": document(
            IMPORT + '{% import "other.html" as other with context %}{{ other.wrap() }}'
        ),
        "part": "{{ ui.m(12) }}",
    },
}
# A block that is put out once more: `self.name()`.
AGAIN = {
    "of the page itself": {
        "page": document(
            '<b sse-connect="/e">{{ self.b() }}</b>{% block b %}<i sse-swap="one"></i>{% endblock %}'
        ),
    },
    "before and behind, in a block of the layout": {
        "base": document('{% block b %}<i sse-swap="base"></i>{% endblock %}<b>{{ self.b() }}</b>'),
        "page": '{% extends "base.html" %}',
    },
    "what the page has for it, with the layout's": {
        "base": document('{{ self.b() }}<hr>{% block b %}<i sse-swap="base"></i>{% endblock %}'),
        "page": block('<i sse-swap="page"></i>{{ super() }}'),
    },
    "a block of the layout, in a block of the page": {
        "base": document(
            '{% block a %}<i sse-swap="a"></i>{% endblock %}{% block b %}{% endblock %}'
        ),
        "page": block('<nav sse-connect="/e">{{ self.a() }}</nav>'),
    },
    "where it never stands by itself": {
        "page": document(
            '<b sse-connect="/e">{{ self.b() }}</b>'
            '{% if not yes %}{% block b %}<i sse-swap="one"></i>{% endblock %}{% endif %}'
        ),
    },
}
# What Jinja says is not defined: a page with this cannot be rendered.
FAILING = {
    "the import of another block": {
        "base": document(f"{{% block h %}}{IMPORT}{{% endblock %}}{{% block b %}}{{% endblock %}}"),
        "page": PAGE,
    },
    "an include without context": {
        "page": document(IMPORT + '{% include "part.html" without context %}'),
        "part": "{{ ui.m(1) }}",
    },
    "an imported macro that includes": {
        "page": document(IMPORT + '{% import "other.html" as other %}{{ other.wrap() }}'),
        "part": "{{ ui.m(1) }}",
    },
    "the import of an included file": {
        "page": document('{% include "part.html" %}{{ ui.m(1) }}'),
        "part": IMPORT,
    },
    "what is imported is not handed on": {
        "base": '{% from "part.html" import m %}' + BASE,
        "part": FROM,
        "page": PLAIN,
    },
    "the import of a page with the same layout": {
        "base": BASE,
        "page": PAGE,
        "sister": PAGE.replace("{{ ui.m(1) }}", "") + IMPORT,
    },
}
_LIVE = re.compile(r"sse-(?:swap|connect)=[\"']([^\"']*)[\"']")


def files_of(project: dict[str, str]) -> dict[str, str]:
    return {**UI, **{f"t/{name}.html": text for name, text in project.items()}}


def rendered(files: dict[str, str]) -> list[str]:
    named = {name.removeprefix("t/"): text for name, text in files.items()}
    # Nothing that is rendered here comes from anybody.
    engine = jinja2.Environment(loader=jinja2.DictLoader(named), autoescape=False)
    return _LIVE.findall(engine.get_template("page.html").render(yes=True))


def listeners(variant: Variant) -> list[str]:
    return [
        value
        for node in variant.root.subtree()
        for name, value in node.attributes.items()
        if name in ("sse-swap", "sse-connect")
    ]


def assembled(project: Project) -> list[str]:
    page = Engine(project).page("t/page.html", closed=True)
    return max(map(listeners, page.variants), key=len)


@pytest.mark.parametrize("name", PROJECTS)
def test_macros_of_others(name: str, tmp_path: Path) -> None:
    files = files_of(PROJECTS[name])
    expected = rendered(files)
    assert expected
    assert assembled(load(tmp_path, files)) == expected


@pytest.mark.parametrize("name", AGAIN)
def test_a_block_once_more(name: str, tmp_path: Path) -> None:
    files = files_of(AGAIN[name])
    page = Engine(load(tmp_path, files)).page("t/page.html", closed=True)
    assert rendered(files) in [listeners(one) for one in page.variants]


@pytest.mark.parametrize("name", FAILING)
def test_what_is_not_seen(name: str, tmp_path: Path) -> None:
    files = files_of(FAILING[name])
    with pytest.raises(jinja2.TemplateError):
        rendered(files)
    assert not [one for one in assembled(load(tmp_path, files)) if one.startswith("ui-")]


def test_a_layout_that_begins_to_lend() -> None:
    """What was read of a file before is read anew when another lends it something."""
    files = files_of(
        {"base": IMPORT + BASE, "page": block('{% include "part.html" %}'), "part": "{{ ui.m(8) }}"}
    )
    project = Project.load("", Settings(), replaced=without(files), extra=tuple(files))
    engine = Engine(project)

    def shown() -> list[str]:
        (page,) = [one for one in engine.pages_showing(tuple(files)) if one.path == "t/page.html"]
        (variant,) = page.variants
        return [v for n in variant.root.subtree() if (v := n.attributes.get("sse-swap"))]

    assert shown() == []
    engine.changed("t/base.html", files["t/base.html"].encode())
    assert shown() == ["ui-8"]
    engine.changed("t/ui.html", files["t/ui.html"].replace("ui-", "new-").encode())
    assert shown() == ["new-8"]
    engine.changed("t/base.html", BASE.encode())
    assert shown() == []


def without(files: dict[str, str]) -> dict[str, bytes]:
    return {path: text.replace(IMPORT, "").encode() for path, text in files.items()}
