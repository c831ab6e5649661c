"""CSS selectors over a tree, as a browser reads them.

`InvalidSelectorError` is raised where a browser throws; `UnknownSelectorError` where the answer
hangs on more than the tree (`:hover`, `:checked`), so that nobody guesses.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from sse_check.htmx.css_tests import (
    Test,
    has_attribute,
    has_class,
    has_id,
    is_empty,
    is_link,
    is_named,
    is_root,
    unescaped,
)
from sse_check.htmx.dom import Node
from sse_check.source.numbers import clamped


class UnknownSelectorError(ValueError):
    """A selector whose elements cannot be told from a tree."""


class InvalidSelectorError(UnknownSelectorError):
    """A selector at which a browser throws."""


_NAME = re.compile(r"-?(?:[a-zA-Z_]|[^\x00-\x7f]|\\[^\n])(?:[\w-]|[^\x00-\x7f]|\\[^\n])*|--[\w-]*")
_HASH = re.compile(r"(?:[\w-]|[^\x00-\x7f]|\\[^\n])+")
_BLANK = re.compile(r"\s*")
_COMBINATOR = re.compile(r"\s*([>+~])\s*|\s+")
_ATTRIBUTE = re.compile(
    r"\[\s*(?P<name>(?:[\w:-]|[^\x00-\x7f]|\\[^\n])+)\s*"
    r"(?:(?P<op>[~|^$*]?=)\s*(?:\"(?P<dq>[^\"]*)(?:\"|$)|'(?P<sq>[^']*)(?:'|$)|(?P<raw>[^\]\s\"']+))"
    r"\s*(?P<flag>[iIsS])?\s*)?(?:\]|$)"
)
_NTH = re.compile(
    r"\s*(?:(even|odd)|([+-]?\d*)n\s*(?:([+-])\s*(\d+))?|([+-]?\d+))\s*", re.IGNORECASE
)


class Compound(NamedTuple):
    """One element of a selector, and how it is joined to the one on its left."""

    combinator: str
    tests: tuple[Test, ...]


Complex = tuple[Compound, ...]


@lru_cache(maxsize=512)
def compiled(selector: str) -> tuple[Complex, ...]:
    reader = _Reader(selector)
    found = reader.list_of_complex()
    if reader.rest():
        raise InvalidSelectorError(selector)
    return tuple(found)


def matches(node: Node, selector: str) -> bool:
    return any(_fits(node, one) for one in compiled(selector))


def select(root: Node, selector: str) -> list[Node]:
    """Elements below `root` (and `root` itself) that match, in document order."""
    return list(selecting(root, selector))


def selecting(
    root: Node, selector: str, looked: Callable[[int], None] | None = None
) -> Iterator[Node]:
    """The same, one after the other. A selector that is none is refused at once.

    `looked` is told how many elements were looked at.
    """
    return _selecting(root, compiled(selector), looked)


def _selecting(
    root: Node, wanted: tuple[Complex, ...], looked: Callable[[int], None] | None
) -> Iterator[Node]:
    number = 0
    try:
        for number, node in enumerate(root.subtree(), 1):  # noqa: B007 - it is told at the end
            if any(_fits(node, one) for one in wanted):
                yield node
    finally:
        if looked is not None:
            looked(number)


def _fits(node: Node, compounds: Complex) -> bool:
    last = compounds[-1]
    for test in last.tests:
        if not test(node):
            return False
    rest = compounds[:-1]
    return not rest or any(_fits(other, rest) for other in _related(node, last.combinator))


def _related(node: Node, combinator: str) -> Iterator[Node]:
    if combinator == " ":
        yield from node.ancestors()
    elif combinator == ">":
        if node.parent is not None:
            yield node.parent
    else:
        beside = node.sibling(-1)
        while beside is not None:
            yield beside
            if combinator == "+":
                return
            beside = beside.sibling(-1)


class _Reader:
    """Reads one selector from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def rest(self) -> str:
        return self.text[self.at :]

    def blanks(self) -> None:
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def take(self, word: str) -> bool:
        if self.text.startswith(word, self.at):
            self.at += len(word)
            return True
        return False

    def fail(self) -> InvalidSelectorError:
        return InvalidSelectorError(self.text)

    # Lists

    def list_of_complex(self) -> list[Complex]:
        found = [self.complex()]
        while self.take(","):
            found.append(self.complex())
        return found

    def forgiving(self) -> list[Complex]:
        """A list in which a part that is not valid is left out."""
        found: list[Complex] = []
        for part in _split(self.argument()):
            try:
                found += compiled(part)
            except InvalidSelectorError:
                continue
        return found

    def complex(self, first: str = " ") -> Complex:
        self.blanks()
        found = [Compound(first, self.compound())]
        while True:
            match = _COMBINATOR.match(self.text, self.at)
            if match is None or (match.end() >= len(self.text) and match[1] is None):
                self.blanks()
                return tuple(found)
            if match[1] is None and self.text[match.end()] == ",":
                self.blanks()
                return tuple(found)
            self.at = match.end()
            found.append(Compound(match[1] or " ", self.compound()))

    # One element

    def compound(self) -> tuple[Test, ...]:
        tests: list[Test] = []
        if self.take("*"):
            tests.append(lambda node: True)  # noqa: ARG005 - every element
        elif (match := _NAME.match(self.text, self.at)) is not None:
            tests.append(is_named(self.token(match).lower()))
        while (test := self.simple()) is not None:
            tests.append(test)
        if not tests:
            raise self.fail()
        return tuple(tests)

    def token(self, match: "re.Match[str]") -> str:
        self.at = match.end()
        return unescaped(match[0])

    def simple(self) -> Test | None:
        if self.take("#"):
            return has_id(self.needed(_HASH))
        if self.take("."):
            return has_class(self.needed(_NAME))
        if self.text.startswith("[", self.at):
            match = _ATTRIBUTE.match(self.text, self.at)
            if match is None:
                raise self.fail()
            self.at = match.end()
            return has_attribute(match)
        if self.take("::"):
            self.needed(_NAME)
            return lambda node: False  # noqa: ARG005 - no element is a pseudo-element
        if self.take(":"):
            return self.pseudo(self.needed(_NAME).lower())
        return None

    def needed(self, pattern: "re.Pattern[str]") -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise self.fail()
        return self.token(match)

    # Pseudo-classes

    def pseudo(self, name: str) -> Test:
        if self.take("("):
            return self.function(name)
        plain = _PLAIN.get(name)
        if plain is None:
            raise UnknownSelectorError(self.text)
        return plain

    def function(self, name: str) -> Test:
        if name in ("is", "where", "matches", "-webkit-any"):
            inner = self.forgiving()
            return lambda node: any(_fits(node, one) for one in inner)
        if name == "not":
            denied = compiled(self.argument())
            return lambda node: not any(_fits(node, one) for one in denied)
        if name == "has":
            sought = [_relative(part) for part in _split(self.argument())]
            return lambda node: any(_has(node, how, one) for how, one in sought)
        if name in _COUNTED:
            return self.counted(name)
        raise UnknownSelectorError(self.text)

    def counted(self, name: str) -> Test:
        text = self.argument()
        formula, _, of = text.partition(" of ")
        match = _NTH.fullmatch(formula)
        if match is None or (of and "type" in name):
            raise self.fail()
        step, offset = _formula(match)
        among = compiled(of) if of else ()
        return _nth(step, offset, from_end="last" in name, of_type="type" in name, among=among)

    def argument(self) -> str:
        """What stands between the parentheses, up to the one that closes them."""
        start, depth = self.at, 1
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in "\"'":
                end = self.text.find(char, self.at + 1)
                self.at = end if end >= 0 else len(self.text) - 1
            depth += (char == "(") - (char == ")")
            self.at += 1
            if depth == 0:
                return self.text[start : self.at - 1]
        return self.text[start:]


def _split(text: str) -> list[str]:
    """The parts of a list, at the commas that stand outside parentheses, brackets and quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for index, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    return [part for part in (*parts, text[start:]) if part.strip()]


def _formula(match: "re.Match[str]") -> tuple[int, int]:
    word, step, sign, offset, lone = match.groups()
    if word:
        return 2, int(word.lower() == "odd")
    if lone is not None:
        return 0, clamped(lone)
    many = clamped(f"{step}1") if step in ("", "+", "-") else clamped(step)
    return many, clamped(f"{sign or ''}{offset or 0}")


def _nth(
    step: int, offset: int, *, from_end: bool, of_type: bool, among: tuple[Complex, ...] = ()
) -> Test:
    def counts(other: Node, node: Node) -> bool:
        if of_type:
            return other.name == node.name
        return not among or any(_fits(other, one) for one in among)

    def test(node: Node) -> bool:
        if not counts(node, node):
            return False
        beside = [n for n in node.parent.elements if counts(n, node)] if node.parent else [node]
        if from_end:
            beside.reverse()
        place = next(number for number, other in enumerate(beside, 1) if other is node) - offset
        return place == 0 if step == 0 else place % step == 0 and place // step >= 0

    return test


def _relative(part: str) -> tuple[str, Complex]:
    match = re.match(r"\s*([>+~])", part)
    reader = _Reader(part[match.end() :] if match else part)
    found = reader.complex()
    if reader.rest():
        raise reader.fail()
    return (match[1] if match else " "), found


def _has(node: Node, how: str, sought: Complex) -> bool:
    """Whether something matches below or after an element, with the element as its start."""
    anchored = (Compound(" ", (lambda other: other is node,)), sought[0]._replace(combinator=how))
    whole = (*anchored, *sought[1:])
    if how in "+~":
        space = node.parent.descendants() if node.parent else iter(())
    else:
        space = node.descendants()
    return any(_fits(other, whole) for other in space)


_COUNTED = ("nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type")
_FIRST = _nth(0, 1, from_end=False, of_type=False)
_LAST = _nth(0, 1, from_end=True, of_type=False)
_FIRST_TYPE = _nth(0, 1, from_end=False, of_type=True)
_LAST_TYPE = _nth(0, 1, from_end=True, of_type=True)
_PLAIN: dict[str, Test] = {
    "first-child": _FIRST,
    "last-child": _LAST,
    "only-child": lambda node: _FIRST(node) and _LAST(node),
    "first-of-type": _FIRST_TYPE,
    "last-of-type": _LAST_TYPE,
    "only-of-type": lambda node: _FIRST_TYPE(node) and _LAST_TYPE(node),
    "empty": is_empty,
    "root": is_root,
    "scope": is_root,
    "link": is_link,
    "any-link": is_link,
    "defined": lambda node: "-" not in node.name,
}
