"""`sse-check check`: targets, formats, exit status, settings."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.helpers import sse_check
from tests.project.helpers import write

GOOD = "<html><div hx-ext='sse' sse-connect='/e'><p sse-swap='x'></p></div></html>"
BAD = "<html>\n<p sse-swap='x'></p>\n</html>"


APP = """from flask import Flask, Response
app = Flask(__name__)
@app.get("/e")
def events():
    def stream():
        while True:
            yield "event: x\\ndata: y\\n\\n"
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return Response(stream(), mimetype="text/event-stream", headers=headers)
"""
PAGE = """
@app.get("/p")
def page():
    return "<p>x</p>"
"""


@pytest.mark.parametrize("name", [":sse-connect", "x-bind:sse-connect", "v-bind:data-sse-connect"])
def test_an_address_that_a_script_gives_is_not_passed_over(tmp_path: Path, name: str) -> None:
    bound = GOOD.replace("sse-connect='/e'", f"""{name}="'/' + room" """)
    write(tmp_path, {"templates/a.html": bound, "app.py": APP})
    out = sse_check(tmp_path).out
    assert "all good" not in out
    assert "1 connection: 0 joined to a route\n" in out
    assert f"`{name}` is given its address by a script in the page" in out


def test_all_is_well(tmp_path: Path) -> None:
    write(tmp_path, {"templates/a.html": GOOD, "app.py": APP})
    done = sse_check(tmp_path)
    assert (done.status, done.err) == (0, "")
    assert done.out == (
        "all good: 1 file checked, nothing found\n"
        "1 connection: 1 joined to a route, event names compared for 1\n"
    )
    assert sse_check(tmp_path, "--quiet").out == ""


def test_a_route_without_a_stream_is_said_to_be_that(tmp_path: Path) -> None:
    write(tmp_path, {"templates/a.html": GOOD.replace("'/e'", "'/p'"), "app.py": APP + PAGE})
    out = sse_check(tmp_path).out
    assert "templates/a.html:1 `/p`: `/p` answers, but not with an event stream" in out


def test_python_alone_is_not_all(tmp_path: Path) -> None:
    write(tmp_path, {"templates/a.html": GOOD, "app.py": APP})
    assert sse_check(tmp_path, "app.py").out == (
        "nothing found in the Python of 1 file; sse-check . checks the pages that listen to it\n"
    )
    (tmp_path / "templates/a.html").unlink()
    for target in ("app.py", "."):
        assert "the pages" not in sse_check(tmp_path, target).out


def test_an_empty_address_is_not_joined(tmp_path: Path) -> None:
    page = GOOD.replace("'/e'", "''")
    assert page != GOOD
    write(tmp_path, {"templates/a.html": page, "app.py": APP})
    done = sse_check(tmp_path)
    assert "1 connection: 0 joined to a route" in done.out
    assert "an empty address opens no stream" in done.out


def test_all_is_well_as_far_as_can_be_told(tmp_path: Path) -> None:
    write(tmp_path, {"templates/a.html": GOOD})
    assert sse_check(tmp_path).out == (
        "nothing found in 1 file checked\n"
        "1 connection: 0 joined to a route\n"
        "  - templates/a.html:1 `/e`: the project has no Python files\n"
    )


def test_findings_fail_and_show_the_place(tmp_path: Path) -> None:
    write(tmp_path, {"templates/a.html": BAD})
    done = sse_check(tmp_path, "templates")
    assert done.status == 1
    assert "error[sse_orphan]" in done.out
    assert "--> templates/a.html:2:4" in done.out
    assert " 2  | <p sse-swap='x'></p>\n    |    ^^^^^^^^^^^^\n" in done.out
    assert "1 error in 1 file checked" in done.out


def test_concise(tmp_path: Path) -> None:
    write(tmp_path, {"a.html": BAD})
    done = sse_check(tmp_path, "a.html", "--format", "concise")
    assert done.out.startswith("a.html:2:4: error sse_orphan this listener is")


def test_json_has_the_shape_of_the_contract(tmp_path: Path) -> None:
    write(tmp_path, {"templates/a.html": "<html>\r\n<i>😀</i><p sse-swap='x'></p>"})
    done = sse_check(tmp_path, "--format", "json")
    data = json.loads(done.out)
    assert done.status == 1
    assert data["schema_version"] == 1
    assert data["tool"]["name"] == "sse-check"
    assert set(data["settings"]) == {"profile", "htmx", "htmx_source"}
    assert data["summary"] == {
        "files_checked": 1,
        "errors": 1,
        "warnings": 0,
        "infos": 0,
        "suppressed": 0,
        "baselined": 0,
        "fixable": 0,
    }
    (finding,) = data["findings"]
    assert finding["rule"] == "sse_orphan"
    assert (finding["severity"], finding["confidence"]) == ("error", "certain")
    assert finding["location"] == {
        "path": "templates/a.html",
        "start": {"line": 2, "column": 12, "offset": 19, "utf16_column": 13},
        "end": {"line": 2, "column": 24, "offset": 31, "utf16_column": 25},
    }
    assert finding["related"][0]["location"]["path"] == "templates/a.html"
    assert finding["outcome"] is None
    assert finding["fixes"] == []
    assert len(finding["fingerprint"]) == 20
    assert data["problems"] == []


def test_a_fingerprint_survives_moved_lines_and_tells_twins_apart(tmp_path: Path) -> None:
    def prints(text: str) -> list[str]:
        write(tmp_path, {"a.html": text})
        data = json.loads(sse_check(tmp_path, "--format", "json").out)
        return [finding["fingerprint"] for finding in data["findings"]]

    first = prints(BAD)
    assert prints("<!-- x -->\n\n" + BAD.replace("<p", "   <p")) == first
    twins = prints(BAD.replace("<p", "<p sse-swap='x'></p>\n<p"))
    assert len(set(twins)) == 2
    assert first[0] in twins


def test_an_unreadable_file_is_a_problem_and_the_run_goes_on(tmp_path: Path) -> None:
    write(tmp_path, {"templates/a.html": BAD})
    (tmp_path / "templates/b.html").write_bytes(b"<p sse-swap=\xff>")
    done = sse_check(tmp_path, "--format", "json")
    data = json.loads(done.out)
    assert done.status == 1
    assert [p["path"] for p in data["problems"]] == ["templates/b.html"]
    assert "save the file as UTF-8" in data["problems"][0]["message"]
    alone = sse_check(tmp_path, "templates/b.html")
    assert alone.status == 2
    assert "templates/b.html: problem: not valid UTF-8" in alone.out


def test_a_file_that_is_too_large_is_refused_with_a_message(tmp_path: Path) -> None:
    with (tmp_path / "a.html").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    done = sse_check(tmp_path, "a.html")
    assert done.status == 2
    assert "larger than 16 MB; exclude it or split it" in done.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nope.html"], "nope.html: no such file or folder"),
        (["templtes"], "templtes: no such file or folder; did you mean `templates`?"),
        (["exlpain"], "exlpain: no such file or folder; did you mean `explain`?"),
        (["--select", "sse_skope"], "there is no rule `sse_skope`; did you mean `sse_scope`?"),
        (["-"], "needs --stdin-filename"),
        (["templates", "--stdin-filename", "templates/a.html"], "the target `-` brings; add `-`"),
        (["--statistics", "--format", "json"], "--statistics prints text"),
        (["--statistics", "--json"], "--statistics prints text"),
        (["--select", "nope"], "there is no rule `nope`"),
        (["--severity", "sse_orphan=loud"], "write RULE=LEVEL"),
        (["--format", "xml"], "xml"),
        (["--config", "nope.toml"], "nope.toml: cannot be read"),
        (["--output-file", "no/such/dir.txt"], "cannot be written"),
        (["explain", "sse_orphans"], "did you mean `sse_orphan`?"),
        (["tree", "templates"], "is a folder; name one template"),
    ],
)
def test_wrong_use_is_status_2_with_a_message(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    write(tmp_path, {"templates/a.html": GOOD, "app.py": "x = 1"})
    done = sse_check(tmp_path, *arguments)
    assert done.status == 2
    assert message in done.err
    assert "Traceback" not in done.err


def test_standard_input_stands_for_a_file_in_its_project(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "templates/page.html": '<html><div sse-connect="/e">{% include "part.html" %}</div>',
            "templates/part.html": "<i></i>",
        },
    )
    arguments = ("check", "-", "--stdin-filename", "templates/part.html", "--format", "concise")
    assert sse_check(tmp_path, *arguments, stdin="<p sse-swap='x'>").status == 0
    (tmp_path / "templates/page.html").write_text('<html>{% include "part.html" %}')
    done = sse_check(tmp_path, *arguments, stdin="<p sse-swap='x'>")
    assert done.out.startswith("templates/part.html:1:4: error sse_orphan")


def test_settings_are_found_and_checked(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "pyproject.toml": '[tool.sse-check]\nignore = ["sse_orphan"]\n',
            "templates/a.html": BAD,
        },
    )
    assert sse_check(tmp_path).status == 0
    assert sse_check(tmp_path / "templates", "a.html").status == 0
    write(tmp_path, {"pyproject.toml": "[tool.sse-check]\nignor = []\n"})
    done = sse_check(tmp_path)
    assert done.status == 2
    assert "unknown key `ignor`; did you mean `ignore`?" in done.err


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("profile = 'loud'", "`profile` is `loud`; it can be auto, contract, browser"),
        ("select = 3", "`select` must be a list of strings"),
        ("x = [", "not valid TOML"),
        ("severity = 'error'", "`severity` must be a table"),
    ],
)
def test_faulty_settings_are_refused(tmp_path: Path, settings: str, message: str) -> None:
    write(tmp_path, {"sse-check.toml": settings, "a.html": GOOD})
    done = sse_check(tmp_path)
    assert done.status == 2
    assert message in done.err


def test_severities_and_what_fails(tmp_path: Path) -> None:
    write(tmp_path, {"templates/a.html": BAD, "templates/b.html": "<p sse-swap=x>"})
    assert sse_check(tmp_path, "--severity", "sse_orphan=warning").status == 0
    lowered = ("--severity", "sse_orphan=warning", "--warnings-as-errors")
    assert sse_check(tmp_path, *lowered).status == 1
    assert sse_check(tmp_path, "--severity", "sse_orphan=off").out.startswith("all good")
    possible = ("templates/b.html", "--format", "concise")
    assert sse_check(tmp_path, *possible).status == 0
    assert sse_check(tmp_path, *possible, "--fail-on", "warning").status == 0
    assert sse_check(tmp_path, *possible, "--fail-on", "info").status == 1


@pytest.mark.parametrize(
    ("settings", "given", "level"),
    [
        ("sse_ = 'info'", (), "info"),
        ("sse_ = 'info'\nsse_orphan = 'warning'\nsse_orp = 'error'", (), "warning"),
        ("sse_orphan = 'warning'", ("--severity", "sse_=info"), "info"),
        ("", ("--severity", "sse_orp=warning"), "warning"),
        ("sse_ = 'off'", (), ""),
        ("", ("--severity", "sse_=off"), ""),
    ],
)
def test_severities_of_prefixes(
    tmp_path: Path, settings: str, given: tuple[str, ...], level: str
) -> None:
    write(tmp_path, {"a.html": BAD, "sse-check.toml": f"[severity]\n{settings}\n"})
    out = sse_check(tmp_path, "--format", "concise", *given).out
    levels = [line.split()[1] for line in out.splitlines() if "sse_orphan" in line]
    assert levels == ([level] if level else [])


def test_per_file_ignores(tmp_path: Path) -> None:
    settings = '[per-file-ignores]\n"templates/old/*" = ["sse_"]\n'
    write(tmp_path, {"sse-check.toml": settings, "templates/old/a.html": BAD})
    assert sse_check(tmp_path).status == 0


def test_colour_follows_the_choice_and_the_environment(tmp_path: Path) -> None:
    write(tmp_path, {"a.html": BAD})
    assert "\x1b[" not in sse_check(tmp_path).out
    assert "\x1b[31;1merror" in sse_check(tmp_path, "--color", "always").out
    assert "\x1b[" in sse_check(tmp_path, FORCE_COLOR="1").out
    assert "\x1b[" not in sse_check(tmp_path, "--color", "never", FORCE_COLOR="1").out


def test_control_characters_never_reach_the_terminal(tmp_path: Path) -> None:
    write(tmp_path, {"a.html": "<html>\x1b[31m\u202e<p sse-swap='x\x07'>"})
    out = sse_check(tmp_path).out
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "\u202e" not in out
    assert "␛[31m" in out


def test_output_goes_to_a_file(tmp_path: Path) -> None:
    write(tmp_path, {"a.html": BAD})
    done = sse_check(tmp_path, "--output-file", "report.txt")
    assert (done.status, done.out) == (1, "")
    assert "error[sse_orphan]" in (tmp_path / "report.txt").read_text()


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    write(tmp_path, {f"{n}.html": BAD for n in range(300)})
    command = "python -m sse_check | head -1"
    import subprocess
    import sys

    done = subprocess.run(
        ["bash", "-c", command.replace("python", sys.executable, 1)],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        env=os.environ,
    )
    assert done.stderr == b""


def test_a_listener_in_each_of_several_projects(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "one/pyproject.toml": "",
            "one/templates/a.html": BAD,
            "two/pyproject.toml": "",
            "two/templates/a.html": BAD,
        },
    )
    out = sse_check(tmp_path, "one", "two", "--format", "concise").out
    assert [line.split(":")[0] for line in out.splitlines()] == [
        "one/templates/a.html",
        "two/templates/a.html",
    ]


def test_an_app_as_the_target(tmp_path: Path) -> None:
    trap = "raise SystemExit('imported')\n"
    write(tmp_path, {"app/main.py": trap, "templates/a.html": "<html><p sse-swap='x'></p></html>"})
    done = sse_check(tmp_path, "app.main:app", "--format", "concise")
    assert done.status == 1
    assert "sse_orphan" in done.out
    missing = sse_check(tmp_path, "nowhere:app")
    assert missing.status == 2
    assert "there is no module `nowhere` here" in missing.err


def test_the_flags_of_chirp_check(tmp_path: Path) -> None:
    demo = Path(__file__).parents[2] / "fixtures" / "demo"
    named = sse_check(demo, "app:app", "--format", "json")
    assert sse_check(demo, "app:app", "--json").out == named.out
    assert sse_check(demo, "app:app", "--json", "--include-info").out == named.out


def test_findings_of_severity_info_can_be_left_out(tmp_path: Path) -> None:
    live = '<div hx-ext=sse sse-connect=/e hx-disinherit="*"><p sse-swap=a>x</p></div>'
    page = f'<html><body hx-target="#main"><main id=main>{live}</main></body></html>'
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    whole = sse_check(tmp_path, "--format", "concise").out
    assert ": info swap_safety" in whole
    less = sse_check(tmp_path, "--format", "concise", "--no-include-info").out
    assert less == "".join(line for line in whole.splitlines(True) if ": info " not in line)


def test_what_only_the_guides_of_another_framework_ask_for_is_counted(tmp_path: Path) -> None:
    app = (
        "from flask import Flask, render_template\napp = Flask(__name__)\n\n"
        "@app.get('/')\ndef page():\n    return render_template('a.html')\n"
    )
    page = (
        '<html><body hx-ext="sse"><p sse-connect="/e" sse-swap="a">-</p>'
        '<p sse-swap="lost">-</p></body></html>'
    )
    write(tmp_path, {"pyproject.toml": "", "app.py": app, "templates/a.html": page})
    out = sse_check(tmp_path).out
    assert "told is what goes wrong in a browser (flask serves the pages); " in out
    assert "--profile contract is stricter, and would add 1\n" in out
    assert "Chirp" not in out
