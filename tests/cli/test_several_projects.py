"""Files of several projects in one call, as pre-commit hands them over: each as in its own."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.helpers import sse_check
from tests.project.helpers import write

ORPHAN = '<html><body><p sse-swap="x"></p></body></html>'
OFF = '[tool.sse-check]\nignore = ["sse_orphan"]\n'
TWO = {
    "one/pyproject.toml": OFF,
    "one/templates/a.html": ORPHAN,
    "two/pyproject.toml": "",
    "two/templates/a.html": ORPHAN,
}


def found(folder: Path, *arguments: str) -> list[str]:
    out = sse_check(folder, *arguments, "--format", "json").out
    return [one["location"]["path"] for one in json.loads(out)["findings"]]


@pytest.mark.parametrize(
    "targets",
    [("one", "two"), ("two", "one"), ("one/templates/a.html", "two/templates/a.html")],
)
def test_each_has_its_own_settings(tmp_path: Path, targets: tuple[str, ...]) -> None:
    write(tmp_path, TWO)
    assert found(tmp_path, *targets) == ["two/templates/a.html"]


def test_what_fails_is_said_by_each(tmp_path: Path) -> None:
    off = '[tool.sse-check]\nseverity = { sse_orphan = "warning" }\n'
    write(tmp_path, TWO | {"one/pyproject.toml": off, "two/templates/a.html": "<p></p>"})
    assert sse_check(tmp_path, "two", "one").status == 0
    write(tmp_path, {"one/pyproject.toml": f'{off}fail-on = "warning"\n'})
    assert sse_check(tmp_path, "two", "one").status == 1


def test_each_has_its_own_baseline(tmp_path: Path) -> None:
    write(tmp_path, TWO | {"one/pyproject.toml": '[tool.sse-check]\nbaseline = "known.json"\n'})
    sse_check(tmp_path, "one", "--write-baseline", "one/known.json")
    assert found(tmp_path, "two", "one") == ["two/templates/a.html"]


def test_each_may_leave_out_rules_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, TWO | {"one/pyproject.toml": '[tool.sse-check]\nrules = ["tools"]\n'})
    problems = json.loads(sse_check(tmp_path, "two", "one", "--format", "json").out)["problems"]
    assert [problem["path"] for problem in problems] == ["one/pyproject.toml"]


def test_wrong_settings_of_the_second_are_said(tmp_path: Path) -> None:
    write(tmp_path, TWO | {"one/pyproject.toml": '[tool.sse-check]\nignore = ["sse_orphon"]\n'})
    done = sse_check(tmp_path, "two", "one")
    assert done.status == 2
    assert "there is no rule `sse_orphon`" in done.err


def test_settings_that_are_named_are_those_of_all(tmp_path: Path) -> None:
    write(tmp_path, TWO | {"all.toml": 'ignore = ["sse_orphan"]\n'})
    assert not found(tmp_path, "two", "one", "--config", "all.toml")


@pytest.mark.parametrize("targets", [(".", "two"), ("two", "."), (".", "two/templates/a.html")])
def test_what_lies_in_both_is_told_once(tmp_path: Path, targets: tuple[str, ...]) -> None:
    write(tmp_path, TWO | {"pyproject.toml": ""})
    assert sorted(found(tmp_path, *targets)) == ["one/templates/a.html", "two/templates/a.html"]


def test_the_map_takes_each_as_its_own(tmp_path: Path) -> None:
    page = '<html><body hx-ext="sse" sse-connect="/e"><p sse-swap="x"></p></body></html>'
    settings = {
        "one/pyproject.toml": '[tool.sse-check]\nhtmx = "1"\n',
        "two/pyproject.toml": '[tool.sse-check]\nhtmx = "2"\n',
    }
    write(tmp_path, TWO | settings | {f"{name}/templates/a.html": page for name in ("one", "two")})
    out = sse_check(tmp_path, "map", "two", "one", "--format", "json").out
    assert [page["stack"][:5] for page in json.loads(out)["pages"]] == ["htmx2", "htmx1"]


def test_settings_that_are_being_written_end_no_watch(tmp_path: Path) -> None:
    """Settings count as soon as they are saved; what is wrong with them is said meanwhile."""
    write(tmp_path, TWO)
    out = tmp_path / "out.txt"
    with out.open("w") as file:
        watch = subprocess.Popen(
            [sys.executable, "-m", "sse_check", "--watch", "two", "--format", "concise"],
            cwd=tmp_path, stdout=file, stderr=file,
        )  # fmt: skip
        try:
            for text, said in (
                (None, "sse_orphan"),
                ("[tool.sse-check\n", "not valid TOML"),
                (OFF, "1 gone since the last save"),
            ):
                if text is not None:
                    (tmp_path / "two/pyproject.toml").write_text(text)
                _wait_for(out, said)
            assert watch.poll() is None
        finally:
            watch.kill()
            watch.wait(20)


def _wait_for(file: Path, said: str) -> None:
    """Another process writes this, and tells nobody when: it is looked for until then."""
    for _ in range(300):
        if said in file.read_text():
            return
        time.sleep(0.1)
    pytest.fail(f"not said: {said!r}\n{file.read_text()}")


UNMARKED = {
    "app/main.py": "from fastapi import FastAPI\nfrom app.routes import live\n\n"
    "app = FastAPI()\napp.include_router(live.router, prefix='/live')\n",
    "app/routes/live.py": "from fastapi import APIRouter\n"
    "from sse_starlette import EventSourceResponse\nrouter = APIRouter()\n\n"
    "@router.get('/events')\nasync def events():\n    async def sent():\n"
    "        while True:\n            yield {'event': 'a', 'data': 'x'}\n"
    "    return EventSourceResponse(sent())\n",
    "app/templates/a.html": '<script src="https://unpkg.com/htmx.org@2.0.4"></script>'
    '<script src="https://unpkg.com/htmx-ext-sse@2.2.2"></script>'
    '<body hx-ext="sse" sse-connect="/live/events"><p sse-swap="b" hx-target="this"></p></body>',
}


@pytest.mark.parametrize("target", [".", "app", "app/templates", "app/templates/a.html"])
@pytest.mark.parametrize("mark", ["", "requirements.txt"])
def test_a_project_without_a_mark_at_its_top(tmp_path: Path, target: str, mark: str) -> None:
    """Modules that name the folder they are in were lost when less than all was looked at."""
    write(tmp_path, UNMARKED | ({mark: "fastapi\n"} if mark else {}))
    done = sse_check(tmp_path, target, "--coverage", "--format", "json")
    report = json.loads(done.out)
    found = [(f["rule"], f["location"]["path"]) for f in report["findings"]]
    assert [(r, path) for r, path in found if path.endswith(".html")] == [
        ("sse_crossref", "app/templates/a.html")
    ]
    assert not [app["unread"] for app in report["coverage"]["apps"] if app["unread"]]
