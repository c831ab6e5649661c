"""What a page writes for its layouts and what they have no place for: it is never rendered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sse_check.apps.model import App
from sse_check.project.project import Project
from sse_check.source import Span
from sse_check.template.html_words import ROOT
from sse_check.template.model import Block, Template
from sse_check.template.values import Pattern

if TYPE_CHECKING:
    from sse_check.findings.context import Context

# A start tag that speaks of events, or a script that may bring htmx or its extension.
_LIVE = re.compile(
    r"""\s(?:data-)?(?:sse-|hx-sse|hx-ext\s*=\s*["']?[^"'>]*\bsse\b)|\bsse:"""
    r"""|\A<script\s[^>]*\bsrc\s*=[^>]*(?:htmx|\bsse\b)"""
)
# Frameworks that render the blocks of a page by themselves, by rules of their own.
_BY_BLOCKS = ("chirp",)


class Unplaced(NamedTuple):
    """A block with live markup that stands in no layout, or with no name an element outside of
    all blocks; and the nearest layout, with the blocks that there are in all of them."""

    name: str
    span: Span
    layout: str
    known: tuple[str, ...]


def unplaced_blocks(context: Context, app: App, path: str) -> Iterator[Unplaced]:
    """What a page writes for its layouts and none of them asks for."""
    project = context.project
    template = project.template(path)
    layouts = _layouts(project, path) if app.framework not in _BY_BLOCKS else []
    if template is None or not layouts or template.dialect.name == "kida":
        return
    placed = {block.name for _, layout in layouts for block in layout.blocks}
    for span in _outside(project, path, template):
        yield Unplaced("", span, layouts[0][0], tuple(sorted(placed)))
    every = (template, *(layout for _, layout in layouts))
    for block in _outermost(template):
        if block.name in placed or any(_shows(one, block.name) for one in every):
            continue
        if _is_live(project, path, template, block) and not _is_rendered(context, app, block.name):
            begin = max(template.text.rfind("{%", 0, block.start), 0)
            span = Span(template.source, begin, block.start)
            yield Unplaced(block.name, span, layouts[0][0], tuple(sorted(placed)))


def _layouts(project: Project, path: str) -> list[tuple[str, Template]]:
    """The layouts of a page, where each is known and no other may be in its place."""
    found: list[tuple[str, Template]] = []
    chain = project.chain(path)
    for step in chain:
        template, site = project.template(step), project.extends_site(step)
        if template is None:
            return []
        if site is not None:
            link = project.link(step, template, site)
            is_only = not link.open and len(link.names) == 1 and not template.facts_at(site.start)
            if not is_only or project.parent(step) is None:
                return []
        if step != path:
            found.append((step, template))
    return found


def _outermost(template: Template) -> Iterator[Block]:
    """The blocks that stand in no other one: what is in another is rendered with that."""
    end = 0
    for block in sorted(template.blocks, key=lambda one: one.start):
        if block.start >= end:
            end = template.block_ends[block.number]
            yield block


def _shows(template: Template, name: str) -> bool:
    """Whether a template shows a block of a page at a place of its own, by `self.name()`."""
    return re.search(rf"\bself\s*(?:\.\s*{re.escape(name)}\b|\[)", template.text) is not None


def _is_live(project: Project, path: str, template: Template, block: Block) -> bool:
    end = template.block_ends[block.number]
    return any(block.start <= span.start < end for span, _ in _live(project, path, template))


def _outside(project: Project, path: str, template: Template) -> Iterator[Span]:
    """The first live thing behind `extends` that stands in no block and in no macro."""
    site = project.extends_site(path)
    ends = [(block.start, template.block_ends[block.number]) for block in template.blocks]
    for span, node in _live(project, path, template):
        is_inside = any(start <= span.start < end for start, end in ends)
        of_file = template.roots[template.root_of(node)].kind == "file"
        if site is not None and span.start > site.start and of_file and not is_inside:
            yield span
            return


def _live(project: Project, path: str, template: Template) -> Iterator[tuple[Span, int]]:
    """The start tags that speak of events or bring htmx, and the includes of what does, with the
    elements that they are or stand in."""
    source = template.source
    places = zip(template.names, template.starts, template.ends, strict=True)
    for node, (name, start, end) in enumerate(places):
        if name != ROOT and _LIVE.search(template.text[start:end]):
            yield Span(source, start, end), node
    for site in template.sites:
        if site.kind == "include":
            names = project.link(path, template, site).names
            if any(project.target(name, path) in project.graph.speaking for name in names):
                yield Span(source, site.start, site.end), site.node


def _is_rendered(context: Context, app: App, name: str) -> bool:
    """Whether some application renders a block of this name, or one that is not known, alone."""
    return any(
        one.matches(Pattern.of(name))
        for other in (app, *context.apps)
        for render in other.renders
        for one in render.block
    )
