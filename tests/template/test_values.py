"""Patterns, and the folding of constants."""

import pytest

from sse_check.template.expressions import Text, bind, call_arguments, fold, parameters, read_link
from sse_check.template.values import Pattern

P = Pattern.of


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (P("a"), P("a"), True),
        (P("a"), P("b"), False),
        (P("row-", None), P("row-", None), True),
        (P("row-", None), P("row-1"), True),
        (P("row-", None), P("col-1"), False),
        (P("row-", None, "-x"), P("row-1-y"), False),
        (P("row-", None), P("col-", None), False),
        (P(None, "-end"), P("start-", None), True),
        (P(None), P("x"), True),
        (P("/doc/", None, "/stream"), P("/doc/", None, "/stream"), True),
        (P("/doc/", None, "/stream"), P("/doc/", None, "/events"), False),
    ],
)
def test_patterns_match_when_one_text_fits_both(
    left: Pattern, right: Pattern, expected: bool
) -> None:
    assert left.matches(right) is expected
    assert right.matches(left) is expected


def test_patterns_split_and_strip_like_the_finished_text() -> None:
    assert [str(p.strip()) for p in P("a, b-", None, " , c").split(",")] == ["a", "b-*", "c"]
    assert P("", None, None, "").parts == (None,)
    assert P().literal == ""


KNOWN: dict[str, list[Text]] = {"a": [("x",)], "b": [("y",), ("z",)]}


@pytest.mark.parametrize(
    ("expression", "dialect", "expected"),
    [
        ('"s"', "jinja", ["s"]),
        ("'it\\'s'", "jinja", ["it's"]),
        ("a", "jinja", ["x"]),
        ("unknown", "jinja", ["*"]),
        ("a ~ '-' ~ b", "jinja", ["x-y", "x-z"]),
        ("'p' + a", "jinja", ["px"]),
        ("a if c else 'n'", "jinja", ["x", "n"]),
        ("'n' if c", "jinja", ["n", ""]),
        ("u|default('d')", "jinja", ["*", "d"]),
        ("a|default('d')", "jinja", ["x"]),
        ("a|upper", "jinja", ["X"]),
        ("a|e", "jinja", ["x"]),
        ("a ?? 'd'", "kida", ["x"]),
        ("u ?? 'd'", "kida", ["*", "d"]),
        ("u|default:'d'", "django", ["*", "d"]),
        ("a|safe", "django", ["x"]),
        ("f(a)", "jinja", ["*"]),
        ("a.b", "jinja", ["*"]),
        ("1", "jinja", ["1"]),
        ("((", "jinja", ["*"]),
    ],
)
def test_folding(expression: str, dialect: str, expected: list[str]) -> None:
    assert [str(P(*text)) for text in fold(expression, KNOWN.get, dialect)] == expected


def test_macro_arguments() -> None:
    declared = parameters('url, swap="m", *rest) more')
    assert [p.name for p in declared] == ["url", "swap", "rest"]
    given = call_arguments('"/e", swap=f("a, b", c)) ~ x')
    assert bind(declared, given) == {"url": '"/e"', "swap": 'f("a, b", c)'}


@pytest.mark.parametrize(
    ("kind", "text", "dialect", "names", "open_", "bindings"),
    [
        ("include", '"a.html"', "jinja", ("a.html",), False, {}),
        (
            "include",
            "['a.html', 'b.html'] ignore missing",
            "jinja",
            ("a.html", "b.html"),
            False,
            {},
        ),
        ("include", "name", "jinja", (), True, {}),
        ("include", "'a.html' if x else 'b.html'", "jinja", ("a.html", "b.html"), True, {}),
        (
            "include",
            '"a.html" with e="x" f=y only',
            "django",
            ("a.html",),
            False,
            {"e": '"x"', "f": "y"},
        ),
        ("extends", '"base.html"', "django", ("base.html",), False, {}),
    ],
)
def test_links(
    kind: str,
    text: str,
    dialect: str,
    names: tuple[str, ...],
    open_: bool,
    bindings: dict[str, str],
) -> None:
    link = read_link(kind, text, dialect)
    assert (link.names, link.open, link.bindings) == (names, open_, bindings)


def test_imports() -> None:
    assert read_link("from", '"m.html" import a, b as c with context', "jinja").imported == (
        ("a", "a"),
        ("b", "c"),
    )
    assert read_link("import", '"m.html" as ui', "jinja").alias == "ui"
