"""What real templates throw at a parser, case by case."""

import pytest

from tests.template.helpers import attributes, shape, tag, template

# Expressions and statements in values


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ('<a sse-connect="{% url "x" %}" b>', "django", ['sse-connect={url "x"}', "b"]),
        (
            '<a class="a{{ " " ~ c if c else "" }}" b>',
            "jinja",
            ['class=a{" " ~ c if c else ""}', "b"],
        ),
        ('<a b="{{ a > b }}" c>', "jinja", ["b={a > b}", "c"]),
        ('<a b="{{ "}}" }}" c>', "jinja", ['b={"}}"}', "c"]),
        ('<a b="{{ {"a":{"b":1}} }}" c>', "jinja", ['b={{"a":{"b":1}}}', "c"]),
        ("<a b={{ x }} c>", "jinja", ["b={x}", "c"]),
        ("<a b=x{{ y }}z c>", "jinja", ["b=x{y}z", "c"]),
        ("<a b={% static 'x' %} c>", "django", ["b={static 'x'}", "c"]),
        ("<a b='{{ x }}-{{ y }}'>", "jinja", ["b={x}-{y}"]),
        ('<a b="{# no #}x">', "jinja", ["b=x"]),
        ("<a {# b='1' > #} c>", "jinja", ["c"]),
        ('<button @click="a => b" c>', "html", ["@click=a => b", "c"]),
        ('<a _="on click <li:nth-child(n+100) />\n remove" c>', "html", None),
    ],
)
def test_values(text: str, dialect: str, expected: list[str] | None) -> None:
    found = attributes(text, dialect)
    if expected is None:
        assert [name.partition("=")[0] for name in found] == ["_", "c"]
    else:
        assert found == expected


# Dynamic names


def test_attributes_glued_to_a_name() -> None:
    assert shape(template("<li{{ attrs }}>x</li><b></b>", "jinja")) == "#root(li b)"
    assert [call.text for call in tag("<li {{ attrs }}>", "jinja").calls] == ["attrs"]


def test_dynamic_tag_names() -> None:
    assert shape(template("<h{{ n }}><b></b></h{{ n }}><i></i>", "jinja")) == (
        "#root(h{{ n }}(b) i)"
    )
    assert shape(template("<{{ tag }}><b></b></{{ tag }}><i></i>", "jinja")) == (
        "#root({{ tag }}(b) i)"
    )


def test_dynamic_attribute_names() -> None:
    assert attributes('<a hx-{{ m }}="/x" b>', "jinja") == ["hx-{{ m }}=/x", "b"]
    assert attributes('<a {{ k }}{% if v %}="{{ v }}"{% endif %} b>', "jinja")[-1] == "b"
    found = tag('<a {% formaction %}="x" b>', "django")
    assert [call.kind for call in found.calls] == ["formaction"]
    assert [a.name for a in found.attributes][-1] == "b"


def test_a_block_as_a_value() -> None:
    assert attributes('<a id={% block b %}"x"{% endblock %} c>', "jinja") == ["id=x", "c"]


def test_a_comment_with_a_quote_inside_a_start_tag() -> None:
    text = "<a {% comment %}don't > \"{% endcomment %} b='1'><i></i></a>"
    assert attributes(text, "django") == ["b=1"]
    assert shape(template(text, "django")) == "#root(a(i))"


# Conditions


def test_attributes_carry_their_conditions() -> None:
    found = tag('<a {% if x %}b="1"{% elif y %}b="2"{% else %}c{% endif %} d>', "jinja")
    assert [(a.name, a.facts) for a in found.attributes] == [
        ("b", (("x", True),)),
        ("b", (("x", False), ("y", True))),
        ("c", (("x", False), ("y", False))),
        ("d", ()),
    ]
    assert all(a.certain for a in found.attributes)


def test_a_value_with_branches_is_one_attribute() -> None:
    assert attributes('<a b="x {% if c %}y{% else %}z{% endif %} w">', "jinja") == ["b=x [y|z] w"]
    assert attributes('<a b="x{% if c %}y{% endif %}">', "jinja") == ["b=x[y|]"]


def test_an_attribute_in_a_loop_is_not_certain() -> None:
    found = tag("<a {% for k in ks %}b='{{ k }}'{% endfor %} c>", "jinja").attributes
    assert [(a.name, a.certain) for a in found] == [("b", False), ("c", True)]


def test_spans_and_quotes_are_exact() -> None:
    text = "<p\r\n\tSSE-Swap = 'a😀' b=c d>"
    parsed = template(text, "html")
    found = tag(text, "html").attributes
    assert [text[a.start : a.end] for a in found] == ["SSE-Swap = 'a😀'", "b=c", "d"]
    assert [text[a.value_start : a.value_end] for a in found][:2] == ["a😀", "c"]
    assert [a.quote for a in found] == ["'", "", ""]
    assert parsed.names[1] == "p"


# Markup that is not markup


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!-- {% if a %} --><b>{% endif %}</b>", "#root(b)"),
        ("<script>{% if a %}'<div>'{% endif %}</script><b></b>", "#root(script b)"),
        ("<!--><b></b>", "#root(b)"),
        ("<!---><b></b>", "#root(b)"),
        ("<!-- x --!><b></b>", "#root(b)"),
        ("<!-- <i> --><b></b>", "#root(b)"),
        ("<noscript><div></div></noscript><b></b>", "#root(noscript b)"),
        ("<textarea><div></textarea><b></b>", "#root(textarea b)"),
        ("<title><b></title><i></i>", "#root(title i)"),
        ("<svg><title><b></b></title></svg>", "#root(svg(title(b)))"),
        ("<style><b></STYLE ><i></i>", "#root(style i)"),
        ("<?php <b> ?><i></i>", "#root(i)"),
        ("<!doctype html><i></i>", "#root(i)"),
        ("a < b <i></i>", "#root(i)"),
        ("</ ><i></i>", "#root(i)"),
        ("&lt;div sse-connect&gt;<i></i>", "#root(i)"),
        ("<i></i><b x", "#root(i)"),
    ],
)
def test_text_that_looks_like_tags(text: str, expected: str) -> None:
    assert shape(template(text)) == expected


# Partials and what the HTML parser implies


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<td>a<td>b", "#root(td td)"),
        ("<tr><td>a</tr><tr>", "#root(tr(td) tr)"),
        ("<option>a<option>b", "#root(option option)"),
        ("<div></div><tr hx-swap-oob='true'><td></td></tr>", "#root(div tr(td))"),
        ("<table><tr><form><td>x</td></form></tr></table>", "#root(table(tr(form td)))"),
        ("<p>a<ul></ul>", "#root(p ul)"),
        ("<p>a<div></div></p>", "#root(p div)"),
        ("<p><b>a<p>b", "#root(p(b) p)"),
        ("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>", "#root(ul(li li(ul(li)) li))"),
        ("<dl><dt>a<dd>b<dt>c</dl>", "#root(dl(dt dd dt))"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "#root(table(tr(td td) tr(td)))"),
        ("<div/><b></b>", "#root(div(b))"),
        ("<svg><path/><b></b></svg>", "#root(svg(path b))"),
        ("<br><img><input><b></b>", "#root(br img input b)"),
        ("<form><form><b></b></form></form>", "#root(form(form b))"),
        ("<table><div><b></b></div><tr></tr></table>", "#root(table(tr) div(b))"),
        ("<span><div></span><b></b></div>", "#root(span(div(b)))"),
        ("<h1>a<h2>b</h2>", "#root(h1 h2)"),
        ("<body><div></body><b></b>", "#root(body(div(b)))"),
        ("<DIV><B></b></dIV><i></i>", "#root(div(b) i)"),
    ],
)
def test_what_the_parser_implies(text: str, expected: str) -> None:
    assert shape(template(text, "html")) == expected


def test_a_foster_parented_element_is_known_as_such() -> None:
    parsed = template("<main><table><div></div></table></main>", "html")
    div = parsed.names.index("div")
    assert parsed.names[parsed.parent(div)] == "main"
    assert parsed.names[parsed.parents[div]] == "table"


def test_a_form_in_a_form_is_known_to_be_dropped() -> None:
    parsed = template("<form><form></form></form>", "html")
    assert [parsed.names[node] for node in parsed.dropped] == ["form"]


# Characters


@pytest.mark.parametrize("space", ["\t", "\n", "\f", "\r", " ", "\r\n"])
def test_white_space_in_tags(space: str) -> None:
    assert attributes(f"<a{space}b{space}={space}'1'{space}c>") == ["b=1", "c"]


@pytest.mark.parametrize("char", ["\x0b", "\xa0", "\u2003", "\x01", "\x02", "\x00", "😀"])
def test_other_characters_are_no_white_space(char: str) -> None:
    assert attributes(f"<a b{char}c='1'>", "jinja") == [f"b{char}c=1"]


def test_the_first_of_two_attributes_is_first() -> None:
    assert attributes("<a ID=1 id=2>", "html") == ["id=1", "id=2"]


# Blocks of the template languages


def test_a_custom_tag_with_else_is_a_branch() -> None:
    text = "{% if_perm x %}<div>{% else %}<p>{% endif_perm %}<b></b>"
    parsed = template(text, "django")
    merge = parsed.parents[parsed.names.index("b")]
    assert {parsed.names[option.node] for option in parsed.merges[merge]} == {"div", "p"}


def test_kida_end_closes_whatever_is_open() -> None:
    text = (
        "{% def m() %}<i></i>{% end %}{% if x %}<b>{% end %}{% for a in b %}<u></u>{% end %}<s></s>"
    )
    parsed = template(text, "kida")
    assert not parsed.errors
    assert [root.kind for root in parsed.roots.values()] == ["file", "def"]


def test_kida_slot_is_a_leaf_in_def_and_a_block_in_call() -> None:
    parsed = template(
        "{% def card() %}<div>{% slot %}<p>{% slot foot %}</p></div>{% end %}"
        "{% call card() %}<b></b>{% slot foot %}<i></i>{% end %}{% end %}",
        "kida",
    )
    assert not parsed.errors
    assert [site.name for site in parsed.sites if site.kind == "slot"] == ["", "foot"]
    kinds = [root.kind for root in parsed.roots.values()]
    assert kinds == ["file", "def", "call", "slot"]


def test_words_without_an_end_are_leaves() -> None:
    assert shape(template("{% thing %}<b></b>{% other x %}", "django")) == "#root(b)"
    assert not template("{% thing %}<b></b>", "django").errors


def test_what_is_never_closed_is_noted() -> None:
    assert [message for _, message in template("{% if x %}<b>", "jinja").errors] == [
        "`if` is never closed"
    ]
    assert [message for _, message in template("<b>{% endif %}", "jinja").errors] == [
        "`endif` closes nothing"
    ]


def test_block_tags_over_line_ends() -> None:
    parsed = template("{% block a %}x{% endblock %} {%\nblock content %}<b></b>{% endblock %}")
    assert [block.name for block in parsed.blocks] == ["a", "content"]


def test_an_escaped_sample_and_old_pages_in_comments_hold_no_elements() -> None:
    text = "{# <div sse-connect='/x'> #}<!-- <div sse-connect='/x'> --><b></b>"
    assert shape(template(text, "jinja")) == "#root(b)"
