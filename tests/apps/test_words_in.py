"""Words of templates, looked for one by one."""

import re

import pytest

from sse_check.apps.words_in import WordsIn

TEXTS = [
    b"<p>{{ user.name }} 9lives a9 _x</p>",
    b"user_id {{ page }}",
    "caf\u00e9 \u00fcber".encode(),
    b"7" * 100 + b"far",
]
NAMES = "user name user_id page lives 9lives a9 a _x x caf far er ber p nothing".split()


@pytest.mark.parametrize("name", [*NAMES, "", "caf\u00e9", "a-b", "na", "ame"])
def test_a_word_is_one_that_reading_all_of_them_finds(name: str) -> None:
    """A word begins at a letter, whatever digits stand before it."""
    words = {word for text in TEXTS for word in re.findall(rb"[A-Za-z_]\w*", text)}
    assert (name in WordsIn(TEXTS)) == (name.encode() in words)


def test_what_is_no_text_is_no_word() -> None:
    assert 9 not in WordsIn(TEXTS)
