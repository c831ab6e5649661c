"""Chirp and Cello, which need a newer Python than this project: run with one that can."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.apps.support import APPS, NEWER, stream_in_source
from tests.needs import NEEDS_PYTHON314
from tests.python314 import PACKAGES, ROOT, program

# Cello's stream is finite: it says what it has and ends.
ENDS = {"stream_ended", "stream_headers"}

pytestmark = NEEDS_PYTHON314


def run(*arguments: str, cwd: Path = APPS) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, PACKAGES)))}
    return subprocess.run(
        [str(program()), *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def streamed(*arguments: str) -> dict[str, Any]:
    # An environment of the checkout is not what these apps run in.
    options = ("--python", str(program()), "--format", "json", "--max-events", "6")
    done = run("-m", "sse_check", "stream", *arguments, *options)
    assert done.returncode in (0, 1), done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def names_in(recorded: Path) -> set[str]:
    """The names of the events in a recorded stream."""
    decoded = run("-m", "sse_check", "stream", "--decode", str(recorded), "--format", "json")
    return {event["event"] for event in json.loads(decoded.stdout)["events"]}


@pytest.mark.parametrize("target", NEWER)
def test_an_app_that_agrees_and_a_page_that_does_not(target: str) -> None:
    aligned = streamed(target, "--page", "/")
    assert {f["rule"] for f in aligned["findings"]} <= ENDS
    broken = streamed(target, "--page", "/broken")
    missing = [f for f in broken["findings"] if f["rule"] == "stream_not_sent"]
    assert ["`state` was not sent by `/events`" in f["message"] for f in missing] == [True]
    unheard = [f["message"] for f in broken["findings"] if f["rule"] == "stream_unheard"]
    assert unheard == ["`status` is sent by `/events` and nothing waits for it"]


@pytest.mark.parametrize("target", NEWER)
def test_what_is_read_is_what_is_sent(target: str, tmp_path: Path) -> None:
    recorded = tmp_path / "recorded.sse"
    streamed(target, "--page", "/", "--record", str(recorded))
    sent = names_in(recorded)
    assert {str(name) for name in stream_in_source(target, tmp_path).names} == sent


CHIRP_APP = """
import asyncio

from chirp import App, AppConfig, EventStream, Fragment, Template

from sse_check.chirp import contract_check

app = App(AppConfig(template_dir="templates", worker_mode="async"))
app.register_contract_check(contract_check)


@app.route("/")
async def index():
    return Template("page.html")


@app.route("/events", referenced=True)
async def events():
    async def stream():
        while True:
            yield Fragment("page.html", "status", target="status")
            await asyncio.sleep(0.05)

    return EventStream(stream())
"""
CHIRP_PAGE = """<!doctype html>
<html><head>
<script src="https://unpkg.com/htmx.org@2.0.11"></script>
<script src="https://unpkg.com/htmx-ext-sse@2.2.4"></script>
</head>
<body>
<div hx-ext="sse" sse-connect="/events">
  <p sse-swap="{name}">{{% block status %}}up{{% endblock %}}</p>
</div>
</body></html>
"""
CHIRP_TESTS = """
from app import app
from sse_check.pytest_plugin import assert_aligned


def test_the_dashboard():
    assert_aligned(app, page="/")
"""


def chirp_project(folder: Path, name: str) -> Path:
    (folder / "templates").mkdir()
    (folder / "app.py").write_text(CHIRP_APP, encoding="utf-8")
    (folder / "templates" / "page.html").write_text(CHIRP_PAGE.format(name=name), encoding="utf-8")
    (folder / "test_app.py").write_text(CHIRP_TESTS, encoding="utf-8")
    return folder


def test_chirp_check_prints_our_findings_with_their_places(tmp_path: Path) -> None:
    project = chirp_project(tmp_path, "state")
    done = run("-m", "chirp.cli", "check", "app:app", "--json", cwd=project)
    assert done.returncode == 1, done.stderr
    issues = [i for i in json.loads(done.stdout)["issues"] if i["message"][:10] == "templates/"]
    assert [(i["severity"], i["category"], i["message"], i["details"]) for i in issues] == [
        (
            "error",
            "sse_crossref",
            "templates/page.html:8:6: `state` is never sent by `/events`: nothing arrives here",
            "did you mean `status`?",
        )
    ]


def test_chirp_check_hears_nothing_of_a_page_without_faults(tmp_path: Path) -> None:
    project = chirp_project(tmp_path, "status")
    done = run("-m", "chirp.cli", "check", "app:app", "--json", cwd=project)
    assert not [i for i in json.loads(done.stdout)["issues"] if "templates/" in i["message"]]


@pytest.mark.parametrize(("name", "status"), [("status", 0), ("state", 1)])
def test_a_chirp_test_suite(tmp_path: Path, name: str, status: int) -> None:
    project = chirp_project(tmp_path, name)
    # Where the project is installed for this Python, pytest has found the plugin already.
    ask = "from importlib.metadata import entry_points as e; print(*e(group='pytest11').names)"
    is_known = "sse_check" in run("-c", ask).stdout.split()
    plugin = () if is_known else ("-p", "sse_check.pytest_plugin")
    done = run("-m", "pytest", "-q", *plugin, "-p", "no:cacheprovider", cwd=project)
    assert done.returncode == status, done.stdout + done.stderr
    assert ("`state` was not sent by `/events`" in done.stdout) is bool(status)


SIGNALS_APP = """
import asyncio

from chirp import App, AppConfig, Template

app = App(AppConfig(template_dir="templates", worker_mode="async"))


@app.signal("balance", initial=lambda: 1)
async def balance():
    number = 1
    while True:
        number += 1
        yield number
        await asyncio.sleep(0.05)


@app.derived("double", on=("balance",))
def double(balance):
    return balance * 2


@app.route("/")
async def index():
    return Template("page.html")
"""
SIGNALS_PAGE = """<!doctype html>
<html><head>
<script src="https://unpkg.com/htmx.org@2.0.11"></script>
<script src="https://unpkg.com/htmx-ext-sse@2.2.4"></script>
</head>
<body>
{{ signal_connect() }}
  <p>{{ signal("balance") }}</p>
  <ul id="list" {{ signal_bind("double") }}></ul>
</div>
</body></html>
"""


def test_chirps_signals_are_read_as_they_are_sent_and_rendered(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "app.py").write_text(SIGNALS_APP, encoding="utf-8")
    (tmp_path / "templates" / "page.html").write_text(SIGNALS_PAGE, encoding="utf-8")
    done = run(
        *("-m", "sse_check", "stream", "app:app", "--page", "/", "--format", "json"),
        *("--max-events", "6", "--record", "recorded.sse"),
        cwd=tmp_path,
    )
    assert [f for f in json.loads(done.stdout)["findings"] if f["severity"] == "error"] == []
    sent = names_in(tmp_path / "recorded.sse")
    assert sent == {"balance", "double"}
    checked = json.loads(run("-m", "sse_check", "map", "--format", "json", cwd=tmp_path).stdout)
    (connection,) = checked["pages"][0]["connections"]
    assert connection["url"] == "/_chirp/live"
    assert {event["name"] for event in connection["events"]} == sent
