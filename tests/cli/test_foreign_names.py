"""Names that are not UTF-8, that hold line ends, escapes or commands: in every way out."""

import html
import json
import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from sse_check.cli.commands import FORMATS
from sse_check.report.style import json_safe, markup_safe, no_commands, visible
from tests.cli.hostile import PAGE, run

NAMES = [
    b"caf\xe9.html",
    b"\xff\xfe.html",
    b"line\n::error::x.html",
    b"::stop-commands::x.html",
    b"##[group]x.html",
    b"escape\x1b[31m.html",
    "next\u0085line\u2028\u202e.html".encode(),
    b"cr\r::add-mask::x.html",
    b"<&\"'>.html",
    b"a,b;c%d.html",
]
# What a runner of CI takes for a command (the formats for it are made of such lines).
_COMMAND = re.compile(rb"(?m)(?:^|\r)\s*::\S*.*::|##\[|##vso\[|##teamcity\[")
_STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\ud800-\udfff]")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("names")
    for name in NAMES:
        Path(os.fsdecode(os.fsencode(str(folder)) + b"/" + name)).write_text(PAGE)
    # A problem with a name, too.
    os.symlink("nowhere", os.fsencode(str(folder)) + b"/::warning::gone\xe9\n.html")
    return folder


@pytest.mark.parametrize("to_file", [False, True], ids=["printed", "written"])
@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_holds_every_name(
    folder: Path, tmp_path: Path, format_: str, to_file: bool
) -> None:
    report = tmp_path / "report"
    asked = ["--format", format_, *(["--output-file", str(report)] if to_file else [])]
    # A terminal that knows nothing but ASCII changes no report.
    done = run(folder, *asked, LC_ALL="C", PYTHONIOENCODING="ascii:strict", PYTHONUTF8="0")
    assert done.status == 1, done.text
    data = report.read_bytes() if to_file else done.out
    text = data.decode("utf-8")
    assert text.count("sse_scope") >= len(NAMES)
    assert not _STEERS.search(text), repr(_STEERS.search(text))
    if format_ == "github":
        lines = text.splitlines()
        assert all(line.startswith(("::error ", "::warning ")) for line in lines)
    else:
        assert not _COMMAND.search(data)
    _read(format_, text)


def _read(format_: str, text: str) -> None:
    if format_ in ("json", "sarif", "gitlab", "rdjson"):
        json.dumps(json.loads(text), ensure_ascii=False).encode()
        assert "caf\\\\xe9.html" in text or "caf%5Cxe9.html" in text
    elif format_ in ("junit", "checkstyle"):
        ET.fromstring(text)
    elif format_ != "github":
        assert "caf\\xe9.html" in text


@pytest.mark.parametrize(
    "command",
    [
        ("map",),
        ("--diff",),
        ("--statistics",),
        ("map", "--format", "json"),
        ("map", "--format", "html"),
    ],
)
def test_other_ways_out_hold_them(folder: Path, command: tuple[str, ...]) -> None:
    done = run(folder, *command, LC_ALL="C", PYTHONIOENCODING="ascii:strict", PYTHONUTF8="0")
    assert b"Traceback" not in done.err
    text = done.out.decode("utf-8")
    assert text
    assert not _STEERS.search(text)
    assert not _COMMAND.search(done.out)
    assert not _COMMAND.search(done.err)
    if command[0] != "--statistics":
        assert "caf" in text


def test_the_first_configuration_holds_them(tmp_path: Path) -> None:
    for name in ("##[group]x", "##vso[x]", "e\x1b[31m"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.html").write_text(PAGE)
    done = run(tmp_path, "init")
    assert done.status == 0
    assert "[group]x/" in done.text
    assert not _STEERS.search(done.text)
    assert not _COMMAND.search(done.out)


def test_an_address_that_is_no_text_is_asked_for(tmp_path: Path) -> None:
    done = run(tmp_path, "stream", b"http://127.0.0.1:1/caf\xe9?\xe9")
    assert done.status == 2
    assert "http://127.0.0.1:1/caf%3F??: " in done.text


def test_a_file_is_fixed_under_its_real_name(tmp_path: Path) -> None:
    for name in NAMES:
        Path(os.fsdecode(os.fsencode(str(tmp_path)) + b"/" + name)).write_text(PAGE)
    done = run(tmp_path, "--fix")
    assert f"{2 * len(NAMES)} fixed" in done.text
    assert sorted(os.listdir(os.fsencode(str(tmp_path)))) == sorted(NAMES)


@pytest.mark.parametrize(
    ("arguments", "toml"),
    [
        (("\x1b[31m\n::error::x",), ""),
        (("--format", "\x1b[31m\n::error::x"), ""),
        (("explain", "\x1b[31m\n::error::x"), ""),
        ((), '"\\u001b[31m\\n::error::x" = 1\n'),
        ((), 'htmx = "\\u001b[31m\\n::error::x"\n'),
        ((), 'ignore = ["\\u001b[31m\\n::error::x"]\n'),
        ((), 'templates = ["\\u001b[31m\\n::error::x"]\n'),
        (("--config", "\x1b[31m\n::error::x"), ""),
    ],
)
def test_errors_steer_nothing(tmp_path: Path, arguments: tuple[str, ...], toml: str) -> None:
    (tmp_path / "sse-check.toml").write_text(toml)
    (tmp_path / "a.html").write_text(PAGE)
    done = run(tmp_path, *arguments)
    assert done.status == (1 if toml.startswith("templates") else 2)
    assert not _STEERS.search((done.out + done.err).decode())
    assert not _COMMAND.search(done.out + done.err)


def test_content_steers_nothing(tmp_path: Path) -> None:
    page = PAGE.replace("status", "a\x1b[31m\u202e\r::error::x").replace("/events", "/\x1b]0;x\x07")
    page = page.replace("<p ", '<p id="\x1b[31m\x9b" ').replace(
        'id="content"', 'id="c\x1b\x9b\u202e"'
    )
    (tmp_path / "a.html").write_text(page, newline="")
    for arguments in ((), ("map",), ("--format", "concise"), ("--diff",), ("tree", "a.html")):
        done = run(tmp_path, *arguments)
        assert not _STEERS.search(done.out.decode().replace("\r\n", "\n")), arguments
        assert not _COMMAND.search(done.out), arguments


def test_a_context_line_of_a_patch_is_no_command(tmp_path: Path) -> None:
    page = PAGE.replace("</main>", "::error::x\n  ::add-mask::y\n</main>")
    (tmp_path / "a.html").write_text(page)
    done = run(tmp_path, "--diff")
    assert b"add-mask" in done.out
    assert not _COMMAND.search(done.out)


def test_lines_that_are_no_commands_stay_as_they_are() -> None:
    for line in ("a::b::c", "::before { color: red }", "## [x]", "C::D", "x ::error:: y"):
        assert no_commands(line) == line
    assert no_commands("a\n \t::error::x") == "a\n \t:\\:error::x"
    assert no_commands("x ##[error] ##VSO[task]") == "x #\\#[error] #\\#VSO[task]"


def test_visible_text_is_one_line() -> None:
    assert visible("a\nb\rc\x1b\x7f\x9b\u2028\udce9") == "a␊b␍c␛␡��\\xe9"
    assert json.loads(json_safe('"\x9b\udce9\u2028"')) == "\x9b\\xe9\u2028"


def test_markup_says_the_same_without_commands() -> None:
    text = "<p>a\n ::error::x ##[add-mask]</p>\n::before"
    safe = markup_safe(text)
    assert safe == "<p>a\n &#58;:error::x &#35;#[add-mask]</p>\n::before"
    assert html.unescape(safe) == text
