"""Hostile input: nothing crashes, and time grows with size alone.

Times are compared with each other and with generous limits, never with a stopwatch for speed.
"""

import random
import string
import time

import pytest

from sse_check.source import Source
from sse_check.template.attributes import read_start_tag
from sse_check.template.builder import parse
from sse_check.template.dialects import DIALECTS
from sse_check.template.model import Template

PIECES = [
    '<a b="{{',
    "{% if x %}",
    "<div>",
    "{% raw %}",
    "{% comment %}",
    "<!--",
    "{{",
    "{%",
    "{#",
    '"',
    "'",
    '{{ " }}',
    "{{ { }}",
    "{{ ' }}{{ \" }}",
    "<p>",
    "<table><tr><td>",
    "<table><div>",
    "<b><p>",
    "</div>",
    "<li>",
    "<a {% if x %}",
    "{% for x in y %}<div>",
    "{% if x %}<div>{% else %}<p>{% endif %}",
    "{% block a %}",
    "{% macro m() %}",
    "{% endif %}",
    "{% else %}",
    "<script>",
    "<a b=",
    "<form>",
    "{% call x() %}",
    "{% set x %}",
    "<svg><title>",
    "{% if a %}</div>{% endif %}",
    "\\",
]


def read(text: str, dialect: str) -> Template:
    template = parse(Source("t.html", text), DIALECTS[dialect])
    for node in list(range(len(template.names)))[-40:]:
        if template.names[node][0] != "#":
            read_start_tag(template, node)
    return template


# Seconds of CPU after which a file is taken to hang, however slow the machine.
HANGS = 60


def taken(text: str, dialect: str = "jinja") -> float:
    start = time.process_time()
    read(text, dialect)
    return time.process_time() - start


@pytest.mark.parametrize("dialect", ["jinja", "django", "kida"])
@pytest.mark.parametrize("piece", PIECES)
def test_repetition_is_linear(piece: str, dialect: str) -> None:
    for end in ("", ' x>"}}%}#}--></div>'):
        some = min(taken(piece * 2_000 + end, dialect) for _ in range(2))
        # Ten times as much: a hundred times as long if it were quadratic.
        assert taken(piece * 20_000 + end, dialect) < 30 * some + 1


@pytest.mark.parametrize(
    "text",
    [
        "<a " + "{% if x %}" * 20_000 + "b" + "{% endif %}" * 20_000 + ">",
        "<a " + "{% if x %}c{% endif %}" * 20_000 + ">",
        "<a " + "{% if x %}c='{% endif %}d" * 5_000 + ">",
        "<a b='" + "{{ x }}" * 20_000 + "'>",
        "<a " + "b=c " * 50_000 + ">",
        "<a " + "{% if x %}{% if y %}c='{% endif %}d{% else %}e='{% endif %}" * 500 + ">",
    ],
)
def test_a_hostile_start_tag(text: str) -> None:
    assert taken(text) < HANGS


def test_a_tree_that_is_deep_and_wide() -> None:
    deep = "<div>" * 100_000 + "<p sse-swap=x>" + "</div>" * 100_000
    wide = "<div></div>" * 100_000
    assert taken(deep) < HANGS
    assert taken(wide) < HANGS


def mutated(chance: random.Random) -> str:
    """Template-like text with pieces cut, doubled, swapped and sprinkled with rubbish."""
    pieces = [chance.choice(SEEDS) for _ in range(chance.randint(1, 6))]
    for _ in range(chance.randint(0, 8)):
        where = chance.randrange(len(pieces))
        kind = chance.randrange(4)
        if kind == 0:
            cut = chance.randrange(len(pieces[where]) + 1)
            pieces[where] = pieces[where][:cut]
        elif kind == 1:
            pieces.insert(where, chance.choice(PIECES))
        elif kind == 2:
            pieces.insert(where, "".join(chance.choices(RUBBISH, k=chance.randint(1, 5))))
        else:
            pieces[where] += pieces[where][chance.randrange(len(pieces[where]) + 1) :]
    return "".join(pieces)


RUBBISH = string.punctuation + string.whitespace + "ab\x00\x01\x02\x0b😀é"
SEEDS = [
    "<div hx-ext='sse' sse-connect='/e'>",
    '<p sse-swap="a, b" hx-target="#x">',
    "{% if live %}<section>{% else %}<div>{% endif %}",
    "{% for x in xs %}<li {% if x.on %}class='a'{% endif %}>{{ x }}</li>{% endfor %}",
    '{% extends "b.html" %}{% block c %}<i></i>{% endblock %}',
    '{% include "x.html" with a="b" %}',
    "{% macro m(a, b='c') %}<u {{ a }}>{% endmacro %}{{ m(1) }}",
    "{% call(x) m() %}<b>{% endcall %}",
    "{% set a %}<i>{% endset %}{{ a }}",
    "{% raw %}{{ x }}{% endraw %}",
    "{% match a %}{% case 1 %}<p>{% case _ %}<b>{% end %}",
    "<table><tr><td>x<td>y</table>",
    "<script>if (a < b) {{ x }}</script>",
    "<!-- {{ x }} -->",
    "<a {% if x %}b='1'>{% else %}c>{% endif %}</a>",
    "</div>",
    "<br><input value={{ v }}>",
]


def check_invariants(template: Template) -> None:
    count = len(template.names)
    assert len(template.mask) == len(template.text)
    for column in (
        template.starts,
        template.ends,
        template.parents,
    ):
        assert len(column) == count
    for node, name in enumerate(template.names):
        assert -1 <= template.parents[node] < count
        assert template.context(node) >= 0
        if name[0] == "#":
            continue
        assert template.starts[node] < template.ends[node] <= len(template.text)
        if node not in template.pieces:
            assert template.text[template.starts[node]] == "<"
        for attribute in read_start_tag(template, node).attributes:
            assert attribute.start < attribute.name_end <= len(template.text)
            assert attribute.name_end <= attribute.value_start <= attribute.value_end


@pytest.mark.parametrize("seed", range(20))
def test_mutated_templates_are_read_without_a_crash(seed: int) -> None:
    chance = random.Random(seed)
    limit = time.monotonic() + 60
    for _ in range(1_000):
        text = mutated(chance)
        for dialect in ("jinja", "django", "kida"):
            check_invariants(parse(Source("t.html", text), DIALECTS[dialect]))
        assert time.monotonic() < limit
