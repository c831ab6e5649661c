"""What one template brings to a page, worked out once: its markup between the places that differ.

Of the elements only those are kept that matter, those around them, and those that make the HTML
parser end or move others. What lies between two decisions is one string, whatever it holds.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from zlib import crc32

from sse_check.pages.allowance import MOST_KEPT, TOO_DEEP, TOO_MANY
from sse_check.pages.interest import Interest
from sse_check.pages.places import brings_markup, sites_of
from sse_check.pages.plain import Plain
from sse_check.pages.reader import Reader
from sse_check.pages.speaking import speaks_of_streams
from sse_check.pages.unsaid_ends import closers, ends_unsaid
from sse_check.source.lazy import lazy
from sse_check.template import html_words as html
from sse_check.template.conditions import Facts
from sse_check.template.flow import MOST_FACTS, OUTERMOST, handed_down
from sse_check.template.html_words import MERGE
from sse_check.template.model import NO_ELEMENT, Block, Site, Template
from sse_check.template.written import element_written

SCENE = "\0"
"""Stands in the markup for the number of the scene, which is another on each page."""

_USUAL_NAME = lazy(r"[a-z][a-z0-9:.-]*\Z")
_HIDDEN = lazy(r"\btype\s*=\s*[\"']?hidden\b", re.IGNORECASE)
_LOOPS = frozenset(("for", "while", "async"))
_DECIDED_BY_FACTS = frozenset(("if", "unless", "", "block"))
_FINAL = frozenset(("else", "empty", "fallback", "plural", "pluralize"))
# Browsers stop at 512; deeper elements are left out, and that is said.
DEEPEST = 200
# At this depth elements go that only stand around others.
_DEEPEST_AROUND = 100
_CROWDED = "more conditions stand around its elements than are told apart"
# Where it ends that an element reaches a paragraph around the file.
_HIDES_P = html.BUTTON_SCOPE | html.CLOSES_P | {MERGE}
_SEPARATE = ("<template", "</template")
Token = tuple[int, int, int, str, int]
"""Start, order, context, markup, elements."""


class Item(NamedTuple):
    """A stretch of markup, or a place that brings some: in the order of the text."""

    start: int
    kind: str
    context: int
    text: str = ""
    elements: int = 0
    # Where a loop goes back to, at its end.
    back: int = -1
    site: Site | None = None
    block: Block | None = None


@dataclass(slots=True)
class RootOutline:
    """What one root (a file, a macro, a block) brings."""

    items: list[Item] = field(default_factory=list)
    # Whether some of its elements matter, or it opens or ends elements around what follows.
    live: bool = False
    # Whether it would end a paragraph around it.
    ends_p: bool = False


class Outline:
    """What a template brings, root by root."""

    def __init__(self, path: str, template: Template, interest: Interest, reader: Reader) -> None:
        self.path = path
        self.template = template
        self.roots: dict[int, RootOutline] = {}
        # The attributes of its elements, as far as they were asked for.
        self.plain: dict[int, Plain | None] = {}
        self.said: dict[int, tuple[tuple[str, str], ...]] = {}
        self._root_of: dict[int, int] = {}
        self._is_one = len(template.roots) == 1
        found = interest.elements(path, template, reader)
        self.examples = interest.examples(template, found)
        # The elements that matter.
        self.elements = found.union(self.examples.chosen)
        self.has_raw_output = brings_markup(template)
        self.speaks = speaks_of_streams(template.text)
        # What was left out because there is too much of it.
        self.cut = ""
        self._facts: dict[int, Facts] = {}
        self._others: dict[int, Facts] = {OUTERMOST: ()}
        lending = reader.project.graph.lending
        self.sites, self.foreign = sites_of(template, lambda: lending.lent_to(path))
        self._with_else = _with_branches(template)
        self.kept = self._kept(interest)
        self._fill()

    def root(self, node: int) -> RootOutline:
        found = self.roots.get(node)
        if found is None:
            found = self.roots[node] = RootOutline()
        return found

    def root_of(self, node: int) -> int:
        """The root of a node."""
        if self._is_one:
            return 0
        found = self._root_of.get(node)
        if found is None:
            found = self._root_of[node] = self.template.root_of(node)
        return found

    def facts(self, context: int) -> Facts:
        """What holds in a control block, with the branches that no condition describes."""
        if context == OUTERMOST:
            return ()
        known = self._facts.get(context)
        if known is None:
            flow = self.template.flow
            others = handed_down(context, self._others, self._undescribed, flow.records)
            known = self._facts[context] = (*flow.facts(context), *others)
            if flow.is_crowded:
                self.cut = _CROWDED
        return known

    def _undescribed(self, context: int, above: Facts) -> Facts:
        """The bodies of a loop with an `else`, and the cases of a `match`: one of them is shown."""
        flow = self.template.flow
        found: list[tuple[str, bool]] = []
        record = flow.record(context)
        if record.kind in _LOOPS:
            if record.earlier >= 0:
                found.append((self._key(flow.record(record.earlier).start), False))
            elif record.start in self._with_else:
                found.append((self._key(record.start), True))
        elif record.kind not in _DECIDED_BY_FACTS and (
            record.earlier >= 0 or record.start in self._with_else
        ):
            if not _is_final(flow.opening(record)):
                found.append((self._key(record.start), True))
            earlier = record.earlier
            while earlier >= 0 and len(found) <= MOST_FACTS:
                before = flow.record(earlier)
                found.append((self._key(before.start), False))
                earlier = before.earlier
        if len(found) + len(above) > MOST_FACTS:
            self.cut = _CROWDED
        return tuple(found)

    def _key(self, start: int) -> str:
        return f"branch@{self.path}@{start}"

    # Which elements are kept

    def _kept(self, interest: Interest) -> set[int]:
        template = self.template
        if interest.everything:
            return set(self.elements)
        if template.misnested:
            # Where the parser opens elements again depends on all of them.
            return {node for node, name in enumerate(template.names) if name[0] != "#"}
        seeds = self.elements - self.examples.alone
        for options in template.merges.values():
            seeds.update(option.node for option in options)
        seeds.update(template.left_open.values())
        seeds.update(site.node for site in self.sites)
        seeds.update(block.node for block in template.blocks if block.root == NO_ELEMENT)
        seeds.update(stray.node for stray in template.strays)
        kept: set[int] = set()
        pending = list(seeds)
        while pending:
            for node in self._with_those_around(pending.pop(), kept):
                if ends_unsaid(template, node):
                    pending.extend({self._closers.get(node, node)} - kept)
        if interest.beside:
            self._keep_siblings(kept)
        kept |= self.examples.alone
        return {node for node in kept if template.names[node][0] != "#"}

    def _with_those_around(self, node: int, kept: set[int]) -> list[int]:
        """Keep an element and its ancestors; returns those that were not kept before."""
        parents = self.template.parents
        added = []
        while node != NO_ELEMENT and node not in kept:
            kept.add(node)
            added.append(node)
            node = parents[node]
        return added

    @cached_property
    def _closers(self) -> dict[int, int]:
        return closers(self.template)

    def _keep_siblings(self, kept: set[int]) -> None:
        """Selectors that count what stands beside an element need all of it."""
        around = {self.template.parents[node] for node in self.elements}
        for node, parent in enumerate(self.template.parents):
            if parent in around:
                kept.add(node)

    # Items

    def _fill(self) -> None:
        tokens: dict[int, list[Token]] = {}
        others: dict[int, list[int]] = {}
        for node, at in self.template.other_ends:
            others.setdefault(node, []).append(at)
        content_ends = self.template.content_ends
        closed: set[int] = set()
        for node in self._not_too_deep():
            found = tokens.setdefault(self.root_of(node), [])
            name, start = self.template.names[node], self.template.starts[node]
            context = self.template.context(node)
            found.append((start, 1, context, self._start_tag(node, name), 1))
            if name in html.VOID or name in html.RAW_TEXT:
                continue
            # In several branches, there may be several end tags.
            for at in (*others.get(node, ()), content_ends[node]):
                if at >= 0 and at not in closed:
                    closed.add(at)
                    found.append((at, 0, self.template.flow.at(at), f"</{_emitted(name)}>", 0))
        for node in (*self.elements, *self.template.left_open):
            self.root(self.root_of(node)).live = True
        self._fill_places(tokens)
        self._fill_paragraph_ends(tokens)
        for root in {*self.roots, *tokens}:
            self._merge(root, tokens.get(root, []))

    def _not_too_deep(self) -> Iterator[int]:
        """The elements that are kept, in the order of the text."""
        depths: dict[int, int] = {}
        count = 0
        for node in sorted(self.kept):
            depth = depths.get(self.template.parents[node], 0)
            if depth > _DEEPEST_AROUND and node not in self.elements:
                depths[node] = depth
                continue
            depths[node] = depth + 1
            if depth >= DEEPEST:
                self.cut = TOO_DEEP
                continue
            count += 1
            if count > MOST_KEPT:
                self.cut = TOO_MANY
                return
            yield node

    def _root_at(self, place: int) -> int:
        """The root in which a place lies: that of the last element before it."""
        node = bisect_right(self.template.starts, place) - 1
        return self.root_of(max(node, 0))

    def _start_tag(self, node: int, name: str) -> str:
        """The start tag as the HTML parser needs it: its name and where it is written."""
        template = self.template
        number = f"k{SCENE}-{node}"
        written = template.written.get(node)
        if written is not None:
            element = element_written(written[0])
            closed = "" if element is not None and element.stays_open else f"</{name}>"
            return f"<{name} {number}>{closed}"
        text = template.text
        start, end = template.starts[node], template.ends[node]
        if name == "input" and _HIDDEN.search(text, start, end):
            return f"<input type=hidden {number}>"
        if name == "template" and "shadowrootmode" in text[start:end]:
            return f"<template shadowrootmode {number}>"
        slash = " /" if name in html.FOREIGN and text[end - 2] == "/" else ""
        name = _emitted(name)
        closed = f"</{name}>" if name in html.RAW_TEXT else ""
        return f"<{name} {number}{slash}>{closed}"

    def _fill_places(self, tokens: dict[int, list[Token]]) -> None:
        template, at = self.template, self.template.flow.at
        for site in self.sites:
            item = Item(site.start, site.kind, at(site.start), site=site)
            self.root(self.root_of(site.node)).items.append(item)
        for site in self.foreign:
            item = Item(site.start, "foreign", at(site.start))
            self.root(self.root_of(site.node)).items.append(item)
        for stray in template.strays:
            root = self.root_of(stray.node)
            self.root(root).live = True
            token = (stray.start, 0, at(stray.start), f"</{_emitted(stray.name)}>", 0)
            tokens.setdefault(root, []).append(token)
        for start, end in template.turning:
            root = self._root_at(start)
            item = Item(end - 1, "turn", at(start), back=start)
            self.root(root).items.append(item)
        for block in template.blocks:
            if block.root == NO_ELEMENT:
                # A place inside its tag: what begins right after it belongs to it. What holds
                # there is what holds just before it: an empty block ends where it begins.
                place = block.start - 1
                item = Item(place, "block", at(block.start - 2), block=block)
                self.root(self.root_of(block.node)).items.append(item)

    def _fill_paragraph_ends(self, tokens: dict[int, list[Token]]) -> None:
        """Elements that are left out may still end a paragraph that another file began."""
        template, names, parents = self.template, self.template.names, self.template.parents
        roots, ending = template.roots, html.CLOSES_P
        seen: set[int] = set()
        for node, name in enumerate(names):
            if name in ending:
                parent = parents[node]
                while names[parent] not in _HIDES_P:
                    parent = parents[parent]
                if parent in roots and parent not in seen:
                    seen.add(parent)
                    self.root(parent).ends_p = True
                    if node not in self.kept:
                        token = (template.starts[node], 1, template.context(node), "<hr>", 0)
                        tokens.setdefault(parent, []).append(token)

    def _merge(self, root: int, tokens: list[Token]) -> None:
        """Put neighbouring tokens of one context together, in the order of the text."""
        outline = self.root(root)
        places = outline.items
        breaks = [item.start for item in places]
        breaks.extend(self.template.block_ends[i.block.number] for i in places if i.block)
        breaks.extend(item.back for item in places if item.back >= 0)
        breaks.sort()
        merged: list[Item] = []
        texts: list[list[str]] = []
        before: object = None
        for start, _, context, text, count in sorted(tokens):
            separate = text.startswith(_SEPARATE)
            key = (bisect_left(breaks, start + 1), context)
            if key == before and not separate:
                last = merged[-1]
                merged[-1] = last._replace(elements=last.elements + count)
                texts[-1].append(text)
                continue
            kind = "text"
            if separate:
                kind = "template" if text[1] != "/" else "end of template"
            merged.append(Item(start, kind, context, "", count))
            texts.append([text])
            before = None if separate else key
        merged = [
            item._replace(text="".join(found)) for item, found in zip(merged, texts, strict=True)
        ]
        outline.items = sorted([*merged, *places], key=lambda item: item.start)


def _emitted(name: str) -> str:
    """A name that the HTML parser takes as it is: one with an expression in it gets another."""
    return name if _USUAL_NAME.match(name) else f"x-{crc32(name.encode()):x}"


def _is_final(opening: tuple[str, str]) -> bool:
    """Whether a branch is taken when none before it is."""
    return opening[0] in _FINAL or opening == ("case", "_")


def _with_branches(template: Template) -> frozenset[int]:
    """Where blocks begin that go on with another branch."""
    records = template.flow.records
    return frozenset(records[one.earlier].start for one in records if one.earlier >= 0)
