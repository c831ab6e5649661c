"""A project in memory: changes, and what an application says of its pages."""

import pytest

from sse_check.pages.decisions import Decisions
from sse_check.pages.engine import Engine, LivePage
from sse_check.pages.fetched import Fetched
from sse_check.pages.node import Node
from sse_check.project.project import Project
from tests.pages.test_bounds import loaded

LAYOUT = '<html><body sse-connect="/x">{% block c %}{% endblock %}</body></html>'


def files() -> dict[str, str]:
    pages = {
        f"t/p{n}.html": f'{{% extends "base.html" %}}{{% block c %}}<p sse-swap="e{n}"></p>{{% include "q.html" %}}{{% endblock %}}'
        for n in range(5)
    }
    alone = {"t/alone.html": '<html><body><i sse-swap="own"></i></body></html>'}
    return {"t/base.html": LAYOUT, "t/q.html": '<b sse-swap="q"></b>', **pages, **alone}


def shape(node: Node) -> object:
    return (node.name, node.attributes, [shape(child) for child in node.elements])


def shapes(pages: list[LivePage]) -> dict[str, list[object]]:
    return {page.path: [shape(v.root) for v in page.variants] for page in pages}


def asked(project: Project, engine: Engine) -> list[LivePage]:
    return engine.pages_showing(tuple(project.graph.relevant))


@pytest.mark.parametrize(
    ("path", "text", "put_together"),
    [
        ("t/p1.html", '{% extends "base.html" %}{% block c %}<u sse-swap="new"></u>{% endblock %}', 1),
        ("t/q.html", '<b sse-swap="other"></b>', 5),
        ("t/base.html", LAYOUT.replace("/x", "/y"), 5),
        ("t/alone.html", '<html><body><p hx-get="/"></p></body></html>', 1),
        # It leads elsewhere now, and there is more to know of the selectors.
        ("t/p2.html", '<html><body><p hx-target="#z" sse-swap="n"></p></body></html>', 6),
    ],
)  # fmt: skip
def test_a_changed_file(
    path: str, text: str, put_together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages are as in a project read anew, and only those that depend on it are made again."""
    project = loaded(files())
    engine = Engine(project)
    asked(project, engine)
    made: set[str] = set()
    render = Engine._render

    def noted(self: Engine, page: str, *rest: object, **more: object) -> object:
        made.add(page)
        return render(self, page, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Engine, "_render", noted)
    engine.changed(path, text.encode())
    again = shapes(asked(project, engine))
    assert len(made) == put_together
    fresh = loaded({**files(), path: text})
    assert again == shapes(asked(fresh, Engine(fresh)))


CALLING = (
    '{% extends "base.html" %}{% from "m.html" import row %}'
    '{% block c %}{{ row("a") }}{% include "dead.html" %}{% endblock %}'
)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("t/m.html", '{% macro row(n) %}<u sse-swap="{{ n }}-2"></u>{% endmacro %}'),
        ("t/m.html", "{% macro other(n) %}{% endmacro %}"),
        ("t/dead.html", '<s sse-swap="alive"></s>'),
        ("t/p.html", CALLING.replace("import row", "import row as r").replace("row(", "r(")),
        ("t/p.html", CALLING.replace("dead.html", "q.html")),
    ],
)
def test_what_is_remembered_of_a_file_goes_with_it(path: str, text: str) -> None:
    """Macros, links, and what a place comes to, are those of the file as it is now."""
    before = {
        **files(),
        "t/m.html": '{% macro row(n) %}<u sse-swap="{{ n }}"></u>{% endmacro %}',
        "t/dead.html": "<s></s>",
        "t/p.html": CALLING,
    }
    project = loaded(before)
    engine = Engine(project)
    asked(project, engine)
    engine.changed(path, text.encode())
    fresh = loaded({**before, path: text})
    assert shapes(asked(project, engine)) == shapes(asked(fresh, Engine(fresh)))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("views.py", 'base_template = "third.html"\n'),
        ("t/base.html", "{% block c %}{% endblock %}"),
        (
            "t/other.html",
            '<html><body><i sse-swap="o"></i>{% block c %}{% endblock %}</body></html>',
        ),
    ],
)
def test_a_layout_that_python_names(path: str, text: str) -> None:
    """Another value, and other content of the layouts between which one is chosen."""
    before = {
        "views.py": 'base_template = "other.html" if part else "base.html"\n',
        "t/base.html": '<html><body><b sse-swap="b"></b>{% block c %}{% endblock %}</body></html>',
        "t/other.html": "{% block c %}{% endblock %}",
        "t/third.html": '<html><body><s sse-swap="t"></s>{% block c %}{% endblock %}</body></html>',
        "t/p.html": '{% extends base_template %}{% block c %}<u sse-swap="u"></u>{% endblock %}',
    }
    project = loaded(before)
    engine = Engine(project)
    asked(project, engine)
    engine.changed(path, text.encode())
    fresh = loaded({**before, path: text})
    assert shapes(asked(project, engine)) == shapes(asked(fresh, Engine(fresh)))


BODIES = ("a", "b", "c", "d")


def test_an_include_that_python_names() -> None:
    """Each of the files that it may be is on the page in a rendering of its own."""
    included = {f"t/{n}.html": f'<u sse-swap="{n}"></u>' for n in BODIES}
    before = {
        "views.py": "".join(f'render("p.html", body="{n}.html")\n' for n in BODIES),
        "t/p.html": '<html><body sse-connect="/x">{% include body %}</body></html>',
        **included,
        "t/other.html": '<s sse-swap="other"></s>',
    }
    project = loaded(before)
    engine = Engine(project)
    (page,) = [page for page in asked(project, engine) if page.path == "t/p.html"]
    heard = [
        [n.attributes["sse-swap"] for n in v.root.subtree() if "sse-swap" in n.attributes]
        for v in page.variants
    ]
    assert sorted(heard) == [[name] for name in BODIES]
    # What else it may be is not known.
    assert all(variant.unseen for variant in page.variants)
    changed = 'render("p.html", body="other.html")\n'
    engine.changed("views.py", changed.encode())
    fresh = loaded({**before, "views.py": changed})
    assert shapes(asked(project, engine)) == shapes(asked(fresh, Engine(fresh)))


def test_which_templates_are_pages() -> None:
    engine = Engine(loaded(files()))
    assert engine.is_top("t/p1.html")
    assert not engine.is_top("t/base.html")
    assert not engine.is_top("t/q.html")
    assert engine.tops("t/q.html") == tuple(f"t/p{n}.html" for n in range(5))
    assert engine.is_whole("t/p1.html")
    assert not engine.is_whole("t/q.html")


@pytest.mark.parametrize(
    ("style", "expected"),
    [("innerHTML", ["b"]), ("beforeend", ["s", "b"]), ("afterbegin", ["b", "s"])],
)
def test_a_template_that_is_fetched(style: str, expected: list[str]) -> None:
    """A template that a request brings stands in the target of that request."""
    page = '<html><body><main sse-connect="/x" hx-get="/part"><s id="{{ a }}"></s></main></body></html>'
    project = loaded({"t/p.html": page, "t/q.html": '<b sse-swap="q"></b>'})
    engine = Engine(project)
    template = project.template("t/p.html")
    assert template is not None
    target = ("t/p.html", template.names.index("main"))
    found = engine.page("t/p.html", fetched=(Fetched("t/q.html", target, style),))
    main = next(node for node in found.variants[0].root.subtree() if node.name == "main")
    assert [child.name for child in main.elements] == expected
    assert ("t/q.html", 1) in found.places
    # By itself the page is what it was.
    alone = next(n for n in engine.page("t/p.html").variants[0].root.subtree() if n.name == "main")
    assert [child.name for child in alone.elements] == ["s"]


def test_names_that_an_application_gives() -> None:
    page = '<html><body sse-connect="{{ url }}">{% if live %}<p sse-swap="{{ url }}-x"></p>{% endif %}</body></html>'
    engine = Engine(loaded({"t/p.html": page}))
    found = engine.page("t/p.html", given={"url": "/events", "live": "True"})
    assert len(found.variants) == 1
    body = next(node for node in found.variants[0].root.subtree() if node.name == "body")
    assert body.attributes["sse-connect"] == "/events"
    assert [child.attributes for child in body.elements] == [{"sse-swap": "/events-x"}]
    assert len(engine.page("t/p.html").variants) == 2


def test_what_the_parser_changes() -> None:
    """Pieces of several files become what a browser makes of them together."""
    files_ = {
        "t/row.html": '<tr sse-swap="row"><td></td></tr>',
        "t/box.html": '<div sse-swap="box"></div>',
        "t/in.html": '<html><body><table sse-connect="/x">{% include "row.html" %}</table></body></html>',
        "t/out.html": '<html><body><div sse-connect="/x">{% include "row.html" %}</div></body></html>',
        "t/p.html": '<html><body><p sse-connect="/x">{% include "box.html" %}</p></body></html>',
        "t/two.html": '<html><body hx-ext="sse"><i hx-get="/"></i></body><body sse-connect="/x" hx-ext="no"></body></html>',
    }
    engine = Engine(loaded(files_))

    def tree(path: str) -> object:
        root = engine.render(path, Decisions({}))
        return [shape(child) for child in root.elements[-1].elements]

    row: object = ("tr", {"sse-swap": "row"}, [])
    assert tree("t/in.html") == [("table", {"sse-connect": "/x"}, [("tbody", {}, [row])])]
    assert tree("t/out.html") == [("div", {"sse-connect": "/x"}, [])]
    assert tree("t/p.html")[:2] == [  # type: ignore[index]
        ("p", {"sse-connect": "/x"}, []),
        ("div", {"sse-swap": "box"}, []),
    ]
    body = engine.render("t/two.html", Decisions({})).elements[-1]
    assert body.attributes == {"hx-ext": "sse", "sse-connect": "/x"}


def test_what_was_left_out_is_told_of_the_pages_that_there_are_now() -> None:
    """And in the order in which a run that begins anew tells it."""
    deep = (
        "<html><body>" + '<div hx-swap="none">' * 400 + "{% block c %}{% endblock %}</body></html>"
    )
    before = {
        "t/deep.html": deep,
        "t/other.html": "<html><body><b sse-swap=x></b></body></html>",
        "t/sink.html": deep.replace("none", "innerHTML"),
    }
    for path, text in (
        ("t/other.html", '{% extends "deep.html" %}{% block c %}<b sse-swap=x></b>{% endblock %}'),
        ("t/deep.html", deep + "<i></i>"),
    ):
        project = loaded(before)
        engine = Engine(project)
        asked(project, engine)
        engine.pages_showing(tuple(before))
        engine.changed(path, text.encode())
        engine.begin()
        engine.pages_showing(tuple(before))
        fresh = Engine(loaded({**before, path: text}))
        fresh.pages_showing(tuple(before))
        assert engine.cuts
        assert engine.cuts == fresh.cuts
