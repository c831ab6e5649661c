"""`rules`, `explain`, `tree`, `--help` and `--version`."""

import json
from pathlib import Path

from sse_check import __version__
from tests.cli.helpers import sse_check
from tests.project.helpers import write


def test_version(tmp_path: Path) -> None:
    assert sse_check(tmp_path, "--version").out == f"sse-check {__version__}\n"


def test_help_has_examples(tmp_path: Path) -> None:
    out = sse_check(tmp_path, "--help").out
    assert "sse-check templates/ page.html" in out
    assert "Exit status" in sse_check(tmp_path, "check", "--help").out


def test_rules_are_listed(tmp_path: Path) -> None:
    out = sse_check(tmp_path, "rules").out
    assert out.splitlines() == sorted(out.splitlines())
    assert "sse_orphan                error    a listener with no connection" in out
    data = json.loads(sse_check(tmp_path, "rules", "--format", "json").out)
    assert {rule["name"] for rule in data["rules"]} >= {"sse_orphan", "sse_self_swap"}


def test_explain_prints_the_page(tmp_path: Path) -> None:
    out = sse_check(tmp_path, "explain", "sse_orphan").out
    assert out.startswith("# sse_orphan\n")
    assert "## Fix" in out


def test_tree_shows_elements_with_their_ways(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "templates/base.html": "<html><main sse-connect='/e'>{% block c %}{% endblock %}</main></html>",
            "templates/page.html": '{% extends "base.html" %}{% block c %}<p {% if a %}sse-swap="x"{% endif %}>x</p>{% if b %}<i hx-get="/">{% endif %}{% endblock %}',
        },
    )
    assert sse_check(tmp_path, "tree", "templates/page.html").out.splitlines() == [
        "templates/page.html (jinja)",
        "  extends templates/base.html",
        '1:39 <p {% if a %}sse-swap="x"{% endif %}>',
        "    in main (templates/base.html) < html < top of the page",
        '1:91 <i hx-get="/">',
        "    in main (templates/base.html) < html < top of the page   when b, a",
    ]
