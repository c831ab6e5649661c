"""Schemas, the first configuration, watching, completion."""

import json
import os
import subprocess
import sys
import tomllib
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
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"profil": "x"}, schema, jsonschema.Draft202012Validator)


def test_init_writes_settings_that_are_read(tmp_path: Path) -> None:
    write(tmp_path, FAULTY)
    done = sse_check(tmp_path, "init")
    assert done.status == 0
    assert "- id: sse-check" in done.out
    assert read_settings(str(tmp_path / "pyproject.toml")).profile == "auto"
    again = sse_check(tmp_path, "init")
    assert (again.status, again.err) == (2, "sse-check: this project has a configuration already\n")


def test_init_without_a_pyproject(tmp_path: Path) -> None:
    assert sse_check(tmp_path, "init").status == 0
    assert read_settings(str(tmp_path / "sse-check.toml")).fail_on == "error"


def test_watching_tells_what_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, FAULTY)
    shown: list[int] = []

    def checked() -> Result:
        return run(tmp_path, {})

    def show(result: Result) -> None:
        shown.append(len(result.findings))
        path = tmp_path / "templates/live.html"
        path.write_text(path.read_text().replace(' hx-target="#m"', ""))
        os.utime(path, (1, len(shown)))

    run_watch((str(tmp_path),), checked, show, turns=2)
    assert shown == [2, 0]
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
