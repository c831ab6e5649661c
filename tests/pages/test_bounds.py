"""Templates that could keep a program busy for ever: each comes to an end, and says what it left out."""

from collections.abc import Callable

import pytest

from sse_check.findings.check import check
from sse_check.findings.context import Context
from sse_check.findings.loader import load_rules
from sse_check.htmx.copying import SOURCE, TOO_MANY, Copies, size_of
from sse_check.htmx.dom import held
from sse_check.htmx.ids import Ids
from sse_check.htmx.markup import fragment
from sse_check.htmx.play import Stage, play
from sse_check.htmx.stacks import HTMX1, HTMX2
from sse_check.pages.allowance import MOST_ELEMENTS, MOST_STEPS, TOO_DEEP
from sse_check.pages.engine import Engine
from sse_check.pages.renderings import MOST_RENDERINGS
from sse_check.project.discovery import Found
from sse_check.project.project import Project
from sse_check.project.settings import Settings

HEAD = '<!doctype html><html><body hx-ext="sse" sse-connect="/x">'
FOOT = "</body></html>"


def page(content: str) -> dict[str, str]:
    return {"t/p.html": HEAD + content + FOOT}


def loaded(files: dict[str, str]) -> Project:
    found = Found()
    for name in files:
        (found.python if name.endswith(".py") else found.templates).append(name)
    replaced = {name: text.encode() for name, text in files.items()}
    return Project.of("/nowhere", Settings(), found, replaced=replaced, shown_from="/nowhere")


def twice_each() -> dict[str, str]:
    """A page that includes a partial twice, forty levels deep: 2^40 uses of the last."""
    files = page('{% include "i0.html" %}')
    for level in range(40):
        below = f'{{% include "i{level + 1}.html" %}}'
        files[f"t/i{level}.html"] = f'<b sse-swap="a{level}"></b>{below}{below}'
    return {**files, "t/i40.html": '<i sse-swap="z"></i>'}


def rings() -> dict[str, str]:
    swap = '<p sse-swap="a">'
    block = f"{{% block x %}}{swap}{{% endblock %}}"
    return {
        "t/a.html": f'{{% extends "b.html" %}}{block}',
        "t/b.html": f'{{% extends "a.html" %}}{block}',
        "t/c.html": f'{HEAD}{{% include "d.html" %}}{swap}',
        "t/d.html": f'{swap}{{% include "c.html" %}}{{% include "d.html" %}}',
        "t/e.kida": f'{{% embed "f.kida" %}}{block}{{% end %}}',
        "t/f.kida": f'{{% embed "e.kida" %}}{block}{{% end %}}',
        "pages/_layout.html": f'{{% extends "x/_layout.html" %}}{block}',
        "pages/x/_layout.html": f'{swap}{{% block content %}}{{% endblock %}}{{% include "../_layout.html" %}}',
        "pages/x/p.html": swap,
    }


def recursive_macros() -> dict[str, str]:
    one = '{% macro a(x) %}<p sse-swap="{{ x }}">{{ a(x) }}{{ b(x) }}</p>{% endmacro %}'
    two = '{% macro b(x) %}<i sse-swap="b">{{ a(x) }}{{ a(x) }}{% call a(1) %}{{ b(2) }}{% endcall %}</i>{% endmacro %}'
    return {"t/p.html": one + two + HEAD + '{{ a("n") }}{{ b("m") }}' + FOOT}


def calls_of_one_macro() -> dict[str, str]:
    macro = '{% macro a(x) %}<p sse-swap="{{ x }}"></p>{% endmacro %}'
    calls = "".join(f'{{{{ a("n{n}") }}}}' for n in range(500))
    return {"t/p.html": macro + HEAD + calls + FOOT}


def conditions(inner: str) -> Callable[[], dict[str, str]]:
    return lambda: page("".join(f"{{% if c{n} %}}{inner}{{% endif %}}" for n in range(500)))


def row_of_branches() -> dict[str, str]:
    """A row of `elif`, each of which denies all those before it."""
    rows = "".join(f'{{% elif x{n} %}}<p sse-swap="a">' for n in range(1_500))
    return page(f"{{% if x %}}{rows}{{% endif %}}")


def nested_conditions() -> dict[str, str]:
    opening = "".join(f'{{% if x{n} %}}<p sse-swap="a"></p>' for n in range(1_500))
    return page(opening + "{% endif %}" * 1_500)


def calls_in_calls() -> dict[str, str]:
    macro = "{% macro two() %}<p>{{ caller() }}</p>{% endmacro %}"
    inner = "{% call two() %}" * 1_000 + '<b sse-swap="x"></b>' + "{% endcall %}" * 1_000
    return {"t/p.html": macro + HEAD + inner + FOOT}


def components_in_components() -> dict[str, str]:
    """A slot that is shown twice, sixty deep; components that use each other; a long row unclosed."""
    inner = "<c-two>" * 60 + '<b sse-swap="x"></b>' + "</c-two>" * 60
    return {
        "t/cotton/two.html": '<p sse-swap="a"></p>{{ slot }}{{ slot }}',
        "t/cotton/a.html": "<c-b>{{ slot }}</c-b><c-a>x{{ slot }}</c-a>",
        "t/cotton/b.html": "<c-a>{{ slot }}<c-b>{{ slot }}</c-b></c-a>",
        "t/p.html": f'{HEAD}{inner}<c-a><c-b><i sse-swap="q"></i></c-b></c-a>{FOOT}',
        "t/q.html": HEAD + "<c-two>" * 20_000 + '<b sse-swap="x"></b>' + FOOT,
    }


def many() -> dict[str, str]:
    layout = {"t/base.html": f"{HEAD}<p sse-swap='a'></p>{{% block c %}}{{% endblock %}}{FOOT}"}
    block = "{% block c %}<h1>x</h1>{% endblock %}"
    pages = {f"t/p{n}.html": f'{{% extends "base.html" %}}{block}' for n in range(10_000)}
    return {**layout, **pages}


@pytest.mark.parametrize(
    ("make", "cut"),
    [
        (lambda: page("<div sse-swap='a'>" * 20_000), "deeper"),
        (lambda: page("<div sse-swap='a'></div>" * 20_000), "more live elements"),
        (twice_each, "more"),
        (rings, ""),
        (recursive_macros, ""),
        (lambda: page("<table>" + "<tr><td sse-swap='r'></td></tr>" * 2_000 + "</table>"), ""),
        (calls_of_one_macro, ""),
        (conditions("<p sse-swap='n'></p>"), ""),
        (conditions("<div hx-target='#x'>"), "combinations"),
        (many, ""),
        (lambda: page("<p id=a sse-swap='a' hx-target='#a'>x</p>" * 2_000), ""),
        (row_of_branches, "more combinations"),
        (nested_conditions, "more"),
        (calls_in_calls, "more templates"),
        (components_in_components, "more templates"),
    ],
    ids="deep wide twice rings recursive rows calls conditions nested many ids elif ifs calls-in-calls components".split(),
)  # fmt: skip
def test_it_ends(make: Callable[[], dict[str, str]], cut: str) -> None:
    project = loaded(make())
    engine = Engine(project)
    pages = engine.pages_showing(tuple(project.graph.relevant))
    assert pages
    for one in pages:
        assert len(one.variants) <= MOST_RENDERINGS + 2
        for variant in one.variants:
            assert sum(1 for _ in variant.root.subtree()) <= MOST_ELEMENTS + 10
    whys = " ".join(one.why for one in engine.cuts)
    assert cut in whys
    assert bool(whys) == bool(cut)
    check(project, project.files.found.templates, list(load_rules().values()))


def test_many_assignments_are_counted_once() -> None:
    """Before each condition all assignments above it were gone through."""
    rows = "".join(
        f"{{% set v{n} = 1 %}}{{% if v{n} %}}<p sse-swap='a'></p>{{% endif %}}"
        for n in range(2_000)
    )
    project = loaded(page(rows))
    template = project.template("t/p.html")
    assert template is not None
    flow = template.flow
    assert flow.facts(flow.at(len(HEAD) + rows.index("<p"))) == (("v01:v0", True),)
    flow.assignments = []
    last = flow.at(len(HEAD) + rows.rindex("<p"))
    assert flow.facts(last) == (("v19991:v1999", True),)


def test_pages_that_differ_in_nothing_are_put_together_once() -> None:
    project = loaded(many())
    engine = Engine(project)
    assert len(engine.pages_showing(("t/base.html",))) == 1
    parsed = [path for path in project.files.found.templates if path in project.files.parsed]
    assert len(parsed) < 10


def test_pages_are_told_apart_by_what_a_selector_of_their_layout_asks_for() -> None:
    files = many()
    asking = files["t/base.html"].replace("<p sse-swap='", "<p hx-target='#here' sse-swap='", 1)
    assert asking != files["t/base.html"]
    some = sorted(path for path in files if path != "t/base.html")
    marked = {path: files[path].replace("<h1>", "<h1 id=here>", 1) for path in some[:3]}
    assert all(marked[path] != files[path] for path in marked)
    pages = Engine(loaded({**files, "t/base.html": asking, **marked})).pages_showing(
        ("t/base.html",)
    )
    assert sorted((len(page.also), page.path in marked) for page in pages) == [
        (2, True),
        (len(some) - 4, False),
    ]


def test_independent_conditions_need_few_renderings() -> None:
    engine = Engine(loaded(conditions("<p sse-swap='n'></p>")()))
    assert len(engine.page("t/p.html").variants) == 2


def test_templates_that_all_bring_each_other_have_less_and_less_of_an_allowance() -> None:
    files = {
        f"t/p{n}.html": HEAD
        + "<p sse-swap='a'></p>"
        + "".join(f'{{% include "p{other}.html" ignore missing %}}' for other in range(30))
        for n in range(30)
    }
    project = loaded(files)
    engine = Engine(project)
    pages = engine.pages_showing(tuple(project.graph.relevant))
    sizes = [sum(1 for _ in page.variants[0].root.subtree()) for page in pages]
    assert {one.path for one in engine.cuts} == set(files)
    assert sum(sizes) < 4 * MOST_ELEMENTS
    assert engine.library.allowance.most < MOST_ELEMENTS
    assert Engine(project).library.allowance.most == MOST_ELEMENTS


def test_what_is_left_out_does_not_hang_on_the_order_of_the_names() -> None:
    """One page of many that is small: it is whole, whether it comes first or last."""

    def had(names: list[str]) -> dict[int, tuple[int, str]]:
        files = {
            f"t/{name}.html": HEAD
            + f"<p sse-swap='n{number}'></p>"
            + "".join(f'{{% include "{other}.html" ignore missing %}}' for other in names[:-1])
            for number, name in enumerate(names)
        }
        files[f"t/{names[-1]}.html"] = HEAD + "<p sse-swap='small'></p>" * 300
        project = loaded(files)
        pages = Engine(project).pages_showing(tuple(project.graph.relevant))
        sizes = {one.path: sum(1 for _ in one.variants[0].root.subtree()) for one in pages}
        cuts = {one.path: one.cut for one in pages}
        return {
            number: (sizes[f"t/{name}.html"], cuts[f"t/{name}.html"])
            for number, name in enumerate(names)
        }

    names = [f"p{number:02}" for number in range(20)]
    first = had(names)
    assert first == had(names[::-1])
    assert first[19][1] == ""
    assert all(cut for number, (_, cut) in first.items() if number < 19)


def test_the_deepest_elements_are_left_out_where_all_are_too_deep() -> None:
    part = "<div id='a' sse-swap='a'>" * 400
    project = loaded({**page(part + "{% include 'more.html' %}"), "t/more.html": part})
    shown = Engine(project).page("t/p.html")
    assert shown.cut == TOO_DEEP
    nodes = list(shown.variants[0].root.subtree())
    steps = sum(1 for node in nodes for _ in node.ancestors())
    assert MOST_STEPS / 2 < steps <= MOST_STEPS
    fine = loaded(page("<div id='a' sse-swap='a'>" * 150))
    assert not Engine(fine).page("t/p.html").cut


def test_what_is_copied_is_counted_over_all_renderings() -> None:
    """Each rendering is played on what the others have left."""
    rows = "".join(f'<p sse-swap="a{n}" hx-swap="outerHTML"></p>' for n in range(60))
    project = loaded(page("{% if x %}<b sse-swap='x'></b>{% endif %}" + rows))
    context = Context(project, tuple(project.graph.relevant))
    views = context.views
    assert len(views) == 2
    left = [views[0].copies.left]
    for view in views:
        assert not view.played.cut
        left.append(view.copies.left)
    assert left[0] > left[1] > left[2]
    assert views[0].copies is views[1].copies


def test_streams_opened_again_and_again_are_counted() -> None:
    """Old connections in each other open all those below them, each time."""
    nested = "<div hx-sse='connect:/e swap:a'>" * 200
    root = Engine(loaded(page(nested))).page("t/p.html").variants[0].root
    copies = Copies()
    before = copies.left
    stage = Stage(root, HTMX1, None, copies=copies)
    assert len(stage.page.sources) > 10_000
    assert copies.left == before - size_of(root) - SOURCE * len(stage.page.sources)


def test_events_that_are_not_tried_cannot_be_told() -> None:
    rows = "".join(f'<p sse-swap="a{n}" hx-swap="outerHTML"></p>' for n in range(500))
    project = loaded(page(rows))
    result = check(project, project.files.found.templates, list(load_rules().values()))
    assert result.coverage is not None
    assert TOO_MANY in [one.why for one in result.coverage.unread]
    few = loaded(page(rows[: len(rows) // 10]))
    fewer = check(few, few.files.found.templates, list(load_rules().values()))
    assert fewer.coverage is not None
    assert not fewer.coverage.unread
    assert {one.rule for one in result.findings} == {one.rule for one in fewer.findings}
    (shown,) = Engine(project).pages_showing(("t/p.html",))
    played = play(shown.variants[0].root, HTMX2)
    assert len(played.outcomes) == 500
    assert {one.verdict for one in played.outcomes} == {"delivered", "unknown"}


def test_of_each_template_is_asked_once_whether_pages_begin_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {
        f"p{n}.html": f'{{% include "p{n + 1}.html" %}}<p sse-swap="a"></p>' for n in range(60)
    }
    project = loaded({**files, "p60.html": '<p sse-swap="a"></p>'})
    asked: list[str] = []
    is_extended = Project.is_extended

    def counted(self: Project, path: str) -> bool:
        asked.append(path)
        return is_extended(self, path)

    monkeypatch.setattr(Project, "is_extended", counted)
    engine = Engine(project)
    assert {engine.tops(f"p{n}.html") for n in range(61)} == {("p0.html",)}
    assert len(asked) <= 61


@pytest.mark.parametrize(
    "row",
    [
        '<i hx-get="/x" hx-trigger="sse:a from:body" hx-target="#t"></i>',
        '<i sse-swap="a" hx-target=".none"></i>',
        '<i sse-swap="a" hx-target="next .none"></i>',
    ],
)
def test_an_event_with_too_many_consequences_cannot_be_told(row: str) -> None:
    """Each element hears what all of them hear, or looks through the whole page."""
    for number, verdicts in ((20, {"delivered", "lost"}), (1_500, {"unknown"})):
        text = row * number + '<p id="t"></p><p sse-swap="b"></p>'
        root = Engine(loaded(page(text))).page("t/p.html").variants[0].root
        played = play(root, HTMX2)
        assert (played.cut == TOO_MANY) == (number > 20)
        assert len(played.outcomes) == number + 1
        told = {one.verdict for one in played.outcomes if one.name == "a"}
        assert told <= verdicts, told
        assert told


def test_what_an_id_finds_is_known_until_a_payload_brings_ids() -> None:
    body = held(fragment('<p id="a"></p><p id="b"></p><p id="b"></p>'))
    ids = Ids(body)
    found = body.elements[0]
    assert ids.found("#a") == [found]
    assert ids.found("#none") == []
    # Two of them stand in an order that may change; other selectors take a look.
    assert ids.found("#b") is ids.found("#a b") is ids.found(".a") is None
    first = body.elements[-2]
    del first.attributes["id"]
    assert ids.found("#b") == [body.elements[-1]]
    found.detach()
    assert ids.found("#a") == []
    ids.note(fragment("<i>no</i>"))
    assert ids.found("#a") == []
    ids.note(fragment("<template hx><i><b id=a></b></i></template>"))
    assert ids.found("#a") is None
