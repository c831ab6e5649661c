"""The wheel and the sdist work outside the checkout; the wheel carries the rules."""

import email
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
import trove_classifiers

from tests.needs import NEEDS_VENV

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.mark.slow
def test_the_wheel_is_pure_python_with_the_rules_in_it(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    assert wheel.name.endswith("-py3-none-any.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for rule in (ROOT / "rules").glob("*"):
        if rule.suffix in (".py", ".md"):
            assert f"sse_check/rules/{rule.name}" in names
    for page in (ROOT / "sse_check/report/html").iterdir():
        assert f"sse_check/report/html/{page.name}" in names
    assert not any(name.startswith(("tests/", "fixtures/")) for name in names)
    # Without it type checkers of others see nothing of our types.
    assert "sse_check/py.typed" in names


@pytest.mark.slow
def test_the_metadata_is_what_an_index_shows(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        (name,) = [n for n in opened.namelist() if n.endswith(".dist-info/METADATA")]
        metadata = email.message_from_bytes(opened.read(name))
        (points,) = [n for n in opened.namelist() if n.endswith("entry_points.txt")]
        entry_points = opened.read(points).decode()
    assert (metadata["Name"], metadata["Requires-Python"]) == ("sse-check", ">=3.11")
    classifiers = metadata.get_all("Classifier") or []
    assert [c for c in classifiers if c not in trove_classifiers.classifiers] == []
    versions = [c.rpartition(" ")[2] for c in classifiers if ":: Python :: 3." in c]
    assert versions == ["3.11", "3.12", "3.13", "3.14", "3.15"]
    assert metadata["License-Expression"] == "MIT"
    assert "sse-check = sse_check.cli.main:main" in entry_points
    assert "sse_check = sse_check.pytest_plugin" in entry_points


@NEEDS_VENV
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["*.whl", "*.tar.gz"])
def test_it_runs_in_an_empty_environment(built: Path, tmp_path: Path, kind: str) -> None:
    (package,) = built.glob(kind)
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    scripts = venv / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run(
        [str(scripts / "python"), "-m", "pip", "install", "--quiet", str(package)], check=True
    )
    (tmp_path / "a.html").write_text("<html><p sse-swap=x></p></html>")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [str(scripts / "sse-check"), "--format", "concise"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.stdout.startswith("a.html:1:10: error sse_orphan"), done.stderr
    page = subprocess.run(
        [str(scripts / "sse-check"), "explain", "sse_orphan"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert page.stdout.startswith("# sse_orphan")
    # As `uvx` and `pipx run` are: the app has packages that are not in this environment.
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    look = [str(scripts / "sse-check"), "stream", "app:app", "--max-events", "2"]
    for python, status in ((sys.executable, 0), (str(venv), 2)):
        looked = subprocess.run(
            [*look, "--python", python],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env=environment,
        )
        assert looked.returncode == status, looked.stdout + looked.stderr
    assert "imports `flask`, which is not installed for" in looked.stderr


APP = """
import time
from flask import Flask, Response

app = Flask(__name__)
PAGE = '<html><body><div hx-ext="sse" sse-connect="/e"><p sse-swap="a">-</p></div></body></html>'


@app.route("/")
def index():
    return PAGE


@app.route("/e")
def events():
    def stream():
        while True:
            yield "event: a\\ndata: 1\\n\\n"
            time.sleep(0.05)

    return Response(stream(), mimetype="text/event-stream")
"""


@pytest.mark.slow
def test_the_sdist_holds_what_the_tests_need(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    assert archive.stat().st_size < 5_000_000
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    assert {"rules/sse_orphan.py", "tests/test_packaging.py", "README.md", "dev.py"} <= names
    assert ".github/workflows/release.yml" in names
    assert not any("node_modules" in name or name.startswith(".cache") for name in names)


def _name(requirement: str) -> str:
    """The name of a requirement as an index compares it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~\[; ]", requirement, maxsplit=1)[0]).lower()


@pytest.mark.parametrize("file", ["constraints.txt", "constraints-3.14.txt"])
def test_constraints_name_each_package_once(file: str) -> None:
    # A package named twice cannot be installed at all, which only a new environment shows.
    lines = (ROOT / "tests" / file).read_text(encoding="utf-8").split("\n")
    names = [_name(line) for line in lines if line and not line.startswith("#")]
    assert sorted(set(names)) == sorted(names)


def test_all_that_the_tests_install_has_its_version_fixed() -> None:
    needs = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {_name(need) for need in needs["dependency-groups"]["dev"]}
    text = (ROOT / "tests" / "constraints.txt").read_text(encoding="utf-8")
    assert wanted <= {_name(line) for line in text.split("\n")}
