"""Fixes, differences, baselines, statistics: what changes files or what is shown of a run."""

import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli.helpers import sse_check
from tests.project.helpers import write

PAGE = """<!doctype html>
<html><body hx-target="#content">\r
<main id="content">
  <section hx-ext='sse' sse-connect="/events">\t<p sse-swap="status">ä</p></section>
</main></body></html>
"""
FILES = {"templates/live.html": PAGE, "pyproject.toml": ""}


def test_fix_mends_and_checks_again(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    ran = sse_check(tmp_path, "--fix")
    assert ran.status == 0
    assert "2 fixed" in ran.err
    assert "nothing found" in ran.out
    text = (tmp_path / "templates/live.html").read_bytes().decode()
    # Both findings have one cause, and one attribute fixes them.
    assert text == PAGE.replace('"status"', '"status" hx-target="this"')
    again = sse_check(tmp_path, "--fix")
    assert (again.status, again.err) == (0, "")


@pytest.mark.parametrize(
    ("mark", "codec"),
    [(b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")],
)
def test_fix_keeps_the_encoding(tmp_path: Path, mark: bytes, codec: str) -> None:
    write(tmp_path, FILES)
    path = tmp_path / "templates/live.html"
    path.write_bytes(mark + PAGE.encode(codec))
    assert sse_check(tmp_path, "--fix").status == 0
    fixed = PAGE.replace('"status"', '"status" hx-target="this"')
    assert path.read_bytes() == mark + fixed.encode(codec)


def test_unsafe_fixes_only_when_asked(tmp_path: Path) -> None:
    body = '<html><body><div hx-ext="sse" sse-connect="/e" sse-swap="a" hx-swap="beforeend">x</div></body></html>'
    write(tmp_path, {"templates/a.html": body, "pyproject.toml": ""})
    assert sse_check(tmp_path, "--fix").status == 1
    assert (tmp_path / "templates/a.html").read_text() == body
    alone = sse_check(tmp_path, "--unsafe-fixes")
    assert alone.status == 2
    assert "widens --fix and --diff, and does nothing alone" in alone.err
    assert (tmp_path / "templates/a.html").read_text() == body
    shown = sse_check(tmp_path, "--diff", "--unsafe-fixes")
    assert shown.status == 1
    assert '<div sse-swap="a" hx-swap="beforeend">' in shown.out
    assert (tmp_path / "templates/a.html").read_text() == body
    assert sse_check(tmp_path, "--fix", "--unsafe-fixes").status == 0
    assert (tmp_path / "templates/a.html").read_text() == (
        '<html><body><div hx-ext="sse" sse-connect="/e">'
        '<div sse-swap="a" hx-swap="beforeend">x</div></div></body></html>'
    )


def test_diff_shows_and_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    ran = sse_check(tmp_path, "--diff")
    assert ran.status == 1
    assert "--- a/templates/live.html" in ran.out
    assert "+" in ran.out
    assert (tmp_path / "templates/live.html").read_bytes().decode() == PAGE
    sse_check(tmp_path, "--fix")
    assert sse_check(tmp_path, "--diff").status == 0


def test_standard_input_is_not_fixed(tmp_path: Path) -> None:
    ran = sse_check(tmp_path, "-", "--stdin-filename", "a.html", "--fix", stdin=PAGE)
    assert ran.status == 2
    assert "standard input cannot be fixed" in ran.err


def test_a_baseline_knows_old_findings_and_sees_new_ones(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    ran = sse_check(tmp_path, "--write-baseline", "known.json")
    assert (ran.status, ran.out.splitlines()[0]) == (0, "known.json: 2 findings known from now on")
    known = sse_check(tmp_path, "--baseline", "known.json")
    assert known.status == 0
    assert "(2 in the baseline)" in known.out
    moved = "<!-- moved -->\n\n" + PAGE
    write(tmp_path, {"templates/live.html": moved})
    assert sse_check(tmp_path, "--baseline", "known.json").status == 0
    worse = moved.replace("</section>", '</section>\n<p sse-swap="b"></p>')
    write(tmp_path, {"templates/live.html": worse})
    ran = sse_check(tmp_path, "--baseline", "known.json", "--format", "concise")
    assert ran.status == 1
    assert [line.split()[2] for line in ran.out.splitlines()] == ["sse_orphan"]


def test_a_baseline_from_the_settings(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "pyproject.toml": '[tool.sse-check]\nbaseline = "known.json"\n'})
    missing = sse_check(tmp_path)
    assert missing.status == 2
    assert "--write-baseline makes one" in missing.err
    assert sse_check(tmp_path, "--write-baseline", "known.json").status == 0
    assert sse_check(tmp_path).status == 0


@pytest.mark.parametrize("text", ["{", "[]", '{"schema_version": 9, "findings": []}'])
def test_a_broken_baseline_is_named(tmp_path: Path, text: str) -> None:
    write(tmp_path, {**FILES, "known.json": text})
    ran = sse_check(tmp_path, "--baseline", "known.json")
    assert ran.status == 2
    assert "known.json" in ran.err
    assert "Traceback" not in ran.err


def test_statistics(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    counts, _, times = sse_check(tmp_path, "--statistics").out.partition("\n\n")
    assert counts.splitlines() == [
        "    1  error    sse_scope  (1 fixable)",
        "    1  warning  swap_safety  (1 fixable)",
        "    2  findings in 1 file",
    ]
    parts = [line.split("s  ", 1) for line in times.splitlines()]
    assert "start" in [name for _, name in parts]
    assert parts[-1][1] == "in all"
    assert float(parts[-1][0]) >= max(float(seconds) for seconds, _ in parts[:-1])


def test_the_map(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    out = sse_check(tmp_path, "map").out
    assert "swap on p -> #content [innerHTML] misrouted" in out
    data = json.loads(sse_check(tmp_path, "map", "--format", "json").out)
    assert list(data) == ["schema_version", "pages"]
    page = data["pages"][0]
    assert list(page) == ["path", "stack", "connections"]
    connection = page["connections"][0]
    schema = json.loads(sse_check(tmp_path, "schema", "map").out)
    jsonschema.validate(data, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**data, "schema_version": 1}, schema)
    assert (connection["url"], connection["opens"]) == ("/events", "always")
    event = connection["events"][0]
    outcome = event["listeners"][0]["outcomes"][0]
    assert (outcome["times"], outcome["again"]["verdict"]) == (1, "lost")
    assert (outcome["ways"], outcome["verdict"]) == ("all", "misrouted")
    assert outcome["lands"]["selector"] == "#content"
    html = sse_check(tmp_path, "map", "--format", "html").out
    assert html.startswith("<!doctype html>")
    assert "misrouted" in html
    assert "http" not in html.replace("http-equiv", "")


@pytest.mark.parametrize("format_", ["text", "html"])
def test_what_an_event_removes_is_counted(tmp_path: Path, format_: str) -> None:
    one = PAGE.replace('<p sse-swap="status">ä</p>', "").replace("/events", '/e" sse-swap="status')
    write(tmp_path, FILES | {"templates/one.html": one})
    out = sse_check(tmp_path, "map", "--format", format_).out
    assert "removes 2 live elements" in out
    assert "removes 1 live element" in out.replace("removes 1 live elements", "")


def test_the_map_names_every_page_whose_layout_opens_a_stream(tmp_path: Path) -> None:
    layout = (
        '<html><body><p hx-ext="sse" sse-connect="/e" sse-swap="a" hx-target="#list">-</p>'
        "{% block body %}{% endblock %}</body></html>"
    )
    page = '{%% extends "base.html" %%}{%% block body %%}%s{%% endblock %%}'
    bodies = {"a": "<i>a</i>", "b": "<i>b</i>", "c": "<ul id='list'></ul>", "d": "<i>d</i>"}
    pages = {f"templates/{name}.html": page % body for name, body in bodies.items()}
    write(tmp_path, {"pyproject.toml": "", "templates/base.html": layout, **pages})
    out = sse_check(tmp_path, "map").out
    heads = [line for line in out.splitlines() if line.startswith(("templates/", "the same"))]
    assert [line.partition("  ")[0] for line in heads] == [
        "templates/a.html",
        "the same on templates/b.html, templates/d.html",
        "templates/c.html",
    ]
    assert out.count("nowhere (no target)") == 1
    html = sse_check(tmp_path, "map", "--format", "html").out
    assert "the same on templates/b.html, templates/d.html" in html
    alone = sse_check(tmp_path, "map", "templates/d.html").out
    assert alone.startswith("templates/d.html")
    assert "the same on" not in alone


def test_the_map_writes_an_address_as_the_template_does(tmp_path: Path) -> None:
    rows = """<p hx-get="{{ url_for('rows') }}" hx-trigger="sse:status">-</p>"""
    row = '<p hx-get="/row/{{ pk }}" hx-trigger="sse:status">-</p>'
    page = PAGE.replace('<p sse-swap="status">ä</p>', rows + row)
    assert page != PAGE
    write(tmp_path, FILES | {"templates/one.html": page})
    out = sse_check(tmp_path, "map").out
    assert "GET url_for('rows')" in out
    assert "GET /row/*" in out


def test_the_map_does_not_say_of_a_name_that_cannot_be_told_that_it_is_sent(tmp_path: Path) -> None:
    app = """
from fastapi import FastAPI, Request
from fastapi.templating import Jinja2Templates
from sse_starlette import EventSourceResponse, ServerSentEvent
from other import names

app = FastAPI()
templates = Jinja2Templates(directory="templates")

@app.get("/")
def page(request: Request):
    return templates.TemplateResponse(request, "one.html")

@app.get("/e")
async def events():
    async def stream():
        while True:
            yield ServerSentEvent("x", event="told")
            yield ServerSentEvent("x", event=names.now())
    return EventSourceResponse(stream())
"""
    listens = '<i sse-swap="told"></i><i sse-swap="else"></i>'
    page = f'<html><body hx-ext="sse" sse-connect="/e">{listens}</body></html>'
    write(tmp_path, {"pyproject.toml": "", "app.py": app, "templates/one.html": page})
    out = sse_check(tmp_path, "map").out
    assert "told  sent by /e app.py:18" in out
    assert "else  perhaps sent by /e app.py:19" in out
    html = sse_check(tmp_path, "map", "--format", "html").out
    assert html.count("perhaps sent here") == 1


def test_a_map_of_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"templates/a.html": "<p>x</p>", "pyproject.toml": ""})
    assert sse_check(tmp_path, "map").out == "no page opens a stream\n"


def test_a_map_names_each_place_once(tmp_path: Path) -> None:
    app = (
        "from flask import Flask, Response\napp = Flask(__name__)\n\n@app.get('/e')\ndef stream():\n"
        "    def events():\n        for name in ('a', 'b', 'c'):\n"
        "            yield f'event: row-{name}\\ndata: x\\n\\n'\n"
        "    return Response(events(), mimetype='text/event-stream')\n"
    )
    page = '<html><body hx-ext="sse" sse-connect="/e"><p sse-swap="row-{{ x }}"></p></body></html>'
    write(tmp_path, {"pyproject.toml": "", "app.py": app, "templates/one.html": page})
    out = sse_check(tmp_path, "map").out
    assert "sent by /e app.py:7\n" in out
    assert sse_check(tmp_path, "map", "--format", "html").out.count(">app.py:7<") == 1
