"""Comments that silence findings."""

from pathlib import Path

import pytest

from tests.cli.helpers import sse_check
from tests.project.helpers import lines, run

ORPHAN = '<!doctype html><html><body>\n<p sse-swap="a"></p>\n</body></html>\n'


def page(before: str, line: str = '<p sse-swap="a"></p>') -> dict[str, str]:
    return {"templates/a.html": f"<!doctype html><html><body>\n{before}\n{line}\n</body></html>\n"}


@pytest.mark.parametrize(
    "comment",
    [
        "{# sse-check: ignore[sse_orphan] a reason #}",
        "<!-- sse-check: ignore[sse_orphan] -->",
        "{#- sse-check: ignore[sse_scope, sse_orphan] -#}",
        "{# sse-check: ignore #}",
        "{# sse-check: ignore-file[sse_orphan] #}",
        "{% comment %} sse-check: ignore[sse_orphan] {% endcomment %}",
    ],
)
def test_a_comment_on_the_line_above(tmp_path: Path, comment: str) -> None:
    result = run(tmp_path, page(comment))
    assert [line for line in lines(result) if "sse_orphan" in line] == []
    assert result.suppressed == 1


@pytest.mark.parametrize(
    "word", ["ignor[sse_orphan]", "ingore[sse_orphan]", "ignored", "ignores[x]", "ignore_file[x]",
    "ignore-fil[sse_orphan]", "ignore[]", "ignore-file[ ]"],
)  # fmt: skip
def test_a_slip_of_the_pen_is_told_and_silences_nothing(tmp_path: Path, word: str) -> None:
    result = run(tmp_path, page(f"{{# sse-check: {word} why #}}"))
    assert [line.split()[-2] for line in lines(result)] == ["unused_suppression", "sse_orphan"]
    told = (
        word.replace(" ", "") if word.endswith("]") and word[-2] in "[ " else word.partition("[")[0]
    )
    assert result.findings[0].message == f"`sse-check: {told}` silences nothing"


@pytest.mark.parametrize("word", ["see the docs", "all is well", "finds this", "offers more"])
def test_a_comment_that_speaks_of_the_tool_is_none(tmp_path: Path, word: str) -> None:
    result = run(tmp_path, page(f"{{# sse-check: {word} #}}"))
    assert [line.split()[-2] for line in lines(result)] == ["sse_orphan"]


def test_a_comment_on_the_same_line(tmp_path: Path) -> None:
    result = run(tmp_path, page("", '<p sse-swap="a"></p> {# sse-check: ignore[sse_orphan] #}'))
    assert lines(result) == []


def test_a_start_tag_of_several_lines_is_covered(tmp_path: Path) -> None:
    tag = '<p\n  class="x"\n  sse-swap="a"></p>'
    assert lines(run(tmp_path, page("{# sse-check: ignore[sse_orphan] #}", tag))) == []


def test_lines_further_down_are_not_covered(tmp_path: Path) -> None:
    result = run(tmp_path, page("{# sse-check: ignore[sse_orphan] #}\n"))
    assert lines(result) == [
        "templates/a.html:2 warning unused_suppression certain",
        "templates/a.html:4 error sse_orphan certain",
    ]


def test_only_the_stale_names_are_reported(tmp_path: Path) -> None:
    result = run(tmp_path, page("{# sse-check: ignore[sse_orphan, sse_scope] #}"))
    assert [f.message for f in result.findings] == [
        "this comment ignores `sse_scope`, and there is none here"
    ]


def sending(*body: str) -> dict[str, str]:
    """A page that listens to `a`, and an app whose stream has this in its loop."""
    inner = "".join(f"            {line}\n" for line in body)
    return {
        "templates/a.html": '<div hx-ext="sse" sse-connect="/events"><p sse-swap="a"></p></div>',
        "app.py": f"""from fastapi import FastAPI
from sse_starlette import EventSourceResponse, ServerSentEvent
app = FastAPI()
@app.get("/events")
async def events():
    async def stream():
        while True:
{inner}    return EventSourceResponse(stream())
""",
    }


def test_a_finding_in_python_is_silenced_there(tmp_path: Path) -> None:
    files = sending(
        'yield ServerSentEvent("x", event="a")',
        "# sse-check: ignore[sse_crossref] for the app on the phone",
        'yield ServerSentEvent("x", event="b")',
    )
    result = run(tmp_path, files)
    assert lines(result) == []
    assert result.suppressed == 1
    files["app.py"] = files["app.py"].replace("# sse-check", "# see-check")
    assert lines(run(tmp_path, files)) == ["app.py:10 info sse_crossref certain"]


def test_a_stale_comment_in_a_template_without_htmx(tmp_path: Path) -> None:
    files = {
        "templates/live.html": '<div hx-ext="sse" sse-connect="/e"><p sse-swap="a"></p></div>',
        "templates/plain.html": "{# sse-check: ignore[sse_orphan] #}\n<p>plain</p>\n",
    }
    assert lines(run(tmp_path, files)) == [
        "templates/plain.html:1 warning unused_suppression certain"
    ]


def test_a_stale_comment_in_python(tmp_path: Path) -> None:
    files = sending('yield ServerSentEvent("x", event="a")  # sse-check: ignore[sse_crossref]')
    found = [line for line in lines(run(tmp_path, files)) if "unused" in line]
    assert found == ["app.py:8 warning unused_suppression certain"]


def test_a_comment_for_a_rule_that_did_not_run_stays(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text('<p>{# sse-check: ignore[sse_orphan] #}</p><p sse-swap="a"></p>\n')
    before = page.read_text()
    done = sse_check(tmp_path, "--select", "unused_suppression", "--fix")
    assert "all good" in done.out
    assert page.read_text() == before


def test_a_comment_for_a_rule_of_the_project_that_was_left_out_stays(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text('{# sse-check: ignore[my_own, sse_orphan] #}\n<p sse-swap="a"></p>\n')
    (tmp_path / "sse-check.toml").write_text('rules = ["lint"]\n')
    before = page.read_text()
    assert "all good" in sse_check(tmp_path, "--fix").out
    assert page.read_text() == before


def test_a_comment_for_what_only_the_contract_asks_for_stays(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(
        '<div hx-ext="sse" sse-connect="/e" sse-swap="a" hx-target="this">'
        "{# sse-check: ignore[sse_self_swap] #}</div>\n"
    )
    said = [sse_check(tmp_path, "--profile", name).out for name in ("contract", "browser")]
    assert ["unused_suppression" in one for one in said] == [False, False]


def test_a_name_that_is_no_rule_has_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p hx-get=/x>{# sse-check: ignore[sse-orphan] #}</p>\n")
    out = sse_check(tmp_path, "--fix").out
    assert "there is no rule `sse-orphan`: this comment silences nothing" in out
    assert "help: write `sse_orphan`" in out


def test_a_comment_that_is_taken_out_takes_its_line_along(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    live = '<p hx-ext="sse" sse-connect="/e">\n'
    page.write_text(f"{live}  {{# sse-check: ignore[sse_orphan] #}}\n</p>\n")
    sse_check(tmp_path, "--fix")
    assert page.read_text() == f"{live}</p>\n"


def test_a_word_of_another_linter_is_said(tmp_path: Path) -> None:
    result = run(tmp_path, page("{# sse-check: disable[sse_orphan] #}"))
    assert [finding.rule for finding in result.findings] == ["unused_suppression", "sse_orphan"]
    assert result.findings[0].message == "`sse-check: disable` silences nothing"
