"""Markup in random literals of every kind: the place that is found is the one to edit."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from sse_check.findings.check import check
from sse_check.findings.loader import load_rules
from sse_check.project.project import Project
from sse_check.project.settings import Settings

COUNT = int(os.environ.get("SSE_CHECK_SEEDS", "40"))
WRONG, RIGHT = "nope", "tick"
HEAD = """<!doctype html><script src="https://unpkg.com/htmx.org@2.0.4"></script>
<script src="https://unpkg.com/htmx-ext-sse@2.2.2"></script><body hx-ext="sse">"""
APP = """from flask import Flask, Response, render_template_string

app = Flask(__name__)
TITLE = "a title"
{constants}

@app.get("/")
def index():
{body}

@app.get("/events")
def events():
    def stream():
        while True:
            yield "event: tick\\ndata: 1\\n\\n"

    return Response(stream(), mimetype="text/event-stream")
"""


def escaped(chance: random.Random, text: str, quote: str, *, field: bool = False) -> str:
    """Text inside a literal, some of its characters as escapes."""
    found = []
    for char in text:
        if char == "\n":
            found.append("\\n" if len(quote) == 1 or chance.random() < 0.3 else "\n")
        elif char in quote or char == "\\":
            found.append("\\" + char)
        elif field and char in "{}":
            found.append(char * 2)
        elif char.isalpha() and chance.random() < 0.02:
            found.append(chance.choice((f"\\x{ord(char):02x}", f"\\u{ord(char):04x}")))
        elif chance.random() < 0.01:
            found.append("\\\n" + char if len(quote) == 3 or chance.random() < 0.5 else char)
        else:
            found.append(char)
    return "".join(found)


def plain(chance: random.Random, text: str) -> str:
    quote = chance.choice(("'", '"', "'''", '"""'))
    prefix = chance.choice(("", "", "u"))
    return prefix + quote + escaped(chance, text, quote) + quote


def raw(_: random.Random, text: str) -> str:
    return "r'''" + text + "'''"


def f_string(chance: random.Random, text: str) -> str:
    quote = chance.choice(("'", '"', "'''", '"""'))
    hole = chance.choice(("{TITLE}", "{TITLE!s}", "{len(TITLE):>3}", "{TITLE.upper()}"))
    return "f" + quote + escaped(chance, text, quote, field=True) + hole + quote


def in_pieces(chance: random.Random, text: str) -> str:
    """Literals one after the other, or joined by `+`, cut anywhere."""
    cuts = sorted(chance.sample(range(1, len(text)), 4))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    between = chance.choice(("\n    ", "\n    # a comment\n    ", " + ", " "))
    return "(" + between.join(plain(chance, piece) for piece in pieces) + ")"


def joined(chance: random.Random, text: str) -> str:
    cuts = sorted(chance.sample(range(1, len(text)), 3))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    return '"".join([' + ", ".join(plain(chance, piece) for piece in pieces) + "])"


def percent(chance: random.Random, text: str) -> str:
    return "(" + plain(chance, text + "<i>%s</i>") + " % TITLE)"


def formatted(chance: random.Random, text: str) -> str:
    return plain(chance, text + "<i>{}</i>") + ".format(TITLE)"


def in_a_template(chance: random.Random, text: str) -> str:
    return "render_template_string(" + plain(chance, text + "{{ title }}") + ", title=TITLE)"


KINDS: tuple[Callable[[random.Random, str], str], ...] = (
    plain,
    raw,
    f_string,
    in_pieces,
    joined,
    percent,
    formatted,
    in_a_template,
)


def program(seed: int) -> str:
    chance = random.Random(seed)
    inside = "".join(
        chance.choice(("<p>é</p>", "<b class='x'>\n</b>", "<i>&amp;</i>\t", "text ", "\\"))
        for _ in range(chance.randrange(4))
    )
    markup = (
        f'{HEAD}<div sse-connect="/events">{inside}<p sse-swap="{WRONG}">-</p>'
        f"<p sse-swap='{RIGHT}'></p></div></body>"
    )
    written = chance.choice(KINDS)(chance, markup)
    how = chance.randrange(3)
    constants = f"PAGE = {written}\n" if how == 0 else ""
    body = ("return PAGE", f"return {written}", f"page = {written}\n    return page")[how]
    return APP.format(constants=constants, body="    " + body)


def faults(folder: Path, text: str) -> list[tuple[int, int]]:
    (folder / "app.py").write_text(text, encoding="utf-8")
    project = Project.load(str(folder), Settings(profile="browser"), shown_from=str(folder))
    rules = [rule for rule in load_rules().values() if rule.name == "sse_crossref"]
    result = check(project, ("app.py",), rules)
    assert not result.failures
    return [(one.span.start, one.span.end) for one in result.findings]


@pytest.mark.parametrize("seed", range(COUNT))
def test_the_place_found_is_the_place_to_edit(tmp_path: Path, seed: int) -> None:
    text = program(seed)
    compile(text, "app.py", "exec")
    ((start, end),) = faults(tmp_path, text)
    found = text[start:end]
    if WRONG in found:
        edited = text[:start] + found.replace(WRONG, RIGHT) + text[end:]
        assert faults(tmp_path, edited) == []
    else:
        # Written in pieces or with escapes: it begins and ends where the attribute does.
        assert found[0] in "s\\" and found[-1] in "\"'", found
        assert any(sign in found for sign in ("\\", "\n", '" "', "' '", "+", ", ")), found
