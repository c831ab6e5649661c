"""Parts of a template that no rendering of it shows: its layouts have no place for them.

A template that extends a layout gives that its blocks, and nothing else. A block of another name
than the layout's, and what stands outside all blocks, is parsed and never put out: Jinja, Django,
kida and Tornado do this alike, and none of them says a word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sse_check.project.project import Project
from sse_check.source import Span
from sse_check.template.html_words import ROOT
from sse_check.template.model import Block, Site, Template

# What speaks of events, or brings what that needs, in a start tag.
_LIVE = re.compile(r"\b(?:sse-(?:connect|swap|close)|hx-sse)\b|\bsse:")
_SCRIPT = re.compile(r"<script\b[^>]*\bsrc\s*=[^>]*(?:htmx|\bsse\b)")
_STREAM = "new EventSource("
# Where nothing of these is, none of those are.
_SIGNS = ("sse", "EventSource(", "htmx")
# `{% extends "a.html" if one else "b.html" %}`: both are known.
_EITHER = re.compile(r"""("[^"]*"|'[^']*')\s+if\s[^"']+\selse\s+("[^"]*"|'[^']*')""")
_INCLUDING = frozenset(("include", "embed", "partial"))


@dataclass(frozen=True, slots=True)
class Unrendered:
    """A block that no layout has, by its name, or an element outside all blocks (""): where that is
    written, and what in it is live. `blocks` are the names that the layout has."""

    span: Span
    block: str
    live: Span
    layout: Span
    blocks: frozenset[str]


def unrendered(project: Project, path: str) -> Iterator[Unrendered]:
    """The live parts of a template that its layouts never render; none where not all is known of
    them."""
    template = project.template(path)
    site = _only_layout(template)
    if template is None or site is None:
        return
    blocks = _blocks_above(project, path, frozenset((path,)))
    if blocks is None:
        return
    layout = Span(template.source, site.start, site.end)
    for block in _outermost(template):
        if block.name in blocks or _is_called(project, path, block.name):
            continue
        live = _live_in(project, template, block.start, template.block_ends[block.number])
        if live is not None:
            yield Unrendered(_statement(template, block), block.name, live, layout, blocks)
    covered = [(b.start, template.block_ends[b.number]) for b in template.blocks]
    signs = (at for sign in _SIGNS for at in _places(template.text, sign, site.end))
    if all(any(start <= at < end for start, end in covered) for at in signs):
        # Most templates end here: to look at each element takes longer.
        return
    for node in _outside(template, site.end, covered):
        span = Span(template.source, template.starts[node], template.ends[node])
        yield Unrendered(span, "", span, layout, blocks)


def _places(text: str, sign: str, start: int) -> Iterator[int]:
    at = text.find(sign, start)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1)


def _only_layout(template: Template | None) -> Site | None:
    """The statement by which a template always extends something, if it has just one."""
    if template is None or template.dialect.name == "html":
        return None
    sites = [site for site in template.sites if site.kind == "extends"]
    if len(sites) != 1 or template.facts_at(sites[0].start):
        return None
    return sites[0]


def _blocks_above(project: Project, path: str, below: frozenset[str]) -> frozenset[str] | None:
    """The blocks of all layouts that may be above a template; None where one is not known."""
    template = project.template(path)
    if template is None:
        return None
    found: set[str] = set()
    for site in (one for one in template.sites if one.kind == "extends"):
        link = project.link(path, template, site)
        layouts = [project.target(name, path) for name in link.names]
        if not layouts or (link.open and _EITHER.fullmatch(site.name.strip()) is None):
            return None
        for layout in layouts:
            above = layout and _blocks_of(project, layout, below)
            if above is None or above == "":
                return None
            found.update(above)
    return frozenset(found)


def _blocks_of(project: Project, layout: str, below: frozenset[str]) -> frozenset[str] | None:
    """The blocks of a layout and of those above it."""
    template = project.template(layout)
    if template is None or layout in below:
        return None
    above = _blocks_above(project, layout, below | {layout})
    if above is None:
        return None
    own = [block.name for block in template.blocks]
    own += [block.name for block in template.tag_blocks]
    own += [root.name for root in template.roots.values()]
    return above.union(name for name in own if name)


def _outermost(template: Template) -> Iterator[Block]:
    """The blocks that stand in no other: those inside are rendered where their outer one is."""
    end = 0
    for block in sorted(template.blocks, key=lambda one: one.start):
        if block.start < end:
            continue
        end = template.block_ends[block.number]
        if template.roots[template.root_of(block.node)].kind == "file":
            yield block


def _is_called(project: Project, path: str, name: str) -> bool:
    """Whether a block is put out by its name: `{{ self.name() }}`."""
    call = f"self.{name}".encode()
    return any(call in project.files.data(one) for one in project.chain(path))


def _live_in(project: Project, template: Template, start: int, end: int) -> Span | None:
    """The first thing in a stretch that has to do with events."""
    for node, name in enumerate(template.names):
        if name == ROOT or not start <= template.starts[node] < end:
            continue
        if _is_live(template, node):
            return Span(template.source, template.starts[node], template.ends[node])
    for site in template.sites:
        if site.kind in _INCLUDING and start <= site.start < end:
            names = project.link(template.path, template, site).names
            paths = (project.target(one, template.path) for one in names)
            if not project.graph.speaking.isdisjoint(filter(None, paths)):
                return Span(template.source, site.start, site.end)
    return None


def _is_live(template: Template, node: int) -> bool:
    tag = template.text[template.starts[node] : template.ends[node]]
    if template.names[node] != "script":
        return _LIVE.search(tag) is not None
    end = template.content_end(node) or template.ends[node]
    return _SCRIPT.search(tag) is not None or _STREAM in template.text[template.ends[node] : end]


def _outside(template: Template, start: int, covered: list[tuple[int, int]]) -> Iterator[int]:
    """The outermost live elements outside all blocks, from a place on."""
    told = start
    for node, name in enumerate(template.names):
        at = template.starts[node]
        if name == ROOT or at < told or not _is_live(template, node):
            continue
        if any(first <= at < last for first, last in covered):
            continue
        if template.roots[template.root_of(node)].kind == "file":
            told = template.content_end(node) or template.ends[node]
            yield node


def _statement(template: Template, block: Block) -> Span:
    """The statement that begins a block, before what stands in it."""
    start = template.text.rfind("{%", 0, block.start)
    return Span(template.source, max(start, 0), block.start)
