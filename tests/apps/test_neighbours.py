"""Many apps in one repository, with the same addresses, templates and events: none hears another.

What is said about a place is the same for an app alone, in a repository of its likes (from the app's
folder, and from the root), for one file of it, and for what an editor sends on standard input.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.apps.planted.check import inside, report, said
from tests.apps.planted.plan import STYLES, VOCABULARIES, Plan, near
from tests.apps.planted.write import write

FRAMEWORKS = (
    *("fastapi", "sse-starlette", "starlette", "flask"),
    *("django", "litestar", "aiohttp", "chirp"),
)
WORDS = VOCABULARIES[0]
# Folders in which apps stand side by side.
FOLDERS = ("services", "examples", "apps/more")

Finding = tuple[str, str, int, str]


def _renamed(plan: Plan) -> None:
    plan.sent["first"] = near(WORDS.first)


def _other_case(plan: Plan) -> None:
    plan.sent["step"] = WORDS.step.capitalize()


def _unheard(plan: Plan) -> None:
    plan.heard["second"] = near(WORDS.second)
    plan.extra = "weather"


def _outside(plan: Plan) -> None:
    plan.outside = "second"


def _never_closed(plan: Plan) -> None:
    plan.closes = False


def _no_extension(plan: Plan) -> None:
    plan.extension = False


def _inherits(plan: Plan) -> None:
    plan.body_target = True


# What is wrong in the n-th app: what one lacks its neighbours have.
WRONG: tuple[Callable[[Plan], None], ...] = (
    *(_renamed, _other_case, _unheard, _outside),
    *(_never_closed, _no_extension, _inherits),
)


@dataclass(frozen=True)
class Neighbour:
    name: str
    folder: str
    """Its place in the repository."""
    files: dict[str, str]


def neighbours() -> Iterator[Neighbour]:
    """Twenty-four apps: each framework in three styles, all with the same words."""
    number = 0
    for framework in FRAMEWORKS:
        for style in STYLES[:3]:
            plan = Plan(framework, style, WORDS, number)
            WRONG[number % len(WRONG)](plan)
            WRONG[(number // 2 + 3) % len(WRONG)](plan)
            name = f"{framework.replace('-', '_')}_{style.name.replace('-', '_')}"
            folder = f"{FOLDERS[number % len(FOLDERS)]}/{name}"
            yield Neighbour(name, folder, write(plan).files)
            number += 1


APPS = tuple(neighbours())
NAMES = [app.name for app in APPS]
# A suite at the root whose own app sends whatever any page waits for.
SENT = (near(WORDS.first), near(WORDS.second), WORDS.first, WORDS.second, WORDS.step, WORDS.again)
SUITE = f"""
from fastapi import FastAPI
from sse_starlette import EventSourceResponse, ServerSentEvent

app = FastAPI()
NAMES = {SENT}


@app.get("/{WORDS.prefix}/{WORDS.live}")
@app.get("/{WORDS.prefix}/{WORDS.job}/{{job_id}}/events")
async def events():
    async def stream():
        while True:
            for name in NAMES:
                yield ServerSentEvent("x", event=name)

    return EventSourceResponse(stream())


def test_events():
    assert app.routes
"""


def put(files: dict[str, str], folder: Path) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def findings(
    folder: Path, *arguments: str, below: str = "", text: str | None = None
) -> list[Finding]:
    """What is said in a folder; paths and messages relative to `below`, a part of it."""
    start = f"{below}/" if below else ""
    with inside(folder):
        everything = [
            (one.rule, one.path, one.line, one.message) for one in said(report(arguments, text))
        ]
    return of_app(everything, start)


def of_app(everything: list[Finding], start: str) -> list[Finding]:
    """The findings below a folder, with paths and messages as they are in it."""
    return sorted(
        (rule, path.removeprefix(start), line, message.replace(start, "") if start else message)
        for rule, path, line, message in everything
        if path.startswith(start)
    )


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    (root / ".git").mkdir()
    (root / "pyproject.toml").write_text('[project]\nname = "many"\nversion = "1"\n')
    put({"tests/test_events.py": SUITE, "tests/__init__.py": ""}, root)
    for app in APPS:
        put(app.files, root / app.folder)
    return root


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Finding]]:
    """What is said about each app in a folder of its own."""
    return {app.name: findings(put(app.files, tmp_path_factory.mktemp(app.name))) for app in APPS}


@pytest.fixture(scope="module")
def at_root(repository: Path) -> dict[str, list[Finding]]:
    """What one run over the whole repository says, by app."""
    everything = findings(repository)
    return {app.name: of_app(everything, f"{app.folder}/") for app in APPS}


def test_the_apps_are_worth_comparing(alone: dict[str, list[Finding]]) -> None:
    assert len(APPS) >= 20
    assert all(alone.values())
    rules = {rule for found in alone.values() for rule, *_ in found}
    assert {"sse_crossref", "sse_orphan", "sse_unclosed_stream", "sse_ext_missing"} <= rules


@pytest.mark.parametrize("app", APPS, ids=NAMES)
def test_inside_the_repository(
    app: Neighbour, repository: Path, alone: dict[str, list[Finding]]
) -> None:
    assert findings(repository / app.folder) == alone[app.name]


@pytest.mark.parametrize("app", APPS, ids=NAMES)
def test_at_the_root(
    app: Neighbour, alone: dict[str, list[Finding]], at_root: dict[str, list[Finding]]
) -> None:
    assert at_root[app.name] == alone[app.name]


def some_files(app: Neighbour, found: list[Finding]) -> list[str]:
    """A template and a Python file with findings where there are such, else without."""
    with_findings = {path for _, path, _, _ in found}
    chosen = []
    for ending in (".html", ".py"):
        paths = sorted(path for path in app.files if path.endswith(ending) and app.files[path])
        chosen.append(next((path for path in paths if path in with_findings), paths[0]))
    return chosen


@pytest.mark.parametrize("app", APPS, ids=NAMES)
def test_one_file_named_alone(
    app: Neighbour, repository: Path, alone: dict[str, list[Finding]]
) -> None:
    for path in some_files(app, alone[app.name]):
        wanted = [one for one in alone[app.name] if one[1] == path]
        named = f"{app.folder}/{path}"
        assert findings(repository, named, below=app.folder) == wanted, path


@pytest.mark.parametrize("app", APPS, ids=NAMES)
def test_on_standard_input(
    app: Neighbour, repository: Path, alone: dict[str, list[Finding]]
) -> None:
    for path in some_files(app, alone[app.name]):
        wanted = [one for one in alone[app.name] if one[1] == path]
        options = ("-", "--stdin-filename", path)
        assert findings(repository / app.folder, *options, text=app.files[path]) == wanted, path


@pytest.mark.parametrize("app", APPS[:6], ids=NAMES[:6])
def test_a_suite_in_the_app_answers_for_nothing(
    app: Neighbour, tmp_path: Path, alone: dict[str, list[Finding]]
) -> None:
    folder = put({**app.files, "tests/test_events.py": SUITE}, tmp_path)
    found = [one for one in findings(folder) if not one[1].startswith("tests/")]
    assert found == alone[app.name]
