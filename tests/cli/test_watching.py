"""`--watch` keeps its projects in memory: what it finds is what a new run finds."""

import gc
import os
import weakref
from collections.abc import Callable, Collection
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
        (tmp_path / f"new{len(left)}.html").write_text("")

    gc.disable()
    try:
        run_watch(checked, show, turns=3)
    finally:
        gc.enable()
    assert len(left) == 3


class MissedError(Exception):
    """Nothing was noticed."""


def turns(
    target: Path, change: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> list[list[object]]:
    """What is told of a target, and what after a change; fails where that is not noticed."""

    def missed(_: float) -> None:
        raise MissedError

    monkeypatch.setattr("sse_check.cli.watch.time.sleep", missed)
    kept = Kept(lambda: opened(target))
    all_told: list[list[object]] = []

    def checked(changed: Collection[str] | None) -> Result:
        all_told.append(told(reports(kept.renewed(changed), kept)))
        return Result((), (), 0, Settings())

    def show(_: Result) -> None:
        if len(all_told) == 1:
            change()

    run_watch(checked, show, turns=2)
    return all_told


SCRIPT = {
    "package.json": "{}",
    "templates/page.html": '<html><body><script src="https://unpkg.com/htmx.org@2.0.4"></script>'
    '<script src="https://unpkg.com/htmx-ext-sse@2.2.2"></script>'
    '<script src="/static/own.js"></script></body></html>',
    "static/own.js": "const s = new EventSource('/e');\ns.addEventListener('b', () => {});\n",
    "app.py": FILES["app.py"],
}
PLAIN = {"package.json": "{}", "a.xhtml": '<html><body><p sse-swap="lost"></p></body></html>'}
LIVE = '<html><body><div hx-ext="sse" sse-connect="/e"><p sse-swap="a" hx-target="this"></p></div></body></html>'


@pytest.mark.parametrize(
    ("files", "target", "path", "old", "new"),
    [
        (SCRIPT, "", "static/own.js", "'b'", "'a'"),
        (PLAIN, "", "a.xhtml", ' sse-swap="lost"', ""),
        (FILES, "templates/one.html", "templates/base.html", ' hx-target="#m"', ""),
        (FILES, "templates/one.html", "app.py", "'event': 'a'", "'event': 'b'"),
    ],
    ids=["a script", "another suffix", "the layout of the target", "the server of the target"],
)
def test_any_file_that_was_read_is_watched(
    files: dict[str, str], target: str, path: str, old: str, new: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    write(tmp_path, files)
    changed = tmp_path / path

    def change() -> None:
        changed.write_text(files[path].replace(old, new))

    before, after = turns(tmp_path / target, change, monkeypatch)
    assert before != after
    assert after == told(reports(opened(tmp_path / target)))


def test_where_the_version_is_written_is_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = {
        "templates/a.html": LIVE.replace("<html>", '<html><script src="/x/htmx.min.js"></script>')
    }
    asks = '{"dependencies": {"htmx.org": "^%s"}}'
    write(tmp_path, page | {"package.json": asks % "2.0.0"})
    changed = tmp_path / "package.json"
    before, after = turns(tmp_path, lambda: changed.write_text(asks % "4.0.0"), monkeypatch)
    assert before != after


@pytest.mark.parametrize("name", ["templates/new.html", "sse-check.toml", "requirements.txt"])
def test_files_that_come_are_noticed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, FILES)
    turns(tmp_path / "templates/one.html", lambda: (tmp_path / name).write_text(""), monkeypatch)


@pytest.mark.parametrize("name", ["templates/.one.html.swp", "templates/one.html~", "notes.md"])
def test_what_editors_put_beside_a_file_is_no_change(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, FILES)
    with pytest.raises(MissedError):
        turns(tmp_path, lambda: (tmp_path / name).write_text(""), monkeypatch)


def test_a_save_by_another_name_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of the same size and time takes the place of the one before."""
    write(tmp_path, FILES)
    path, beside = tmp_path / "templates/one.html", tmp_path / "templates/one.html~"

    def change() -> None:
        beside.write_text(path.read_text().replace('"a"', '"z"'))
        status = path.stat()
        os.utime(beside, ns=(status.st_atime_ns, status.st_mtime_ns))
        beside.replace(path)

    before, after = turns(tmp_path, change, monkeypatch)
    assert before != after


def test_what_is_written_during_a_run_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, FILES)
    path = tmp_path / "templates/one.html"
    monkeypatch.setattr(
        "tests.cli.test_watching.told",
        lambda results: path.write_text("") if path.read_text() else len(results),
    )
    assert len(turns(tmp_path, lambda: None, monkeypatch)) == 2
