"""The GitHub Action and the release workflow: well formed, and their steps do what they say."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.needs import NEEDS_VENV
from tests.schemas import fault_of

ROOT = Path(__file__).resolve().parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
RELEASE = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("vendor.github-actions", "action.yml"),
        ("vendor.github-workflows", ".github/workflows/release.yml"),
    ],
)
def test_it_is_well_formed(schema: str, path: str) -> None:
    assert not fault_of(schema, ROOT / path)


def step(name: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", STEPS[name]["run"]],
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, **environment},
    )  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "fixtures" / "demo", tmp_path / "demo")
    return tmp_path


def ours(
    folder: Path, arguments: str = "--profile browser", targets: str = "demo"
) -> dict[str, str]:
    return {
        "SSE_CHECK": str(Path(sys.executable).parent / "sse-check"),
        "RUNNER_TEMP": str(folder),
        "TARGETS": targets,
        "ARGUMENTS": arguments,
    }


def test_findings_become_annotations(project: Path) -> None:
    done = step("Check", project, **ours(project))
    assert done.returncode == 1
    assert "::error file=demo/templates/dashboard.html,line=5" in done.stdout


def test_sarif_is_written_and_findings_do_not_fail_that_step(project: Path) -> None:
    done = step("SARIF", project, **ours(project))
    assert done.returncode == 0, done.stderr
    found = json.loads((project / "sse-check.sarif").read_text(encoding="utf-8"))
    assert found["runs"][0]["results"]


def test_wrong_use_does_fail_it(project: Path) -> None:
    assert step("SARIF", project, **ours(project, targets="none")).returncode == 2


def test_no_file_name_becomes_an_option_or_a_pattern(project: Path) -> None:
    (project / "-x.html").write_text("<p>x</p>")
    done = step("Check", project, **ours(project, arguments="", targets="-x.html"))
    assert done.returncode == 0, done.stderr
    assert step("Check", project, **ours(project, arguments="", targets="*.html")).returncode == 2


def test_sarif_is_uploaded_only_on_wish() -> None:
    assert ACTION["inputs"]["sarif"]["default"] == "false"
    assert {name for name, one in STEPS.items() if "if" in one} == {"SARIF", "Upload"}
    assert STEPS["Upload"]["with"]["sarif_file"].endswith("/sse-check.sarif")


@NEEDS_VENV
@pytest.mark.slow
def test_it_installs_what_it_is_pinned_to(tmp_path: Path) -> None:
    checkout = tmp_path / "action"
    names = ("sse_check", "rules", "pyproject.toml", "README.md", "LICENSE")
    checkout.mkdir()
    for name in names:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, checkout / name)
    module = checkout / "sse_check" / "__init__.py"
    pinned = re.sub(r'"\d+\.\d+\.\d+"', '"9.8.7"', module.read_text(encoding="utf-8"))
    module.write_text(pinned, encoding="utf-8")
    variables = tmp_path / "env"
    binaries = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = step(
        "Install", tmp_path, RUNNER_TEMP=str(tmp_path), GITHUB_ACTION_PATH=str(checkout),
        GITHUB_ENV=str(variables), PATH=binaries, PYTHONPATH="",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    program = variables.read_text(encoding="utf-8").strip().removeprefix("SSE_CHECK=")
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    version = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=True, env=alone
    )
    assert version.stdout == "sse-check 9.8.7\n"


# The release


def test_only_what_publishes_may_and_nothing_keeps_a_token() -> None:
    jobs: dict[str, Any] = RELEASE["jobs"]
    assert RELEASE["permissions"] == {}
    allowed = {name: job["permissions"] for name, job in jobs.items()}
    assert allowed == {
        "build": {"contents": "read"},
        "try": {},
        "publish": {"id-token": "write"},
        "notes": {"contents": "write"},
    }
    assert jobs["publish"]["environment"] == "pypi"
    assert "secrets." not in (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")


def run_of(job: str, name: str) -> str:
    steps = RELEASE["jobs"][job]["steps"]
    return str(next(one["run"] for one in steps if one.get("name") == name))


@pytest.mark.parametrize(("tag", "status"), [("v0.1.0", 0), ("v0.1.1", 1)])
def test_the_tag_must_be_the_version(tmp_path: Path, tag: str, status: int) -> None:
    (tmp_path / "sse_check").mkdir()
    (tmp_path / "sse_check/__init__.py").write_text('__version__ = "0.1.0"\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## 0.1.0 (2026-12-01)\n\n- a\n")
    script = run_of("build", "The tag is the version")
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=tmp_path, check=False, env={**os.environ, "TAG": tag}
    )
    assert done.returncode == status


def test_the_notes_are_the_changelog_of_the_version(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changelog\n\n## 0.2.0\n\n- new\n\n## 0.1.0 (2026-12-01)\n\n- a\n- b\n\n## 0.0.1\n\n- old\n"
    )
    script = run_of("notes", "Release notes from the changelog").partition("gh release")[0]
    subprocess.run(
        ["bash", "-e", "-c", script], cwd=tmp_path, check=True, env={**os.environ, "TAG": "v0.1.0"}
    )
    assert (tmp_path / "notes.md").read_text().strip() == "- a\n- b"
