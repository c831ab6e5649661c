"""The examples of the rule pages in Chromium: what the rules conclude from is what happens.

A rule speaks of outcomes that the model gives. Here each rendering of each example is served
with the real scripts, every event that it waits for is sent twice, and the browser has to do
what the model did.
"""

from html import escape
from pathlib import Path

import pytest

from sse_check.findings.context import Context
from sse_check.htmx.attributes import event_names, url_of
from sse_check.htmx.dom import Node
from sse_check.htmx.view import PageView
from sse_check.pages.marks import HOLE
from tests.browser.harness import Case, Frame
from tests.browser.predict import predict
from tests.browser.test_model import disagreements
from tests.needs import NEEDS_CHROMIUM
from tests.project.helpers import load
from tests.rules.pages import all_pages

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    NEEDS_CHROMIUM,
]

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
# What is not played, and why.
LEFT_OUT = {
    "sse_connection_limit": "the browser's limit of connections",
    "sse_connect_url": "addresses that no server answers",
    "sse_stack": "mismatched scripts, which `test_mismatch.py` plays",
    "sse_view_transition": "a transition shows in pictures only",
    "sse_client_state": "what a person typed is no part of the tree",
    "sse_parser_moved": "templates and tables that the parser changes",
}
_RESERVED = ("error", "open")
_MOST_STREAMS = 4


def markup(node: Node) -> str:
    """An assembled rendering as HTML; streams get addresses that the test server knows."""
    attributes = "".join(
        f' {name}="{escape(_value(name, value))}"' for name, value in node.attributes.items()
    )
    if node.name in _VOID:
        return f"<{node.name}{attributes}>"
    inner = "".join(markup(child) for child in node.elements)
    return f"<{node.name}{attributes}>{inner}</{node.name}>"


def _value(name: str, value: str) -> str:
    value = value.replace(HOLE, "x1")
    if name.removeprefix("data-") in ("sse-connect", "hx-sse:connect"):
        return "/sse" + value.replace("?", "/") if value else value
    return value.replace("connect:/", "connect:/sse/") if name == "hx-sse" else value


def cases_of(rule: str, title: str, view: PageView, number: int) -> Case | None:
    body = next((n for n in view.root.elements if n.name == "body"), None)
    if body is None or len(view.connections) > _MOST_STREAMS or not view.connections:
        return None
    if any(url_of(node).startswith(("ws", "javascript")) for node in view.connections):
        return None
    names = {
        name.replace(HOLE, "x1")
        for node in view.listeners
        for name in event_names(node)
        if name and name not in _RESERVED
    }
    if view.generation == "4":
        names = {"message"}
    frames = [Frame(None if n == "message" else n, "<b>M</b>") for n in sorted(names)[:5]]
    page = markup(body)
    if "delay:" in page or "throttle:" in page or "[" in page or "load" in page:
        return None
    return Case(f"{rule}: {title} {view.page.path} {number}", page, (*frames, *frames[:2]))


def collected(folder: Path) -> list[tuple[Case, str]]:
    jobs: list[tuple[Case, str]] = []
    for index, (rule, example) in enumerate(all_pages()):
        if rule in LEFT_OUT:
            continue
        project = load(folder / str(index), example.files)
        views = Context(project, tuple(project.files.found.templates)).views
        for number, view in enumerate(views[:3]):
            case = cases_of(rule, example.title, view, number)
            if case is not None:
                jobs.append((case, view.stack.name))
    return jobs


def test_the_examples_in_the_browser(tmp_path: Path) -> None:
    jobs = collected(tmp_path)
    jobs = [(c, s) for c, s in jobs if all(len(o.streams) <= 6 for o in predict(c, s))]
    assert len(jobs) > 60
    assert {case.name.split(":")[0] for case, _ in jobs} >= {
        "sse_scope", "sse_self_swap", "sse_target_capture", "sse_swap_style", "sse_ext_missing",
        "sse_orphan", "swap_safety", "sse_missing_target", "sse_wiped", "sse_double_delivery",
        "sse_boosted_sink", "sse_disinherit", "sse_event_name", "sse_compat_leak",
    }  # fmt: skip
    found = disagreements(jobs)
    wrong = {name: text for (name, _), text in found.items() if text}
    assert not wrong, "\n".join(f"{name}: {text}" for name, text in wrong.items())
