"""Which Python runs an app when nobody names one: never what others have put there."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sse_check.stream.apps import open_app
from sse_check.stream.interpreters import python_for
from sse_check.stream.web import StreamError
from tests.cli.helpers import sse_check
from tests.stream.test_processes import app_that, environment

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the environments are shell scripts")
NOBODY = 4321
as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or bool(os.geteuid()), reason="only root can give a file away"
)


@pytest.fixture(autouse=True)
def nothing_is_active(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.parametrize("name", [".venv", "venv", "env"])
@pytest.mark.parametrize("inside", ["", "src/app"])
def test_nothing_above_the_project_is_run(tmp_path: Path, name: str, inside: str) -> None:
    project = tmp_path / "a/b"
    (project / inside).mkdir(parents=True)
    for above in (tmp_path, tmp_path / "a"):
        environment(above / name)
    # A folder without any mark is a project by itself.
    assert python_for(None, project).program == sys.executable
    (project / "manage.py").touch()
    assert python_for(None, project / inside).program == sys.executable
    own = environment(project / name)
    assert python_for(None, project / inside).program == str(own)


def test_the_nearest_in_the_project(tmp_path: Path) -> None:
    """The top is that of the project, also where its settings say so."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/pyproject.toml").write_text("[project]\nname = 'shop'\n", encoding="utf-8")
    whole = environment(tmp_path / ".venv")
    assert python_for(None, tmp_path / "shop").program == sys.executable
    (tmp_path / "sse-check.toml").write_text("", encoding="utf-8")
    assert python_for(None, tmp_path / "shop").program == str(whole)
    (tmp_path / "sse-check.toml").write_text("no = such\n", encoding="utf-8")
    assert python_for(None, tmp_path / "shop").program == sys.executable
    own = environment(tmp_path / "shop/venv")
    assert python_for(None, tmp_path / "shop").program == str(own)


def test_an_active_environment_goes_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = environment(tmp_path / ".venv")
    conda = environment(tmp_path / "conda/envs/shop")
    (conda.parents[1] / "pyvenv.cfg").unlink()
    (conda.parents[1] / "conda-meta").mkdir()
    monkeypatch.setenv("CONDA_PREFIX", str(conda.parents[1]))
    monkeypatch.setenv("CONDA_DEFAULT_ENV", "shop")
    assert python_for(None, tmp_path).program == str(conda)
    # In every shell conda makes its own environment active, which says nothing of a project.
    monkeypatch.setenv("CONDA_DEFAULT_ENV", "base")
    assert python_for(None, tmp_path).program == str(found)
    active = environment(tmp_path / "active")
    monkeypatch.setenv("CONDA_DEFAULT_ENV", "shop")
    monkeypatch.setenv("VIRTUAL_ENV", str(active.parents[1]))
    assert python_for(None, tmp_path).program == str(active)
    # One that is not there any more is none.
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "gone"))
    assert python_for(None, tmp_path).program == str(conda)


def given_away(part: str) -> Callable[[Path], None]:
    def change(place: Path) -> None:
        os.chown(place / part, NOBODY, NOBODY, follow_symlinks=False)

    return change


def opened(part: str, mode: int = 0o777) -> Callable[[Path], None]:
    def change(place: Path) -> None:
        (place / part).chmod(mode)

    return change


def shared(place: Path) -> None:
    os.chown(place, -1, NOBODY)
    place.chmod(0o775)


def leads_elsewhere(place: Path) -> None:
    real = place.parent / "real"
    (place / "bin/python").rename(real)
    (place / "bin/python").symlink_to(real)
    os.chown(real, NOBODY, NOBODY)


LIBRARY = "lib/python3.12/site-packages"
OF_OTHERS: dict[str, tuple[Callable[[Path], None], str]] = {
    "open": (opened(""), "others may write to {}"),
    "open and sticky": (opened("", 0o1777), "others may write to {}"),
    "its programs": (opened("bin"), "others may write to {}/bin"),
    "its program": (opened("bin/python"), "others may write to {}/bin/python"),
    "its settings": (opened("pyvenv.cfg", 0o666), "others may write to {}/pyvenv.cfg"),
    "its packages": (opened(LIBRARY), "others may write to {}/" + LIBRARY),
    "the folder it lies in": (opened(".."), "others may write to {.parent}"),
}
GIVEN_AWAY: dict[str, tuple[Callable[[Path], None], str]] = {
    "all": (given_away(""), "{} belongs to another user"),
    "its program": (given_away("bin/python"), "{}/bin/python belongs to another user"),
    "its packages": (given_away(LIBRARY), "{}/" + LIBRARY + " belongs to another user"),
    "what its program is": (leads_elsewhere, "{}/bin/python belongs to another user"),
    "of a group": (shared, "others may write to {}"),
}


def refused(folder: Path, change: Callable[[Path], None], why: str) -> None:
    folder.chmod(0o755)
    program = environment(folder / ".venv")
    place = program.parents[1]
    (place / LIBRARY).mkdir(parents=True)
    for path in (place, *place.rglob("*")):
        path.chmod(0o755)
    assert python_for(None, folder).program == str(program)
    change(place)
    chosen = python_for(None, folder)
    assert chosen.program == sys.executable
    assert chosen.left_out == (
        f"{place} is not used: {why.format(place)}; --python {place} uses it",
    )
    # Who names it has looked at it.
    assert python_for(str(place), folder).program == str(program)


@pytest.mark.parametrize("what", OF_OTHERS)
def test_what_others_may_write_to_is_not_run(tmp_path: Path, what: str) -> None:
    refused(tmp_path, *OF_OTHERS[what])


@as_root
@pytest.mark.parametrize("what", GIVEN_AWAY)
def test_what_belongs_to_others_is_not_run(tmp_path: Path, what: str) -> None:
    refused(tmp_path, *GIVEN_AWAY[what])


def test_a_shared_folder_that_keeps_what_is_whose(tmp_path: Path) -> None:
    """In /tmp nobody can put another environment in the place of one."""
    own = environment(tmp_path / ".venv")
    tmp_path.chmod(0o1777)
    assert python_for(None, tmp_path).program == str(own)


def test_the_report_says_what_was_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = environment(tmp_path / ".venv").parents[1]
    place.chmod(0o777)
    why = f"{place} is not used: others may write to {place}; --python {place} uses it"
    (tmp_path / "one.py").write_text(app_that("pass", ""), encoding="utf-8")
    done = sse_check(tmp_path, "stream", "one:app", VIRTUAL_ENV="", CONDA_PREFIX="")
    assert why in done.err
    (tmp_path / "lacks.py").write_text("import no_such_package\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StreamError, match="not installed for") as told:
        open_app("lacks:app")
    assert str(told.value).endswith(f"; {why}")
