"""A project with live pages, made by rule: the same files for the same numbers, on every machine.

    python benchmarks/live_project.py FOLDER [PAGES]

Pages stand on three layouts, with a connection in the base layout. Each has a thousand elements:
tables, lists, cards and forms, links, some conditions, includes and macro calls. Every third page
listens to events of its own; the others take in what their layouts and partials listen to. Python
modules have the routes of the pages and the streams.
"""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

PAGES, PARTIALS, MACROS, MODULES, ELEMENTS = 1_000, 200, 100, 500, 1_000

BASE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><title>{% block title %}{% endblock %}</title>
<script src="https://unpkg.com/htmx.org@2.0.4"></script>
<script src="https://unpkg.com/htmx-ext-sse@2.2.2"></script>
</head>
<body hx-boost="true" hx-target="#content">
{% include "parts/p0.html" %}
<div id="live" hx-ext="sse" sse-connect="/events" hx-disinherit="hx-target hx-swap">
<span id="count" sse-swap="count" hx-target="this">0</span>
<main id="content" hx-target="#content">{% block content %}{% endblock %}</main>
{% if user %}<aside sse-swap="notice" hx-target="this"></aside>{% endif %}
</div>
{% block scripts %}{% endblock %}
</body>
</html>
"""
LAYOUTS = {
    "wide": '{% extends "base.html" %}{% block content %}<div class="wide">'
    "{% block inner %}{% endblock %}</div>{% endblock %}",
    "split": '{% extends "base.html" %}{% block content %}<nav>{% include "parts/p1.html" %}</nav>'
    '<section id="pane">{% block inner %}{% endblock %}</section>{% endblock %}',
}


def partial(number: int) -> str:
    live = f'<b sse-swap="part-{number}" hx-target="this"></b>' if number % 5 == 0 else ""
    rows = "".join(f"<li><a href='/l/{number}/{n}'>link {n}</a></li>" for n in range(10))
    return f"<ul class='part'>{rows}</ul>{live}\n"


def macro(number: int) -> str:
    live = ' sse-swap="{{ name }}" hx-target="this"' if number % 4 == 0 else ""
    return (
        f"{{% macro m{number}(name, wide=False) %}}<article class='card'>"
        f"<h3{live}>{{{{ name }}}}</h3>{{% if wide %}}<hr>{{% endif %}}"
        "{{ caller() if caller else '' }}</article>{% endmacro %}\n"
    )


class Page:
    """Writes one page of about a thousand elements."""

    def __init__(self, number: int, partials: int = PARTIALS) -> None:
        self.number = number
        self.partials = partials
        self.chance = random.Random(number)
        self.live = number % 3 == 0

    def text(self) -> str:
        layout = self.chance.choice(("base", "wide", "split"))
        block = "content" if layout == "base" else "inner"
        used = sorted(self.chance.sample(range(MACROS), 4))
        names = ", ".join(f"m{n}" for n in used)
        pieces = list(self.pieces(used))
        return (
            f'{{% extends "{layout if layout == "base" else "layouts/" + layout}.html" %}}\n'
            f'{{% from "macros.html" import {names} %}}\n'
            f"{{% block title %}}Page {self.number}{{% endblock %}}\n"
            f"{{% block {block} %}}\n{''.join(pieces)}{{% endblock %}}\n"
        )

    def pieces(self, used: list[int]) -> Iterator[str]:
        elements = 0
        while elements < ELEMENTS:
            kind = self.chance.randrange(6)
            if kind == 0:
                yield self.table()
                elements += 90
            elif kind == 1:
                yield self.form()
                elements += 24
            elif kind == 2:
                yield f'{{% include "parts/p{self.chance.randrange(self.partials)}.html" %}}\n'
                elements += 21
            elif kind == 3:
                yield self.card(self.chance.choice(used))
                elements += 14
            elif kind == 4:
                yield self.branch()
                elements += 12
            else:
                yield self.list()
                elements += 60

    def table(self) -> str:
        cells = "<td><a href='/x'>a</a></td><td>{{ row.b }}</td><td><em>c</em></td>"
        rows = "".join(f"<tr class='row'>{cells}</tr>" for _ in range(12))
        listens = f' sse-swap="rows-{self.number}" hx-target="this"' if self.live else ""
        return f"<table><thead><tr><th>a</th></tr></thead><tbody{listens}>{rows}</tbody></table>\n"

    def form(self) -> str:
        fields = "".join(
            f"<p><label>f{n}</label><input name='f{n}' value='{{{{ form.f{n} }}}}'></p>"
            for n in range(7)
        )
        sends = ' hx-post="/save" hx-target="#pane"' if self.live else " action='/save'"
        return f"<form method='post'{sends}>{fields}<button>Save</button></form>\n"

    def card(self, number: int) -> str:
        inner = "".join(f"<p><b>{n}</b> text</p>" for n in range(5))
        return f"{{% call m{number}('n{self.number}') %}}{inner}{{% endcall %}}\n"

    def branch(self) -> str:
        name = self.chance.choice(("admin", "draft", "page.open"))
        body = "".join(f"<div class='n{n}'><i></i></div>" for n in range(5))
        swap = (
            f'<u sse-swap="state-{self.number}" hx-target="this"></u>' if self.live else "<u></u>"
        )
        return f"{{% if {name} %}}{body}{swap}{{% else %}}<s></s>{{% endif %}}\n"

    def list(self) -> str:
        items = "".join(f"<li><span>{n}</span><a href='/i/{n}'>{n}</a></li>" for n in range(19))
        return f"<ul id='list-{self.chance.randrange(9)}'>{items}</ul>\n"


def module(number: int, pages: int, modules: int = MODULES) -> str:
    routes = "".join(
        f'\n\n@router.get("/p{n}")\nasync def page_{n}(request: Request):\n'
        f'    return templates.TemplateResponse(request, "pages/p{n}.html", {{"user": None}})\n'
        for n in range(number, pages, modules)
    )
    stream = (
        f'\n\n@router.get("/events{number or ""}")\nasync def stream():\n'
        "    async def events():\n        while True:\n"
        f'            yield {{"event": "part-{number}", "data": "<b>x</b>"}}\n'
        "            await asyncio.sleep(1)\n    return EventSourceResponse(events())\n"
        if number % 25 == 0
        else ""
    )
    helpers = "".join(
        f"\n\ndef helper_{n}(value):\n    return [value * {n} for value in range(value)]\n"
        for n in range(20)
    )
    return (
        "import asyncio\n\nfrom fastapi import APIRouter, Request\n"
        "from sse_starlette.sse import EventSourceResponse\n\nfrom app.web import templates\n\n"
        f"router = APIRouter()\n{helpers}{routes}{stream}"
    )


def files(pages: int, partials: int, modules: int) -> Iterator[tuple[str, str]]:
    """Every file of the project: its path and its text."""
    yield "app/templates/base.html", BASE
    for name, text in LAYOUTS.items():
        yield f"app/templates/layouts/{name}.html", text + "\n"
    for number in range(partials):
        yield f"app/templates/parts/p{number}.html", partial(number)
    yield "app/templates/macros.html", "".join(macro(number) for number in range(MACROS))
    for number in range(pages):
        yield f"app/templates/pages/p{number}.html", Page(number, partials).text()
    imports = "\n".join(f"from app.routes import r{n}" for n in range(modules))
    mounts = "\n".join(f"app.include_router(r{n}.router)" for n in range(modules))
    yield "app/main.py", f"from fastapi import FastAPI\n\n{imports}\n\napp = FastAPI()\n{mounts}\n"
    yield (
        "app/web.py",
        "from fastapi.templating import Jinja2Templates as T\n\ntemplates = T('app/templates')\n",
    )
    for number in range(modules):
        yield f"app/routes/r{number}.py", module(number, pages, modules)


def write(
    folder: Path, pages: int = PAGES, partials: int = PARTIALS, modules: int = MODULES
) -> None:
    for name, text in files(pages, partials, modules):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else PAGES)
