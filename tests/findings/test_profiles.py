"""The contract and what the browser does: severities under each profile."""

from pathlib import Path

import pytest

from sse_check.findings.check import check
from sse_check.findings.loader import load_rules
from sse_check.project.settings import Profile, Settings
from tests.project.helpers import lines, load

HARMLESS = '<div hx-ext="sse" sse-connect="/e" sse-swap="a">-</div>'
MISROUTED = f'<main id="m" hx-target="#m">{HARMLESS}</main>'
REMOVED = '<div hx-ext="sse" sse-connect="/e" sse-swap="a" hx-swap="outerHTML">-</div>'


def found(folder: Path, body: str, profile: Profile) -> list[str]:
    page = f"<!doctype html>\n<html><body>\n{body}\n</body></html>\n"
    project = load(folder, {"templates/a.html": page}, Settings(profile=profile))
    result = check(project, project.files.found.templates, list(load_rules().values()))
    return [line for line in lines(result) if "sse_self_swap" in line]


@pytest.mark.parametrize("body", [HARMLESS, MISROUTED, REMOVED])
def test_the_contract_asks_for_two_elements(tmp_path: Path, body: str) -> None:
    assert found(tmp_path, body, "contract") == ["templates/a.html:3 error sse_self_swap certain"]


def test_the_browser_profile_is_silent_where_no_harm_is_done(tmp_path: Path) -> None:
    assert found(tmp_path, HARMLESS, "browser") == []


@pytest.mark.parametrize("body", [MISROUTED, REMOVED])
def test_the_browser_profile_follows_the_outcome(tmp_path: Path, body: str) -> None:
    assert found(tmp_path, body, "browser") == ["templates/a.html:3 error sse_self_swap certain"]


@pytest.mark.parametrize(
    ("beside", "text", "expected"),
    [
        ("go.mod", "module shop\n", []),
        ("Cargo.toml", "[package]\n", []),
        ("web/mix.exs", "", []),
        ("package.json", '{"dependencies": {"express": "4"}}', []),
        # What builds style sheets is no server, and what lies elsewhere is none of this page.
        ("package.json", '{"dependencies": {"tailwindcss": "4"}}', ["error"]),
        ("docs/Gemfile", "", ["error"]),
        ("README.md", "", ["error"]),
    ],
)
def test_a_server_in_another_language_is_not_chirp(
    tmp_path: Path, beside: str, text: str, expected: list[str]
) -> None:
    page = f"<!doctype html>\n<html><body>\n{HARMLESS}\n</body></html>\n"
    project = load(tmp_path, {"web/templates/a.html": page, beside: text}, Settings())
    result = check(project, project.files.found.templates, list(load_rules().values()))
    assert [one.level for one in result.findings if one.rule == "sse_self_swap"] == expected
    (name, why), *_ = result.profiles
    assert (name == "contract") == bool(expected)
    assert ("its server is written in" in why) == (not expected)
