"""The contract and what the browser does: severities under each profile."""

from pathlib import Path

import pytest

from sse_check.findings.check import check
from sse_check.findings.loader import load_rules
from sse_check.project.settings import Profile, Settings
from tests.project.helpers import lines, load

HARMLESS = '<div hx-ext="sse" sse-connect="/e" sse-swap="a">-</div>'
MISROUTED = f'<main id="m" hx-target="#m">{HARMLESS}</main>'
REMOVED = '<div hx-ext="sse" sse-connect="/e" sse-swap="a" hx-swap="outerHTML">-</div>'


def found(folder: Path, body: str, profile: Profile) -> list[str]:
    page = f"<!doctype html>\n<html><body>\n{body}\n</body></html>\n"
    project = load(folder, {"templates/a.html": page}, Settings(profile=profile))
    result = check(project, project.files.found.templates, list(load_rules().values()))
    return [line for line in lines(result) if "sse_self_swap" in line]


@pytest.mark.parametrize("body", [HARMLESS, MISROUTED, REMOVED])
def test_the_contract_asks_for_two_elements(tmp_path: Path, body: str) -> None:
    assert found(tmp_path, body, "contract") == ["templates/a.html:3 error sse_self_swap certain"]


def test_the_browser_profile_is_silent_where_no_harm_is_done(tmp_path: Path) -> None:
    assert found(tmp_path, HARMLESS, "browser") == []


@pytest.mark.parametrize("body", [MISROUTED, REMOVED])
def test_the_browser_profile_follows_the_outcome(tmp_path: Path, body: str) -> None:
    assert found(tmp_path, body, "browser") == ["templates/a.html:3 error sse_self_swap certain"]


FLASK = "from flask import Flask\n\napp = Flask(__name__, template_folder='pages')\n"
CHIRP = "from chirp import App\n\napp = App()\n"


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, ("contract", "no server can be seen")),
        ({"main.go": "package main\n"}, ("browser", "the server is in Go")),
        ({"src/a.rs": "", "src/b.rs": "", "Main.java": ""}, ("browser", "the server is in Rust")),
        (
            {"package.json": '{"dependencies": {"hono": "^4"}}'},
            ("browser", "the server is in JavaScript"),
        ),
        ({"package.json": '{"devDependencies": {"vite": "5"}}'}, ("contract", "no server can be seen")),
        ({"tool/app.py": FLASK, "tool/pages/b.html": "-"}, ("browser", "flask is the server here")),
        ({"main.go": "", "tool/app.py": CHIRP}, ("contract", "")),
        ({"parts.py": "from fasthtml.common import *\n"}, ("browser", "it is made for fasthtml")),
        ({"parts.py": "import cherrypy\n"}, ("browser", "CherryPy is the server here")),
        ({"parts.py": "import json\n"}, ("contract", "no server can be seen")),
        ({"parts.py": "import flask\nimport chirp\n"}, ("contract", "no server can be seen")),
        ({"tests/test_a.py": "import flask\n"}, ("contract", "no server can be seen")),
    ],
)  # fmt: skip
def test_a_project_with_another_server(
    tmp_path: Path, files: dict[str, str], reason: tuple[str, str]
) -> None:
    page = f"<!doctype html>\n<html><body>\n{HARMLESS}\n</body></html>\n"
    project = load(tmp_path, {"web/a.html": page, **files}, Settings())
    result = check(project, project.files.found.templates, list(load_rules().values()))
    profile, why = reason
    ((chosen, because),) = result.profiles
    assert (chosen, why in because) == (profile, True)
    found = [line for line in lines(result) if "sse_self_swap" in line]
    assert bool(found) is (profile == "contract")
