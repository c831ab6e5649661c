"""Schemas, the first configuration, watching, completion."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Collection
from pathlib import Path

import pytest

from sse_check.cli.watch import run_watch
from sse_check.findings.result import Result
from sse_check.project.settings import KEYS, read_settings
from tests.cli.helpers import sse_check
from tests.project.helpers import run, write

FAULTY = {
    "templates/live.html": '<html><body hx-target="#m"><main id="m"><div hx-ext="sse" sse-connect="/e">'
    '<p sse-swap="a"></p></div></main></body></html>',
    "pyproject.toml": "[project]\nname = 'x'\n",
}


def test_output_fits_its_schema(tmp_path: Path) -> None:
    import jsonschema

    write(tmp_path, FAULTY)
    schema = json.loads(sse_check(tmp_path, "schema", "output").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    data = json.loads(sse_check(tmp_path, "--format", "json").out)
    assert data["findings"]
    jsonschema.validate(data, schema, jsonschema.Draft202012Validator)
    data["findings"][0]["severity"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema, jsonschema.Draft202012Validator)


def test_settings_fit_their_schema(tmp_path: Path) -> None:
    import jsonschema

    schema = json.loads(sse_check(tmp_path, "schema", "settings").out)
    text = """
templates = ["t"]
htmx = "2"
profile = "browser"
fail-on = "info"
baseline = "b.json"
[severity]
sse_scope = "off"
[per-file-ignores]
"old/*" = ["sse_scope"]
[[server.emit]]
call = "mylib.push"
event = "arg:1"
"""
    (tmp_path / "sse-check.toml").write_text(text)
    jsonschema.validate(tomllib.loads(text), schema, jsonschema.Draft202012Validator)
    assert read_settings(str(tmp_path / "sse-check.toml")).profile == "browser"
    short = (
        'htmx = 2\nignore = "sse_scope"\nselect = "sse_"\n[per-file-ignores]\n"a/*" = "sse_scope"\n'
    )
    (tmp_path / "sse-check.toml").write_text(short)
    jsonschema.validate(tomllib.loads(short), schema, jsonschema.Draft202012Validator)
    assert read_settings(str(tmp_path / "sse-check.toml")).htmx == "2"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"profil": "x"}, schema, jsonschema.Draft202012Validator)


SERVED = {
    "pyproject.toml": "",
    "app.py": """
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from fastapi.templating import Jinja2Templates

app = FastAPI()
templates = Jinja2Templates(directory="shop/templates")

@app.get("/")
def index():
    return templates.TemplateResponse("live.html", {})

@app.get("/events")
def events():
    def stream():
        while True:
            yield "event: tick\\ndata: x\\n\\n"
    return StreamingResponse(stream(), media_type="text/event-stream")
""",
    "shop/templates/live.html": """<html><head>
<script src="https://unpkg.com/htmx.org@1.9.12"></script></head><body>
<div hx-ext="sse" sse-connect="/events"><p sse-swap="tock">-</p></div></body></html>
""",
}


def test_init_shows_what_the_project_is_taken_for(tmp_path: Path) -> None:
    write(tmp_path, SERVED)
    done = sse_check(tmp_path, "init")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[:5] == [
        "framework    fastapi at app.py:6: 2 routes, 1 stream",
        "templates    1 file in shop/templates/",
        "htmx         1.9.12 without its extension (shop/templates/live.html:2)",
        "profile      browser: fastapi serves the pages",
        "connections  1, joined to a route: 1",
    ]
    assert "sse-check shows what it finds today: 2 errors, 1 info" in done.out
    assert read_settings(str(tmp_path / "pyproject.toml")).profile == "auto"
    again = sse_check(tmp_path, "init")
    assert again.status == 0
    assert again.out.splitlines()[:5] == done.out.splitlines()[:5]
    there = "pyproject.toml: the project's configuration; nothing was written\n"
    assert there in again.out
    hook = done.out[done.out.index("\nTo check before every commit") :].partition("\nsse-check ")[0]
    assert hook.strip() == again.out.partition(there)[2].strip()


def test_init_says_what_it_has_to_assume(tmp_path: Path) -> None:
    write(tmp_path, {"a.html": "<div hx-ext='sse' sse-connect='/e'><p sse-swap='x'>-</p></div>"})
    out = sse_check(tmp_path, "init").out
    assert "framework    no server that sends events was found" in out
    assert "templates    1 file in the top folder" in out
    assert "htmx         2 (assumed: no script tells which)" in out
    text = (tmp_path / "sse-check.toml").read_text()
    assert '# htmx = "2"' in text
    # Without the signs it must be read as it is meant.
    (tmp_path / "sse-check.toml").write_text(re.sub(r"(?m)^# (?=[a-z-]+ =)", "", text))
    assert read_settings(str(tmp_path / "sse-check.toml")).htmx == "2"


def test_init_names_markup_in_python(tmp_path: Path) -> None:
    text = 'def page():\n    return \'<div sse-connect="/e"><p sse-swap="x"></p></div>\'\n'
    write(tmp_path, {"one/app.py": text, "two/app.py": text, "two/templates/a.html": "<p>x</p>"})
    assert "templates    written in app.py\n" in sse_check(tmp_path / "one", "init").out
    said = sse_check(tmp_path / "two", "init").out
    assert "templates    1 file in templates/, and written in app.py\n" in said


def test_init_in_a_folder_of_a_repository(tmp_path: Path) -> None:
    write(tmp_path, {".git/HEAD": "", "one/app.py": "x = 1\n", "two/templates/a.html": "<p>x</p>"})
    for folder, said in (("one", "none were found"), ("two", "1 file in templates/")):
        done = sse_check(tmp_path / folder, "init")
        assert (done.status, done.err) == (0, "")
        assert f"templates    {said}" in done.out
    write(tmp_path, {"sse-check.toml": "", "three/a.html": ""})
    done = sse_check(tmp_path / "three", "init")
    assert "../sse-check.toml: the project's configuration; nothing was written\n" in done.out


def test_init_without_any_template(tmp_path: Path) -> None:
    wrong = sse_check(tmp_path, "init")
    assert wrong.status == 2
    assert "there is no template and no Python file here" in wrong.err
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "app.py").write_text("x = 1\n")
    done = sse_check(tmp_path, "init")
    assert done.status == 0
    assert "templates    none were found" in done.out
    assert "finds nothing to say about this project today" in done.out
    assert read_settings(str(tmp_path / "sse-check.toml")).fail_on == "error"


def test_watching_tells_what_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, FAULTY)
    shown: list[int] = []

    asked: list[object] = []

    def checked(changed: Collection[str] | None) -> Result:
        asked.append(changed)
        return run(tmp_path, {})

    def show(result: Result) -> None:
        shown.append(len(result.findings))
        path = tmp_path / "templates/live.html"
        path.write_text(path.read_text().replace(' hx-target="#m"', ""))
        os.utime(path, (1, len(shown)))

    run_watch(checked, show, turns=2)
    assert shown == [2, 0]
    assert asked == [None, [str(tmp_path / "templates/live.html")]]
    assert capsys.readouterr().out.splitlines() == [
        "watching; Ctrl-C ends",
        "0 new, 2 gone since the last save; watching",
    ]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(tmp_path: Path, shell: str) -> None:
    environment = {**os.environ, "_SSE_CHECK_COMPLETE": f"{shell}_source"}
    done = subprocess.run(
        [str(Path(sys.executable).parent / "sse-check")],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    if shell == "bash" and "Bash version" in done.stderr:
        pytest.skip("an old bash")
    assert "sse-check" in done.stdout


def test_every_setting_is_described() -> None:
    from sse_check.report.schema import settings_schema

    assert len(settings_schema()["properties"]) == len(KEYS)
