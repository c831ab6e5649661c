"""The hooks with the real pre-commit, against this checkout."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sse_check.cli.installed import requirement
from tests.needs import NEEDS_VENV
from tests.project.helpers import write

ROOT = Path(__file__).resolve().parents[1]
LAYOUT = "<!doctype html><html><body>{% block content %}{% endblock %}</body></html>\n"
PAGE = (
    '{% extends "base.html" %}{% block content %}\n'
    '<div hx-ext="sse" sse-connect="/events"><p sse-swap="status">-</p></div>\n{% endblock %}\n'
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("git") is None, reason="needs git"),
]


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tracked files of this checkout, as they are now, as a repository of their own."""
    copy = tmp_path_factory.mktemp("hooks")
    for name in git(ROOT, "ls-files").splitlines():
        source = ROOT / name
        if source.is_file() and not name.startswith(("tests/", "fixtures/")):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copy / name)
    git(copy, "init", "-q")
    git(copy, "add", "-A")
    git(copy, "commit", "-qm", "as it is")
    return copy


@NEEDS_VENV
def test_a_changed_layout_rechecks_the_pages_under_it(hooks: Path, tmp_path: Path) -> None:
    config = (
        f"repos:\n  - repo: {hooks}\n    rev: {git(hooks, 'rev-parse', 'HEAD')}\n"
        "    hooks:\n      - id: sse-check\n"
    )
    write(
        tmp_path,
        {
            "templates/base.html": LAYOUT,
            "templates/page.html": PAGE,
            "notes.txt": "x",
            ".pre-commit-config.yaml": config,
        },
    )
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "clean")

    def hook(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", *arguments],
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
            env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path.parent / "pre-commit-home")},
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    status, out = hook("--all-files")
    assert status == 0, out
    assert "Passed" in out
    # Only the layout is changed; what it does to the page is said.
    changed = LAYOUT.replace("<body>", '<body hx-target="#main"><main id="main"></main>')
    write(tmp_path, {"templates/base.html": changed})
    git(tmp_path, "add", "-A")
    status, out = hook()
    assert status == 1, out
    assert "error[sse_scope]" in out
    assert "templates/page.html:2" in out
    # The other hook mends it.
    write(
        tmp_path, {".pre-commit-config.yaml": config.replace("id: sse-check", "id: sse-check-fix")}
    )
    git(tmp_path, "add", "-A")
    status, out = hook()
    assert "files were modified by this hook" in out
    assert 'hx-target="this"' in (tmp_path / "templates/page.html").read_text()
    git(tmp_path, "add", "-A")
    assert hook()[0] == 0
    # Files that have nothing to do with pages do not start it.
    git(tmp_path, "commit", "-qam", "fixed", "--no-verify")
    write(tmp_path, {"notes.txt": "y"})
    git(tmp_path, "add", "-A")
    assert "Skipped" in hook()[1]


@NEEDS_VENV
def test_the_entry_that_init_prints_works_as_it_is(tmp_path: Path) -> None:
    """Only the place of the package is another: this checkout, which no index has."""
    layout = LAYOUT.replace("<body>", '<body hx-target="#main"><main id="main"></main>')
    write(tmp_path, {"templates/base.html": layout, "templates/page.html": PAGE})
    printed = subprocess.run(
        [sys.executable, "-m", "sse_check", "init"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    entry = printed[printed.index("repos:") :].split("\n\n")[0]
    asked = json.dumps(requirement())
    assert asked in entry
    here = json.dumps(f"sse-check @ {ROOT.as_uri()}")
    write(tmp_path, {".pre-commit-config.yaml": entry.replace(asked, here) + "\n"})
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path.parent / "pre-commit-home")},
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert "error[sse_scope]" in done.stdout
