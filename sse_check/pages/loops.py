"""What a loop gives to its names: `{% for name in ["total", "alerts"] %}`."""

import re
from collections.abc import Iterator, Mapping

from sse_check.template.expressions import split_top

ELSE = "loop"
"""An expression of which nothing is known."""

_LITERAL = re.compile(r"\s*(?:\"[^\"\\]*\"|'[^'\\]*')\s*\Z")


def looped(
    statement: str, text: str, known: Mapping[str, list[str]]
) -> Iterator[tuple[str, list[str]]]:
    """Each name of a loop with the expressions that it stands for, in a template's text.

    `known` are expressions that names were given before it.
    """
    targets, _, source = statement.partition(" in ")
    names = [name.strip() for name in targets.split(",")]
    source = source.strip()
    given = known.get(source, [])
    source = given[0] if len(given) == 1 else source
    items = split_top(source[1:-1]) if source[:1] + source[-1:] in ("[]", "()") else []
    told = len(names) == 1 and bool(items) and all(map(_LITERAL.match, items))
    for name in filter(str.isidentifier, names):
        told = told and not _is_asked(name, text)
        yield name, [item.strip() for item in items] if told else [ELSE]


def _is_asked(name: str, text: str) -> bool:
    """Whether a condition asks for a name: then it may not be each of these everywhere."""
    return re.search(rf"{{%[-+]?\s*(?:el)?if\b[^%]*\b{name}\b", text) is not None
