"""Which elements matter: those that speak to htmx, and those that some selector may ask for.

Others change nothing that is asked about a page, unless they stand around one that matters or the
HTML parser moves something because of them.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from sse_check.pages.reader import Reader
from sse_check.source.lazy import lazy
from sse_check.template.lexer import OUTPUT
from sse_check.template.model import Template

SIGN = lazy(r"(?:data-)?(?:hx-|sse-)", re.IGNORECASE)
# Attributes whose values are selectors, or hold some.
_SELECTING = re.compile(
    rb"hx-(target|select|swap|include|indicator|trigger|disabled|sync|partial|status|on)[\w:.-]*"
    rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))",
    re.IGNORECASE,
)
# A selector may also be an argument: `row(target="#list")`.
_QUOTED_ID = re.compile(rb"[\"'\s,]#([A-Za-z_][\w-]*)")
_HASH = re.compile(r"#((?:[\w-]|[^\x00-\x7f]|\\.)+)")
_DOT = re.compile(r"\.((?:[A-Za-z_]|\\.)(?:[\w-]|\\.)*)")
_BRACKET = re.compile(r"\[\s*([\w:-]+)")
_WORD = re.compile(r"(?<![\w#.\[:-])[a-z][a-z0-9-]*", re.IGNORECASE)
# What may be any element at all: `ul > *`, `:empty`.
_ANY = re.compile(
    r"(?:^|[\s>+~,(])(?:\*(?=$|[\s>+~,):.\[#])|:(?=empty|first|last|only|nth|not|has))"
)
# Selectors that count what stands beside an element.
_BESIDE = re.compile(r"^\s*(?:next|previous)\w*\s*$|[+~]|:(?:first|last|only|nth)")
_ID = re.compile(r"\bid\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_CLASS = re.compile(r"\bclass\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_EDITABLE = re.compile(r"\bcontenteditable\b", re.IGNORECASE)
# An expression where an attribute's name could stand.
_LOOSE_HOLE = re.compile(f"[\t\n\f\r \"'\x02a-z]({OUTPUT}+)(?=[\t\n\f\r />\x02])")
# What a page is made of, or loads.
_LANDMARKS = frozenset("html head body main script frameset".split())
# What keeps a person's work: of several in one place the first stands for all.
_FIELDS = frozenset("input textarea select details canvas video audio".split())
_STATELESS = re.compile(r"\btype\s*=\s*[\"']?(?:hidden|submit|button|reset|image)\b", re.IGNORECASE)
# Links that htmx takes over: of many in one place a few stand for all.
_MOST_LINKS = 5
_SETTINGS = "htmx-config"


class Interest:
    """What the selectors of a project ask for, gathered from the bytes of its templates."""

    def __init__(self, contents: Iterable[bytes], *, everything: bool = False) -> None:
        self.everything = everything
        ids: set[str] = set()
        classes: set[str] = set()
        attributes: set[str] = set()
        tags: set[str] = set()
        self.beside = False
        boosted = False
        for data in contents if not everything else ():
            if b"#" in data:
                ids.update(found.decode() for found in _QUOTED_ID.findall(data))
            boosted = boosted or b"hx-boost" in data
            for match in _SELECTING.finditer(data):
                value = (match[2] or match[3] or match[4] or b"").decode("utf-8", "replace")
                ids.update(map(_unescaped, _HASH.findall(value)))
                classes.update(map(_unescaped, _DOT.findall(value)))
                attributes.update(name.lower() for name in _BRACKET.findall(value))
                tags.update(name.lower() for name in _WORD.findall(value))
                if match[1].lower() != b"on" and _ANY.search(value):
                    self.everything = True
                self.beside = self.beside or _BESIDE.search(value) is not None
        self.ids = frozenset(ids)
        self.classes = frozenset(classes)
        self.attributes = frozenset(attributes)
        self.tags = tags | _LANDMARKS | ({"form"} if boosted else set())
        self.links = boosted

    @property
    def key(self) -> tuple[object, ...]:
        """What must be equal for elements to matter as they did."""
        return (self.ids, self.classes, self.attributes, self.tags, self.beside, self.links)

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
        found.update(self._open(path, template, reader))
        found.update(self._examples(template, found))
        return found

    def _examples(self, template: Template, found: set[int]) -> Iterator[int]:
        """Fields and links that stand for all of their kind in the same place."""
        kinds = _FIELDS | {"a"} if self.links else _FIELDS
        names, parents, seen = template.names, template.parents, dict[object, int]()
        homes: dict[int, int] = {}
        for node, name in enumerate(names):
            if name not in kinds or node in found:
                continue
            if name == "input" and _STATELESS.search(
                template.text, template.starts[node], template.ends[node]
            ):
                continue
            passed = []
            home = parents[node]
            while home not in homes and home not in found and names[home][0] != "#":
                passed.append(home)
                home = parents[home]
            home = homes.get(home, home)
            homes.update(dict.fromkeys(passed, home))
            key = (home, template.context(node), "a" if name == "a" else "")
            seen[key] = seen.get(key, 0) + 1
            if seen[key] <= (_MOST_LINKS if name == "a" else 1):
                yield node

    def _speaking(self, template: Template) -> Iterator[int]:
        """Elements whose start tag has an attribute that matters."""
        text = template.text
        for place in self._places(text):
            node = element_at(template, place)
            if node >= 0:
                yield node

    def _places(self, text: str) -> Iterator[int]:
        yield from (match.start() for match in SIGN.finditer(text))
        for match in _ID.finditer(text):
            if "{" in match[1] or match[1] in self.ids:
                yield match.start()
        for match in _CLASS.finditer(text) if self.classes else ():
            value = match[1] or match[2] or match[3] or ""
            if not self.classes.isdisjoint((*re.findall(r"[\w-]+", value), *value.split())):
                yield match.start()
        for name in self.attributes - {"id", "class"}:
            yield from (match.start() for match in re.finditer(rf"\b{re.escape(name)}\b", text))
        if "contenteditable" in text:
            yield from (match.start() for match in _EDITABLE.finditer(text))

    @staticmethod
    def _open(path: str, template: Template, reader: Reader) -> Iterator[int]:
        """Elements that an expression in their tag may give attributes."""
        if not template.outputs:
            return
        for match in _LOOSE_HOLE.finditer(template.mask):
            node = element_at(template, match.start(1))
            if node < 0:
                continue
            tag = reader.start_tag(path, template, node)
            if tag.calls or any("{" in attribute.name for attribute in tag.attributes):
                yield node


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
