"""Every framework is asked for its route table, and ours is compared with it."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests import python314
from tests.apps.routes.ours import ANY, our_apps, our_routes
from tests.needs import NEEDS_PYTHON314

FIXTURES = Path(__file__).parents[3] / "fixtures" / "routes"
DUMP = Path(__file__).with_name("dump.py")
NEWER = ("chirp", "cello")
FRAMEWORKS = [
    pytest.param(name, marks=NEEDS_PYTHON314) if name in NEWER else name
    for name in sorted(path.name for path in FIXTURES.iterdir())
]
# In these a route has no name that a template could use.
NAMELESS = ("blacksheep", "cello", "falcon", "robyn")
IMPLIED = {"HEAD", "OPTIONS"}
LIMIT = 60

# A parameter of an address in any framework's spelling: `{id:int}`, `<int:id>`, `{int:id}`, `:id`,
# `(?P<year>[0-9]{4})`.
_PARAMETER = re.compile(
    r"""\(\?P<(?P<regex>\w+)>(?:[^()]|\([^()]*\))*\)
      | [{<](?P<one>\w+)(?::(?P<two>(?:[^{}<>]|\{[^{}]*\})+))?[}>]
      | (?<=/):(?P<colon>\w+)""",
    re.VERBOSE,
)
_CONVERTERS = {"int", "str", "string", "uuid", "path", "slug", "float", "alpha", "date"}


def spelled(path: str) -> str:
    """An address with its parameters as `{name}`, and `{name*}` where it spans slashes."""

    def parameter(match: re.Match[str]) -> str:
        if name := match["regex"] or match["colon"]:
            return "{" + name + "}"
        one, two = match["one"], match["two"]
        name, kind = (two, one) if two and one in _CONVERTERS else (one, two)
        return "{" + str(name) + ("*}" if kind == "path" else "}")

    return _PARAMETER.sub(parameter, path)


Table = dict[tuple[str, str | None], set[str]]


def table(rows: list[dict[str, Any]], framework: str) -> Table:
    found: Table = {}
    for row in rows:
        name = None if framework in NAMELESS else row["name"]
        methods = {*row["methods"]} - IMPLIED
        found.setdefault((spelled(row["path"]), name), set()).update(methods)
    return found


@cache
def framework_table(framework: str) -> Table:
    python, path = sys.executable, ""
    if framework in NEWER:
        python, path = str(python314.program()), str(python314.PACKAGES)
    done = subprocess.run(
        [python, str(DUMP), framework],
        cwd=FIXTURES / framework,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return table(json.loads(done.stdout), framework)


def our_table(framework: str) -> Table:
    return table(our_routes(FIXTURES / framework), framework)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_addresses(framework: str) -> None:
    theirs = {path for path, _ in framework_table(framework)}
    assert {path for path, _ in our_table(framework)} == theirs


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_methods(framework: str) -> None:
    def by_address(found: Table) -> dict[str, set[str]]:
        methods: dict[str, set[str]] = {}
        for (path, _), some in found.items():
            methods.setdefault(path, set()).update(some)
        return methods

    assert by_address(our_table(framework)) == by_address(framework_table(framework))


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_names(framework: str) -> None:
    assert set(our_table(framework)) == set(framework_table(framework))


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_fixture_is_one_application(framework: str) -> None:
    """What is mounted in another belongs to it, and is no application beside it."""
    assert our_apps(FIXTURES / framework) == 1


def test_the_tables_are_worth_comparing() -> None:
    """Enough routes, with parameters, prefixes and methods, for each framework at hand."""
    for name in sorted(path.name for path in FIXTURES.iterdir()):
        if name in NEWER:
            continue
        found = framework_table(name)
        assert len(found) >= 8, name
        assert any("{" in path for path, _ in found), name
        assert any(path.count("/") >= 3 for path, _ in found), name
        assert any(methods - {"GET", *ANY} for methods in found.values()), name


def test_how_addresses_are_spelled() -> None:
    assert [
        spelled(path)
        for path in (
            "/a/{id:int}",
            "/a/<int:id>",
            "/a/{int:id}",
            "/a/:id",
            "/a/<path:rest>",
            r"/a/(?P<year>[0-9]{4})/b",
            r"/a/{value:\d{2}}",
            "/a/<id>",
        )
    ] == [*["/a/{id}"] * 4, "/a/{rest*}", "/a/{year}/b", "/a/{value}", "/a/{id}"]
