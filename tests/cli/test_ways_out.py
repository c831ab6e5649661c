"""Every way out: a fault of this program is said plainly, and a run ends with the right status."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sse_check.api import PageView, Severity
from sse_check.cli.running import run as run_here
from sse_check.findings.check import check
from sse_check.findings.loader import RuleError, load_rules
from sse_check.findings.rule import Rule
from sse_check.findings.violations import Violation
from sse_check.project.project import Project
from sse_check.project.settings import Settings
from tests.cli.hostile import LONGEST, ORPHAN, PAGE, run
from tests.project.helpers import load, write

FAILING = """
from sse_check.api import Rule

def check(context):
    {body}

rule = Rule(name="{name}", summary="fails", severity="error", check=check)
"""
ON_A_PAGE = "return context.each_view(rule, lambda view: iter([view.no_such_thing]))"


def failing(tmp_path: Path, body: str, *, name: str = "own") -> None:
    write(
        tmp_path,
        {
            "sse-check.toml": 'rules = ["tools"]\n',
            f"tools/{name}.py": FAILING.format(body=body, name=name),
            "a.html": PAGE,
            "b.html": ORPHAN,
        },
    )


def test_a_rule_that_raises_is_named_with_its_file_and_the_others_go_on(tmp_path: Path) -> None:
    failing(tmp_path, ON_A_PAGE)
    done = run(tmp_path, "--allow-project-rules", "--format", "concise")
    assert done.status == 2
    assert "a.html: problem error in own on a.html: AttributeError: " in done.text
    assert "the rule is not part of sse-check" in done.text
    assert "please report it" not in done.text
    assert "b.html:1:10: error sse_orphan" in done.text
    assert "Traceback" not in done.text
    debugged = run(tmp_path, "--allow-project-rules", "--debug")
    assert "Traceback" in debugged.text
    assert "no_such_thing" in debugged.text


def test_ctrl_c_while_the_program_is_loaded_shows_no_traceback() -> None:
    code = (
        "import sys\nclass Stop:\n    def find_spec(self, name, *_):\n"
        "        if name == 'click': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Stop())\nfrom sse_check.cli.main import main\nsys.exit(main())"
    )
    program = [sys.executable, "-c", code, "check"]
    done = subprocess.run(program, capture_output=True, text=True, check=False, timeout=LONGEST)
    assert (done.returncode, done.stderr) == (130, "stopped\n")


def test_a_rule_that_raises_by_itself_is_named(tmp_path: Path) -> None:
    failing(tmp_path, "raise KeyError('x')\n    yield")
    done = run(tmp_path, "--allow-project-rules")
    assert done.status == 2
    assert "tools/own.py: problem: error in own, line 5: KeyError: 'x'" in done.text
    assert "sse_orphan" in done.text
    assert '"problems"' in run(tmp_path, "--allow-project-rules", "--json").text


@pytest.mark.parametrize("text", ["raise SystemExit(0)", "import os\nos.abort_()", "1/0"])
def test_a_rule_that_cannot_be_loaded_is_wrong_use(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"own.py": text})
    with pytest.raises(RuleError, match=r"own\.py"):
        load_rules((tmp_path,))


def test_a_parser_that_fails_is_named_with_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sse_check.template import builder

    real = builder.parse

    def parse(source: Any, *others: Any, **more: Any) -> object:
        if "a.html" in repr(source):
            raise RecursionError("too deep")
        return real(source, *others, **more)

    monkeypatch.setattr(builder, "parse", parse)
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"a.html": PAGE, "b.html": ORPHAN})
    assert run_here(["--format", "concise"]) == 2
    said = capsys.readouterr()
    assert "a.html: problem internal error in the parser: RecursionError: too deep" in said.out
    assert "b.html:1:10: error sse_orphan" in said.out


def test_coverage_that_fails_costs_no_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> object:
        raise KeyError("x")

    monkeypatch.setattr("sse_check.findings.context.Context.coverage", fail)
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"a.html": PAGE, "b.html": ORPHAN})
    assert run_here(["--color", "never"]) == 2
    out, err = capsys.readouterr()
    said = out + err
    assert "internal error in the coverage: KeyError: 'x'" in said
    assert "sse_orphan" in said
    write(tmp_path, {"b.html": ""})
    assert run_here(["--color", "never"]) == 2
    assert "all good" not in capsys.readouterr().out


def test_an_exception_anywhere_is_an_internal_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sse_check.cli import check as module

    def fail(*_: object) -> None:
        raise RuntimeError("un\x1bexpected\n::error::x")

    monkeypatch.setattr(module, "settings_for", fail)
    monkeypatch.chdir(tmp_path)
    assert run_here(["check"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("sse-check: internal error in sse-check: RuntimeError: un")
    assert "\x1b" not in said
    assert "\n::" not in said
    assert "Traceback" not in said
    assert run_here(["check", "--debug"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_a_page_engine_that_fails_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sse_check.pages.engine import Engine

    def fail(*_: object) -> None:
        raise RuntimeError("unexpected")

    monkeypatch.setattr(Engine, "pages_showing", fail)
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"a.html": ORPHAN})
    assert run_here([]) == 2
    said = capsys.readouterr().out
    assert "internal error in the page engine: RuntimeError: unexpected; please report it" in said


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("arguments", "files", "said"),
    [
        ((), {"pyproject.toml": "tool = 5\n# tool.sse-check\n"}, "`tool` must be a table"),
        ((), {"pyproject.toml": "[tool]\nsse-check = 5 # tool.sse-check"}, "must be a table"),
        ((), {"sse-check.toml": f"a = {DEEP}"}, "sse-check.toml: "),
        (("--baseline", "b.json"), {"b.json": DEEP}, "b.json: not a baseline"),
        (("--baseline", "b.json"), {"b.json": '{"findings": 1}'}, "b.json: not a baseline"),
        ((), {"sse-check.toml": "[[server.emit]]\nevent = 'arg:0'\n"}, "needs `call ="),
        ((), {"sse-check.toml": "[[server.emit]]\ncall='x'\nevent='first'\n"}, '"arg:NUMBER"'),
        ((), {"sse-check.toml": "[[server.emit]]\ncall='x'\nevnt='arg:0'\n"}, "mean `event`"),
        ((), {"sse-check.toml": "[server]\nemit = 5\n"}, "is a list of tables"),
        (("--jobs", "2"), {}, "No such option"),
        (("--no-cache",), {}, "No such option"),
        (("--unsafe-fixes",), {}, "does nothing alone"),
        (("stream", "http://[::1", "--page", "/"), {}, "is no address"),
        (("stream", "http://127.0.0.1:99999/"), {}, "is no address"),
        (
            ("stream", "http://127.0.0.1:1/", "--header", "a: b\nc: d"),
            {},
            "another control character",
        ),
        (
            ("stream", "http://127.0.0.1:1/", "--cookie", "a=b\r\nc: d"),
            {},
            "another control character",
        ),
        (("stream", "a.html", "--serve", "--port", "99999"), {}, "0<=x<=65535"),
        (("stream", "--decode", "."), {}, "cannot be read"),
        (("stream", "a.html", "--sample", "a.html", "--data", "."), {}, "no such file"),
        (("--output-file", "no/where"), {}, "no/where: cannot be written: No such file"),
    ],
)
def test_wrong_use_is_said_and_is_status_2(
    tmp_path: Path, arguments: tuple[str, ...], files: dict[str, str], said: str
) -> None:
    write(tmp_path, {"a.html": ORPHAN, **files})
    done = run(tmp_path, *arguments)
    assert done.status == 2, done.text
    assert said in done.text
    assert "Traceback" not in done.text
    assert "internal error" not in done.text


def test_recording_into_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE)
    (tmp_path / "a.sse").write_text("event: status\ndata: x\n\n")
    done = run(tmp_path, "stream", "a.html", "--sample", "a.sse", "--record", ".")
    assert done.status == 2
    assert "--record . is a folder" in done.text


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"pyproject.toml": "[tool.ssecheck]\n"}, "`[tool.ssecheck]` is not read"),
        ({"pyproject.toml": "[tool.sse_check.severity]\n"}, "`[tool.sse_check]` is not read"),
        ({".sse-check.toml": ""}, ".sse-check.toml: problem: this name is not read"),
        ({"sse-check.toml": 'templates = ["tmpl"]\n'}, "`templates` names `tmpl`"),
        ({"sse-check.toml": "exclude = ['old\\a.html']\n"}, "`exclude` has `old\\a.html`, which"),
        (
            {
                "sse-check.toml": "[per-file-ignores]\n'old\\*' = []\n'old\\a.html' = ['sse_scope']\n"
            },
            "`per-file-ignores` has `old\\a.html`, which matches nothing: folders are parted by `/`",
        ),
        ({"sse-check.toml": "[[server.emit]]\ncall = 'mylib.push'\n"}, "entry for `mylib.push`"),
    ],
)
def test_near_misses_in_settings_are_said(tmp_path: Path, files: dict[str, str], said: str) -> None:
    write(tmp_path, {"a.html": "", **files})
    done = run(tmp_path)
    assert done.status == 0
    assert said in done.text


# Answers that do not depend on chance


def _rule(severity_by_file: dict[str, Severity]) -> Rule:
    def judge(view: PageView) -> Iterator[Violation]:
        severity = severity_by_file.get(view.page.path)
        if severity is not None:
            for node in view.listeners:
                yield Violation(node, view.span(node, "sse-swap"), severity, severity=severity)

    rule = Rule("own", "", "error", lambda context: context.each_view(rule, judge))
    return rule


@pytest.mark.parametrize("worst", ["a.html", "b.html"])
def test_the_worst_hit_counts_whatever_the_files_are_called(tmp_path: Path, worst: str) -> None:
    other = {"a.html": "b.html", "b.html": "a.html"}[worst]
    project: Project = load(
        tmp_path,
        {
            "part.html": "<p sse-swap=x></p>",
            "a.html": "<html><body sse-connect=/e>{% include 'part.html' %}</body></html>",
            "b.html": "<html><body sse-connect=/e>{% include 'part.html' %}</body></html>",
        },
        Settings(dialect="jinja"),
    )
    rule = _rule({worst: "error", other: "info"})
    (finding,) = check(project, project.files.found.templates, [rule]).findings
    assert (finding.level, finding.message) == ("error", "error")


def test_answers_do_not_depend_on_place_seed_or_other_files(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "",
        "templates/base.html": "<html><body hx-target='#m'>{% block a %}{% endblock %}</body></html>",
        "templates/x.html": "{% extends 'base.html' %}{% block a %}{% include 'p.html' %}{% endblock %}",
        "templates/y.html": "<html><body>{% include 'p.html' %}</body></html>",
        "templates/p.html": "<div hx-ext=sse sse-connect=/e><p sse-swap='a,a,b'></p></div>",
    }
    said = set()
    for number, place in enumerate(("one", "pages/two", "templates/site/build", ".hidden/x y")):
        write(tmp_path / place, files)
        for seed in ("0", str(number + 1)):
            done = run(tmp_path / place, "--format", "concise", PYTHONHASHSEED=seed)
            assert done.status == 1
            said.add(done.out)
    write(tmp_path / "one", {"templates/zz.html": "<html></html>", "aa/a.html": "<p>"})
    said.add(run(tmp_path / "one", "--format", "concise").out)
    assert len(said) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
@pytest.mark.parametrize("words", [["check"], ["map"], ["rules"], ["--version"], ["--help"]])
def test_a_full_disk_behind_the_output_is_no_fault_of_ours(
    tmp_path: Path, words: list[str]
) -> None:
    write(tmp_path, {"a.html": ORPHAN})
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "sse_check", *words],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    assert done.stderr == "sse-check: the output cannot be written: No space left on device\n"
    assert done.returncode == 2


TALKING = [["check"], ["map"], ["rules"], ["--version"], ["--help"], ["map", "--help"],
    ["explain", "sse_scope"], ["schema", "output"], ["tree", "a.html"], ["check", "--json"],
    ["init"], ["check", "--watch"]]  # fmt: skip


@pytest.mark.parametrize("words", TALKING, ids=" ".join)
@pytest.mark.parametrize("how", ["| true", ">&-"])
def test_nobody_who_reads_is_no_fault_of_ours(tmp_path: Path, words: list[str], how: str) -> None:
    """What comes of a run is the same where its reader goes away, or there never was one."""
    if words[-1] == "--watch" and how == ">&-":
        return
    write(tmp_path, {"a.html": ORPHAN})
    command = f"{sys.executable} -P -m sse_check {' '.join(words)} {how}; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path, capture_output=True, text=True, timeout=LONGEST, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    finds = words[0] == "check" and words[-1] != "--watch"
    assert done.returncode == (1 if finds else 0)


def test_a_closed_input_is_said(tmp_path: Path) -> None:
    command = f"{sys.executable} -P -m sse_check - --stdin-filename a.html <&-"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path, capture_output=True, text=True, timeout=LONGEST, check=False,
    )  # fmt: skip
    assert done.stderr == "sse-check: standard input is closed\n"
    assert done.returncode == 2


@pytest.mark.parametrize("name", ["a.html", "A.HTML", "app.py", "pyproject.toml"])
@pytest.mark.parametrize("option", ["--write-baseline", "--output-file"])
def test_a_report_does_not_take_the_place_of_a_source(
    tmp_path: Path, option: str, name: str
) -> None:
    """`sse-check --write-baseline a.html` is meant for a target, and would lose it."""
    write(tmp_path, {"b.html": ORPHAN, name: ""})
    done = run(tmp_path, option, name)
    assert done.status == 2
    assert (
        done.err.decode() == f"sse-check: {name}: not written: it is no report, and would be lost\n"
    )
    assert (tmp_path / name).read_text() == ""
    assert run(tmp_path, option, "new.json").status < 2
    assert run(tmp_path, option, "new.json").status < 2


def test_a_backslash_on_the_command_line_is_said(tmp_path: Path) -> None:
    write(tmp_path, {"old/a.html": ORPHAN})
    assert (
        "--exclude: problem: `--exclude` has `old\\a.html`"
        in run(tmp_path, "--exclude", "old\\a.html").text
    )
    assert "problem" not in run(tmp_path, "--exclude", "old/\\!a.html").text
