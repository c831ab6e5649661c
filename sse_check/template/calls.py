"""Expressions that may bring markup: calls of macros, captured content, `block.super`."""

from collections.abc import Callable
from typing import NamedTuple

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
# Words that may stand before a bracket, and call nothing.
_OPERATORS = frozenset("if else not and or in is".split())
RENDER = "render_partial"
# A name before a bracket, with the sign of a filter or a test before it.
_CALLED = lazy(
    r"(\|>?\s*+|\bis\s++(?:not\s++|)|)(?<![\w.])([A-Za-z_]\w*+(?:\.[A-Za-z_]\w*+|))\s*+\("
)
_TEXT = lazy(r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'")


def with_calls(
    scan: TagScan,
    text: str,
    dialect: Dialect,
    *,
    all_of_them: bool = False,
    lent: Callable[[], frozenset[str]] = frozenset,
) -> list[Tag]:
    """The statements, and in their places the expressions that may bring markup."""
    outputs, find = scan.outputs, text.find
    if not outputs:
        return scan.tags
    if all_of_them or not scan.words.isdisjoint(_CAPTURING):
        calls = [(start, end, CALL) for start, end in outputs]
    elif dialect.name == "django":
        if "extends" not in scan.words or "block.super" not in text:
            return scan.tags
        calls = [
            (start, end, CALL) for start, end in outputs if find("block.super", start, end) >= 0
        ]
    else:
        calls = [
            (start, end, CALL)
            for start, end in outputs
            if (at := find("(", start, end)) >= 0 and not _is_known(text, start, at, end)
        ]
        if calls and scan.words.isdisjoint(_CALLING) and not _writes(text, dialect):
            # It has no macro of its own, but those that include it may.
            names = lent()
            calls = [one for one in calls if names and _calls_one(text[one[0] + 2 : one[1]], names)]
    return sorted(scan.tags + calls) if calls else scan.tags


def called_in(expression: str) -> list[str]:
    """The functions that an expression calls, if they may be macros: filters and tests are none."""
    return [
        name
        for sign, name in _CALLED.findall(_TEXT.sub("''", expression))
        if not sign and name not in _NOT_MACROS and name not in _OPERATORS
    ]


def _calls_one(expression: str, names: frozenset[str]) -> bool:
    return any(name.partition(".")[0] in names for name in called_in(expression))


def _is_known(text: str, start: int, opening: int, end: int) -> bool:
    """Most calls are one, of a function that everybody knows."""
    return text[start + 2 : opening].strip() in _NOT_MACROS and text.find("(", opening + 1, end) < 0


def _writes(text: str, dialect: Dialect) -> bool:
    """Chirp's signals write markup of their own, and jinja_partials has a function for files."""
    return (dialect.name == "kida" and "signal" in text) or RENDER in text


_ARGUMENT = lazy(r"(?:([A-Za-z_]\w*)=)?((?:\"[^\"]*\"|'[^']*'|[^\s\"'=])+)")


class InclusionTag(NamedTuple):
    """A tag of Django that brings in a template: `@register.inclusion_tag("x.html")`.

    `passes` are the names under which the template gets a parameter of the tag's function, each
    with that.
    """

    template: str
    parameters: tuple[str, ...] = ()
    passes: tuple[tuple[str, str], ...] = ()

    def link(self, arguments: str) -> str:
        """The tag as an `include` that gives the same names, as far as they are known."""
        given: dict[str, str] = {}
        places = iter(self.parameters)
        for name, value in _ARGUMENT.findall(arguments):
            given[name or next(places, "")] = value
        bound = [f"{name}={given[one]}" for name, one in self.passes if one in given]
        return f'"{self.template}"{" with " if bound else ""}{" ".join(bound)} only'
