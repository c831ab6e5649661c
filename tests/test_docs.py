"""What the documentation shows is what happens; its links lead somewhere."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sse_check.findings.loader import load_rules
from tests.needs import NEEDS_NEOVIM
from tests.programs import NEOVIM
from tests.project.helpers import lines, run
from tests.rules.pages import examples

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_CONSOLE = re.compile(r"```console\n\$ (.+)\n((?:.*\n)*?)```")
# A file that a page shows before a command.
_FILE = re.compile(r"```\w+ title=(\S+)\n((?:.*\n)*?)```")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
SHOWN = [
    (path, match[1], match[2], match.start())
    for path in PAGES
    for match in _CONSOLE.finditer(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(
    ("path", "command", "output", "place"), SHOWN, ids=[f"{p.name}: {c}" for p, c, _, _ in SHOWN]
)
def test_a_command_and_its_output(
    tmp_path: Path, path: Path, command: str, output: str, place: int
) -> None:
    for name, text in _FILE.findall(path.read_text(encoding="utf-8")[:place]):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "fixtures" / "demo", tmp_path / "fixtures" / "demo")
    for folder in ("streams", "strings"):
        shutil.copytree(ROOT / "fixtures" / folder, tmp_path / "fixtures" / folder)
    binaries = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "NO_COLOR": "1",
    }
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    wanted, cut, _ = output.partition("…\n") if output.endswith("…\n") else (output, "", "")
    assert done.stdout[: len(wanted)] == wanted, done.stdout + done.stderr
    assert cut or done.stdout == wanted


def test_enough_is_shown() -> None:
    assert len(SHOWN) >= 6


@pytest.mark.parametrize("path", PAGES, ids=[p.name for p in PAGES])
def test_links_lead_somewhere(path: Path) -> None:
    for target in _LINK.findall(path.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://", "#")):
            continue
        assert (path.parent / target.partition("#")[0]).exists(), target


def test_every_rule_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"\[(\w+)\]\(rules/(\w+)\.md\)", text)
    assert sorted(named) == sorted((name, name) for name in load_rules())


def test_the_rule_of_your_own_works(tmp_path: Path) -> None:
    (example,) = examples("## x\n" + (ROOT / "docs" / "own-rules.md").read_text(encoding="utf-8"))
    files = dict(example.files)
    files["templates/a.html"] = '<div hx-ext="sse" sse-connect="/e"><p sse-swap="a"></p></div>\n'
    run(tmp_path, files)
    done = subprocess.run(
        [sys.executable, "-m", "sse_check", "--allow-project-rules", "--format", "concise"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.stdout == "templates/a.html:1:39: info listener_id a listener without an id\n"
    assert lines(run(tmp_path, files)) == []


def test_the_problem_matcher_reads_concise_output(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
    found = re.search(r'"regexp": "(.+)"', text)
    assert found is not None
    pattern = re.compile(found[1].replace("\\\\", "\\"))
    shown = next(output for _, command, output, _ in SHOWN if "--format concise" in command)
    assert all(pattern.match(line) for line in shown.splitlines())
    del tmp_path


@NEEDS_NEOVIM
def test_the_neovim_recipe(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
    recipe = re.search(r"```lua title=sse-check.lua\n(.*?)```", text, re.DOTALL)
    assert recipe is not None
    (tmp_path / "sse-check.lua").write_text(recipe[1])
    shutil.copytree(ROOT / "fixtures" / "demo", tmp_path / "demo")
    page = tmp_path / "demo/templates/dashboard.html"
    # Neovim counts bytes: what is before the attribute has more of them than characters.
    page.write_text(page.read_text().replace('<section class="grid"', '<section class="größe"'))
    binaries = str(Path(sys.executable).parent)
    show = (
        "lua for _, d in ipairs(vim.diagnostic.get(0)) do print(d.lnum + 1, d.col + 1, d.code) end"
    )
    done = subprocess.run(
        [str(NEOVIM.path()), "--headless", "--clean", "-c", "source sse-check.lua",
         "-c", "edit demo/templates/dashboard.html", "-c", show, "-c", "qa!"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"},
    )  # fmt: skip
    seen = [line.split() for line in (done.stdout + done.stderr).splitlines()]
    assert ["5", "39", "sse_scope"] in seen, done.stderr
