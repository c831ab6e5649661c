"""The map's JSON in a few words, with the text of the template that each place stands for."""

import re
from pathlib import Path
from typing import Any

from sse_check.findings.context import Context
from sse_check.project.settings import Settings
from sse_check.report.wiring import MapPage, wiring
from sse_check.report.wiring_json import as_data
from tests.project.helpers import load

HTMX1 = "<script src=https://unpkg.com/htmx.org@1.9.12></script><script src=https://unpkg.com/htmx.org@1.9.12/dist/ext/sse.js></script>"
HTMX2 = "<script src=https://unpkg.com/htmx.org@2.0.4></script><script src=https://unpkg.com/htmx-ext-sse@2.2.2/sse.js></script>"
HTMX4 = "<script src=https://unpkg.com/htmx.org@4.0.1></script><script src=https://unpkg.com/htmx.org@4.0.1/dist/ext/hx-sse.js></script>"
COMPAT = f"{HTMX4}<script src=https://unpkg.com/htmx.org@4.0.1/dist/ext/htmx-2-compat.js></script>"

_ID = re.compile(r" id=(\w+)")
LISTENS = "<div hx-ext=sse sse-connect=/e>%s</div>"
PAGE = "templates/page.html"
SERVER = """
from fastapi import FastAPI, Request
from fastapi.templating import Jinja2Templates
from sse_starlette.sse import EventSourceResponse

app = FastAPI()
templates = Jinja2Templates(directory="templates")

@app.get("/")
def page(request: Request):
    return templates.TemplateResponse(request, "page.html")
"""


def streams(**sent: str) -> str:
    """A server whose routes stream; each is given as what its generator does."""
    return SERVER + "".join(
        f"""
@app.api_route("/{name}", methods=["GET", "POST"])
async def {name}():
    async def events():
        {body}
    return EventSourceResponse(events())
"""
        for name, body in sent.items()
    )


def mapped(folder: Path, files: dict[str, str]) -> list[MapPage]:
    project = load(folder, files, Settings())
    return wiring(Context(project, tuple(project.files.found.templates)))


def told(folder: Path, htmx: str, body: str, server: str = "", config: str = "") -> list[str]:
    """The map of one page, line by line: its connections, their events, who listens, what comes."""
    files = {PAGE: f"<!doctype html><html><head>{config}{htmx}</head>{body}</html>"}
    if server:
        files["app.py"] = server
    data = as_data(mapped(folder, files))
    texts = {name: (folder / name).read_text("utf-8") for name in files}
    return [
        line
        for page in data["pages"]
        for connection in page["connections"]
        for line in _connection(connection, texts)
    ]


def _text(location: dict[str, Any], texts: dict[str, str]) -> str:
    return texts[location["path"]][location["start"]["offset"] : location["end"]["offset"]]


def _element(location: dict[str, Any], texts: dict[str, str]) -> str:
    """An element by its id, as its start tag has it, else by that tag's name."""
    tag = _text(location, texts)
    found = _ID.search(tag)
    return f"#{found[1]}" if found else tag.split()[0].strip("<>")


def _selected(one: dict[str, Any], texts: dict[str, str]) -> str:
    found = _element(one["location"], texts)
    assert one["selector"] == found
    return found


def _connection(one: dict[str, Any], texts: dict[str, str]) -> list[str]:
    line = f"{one['opens']} {one['url']} by {_text(one['location'], texts)}"
    if one["on"]:
        line += f" on {one['on']}"
    if one["waits"]:
        line += " waits"
    return [line, *(line for event in one["events"] for line in _event(event, texts))]


def _event(one: dict[str, Any], texts: dict[str, str]) -> list[str]:
    line = "  unnamed" if one["unnamed"] else f"  {one['name']}"
    if one["emitted_by"]:
        routes = [f"{by['route']} {_text(by['location'], texts)}" for by in one["emitted_by"]]
        line += f" from {', '.join(routes)}"
    line += "".join(f"; brings {what['what']}" for what in one["brings"])
    return [
        line,
        *(f"    {text}" for listener in one["listeners"] for text in _listener(listener, texts)),
    ]


def _listener(one: dict[str, Any], texts: dict[str, str]) -> list[str]:
    head = f"{one['kind']} {_text(one['location'], texts)}"
    return [f"{head}: {_outcome(outcome, texts)}" for outcome in one["outcomes"]]


def _outcome(one: dict[str, Any], texts: dict[str, str]) -> str:
    words = [one["verdict"] if one["ways"] == "all" else f"on some ways {one['verdict']}"]
    usual = 0 if one["verdict"] in ("lost", "unknown") else 1
    words += [f"{one['times']} times"] if one["times"] != usual else []
    words += [one["swap"]] if one["swap"] else []
    words += [_selected(one["lands"], texts)] if one["lands"] else []
    words += [f"and {_selected(other, texts)}" for other in one["also"]]
    words += [f"of {one['select']}"] if one["select"] else []
    words += ["stripped"] if one["strip"] else []
    words += one["timing"]
    if one["why"]:
        words.append(f"({one['why']})")
    for request in one["requests"]:
        target = request["target"]
        where = _selected(target, texts) if target else "nowhere"
        words.append(f"{request['method']} {request['address']} -> {where}")
    if one["destroys"]:
        words.append("destroys " + " ".join(_element(place, texts) for place in one["destroys"]))
    if one["closes"]:
        words.append("closes")
    if one["same"]:
        kept = [_element(place, texts) for place in one["same"]["keeps"]]
        words.append(f"keeps {' '.join(kept) or 'nothing'}")
    if one["again"]:
        words.append(f"then {_again(one['again'], texts)}")
    elif one["verdict"] in ("delivered", "misrouted") and not one["repeats"] and not one["closes"]:
        words.append("once")
    return " ".join(words)


def _again(one: dict[str, Any], texts: dict[str, str]) -> str:
    """A second event, of which less is told."""
    times = 0 if one["verdict"] == "lost" else 1
    return _outcome({**_NOTHING, "times": times, **one}, texts)


_NOTHING = {
    "ways": "all", "also": [], "select": "", "strip": False, "timing": [],
    "destroys": [], "closes": False, "same": None, "again": None, "repeats": True,
}  # fmt: skip
