"""What stands around markup in Python: programs in strings, comments that silence, fixes, tree."""

from pathlib import Path

from tests.cli.helpers import sse_check
from tests.markup.test_strings import STREAM

HEAD = (
    '<script src="https://unpkg.com/htmx.org@2.0.4"></script>'
    '<script src="https://unpkg.com/htmx-ext-sse@2.2.2"></script>'
)
PROGRAM = '''{name}_APP = """\\
from flask import Flask, Response

app = Flask(__name__)
{stream}"""
'''
VIEW = """from flask import Flask, Response

app = Flask(__name__)


@app.get("/")
def index():
    return {literal}{comment}
"""


def program(name: str, event: str) -> str:
    return PROGRAM.format(name=name, stream=STREAM.replace("\\", "\\\\").replace("tick", event))


def page(name: str, event: str) -> str:
    body = f"<body hx-ext='sse'><div sse-connect='/events'><p sse-swap='{event}'></p></div></body>"
    return f'{name}_PAGE = """<!doctype html>{HEAD}{body}"""\n'


def view(attribute: str, comment: str = "") -> str:
    markup = f"{HEAD}<body hx-ext='sse'><div sse-connect='/events'><p {attribute}></p></div></body>"
    return VIEW.format(literal=f'"""<!doctype html>{markup}"""', comment=comment) + STREAM


def found(folder: Path, text: str) -> list[str]:
    (folder / "app.py").write_text(text, encoding="utf-8")
    options = ("--format", "concise", "--profile", "browser", "--ignore", "sse_response")
    return sse_check(folder, *options).out.splitlines()


def test_programs_in_strings_belong_to_the_pages_that_are_named_like_them(tmp_path: Path) -> None:
    """Each page asks the program of its own variant, though both stand in one file."""
    right = program("SHOP", "tick") + page("SHOP", "tick") + program("BLOG", "tock")
    assert found(tmp_path, right + page("BLOG", "tock")) == []
    (said,) = [line for line in found(tmp_path, right + page("BLOG", "tick")) if "error" in line]
    lines = (right + page("BLOG", "tick")).splitlines()
    assert said.startswith(f"app.py:{len(lines)}:")
    assert said.endswith("`tick` is never sent by `/events`: nothing arrives here")


def test_a_comment_silences_what_is_found_in_a_string(tmp_path: Path) -> None:
    wrong = "sse-swap='tock'"
    assert any("never sent" in line for line in found(tmp_path, view(wrong)))
    assert found(tmp_path, view(wrong, "  # sse-check: ignore[sse_crossref] sent later")) == []


def test_a_fix_edits_the_string_and_nothing_else(tmp_path: Path) -> None:
    text = view("sse-swap='tik'")
    (tmp_path / "app.py").write_text(text, encoding="utf-8")
    sse_check(tmp_path, "--fix", "--unsafe-fixes", "--select", "sse_crossref")
    assert (tmp_path / "app.py").read_text(encoding="utf-8") == text.replace("'tik'", "'tick'")


def test_what_an_escape_writes_is_not_edited(tmp_path: Path) -> None:
    text = view("sse-swap='t\\x69k'")
    (tmp_path / "app.py").write_text(text, encoding="utf-8")
    sse_check(tmp_path, "--fix", "--unsafe-fixes", "--select", "sse_crossref")
    assert (tmp_path / "app.py").read_text(encoding="utf-8") == text


def test_tree_shows_the_markup_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(view("sse-swap='tick'"), encoding="utf-8")
    (tmp_path / "plain.py").write_text("x = 1\n", encoding="utf-8")
    shown = sse_check(tmp_path, "tree", "app.py").out
    assert shown.startswith("app.py index (written in Python)\n")
    assert "<p sse-swap='tick'>\n    in div < body < top of the page\n" in shown
    done = sse_check(tmp_path, "tree", "plain.py")
    assert (done.status, "no markup for htmx is written in this file" in done.err) == (2, True)


def test_a_comment_counts_in_a_file_of_no_application(tmp_path: Path) -> None:
    text = "PAGE = '<!doctype html><html><body><p sse-swap=x></p></body>'"
    assert [line for line in found(tmp_path, text + "\n") if "sse_orphan" in line]
    assert found(tmp_path, f"{text}  # sse-check: ignore[sse_orphan] known\n") == []
