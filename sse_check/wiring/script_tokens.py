"""JavaScript and TypeScript as tokens: strings, templates and comments are read properly.

Nothing is parsed. Markup of a template engine inside a script is a hole in a string, and else
balanced braces.
"""

import re
from typing import Literal, NamedTuple

Kind = Literal["name", "text", "number", "sign"]


class Ref(NamedTuple):
    """An expression put into a template literal; `name` when it is a single name."""

    name: str


class Token(NamedTuple):
    """One token with its place. `parts` are of a text: strings, and what is put between them."""

    kind: Kind
    text: str
    start: int
    end: int
    parts: tuple["str | Ref", ...] = ()


_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_NUMBER = re.compile(r"\d[\w.]*")
_SIGN = re.compile(r"===|!==|=>|==|!=|\?\?|&&|\|\||\?\.|\.\.\.|\+\+|--|\+=|.", re.DOTALL)
_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/|\{#.*?#\}|<!--)+", re.DOTALL)
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
_ENGINE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\n": "", "\r\n": ""}
# After these a slash begins a regular expression, and not a division.
_BEFORE_REGEX = frozenset("return typeof case in of do else void delete await yield".split())


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of a stretch of text."""
    found: list[Token] = []
    at, end = start, len(text) if end is None else end
    while at < end:
        space = _SPACE.match(text, at, end)
        if space is not None:
            at = space.end()
            continue
        token = _token(text, at, end, found[-1] if found else None)
        at = token.end
        found.append(token)
    return found


def _token(text: str, at: int, end: int, before: Token | None) -> Token:
    sign = text[at]
    if sign in "'\"":
        return _string(text, at, end)
    if sign == "`":
        return _template(text, at, end)
    name = _NAME.match(text, at, end)
    if name is not None:
        return Token("name", name[0], at, name.end())
    number = _NUMBER.match(text, at, end)
    if number is not None:
        return Token("number", number[0], at, number.end())
    if sign == "/" and _may_be_regex(before):
        regex = _REGEX.match(text, at, end)
        if regex is not None:
            return Token("number", regex[0], at, regex.end())
    match = _SIGN.match(text, at, end)
    stop = match.end() if match is not None else at + 1
    return Token("sign", text[at:stop], at, stop)


def _may_be_regex(before: Token | None) -> bool:
    if before is None:
        return True
    if before.kind == "name":
        return before.text in _BEFORE_REGEX
    return before.kind == "sign" and before.text not in (")", "]", "}")


def _string(text: str, at: int, end: int) -> Token:
    """A string in quotes; one that is not closed ends with its line."""
    quote = text[at]
    stop = at + 1
    while stop < end and text[stop] not in (quote, "\n"):
        engine = _ENGINE.match(text, stop, end)
        if engine is not None:
            stop = engine.end()
        else:
            stop += 2 if text[stop] == "\\" else 1
    closed = min(stop, end)
    after = closed + 1 if closed < end and text[closed] == quote else closed
    return Token("text", text[at:after], at, after, _parts(text[at + 1 : closed]))


def _parts(inner: str) -> tuple[str | Ref, ...]:
    """The text of a string; what a template engine puts in is not known."""
    found: list[str | Ref] = []
    at = 0
    for engine in _ENGINE.finditer(inner):
        found += [_unescaped(inner[at : engine.start()]), Ref("")]
        at = engine.end()
    found.append(_unescaped(inner[at:]))
    return tuple(part for part in found if part != "")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_meant, text) if "\\" in text else text


def _meant(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "ux" and len(code) > 1:
        number = int(code.strip("ux{}"), 16)
        return chr(number) if number < 0x110000 else ""
    return _ESCAPES.get(code, code)


def _template(text: str, at: int, end: int) -> Token:
    """A template literal; what stands in `${}` is read by counting braces."""
    found: list[str | Ref] = []
    begun = stop = at + 1
    while stop < end and text[stop] != "`":
        if text.startswith("${", stop):
            found.extend(_parts(text[begun:stop]))
            inner_end = _closing(text, stop + 2, end)
            name = text[stop + 2 : inner_end].strip()
            found.append(Ref(name if _NAME.fullmatch(name) else ""))
            begun = stop = inner_end + 1
        else:
            stop += 2 if text[stop] == "\\" else 1
    closed = min(stop, end)
    found.extend(_parts(text[begun:closed]))
    after = min(closed + 1, end)
    return Token("text", text[at:after], at, after, tuple(found))


def _closing(text: str, at: int, end: int) -> int:
    """Where the brace closes that was opened before a place."""
    depth = 1
    before: Token | None = None
    while at < end:
        space = _SPACE.match(text, at, end)
        if space is not None:
            at = space.end()
            continue
        before = _token(text, at, end, before)
        depth += (before.text == "{") - (before.text == "}")
        if depth == 0:
            return at
        at = before.end
    return end
