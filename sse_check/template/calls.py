"""Expressions that may bring markup: calls of macros, captured content, `block.super`."""

from operator import itemgetter

from sse_check.source.lazy import lazy
from sse_check.template.dialects import Dialect
from sse_check.template.lexer import CALL, Tag, TagScan

# With none of these words a file calls no macro and shows no captured content.
_CALLING = frozenset("macro import from call def region slot extends block".split())
_CAPTURING = frozenset("endset capture endcapture".split())
# Functions of the frameworks: an expression that calls only these is no macro call.
_NOT_MACROS = frozenset(
    "url_for static _ gettext ngettext trans url range dict len asset get_flashed_messages "
    "loop.cycle csrf_token request.url_for joiner namespace lipsum".split()
)
_CALLED = lazy(r"(?<![\w.|])([A-Za-z_]\w*+(?:\.[A-Za-z_]\w*+|))\s*+\(")


def with_calls(scan: TagScan, text: str, dialect: Dialect) -> list[Tag]:
    """The statements, and in their places the expressions that may bring markup."""
    words = scan.words
    captures = not words.isdisjoint(_CAPTURING)
    if dialect.name == "django":
        captures = captures or ("extends" in words and "block.super" in text)
        if not captures:
            return scan.tags
    elif not captures and words.isdisjoint(_CALLING) and not _writes(text, dialect):
        return scan.tags
    find = text.find
    calls = [
        (start, end, CALL)
        for start, end in scan.outputs
        if captures or ((at := find("(", start, end)) >= 0 and not _is_known(text, start, at, end))
    ]
    return sorted(scan.tags + calls, key=itemgetter(0)) if calls else scan.tags


def called_in(expression: str) -> list[str]:
    """The functions that an expression calls, if they may be macros."""
    return [name for name in _CALLED.findall(expression) if name not in _NOT_MACROS]


def _is_known(text: str, start: int, opening: int, end: int) -> bool:
    """Most calls are one, of a function that everybody knows."""
    return text[start + 2 : opening].strip() in _NOT_MACROS and text.find("(", opening + 1, end) < 0


def _writes(text: str, dialect: Dialect) -> bool:
    """Chirp's signals write markup of their own."""
    return dialect.name == "kida" and "signal" in text
