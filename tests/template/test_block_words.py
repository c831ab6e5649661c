"""Which words of a file open blocks, and which need no look when the tree is built."""

import pytest

from sse_check.source import Source
from sse_check.template.block_words import block_words
from sse_check.template.builder import parse
from sse_check.template.dialects import DIALECTS, DialectName
from sse_check.template.html_words import MERGE


def words(text: str, dialect: DialectName) -> tuple[set[str], set[str]]:
    openers, leaves = block_words(DIALECTS[dialect], frozenset(text.split()))
    return set(openers), set(leaves)


def test_a_word_with_an_end_opens_a_block_and_others_are_leaves() -> None:
    assert words("load url panel endpanel if endif", "django") == (
        {"panel", "if"},
        {"load", "url"},
    )


def test_a_block_that_only_wraps_its_body_is_a_leaf_with_its_end() -> None:
    _, leaves = words("trans endtrans with endwith for endfor", "jinja")
    assert leaves == {"trans", "endtrans", "with", "endwith"}


@pytest.mark.parametrize(
    ("dialect", "text"),
    [("jinja", "trans pluralize endtrans"), ("kida", "with endwith end trans")],
)
def test_a_second_body_or_an_end_of_anything_needs_the_block(
    dialect: DialectName, text: str
) -> None:
    openers, leaves = words(text, dialect)
    assert "trans" in openers
    assert not leaves


def test_the_bodies_of_a_plural_are_branches() -> None:
    text = "{% trans n=n %}<b>{% pluralize %}<i>{% endtrans %}<p>"
    template = parse(Source("page.html", text), DIALECTS["jinja"])
    assert template.names[template.parents[template.names.index("p")]] == MERGE


def test_markup_in_a_wrapped_body_stands_where_it_is_written() -> None:
    text = "<div>{% blocktrans %}<b>{% endblocktrans %}<i>"
    template = parse(Source("page.html", text), DIALECTS["django"])
    assert template.names[template.parents[template.names.index("i")]] == "b"
