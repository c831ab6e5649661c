"""`--watch` keeps its projects in memory: what it finds is what a new run finds."""

import gc
import os
import weakref
from collections.abc import Collection
from pathlib import Path

import pytest

from sse_check.cli.kept import Kept
from sse_check.cli.targets import Wanted, open_targets
from sse_check.cli.watch import run_watch
from sse_check.findings.check import check
from sse_check.findings.result import Result
from sse_check.pages.engine import Engine
from sse_check.project.files import Files
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from tests.project.helpers import built_in, write

FILES = {
    "pyproject.toml": "[project]\nname = 'x'\n",
    "templates/base.html": '<html><body hx-target="#m"><main id="m">{% block c %}{% endblock %}</main></body></html>',
    "templates/part.html": '<i sse-swap="part" hx-target="this"></i>',
    "templates/one.html": '{% extends "base.html" %}{% block c %}<div hx-ext="sse" sse-connect="/e">'
    '<p sse-swap="a"></p>{% include "part.html" %}</div>{% endblock %}',
    "templates/two.html": '{% extends "base.html" %}{% block c %}{% include "part.html" %}{% endblock %}',
    "app.py": "from fastapi import FastAPI\nfrom sse_starlette import EventSourceResponse\n"
    "app = FastAPI()\n\n@app.get('/e')\nasync def stream():\n    async def events():\n"
    "        yield {'event': 'a', 'data': 'x'}\n    return EventSourceResponse(events())\n",
}


def reports(wanted: list[Wanted], kept: Kept | None = None) -> list[Result]:
    return [
        check(
            one.project,
            one.paths,
            [*built_in().values()],
            engine=kept.engine_of(one.project) if kept else None,
        )
        for one in wanted
    ]


def told(results: list[Result]) -> list[object]:
    return [(f.rule, f.span.source.path, f.span.start, f.message, f.confidence) for r in results for f in r.findings]  # fmt: skip


def opened(folder: Path) -> list[Wanted]:
    return open_targets((str(folder),), lambda _: Settings())


@pytest.mark.parametrize(
    ("path", "old", "new", "parsed"),
    [
        ("templates/one.html", ' sse-swap="a"', ' sse-swap="a" hx-target="this"', {"one"}),
        ("templates/one.html", ' sse-connect="/e"', "", {"one"}),
        ("templates/part.html", ' hx-target="this"', "", {"part"}),
        ("templates/base.html", ' hx-target="#m"', ' hx-target="#n"', {"base"}),
        ("templates/two.html", '{% include "part.html" %}', '<b hx-get="/x"></b>', {"two"}),
        ("app.py", "'event': 'a'", "'event': 'b'", {"base", "part", "one", "two"}),
    ],
)
def test_a_change_is_taken_in(
    path: str, old: str, new: str, parsed: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the template that changed is parsed again; Python is read anew with all the rest."""
    write(tmp_path, FILES)
    kept = Kept(lambda: opened(tmp_path))
    before = told(reports(kept.renewed(None), kept))
    (tmp_path / path).write_text(FILES[path].replace(old, new))
    read: list[str] = []
    parse = Files._parse

    def noted(self: Files, at: str) -> object:
        read.append(at)
        return parse(self, at)

    monkeypatch.setattr(Files, "_parse", noted)
    after = told(reports(kept.renewed([str(tmp_path / path)]), kept))
    assert {Path(one).stem for one in read} == parsed
    assert after == told(reports(opened(tmp_path)))
    assert after != before


def test_a_second_change(tmp_path: Path) -> None:
    """A file is read each time, and not only when it changes first."""
    write(tmp_path, FILES)
    kept = Kept(lambda: opened(tmp_path))
    first = told(reports(kept.renewed(None), kept))
    path = tmp_path / "templates/one.html"
    for text in (FILES["templates/one.html"].replace('"a"', '"z"'), FILES["templates/one.html"]):
        path.write_text(text)
        last = told(reports(kept.renewed([str(path)]), kept))
    assert last == first


def test_files_that_come_and_go(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    kept = Kept(lambda: opened(tmp_path))
    kept.renewed(None)
    new = tmp_path / "templates/new.html"
    new.write_text('<html><body><p sse-swap="lost"></p></body></html>')
    with_it = told(reports(kept.renewed(None), kept))
    assert any("new.html" in str(one) for one in with_it)
    new.unlink()
    assert not any("new.html" in str(one) for one in told(reports(kept.renewed(None), kept)))


def test_what_cannot_be_read_any_more_is_opened_anew(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    kept = Kept(lambda: opened(tmp_path))
    before = kept.renewed(None)
    path = tmp_path / "templates/one.html"
    path.unlink()
    assert kept.renewed([str(path)]) is not before


def test_a_long_watch_does_not_grow(tmp_path: Path) -> None:
    """Each turn leaves trees behind whose elements hold each other; the next has none of them."""
    write(tmp_path, FILES)
    left: list[weakref.ref[Engine]] = []

    def checked(changed: Collection[str] | None) -> Result:
        assert sum(one() is not None for one in left) <= 1
        engine = Engine(Project.load(str(tmp_path), Settings()))
        vars(engine)["itself"] = engine
        left.append(weakref.ref(engine))
        return Result((), (), 0, Settings())

    def show(_: Result) -> None:
        os.utime(tmp_path / "app.py", (1, len(left)))

    gc.disable()
    try:
        run_watch((str(tmp_path),), checked, show, turns=3)
    finally:
        gc.enable()
    assert len(left) == 3
