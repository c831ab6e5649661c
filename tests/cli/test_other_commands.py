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
    own, _, of_the_harness = out.partition("\nFound by sse-check stream:\n\n")
    assert own.splitlines() == sorted(own.splitlines())
    assert of_the_harness.splitlines() == sorted(of_the_harness.splitlines())
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
        "    in main (templates/base.html) < html < top of the page   when b",
    ]


def test_rules_of_the_harness_are_listed_and_explained(tmp_path: Path) -> None:
    out = sse_check(tmp_path, "rules").out
    assert "stream_unheard            info     a name came and nothing waits for it" in out
    data = json.loads(sse_check(tmp_path, "rules", "--format", "json").out)
    by = {rule["name"]: rule["found_by"] for rule in data["rules"]}
    assert (by["stream_unheard"], by["sse_orphan"]) == ("stream", "check")
    assert sse_check(tmp_path, "explain", "stream_unheard").out.startswith("# stream_unheard\n")
    assert "did you mean `stream_unheard`?" in sse_check(tmp_path, "explain", "stream_unherd").err


def test_rules_of_a_project_are_named_when_they_are_left_out(tmp_path: Path) -> None:
    own = 'from sse_check.api import Rule\nrule = Rule("own_rule", "mine", "info", lambda c: [])\n'
    write(
        tmp_path,
        {
            "sse-check.toml": 'rules = ["lint"]\n',
            "lint/own_rule.py": own,
            "lint/own_rule.md": "# I\n",
        },
    )
    done = sse_check(tmp_path, "rules")
    assert "own_rule" not in done.out
    assert "without the project's own rules (`lint`); --allow-project-rules" in done.err
    assert "own_rule" in sse_check(tmp_path, "rules", "--allow-project-rules").out
    assert sse_check(tmp_path, "explain", "own_rule", "--allow-project-rules").out == "# I\n"


def test_a_baseline_says_how_it_is_used(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "", "templates/a.html": "<p sse-swap='x'>-</p>"})
    out = sse_check(tmp_path, "--write-baseline", "known.json").out
    assert "`sse-check --baseline known.json` leaves them out" in out
    assert 'write `baseline = "known.json"` into [tool.sse-check]' in out
    write(tmp_path, {"sse-check.toml": 'baseline = "known.json"\n'})
    out = sse_check(tmp_path, "--write-baseline", "known.json").out
    assert out.endswith("the settings name it: every run leaves them out\n")
    assert "1 in the baseline" in sse_check(tmp_path).out


def test_a_baseline_holds_from_every_folder(tmp_path: Path) -> None:
    write(
        tmp_path / "project",
        {
            "sse-check.toml": 'baseline = "known.json"\n',
            "templates/a.html": "<p sse-swap='x'>-</p>",
        },
    )
    sse_check(tmp_path / "project", "--write-baseline", "known.json")
    for folder, targets in (("project", ()), ("project/templates", ()), (".", ("project",))):
        done = sse_check(tmp_path / folder, *targets)
        assert (folder, done.status, "1 in the baseline" in done.out) == (folder, 0, True)


def test_a_baseline_that_knows_less_than_before_says_so(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "", "templates/a.html": "<p sse-swap='x'>-</p>"})
    sse_check(tmp_path, "--write-baseline", "known.json")
    out = sse_check(tmp_path, "--select", "sse_scope", "--write-baseline", "known.json").out
    assert out.startswith("known.json: 0 findings known from now on, 1 that it knew before no more")


def test_settings_that_are_most_likely_not_meant(tmp_path: Path) -> None:
    page = {"templates/a.html": "<p sse-swap='x'>-</p>"}
    write(tmp_path, {**page, "sse-check.toml": '[tool.sse-check]\nprofile = "browser"\n'})
    done = sse_check(tmp_path)
    assert "leave `[tool.sse-check]` out" in done.err
    assert done.status == 2
    own = '[per-file-ignores]\n"*.html" = ["sse_orphn"]\n'
    write(tmp_path, {"sse-check.toml": own})
    assert "there is no rule `sse_orphn`; did you mean `sse_orphan`?" in sse_check(tmp_path).err
    shared = '[tool.sse-check]\nprofile = "browser"\n'
    write(tmp_path, {"sse-check.toml": 'profile = "browser"\n', "pyproject.toml": shared})
    said = sse_check(tmp_path).out
    assert "`[tool.sse-check]` is not read: sse-check.toml is beside it" in said


def test_rules_are_named_one_by_one_or_with_commas(tmp_path: Path) -> None:
    write(tmp_path, {"templates/a.html": "<p sse-swap='x y'>-</p>"})
    said = [
        sse_check(tmp_path, *options, "--format", "concise").out
        for options in (
            ("--select", "sse_orphan,sse_event_name"),
            ("--select", "sse_orphan", "--select", "sse_event_name"),
        )
    ]
    assert said[0] == said[1]
    assert {"sse_orphan", "sse_event_name"} <= set(said[0].split())
