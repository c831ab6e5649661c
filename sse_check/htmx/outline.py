"""What one template puts into a tree: its elements, sites and blocks in the order of the text.

Made once for each file and used for every page on which the file stands.
"""

import re
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple

from sse_check.htmx.dom import Node
from sse_check.project.elements import ElementAttribute, ElementTag, Given, Reader, Value
from sse_check.source import Span
from sse_check.source.lazy import lazy
from sse_check.template.conditions import Facts
from sse_check.template.html_words import ROOT
from sse_check.template.model import NO_ELEMENT, Block, Site, Template
from sse_check.template.values import Pattern

HOLE = "\ue000"
"""Stands in an attribute's text for what is known only when the page is rendered."""

OUT_OF_SIGHT = "#unknown"
"""The name of a node that stands for elements that cannot be seen."""

SIGN = lazy(r"(?:data-)?(?:hx-|sse-)", re.IGNORECASE)
_OPEN_ID = lazy(r"\bid\s*=\s*[\"']?[^\"'>]*\{", re.IGNORECASE)
_RAW = lazy(r"\|\s*safe\b")
# What an element that speaks to htmx counts more than one that does not.
SPEAKING = 20


@dataclass(slots=True, eq=False)
class Mark:
    """Where an element of an assembled page is written, and how each attribute came about."""

    path: str
    template: Template
    node: int
    tag: ElementTag
    given: dict[str, Given]

    @property
    def span(self) -> Span:
        return Span(
            self.template.source, self.template.starts[self.node], self.template.ends[self.node]
        )

    @property
    def place(self) -> tuple[str, int]:
        return (self.path, self.node)


def mark_of(node: Node) -> Mark:
    """The mark of an element that comes from a template."""
    if not isinstance(node.mark, Mark):
        raise TypeError(f"{node!r} does not come from a template")
    return node.mark


def span_of(node: Node) -> Span:
    """The start tag of an element that comes from a template."""
    return mark_of(node).span


class Item(NamedTuple):
    """Something that a template puts into its tree, in the order of the text."""

    start: int
    kind: str
    node: int
    site: Site | None
    block: Block | None


class Outline:
    """The items of each template by the root they belong to; made once, used for every page."""

    def __init__(self) -> None:
        self._items: dict[str, dict[int, list[Item]]] = {}
        self._markup: dict[str, bool] = {}
        self._facts: dict[tuple[str, int], Facts] = {}
        self._plain: dict[tuple[str, int], tuple[dict[str, str], Mark] | None] = {}

    def facts(self, path: str, template: Template, context: int) -> Facts:
        """What holds in a control block."""
        key = (path, context)
        if key not in self._facts:
            self._facts[key] = template.flow.facts(context)
        return self._facts[key]

    def plain(
        self, reader: Reader, path: str, template: Template, node: int
    ) -> tuple[dict[str, str], Mark] | None:
        """The attributes of an element that are the same wherever it stands, if they are.

        Elements that say nothing to htmx are read without looking into their expressions.
        """
        key = (path, node)
        if key not in self._plain:
            self._plain[key] = _plain(reader, path, template, node)
        return self._plain[key]

    def brings_markup(self, path: str, template: Template) -> bool:
        """Whether a value that is put out as it is (`{{ page.body|safe }}`) may hold elements."""
        if path not in self._markup:
            self._markup[path] = "safe" in template.text and any(
                _RAW.search(template.text, start, end) and _stands_in_content(template, start)
                for start, end in template.outputs
            )
        return self._markup[path]

    def items(self, path: str, template: Template, root: int) -> list[Item]:
        if path not in self._items:
            self._items[path] = _items(template)
        return self._items[path].get(root, [])


def _stands_in_content(template: Template, at: int) -> bool:
    """Whether a place is neither inside a tag nor in a script."""
    mask = template.mask

    def last(sign: str) -> int:
        return mask.rfind(sign, 0, at)

    return last("<") <= last(">") and last("<script") <= last("</script")


def _items(template: Template) -> dict[int, list[Item]]:
    root_of = _roots_of(template)
    grouped: dict[int, list[Item]] = {}
    for node, name in enumerate(template.names):
        if name[0] != "#" and node not in template.dropped:
            item = Item(template.starts[node], "element", node, None, None)
            grouped.setdefault(root_of[node], []).append(item)
    for site in template.sites:
        if not site.in_tag:
            item = Item(site.start, site.kind, site.node, site, None)
            grouped.setdefault(root_of[site.node], []).append(item)
    for stray in template.strays:
        item = Item(stray.start, "stray", stray.node, stray, None)
        grouped.setdefault(root_of[stray.node], []).append(item)
    for block in template.blocks:
        if block.root == NO_ELEMENT:
            # A place inside its tag: what begins right after it belongs to it.
            item = Item(block.start - 1, "block", block.node, None, block)
            grouped.setdefault(root_of[block.node], []).append(item)
    for found in grouped.values():
        found.sort(key=lambda item: item.start)
    return grouped


def _plain(
    reader: Reader, path: str, template: Template, node: int
) -> tuple[dict[str, str], Mark] | None:
    if node in template.written:
        return None
    text = template.text[template.starts[node] : template.ends[node]]
    if "{" in text and (SIGN.search(text) or _OPEN_ID.search(text)):
        return None
    tag = reader.start_tag(path, template, node)
    if tag.calls:
        return None
    attributes: dict[str, str] = {}
    given: dict[str, Given] = {}
    read = ElementTag()
    for written in tag.attributes:
        if written.facts or not written.certain:
            return None
        if written.name in attributes:
            continue
        parts: list[str | None] = [p if isinstance(p, str) else None for p in written.value or ()]
        pattern = Pattern.of(*(unescape(p) if p and "&" in p else p for p in parts))
        value = (Value(pattern, ()),)
        one = ElementAttribute(
            written.name, written, None if written.value is None else value, (), True
        )
        read.attributes.append(one)
        given[written.name] = Given(None if written.value is None else pattern, one)
        attributes[written.name] = "".join(HOLE if p is None else p for p in pattern.parts)
    return attributes, Mark(path, template, node, read, given)


def _roots_of(template: Template) -> list[int]:
    """The root of every node."""
    names, parents = template.names, template.parents
    root_of: list[int] = []
    for node, name in enumerate(names):
        above = parents[node]
        # A loop's second turn makes a merge that stands later than what it holds.
        while above > node:
            above = parents[above]
        root_of.append(node if name == ROOT or above == NO_ELEMENT else root_of[above])
    return root_of
