"""A finding in a served page is told where its template has it."""

import json
import subprocess
import sys
from pathlib import Path

from tests.cli.helpers import sse_check
from tests.project.helpers import write

APP = """
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, StreamingResponse
from starlette.routing import Route
from jinja2 import Environment, FileSystemLoader

templates = Environment(loader=FileSystemLoader("templates"))


async def index(request):
    return HTMLResponse(templates.get_template("page.html").render())


async def events(request):
    async def stream():
        yield "event: other\\ndata: x\\n\\n"

    return StreamingResponse(stream(), media_type="text/event-stream")


app = Starlette(routes=[Route("/", index), Route("/events", events)])
"""
BASE = "<!doctype html>\n<html><body>\n\n\n{% block content %}{% endblock %}</body></html>\n"
PAGE = (
    '{% extends "base.html" %}\n{% block content %}\n'
    '<div hx-ext="sse" sse-connect="/events">\n  <p sse-swap="status">-</p>\n</div>\n'
    "{% endblock %}\n"
)


def places(folder: Path) -> dict[str, tuple[str, int, list[str]]]:
    done = sse_check(folder, "stream", "app:app", "--format", "json")
    return {
        f["rule"]: (
            f["location"]["path"],
            f["location"]["start"]["line"],
            [one["message"] for one in f["related"]],
        )
        for f in json.loads(done.out)["findings"]
    }


def test_the_template_is_named(tmp_path: Path) -> None:
    files = {"app.py": APP, "templates/base.html": BASE, "templates/page.html": PAGE}
    write(tmp_path, files)
    found = places(tmp_path)
    assert found["stream_not_sent"] == ("templates/page.html", 4, ["as it was served"])
    assert found["stream_unheard"] == ("templates/page.html", 3, ["as it was served"])


def test_another_element_with_the_same_attribute_is_not_taken_for_it(tmp_path: Path) -> None:
    """The page may come from elsewhere: from a library, or from the server of another project."""
    app = APP.replace('templates.get_template("page.html").render()', 'open("page.txt").read()')
    page = '<body><div hx-ext="sse" sse-connect="/events"><p id="b" sse-swap="status">-</p></div>'
    other = '<section><p id="a" sse-swap="status">-</p></section>\n'
    write(tmp_path, {"app.py": app, "page.txt": page, "templates/other.html": other})
    assert places(tmp_path)["stream_not_sent"][0] == "the answer of GET /"
    # What the template leaves open may be anything.
    open_ = '<section><p id="{{ name }}" sse-swap="status" {{ more }}>-</p></section>\n'
    write(tmp_path, {"templates/other.html": open_})
    assert places(tmp_path)["stream_not_sent"][0] == "templates/other.html"


def test_what_stands_in_two_places_is_not_guessed(tmp_path: Path) -> None:
    again = '<p sse-swap="status">elsewhere</p>\n'
    files = {"app.py": APP, "templates/base.html": BASE, "templates/page.html": PAGE}
    write(tmp_path, {**files, "templates/other.html": again})
    assert places(tmp_path)["stream_not_sent"] == ("the answer of GET /", 7, [])


def test_what_an_expression_makes_is_found_in_its_template(tmp_path: Path) -> None:
    url = """sse-connect="/{{ "ev" + 'ents' }}\""""
    page = PAGE.replace('sse-connect="/events"', url)
    write(tmp_path, {"app.py": APP, "templates/base.html": BASE, "templates/page.html": page})
    found = places(tmp_path)
    assert found["stream_unheard"] == ("templates/page.html", 3, ["as it was served"])
    # Another element cannot have been rendered to what was served, by its value or its tag.
    others = page.replace("/{{", "/x/{{") + page.replace("<div", "<section")
    write(tmp_path, {"templates/other.html": others})
    assert places(tmp_path)["stream_unheard"][0] == "templates/page.html"
    # Of two that may be it none is named.
    write(tmp_path, {"templates/other.html": page})
    assert places(tmp_path)["stream_unheard"][0] == "the answer of GET /"


IN_PYTHON = APP.replace(
    "async def index",
    'PAGE = """<!doctype html>\n<html><body>\n'
    '<div hx-ext="sse" sse-connect="/events" sse-swap="tick">\n'
    '  <p sse-swap="status">-</p>\n</div></body></html>"""\n\n\nasync def index',
).replace('templates.get_template("page.html").render()', "PAGE")


def test_a_page_that_python_writes(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": IN_PYTHON})
    lines = IN_PYTHON.splitlines()
    connection = next(n for n, line in enumerate(lines, 1) if "sse-connect" in line)
    found = places(tmp_path)
    assert found["stream_unheard"] == ("app.py", connection, ["as it was served"])
    assert found["stream_not_sent"] == ("app.py", connection + 1, ["as it was served"])


def test_what_is_no_file_is_named_with_its_line(tmp_path: Path) -> None:
    """The connection is underlined, not what it listens for."""
    page = IN_PYTHON.split('"""')[1]
    write(tmp_path, {"app.py": IN_PYTHON, "templates/twin.html": page})
    done = sse_check(tmp_path, "stream", "app:app")
    assert "(the answer" not in done.out
    start = done.out.index("info[stream_headers]")
    shown = done.out[start:].splitlines()[:5]
    assert shown[1] == "  --> the answer of GET /, line 3"
    assert shown[4].count("^") == len('sse-connect="/events"')


def in_a_suite(folder: Path, test: str) -> str:
    write(folder, {"test_live.py": f"from app import app\n\n\ndef test_it(sse_page):\n{test}"})
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout


def test_in_a_test_suite_as_on_the_command_line(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": APP, "templates/base.html": BASE, "templates/page.html": PAGE})
    shown = in_a_suite(tmp_path, "    sse_page(app, timeout=1).check()\n")
    assert "--> templates/page.html:4:6" in shown
    assert "the answer of GET /, line 7: as it was served" in shown
    found = """
    found = sse_page(app, timeout=1).findings
    places = {(one.span.source.path, one.span.start_position.line) for one in found}
    assert ("templates/page.html", 4) in places
"""
    assert "1 passed" in in_a_suite(tmp_path, found)


def test_in_a_test_suite_whose_settings_cannot_be_read(tmp_path: Path) -> None:
    files = {"app.py": APP, "templates/base.html": BASE, "templates/page.html": PAGE}
    write(tmp_path, {**files, "pyproject.toml": '[tool.sse-check]\nhtmx = "nine"\n'})
    shown = in_a_suite(tmp_path, "    sse_page(app, timeout=1).check()\n")
    assert "--> the answer of GET /, line 7" in shown
