"""One file of a project is checked without parsing what has nothing to do with it."""

from pathlib import Path

import pytest

from sse_check.cli.targets import open_targets
from sse_check.findings.check import check
from sse_check.project.files import Files
from sse_check.project.settings import Settings
from tests.project.helpers import built_in, write

BASE = (
    '<html><head><script src="https://unpkg.com/htmx.org@2.0.4"></script>'
    '<script src="https://unpkg.com/htmx-ext-sse@2.2.2"></script></head>'
    '<body hx-target="#m"><main id="m">{% block c %}{% endblock %}</main></body></html>'
)
# A fix is offered here, and nothing on these pages opens the second stream.
PAGE = (
    '{% extends "base.html" %}{% block c %}<div hx-ext="sse" sse-connect="/e">'
    '<p sse-swap="nam"></p></div>{% endblock %}'
)
APP = (
    "from fastapi import FastAPI\n"
    "from fastapi.templating import Jinja2Templates\n"
    "from sse_starlette import EventSourceResponse\n\n"
    "app = FastAPI()\ntemplates = Jinja2Templates('templates')\n\n\n"
    "def events():\n    while True:\n        yield {'event': 'name', 'data': 'x'}\n\n\n"
    "@app.get('/e')\nasync def e():\n    return EventSourceResponse(events())\n\n\n"
    "@app.get('/f')\nasync def f():\n    return EventSourceResponse(events())\n\n\n"
    + "\n\n".join(
        f"@app.get('/p{number}')\ndef p{number}(request):\n"
        f"    return templates.TemplateResponse(request, 'page{number}.html')\n"
        for number in range(8)
    )
)


def test_the_other_pages_are_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {f"templates/page{number}.html": PAGE for number in range(8)}
    write(tmp_path, {"app.py": APP, "templates/base.html": BASE, **pages})
    read: list[str] = []
    parse = Files._parse

    def noted(self: Files, at: str) -> object:
        read.append(at)
        return parse(self, at)

    monkeypatch.setattr(Files, "_parse", noted)
    (wanted,) = open_targets((str(tmp_path / "templates/page3.html"),), lambda _: Settings())
    result = check(wanted.project, wanted.paths, list(built_in().values()))
    assert any(finding.fixes for finding in result.findings)
    assert {Path(path).name for path in read} == {"base.html", "page3.html"}
