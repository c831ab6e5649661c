"""Files that only look like files, links, and folders that cannot be read."""

import os
import subprocess
from pathlib import Path

import pytest

from sse_check.project.ignore import read_patterns
from tests.cli.hostile import FIXED, ORPHAN, PAGE, run
from tests.project.helpers import write

LOCAL = PAGE.replace("<head>", '<head><script src="/static/htmx.js"></script>')
PAGE_WITHOUT_FAULT = "<html><body><p>x</p></body></html>"
STRANGE = ["x.html", "x.py", "x.js", ".gitignore", "package.json", "static/htmx.js"]


@pytest.mark.parametrize("kind", ["pipe", "zero", "sparse"])
def test_what_is_no_file_holds_nothing_up(tmp_path: Path, kind: str) -> None:
    write(tmp_path, {"pyproject.toml": "", "templates/a.html": LOCAL, "static/x": ""})
    for name in STRANGE:
        _strange(tmp_path / name, kind)
    done = run(tmp_path, "--format", "concise")
    assert done.status == 1
    assert b": error sse_scope" in done.out
    assert "\nx.html: problem" in done.text
    assert "\n.gitignore: problem" in done.text


def _strange(path: Path, kind: str) -> None:
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "zero":
        path.symlink_to("/dev/zero")
    else:
        with path.open("wb") as file:
            file.truncate(1024**3)


@pytest.mark.parametrize("kind", ["pipe", "zero"])
@pytest.mark.parametrize("name", ["sse-check.toml", "pyproject.toml", "known.json"])
def test_settings_and_baselines_are_files(tmp_path: Path, name: str, kind: str) -> None:
    write(tmp_path, {"a.html": ORPHAN})
    _strange(tmp_path / name, kind)
    done = run(tmp_path, *(("--baseline", name) if name == "known.json" else ()))
    assert done.status == (1 if name == "pyproject.toml" else 2)
    assert name in done.text
    assert "Traceback" not in done.text


def test_a_target_that_is_no_file_is_said(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.html")
    (tmp_path / "b.html").symlink_to("nowhere")
    for name in ("a.html", "b.html"):
        done = run(tmp_path, name)
        assert done.status == 2
        assert f"{name}: problem: cannot be read: " in done.text
        assert "all good" not in done.text


# Links


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """A repository with links to what lies beside it."""
    write(
        tmp_path,
        {
            "secret/page.html": PAGE,
            "repository/.git/HEAD": "",
            "repository/shared/near.html": PAGE,
            "repository/app/pyproject.toml": "",
            "repository/app/templates/a.html": "<i hx-get=/x>",
        },
    )
    templates = tmp_path / "repository/app/templates"
    (templates / "far.html").symlink_to(tmp_path / "secret/page.html")
    (templates / "folder").symlink_to(tmp_path / "secret")
    (templates / "near").symlink_to("../../shared")
    return tmp_path / "repository/app"


def test_links_out_of_the_repository_are_not_read(linked: Path) -> None:
    done = run(linked, "--format", "concise")
    assert b"near/near.html:3:23: error" in done.out
    assert b"far.html:3" not in done.out
    assert b"folder/page.html" not in done.out
    assert "templates/far.html: problem not read: a link leads out of the project" in done.text
    assert "templates/folder: problem not read: this link leads out of the project" in done.text
    followed = run(linked, "--format", "concise", "--follow-links")
    assert b"far.html:3:23: error" in followed.out
    assert b"folder/page.html:3:23: error" in followed.out


@pytest.mark.parametrize("target", ["templates/far.html", "templates/folder"])
def test_a_link_out_that_is_named_is_said(linked: Path, target: str) -> None:
    done = run(linked, target)
    assert done.status == 2
    assert "out of the project" in done.text
    assert "--follow-links" in done.text


def test_links_out_are_not_written(linked: Path) -> None:
    outside = linked.parent.parent / "secret/page.html"
    run(linked, "--fix")
    assert outside.read_text() == PAGE
    assert (linked.parent / "shared/near.html").read_text() == FIXED
    assert (linked / "templates/near").is_symlink()
    run(linked, "--fix", "--follow-links")
    assert outside.read_text() == FIXED
    assert (linked / "templates/far.html").is_symlink()


def test_links_are_followed_where_the_users_own_file_names_the_project(
    linked: Path, tmp_path: Path
) -> None:
    trust = f'follow-links = ["{linked}"]\n'
    write(tmp_path, {"home/.config/sse-check/trust.toml": trust})
    done = run(linked, "--format", "concise", home=tmp_path / "home")
    assert b"far.html:3:23: error" in done.out


def test_a_project_cannot_allow_links_itself(linked: Path) -> None:
    write(linked, {"sse-check.toml": "follow-links = true\n"})
    assert "unknown key `follow-links`" in run(linked).text


def test_a_baseline_of_the_settings_is_not_read_through_a_link_out(tmp_path: Path) -> None:
    write(tmp_path, {"out.json": "{}", "p/.git/HEAD": "", "p/a.html": ORPHAN})
    write(tmp_path, {"p/sse-check.toml": 'baseline = "known.json"\n'})
    (tmp_path / "p/known.json").symlink_to("../out.json")
    done = run(tmp_path / "p")
    assert done.status == 2
    assert "known.json: not read: a link leads out of the project" in done.text


# What was named and cannot be read


@pytest.mark.parametrize("target", ["templates", "templates/a.html", "."])
def test_a_target_that_cannot_be_read_is_not_all_good(tmp_path: Path, target: str) -> None:
    write(tmp_path, {"pyproject.toml": "", "templates/a.html": "<i hx-get=/x>"})
    unreadable = tmp_path if target == "." else tmp_path / target
    mode = unreadable.stat().st_mode
    unreadable.chmod(0o111 if unreadable.is_dir() else 0)
    try:
        done = _as_nobody(tmp_path, target)
    finally:
        unreadable.chmod(mode)
    assert done.returncode == 2, done.stdout + done.stderr
    assert b"cannot be read: Permission denied" in done.stdout
    assert b"all good" not in done.stdout


def test_a_project_of_which_nothing_can_be_read(tmp_path: Path) -> None:
    """Nothing was found; it may be in the folder that is shut."""
    write(tmp_path, {"pyproject.toml": "", "templates/a.html": "<i hx-get=/x>"})
    tmp_path.chmod(0o755)
    (tmp_path / "templates").chmod(0)
    try:
        done = _as_nobody(tmp_path, ".")
    finally:
        (tmp_path / "templates").chmod(0o755)
    assert done.returncode == 2, done.stdout + done.stderr
    assert b"templates: problem: cannot be read: Permission denied" in done.stdout


def _as_nobody(folder: Path, target: str) -> "subprocess.CompletedProcess[bytes]":
    """Run without the rights of root, if they are there."""
    import sys

    code = (
        "import os, sys, sse_check.cli.running as c, sse_check.cli.check, sse_check.cli.targets,"
        "sse_check.report.text; os.geteuid() or os.setuid(65534); sys.exit(c.run(sys.argv[1:]))"
    )
    for above in (folder, *folder.parents[:3]):
        if above != Path("/") and above.name.startswith(("pytest", "popen", "test_")):
            above.chmod(above.stat().st_mode | 0o111)
    return subprocess.run(
        [sys.executable, "-c", code, target],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=60,
    )


def test_a_template_that_cannot_be_decoded_is_not_all_good(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"<p class=caf\xe9>")
    done = run(tmp_path)
    assert done.status == 2
    assert "all good" not in done.text
    assert "not everything could be checked" in done.text


def test_several_targets_are_all_looked_at(tmp_path: Path) -> None:
    """An empty folder beside another one made the other one forgotten."""
    write(tmp_path, {"pyproject.toml": "", "one/a.html": ORPHAN, "two/x.txt": ""})
    assert run(tmp_path, "one", "two").status == 1
    assert run(tmp_path, "two", "one").status == 1


# Ignore files and folders of output


@pytest.mark.parametrize("line", ["*a*a*a*a*a*a*a*b", "**/x/**/x/**/x/**/x/**/y"])
def test_patterns_that_would_take_for_ever_are_left_out_and_said(tmp_path: Path, line: str) -> None:
    write(tmp_path, {".gitignore": f"{line}\nb.html\n", "a" * 200 + ".html": ORPHAN, "b.html": ""})
    done = run(tmp_path)
    assert done.status == 1
    assert "has too many stars and is not read" in done.text
    assert "in 1 file checked" in done.text


@pytest.mark.parametrize(
    ("row", "same"), [("****************b", "*b"), ("***/a", "**/a"), ("!a***", "!a*")]
)
def test_a_row_of_stars_costs_as_much_as_what_it_means(row: str, same: str) -> None:
    many, few = (read_patterns(line)[0] for line in (row, same))
    assert many is not None
    assert many == few


def test_what_is_no_pattern_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "!\n/\n//\n[\n\\\na.html\n", "a.html": ORPHAN, "b.html": "x"})
    assert run(tmp_path).status == 0


@pytest.mark.parametrize(
    "folder", ["build", "htmlcov", "docs/_build", "coverage", "site", "_site", "sub/build"]
)
def test_what_tools_write_is_left_out(tmp_path: Path, folder: str) -> None:
    write(tmp_path, {f"{folder}/a.html": ORPHAN, "sub/package.json": "", "x.html": ""})
    assert run(tmp_path).status == 0
    assert run(tmp_path, folder).status == 1


@pytest.mark.parametrize(
    ("folder", "files"),
    [
        ("site", {"site/__init__.py": ""}),
        ("site", {"site/urls.py": ""}),
        ("site", {"site/templates/x.html": ""}),
        ("templates/site", {}),
        ("app/build", {}),
        ("site", {"sse-check.toml": 'exclude = ["!site/"]\n'}),
    ],
)
def test_a_folder_of_sources_may_have_such_a_name(
    tmp_path: Path, folder: str, files: dict[str, str]
) -> None:
    write(tmp_path, {f"{folder}/a.html": ORPHAN, **files})
    assert run(tmp_path).status == 1


def test_a_link_to_itself_is_not_all_good(tmp_path: Path) -> None:
    write(tmp_path, {"a.html": PAGE_WITHOUT_FAULT})
    (tmp_path / "b.html").symlink_to("b.html")
    done = run(tmp_path)
    assert done.status == 2
    assert "b.html: problem: cannot be read: " in done.text
    assert "not everything could be checked: 2 files checked" in done.text


def test_what_is_no_template_spoils_no_run(tmp_path: Path) -> None:
    """Beside a problem that is told nothing is called good; what an editor locks is no problem."""
    write(tmp_path, {"a.html": PAGE_WITHOUT_FAULT})
    (tmp_path / ".#a.html").symlink_to("somebody@somewhere.1")
    assert "all good" in run(tmp_path).text
    os.mkfifo(tmp_path / "b.html")
    (tmp_path / "c.html").symlink_to("nowhere")
    done = run(tmp_path)
    assert done.status == 0
    assert "nothing found in 3 files checked; see the problems above" in done.text


# More than is looked at

_PART = '<div hx-ext="sse" sse-connect="/e{0}"><p sse-swap="n{0}" hx-target="this">x</p></div>\n'
HUGE = f"<html><body>{''.join(_PART.format(number) for number in range(7_000))}</body></html>"
SAID = "nothing of this page was looked at: it has more live elements than are looked at"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), f"a.html: problem: {SAID}"),
        (("-q",), f"a.html: problem: {SAID}"),
        (("--format", "concise"), f"a.html: problem {SAID}\n"),
        (("--format", "json"), f'"message": "{SAID}"'),
        (("--format", "github"), f"::warning file=a.html,title=sse-check::{SAID}"),
        (("--format", "junit"), f'<error type="problem" message="{SAID}"/>'),
        (("--format", "sarif"), '"executionSuccessful": false'),
        (("--format", "sarif"), f'"text": "a.html: {SAID}"'),
        (("--format", "gitlab"), f"a.html: {SAID}"),
        (("--format", "rdjson"), f"a.html: {SAID}"),
        (("--format", "checkstyle"), f"a.html: {SAID}"),
    ],
)
def test_a_page_that_is_too_large_is_said_everywhere(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    write(tmp_path, {"a.html": HUGE})
    done = run(tmp_path, *arguments)
    assert done.status == 2
    assert said in done.text
    assert "nothing found<" not in done.text


def test_the_map_says_what_was_not_looked_at(tmp_path: Path) -> None:
    write(tmp_path, {"a.html": HUGE})
    done = run(tmp_path, "map")
    assert done.status == 2
    assert f"a.html: {SAID}" in done.text
    assert "no page that could be looked at opens a stream" in done.text


def test_problems_that_spoil_nothing_are_skipped_in_junit(tmp_path: Path) -> None:
    write(tmp_path, {"a.html": PAGE_WITHOUT_FAULT})
    os.mkfifo(tmp_path / "b.html")
    done = run(tmp_path, "--format", "junit")
    assert done.status == 0
    assert 'tests="1" failures="0" errors="0" skipped="1"' in done.text
    assert '<skipped message="cannot be read: it is a pipe, not a file"/>' in done.text
