"""What an expression in an address stands for: through arguments of macros, `set` and `with`."""

import re
from functools import lru_cache
from typing import NamedTuple

from sse_check.pages.scene import Frame
from sse_check.source.lazy import lazy
from sse_check.template.expressions import split_top

_DEEPEST = 12
# A name, or a field of one, that may be made plain on the way: `url`, `page.url`, `url.path|e`.
_NAME = lazy(r"\s*([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)\s*(?:\|\s*(?:e|escape|safe|string)\s*)*$")
_STATEMENT = lazy(r"\{%[-+]?\s*(set|let|with|url)\b(.*?)[-+]?%\}", re.DOTALL)
_GIVEN = lazy(r"\s*([A-Za-z_]\w*)\s*=(?!=)\s*(.*)$", re.DOTALL)
_GIVEN_IN_DJANGO = lazy(r"([A-Za-z_]\w*)=((?:\"[^\"]*\"|'[^']*'|[^\s\"'])+)")
_TAG = lazy(r"\{%[-+]?\s*(?!include\b|embed\b|partial\b|call\b)\w+")
_RENAMED = lazy(r"(.*\S)\s+as\s+([A-Za-z_]\w*)\s*$", re.DOTALL)
_PLAIN = (".path", "._url")


class Meaning(NamedTuple):
    """An expression as it was written where it comes from.

    `context` is the name under which Python gives it, when it is only a name there; `home` is
    the template to which Python gives it.
    """

    expression: str
    context: str = ""
    home: str = ""


def meaning(at: tuple[Frame, ...], expression: str) -> Meaning:
    """What an expression in these files stands for, followed to where its value is made."""
    frames = list(at)
    fields = ""
    for _ in range(_DEEPEST):
        found = _NAME.match(expression)
        if found is None or not frames:
            return Meaning(expression)
        name, fields = found[1], found[2] + fields
        frame = frames[0]
        if name in frame.bindings:
            expression = frame.bindings[name]
            frames.pop(0)
        elif (
            own := assigned(frame.template.text, frame.template.dialect.name).get(name)
        ) is not None:
            if len(own) != 1 or own[0].strip() == name:
                return Meaning("")
            expression = own[0]
        elif frame.isolated and len(frames) > 1 and not _is_tag(frame, frames[1]):
            return Meaning(expression)
        elif len(frames) > 1 and not frame.isolated:
            frames.pop(0)
            expression, fields = name + fields, ""
            continue
        else:
            return Meaning(expression, name + fields, frame.path)
        bound = _NAME.match(expression) if fields else None
        if bound is not None:
            expression = bound[1] + bound[2] + fields
        elif fields and not fields.endswith(_PLAIN):
            # A field of something that is put together here.
            return Meaning(expression)
        fields = ""
    return Meaning("")


def names_of(context: str) -> tuple[str, ...]:
    """The names under which Python may give what is written: `url.path` is of a dict that has it
    so, or a plain part of an address that is given as a whole."""
    whole = context
    for ending in _PLAIN:
        whole = whole.removesuffix(ending)
    return tuple(dict.fromkeys((context, whole)))


def _is_tag(frame: Frame, outer: Frame) -> bool:
    """Whether a tag of the project's own brings in a file: its Python gives the names in it."""
    return frame.site is not None and _TAG.match(outer.template.text, frame.site.start) is not None


@lru_cache(maxsize=256)
def assigned(text: str, dialect: str) -> dict[str, tuple[str, ...]]:
    """The different expressions that statements of a file bind to each name."""
    found: dict[str, dict[str, None]] = {}
    for word, rest in _STATEMENT.findall(text):
        for name, expression in _bound(word, rest, dialect):
            found.setdefault(name, {}).setdefault(expression.strip())
    return {name: tuple(expressions) for name, expressions in found.items()}


def _bound(word: str, rest: str, dialect: str) -> list[tuple[str, str]]:
    renamed = _RENAMED.match(rest)
    if word == "url":
        return [(renamed[2], f"url {renamed[1].strip()}")] if renamed else []
    if dialect == "django":
        if renamed and "=" not in rest:
            return [(renamed[2], renamed[1])]
        return list(_GIVEN_IN_DJANGO.findall(rest))
    parts = split_top(rest) if word == "with" else [rest]
    return [(given[1], given[2]) for given in map(_GIVEN.match, parts) if given]
