"""Small systems in the manner of the frameworks' own guides: clean, and with one fault each."""

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.project.helpers import lines, run

PAGE = "<!doctype html>\n<html>\n<body{}>\n{}\n</body>\n</html>\n"


class System(NamedTuple):
    files: dict[str, str]
    # Name, file, what is replaced, by what, and a finding that then must be there.
    faults: list[tuple[str, str, str, str]]


CHIRP = "from chirp import App, AppConfig, EventStream, Fragment, SSEEvent, Template\n"

SYSTEMS: dict[str, System] = {
    "chirp: notifications": System(
        {
            "app.py": CHIRP
            + """
app = App(config=AppConfig(worker_mode="async", sse_close_event="close"))
ITEMS = [{"title": "Welcome"}, {"title": "Update"}]

@app.route("/")
def index():
    return Template("feed.html")

@app.route("/events", referenced=True)
def events():
    async def generate():
        yield SSEEvent(data="connected", event="status")
        for item in ITEMS:
            yield Fragment("feed.html", "notification", title=item["title"])
    return EventStream(generate())
""",
            "templates/feed.html": PAGE.format(
                "",
                """<div hx-ext="sse" sse-connect="/events" sse-close="close" hx-disinherit="hx-target hx-swap">
  <p sse-swap="status" hx-target="this">-</p>
  <ul sse-swap="message" hx-swap="beforeend" hx-target="this"></ul>
</div>
{% block notification %}<li>{{ title }}</li>{% endblock %}""",
            ),
        },
        [
            ("templates/feed.html", 'sse-swap="message"', 'sse-swap="notification"', "templates/feed.html:6 error sse_crossref certain"),
            ("templates/feed.html", ' sse-close="close"', "", "templates/feed.html:4 error sse_unclosed_stream certain"),
            ("app.py", '"notification", title', '"notice", title', "app.py:15 error sse_fragment certain"),
        ],
    ),
    "chirp: dashboard": System(
        {
            "app.py": CHIRP
            + """
app = App()

@app.route("/dashboard/live")
async def live_stats():
    async def stream():
        while True:
            yield Fragment("dashboard.html", "stats_panel", target="stats-update", stats=1)
    return EventStream(stream())
""",
            "templates/layout.html": PAGE.format(' hx-boost="true" hx-target="#main"', '<main id="main">{% block content %}{% endblock %}</main>'),
            "templates/dashboard.html": """{% extends "layout.html" %}
{% block content %}
<section hx-ext="sse" sse-connect="/dashboard/live" hx-disinherit="hx-target hx-swap">
  <div sse-swap="stats-update" hx-target="this">{% block stats_panel %}-{% endblock %}</div>
</section>
{% endblock %}
""",
        },
        [
            ("templates/dashboard.html", ' hx-target="this"', "", "templates/dashboard.html:4 info swap_safety certain"),
            ("templates/dashboard.html", "stats-update", "stats_update", "templates/dashboard.html:4 error sse_crossref certain"),
            ("templates/dashboard.html", 'hx-ext="sse" ', "", "templates/dashboard.html:3 error sse_ext_missing certain"),
        ],
    ),
    "chirp: tokens with a last event": System(
        {
            "pages/doc/{doc_id}/chat/stream.py": CHIRP
            + """
def get(doc_id: str) -> EventStream:
    async def generate():
        async for token in ai_session.stream_reply():
            yield Fragment("_chat.html", "chat_token", token=token)
        yield SSEEvent(event="done", data="complete")
    return EventStream(generate())
""",
            "templates/_chat.html": """{% block chat_start %}
<div class="msg" hx-ext="sse" sse-connect="/doc/{{ doc_id }}/chat/stream" sse-close="done">
  <span sse-swap="message" hx-swap="beforeend"></span>
</div>
{% endblock %}
{%- block chat_token -%}{%- if token is defined %}{{ token }}{% end -%}{%- end -%}
""",
        },
        [
            ("templates/_chat.html", 'sse-close="done"', 'sse-close="finished"', "templates/_chat.html:2 error sse_crossref certain"),
            ("templates/_chat.html", 'sse-swap="message"', 'sse-swap="token"', "templates/_chat.html:3 error sse_crossref certain"),
        ],
    ),
    "cello: deployment progress": System(
        {
            "app.py": """import json
from cello import App, Response, SseEvent, SseStream

app = App()

@app.get("/deploy/{deploy_id}/progress")
def deploy_progress(request):
    request.get_header("Last-Event-ID")
    stream = SseStream()
    for step in get_deploy_steps(request.params["deploy_id"]):
        stream.add(SseEvent(f"<li>{step.number}</li>", event="progress", id=str(step.number)))
    stream.add(SseEvent.with_event("done", "complete"))
    return Response.sse(stream)
""",
            "templates/deploy.html": PAGE.format(
                "",
                """<div hx-ext="sse" sse-connect="/deploy/{{ id }}/progress" sse-close="done">
  <ul sse-swap="progress" hx-swap="beforeend"></ul>
</div>""",
            ),
        },
        [
            ("app.py", 'event="progress"', 'event="step"', "templates/deploy.html:5 error sse_crossref certain"),
            ("templates/deploy.html", ' sse-close="done"', "", "templates/deploy.html:4 error sse_unclosed_stream certain"),
        ],
    ),
    "cello: notifications": System(
        {
            "app.py": """from cello import App, Response, SseEvent, SseStream

app = App()

@app.get("/notifications")
def notifications(request):
    stream = SseStream()
    stream.add_event("auth", "User logged in")
    stream.add(SseEvent("New order", event="order"))
    stream.add_data("General update")
    stream.add_event("end", "")
    return Response.sse(stream)
""",
            "templates/index.html": PAGE.format(
                "",
                """<div hx-ext="sse" sse-connect="/notifications" sse-close="end">
  <p sse-swap="auth"></p><p sse-swap="order"></p><p sse-swap="message"></p>
</div>""",
            ),
        },
        [("templates/index.html", 'sse-swap="order"', 'sse-swap="orders"', "templates/index.html:5 error sse_crossref certain")],
    ),
    "tempest: a producer": System(
        {
            "src/api/routers/events.py": """import asyncio
from fastapi import APIRouter, Header
from tempest_fastapi_sdk import EventStream, sse_response

router = APIRouter()

@router.get("/events")
async def events(last_event_id: str = Header("")):
    stream = EventStream(heartbeat_seconds=15.0)

    async def producer() -> None:
        try:
            for n in range(1, 4):
                await stream.publish(f"<b>{n}</b>", event="counter", id=str(n))
        finally:
            await stream.close()

    task = asyncio.create_task(producer())

    async def lifecycle_aware():
        try:
            async for chunk in stream.stream():
                yield chunk
        finally:
            task.cancel()

    return sse_response(lifecycle_aware())
""",
            "templates/index.html": PAGE.format(
                "",
                '<div hx-ext="sse" sse-connect="/events"><p sse-swap="counter"></p></div>',
            ),
        },
        [
            ("src/api/routers/events.py", 'event="counter"', 'event="count"', "templates/index.html:4 error sse_crossref certain"),
            ("src/api/routers/events.py", "            task.cancel()", "            pass", "src/api/routers/events.py:18 warning sse_producer_leak certain"),
        ],
    ),
    "tempest: a channel": System(
        {
            "src/api/routers/feed.py": """from fastapi import APIRouter, Depends
from tempest_fastapi_sdk import SSEBroker, sse_response

router = APIRouter()

@router.get("/feed")
async def feed(user_id: str = Depends(current), broker: SSEBroker = Depends(get_broker)):
    stream = broker.register(user_id)

    async def lifecycle_aware():
        try:
            async for chunk in stream.stream():
                yield chunk
        finally:
            broker.unregister(user_id, stream)

    return sse_response(lifecycle_aware())
""",
            "src/jobs.py": """from tempest_fastapi_sdk import SSEBroker
broker = SSEBroker()

async def on_order(user_id):
    await broker.publish(user_id, "<b>new</b>", event="notice")
    await broker.broadcast("x", event="tick")
""",
            "templates/index.html": PAGE.format(
                "",
                '<div hx-ext="sse" sse-connect="/feed"><p sse-swap="notice"></p><p sse-swap="tick"></p></div>',
            ),
        },
        [("src/jobs.py", 'event="notice"', 'event="note"', "templates/index.html:4 error sse_crossref certain")],
    ),
    "chirp: one answer in several places": System(
        {
            "app.py": CHIRP
            + """
app = App()

@app.route("/live")
async def live():
    async def stream():
        while True:
            yield SSEEvent(data="<p id='a' hx-swap-oob='true'>1</p>", event="all")
    return EventStream(stream())
""",
            "templates/live.html": PAGE.format(
                "",
                """<div hx-ext="sse" sse-connect="/live" hx-disinherit="hx-target hx-swap">
  <i sse-swap="all" hx-swap="none" hx-target="this"></i>
</div>
<p id="a"></p>""",
            ),
        },
        [("templates/live.html", 'sse-swap="all"', 'sse-swap="ALL"', "templates/live.html:5 error sse_crossref certain")],
    ),
}  # fmt: skip

FAULTS = [(name, *fault) for name, system in SYSTEMS.items() for fault in system.faults]


@pytest.mark.parametrize("name", SYSTEMS)
def test_clean(tmp_path: Path, name: str) -> None:
    assert lines(run(tmp_path, SYSTEMS[name].files)) == []


@pytest.mark.parametrize(
    ("name", "path", "old", "new", "finding"), FAULTS, ids=[f"{f[0]}: {f[4]}" for f in FAULTS]
)
def test_one_fault(tmp_path: Path, name: str, path: str, old: str, new: str, finding: str) -> None:
    files = dict(SYSTEMS[name].files)
    assert old in files[path]
    files[path] = files[path].replace(old, new)
    assert finding in lines(run(tmp_path, files))
