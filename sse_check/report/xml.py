"""Text that may stand in XML."""

import re
from xml.sax.saxutils import escape

# XML 1.0 has no place for these, not even as references.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


# What would steer a terminal or a runner of CI that prints the report, written as references.
_STEERING = re.compile(
    "[\r\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
    "|(?<=#)#(?=(?:vso|teamcity)?\\[)|(?m:^[ \t]*:(?=:))",
    re.IGNORECASE,
)


def quoted(text: str) -> str:
    """An attribute's value with its quotes."""
    return '"' + _safe(text, {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"}) + '"'


def content(text: str) -> str:
    return _safe(text, {})


def _safe(text: str, entities: dict[str, str]) -> str:
    return _STEERING.sub(_reference, escape(_FORBIDDEN.sub("\ufffd", text), entities))


def _reference(match: re.Match[str]) -> str:
    return f"{match[0][:-1]}&#{ord(match[0][-1])};"
