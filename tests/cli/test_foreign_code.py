"""A checked project is text: nothing in it runs, and what lies above it says nothing of it."""

import os
from pathlib import Path

import pytest

from sse_check.project.places import project_root
from tests.cli.hostile import ORPHAN, PAGE, run
from tests.project.helpers import write

RAN = "ran.txt"
RULE = f"""
from sse_check.api import Finding, Rule
open({{folder!r}} + "/{RAN}", "w").write("ran")

def check(context):
    for view in context.views:
        for node in view.listeners:
            yield Finding("own", view.span(node, "sse-swap"), "seen")

rule = Rule(name="own", summary="every listener", severity="error", check=check)
"""
SETTINGS = '[tool.sse-check]\nrules = ["tools"]\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    write(
        folder,
        {
            "pyproject.toml": SETTINGS,
            "tools/own.py": RULE.format(folder=str(tmp_path)),
            "templates/a.html": PAGE,
        },
    )
    return folder


def ran(folder: Path) -> bool:
    return (folder.parent / RAN).exists()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("templates/a.html",),
        ("-", "--stdin-filename", "templates/a.html"),
        ("--select", "sse_orphan"),
        ("--config", "pyproject.toml"),
    ],
)
def test_rules_of_a_project_do_not_run(project: Path, arguments: tuple[str, ...]) -> None:
    write(project, {"templates/a.html": "<html><p>nothing wrong</p><i hx-get='/'></i></html>"})
    done = run(project, *arguments, stdin=b"<i hx-get='/'></i>" if "-" in arguments else None)
    assert not ran(project)
    assert done.status == 0
    assert "rules of the project are left out (`tools`)" in done.text
    assert "--allow-project-rules loads them" in done.text


def test_rules_of_a_foreign_file_do_not_run(project: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    write(own, {"pyproject.toml": ""})
    run(own, str(project / "templates/a.html"))
    assert not ran(project)


@pytest.mark.parametrize("command", [("rules",), ("explain", "sse_orphan"), ("map",)])
def test_no_other_command_runs_them_either(project: Path, command: tuple[str, ...]) -> None:
    assert run(project, *command).status == 0
    assert not ran(project)


def test_rules_run_when_the_user_says_so(project: Path) -> None:
    done = run(project, "--allow-project-rules", "--format", "concise")
    assert ran(project)
    assert b" error own seen\n" in done.out
    assert b"left out" not in done.out
    assert b"own" in run(project, "rules", "--allow-project-rules").out


def test_rules_run_where_the_users_own_file_names_the_project(
    project: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    write(home, {".config/sse-check/trust.toml": f'allow-project-rules = ["{project.parent}"]\n'})
    run(project, home=home)
    assert not ran(project)
    write(home, {".config/sse-check/trust.toml": f'allow-project-rules = ["{project}"]\n'})
    done = run(project, "--format", "concise", home=home)
    assert b" error own seen\n" in done.out


@pytest.mark.parametrize("text", ["", "x", 'allow-project-rules = "x"', "[" * 5000, "\0"])
def test_a_broken_file_of_trust_allows_nothing(project: Path, tmp_path: Path, text: str) -> None:
    home = tmp_path / "home"
    write(home, {".config/sse-check/trust.toml": text})
    assert run(project, home=home).status == 1
    assert not ran(project)


def test_settings_that_name_a_rule_that_is_left_out_are_no_error(project: Path) -> None:
    write(
        project,
        {"pyproject.toml": SETTINGS + 'ignore = ["own"]\n', "templates/a.html": "<i hx-get='/'>"},
    )
    assert run(project).status == 0
    done = run(project, "--ignore", "own")
    assert done.status == 2
    assert "rules of the project are left out" in done.text


# Where settings end


def test_settings_end_at_the_root_of_the_repository(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "sse-check.toml": 'ignore = ["sse_orphan"]\n',
            "repository/.git/HEAD": "",
            "repository/app/templates/a.html": ORPHAN,
        },
    )
    assert run(tmp_path / "repository/app").status == 1
    write(tmp_path / "repository", {"sse-check.toml": 'ignore = ["sse_orphan"]\n'})
    assert run(tmp_path / "repository/app").status == 0


def test_without_a_repository_settings_end_at_the_project(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "sse-check.toml": 'ignore = ["sse_orphan"]\n',
            "project/pyproject.toml": "[project]\n",
            "project/templates/a.html": ORPHAN,
        },
    )
    assert run(tmp_path / "project").status == 1


def test_a_repository_may_have_its_settings_above_a_package(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".git/HEAD": "",
            "sse-check.toml": 'ignore = ["sse_orphan"]\n',
            "package/pyproject.toml": "[project]\n",
            "package/templates/a.html": ORPHAN,
        },
    )
    assert run(tmp_path / "package").status == 0


@pytest.mark.skipif(bool(os.geteuid()), reason="only root can give a file away")
def test_settings_of_another_user_are_left_out_and_said(tmp_path: Path) -> None:
    write(
        tmp_path,
        {".git/HEAD": "", "sse-check.toml": 'ignore = ["sse_orphan"]\n', "mine/a.html": ORPHAN},
    )
    os.chown(tmp_path / "sse-check.toml", 4321, 4321)
    done = run(tmp_path / "mine")
    assert done.status == 1
    assert "../sse-check.toml: problem: not read: it belongs to another user" in done.text
    assert run(tmp_path / "mine", "--config", "../sse-check.toml").status == 0


@pytest.mark.skipif(bool(os.geteuid()), reason="only root can give a file away")
def test_the_settings_of_a_checkout_that_is_another_users_count(tmp_path: Path) -> None:
    write(tmp_path, {"sse-check.toml": 'ignore = ["sse_orphan"]\n', "a.html": ORPHAN})
    for path in (tmp_path, tmp_path / "sse-check.toml", tmp_path / "a.html"):
        os.chown(path, 4321, 4321)
    assert run(tmp_path).status == 0


@pytest.mark.skipif(bool(os.geteuid()), reason="only root can give a file away")
def test_a_mark_of_another_user_makes_no_project(tmp_path: Path) -> None:
    write(tmp_path, {"package.json": "{}", "mine/a.html": ORPHAN})
    assert project_root(str(tmp_path / "mine/a.html")) == str(tmp_path)
    os.chown(tmp_path / "package.json", 4321, 4321)
    assert project_root(str(tmp_path / "mine/a.html")) == str(tmp_path / "mine")


# The environment


def test_entry_points_do_not_come_from_the_current_folder(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "evil-1.0.dist-info/METADATA": "Name: evil\nVersion: 1.0\n",
            "evil-1.0.dist-info/entry_points.txt": "[sse_check.rules]\nown = evil_rules:rule\n",
            "evil_rules.py": RULE.format(folder=str(tmp_path)),
            "a.html": ORPHAN,
        },
    )
    for arguments, extra in (((), _path()), (("rules",), _path()), ((), _path(tmp_path))):
        done = run(tmp_path, *arguments, module=True, PYTHONPATH=extra)
        assert done.status == (0 if arguments else 1), done.text
        assert b"\nown " not in done.out
        assert not (tmp_path / RAN).exists()


def test_a_module_of_an_installed_plugin_is_not_taken_from_the_current_folder(
    tmp_path: Path,
) -> None:
    installed, here = tmp_path / "installed", tmp_path / "here"
    write(
        installed,
        {
            "good-1.0.dist-info/METADATA": "Name: good\nVersion: 1.0\n",
            "good-1.0.dist-info/entry_points.txt": "[sse_check.rules]\nown = good_rules:rule\n",
            "good_rules.py": RULE.format(folder=str(installed)),
        },
    )
    write(here, {"good_rules.py": RULE.format(folder=str(here)), "a.html": ORPHAN})
    done = run(here, "--format", "concise", module=True, PYTHONPATH=_path(here, installed))
    assert b" error own seen\n" in done.out
    assert (installed / RAN).exists()
    assert not (here / RAN).exists()


def test_standard_modules_are_not_taken_from_the_current_folder(tmp_path: Path) -> None:
    text = f"open({str(tmp_path / RAN)!r}, 'w')\nraise SystemExit(7)\n"
    files = dict.fromkeys(
        ("click.py", "pathspec.py", "tomllib.py", "jinja2.py", "difflib.py"), text
    )
    write(tmp_path, {**files, "a.html": ORPHAN, ".gitignore": "x\n", "sse-check.toml": ""})
    assert run(tmp_path, "--fix").status == 1
    assert run(tmp_path, "--fix", module=True).status == 1
    assert not (tmp_path / RAN).exists()


def _path(*folders: Path) -> str:
    own = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join([*map(str, folders), *([own] if own else [])])


@pytest.mark.parametrize("name", ["README.md", "docs", ".pre-commit-hooks.yaml", "action.yml"])
def test_the_command_is_what_is_told(name: str) -> None:
    place = Path(__file__).resolve().parents[2] / name
    files = [place] if place.is_file() else sorted(place.glob("*.md"))
    assert files
    assert not [file for file in files if "-m sse_check" in file.read_text(encoding="utf-8")]
