"""Proof that edits of a script change nothing but a name that stands in quotes."""

from collections.abc import Iterable

from sse_check.findings.model import Edit
from sse_check.source.lazy import lazy

_NAME = lazy(r"[\w.:-]+")


def in_script(text: str, edits: Iterable[Edit]) -> str:
    """Why edits may not be made in JavaScript: each puts one name in the place of another."""
    if all(is_name_in_quotes(text, one) for one in edits):
        return ""
    return "it would change the code of a script"


def is_name_in_quotes(text: str, edit: Edit) -> bool:
    """Whether an edit replaces all of a text literal, and one name by another."""
    start, end = edit.span.start, edit.span.end
    quotes = text[max(0, start - 1) : start], text[end : end + 1]
    names = (text[start:end], edit.text)
    return quotes in (("'", "'"), ('"', '"'), ("`", "`")) and all(map(_NAME.fullmatch, names))
