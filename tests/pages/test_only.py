"""`{% include "x" with ... only %}`: a name that is not given is empty, as Django renders it."""

from pathlib import Path

import pytest

from sse_check.htmx import markup
from sse_check.pages.decisions import Decisions
from sse_check.pages.engine import Engine
from sse_check.pages.marks import HOLE
from tests.pages.test_django import engine_of
from tests.pages.test_jinja import body_of, shape
from tests.project.helpers import load, write

GIVEN = {"topic": "board", "a": True, "items": [1]}
NAMED = '<p sse-swap="{{ topic }}-x">-</p>'


def both(folder: Path, page: str, part: str, inner: str = "") -> tuple[object, object]:
    """What the engine makes of a page, and what Django does."""
    files = _files(page, part, inner)
    write(folder, files)
    rendered = engine_of(files).get_template("page.html").render(_context())
    return made(folder, files), shape(body_of(markup.page(rendered)))


def _files(page: str, part: str, inner: str) -> dict[str, str]:
    page = f"{{% load i18n %}}<html><body>{page}</body></html>"
    return {"t/page.html": page, "t/part.html": part, "t/inner.html": inner}


def made(folder: Path, files: dict[str, str]) -> object:
    engine = Engine(load(folder, files), everything=True)
    return shape(body_of(engine.render("t/page.html", Decisions({"a": True}))))


def _context() -> object:
    from django.template import Context

    return Context(dict(GIVEN))


@pytest.mark.parametrize(
    ("page", "part", "inner"),
    [
        ('{% include "part.html" only %}', NAMED, ""),
        ('{% include "part.html" with title="t" only %}', NAMED, ""),
        ('{% include "part.html" with topic="own" only %}', NAMED, ""),
        ('{% include "part.html" only %}', "{% if topic %}<b></b>{% else %}<i></i>{% endif %}", ""),
        ('{% include "part.html" only %}', '{% include "inner.html" %}', NAMED),
        ('{% include "part.html" with title="t" only %}',
         '{% for one in title %}<b id="{{ topic }}q"></b>{% endfor %}', ""),
        ('{% include "part.html" only %}', '{% include "inner.html" with topic="k" %}', NAMED),
    ],
)  # fmt: skip
def test_what_is_left_out_is_empty(tmp_path: Path, page: str, part: str, inner: str) -> None:
    ours, theirs = both(tmp_path, page, part, inner)
    assert ours == theirs


@pytest.mark.parametrize(
    ("page", "part", "inner"),
    [
        # All names of the page are there without `only`, and of the page itself not all are known.
        ('{% include "part.html" with title="t" %}', NAMED, ""),
        # The file gives the name a value, or one of its tags may.
        ('{% include "part.html" only %}', f'{{% with topic="w" %}}{NAMED}{{% endwith %}}', ""),
        ('{% include "part.html" only %}', f"{{% now 'Y' as topic %}}{NAMED}", ""),
        ('{% include "part.html" only %}', '{% with topic="w" %}{% include "inner.html" %}{% endwith %}', NAMED),
        ('{% include "part.html" only %}', '{% include "inner.html" %}', f"{{% now 'Y' as topic %}}{NAMED}"),
    ],
)  # fmt: skip
def test_what_may_have_a_value_is_not_empty(
    tmp_path: Path, page: str, part: str, inner: str
) -> None:
    ours = made(tmp_path, _files(page, part, inner))
    assert "sse-swap" in str(ours)
    assert "'-x'" not in str(ours)


def test_a_tag_of_the_project_may_give_any_name(tmp_path: Path) -> None:
    files = {
        "t/page.html": '{% load own %}<html><body>{% include "part.html" only %}</body></html>',
        "t/part.html": f"{{% load own %}}{{% fill_in %}}{NAMED}",
    }
    assert repr(f"{HOLE}-x") in repr(made(tmp_path, files))
