"""Templates of languages that are not read: they are named, and nothing is said of what they hold."""

from pathlib import Path

import pytest

from tests.cli.helpers import sse_check
from tests.project.helpers import write

HEAD = (
    '<!doctype html>\n<html><head><script src="https://unpkg.com/htmx.org@2.0.11"></script>'
    '<script src="https://unpkg.com/htmx-ext-sse@2.2.4"></script></head>'
)
OPEN = '<div hx-ext="sse" sse-connect="/e">'


def said_of(folder: Path, files: dict[str, str]) -> str:
    write(folder, files)
    return sse_check(folder).out


@pytest.mark.parametrize("suffix", ["tpl", "mako", "pt"])
def test_beside_python_alone(suffix: str, tmp_path: Path) -> None:
    files = {
        "app.py": "import bottle\n",
        f"views/page.{suffix}": f'{HEAD}<body>{OPEN}<p sse-swap="a"></p></div></body></html>',
    }
    said = said_of(tmp_path, files)
    assert "all good" not in said
    assert f"views/page.{suffix}: SSE markup in a `.{suffix}` file, which is not read" in said


@pytest.mark.parametrize(
    "inner",
    ["${self.body()}", '<%include file="row.html"/>', '<b metal:define-slot="main"></b>'],
)
def test_what_other_languages_bring_is_not_known(inner: str, tmp_path: Path) -> None:
    """It may listen."""
    page = {"page.html": f"{HEAD}<body>{OPEN}{inner}</div></body></html>"}
    assert "sse_unheard" not in said_of(tmp_path / "page", page)
    empty = {"page.html": f"{HEAD}<body>{OPEN}</div></body></html>"}
    assert "sse_unheard" in said_of(tmp_path / "empty", empty)


def test_what_other_languages_put_into_a_head_is_not_known(tmp_path: Path) -> None:
    """It may load the extension."""
    core = '<script src="https://unpkg.com/htmx.org@2.0.11"></script>'
    for name, inner in (("open", '<%include file="head.html"/>'), ("known", "")):
        head = f"<!doctype html>\n<html><head>{inner}{core}</head>"
        page = {"page.html": f'{head}<body>{OPEN}<p sse-swap="a"></p></div></body></html>'}
        said = "without its SSE extension" in said_of(tmp_path / name, page)
        assert said is (name == "known")


def test_elements_in_scripts_are_named(tmp_path: Path) -> None:
    """JSX that a server renders; its tests and what only looks at attributes are no markup."""
    markup = f'const Feed = () => {OPEN}<p sse-swap="a" /></div>;'
    files = {
        "index.html": f"{HEAD}<body><p>-</p></body></html>",
        "src/feed.tsx": markup,
        "src/old.jsx": markup,
        "tests/feed.tsx": markup,
        "src/look.tsx": 'const found = document.querySelector("[sse-connect]");',
    }
    said = said_of(tmp_path, files)
    assert "all good" not in said
    assert "src/feed.tsx: SSE markup in a `.tsx` file, which is not read" in said
    assert "src/old.jsx: SSE markup" in said
    assert "tests/feed.tsx" not in said
    assert "look.tsx" not in said


def test_beside_pages_that_say_nothing_of_events(tmp_path: Path) -> None:
    """A page that fetches what the other language writes."""
    files = {
        "index.html": f'{HEAD}<body><div hx-get="/stream" hx-trigger="load"></div></body></html>',
        "stream.templ": f'templ Stream() {{ {OPEN}<p sse-swap="a"></p></div> }}',
    }
    said = said_of(tmp_path, files)
    assert "all good" not in said
    assert "stream.templ: SSE markup in a `.templ` file, which is not read" in said


def test_markup_in_the_source_of_another_server_is_named(tmp_path: Path) -> None:
    """Where there is no Python: what a server in Rust or Go writes by itself."""
    markup = f'fn feed() -> Markup {{ html! {{ {OPEN}<p sse-swap="a"></p></div> }} }}'
    files = {
        "src/feed.rs": markup,
        "src/main.rs": "fn main() {}\n",
        "feed_test.go": markup,
        "feed_templ.go": markup,
        "page/row.jte": '<tr sse-swap="row"></tr>',
    }
    said = said_of(tmp_path / "alone", files)
    assert "src/feed.rs: SSE markup in a `.rs` file, which is not read" in said
    assert "page/row.jte: SSE markup in a `.jte` file, which is not read" in said
    assert "main.rs" not in said
    assert "feed_t" not in said
    # Beside Python such files are mostly no server.
    assert "feed.rs" not in said_of(tmp_path / "beside", {**files, "app.py": "import flask\n"})


def test_scripts_in_other_languages_are_named_where_something_streams(tmp_path: Path) -> None:
    page = {"views/page.tpl": '<script>new EventSource("/e").onmessage = show;</script>'}
    stream = "from bottle import response\nresponse.content_type = 'text/event-stream'\n"
    assert "not read" not in said_of(tmp_path / "none", {"app.py": "import bottle\n", **page})
    said = said_of(tmp_path / "one", {"app.py": stream, **page})
    assert "all good" not in said
    assert "page.tpl: a script that opens a stream in a `.tpl` file, which is not read" in said
