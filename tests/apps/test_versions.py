"""Versions that projects ask for, however they write it."""

from pathlib import Path

import pytest

from sse_check.apps.versions import is_before, python_version
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from tests.apps.repository import app

APP = "from chirp import App\napp = App()\n"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("requirements.txt", "bengal-chirp==0.5.1\n", "0.5.1"),
        ("requirements.txt", "jinja2\nbengal_chirp[ai]>=0.4,<0.6  # why\n", ">=0.4,<0.6"),
        ("pyproject.toml", '[project]\ndependencies = ["bengal-chirp~=0.5.0"]\n', "~=0.5.0"),
        ("pyproject.toml", '[tool.poetry.dependencies]\nbengal-chirp = "^0.5"\n', "^0.5"),
        ("uv.lock", '[[package]]\nname = "bengal-chirp"\nversion = "0.7.2"\n', "0.7.2"),
        ("requirements.txt", "bengal-chirp-extra==3\n", ""),
    ],
)
def test_versions(tmp_path: Path, name: str, text: str, expected: str) -> None:
    assert app(tmp_path, {"app.py": APP, name: text}).version == expected


def test_a_lock_goes_before_a_wish(tmp_path: Path) -> None:
    files = {
        "app.py": APP,
        "requirements.txt": "bengal-chirp>=0.4\n",
        "uv.lock": 'name = "bengal-chirp"\nversion = "0.9.0"\n',
    }
    assert app(tmp_path, files).version == "0.9.0"


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("0.5.1", True),
        ("0.6", False),
        (">=0.4,<0.6", True),
        (">=0.4", None),
        (">=0.6", False),
        ("~=0.5.0", True),
        ("^0.5", True),
        ("", None),
    ],
)
def test_before(version: str, expected: bool | None) -> None:
    assert is_before(version, "0.6") is expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("pyproject.toml", '[project]\nrequires-python = ">=3.9,<4"\n', (3, 9)),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.12"\n', (3, 12)),
        ("setup.cfg", "[options]\npython_requires = >=3.10\n", (3, 10)),
        ("setup.py", 'setup(\n    python_requires=">=3.8",\n)\n', (3, 8)),
        (".python-version", "3.10.14\n", (3, 10)),
        ("Dockerfile", "FROM docker.io/library/python:3.13-slim AS base\n", (3, 13)),
        ("Dockerfile", "FROM node:22\n", ()),
        ("pyproject.toml", '[project]\nversion = "3.1"\n', ()),
    ],
)
def test_the_oldest_python(tmp_path: Path, name: str, text: str, expected: tuple[int, ...]) -> None:
    for path, content in {"web/app.py": APP, name: text}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(content)
    files = Project.load(str(tmp_path), Settings(), shown_from=str(tmp_path)).files
    assert python_version(files, "web/app.py") == expected
