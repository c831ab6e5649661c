"""Addresses as frameworks spell them, as patterns with a hole for each parameter."""

import re

from sse_check.template.values import Pattern

# `{id:int}`, `<int:id>`, `:id`, and groups of regular expressions.
EMPTY = Pattern(())
_PARAMETER = re.compile(r"\{(?:[^{}]|\{[^{}]*\})*\}|<[^<>]*>|(?<=/):\w+")
# `{rest:path}`, `<path:rest>`, `{path:rest}`, `{rest:.*}`, `(?P<rest>.+)`, `/*rest`.
_DEEP = re.compile(
    r"\{\w*:path\}|<\w*:path>|<\w*:re:[^<>]*(?:\.[*+]|\[\^[^\]/]*\]|\[[^\]^][^\]]*/)|[{<]path:\w+[}>]|\{\w+:[^{}]*\.[*+]|/\*"
    r"|\((?:\?P<\w+>|\?:)?[^()]*(?:\.[*+]|\[\^[^\]/]*\]|\[[^\]^][^\]]*/)"
)
_GROUP = re.compile(
    r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)[+*?]?|\\[dwDWsS](?:[+*?]|\{[\d,]+\})?|\[[^\]]*\][+*?]?(?:\{[\d,]+\})?|\.[+*]"
)


def holes(path: Pattern) -> Pattern:
    """An address with a hole for each parameter."""
    parts: list[str | None] = []
    for part in path.parts:
        if part is None:
            parts.append(None)
            continue
        for number, piece in enumerate(_PARAMETER.split(part)):
            if number:
                parts.append(None)
            parts.append(piece)
    return Pattern.of(*parts)


def from_regex(path: Pattern) -> Pattern:
    """A regular expression as a pattern: groups and classes are holes."""
    parts: list[str | None] = []
    for part in path.parts:
        if part is None:
            parts.append(None)
            continue
        text = part.replace("^", "").replace(r"\Z", "").replace(r"\A", "")
        text = text.removesuffix("$")
        for number, piece in enumerate(_GROUP.split(text)):
            if number:
                parts.append(None)
            optional = re.split(r".\?", piece)
            for at, literal in enumerate(optional):
                if at:
                    parts.append(None)
                parts.append(literal.replace("\\", ""))
    return Pattern.of(*parts)


def join(*patterns: Pattern) -> Pattern:
    return Pattern.of(*(part for pattern in patterns for part in pattern.parts))


def starts_with_slash(path: Pattern) -> Pattern:
    first = path.parts[0] if path.parts else ""
    return path if first is None or first.startswith("/") else Pattern.of("/", *path.parts)


def rstrip(path: Pattern, characters: str = "/") -> Pattern:
    parts = list(path.parts)
    if parts and parts[-1] is not None:
        parts[-1] = parts[-1].rstrip(characters)
    return Pattern.of(*parts)


def lstrip(path: Pattern, characters: str = "/") -> Pattern:
    parts = list(path.parts)
    if parts and parts[0] is not None:
        parts[0] = parts[0].lstrip(characters)
    return Pattern.of(*parts)


def slashed(*patterns: Pattern) -> Pattern:
    """Addresses put together with one slash between them and none at the end of the first."""
    found = Pattern(())
    for pattern in patterns:
        if not pattern.parts:
            continue
        found = join(rstrip(found), Pattern.of("/"), lstrip(pattern)) if found.parts else pattern
    return found


def ends_with_slash(path: Pattern) -> bool:
    last = path.parts[-1] if path.parts else ""
    return last is not None and last.endswith("/")


def takes_slashes(path: Pattern) -> bool:
    """Whether a parameter of an address, as it is spelled, takes more than one part of it."""
    return any(part is None or _DEEP.search(part) is not None for part in path.parts)
