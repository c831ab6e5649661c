"""Templates that several applications serve, and streams that only scripts open."""

from pathlib import Path

import pytest

from sse_check.findings.check import check
from sse_check.findings.context import Context
from sse_check.findings.loader import load_rules
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from tests.project.helpers import load
from tests.wiring.joined import SCRIPTS, checked, joined, said

FLASK = """
from flask import Flask, Response, render_template
app = Flask(__name__, template_folder="../templates")
@app.get("/")
def index():
    return render_template("index.html")
@app.get("/events")
def events():
    def gen():
        while True:
            yield "event: {name}\\ndata: x\\n\\n"
    return Response(gen(), mimetype="text/event-stream")
@app.get("/only-{name}")
def only():
    return events()
@app.post("/ask")
def ask():
    return events()
"""

INLINE = "templates/index.html"
NO_ROUTE = "no route of the application answers at `%s`: the connection fails"


def two(folder: Path, body: str) -> list[str]:
    page = f'<!doctype html>\n{SCRIPTS}\n<body hx-ext="sse">\n{body}\n</body>\n'
    files = {f"{name}/app.py": FLASK.format(name=name) for name in "ab"}
    result = checked(folder, {**files, "templates/index.html": page})
    return said(result, "sse_connect_url", "sse_crossref", "sse_missing_target")


def test_a_finding_says_for_which_application_it_is(tmp_path: Path) -> None:
    found = two(tmp_path, '<p sse-connect="/only-a"></p>')
    assert [one for one in found if "app.py:" not in one] == [
        f"{INLINE}:4 {NO_ROUTE % '/only-a'} (where `b/app.py` serves this)"
    ]


def test_a_name_that_only_one_of_them_sends(tmp_path: Path) -> None:
    found = two(tmp_path, '<div sse-connect="/events"><p sse-swap="a"></p></div>')
    assert found[-1] == (
        "templates/index.html:4 `a` is never sent by `/events`: "
        "nothing arrives here (where `b/app.py` serves this)"
    )


def test_what_holds_for_all_names_none(tmp_path: Path) -> None:
    found = two(tmp_path, '<p sse-connect="/evnts"></p>')
    assert found == [f"{INLINE}:4 {NO_ROUTE % '/evnts'}"]


def scripts(folder: Path, files: dict[str, str]) -> tuple[list[str], list[str]]:
    app = FLASK.format(name="tick").replace(', template_folder="../templates"', "")
    result = checked(folder, {"app.py": app, **files})
    return joined(result), said(result, "sse_connect_url", "sse_crossref")


OPENED = 'const s = new EventSource("%s"); s.addEventListener("%s", f);'


@pytest.mark.parametrize(
    ("path", "text"),
    [(INLINE, f"<p></p><script>{OPENED}</script>"), ("static/live.js", OPENED)],
)
def test_streams_that_only_scripts_open(tmp_path: Path, path: str, text: str) -> None:
    page = {INLINE: "<p></p>"}
    right = scripts(tmp_path / "right", page | {path: text % ("/events", "tick")})
    assert right == ([f"{path}: /events -> /events"], [])
    ends, found = scripts(tmp_path / "address", page | {path: text % ("/evnts", "tick")})
    assert ends == [f"{path}: /evnts -> no-route"]
    assert f"{path}:1 {NO_ROUTE % '/evnts'}" in found
    _, found = scripts(tmp_path / "name", page | {path: text % ("/events", "tock")})
    assert f"{path}:1 `tock` is never sent by `/events`: nothing arrives here" in found


LEFT_ALONE = {
    "posted": {"static/a.js": 'fetchEventSource("/ask", {method: "POST", onmessage(e) {}});'},
    "built": {"web/package.json": '{"devDependencies": {"vite": "5"}}', "web/a.js": 'new EventSource("/api/events");'},
    "typed": {"web/a.ts": 'new EventSource("/api/events");'},
    "of a server in JavaScript": {"api/package.json": '{"dependencies": {"express": "4"}}', "api/public/a.js": 'new EventSource("/api/events");', "api/public/index.html": '<script>new EventSource("/api/events")</script>'},
    "relative": {"static/a.js": 'new EventSource("evnts");'},
    "elsewhere": {"static/a.js": 'new EventSource("https://a.example/evnts");'},
    "a variable": {"static/a.js": "new EventSource(url);"},
}  # fmt: skip


@pytest.mark.parametrize("files", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_scripts_that_are_left_alone(tmp_path: Path, files: dict[str, str]) -> None:
    _, found = scripts(tmp_path, {INLINE: "<p></p>", **files})
    assert [one for one in found if "app.py" not in one] == []


def test_a_script_of_another_server_is_not_joined(tmp_path: Path) -> None:
    files = {"api/package.json": '{"dependencies": {"express": "4"}}'}
    ends, _ = scripts(tmp_path, files | {INLINE: "<p></p>", "api/a.js": OPENED % ("/events", "x")})
    assert ends == ["api/a.js: /events -> no-app"]


def test_that_another_application_has_no_such_route_is_no_news(tmp_path: Path) -> None:
    other = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\ndef x():\n    return 1\n"
    files = {INLINE: "<p></p>", "static/a.js": OPENED % ("/events", "tick"), "mock.py": other}
    ends, found = scripts(tmp_path, files)
    assert (ends, found) == (["static/a.js: /events -> /events"], [])


def test_a_copy_of_a_library_opens_nothing(tmp_path: Path) -> None:
    page = f"{SCRIPTS}<div hx-ext=sse sse-connect=/events><p sse-swap=tick></p></div>"
    extension = "htmx.defineExtension('sse', {init: function (e) { new EventSource(e); }});"
    copies = {"static/htmx.min.js": "new EventSource(e);", "static/sse.js": extension}
    ends, found = scripts(tmp_path, {INLINE: page, **copies})
    assert (ends, found) == ([f"{INLINE}: /events -> /events"], [])


def test_a_library_that_says_so_opens_what_somebody_else_names(tmp_path: Path) -> None:
    code = OPENED % ("/events", "tick") + "/* */" * 25_000
    scripts_ = {
        "static/planner.bundle.js": "/*!\nPlanner v3.2.1\nMIT License\n(c) Nobody\n*/\n" + code,
        "static/main.js": "/*! For license information please see main.js.LICENSE.txt */\n" + code,
    }
    ends, _ = scripts(tmp_path, {INLINE: "<p></p>", **scripts_})
    assert ends == ["static/main.js: /events -> /events"]


@pytest.mark.parametrize("name", ["sse.js", "htmx-live.js"])
def test_a_script_of_the_project_that_is_called_as_a_copy(tmp_path: Path, name: str) -> None:
    own = {f"static/{name}": OPENED % ("/events", "tick")}
    ends, found = scripts(tmp_path, {INLINE: "<p></p>", **own})
    assert (ends, found) == ([f"static/{name}: /events -> /events"], [])


def test_an_address_of_a_script_that_python_gives(tmp_path: Path) -> None:
    code = FLASK.format(name="tick").replace('"index.html")', '"index.html", url="/events")')
    code = code.replace(', template_folder="../templates"', "")
    page = '<script>new EventSource("{{ url }}");</script>'
    assert joined(checked(tmp_path, {"app.py": code, INLINE: page})) == [
        f"{INLINE}: /events -> /events"
    ]


def test_coverage_names_the_applications_that_were_asked_about(tmp_path: Path) -> None:
    files = {f"{name}/app.py": FLASK.format(name=name) for name in "ab"}
    page = f'{SCRIPTS}<p hx-ext=sse sse-connect="/events"></p>'
    files |= {f"{name}/templates/{name}.html": page for name in "ab"}
    checked(tmp_path, {p: t.replace("../templates", "templates") for p, t in files.items()})
    project = Project.load(str(tmp_path), Settings(), shown_from=str(tmp_path))
    for wanted, apps in (["a/templates/a.html"], ["a/app.py"]), (files, ["a/app.py", "b/app.py"]):
        found = check(project, wanted, list(load_rules(()).values())).coverage
        assert found is not None
        assert [app.path for app in found.apps] == apps


TRIED = """
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from fastapi.templating import Jinja2Templates
app = FastAPI()
templates = Jinja2Templates("templates")
@app.get("/")
def index(request: Request):
    return templates.TemplateResponse(request, "{name}.html")
@app.get("/{name}/events")
def events():
    def gen():
        while True:
            yield "event: tick\\ndata: x\\n\\n"
    return StreamingResponse(gen(), media_type="text/event-stream")
"""
STARTED = 'if __name__ == "__main__":\n    import uvicorn\n    uvicorn.run(app)\n'


def pages_of(folder: Path, **files: str) -> tuple[list[str], list[str]]:
    names = ("first", "second")
    texts = {f"{name}.py": text for name, text in files.items()}
    for name in names:
        page = f'{SCRIPTS}<p hx-ext=sse sse-connect="/{name}/events"></p>'
        texts[f"templates/{name}.html"] = page
    result = checked(folder, texts)
    return joined(result), said(result, "sse_connect_url")


def test_applications_that_share_a_folder_serve_what_they_render(tmp_path: Path) -> None:
    ends, found = pages_of(
        tmp_path, one=TRIED.replace("{name}", "first"), two=TRIED.replace("{name}", "second")
    )
    assert ends == [
        "templates/first.html: /first/events -> /first/events",
        "templates/second.html: /second/events -> /second/events",
    ]
    assert found == []


@pytest.mark.parametrize(
    ("more", "is_app"),
    [(STARTED, True), ("", False), (f"import pytest\n{STARTED}", False)],
)
def test_a_file_that_is_named_as_a_test_and_started_by_hand(
    tmp_path: Path, more: str, is_app: bool
) -> None:
    tried = TRIED.replace("{name}", "second") + more
    ends, _ = pages_of(tmp_path, one=TRIED.replace("{name}", "first"), test_events=tried)
    assert ends[-1].endswith("/second/events -> /second/events") is is_app


def test_no_server_is_read_where_nothing_streams(tmp_path: Path) -> None:
    app = "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/more')\ndef more():\n    return 'x'\n"
    page = '<script src="https://unpkg.com/htmx.org@2.0.4"></script>\n<p hx-get="/more">-</p>\n'
    project = load(tmp_path, {"app.py": app, "templates/a.html": page})
    context = Context(project, tuple(project.files.found.templates))
    (view,) = context.views
    (node,) = [one for one in view.htmx_elements if one.get("hx-get")]
    assert context.answers_of(view, node, "hx-get").state == "no-app"
    assert "_repository" not in vars(context.wiring.applications)
