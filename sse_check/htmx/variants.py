"""The renderings of a page that are worth looking at, and which pages show a template."""

from dataclasses import dataclass, field
from typing import NamedTuple

from sse_check.htmx.assembly import Assembly
from sse_check.htmx.dom import Node
from sse_check.htmx.outline import SPEAKING, Mark, Outline
from sse_check.project.elements import Reader
from sse_check.project.project import Project
from sse_check.template.model import Block, Template

_MOST_VARIANTS = 8
_WRITTEN_APART = frozenset(("macro", "def", "region", "block", "fragment", "call", "partialdef"))


class Variant(NamedTuple):
    """One rendering of a page. `unseen` says that content from out of sight is brought in."""

    root: Node
    chosen: dict[str, bool]
    unseen: bool


@dataclass(frozen=True, slots=True)
class LivePage:
    """A page (or a piece of one, with unknown surroundings) in its variants."""

    path: str
    closed: bool
    variants: tuple[Variant, ...]
    places: frozenset[tuple[str, int]]


@dataclass(slots=True)
class Assembler:
    """Assembles pages of one project; what it learns of a template serves every page."""

    project: Project
    reader: Reader
    outline: Outline = field(default_factory=Outline)

    def page(self, path: str, *, closed: bool, root: int | None = None) -> LivePage:
        """Assemble a page: all conditions true, all false, then the weighty ones turned alone."""
        first = self._assemble(path, closed, root, {}, default=True)
        other = self._assemble(path, closed, root, {}, default=False)
        tried = [first, other]
        if any(_speaks_of_events(one.root) for one in tried):
            keys = {**other.asked, **first.asked}
            weighty = sorted((k for k in keys if keys[k] >= SPEAKING), key=lambda k: -keys[k])
            for key in weighty[:_MOST_VARIANTS]:
                usual = key in first.asked
                turned = {key: not usual}
                tried.append(self._assemble(path, closed, root, turned, default=usual))
        found: dict[object, Variant] = {}
        for one in tried:
            found.setdefault(_signature(one.root), Variant(one.root, one.chosen, one.unseen))
        places = frozenset(place for one in tried for place in one.placed)
        return LivePage(path, closed, tuple(found.values()), places)

    def _assemble(
        self, path: str, closed: bool, root: int | None, chosen: dict[str, bool], *, default: bool
    ) -> Assembly:
        assembly = Assembly(self.project, self.reader, self.outline, path, chosen, default)
        assembly.root = assembly.page_tree() if closed else assembly.piece_tree(root)
        return assembly

    def pages_showing(self, paths: tuple[str, ...]) -> list[LivePage]:
        """Every page on which elements of these files stand, then pieces no page shows."""
        tops: dict[str, None] = {}
        for path in paths:
            for top in self._tops(path):
                tops.setdefault(top)
        pages = [self.page(top, closed=self._is_closed(top)) for top in self._unlike(list(tops))]
        shown = {place for page in pages for place in page.places}
        for path in paths:
            template = self.project.template(path)
            if template is not None:
                pages.extend(self._pieces(path, template, shown))
        return pages

    def _tops(self, path: str) -> list[str]:
        """The files at which pages with this file begin: nothing includes or extends them."""
        tops, pending, seen = [], [path], {path}
        while pending:
            current = pending.pop()
            users = [user for user in self.project.graph.users.get(current, ()) if user != current]
            extended = self.project.children(current)
            if not users or (not extended and self._is_document(current)):
                tops.append(current)
            for user in users:
                if user not in seen:
                    seen.add(user)
                    pending.append(user)
        return sorted(tops) or [path]

    def _unlike(self, tops: list[str]) -> list[str]:
        """One page of each kind: pages that say nothing to htmx differ by their blocks alone."""
        graph = self.project.graph
        kinds: dict[object, str] = {}
        for top in tops:
            parent = self.project.parent(top)
            template = self.project.template(top)
            if parent is None or template is None or graph.leads_to_relevant(top, parent):
                kinds[top] = top
                continue
            blocks = frozenset((b.name, _shows_default(template, b)) for b in template.blocks)
            kinds.setdefault((parent, blocks), top)
        return list(kinds.values())

    def _is_closed(self, path: str) -> bool:
        if self.project.is_layout_open(self.project.chain(path)[-1]):
            return False
        wrapped = self.project.graph.wrapping_layout(path) is not None
        return wrapped or self._is_document(self.project.chain(path)[-1])

    def _is_document(self, path: str) -> bool:
        template = self.project.template(path)
        return template is not None and template.is_document

    def _pieces(self, path: str, template: Template, shown: set[tuple[str, int]]) -> list[LivePage]:
        """What is written in a file but stands on no page at hand: macros nobody calls."""
        found = []
        in_sight = not self.project.is_layout_open(self.project.chain(path)[-1])
        for node, root in template.roots.items():
            if root.kind not in _WRITTEN_APART:
                continue
            if root.kind == "block" and in_sight and self.project.parent(path) is not None:
                # A block that no layout has is never rendered.
                continue
            items = self.outline.items(path, template, node)
            if any(i.kind == "element" and (path, i.node) not in shown for i in items):
                found.append(self.page(path, closed=False, root=node))
        return found


def _shows_default(template: Template, block: Block) -> bool:
    end = template.block_ends[block.number]
    return any(s.name == "super" and block.start <= s.start < end for s in template.sites)


def _speaks_of_events(root: Node) -> bool:
    return any("sse" in name for node in root.subtree() for name in node.attributes)


def _signature(root: Node) -> tuple[object, ...]:
    """What tells one rendering from another: the elements that htmx looks at, and those above."""
    found: list[object] = []
    stack: list[tuple[Node, int]] = [(root, 0)]
    while stack:
        node, above = stack.pop()
        speaking = [(n, v) for n, v in node.attributes.items() if "hx-" in n or "sse" in n]
        if speaking or "id" in node.attributes:
            place = node.mark.place if isinstance(node.mark, Mark) else node.name
            above = hash((above, place, *speaking))
            found.append(above)
        stack.extend((child, above) for child in node.elements)
    return tuple(found)
