"""Which elements matter: those that speak to htmx, and those that some selector may ask for.

Others change nothing that is asked about a page, unless they stand around one that matters or the
HTML parser moves something because of them.
"""

import re
import string
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sse_check.pages.examples import Examples, examples
from sse_check.pages.reader import Reader
from sse_check.source.lazy import lazy
from sse_check.template.lexer import OUTPUT
from sse_check.template.model import Template

SIGN = lazy(r"(?:data-)?(?:hx-|sse-)", re.IGNORECASE)
# Attributes whose values are selectors, or hold some; in small letters, as patterns are found
# fastest that begin with letters.
_SELECTING = re.compile(
    rb"hx-(target|select|swap|include|indicator|trigger|disabled|sync|partial|status|on)[\w:.-]*"
    rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
)
# A selector may also be an argument: `row(target="#list")`.
_QUOTED_ID = re.compile(rb"#([A-Za-z_][\w-]*)")
_BEFORE_ID = frozenset(b"\"', \t\n\r\f\v}")
# Or stand in a block that a page puts into the layout's attribute.
_IN_BLOCK = re.compile(
    rb"\{%[-+~]?\s*block\s[^%{}]*%\}\s*((?:[#.\[]|(?:closest|find|next|previous)\s)[^{<]*)\{%"
)
_HASH = re.compile(r"#((?:[\w-]|[^\x00-\x7f]|\\.)+)")
_DOT = re.compile(r"\.((?:[A-Za-z_]|\\.)(?:[\w-]|\\.)*)")
_BRACKET = re.compile(r"\[\s*([\w:-]+)")
_WORD = re.compile(r"(?<![\w#.\[:-])[a-z][a-z0-9-]*", re.IGNORECASE)
# What may be any element at all: `ul > *`, `:empty`.
_ANY = re.compile(
    r"(?:^|[\s>+~,(])(?:\*(?=$|[\s>+~,):.\[#])|:(?=empty|first|last|only|nth|not|has))"
)
# Selectors that count what stands beside an element.
_BESIDE = re.compile(r"^\s*(?:next|previous)\w*\s*$|[+~]|(?<!queue):(?:first|last|only|nth)")
# What is looked for in answers; and code, of which no selector is followed.
_NOT_OF_THE_PAGE = (b"select", b"on")
# For text in small letters: a pattern that begins with letters is found quickly.
_ID = re.compile(r"id\s*=\s*[\"']?([^\"'\s>]+)")
_ID_IN_FULL = re.compile(r"(?<![\w-])id\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_SIGNS = ("hx-", "sse-")
_SMALL = {ord(letter): letter.lower() for letter in string.ascii_uppercase}
_CLASS = re.compile(r"\bclass\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_OUTPUTS = re.compile(f"{OUTPUT}+")
# What stands around an expression where an attribute's name could be.
_BEFORE_NAME = frozenset("\t\n\f\r \"'\x02" + string.ascii_lowercase)
_AFTER_NAME = frozenset("\t\n\f\r />=\x02")
# What a page is made of, or loads.
_LANDMARKS = frozenset("html head body main script frameset".split())
_SETTINGS = "htmx-config"


class Asked(NamedTuple):
    """What the selectors of one template ask for. `everything`: one asks for any element."""

    ids: frozenset[str]
    classes: frozenset[str]
    attributes: frozenset[str]
    tags: frozenset[str]
    beside: bool
    boosted: bool
    everything: bool


def asked_by(data: bytes) -> Asked:
    """Gathered from the bytes of a template: it need not be parsed for that."""
    ids: set[str] = set()
    classes: set[str] = set()
    attributes: set[str] = set()
    tags: set[str] = set()
    beside = everything = False
    if b"#" in data:
        for found in _QUOTED_ID.finditer(data):
            if found.start() and data[found.start() - 1] in _BEFORE_ID:
                ids.add(found[1].decode())
    small = data.lower()
    given = [*_SELECTING.finditer(small)] if b"hx-" in small else []
    if b"block" in small:
        given += _IN_BLOCK.finditer(small)
    for match in given:
        start, end = match.span(match.lastindex or 0)
        value = data[start:end].decode("utf-8", "replace")
        ids.update(map(_unescaped, _HASH.findall(value)))
        classes.update(map(_unescaped, _DOT.findall(value)))
        attributes.update(name.lower() for name in _BRACKET.findall(value))
        tags.update(name.lower() for name in _WORD.findall(value))
        if match[1] not in _NOT_OF_THE_PAGE:
            everything = everything or _ANY.search(value) is not None
            beside = beside or _BESIDE.search(value) is not None
    return Asked(
        frozenset(ids),
        frozenset(classes),
        frozenset(attributes),
        frozenset(tags),
        beside,
        b"hx-boost" in data,
        everything,
    )


class Interest:
    """What the selectors of a project ask for."""

    def __init__(self, asked: Iterable[Asked], *, everything: bool = False) -> None:
        every = [] if everything else list(asked)
        self.everything = everything or any(one.everything for one in every)
        self.beside = any(one.beside for one in every)
        self.links = any(one.boosted for one in every)
        nothing = frozenset[str]()
        self.ids = nothing.union(*(one.ids for one in every))
        self.classes = nothing.union(*(one.classes for one in every))
        self.attributes = nothing.union(*(one.attributes for one in every))
        forms = {"form"} if self.links else nothing
        self.tags = _LANDMARKS.union(forms, *(one.tags for one in every))

    @property
    def key(self) -> tuple[object, ...]:
        """What must be equal for elements to matter as they did."""
        return (
            self.ids,
            self.classes,
            self.attributes,
            self.tags,
            self.beside,
            self.links,
            self.everything,
        )

    def matters(self, name: str) -> bool:
        """Whether an attribute of that name makes a difference."""
        if self.everything or name == "id" or SIGN.match(name):
            return True
        return name in self.attributes or (name == "class" and bool(self.classes))

    def elements(self, path: str, template: Template, reader: Reader) -> set[int]:
        """The elements of a template that matter."""
        names = template.names
        if self.everything:
            return {node for node, name in enumerate(names) if name[0] != "#"}
        tags = self.tags
        found = {node for node, name in enumerate(names) if name in tags}
        found.update(template.written)
        if "meta" in names and _SETTINGS in template.text:
            found.update(node for node, name in enumerate(names) if name == "meta")
        found.update(self._speaking(template))
        found.update(site.node for site in template.sites if site.in_tag)
        found.update(block.node for block in template.tag_blocks)
        found.update(self._open(path, template, reader))
        return found

    def named_in(self, data: bytes) -> frozenset[str]:
        """The ids and classes in a file for which some selector asks; a brace where one may be put
        together."""
        text = data.decode("utf-8", "replace")
        ids = {match[1] for match in _ID_IN_FULL.finditer(text)} if self.ids else set()
        found = {f"#{one}" for one in ids & self.ids}
        if any("{" in one for one in ids):
            found.add("{")
        for match in _CLASS.finditer(text) if self.classes else ():
            value = match[1] or match[2] or match[3] or ""
            found.update(f".{one}" for one in self.classes.intersection(value.split()))
        return frozenset(found)

    def examples(self, template: Template, found: set[int]) -> Examples:
        """Fields and links that stand for all of their kind in the same place."""
        if self.everything:
            return Examples()
        return examples(template, found, links=self.links, counted=self.beside)

    def _speaking(self, template: Template) -> Iterator[int]:
        """Elements whose start tag has an attribute that matters."""
        text = template.text
        for place in self._places(text):
            node = element_at(template, place)
            if node >= 0:
                yield node

    def _places(self, text: str) -> Iterator[int]:
        lowered = text.lower()
        if len(lowered) != len(text):
            # Some letter is longer when it is small: places would not be the same.
            lowered = text.translate(_SMALL)
        for sign in _SIGNS:
            yield from _found(lowered, sign)
        for match in _ID.finditer(lowered):
            before = lowered[match.start() - 1]
            if before.isalnum() or before in "_-":
                continue
            value = text[match.start(1) : match.end(1)]
            if "{" in value or value in self.ids:
                yield match.start()
        for match in _CLASS.finditer(text) if self.classes else ():
            value = match[1] or match[2] or match[3] or ""
            if not self.classes.isdisjoint((*re.findall(r"[\w-]+", value), *value.split())):
                yield match.start()
        for name in self.attributes - {"id", "class"}:
            yield from (match.start() for match in re.finditer(rf"\b{re.escape(name)}\b", text))
        if "contenteditable" in lowered:
            yield from _found(lowered, "contenteditable")

    @staticmethod
    def _open(path: str, template: Template, reader: Reader) -> Iterator[int]:
        """Elements that an expression in their tag may give attributes."""
        for start in _loose_holes(template):
            node = element_at(template, start)
            if node < 0:
                continue
            tag = reader.start_tag(path, template, node)
            if tag.calls or any("{" in attribute.name for attribute in tag.attributes):
                yield node


def _found(text: str, sign: str) -> Iterator[int]:
    at = text.find(sign)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1)


def _loose_holes(template: Template) -> Iterator[int]:
    """Where expressions begin that stand where an attribute's name could."""
    mask = template.mask
    for start, _ in template.outputs:
        if mask[start - 1 : start] in _BEFORE_NAME:
            # Another may follow without a gap.
            run = _OUTPUTS.match(mask, start)
            last = run.end() if run is not None else start
            if mask[last : last + 1] in _AFTER_NAME:
                yield start


def _unescaped(name: str) -> str:
    """`p\\.1` in a selector is the id `p.1`."""
    return re.sub(r"\\(.)", r"\1", name)


def element_at(template: Template, place: int) -> int:
    """The element whose start tag holds a place, or -1."""
    names, starts, ends = template.names, template.starts, template.ends
    node = bisect_right(starts, place) - 1
    while node >= 0 and names[node][0] == "#":
        node -= 1
    return node if node >= 0 and starts[node] <= place < ends[node] else -1
