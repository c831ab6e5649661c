"""Every sentence of SECURITY.md that begins with a bullet has a test here."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.helpers import sse_check
from tests.cli.hostile import FIXED, PAGE, run
from tests.cli.test_foreign_code import RULE
from tests.project.helpers import write
from tests.stream.test_processes import app_that, environment

ROOT = Path(__file__).resolve().parents[1]
HELD: dict[str, str] = {}
Test = Callable[..., None]


def holds(*beginnings: str) -> Callable[[Test], Test]:
    """Says which sentences a test holds, by how they begin."""

    def note(test: Test) -> Test:
        HELD.update(dict.fromkeys(beginnings, test.__name__))
        return test

    return note


def sentences() -> list[str]:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    return [
        match[1].replace("\n", " ")
        for match in re.finditer(r"(?m)^- ((?:.+\n?(?! *\n|- ))+)", text)
    ]


# The program with a hook that writes down what it asks of the system.
_WATCHED = """
import os, sys
log = os.open(os.environ["AUDIT"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
def hook(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        if isinstance(path, bytes): path = os.fsdecode(path)
        if isinstance(path, str):
            writes = bool((flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
            os.write(log, f"{'write' if writes else 'read'} {os.path.abspath(path)}\\n".encode("utf-8", "backslashreplace"))
    elif event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.fork", "socket.connect",
                   "socket.bind", "socket.getaddrinfo", "os.rename", "os.remove", "os.mkdir", "os.link", "os.symlink"):
        os.write(log, f"{event} {arguments[:2]}\\n".encode("utf-8", "backslashreplace"))
    elif event == "exec":
        code = arguments[0]
        os.write(log, f"exec {getattr(code, 'co_filename', '')}\\n".encode("utf-8", "backslashreplace"))
from sse_check.cli.main import main
sys.addaudithook(hook)
sys.exit(main())
"""
COMMANDS: list[tuple[str, ...]] = [
    ("check",),
    ("check", "--statistics"),
    ("check", "--diff"),
    ("map",),
    ("tree", "templates/a.html"),
    ("rules",),
    ("explain", "sse_scope"),
    ("schema", "output"),
    ("init",),
    ("stream", "--decode", "a.sse"),
]


def watched(folder: Path, *arguments: str) -> list[str]:
    log = folder.parent / "audit"
    log.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "AUDIT": str(log),
        "HOME": str(folder.parent / "home"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("XDG_CONFIG_HOME", None)
    done = subprocess.run(
        [sys.executable, "-P", "-c", _WATCHED, *arguments],
        cwd=folder, env=environment, capture_output=True, check=False, timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return log.read_text("utf-8").splitlines()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    write(
        folder,
        {
            ".git/HEAD": "",
            "templates/a.html": PAGE,
            "tools/own.py": RULE.format(folder=str(tmp_path)),
            "app.py": f"open({str(tmp_path / 'ran.txt')!r}, 'w')\n# event: x data: y sse text/event-stream\n",
            "conftest.py": "1/0",
            "a.sse": "data: x\n\n",
        },
    )
    return folder


@holds("`check`, `map`, `tree`, `rules`, `explain`, `schema` and `init` run no code",
       "No command starts another program",
       "`check`, `map`, `tree`, `rules`, `explain`, `schema`, `init` and `stream --decode` open no")  # fmt: skip
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_run_and_contact_nothing(project: Path, command: tuple[str, ...]) -> None:
    if command[0] != "init":
        write(project, {"sse-check.toml": 'rules = ["tools"]\n'})
    lines = watched(project, *command)
    assert lines
    for line in lines:
        event, _, what = line.partition(" ")
        assert event in ("read", "write", "exec", "os.rename"), line
        if event == "exec":
            assert str(project) not in what, line
    assert not (project.parent / "ran.txt").exists()


@holds("`stream PAGE --sample` renders templates in Jinja's sandbox")
@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{{ cycler.__init__.__globals__.os.system('touch ../ran.txt') }}", "sandbox"),
        ("{{ 'a' * 10**10 }}", "more than 1 GB"),
    ],
)
def test_templates_of_samples_can_do_nothing(project: Path, template: str, why: str) -> None:
    write(project, {"page.html": template})
    done = sse_check(project, "stream", "page.html", "--sample", "a.sse")
    assert done.status == 2
    assert why in done.err
    assert not (project.parent / "ran.txt").exists()


@holds("Rules in folders that the project's settings name")
def test_rules_of_a_project_need_the_users_word(project: Path, tmp_path: Path) -> None:
    write(project, {"sse-check.toml": 'rules = ["tools"]\n'})
    run(project)
    assert not (tmp_path / "ran.txt").exists()
    run(project, "--allow-project-rules")
    assert (tmp_path / "ran.txt").exists()
    (tmp_path / "ran.txt").unlink()
    write(tmp_path, {"home/.config/sse-check/trust.toml": f"allow-project-rules = ['{project}']"})
    run(project, home=tmp_path / "home")
    assert (tmp_path / "ran.txt").exists()


@holds("Rules of installed packages")
def test_entry_points_are_of_the_environment(project: Path, tmp_path: Path) -> None:
    write(
        project,
        {
            "x-1.dist-info/entry_points.txt": "[sse_check.rules]\nown = own:rule\n",
            "x-1.dist-info/METADATA": "Name: x\nVersion: 1\n",
            "own.py": RULE.format(folder=str(tmp_path)),
        },
    )
    run(project, module=True)
    assert not (tmp_path / "ran.txt").exists()


@holds("`stream module:app` runs the Python", "An environment that is found in the project")
@pytest.mark.skipif(os.name == "nt", reason="the environments are shell scripts")
def test_which_python_is_run(project: Path, tmp_path: Path) -> None:
    write(project, {"app.py": app_that("pass", "")})

    def ran(*arguments: str, **extra: str) -> str:
        active = {"VIRTUAL_ENV": "", "CONDA_PREFIX": "", **extra}
        done = sse_check(project, "stream", "app:app", *arguments, **active)
        text = done.out + done.err
        return next((name for name in ("above", "own", "active") if f"{name} runs" in text), "")

    def made(folder: Path, name: str) -> Path:
        program = environment(folder)
        program.write_text(f"#!/bin/sh\necho {name} runs >&2; exit 1\n", encoding="utf-8")
        return folder

    made(tmp_path / ".venv", "above")
    assert ran() == ""
    own = made(project / ".venv", "own")
    assert ran() == "own"
    active = str(made(tmp_path / "active", "active"))
    assert ran(VIRTUAL_ENV=active) == ran(CONDA_PREFIX=active, CONDA_DEFAULT_ENV="x") == "active"
    assert ran("--python", str(own), VIRTUAL_ENV=active) == "own"
    (own / "bin").chmod(0o777)
    assert ran() == ""
    done = sse_check(project, "stream", "app:app", VIRTUAL_ENV="", CONDA_PREFIX="")
    assert f"{own} is not used: others may write to {own / 'bin'}" in done.err


@holds("Settings are read from the folder that is looked at")
def test_no_settings_above_the_repository_are_read(project: Path, tmp_path: Path) -> None:
    for name in ("sse-check.toml", "pyproject.toml", "package.json", ".gitignore"):
        write(tmp_path, {name: ""})
    read = {line[5:] for line in watched(project, "check") if line.startswith("read ")}
    above = {path for path in read if os.path.dirname(path) == str(tmp_path)}
    assert above == set()
    assert str(project / "templates/a.html") in read


@holds("Settings count when they belong to")
@pytest.mark.skipif(bool(os.geteuid()), reason="only root can give a file away")
def test_settings_of_others_are_left_out(project: Path) -> None:
    write(project, {"sse-check.toml": 'ignore = ["sse_scope", "swap_safety"]\n'})
    assert run(project).status == 0
    os.chown(project / "sse-check.toml", 4321, 4321)
    done = run(project)
    assert done.status == 1
    assert "belongs to another user" in done.text


@holds("Only regular files are read", "No file is read beyond a limit")
def test_only_files_of_a_sensible_size(project: Path) -> None:
    os.mkfifo(project / "templates/pipe.html")
    (project / "templates/zero.html").symlink_to("/dev/zero")
    with (project / "templates/large.html").open("wb") as file:
        file.truncate(2**34)
    done = run(project)
    for name, why in (
        ("pipe", "it is a pipe"),
        ("zero", "link leads out"),
        ("large", "than 16 MB"),
    ):
        assert re.search(rf"{name}\.html: problem: .*{why}", done.text), name


@holds("Links are not followed out of the repository", "`--fix` does not write through a link")
def test_links_out(project: Path, tmp_path: Path) -> None:
    write(tmp_path, {"outside.html": PAGE})
    (project / "templates/out.html").symlink_to("../../outside.html")
    assert b"out.html:3" not in run(project, "--fix", "--format", "concise").out
    assert (tmp_path / "outside.html").read_text() == PAGE
    read = watched(project, "check")
    assert f"read {tmp_path}/outside.html" not in read
    write(tmp_path, {"home/.config/sse-check/trust.toml": f"follow-links = ['{project}']"})
    assert b"out.html:3" in run(project, "--format", "concise", home=tmp_path / "home").out
    assert b"out.html:3" in run(project, "--format", "concise", "--follow-links").out


@contextmanager
def unchanged(folder: Path, *apart: str) -> Iterator[None]:
    def seen() -> dict[str, tuple[bytes, float]]:
        return {
            str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in folder.rglob("*")
            if path.is_file() and path.name not in apart
        }

    before = seen()
    yield
    assert seen() == before


@holds("`check` without `--fix`", "`--fix` writes the files in which it fixes something")
def test_what_is_written(project: Path) -> None:
    with unchanged(project):
        lines = watched(project, "check")
        assert not [line for line in lines if line.startswith("write ")]
        watched(project, "check", "--diff")
    with unchanged(project, "a.html"):
        run(project, "--fix")
    assert (project / "templates/a.html").read_text() == FIXED


@holds("A file is replaced whole or not at all", "A file that has changed since it was read")
def test_files_are_whole() -> None:
    """The writer's own tests hold this; here they are named, so that they cannot go unseen."""
    from tests.cli import test_fix_files
    from tests.source import test_writing

    for module, names in (
        (
            test_writing,
            (
                "test_a_killed_writer_leaves_the_file_whole",
                "test_a_file_system_that_fails_leaves_the_file_whole",
                "test_a_file_that_changed_is_left",
                "test_a_read_only_file_is_left",
                "test_a_file_with_several_names_is_left",
            ),
        ),
        (test_fix_files, ("test_a_killed_run_leaves_every_file_whole",)),
    ):
        assert all(hasattr(module, name) for name in names)


@holds("Text from files steers no terminal", "No line of a report is a command")
def test_what_is_printed(project: Path) -> None:
    write(project, {"templates/::stop-commands::\x1b[2J.html": PAGE})
    for format_ in ("text", "concise", "json", "junit", "github"):
        out = run(project, "--format", format_).out
        assert b"\x1b" not in out
        assert format_ == "github" or not re.search(rb"(?m)^\s*::", out)


def test_every_sentence_is_held() -> None:
    said = sentences()
    assert len(said) > 15
    assert [s for s in said if not any(s.startswith(begin) for begin in HELD)] == []
    assert [begin for begin in HELD if not any(s.startswith(begin) for s in said)] == []
