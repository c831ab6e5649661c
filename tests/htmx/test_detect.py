"""Which htmx a page loads, and how that is known."""

from pathlib import Path

import pytest

from sse_check.findings.rule import Context
from sse_check.project.settings import Settings
from tests.project.helpers import load

LOCAL = '<script src="/static/htmx.min.js"></script>'


def stack(
    folder: Path, head: str, files: dict[str, str] | None = None, htmx: str = "auto"
) -> tuple[str, str]:
    page = f"<!doctype html>\n<html><head>{head}</head><body><div sse-connect=/e></div></body></html>\n"
    project = load(folder, {"templates/a.html": page, **(files or {})}, Settings(htmx=htmx))
    (view, *_) = Context(project, tuple(project.files.found.templates)).views
    return view.stack.name, view.loaded.source


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<script src="https://unpkg.com/htmx.org@1.9.12"></script>', "htmx1"),
        ('<script src="https://cdn.jsdelivr.net/npm/htmx.org@2/dist/htmx.min.js"></script>', "htmx2"),
        ('<script src="https://cdnjs.cloudflare.com/ajax/libs/htmx/1.9.10/htmx.min.js"></script>', "htmx1"),
        ('<script src="https://unpkg.com/htmx.org@4.0.1"></script>', "htmx4"),
        ('<script src="https://unpkg.com/htmx.org@2.0.1"></script><script src="https://unpkg.com/htmx-ext-sse@2.1.0/sse.js"></script>', "htmx2-ext210"),
        ('<script src="https://unpkg.com/htmx.org@2.0.1"></script><script src="https://unpkg.com/htmx-ext-sse@2.2.4/sse.js"></script>', "htmx2"),
        ('<script src="https://unpkg.com/htmx.org@4.0.1"></script><script src="/x/htmx-2-compat.js"></script>', "htmx4-compat"),
        ('<script src="/static/htmx-1.9.2.min.js"></script>', "htmx1"),
        ('<script type="module">import "htmx.org@4.0.0"</script>', "htmx4"),
        ("<script src=\"{{ url_for('static', filename='htmx-1.9.12.js') }}\"></script>", "htmx1"),
    ],
)  # fmt: skip
def test_scripts(tmp_path: Path, head: str, expected: str) -> None:
    assert stack(tmp_path, head) == (expected, "templates/a.html:2")


def test_a_vendored_copy(tmp_path: Path) -> None:
    found = stack(tmp_path, LOCAL, {"static/htmx.min.js": 'var htmx={version:"1.9.10"};'})
    assert found == ("htmx1", "templates/a.html:2")


def test_a_copy_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "htmx.min.js").symlink_to(tmp_path / "nowhere")
    assert stack(tmp_path, LOCAL) == ("htmx2", "assumed")


def test_package_json(tmp_path: Path) -> None:
    found = stack(tmp_path, LOCAL, {"package.json": '{"dependencies": {"htmx.org": "^1.9.12"}}'})
    assert found == ("htmx1", "package.json")


def test_settings_and_nothing(tmp_path: Path) -> None:
    assert stack(tmp_path, LOCAL, htmx="4") == ("htmx4", "settings")
    assert stack(tmp_path, "") == ("htmx2", "assumed")
