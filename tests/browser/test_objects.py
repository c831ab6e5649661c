"""What browsers show of an object's name in the place of HTML: nothing, as it looks like a tag."""

import asyncio
from typing import Any

import django
import pytest
from django.conf import settings
from django.http import HttpResponse
from jinja2 import DictLoader, Environment
from starlette.responses import HTMLResponse

from tests.browser.harness import Case, Frame, Observation, run_all
from tests.browser.predict import predict
from tests.needs import NEEDS_CHROMIUM

pytestmark = [pytest.mark.browser, NEEDS_CHROMIUM]

PAGES = {
    "htmx1": ("<div hx-ext=sse sse-connect=/sse><p sse-swap=a>old</p></div>", "a"),
    "htmx2": ("<div hx-ext=sse sse-connect=/sse><p sse-swap=a>old</p></div>", "a"),
    "htmx4": ("<div hx-sse:connect=/sse>old</div>", None),
}


def objects() -> dict[str, object]:
    if not settings.configured:
        settings.configure()
        django.setup()
    return {
        "template": Environment(loader=DictLoader({"row.html": "<b>1</b>"})).get_template(
            "row.html"
        ),
        "answer": HTMLResponse("<b>1</b>"),
        "answer of Django": HttpResponse("<b>1</b>"),
    }


def texts_of(body: Any) -> list[str]:
    if isinstance(body, str):
        return [body]
    return [text for part in body[2:] for text in texts_of(part)]


def test_nothing_is_shown() -> None:
    seen: dict[tuple[str, str], list[str]] = {}

    def report(case: Case, stack: str, found: list[Observation]) -> None:
        seen[case.name, stack] = texts_of(found[-1].body)

    jobs = [
        (Case(name, page, (Frame(event, str(sent)),)), stack)
        for stack, (page, event) in PAGES.items()
        for name, sent in objects().items()
    ]
    asyncio.run(run_all(jobs, predict, report, workers=2))
    assert len(seen) == len(jobs)
    assert not any(seen.values())
