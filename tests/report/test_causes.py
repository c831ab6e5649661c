"""Findings of one cause: together in the text report, with their cause in the other formats."""

import importlib
import json
from pathlib import Path

import pytest

from sse_check.findings.result import Result
from sse_check.report import links
from sse_check.report.style import Style
from sse_check.report.text import render
from tests.project.helpers import run

PAGE = """<!doctype html>
<html>
<head><script src="https://unpkg.com/htmx.org@2.0.6"></script>
<script src="https://unpkg.com/htmx-ext-sse@2.2.4"></script></head>
<body hx-target="#main">
<main id="main">
<section hx-ext="sse" sse-connect="/events"><p sse-swap="a">-</p><p sse-swap="b">-</p></section>
</main>
</body>
</html>
"""
RULES = ("sse_scope", "swap_safety")


@pytest.fixture
def result(tmp_path: Path) -> Result:
    return run(tmp_path, {"templates/a.html": PAGE}, *RULES)


def shown(result: Result, format_: str) -> str:
    return str(importlib.import_module(f"sse_check.report.{format_}").render(result))


def test_what_one_attribute_causes_is_told_under_it(result: Result) -> None:
    text = render(result, Style(False))
    assert text.split("\n1 error")[0] == (
        """\
error: 3 findings have one cause: hx-target is inherited from here
  --> templates/a.html:5:7
    |
 5  | <body hx-target="#main">
    |       ^^^^^^^^^^^^^^^^^

  error[sse_scope] [*] inherited `hx-target="#main"` reaches the listeners of this connection: its events land in `#main`
    --> templates/a.html:7:23
      |
   7  | <section hx-ext="sse" sse-connect="/events"><p sse-swap="a">-</p><p sse-swap="b">-</p></section>
      |                       ^^^^^^^^^^^^^^^^^^^^^
    help: give each listener its own `hx-target="this"`, or stop it here with `hx-disinherit="hx-target hx-swap"`

  warning[swap_safety] [*] the events of this listener land in `#main`, through an inherited target
    --> templates/a.html:7:48
      |
   7  | <section hx-ext="sse" sse-connect="/events"><p sse-swap="a">-</p><p sse-swap="b">-</p></section>
      |                                                ^^^^^^^^^^^^
    --> templates/a.html:7:69
      |
   7  | <section hx-ext="sse" sse-connect="/events"><p sse-swap="a">-</p><p sse-swap="b">-</p></section>
      |                                                                     ^^^^^^^^^^^^
    help: give it a target of its own: `hx-target="this"`
"""
    )
    assert text.count("hx-target is inherited from here") == 1
    assert "[*] --fix fixes 3 of them" in text


def test_a_finding_that_is_alone_has_its_cause_with_it(tmp_path: Path) -> None:
    result = run(tmp_path, {"templates/a.html": PAGE}, "sse_scope")
    text = render(result, Style(False))
    assert text.startswith("error[sse_scope] [*] inherited")
    assert "  ... templates/a.html:5:7: hx-target is inherited from here\n" in text
    assert "cause" not in shown(result, "concise")


def test_after_some_frames_places_are_only_named(tmp_path: Path) -> None:
    many = "".join(f'<p sse-swap="n{i}">-</p>\n' for i in range(9))
    page = PAGE.replace('<p sse-swap="a">-</p>', many)
    text = render(run(tmp_path, {"templates/a.html": page}, *RULES), Style(False))
    assert text.count("    --> ") == 11
    assert text.count("^^^^^^^^^^^^^") == 6


def test_other_formats_keep_each_finding_and_name_the_cause(result: Result) -> None:
    found = json.loads(shown(result, "json"))["findings"]
    assert {one["cause"]["location"]["start"]["line"] for one in found} == {5}
    assert len(found) == 3
    assert shown(result, "concise").count(" (cause: templates/a.html:5:7)\n") == 3
    assert shown(result, "checkstyle").count("(cause: templates/a.html:5:7)") == 3
    for format_ in ("github", "junit", "rdjson", "sarif"):
        said = "hx-target is inherited from here, the cause of 3 findings"
        assert shown(result, format_).count(said) == 3, format_
    assert shown(result, "gitlab").count("(cause: templates/a.html:5:7)") == 3


def test_rules_lead_to_their_pages_once_there_is_an_address(
    result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "helpUri" not in shown(result, "sarif")
    monkeypatch.setattr(links, "RULE_PAGES", "https://example.org/rules")
    (driver,) = [run["tool"]["driver"] for run in json.loads(shown(result, "sarif"))["runs"]]
    assert driver["rules"][0]["helpUri"] == "https://example.org/rules/sse_scope.md"
    code = json.loads(shown(result, "rdjson"))["diagnostics"][0]["code"]
    assert code == {"value": "sse_scope", "url": "https://example.org/rules/sse_scope.md"}
    assert "\x1b]8;;https://example.org/rules/sse_scope.md\x1b\\sse_scope" in render(
        result, Style(True)
    )
    assert "\x1b" not in render(result, Style(False))
