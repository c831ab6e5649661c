"""Which files belong to a project, and which file a name means."""

import os
from pathlib import Path

import pytest

from sse_check.project.discovery import walk
from sse_check.project.ignore import decide, read_patterns
from sse_check.project.names import TemplateNames
from sse_check.project.places import project_root
from tests.cli.helpers import sse_check
from tests.project.helpers import write


def found(folder: Path, files: list[str], exclude: tuple[str, ...] = ()) -> list[str]:
    write(folder, dict.fromkeys(files, "x"))
    return walk(str(folder), exclude).templates


def test_templates_are_known_by_their_endings(tmp_path: Path) -> None:
    files = [
        "a.html",
        "b.HTM",
        "c.jinja",
        "d.jinja2",
        "e.html.j2",
        "f.kida",
        "g.django",
        "g.gohtml",
        "h.txt",
        "i.py",
    ]
    assert found(tmp_path, files) == [
        "a.html",
        "b.HTM",
        "c.jinja",
        "d.jinja2",
        "e.html.j2",
        "f.kida",
        "g.django",
        "g.gohtml",
    ]


def test_hidden_and_vendored_folders_are_skipped(tmp_path: Path) -> None:
    files = [
        "a.html",
        ".git/x.html",
        ".hidden/x.html",
        "node_modules/x/x.html",
        "lib/site-packages/x.html",
        "env/pyvenv.cfg",
        "env/lib/x.html",
        "__pycache__/x.html",
    ]
    assert found(tmp_path, files) == ["a.html"]


def test_gitignore_is_respected_at_every_level(tmp_path: Path) -> None:
    write(
        tmp_path,
        {".gitignore": "/build/\n*.tmp.html\n!keep.tmp.html\n", "app/.gitignore": "cache\n"},
    )
    files = [
        "build/x.html",
        "app/build/y.html",
        "a.tmp.html",
        "keep.tmp.html",
        "app/cache/z.html",
        "cache/k.html",
    ]
    assert found(tmp_path, files) == ["app/build/y.html", "cache/k.html", "keep.tmp.html"]


def test_excludes_leave_files_out(tmp_path: Path) -> None:
    assert found(tmp_path, ["a.html", "old/b.html", "old/c/d.html"], ("old/",)) == ["a.html"]


def test_loops_of_links_are_survived(tmp_path: Path) -> None:
    write(tmp_path, {"a/x.html": "x"})
    os.symlink(tmp_path / "a", tmp_path / "a" / "loop")
    os.symlink(tmp_path, tmp_path / "a" / "up")
    os.symlink(tmp_path / "nowhere", tmp_path / "dead.html")
    assert walk(str(tmp_path)).templates == ["a/x.html", "dead.html"]


def test_a_dead_link_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, {"a.html": "<p>"})
    os.symlink(tmp_path / "nowhere", tmp_path / "dead.html")
    done = sse_check(tmp_path)
    assert done.status == 0
    assert "dead.html: problem: cannot be read" in done.out


def test_an_explicit_file_is_always_taken(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".gitignore": "skip.html\n",
            "skip.html": "<html><p sse-swap=x>",
            "page.txt": "<html><p sse-swap=x>",
        },
    )
    assert sse_check(tmp_path).status == 0
    assert sse_check(tmp_path, "skip.html").status == 1
    assert sse_check(tmp_path, "page.txt").status == 1


def test_a_folder_that_is_ignored_is_taken_when_it_is_named(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"pyproject.toml": "", ".gitignore": "out/\n", "out/a.html": "<html><p sse-swap=x>"},
    )
    assert sse_check(tmp_path).status == 0
    assert sse_check(tmp_path, "out").status == 1


@pytest.mark.parametrize(
    ("rules", "path", "folder", "expected"),
    [
        ("*.html", "a/b.html", False, True),
        ("/a.html", "b/a.html", False, False),
        ("a/**/c", "a/x/y/c", True, True),
        ("a/**/c", "a/c", True, True),
        ("doc/", "doc", False, False),
        ("[ab].html", "b.html", False, True),
        ("[!ab].html", "b.html", False, False),
        ("a?c", "abc", False, True),
        ("\\#x", "#x", False, True),
        ("# x", "# x", False, False),
        ("*\n!b", "b", False, False),
    ],
)
def test_gitignore_patterns(rules: str, path: str, folder: bool, expected: bool) -> None:
    shown = path + "/" if folder else path
    assert bool(decide(shown, [("", read_patterns(rules)[0])])) is expected


@pytest.mark.parametrize(
    ("paths", "name", "referrer", "expected"),
    [
        (["templates/a.html"], "a.html", "templates/b.html", "templates/a.html"),
        (
            ["app/templates/app/a.html"],
            "app/a.html",
            "templates/b.html",
            "app/templates/app/a.html",
        ),
        (
            ["x/templates/a.html", "y/templates/a.html"],
            "a.html",
            "y/templates/p/b.html",
            "y/templates/a.html",
        ),
        (["templates/p/a.html"], "a.html", "templates/b.html", None),
        (["templates/p/a.html"], "./a.html", "templates/p/b.html", "templates/p/a.html"),
        (["templates/a.html"], "../a.html", "templates/p/b.html", "templates/a.html"),
        (["site/a.html"], "a.html", "site/b.html", "site/a.html"),
        (["a.html"], "a.html", "b.html", "a.html"),
        (["templates/xa.html"], "a.html", "templates/b.html", None),
    ],
)
def test_names(paths: list[str], name: str, referrer: str, expected: str | None) -> None:
    assert TemplateNames(paths).resolve(name, referrer) == expected


def test_folders_that_are_set_come_in_order() -> None:
    names = TemplateNames(["one/a.html", "two/a.html"], ("two", "one"))
    assert names.resolve("a.html", "one/b.html") == "two/a.html"


def test_the_root_of_a_project(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"p/pyproject.toml": "", "p/app/templates/x/a.html": "", "q/templates/x/a.html": ""},
    )
    assert project_root(str(tmp_path / "p/app/templates/x/a.html")) == str(tmp_path / "p")
    assert project_root(str(tmp_path / "q/templates/x/a.html")) == str(tmp_path / "q")
    assert project_root(str(tmp_path / "q")) == str(tmp_path / "q")
    write(tmp_path, {"templates/r/templates/x/a.html": ""})
    inner = tmp_path / "templates/r"
    assert project_root(str(inner / "templates/x/a.html")) == str(inner)
