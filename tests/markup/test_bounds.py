"""Python that could keep the reader of markup busy for ever, or nests deeper than it can follow."""

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sse_check.findings.check import check
from sse_check.findings.loader import load_rules
from sse_check.findings.result import Result
from sse_check.markup.reader import MarkupReader
from sse_check.markup.take_in import take_in_markup
from sse_check.project.discovery import Found
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from sse_check.python.module import parse_module
from sse_check.python.words import in_words
from sse_check.source import Source

ROOT = Path(__file__).resolve().parents[2]
ROW = """'<p sse-swap="a">x</p>'"""
LEAF = f"def f0(x):\n    return {ROW}\n"
PAGE = '<body hx-ext="sse" sse-connect="/e"><p sse-swap="a">x</p></body>'
TOLD = "more markup is written in Python here than is followed; what is beyond is not read"


def loaded(python: dict[str, str], html: str = PAGE) -> Project:
    texts = {"page.html": html, **python}
    found = Found(templates=["page.html"], python=list(python))
    data = {name: text.encode() for name, text in texts.items()}
    return Project.of("/nowhere", Settings(), found, replaced=data, shown_from="/nowhere")


def checked(project: Project) -> Result:
    return check(project, project.files.found.templates, list(load_rules().values()))


def texts(project: Project) -> list[str]:
    take_in_markup(project)
    assert not project.files.broken
    return [inner.source.text for inner in (project.files.inner or {}).values()]


def called(times: int) -> str:
    """A function that calls one so many times that is called so many times."""
    row = " + ".join(["f0(x)"] * times)
    return f"{LEAF}def f1(x):\n    return {row}\ndef f2(x):\n    return {row.replace('f0', 'f1')}\n"


def fan() -> str:
    """Each of forty functions calls the one before it three times."""
    rows = (f"def f{n}(x):\n    return {' + '.join([f'f{n - 1}(x)'] * 3)}\n" for n in range(1, 40))
    return LEAF + "".join(rows)


def grown() -> str:
    """A page that is put into itself twice a line."""
    return f"def p(x):\n    h = {ROW}\n" + "    h = h + f'<p>{h}</p>'\n" * 100 + "    return h\n"


def branched() -> str:
    """Forty conditions, each of which may put the page into another."""
    rows = (
        f"    if x{n}:\n        h += {ROW}\n    else:\n        h = '<p>' + h\n" for n in range(40)
    )
    return "def p(x):\n    h = ''\n" + "".join(rows) + "    return h\n"


def added_up() -> str:
    return "def p(x):\n    h = ''\n" + f"    h += {ROW}\n" * 2_000 + "    return h\n"


@pytest.mark.parametrize("text", [called(500), fan(), grown(), branched()])
def test_what_is_beyond_the_budget_is_told(text: str) -> None:
    project = loaded({"app.py": text})
    result = checked(project)
    assert not result.failures
    assert result.coverage is not None
    assert ("app.py", TOLD) in [(one.path, one.why) for one in result.coverage.unread]


def test_a_layout_that_all_pages_share_is_read_once() -> None:
    rows = "".join(f"        item(user, lang, '{n}'),\n" for n in range(60))
    views = "".join(
        f"@app.get('/{n}')\ndef page{n}(session):\n    user = session.get('user')\n"
        f"    return layout(user, Div('{n}', id='page{n}'), lang=user.lang)\n"
        for n in range(60)
    )
    text = f"""
from fasthtml.common import *
app = FastHTML()
def item(user, lang, name):
    return Li(A(translated(name, lang), href=f"/to/{{name}}"), cls="on" if user else "")
def translated(name, lang):
    return f"{{lang}}: {{name}}"
def layout(user, *content, lang):
    return Div(Ul(
{rows}    ), Div(hx_ext="sse", sse_connect="/events", sse_swap="news"), *content)
{views}"""
    project = loaded({"app.py": text})
    found = texts(project)
    cut = project.files.markup_cut
    assert not cut
    pages = [one for one in found if 'sse-swap="news"' in one]
    assert len(pages) == 60
    for n in range(60):
        (page,) = (one for one in pages if f'id="page{n}"' in one)
        assert page.count("<li") == 60


def test_a_parameter_that_is_bound_again_in_many_branches_is_followed_to_the_end() -> None:
    rows = "".join(f"        case {n}:\n            h = card(h, {n})\n" for n in range(12))
    text = (
        "def card(h, n):\n    return f'<p sse-swap=\"e{n}\">{h}</p>'\n\n\n"
        f"def page(kind, h):\n    match kind:\n{rows}    return h\n"
    )
    project = loaded({"app.py": text})
    found = texts(project)
    assert not project.files.markup_cut
    (page,) = (one for one in found if 'sse-swap="e0"' in one)
    assert all(f'sse-swap="e{n}"' in page for n in range(12))


def test_functions_that_call_each_other_come_to_an_end() -> None:
    text = """
def a(x):
    return f'<p sse-swap="a">{b(x)}{b(x)}</p>'
def b(x):
    return f'<p sse-connect="/e">{a(x)}{c(x)}</p>'
def c(x):
    return a(x) + b(x) + c(x)
"""
    assert all("sse-" in one for one in texts(loaded({"app.py": text})))


def test_what_was_left_open_inside_another_is_read_again_by_itself() -> None:
    text = """
def a(x):
    return f'<p sse-swap="a">{b(x)}</p>'
def b(x):
    return f'<p sse-swap="b">{a(x)}</p>'
def page(x):
    return a(x) + '<hr>' + b(x)
"""
    (found,) = texts(loaded({"app.py": text}))
    first, _, second = found.partition("<hr>")
    assert first.startswith('<p sse-swap="a"><p sse-swap="b">')
    assert second.startswith('<p sse-swap="b"><p sse-swap="a">')


@pytest.mark.parametrize(
    "expression",
    [
        " + ".join([ROW] * 900 + ["'<i hx-get=last>'"]),
        "(" + "\n".join([ROW] * 5_000 + ["'<i hx-get=last>'"]) + ")",
    ],
)
def test_a_long_row_is_read_to_its_end(expression: str) -> None:
    (text,) = texts(loaded({"app.py": f"P = {expression}\n"}))
    assert text.endswith("<i hx-get=last>")


def test_a_long_row_of_elif_is_no_depth() -> None:
    rows = "".join(f"    elif x == {n}:\n        return {ROW}\n" for n in range(300))
    text = f"def p(x):\n    if x:\n        return ''\n{rows}    return ''\n"
    assert texts(loaded({"app.py": text}))


def test_a_literal_of_escapes_has_one_place() -> None:
    text = "P = '''" + PAGE + "\\n" * 200_000 + "'''\n"
    project = loaded({"app.py": text})
    assert texts(project)[0].count("\n") == 200_000
    (inner,) = (project.files.inner or {}).values()
    assert len(inner.source.stretches) == 1


def test_a_long_line_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "x = f'é" + "{a}é" * 500 + "'\n"
    module = parse_module("app.py", text.encode(), "app.py")
    original, calls = Source.line_text, []

    def counted(self: Source, line: int) -> str:
        calls.append(line)
        return original(self, line)

    monkeypatch.setattr(Source, "line_text", counted)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Assign):
            assert module.span(node).text == text.rstrip()
        elif isinstance(node, ast.Name):
            assert module.span(node).text
    assert len(calls) == 1


def bound_again() -> str:
    """A name that is bound in many places, and used in many."""
    return f"P = {ROW}\n" * 1_000 + "def page():\n    return P + P + P + P + P\n"


def many_returns() -> str:
    rows = "".join(
        f"    if x == {n}:\n        return '<p sse-swap=\"a{n}\">x</p>'\n" for n in range(800)
    )
    return f"def page(x):\n{rows}def b(x):\n    return page(1) + page(2) + page(3)\n"


def many_fields() -> str:
    row = '<p sse-swap="a">{x}</p>' * 5_000
    return f"def p(x):\n    return f'''{row}'''\n"


def one_after_the_other() -> str:
    """A document of dominate with many elements one after the other, each around another."""
    rows = "".join(
        f"        with div(sse_connect='/e{n}'):\n            p('x', sse_swap='a')\n"
        for n in range(400)
    )
    head = "from dominate import document\nfrom dominate.tags import *\n"
    return f"{head}def page():\n    d = document()\n    with d:\n{rows}    return d.render()\n"


@pytest.mark.parametrize(
    "make", [bound_again, many_returns, many_fields, one_after_the_other, added_up]
)
def test_it_ends(make: Callable[[], str]) -> None:
    result = checked(loaded({"app.py": make()}))
    assert not result.failures


def test_what_cannot_be_written_out_has_a_name() -> None:
    deep = ast.parse("x" + ".a" * 200, mode="eval").body
    assert in_words(deep) == "a_value_1_0"
    assert in_words(ast.parse("a + b", mode="eval").body) == "a + b"


def test_an_f_string_that_cannot_be_written_again() -> None:
    """A sign that is only written as an escape: before Python 3.12 none stands in the braces."""
    value = "f\"{x('\u200b')}\""
    text = f"def p(x):\n    return '<p sse-swap=\"a\">' + q[{value}] + '</p>'\n"
    assert texts(loaded({"app.py": text}))


def test_one_file_that_fails_spoils_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    original = MarkupReader.constant

    def fails(self: MarkupReader, node: ast.Constant, frame: object) -> object:
        if "boom" in str(node.value):
            raise KeyError("boom")
        return original(self, node, frame)  # type: ignore[arg-type]

    monkeypatch.setattr(
        "sse_check.markup.reader._HANDLERS",
        {**vars(sys.modules["sse_check.markup.reader"])["_HANDLERS"], ast.Constant: fails},
    )
    wrong = "A = '<p sse-swap=\"boom\">'\n"
    project = loaded({"bad.py": wrong, "good.py": f"B = {ROW}\n"})
    result = checked(project)
    assert list(project.files.inner or {}) == ["good.py/B"]
    assert [(one.path, one.internal) for one in result.problems] == [("bad.py", True)]
    assert "internal error in the reader of markup: KeyError" in result.problems[0].message


APP = """
from flask import Flask, Response
from {other} import row
app = Flask(__name__)

@app.get("/")
def index():
    html = '<body hx-ext="sse" sse-connect="/events" hx-target="#m"><main id="m">'
    for one in {{"a", "b", "c"}}:
        html += row(one) if one else row(None)
    return html + '<p sse-swap="nothing">x</p></main></body>'

@app.get("/events")
def events():
    def stream():
        yield "event: tick\\\\ndata: 1\\\\n\\\\n"
    return Response(stream(), mimetype="text/event-stream")
"""
ROWS = """
def row(x):
    rows = {{'<p sse-swap="tick">x</p>', '<i sse-swap="tock" hx-swap="outerHtml">y</i>'}}
    return "".join(rows) + f'<b hx-get="/x" hx-trigger="sse:never">{{x}}</b>'
"""


def said(project: Project, names: dict[str, str]) -> list[tuple[object, ...]]:
    result = checked(project)
    assert result.findings
    found = []
    for one in result.findings:
        place = one.span.start_position
        path = names[one.span.source.path]
        found.append((path, place.line, place.column, one.rule, one.severity, one.message))
    return sorted(found, key=str)


def test_names_and_order_of_files_change_nothing() -> None:
    expected: list[tuple[object, ...]] = []
    for app, rows in (("app", "rows"), ("zapp", "arows"), ("b", "a")):
        for backwards in (False, True):
            files = {f"{app}.py": APP.format(other=rows), f"{rows}.py": ROWS.format()}
            files["unrelated.py"] = "X = 'hx-nothing'\n"
            if backwards:
                files = dict(reversed(files.items()))
            names = {f"{app}.py": "app", f"{rows}.py": "rows", "page.html": "page"}
            found = said(loaded(files), names)
            assert expected in ([], found)
            expected = found


def test_seeds_of_hashes_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP.format(other="rows"))
    (tmp_path / "rows.py").write_text(ROWS.format())
    reports = {
        subprocess.run(
            [sys.executable, "-m", "sse_check", "check", ".", "--format", "json"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
            capture_output=True,
            check=False,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(reports) == 1
    assert b'"rule"' in reports.pop()
