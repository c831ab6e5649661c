"""Each format's output of the demo, read by those who read it in earnest."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import junitparser
import pytest
from sarif import loader

from tests.cli.helpers import sse_check
from tests.schemas import fault_of

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "tests" / "browser" / "node_modules"
LOGS = {"demo": "fixtures/demo", "streams": "fixtures/streams", "all": "fixtures"}
MULTITOOL = MODULES / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"


def output(format_: str, *targets: str, folder: Path = ROOT) -> str:
    done = sse_check(folder, *(targets or ("fixtures/demo",)), "--format", format_)
    assert done.status in (0, 1), done.err
    return done.out


@pytest.fixture(scope="module")
def findings() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(output("json"))["findings"]
    assert len(found) >= 5
    return found


NEEDS_MULTITOOL = pytest.mark.skipif(
    not MULTITOOL.exists() and not os.environ.get("CI"),
    reason="needs SARIF's own validator; `python3 dev.py test` brings it",
)


@pytest.fixture(scope="module")
def validated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What SARIF's own validator objects to in each log; it starts once for all of them."""
    folder = tmp_path_factory.mktemp("logs")
    # Away from the checkout, whose thousands of Python files are the server of every fixture.
    shutil.copytree(ROOT / "fixtures", folder / "fixtures")
    texts = {name: output("sarif", target, folder=folder) for name, target in LOGS.items()}
    texts["broken"] = output("sarif").replace('"startLine": ', '"startLine": -')
    for name, text in texts.items():
        (folder / f"{name}.sarif").write_text(text, encoding="utf-8")
    MULTITOOL.chmod(0o755)
    done = subprocess.run(
        [MULTITOOL, "validate", *sorted(folder.glob("*.sarif")), "-o", folder / "out.json"],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "Analysis completed" in done.stdout, done.stdout + done.stderr
    assert f"Done. {len(texts)} files scanned." in done.stdout, done.stdout
    return {
        name: re.findall(rf"{name}\.sarif.*(?:error|warning) (SARIF\d+|JSON\d+)", done.stdout)
        for name in texts
    }


@NEEDS_MULTITOOL
@pytest.mark.parametrize("name", LOGS)
def test_sarif_passes_its_own_validator(validated: dict[str, list[str]], name: str) -> None:
    # No address of the project is claimed, so the tool has none to give.
    assert set(validated[name]) <= {"SARIF2005"}


@NEEDS_MULTITOOL
def test_a_broken_log_does_not_pass(validated: dict[str, list[str]]) -> None:
    """The validator can fail."""
    assert {said for said in validated["broken"] if said != "SARIF2005"}


def test_sarif_tools_count_what_was_found(tmp_path: Path, findings: list[dict[str, Any]]) -> None:
    log = tmp_path / "log.sarif"
    log.write_text(output("sarif"), encoding="utf-8")
    report = loader.load_sarif_file(str(log))
    assert report.get_result_count() == len(findings)
    levels = sorted(str(result["level"]) for result in report.get_results())
    assert levels == sorted({"info": "note"}.get(f["severity"], f["severity"]) for f in findings)


def test_junit_is_read(findings: list[dict[str, Any]]) -> None:
    suites = junitparser.JUnitXml.fromstring(output("junit").encode())
    failed = [c for suite in suites for c in suite if c.result]
    assert len(failed) == len(findings)
    assert suites.failures + suites.errors == len(findings)


# What a plugin for reviews makes of a report: each violation it read.
READ_CHECKSTYLE = """
const {xml2js} = require("xml-js");
const {parseCheckstyle} = require("danger-plugin-checkstyle/dist/scan/checkstyle_parser");
const report = xml2js(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(parseCheckstyle(report, "")));
"""


@pytest.mark.skipif(
    not (MODULES / "danger-plugin-checkstyle").exists() and not os.environ.get("CI"),
    reason="needs a reader of checkstyle; `python3 dev.py test` brings it",
)
def test_checkstyle_is_read(findings: list[dict[str, Any]]) -> None:
    node = shutil.which("node") or str(Path(sys.executable).with_name("node"))
    done = subprocess.run(
        [node, "-e", READ_CHECKSTYLE],
        cwd=MODULES.parent,
        input=output("checkstyle"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    read = [(v["file"], v["line"], v["column"], v["severity"]) for v in json.loads(done.stdout)]
    assert sorted(read) == sorted(
        (
            finding["location"]["path"],
            finding["location"]["start"]["line"],
            finding["location"]["start"]["column"],
            finding["severity"],
        )
        for finding in findings
    )


def test_checkstyle_is_well_formed(findings: list[dict[str, Any]]) -> None:
    root = ET.fromstring(output("checkstyle"))
    assert root.tag == "checkstyle"
    errors = [error for file in root for error in file]
    assert len(errors) == len(findings)
    for error in errors:
        assert int(error.attrib["line"]) >= 1
        assert error.attrib["severity"] in ("error", "warning", "info")
        assert error.attrib["message"]
        assert error.attrib["source"]


def test_gitlab_has_what_code_quality_needs(findings: list[dict[str, Any]]) -> None:
    report = json.loads(output("gitlab"))
    assert len(report) == len(findings)
    assert len({entry["fingerprint"] for entry in report}) == len(report)
    for entry in report:
        assert entry["description"]
        assert entry["check_name"]
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert not entry["location"]["path"].startswith(("/", "./"))
        assert entry["location"]["lines"]["begin"] >= 1


def test_github_reads_each_line_as_a_command(findings: list[dict[str, Any]]) -> None:
    lines = [line for line in output("github").splitlines() if line]
    assert len(lines) == len(findings)
    command = re.compile(r"::(error|warning|notice) ((?:\w+=[^,:]*(?:,|(?=::)))+)::(.+)")
    for line in lines:
        match = command.fullmatch(line)
        assert match, line
        given = dict(part.split("=", 1) for part in match[2].split(","))
        assert (ROOT / given["file"]).is_file()
        assert int(given["line"]) <= int(given["endLine"])


def test_rdjson_has_what_reviewdog_reads(findings: list[dict[str, Any]]) -> None:
    report = json.loads(output("rdjson"))
    assert report["source"]["name"] == "sse-check"
    assert len(report["diagnostics"]) == len(findings)
    for one in report["diagnostics"]:
        assert one["severity"] in ("ERROR", "WARNING", "INFO")
        start, end = (one["location"]["range"][side] for side in ("start", "end"))
        assert (start["line"], start["column"]) < (end["line"], end["column"])


def _shape(value: Any, at: str = "") -> dict[str, str]:
    """The kind of value at each place of a report; entries of a list are one place."""
    if isinstance(value, dict):
        return {k: v for name, one in value.items() for k, v in _shape(one, f"{at}.{name}").items()}
    if isinstance(value, list):
        return {k: v for one in value for k, v in _shape(one, f"{at}[]").items()}
    return {at: type(value).__name__}


def test_rdjson_has_the_shape_that_ruff_writes(tmp_path: Path) -> None:
    """Ruff's reports are read by reviewdog every day."""
    ours = _shape(json.loads(output("rdjson")))
    (tmp_path / "a.py").write_text("import os\nx = 1 ;y=2\n", encoding="utf-8")
    ruff = Path(sys.executable).with_name("ruff")
    done = subprocess.run(
        [ruff, "check", "--isolated", "--output-format", "rdjson", "a.py"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    theirs = _shape(json.loads(done.stdout))
    needed = {at: kind for at, kind in theirs.items() if not at.endswith((".url", ".severity"))}
    assert len(needed) > 10
    assert {at: ours.get(at) for at in needed} == needed


def _snippet(heading: str) -> str:
    """The YAML that the docs show under a heading."""
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    match = re.search(rf"## {heading}\n.*?```yaml\n(.*?)```", text, re.DOTALL)
    assert match
    return match[1]


def test_the_action_is_one_for_github() -> None:
    assert not fault_of("vendor.github-actions", ROOT / "action.yml")


def test_the_workflow_of_the_docs(tmp_path: Path) -> None:
    file = tmp_path / "workflow.yml"
    steps = _snippet("GitHub Actions").replace("\n", "\n    ")
    head = "on: push\njobs:\n  check:\n    runs-on: ubuntu-latest\n    "
    file.write_text(head + steps, encoding="utf-8")
    assert not fault_of("vendor.github-workflows", file)


def test_the_pipeline_of_the_docs(tmp_path: Path) -> None:
    file = tmp_path / "pipeline.yml"
    file.write_text(_snippet("GitLab"), encoding="utf-8")
    assert not fault_of("vendor.gitlab-ci", file)
