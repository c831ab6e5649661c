"""No number in anybody's file is too long, or too strange, for a run to come to its end."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from sse_check.cli.commands import cli

LONG, STRANGE, HEX = "9" * 5000, "²", "0x" + "f" * 5000
TOP = '<!doctype html><html><body hx-ext="sse" sse-connect="/e">'
P = '<p sse-swap="a">x</p>'
APP = (
    "from pathlib import Path\n"
    "from fastapi import FastAPI\n"
    "from fastapi.templating import Jinja2Templates\n"
    "from sse_starlette import EventSourceResponse\n"
    "app = FastAPI()\n{}\n"
    "@app.get('/e')\nasync def e():\n    async def s():\n"
    "        yield {{'event': {}, 'data': 'x'}}\n"
    "    return EventSourceResponse(s())\n"
)
IN_PYTHON = {
    "times": f"'a' * '{LONG}'",
    "times something": f"'a' * '{STRANGE}'",
    "item": f"['a', 'b']['{LONG}']",
    "strange item": f"['a', 'b']['{STRANGE}']",
    "field": f"'{{{LONG}}}'.format('a')",
    "strange field": f"'{{{STRANGE}}}'.format('a')",
    "hex": f"str({HEX})",
    "hex field": f"f'{{{HEX}}}'",
}
OF_PATHS = {
    "far above": "Jinja2Templates(Path(__file__).parents[1000000000000] / 'x')",
    "absurdly far above": f"Jinja2Templates(Path(__file__).parents['{LONG}'] / 'x')",
    "strangely above": f"Jinja2Templates(Path(__file__).parents['{STRANGE}'] / 'x')",
}
OTHERS = {
    "markup": (
        "pages.py",
        (
            f"def p(x):\n    return '<p sse-swap=\"{{{LONG}}}{{{STRANGE}}}\"></p>'.format(x)\n"
            f"def q(x):\n    return '<p sse-swap=a>' + {HEX} + '</p>'\n"
        ),
    ),
    "package": ("package.json", f'{{"dependencies": {{"htmx.org": "^{LONG}.0.0"}}}}'),
    "requirement": ("requirements.txt", f"fastapi=={LONG}.{STRANGE}\n"),
    "script": ("b.html", f'<script src="https://unpkg.com/htmx.org@{LONG}"></script>{TOP}{P}'),
    "selector": ("b.html", f'{TOP}<p sse-swap="a" hx-target="p:nth-child({LONG}n+{LONG})">x</p>'),
    "escape": ("b.html", f'{TOP}<p sse-swap="a" hx-target="#\\110000 \\0 \\d800">x</p>'),
    "constant": ("b.html", f'{TOP}<p sse-swap="{{{{ {LONG} }}}}-{{{{ "a" ~ {LONG} }}}}">x</p>'),
}


def checked(folder: Path, files: dict[str, str]) -> None:
    for name, text in {".git/x": "", "a.html": TOP + P, **files}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for command in ("check", "map"):
        result = CliRunner().invoke(cli, [command, str(folder)], standalone_mode=False)
        assert result.exception is None, result.exception
        assert "internal error" not in result.output


@pytest.mark.parametrize("event", IN_PYTHON.values(), ids=IN_PYTHON)
def test_of_an_event(tmp_path: Path, event: str) -> None:
    checked(tmp_path, {"app.py": APP.format("", event)})


@pytest.mark.parametrize("line", OF_PATHS.values(), ids=OF_PATHS)
def test_of_a_folder(tmp_path: Path, line: str) -> None:
    checked(tmp_path, {"app.py": APP.format(f"t = {line}", "'a'")})


@pytest.mark.parametrize(("name", "text"), OTHERS.values(), ids=OTHERS)
def test_elsewhere(tmp_path: Path, name: str, text: str) -> None:
    checked(tmp_path, {name: text})


def test_in_settings_it_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "sse-check.toml").write_text(f"htmx = {LONG}\n")
    result = CliRunner().invoke(cli, ["check", str(tmp_path)], standalone_mode=False)
    assert "not valid TOML" in str(result.exception)
