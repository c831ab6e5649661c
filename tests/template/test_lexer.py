"""Where template tags begin and end, per dialect."""

import pytest

from sse_check.template.calls import with_calls
from sse_check.template.dialects import DIALECTS
from sse_check.template.lexer import Tag, scan_tags


def outputs(text: str, dialect: str) -> list[str]:
    return [text[start:end] for start, end in scan_tags(text, DIALECTS[dialect]).outputs]


def statements(text: str, dialect: str) -> list[str]:
    return [text[s:e] for s, e, word in scan_tags(text, DIALECTS[dialect]).tags if word != "{{"]


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [
        ("jinja", '{{ "}}" }} x', '{{ "}}" }}'),
        ("kida", '{{ "}}" }} x', '{{ "}}" }}'),
        ("django", '{{ "}}" }} x', '{{ "}}'),
        ("jinja", '{{ {"a":{"b":1}} }}', '{{ {"a":{"b":1}} }}'),
        ("kida", '{{ {"a":{"b":1}} }}', '{{ {"a":{"b":1}}'),
        ("django", '{{ {"a":{"b":1}} }}', '{{ {"a":{"b":1}}'),
        ("jinja", "{{ a > b }}", "{{ a > b }}"),
        ("jinja", '{{ "a\\"}}" }}', '{{ "a\\"}}" }}'),
        ("jinja", "{{ 'it' ~ \"s}}\" }}", "{{ 'it' ~ \"s}}\" }}"),
        ("jinja", "{{ don't }}", "{{ don't }}"),
    ],
)
def test_the_end_of_an_expression(dialect: str, text: str, expected: str) -> None:
    assert outputs(text, dialect)[0] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% if x %}", "if"),
        ("{%if x%}", "if"),
        ("{%- if x -%}", "if"),
        ("{%\tif x %}", "if"),
        ("{%\n  if x %}", "if"),
        ("{%\xa0if\xa0x %}", "if"),
        ("{% if\xa0x %}", "if"),
        ("{% forêt %}", "forêt"),
        ("{% été %}", "été"),
        ("{% a:b.c %}", "a:b.c"),
        ("{% %}", ""),
    ],
)
def test_the_word_of_a_statement(text: str, expected: str) -> None:
    scan = scan_tags(f"<p>{text}</p>", DIALECTS["jinja"])
    assert scan.tags == [(3, 3 + len(text), expected)]
    assert scan.mask == "<p>" + "\x02" * len(text) + "</p>"


@pytest.mark.parametrize("length", [1, 100, 118, 119, 120, 121, 122, 400])
def test_long_tags_are_masked_whole(length: int) -> None:
    name = "x" * length
    text = "{% if " + name + " %}{{ " + name + " }}"
    mask = scan_tags(text, DIALECTS["jinja"]).mask
    assert mask == "\x02" * (length + 9) + "\x01" * (length + 6)


def test_a_django_tag_ends_on_its_line() -> None:
    assert statements("{% if\nx %}{% load y %}", "django") == ["{% load y %}"]
    assert statements("{% if\nx %}{% include 'y' %}", "jinja") == [
        "{% if\nx %}",
        "{% include 'y' %}",
    ]
    assert "{# a\nb #}" in scan_tags("{# a\nb #}", DIALECTS["django"]).mask


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("jinja", "{% raw %}{{ x }}{% if %}{% endraw %}"),
        ("jinja", "{%- raw -%}{{ x }}{%- endraw -%}"),
        ("django", "{% verbatim %}{{ x }}{% endverbatim %}"),
        ("django", "{% verbatim a %}{{ x }}{% endverbatim a %}"),
        ("kida", "{% raw %}{{ x }}{% if %}{% endraw %}"),
    ],
)
def test_a_raw_body_is_plain_text(dialect: str, text: str) -> None:
    scan = scan_tags(text, DIALECTS[dialect])
    assert not scan.outputs
    assert not scan.tags
    assert "{{ x }}" in scan.mask


def test_comment_bodies_are_nothing() -> None:
    text = "a{% comment %}don't > \"{% endcomment %}b{# <p> #}c"
    scan = scan_tags(text, DIALECTS["django"])
    assert not scan.tags
    assert [char for char in scan.mask if char != "\x02"] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "text", ["{{ a {% b {# c", "{% raw %}{{ x }}", "{% comment %}x", "{{", "{"]
)
def test_what_is_never_closed_is_text(text: str) -> None:
    scan = scan_tags(text, DIALECTS["jinja"])
    assert len(scan.mask) == len(text)


def test_the_mask_has_the_length_of_the_text() -> None:
    text = "\x01\x02😀{{ a }}\r\n{% if b %}\x00{# c #}{% endif %}"
    mask = scan_tags(text, DIALECTS["jinja"]).mask
    assert len(mask) == len(text)
    assert mask[:2] == "\x03\x03"


def test_calls_are_of_interest_and_plain_values_are_not() -> None:
    text = "{% import x %}{{ a }}{{ b(c) }}{{ url_for('d') }}"
    assert [tag[2] for tag in _tags_and_calls(text)] == ["import", "{{"]
    assert _tags_and_calls("{{ b(c) }}") == []


def _tags_and_calls(text: str) -> list[Tag]:
    dialect = DIALECTS["jinja"]
    return with_calls(scan_tags(text, dialect), text, dialect)
