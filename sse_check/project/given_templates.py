"""Templates that a page names by a variable that Python sets: `{% extends base_template %}`,
`{% include body %}`."""

import re
from collections.abc import Iterator

from sse_check.project.files import Files

_QUOTED = re.compile(rb"""["']([\w./-]+\.(?:html?|jinja2?|j2|djhtml))["']""")
_NAME = re.compile(rb"[A-Za-z_]\w*")
_VARIABLE = re.compile(r"([A-Za-z_]\w*)(?=\s*\Z|\s+(?:with|without|ignore|only)\b)")
# The longest expression that is looked at.
_MOST = 400
# Names that one may stand behind, in a file: each is looked for once.
_MOST_NAMES = 4


def templates_given(files: Files, variable: str) -> tuple[str, ...]:
    """The names that Python gives to a variable, where they are written out."""
    known = files.given_templates.get(variable)
    if known is None:
        word = variable.encode()
        found: dict[bytes, None] = {}
        for path in files.found.python:
            data = files.data(path)
            if word in data:
                found.update(dict.fromkeys(_given(data, word, set())))
        known = files.given_templates[variable] = tuple(name.decode() for name in found)
    return known


def included_by(statement: str) -> str:
    """The variable that names what is included, "" where it is not a plain name."""
    match = _VARIABLE.match(statement.strip())
    return match[1] if match is not None else ""


def _given(data: bytes, word: bytes, seen: set[bytes]) -> Iterator[bytes]:
    """What a file gives to a name; the value may be another name of that file."""
    seen.add(word)
    pattern = rb"(?<![\w.])" + word + rb"""["']?\s*(?::\s*\w+\s*)?[:=](?![=])\s*"""
    for match in re.finditer(pattern, data):
        value = _expression(data[match.end() : match.end() + _MOST])
        quoted = _QUOTED.findall(value)
        yield from quoted
        other = value.strip()
        if not quoted and len(seen) < _MOST_NAMES and other not in seen and _NAME.fullmatch(other):
            yield from _given(data, other, seen)


def _expression(data: bytes) -> bytes:
    """What stands up to the end of a statement, of an item or of an argument."""
    return data[: next(_ends(data), len(data))]


def _ends(data: bytes) -> Iterator[int]:
    depth = 0
    for at, byte in enumerate(data):
        char = chr(byte)
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and char in ",\n#"):
            yield at
