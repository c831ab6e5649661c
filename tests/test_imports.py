"""The folder list is the pipeline: an import never points up it. Start-up stays lean."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "sse_check"
# From bytes to what a person sees; a module may import from its own folder and those before.
PIPELINE = (
    "source",
    "template",
    "project",
    "python",
    "markup",
    "apps",
    "pages",
    "htmx",
    "wiring",
    "findings",
    "api",
    "report",
    "stream",
    "pytest_plugin",
    "chirp",
    "cli",
    "__main__",
)


def level(module: str) -> int:
    """How far down the pipeline a module stands; the package itself is above all."""
    parts = module.split(".")
    return PIPELINE.index(parts[1]) if len(parts) > 1 and parts[1] in PIPELINE else -1


def imported(path: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            found.append(module)
            found.extend(f"{module}.{alias.name}" for alias in node.names)
    return [name for name in found if name.split(".")[0] == "sse_check"]


def upward(module: str, imports: list[str]) -> list[str]:
    return [f"{module} imports {name}" for name in imports if level(name) > level(module)]


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_no_import_points_up_the_pipeline() -> None:
    faults = [
        fault
        for path in sorted(PACKAGE.rglob("*.py"))
        if (path.parent / "__init__.py").exists()
        for fault in upward(module_of(path), imported(path))
    ]
    assert faults == []


def test_the_check_names_both_modules(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text("from sse_check.report.text import render\n")
    assert upward("sse_check.template.lexer", imported(path))[0] == (
        "sse_check.template.lexer imports sse_check.report.text"
    )


def test_every_folder_has_a_place_in_the_pipeline() -> None:
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders <= set(PIPELINE)


def test_rules_import_only_the_public_api() -> None:
    for path in (ROOT / "rules").glob("*.py"):
        names = {name for name in imported(path) if not name.startswith("sse_check.api.")}
        assert names <= {"sse_check.api"}, path


def test_the_public_api_lists_what_it_has() -> None:
    from sse_check import api

    public = {name for name in vars(api) if not name.startswith("_")}
    assert set(api.__all__) == public - {"annotations"}


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--version"], ["jinja2", "selectolax", "click", "sse_check.project.project"]),
        (["--help"], ["jinja2", "selectolax", "sse_check.project.project"]),
        # A folder in which nothing speaks of events: pages are not put together.
        (["check", "docs"], ["jinja2", "selectolax"]),
        # Expressions that are plainly open, and no markup in the Python files.
        (["check", "fixtures/demo"], ["jinja2", "sse_check.markup.units"]),
    ],
)
def test_start_up_is_lean(arguments: list[str], absent: list[str]) -> None:
    code = (
        "import sys; sys.argv=['sse-check', *sys.argv[1:]]\n"
        "from sse_check.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('LOADED', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    loaded = done.stdout.rpartition("LOADED ")[2].split()
    assert "sse_check.cli.main" in loaded
    assert set(absent) & set(loaded) == set()


def test_no_module_is_too_long() -> None:
    """A longer one has more than one reason to change."""
    sizes = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for folder in (PACKAGE, ROOT / "rules")
        for path in folder.rglob("*.py")
    }
    assert {name for name, size in sizes.items() if size > 400} == set()
