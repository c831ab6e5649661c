"""What `with` gives to its names, for as long as it lasts: `{% with event="a" %}`."""

import re
from typing import NamedTuple

from sse_check.template.expressions import DJANGO_BINDING, split_top
from sse_check.template.model import Template

_BINDING = re.compile(r"\s*([A-Za-z_]\w*)\s*=(?!=)(.*)", re.DOTALL)
_OLD = re.compile(r"\s*(\S+)\s+as\s+([A-Za-z_]\w*)\s*")


class With(NamedTuple):
    """What stands between a `with` and its end, and the expressions it gives to names."""

    start: int
    end: int
    at: int
    given: dict[str, str]


def withs_of(template: Template) -> tuple[With, ...]:
    """All of a file, an inner one before those around it."""
    found: list[With] = []
    pending: list[tuple[int, int]] = []
    for start, end, word in template.tags:
        if word == "with":
            pending.append((start, end))
        elif word == "endwith" and pending:
            at, inner = pending.pop()
            text = template.text[at + 2 : inner - 2].strip(" \t\r\n-+~")[len("with") :]
            found.append(With(inner, start, at, _given(text, template.dialect.name)))
    return tuple(found)


def _given(text: str, dialect: str) -> dict[str, str]:
    if dialect == "django":
        old = _OLD.fullmatch(text)
        return {old[2]: old[1]} if old else dict(DJANGO_BINDING.findall(text))
    matches = (_BINDING.match(part) for part in split_top(text))
    return {match[1]: match[2].strip() for match in matches if match}


def bound_at(withs: tuple[With, ...], name: str, at: int) -> With | None:
    """The `with` that gives a name what it is at a place."""
    return next((one for one in withs if one.start <= at < one.end and name in one.given), None)
