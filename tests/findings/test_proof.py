"""A fix is proven before it is written: what would change more than it is about is left out."""

from pathlib import Path

import pytest

from sse_check.findings.fixes import apply_fixes
from sse_check.findings.model import Edit, Finding, Fix
from sse_check.findings.moved import edited
from sse_check.findings.proof import objection
from sse_check.source import Source, Span
from sse_check.template.comments import html_comments, is_comment
from tests.project.helpers import run
from tests.template.helpers import template as parsed

TARGET = ' hx-target="this"'


def insertion(text: str, after: str, new: str) -> tuple[Source, list[Edit]]:
    source = Source("t.html", text)
    at = text.index(after) + len(after)
    return source, [Edit(Span(source, at, at), new)]


@pytest.mark.parametrize(
    ("text", "after", "new"),
    [
        ('<p sse-swap="a">x</p>', '"a"', TARGET),
        ('<p sse-swap="a"class=b>x</p>', '"a"', TARGET),
        ("<p sse-swap=a>x</p>", "=a", TARGET),
        ("<p sse-swap=a/>x", "=a/", TARGET),
        ("<br sse-swap='a' />x", "'a'", TARGET),
        ('<p {% if x %}sse-swap="a"{% endif %} id=b>x</p>', '"a"', TARGET),
        ('<p id="{{ a > b }}" sse-swap="a">x</p>', '"a"', TARGET),
        ("<p><b>x</b></p>", "<p>", '<div class="y">'),
    ],
)
def test_what_does_one_thing_is_proven(text: str, after: str, new: str) -> None:
    source, edits = insertion(text, after, new)
    if new.startswith("<"):
        edits.append(Edit(Span(source, len(text) - 4, len(text) - 4), "</div>"))
        text = text.replace("<p>", "<section>").replace("</p>", "</section>")
        source = Source("t.html", text)
        edits = [
            Edit(Span(source, 9, 9), new),
            Edit(Span(source, len(text) - 10, len(text) - 10), "</div>"),
        ]
    assert objection(source, edits, None) == ""


@pytest.mark.parametrize(
    ("text", "old", "new", "why"),
    [
        ('<p sse-conect="/e">', "sse-conect", "sse-connect", ""),
        ('<p a sse-conect="{{ x }}" b>', "sse-conect", "sse-connect", ""),
        ('<p sse-swap="sse:a, b">', "sse:a, b", "a, b", ""),
        ('<p sse-swap="a" hx-swap="x">', ' sse-swap="a"', "", ""),
        ('<p sse-conect="/e" sse-connect="/f">', "sse-conect", "sse-connect", "already"),
        ('<p sse-conect="/e" b="c">', 'conect="/e" b', "connect", "part of an attribute"),
        ("<p a=b c=d>", "b c", "x", "part of an attribute"),
        ("<p a=b c=d>", "b", "'", "change"),
    ],
)
def test_an_attribute_may_be_changed_where_it_stands(
    text: str, old: str, new: str, why: str
) -> None:
    source = Source("t.html", text)
    at = text.index(old)
    found = objection(source, [Edit(Span(source, at, at + len(old)), new)], None)
    assert (why in found) if why else found == ""


@pytest.mark.parametrize(
    ("text", "after", "new", "why"),
    [
        ("<p>hello</p>", "hello", TARGET, "into the text"),
        ("<p>x</p>", "<p>", TARGET, "into the text"),
        ("<p>x</p>", "</p", TARGET, "into the text"),
        ("<!-- <p sse-swap=a> -->", "=a", TARGET, "into the text"),
        ("<script>'<p sse-swap=a>'</script>", "=a", TARGET, "into the text"),
        ("{# <p sse-swap=a> #}", "=a", TARGET, "into the text"),
        ('<p sse-swap="a" hx-target="#x">x</p>', '"a"', TARGET, "has `hx-target` already"),
        ('<p sse-swap="a">x</p>', 'swap="', TARGET, "change another attribute"),
        ('<p sse-swap="a">x</p>', "sse-s", TARGET, "change another attribute"),
        ("<p sse-swap=a>x</p>", "=a", 'b="', "change"),
        ('<p sse-swap="a">x</p>', '"a"', " {{ x }}", "change a template tag"),
        ('<p sse-swap="{{ a }}">x</p>', "{{ a", " b", "change"),
        ('<p sse-swap="a">x</p>', '"a"', "><b>", "change"),
        ("<div><p>x</p></div>", "<p>", "<p>", "change the tree"),
        ("<div>x</div>", "<div>", "</div>", "change"),
        ("<div>x</div>", "<div>", "<b>", "change the tree"),
    ],
)
def test_what_does_more_is_not(text: str, after: str, new: str, why: str) -> None:
    source, edits = insertion(text, after, new)
    assert why in objection(source, edits, parsed(text, "jinja"))


def removal(text: str, comment: str) -> str:
    source = Source("t.html", text)
    start = text.index(comment)
    return objection(
        source, [Edit(Span(source, start, start + len(comment)), "")], parsed(text, "jinja")
    )


@pytest.mark.parametrize(
    ("text", "comment", "why"),
    [
        ("<p>a<!-- c -->b</p>", "<!-- c -->", ""),
        ("<p>a{# c #}b</p>", "{# c #}", ""),
        ("<!-- <p> <!-- c --> <b>x</b>", "<!-- c -->", "no comment"),
        ("<!-- <p> <!-- c --> x", "<!-- c -->", "no comment"),
        ("<p>a<!-- c -->b</p>", "<!-- c ", "no comment"),
        ("<p>a<!-- c -->b</p>", "a", "no comment"),
        ("<script>'<!-- c -->'</script>", "<!-- c -->", "no comment"),
        ("<p title='<!-- c -->'>x</p>", "<!-- c -->", "part of an attribute"),
        ("{% set x = '{# c #}' %}", "{# c #}", "no comment"),
        ("{% raw %}{# c #}{% endraw %}", "{# c #}", "no comment"),
        ("{# a {# c #} b #}", "{# c #}", "template tag"),
        ("<{# c #}p>x", "{# c #}", "change"),
        ("&am<!-- c -->p;", "<!-- c -->", "join"),
        ("{<!-- c -->{ x }}", "<!-- c -->", "template tag"),
    ],
)
def test_only_whole_comments_are_taken_out(text: str, comment: str, why: str) -> None:
    found = removal(text, comment)
    assert (why in found) if why else found == ""


def test_comments_are_where_a_browser_sees_them() -> None:
    text = "<!--a--><p title='<!--b-->'></p <!--c--><!><!--d--!><style><!--e--></style><!-->x<!--f"
    template = parsed(text, "html")
    assert [text[a:b] for a, b in html_comments(template)] == [
        "<!--a-->",
        "<!--d--!>",
        "<!-->",
        "<!--f",
    ]
    assert is_comment(template, 0, 8)
    assert not is_comment(template, 0, 7)


@pytest.mark.parametrize(
    ("text", "old", "new", "fine"),
    [
        ('x = f"<p>{a}</p>"\n', "a}", "escape(a)}", True),
        ("x = 1  # one\ny = 2\n", "1", "(1)", True),
        ("x = 1  # one\ny = 2\n", "one", "two", True),
        ("x = 1\n", "1", "(1", False),
        ("@d\ndef f(): pass\n", "def", "import x\ndef", False),
    ],
)
def test_python_is_proven_by_its_tokens(text: str, old: str, new: str, fine: bool) -> None:
    source = Source("t.py", text)
    start = text.index(old)
    why = objection(source, [Edit(Span(source, start, start + len(old)), new)], None)
    assert (why == "") is fine, why


def test_one_edit_a_place() -> None:
    source = Source("t.html", '<p sse-swap="a">x</p>')
    at = Span(source, 15, 15)

    def finding(text: str) -> Finding:
        return Finding("r", at, "m", fixes=(Fix("f", "safe", (Edit(at, text),)),))

    twice = apply_fixes([finding(TARGET), finding(TARGET)], unsafe=False)
    assert [text for _, text in twice.texts.values()] == ['<p sse-swap="a" hx-target="this">x</p>']
    assert twice.applied == 2
    other = apply_fixes([finding(TARGET), finding(' hx-swap="x"')], unsafe=False)
    assert other.applied == 1


def test_a_fix_that_is_left_out_stops_no_other() -> None:
    source = Source("t.html", '<p sse-swap="a">x</p>')
    good, bad = Span(source, 15, 15), Span(source, 17, 17)
    findings = [
        Finding("r", place, "m", fixes=(Fix("f", "safe", (Edit(place, TARGET),)),))
        for place in (bad, good)
    ]
    changes = apply_fixes(findings, unsafe=False)
    assert [text for _, text in changes.texts.values()] == [
        '<p sse-swap="a" hx-target="this">x</p>'
    ]
    ((finding, _, why),) = changes.left_out
    assert (finding.span, why) == (bad, "it would write into the text of the page")


# The faults from which this came


def fixed(tmp_path: Path, text: str) -> str:
    result = run(tmp_path, {"a.html": text})
    for _ in range(8):
        changes = apply_fixes(result.findings, unsafe=True, templates=result.templates)
        if not changes.texts:
            return text
        ((_, text),) = changes.texts.values()
        result = run(tmp_path, {"a.html": text})
    raise AssertionError("fixes do not come to an end")


HTMX4 = '<script src="https://unpkg.com/htmx.org@4.0.0"></script><script src="https://unpkg.com/htmx.org@4.0.0/dist/ext/hx-sse.js"></script>'


def test_no_fix_is_written_into_the_text_of_a_page(tmp_path: Path) -> None:
    """`sse-connect` on htmx 4: the place of the fix fell back to the whole start tag."""
    page = (
        f'<!doctype html><html><head>{HTMX4}</head><body hx-target:inherited="#m"><main id="m">'
        '<div sse-connect="/e">text</div><div data-hx-sse:connect="/e">text</div></main></body></html>'
    )
    after = fixed(tmp_path, page)
    assert after.count(">text<") == 2
    assert ">text" in after
    assert 'hx-target="this"text' not in after
    assert "> hx-target" not in after


@pytest.mark.parametrize(
    "text",
    [
        "<html><!-- <p> <!-- sse-check: ignore --> <b>x</b> --> <i hx-get=/x></i></html>",
        "<html><!-- sse-check: ignore[x] --\n<b>x</b> --> <i hx-get=/x></i></html>",
        "<html>{# sse-check: ignore[x]\n<b>x</b> #} <i hx-get=/x></i></html>",
        "<html><script>'<!-- sse-check: ignore -->'</script><i hx-get=/x></i></html>",
        "<html>{% raw %}{# sse-check: ignore #}{% endraw %}<i hx-get=/x></i></html>",
    ],
)
def test_a_comment_that_is_none_is_not_taken_out(tmp_path: Path, text: str) -> None:
    after = fixed(tmp_path, text)
    before_tree, after_tree = parsed(text, "jinja"), parsed(after, "jinja")
    assert before_tree.names == after_tree.names
    assert len(html_comments(before_tree)) == len(html_comments(after_tree))
    assert after == text or after == text.replace("{# sse-check: ignore[x]\n<b>x</b> #}", "")


def test_edits_are_made_in_order() -> None:
    source = Source("t", "abcdef")
    edits = [
        Edit(Span(source, 4, 5), "X"),
        Edit(Span(source, 1, 2), ""),
        Edit(Span(source, 3, 3), "Y"),
    ]
    assert edited("abcdef", edits) == "acYdXf"


def at_each(times: int, bad: set[int]) -> list[Finding]:
    """Findings with a fix each; some of them write into the text of the page."""
    text = '<p sse-swap="a">x</p>\n' * times
    source = Source("t.html", text)
    length = len(text) // times
    found = []
    for number in range(times):
        at = number * length + (17 if number in bad else 15)
        edit = Edit(Span(source, at, at), TARGET)
        found.append(Finding("r", edit.span, "m", fixes=(Fix("f", "safe", (edit,)),)))
    return found


@pytest.mark.parametrize("bad", [set(), {0}, {63}, {7, 8, 40}, set(range(64))])
def test_those_at_fault_are_found_among_many(
    bad: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sse_check.findings.fixes._MOST_PROOFS", 200)
    findings = at_each(64, bad)
    changes = apply_fixes(findings, unsafe=False)
    assert [one for one, _, _ in changes.left_out] == [findings[number] for number in sorted(bad)]
    assert changes.applied == 64 - len(bad)


def test_when_too_many_are_at_fault_the_rest_is_left() -> None:
    findings = at_each(300, set(range(300)))
    changes = apply_fixes(findings, unsafe=False)
    assert not changes.texts
    assert len(changes.left_out) == 300
    assert {why for _, _, why in changes.left_out} == {
        "it would write into the text of the page",
        "more of these fixes are at fault than are told apart at once",
    }


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    x = 1\n    return x\n",
        "class A:\n  @d\n  def f(self):\n    try:\n      x = 1\n    except E:\n      pass\n",
        "async def f():\n\tasync with a:\n\t\tx = await 1; y = '''\n\t\t'''\n",
        "match a:\n    case 1:\n        x = 1\n",
        "if a: x = 1\nelif b: pass\n",
        "if a:\n    pass\nelif x == 1:\n    pass\n",
    ],
)
def test_the_statement_around_an_edit_proves_it(text: str) -> None:
    at = text.index("1", text.index("x") if "x" in text else 0)
    source = Source("t.py", text)
    for new, why in (("(1)", ""), ("1)", "the file would be no Python")):
        assert objection(source, [Edit(Span(source, at, at + 1), new)], None) == why


@pytest.mark.parametrize(
    ("text", "old", "new", "why"),
    [
        ("source.addEventListener('tick', f)", "tick", "tock", ""),
        ('source.addEventListener("tick", f)', "tick", "on.tock:2", ""),
        ("source.addEventListener('tick', f)", "tick", "it's", "the code"),
        ("source.addEventListener('tick', f)", "tick", "", "the code"),
        ("source.addEventListener('on-tick', f)", "tick", "tock", "the code"),
        ("source.addEventListener(tick, f)", "tick", "tock", "the code"),
    ],
)
@pytest.mark.parametrize("page", ["%s", "<script>%s</script><p>x</p>"])
def test_a_name_in_a_script(text: str, old: str, new: str, why: str, page: str) -> None:
    source = Source("a.js" if page == "%s" else "t.html", page % text)
    at = source.text.index(old, source.text.index("Listener"))
    said = objection(source, [Edit(Span(source, at, at + len(old)), new)], None)
    assert bool(said) == bool(why)
    assert why in said or page != "%s"


def test_a_name_in_quotes_outside_of_scripts() -> None:
    source = Source("t.html", "<p>wait for 'tick'</p><script>f('x')</script>")
    at = source.text.index("tick")
    said = objection(source, [Edit(Span(source, at, at + 4), "tock")], None)
    assert said == "it would write into the text of the page"
