"""A project with many connections and every kind of verdict, for pictures and pages."""

_HEAD = """<!doctype html>
<html><head>
<script src="https://unpkg.com/htmx.org@2.0.6"></script>
<script src="https://unpkg.com/htmx-ext-sse@2.2.4"></script>
</head>
<body hx-target="#content"><main id="content">{% block content %}{% endblock %}</main></body></html>
"""
_APP = """from fastapi import FastAPI, Request
from fastapi.templating import Jinja2Templates
from sse_starlette import EventSourceResponse, ServerSentEvent

app = FastAPI()
templates = Jinja2Templates(directory="templates")
"""
_ROUTE = """
@app.get("{url}")
def stream_{number}():
    async def stream():
        while True:
            yield ServerSentEvent("<b>1</b>", event="value-of-the-tide")
            yield ServerSentEvent("<li>1</li>", event="log-{number}")
            {extra}
    return EventSourceResponse(stream())
"""
_PAGE = """
@app.get("/{name}")
def page_{number}(request: Request):
    return templates.TemplateResponse(request, "{name}.html")
"""
_NAMES = (
    "dashboard ships ship_detail alerts_and_notifications_of_the_harbour cranes tides weather log"
)


def project(each: int = 5) -> dict[str, str]:
    """Eight pages with some connections each: forty as it is."""
    files = {"pyproject.toml": "", "templates/base.html": _HEAD}
    app = _APP
    for page, name in enumerate(_NAMES.split()):
        body = '{% extends "base.html" %}{% block content %}\n'
        for one in range(each):
            url, number = f"/live/{name}/{one}", page * each + one
            own = "" if number % 4 == 0 else ' hx-target="this"'
            swap = ' hx-swap="outerHTML"' if number % 5 == 0 else ""
            body += (
                f'<section hx-ext="sse" sse-connect="{url}">\n'
                f'<p class="figure" sse-swap="value-of-the-tide"{own}{swap}>-</p>'
                f'<ol id="log{one}" sse-swap="log-{number}" hx-target="this" hx-swap="beforeend">'
                "</ol>\n"
            )
            body += '<b sse-swap="missing" hx-target="this">-</b>\n' if one % 2 else ""
            body += "</section>\n"
            extra = f'yield ServerSentEvent("x", event="more-{number}")' if one % 3 == 0 else ""
            app += _ROUTE.format(url=url, number=number, extra=extra)
        files[f"templates/{name}.html"] = body + "{% endblock %}\n"
        app += _PAGE.format(name=name, number=page)
    files["app.py"] = app
    return files
