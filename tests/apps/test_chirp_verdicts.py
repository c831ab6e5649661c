"""The contract's plain cases: Chirp's own checks and this linter give the same verdicts.

Where the two differ on purpose is in `tests/rules/test_chirp_contract.py`.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.needs import NEEDS_PYTHON314
from tests.project.helpers import run
from tests.python314 import PACKAGES, program

pytestmark = NEEDS_PYTHON314

RULES = ("sse_self_swap", "sse_scope", "swap_safety", "select_inheritance", "sse_crossref")
HEAD = (
    '<!doctype html>\n<html><head><script src="https://unpkg.com/htmx.org@2.0.11"></script>'
    '<script src="https://unpkg.com/htmx-ext-sse@2.2.4"></script></head>\n'
)
APP = """from chirp import App, AppConfig, EventStream, SSEEvent, Template

app = App(AppConfig(template_dir="templates", worker_mode="async"))


@app.route("/")
async def index():
    return Template("page.html")


@app.route("/events", referenced=True)
async def events():
    async def stream():
        while True:
            yield SSEEvent(data="x", event="status")

    return EventStream(stream())
"""
# Reads folders from the command line, and prints what the checks say of each one's own page: in a
# whole app the targets of Chirp's own layouts count for every page.
CHECK = """
import importlib.util, json, os, sys
from chirp.contracts import rules_sse, rules_swap

found = {}
for folder in sys.argv[1:]:
    os.chdir(folder)
    spec = importlib.util.spec_from_file_location("app", "app.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.app.freeze()
    with open("templates/page.html") as file:
        pages = {"page.html": file.read()}
    broad = rules_swap.collect_broad_targets(pages)
    issues = [
        *rules_sse.check_sse_self_swap(pages),
        *rules_sse.check_sse_connect_scope(pages, broad),
        *rules_sse.check_sse_event_crossref(pages, module.app._router),
        *rules_swap.check_swap_safety(pages),
    ]
    found[folder] = [[issue.category, issue.severity.value] for issue in issues]
print(json.dumps(found))
"""
SINK = '<p sse-swap="status">-</p>'
SAFE_SINK = '<p sse-swap="status" hx-target="this">-</p>'
BROAD = ' hx-boost="true" hx-target="#main"'
MAIN = '<main id="main"></main>'


def live(inner: str, attributes: str = "") -> str:
    return f'<div hx-ext="sse" sse-connect="/events"{attributes}>{inner}</div>'


# Each: what it shows, attributes of the body, its content, what both say.
CASES: list[tuple[str, str, str, set[tuple[str, str]]]] = [
    ("one element that connects and listens", "", live("-", ' sse-swap="status"'),
     {("sse_self_swap", "error")}),
    ("a listener inside", "", live(SINK), set()),
    ("a broad target above the connection", BROAD, live(SINK) + MAIN,
     {("sse_scope", "error"), ("swap_safety", "warning")}),
    ("shut out at the connection", BROAD, live(SAFE_SINK, ' hx-disinherit="hx-target hx-swap"') + MAIN,
     set()),
    ("shut out at the connection, not said at the listener", BROAD,
     live(SINK, ' hx-disinherit="hx-target hx-swap"') + MAIN, {("swap_safety", "info")}),
    ("the connection is the target", BROAD, live(SAFE_SINK, ' hx-target="this"') + MAIN, set()),
    ("a mutation below a broad target", BROAD, '<main id="main"><button hx-post="/x">x</button></main>',
     {("swap_safety", "warning")}),
    ("a mutation with a target", BROAD,
     '<main id="main"><button hx-post="/x" hx-target="this">x</button></main>', set()),
    ("a mutation that swaps nothing", BROAD,
     '<main id="main"><button hx-post="/x" hx-swap="none">x</button></main>', set()),
    ("a mutation below a broad select", ' hx-boost="true" hx-select="#main"',
     '<main id="main"><button hx-post="/x" hx-target="this">x</button></main>',
     {("select_inheritance", "warning")}),
    ("a mutation with a select", ' hx-boost="true" hx-select="#main"',
     '<main id="main"><button hx-post="/x" hx-target="this" hx-select="unset">x</button></main>', set()),
    ("a name that nobody sends", "", live('<p sse-swap="state">-</p>'), {("sse_crossref", "error")}),
]  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for number, (title, attributes, content, _) in enumerate(CASES):
        folder = made[title] = tmp_path_factory.mktemp(f"case{number}")
        (folder / "templates").mkdir()
        (folder / "app.py").write_text(APP, encoding="utf-8")
        page = f"{HEAD}<body{attributes}>\n{content}\n</body></html>\n"
        (folder / "templates" / "page.html").write_text(page, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def chirps(folders: dict[str, Path]) -> dict[str, list[list[str]]]:
    done = subprocess.run(
        [str(program()), "-c", CHECK, *map(str, folders.values())],
        env={**os.environ, "PYTHONPATH": str(PACKAGES)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[list[str]]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("title", "expected"), [(c[0], c[3]) for c in CASES], ids=[c[0] for c in CASES]
)
def test_both_say_the_same(
    folders: dict[str, Path],
    chirps: dict[str, list[list[str]]],
    title: str,
    expected: set[tuple[str, str]],
) -> None:
    chirp = {(rule, severity) for rule, severity in chirps[str(folders[title])] if rule in RULES}
    ours = {(finding.rule, finding.level) for finding in run(folders[title], {}, *RULES).findings}
    assert (chirp, ours) == (expected, expected)
