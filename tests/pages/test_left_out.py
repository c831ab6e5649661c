"""What is left out of a page changes nothing: the elements that matter stand as they do in all of it."""

import os
from itertools import product
from pathlib import Path

import pytest

from sse_check.pages.decisions import Decisions
from sse_check.pages.engine import Engine
from sse_check.pages.interest import Interest, asked_by
from sse_check.pages.marks import Mark
from sse_check.pages.node import Node
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from tests.pages.test_jinja import CONDITIONS, Maker
from tests.project.helpers import write

SEEDS = int(os.environ.get("SSE_CHECK_SEEDS", "300"))
FIRST_SEED = int(os.environ.get("SSE_CHECK_FIRST_SEED", "0"))


def condensed(node: Node, engine: Engine) -> list[object]:
    """The elements that matter to an engine, each with those below it."""
    below = [one for child in node.elements for one in condensed(child, engine)]
    mark = node.mark
    if not isinstance(mark, Mark):
        return below
    if mark.node not in engine.library.outline(mark.path, mark.template).elements:
        return below
    matters = engine.interest.matters
    said = sorted(item for item in node.attributes.items() if matters(item[0]))
    return [(node.name, mark.place, said, below)]


def difference(folder: Path, files: dict[str, str]) -> str:
    write(folder, files)
    project = Project.load(str(folder), Settings(dialect="jinja"), shown_from=str(folder))
    whole, part = Engine(project, everything=True), Engine(project)
    for values in product((True, False), repeat=len(CONDITIONS)):
        truth = dict(zip(CONDITIONS, values, strict=True))
        all_of_it = condensed(whole.render("t/page.html", Decisions(truth)), part)
        some_of_it = condensed(part.render("t/page.html", Decisions(truth)), part)
        if all_of_it != some_of_it:
            return f"{truth}\nwhole {all_of_it}\npart  {some_of_it}"
    return ""


def test_elements_that_matter_stand_where_they_stand_in_the_whole_page(tmp_path: Path) -> None:
    wrong = []
    for seed in range(FIRST_SEED, FIRST_SEED + SEEDS):
        files = Maker(seed).project()
        said = difference(tmp_path / str(seed), files)
        if said:
            texts = "\n".join(f"{n}: {t}" for n, t in files.items() if n != "t/m.html")
            wrong.append(f"seed {seed}\n{texts}\n{said}")
        if len(wrong) >= 3:
            break
    assert not wrong, "\n\n".join(wrong)


def test_what_matters_is_kept(tmp_path: Path) -> None:
    """A selector of another file makes an element matter; without one it is left out."""
    page = '<html><body><div id="far"><i></i></div><p class="row">x</p></body></html>'
    for value, expected in (("#far", ["far"]), (".row", ["p"]), ("#other", [])):
        folder = tmp_path / value.strip("#.")
        files = {"t/page.html": page, "t/a.html": f'<b hx-target="{value}" hx-get="/">'}
        write(folder, files)
        engine = Engine(Project.load(str(folder), Settings(), shown_from=str(folder)))
        root = engine.render("t/page.html", Decisions({}))
        kept = [n.attributes.get("id", n.name) for n in root.subtree() if n.name in ("div", "p")]
        assert kept == expected


def test_an_interest_sees_selectors_everywhere() -> None:
    interest = Interest(
        map(asked_by, [b'<i hx-target="closest tr">', b"{{ row(target='#list') }}"])
    )
    assert "tr" in interest.tags
    assert "list" in interest.ids


@pytest.mark.parametrize(
    ("markup", "everything", "beside"),
    [
        (b'<i hx-target="find > *">', True, False),
        (b'<i hx-include="#a:empty, :not(p)">', True, False),
        (b'<i hx-target="next p + b">', False, True),
        (b'<i hx-trigger="click from:li:first-child">', False, True),
        # What is looked for in answers, when one request goes before another, and code.
        (b'<i hx-select=".grid > *">', False, False),
        (b'<i hx-select="li:first-child" hx-select-oob="#a">', False, False),
        (b'<i hx-trigger="keyup queue:last">', False, False),
        (b'<i hx-on:click="a + b, *c">', False, False),
    ],
)
def test_what_asks_for_more_than_names(markup: bytes, *, everything: bool, beside: bool) -> None:
    asked = asked_by(markup)
    assert (asked.everything, asked.beside) == (everything, beside)
