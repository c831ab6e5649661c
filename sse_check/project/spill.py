"""Pieces that leave elements open, or close some of another: a header and a footer, say.

An included file (or a macro) may begin an element that the file around it, or another piece, ends.
What stands between is inside that element.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sse_check.project.project import Project
from sse_check.template.html_words import ROOT
from sse_check.template.model import NO_ELEMENT, Site, Template


class Spill(NamedTuple):
    """A site whose content opens or closes elements around what follows it.

    `node` is the innermost element that stays open, if one does; `closes` are the names of the
    end tags that find nothing open in the piece itself.
    """

    site: Site
    path: str
    template: Template
    root: int
    node: int
    closes: tuple[str, ...]


class Spills:
    """The spilling sites of each template, looked for once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._found: dict[str, tuple[Spill, ...]] = {}

    def of(self, path: str, template: Template) -> tuple[Spill, ...]:
        if path not in self._found:
            self._found[path] = ()
            self._found[path] = tuple(self._find(path, template))
        return self._found[path]

    def open_at(
        self, path: str, template: Template, node: int, at: int, context: int
    ) -> tuple[Spill, int] | None:
        """The element of a piece that is open at a place whose own parent is `node`."""
        if not self.of(path, template):
            return None
        around = set(template.flow.chain(context))
        happenings = [
            *((spill.site, spill) for spill in self.of(path, template)),
            *((stray, None) for stray in template.strays),
        ]
        stack: list[tuple[Spill, int]] = []
        for site, spill in sorted(happenings, key=lambda one: one[0].start):
            if site.start >= at or site.node != node:
                continue
            if not around.issuperset(template.flow.chain(template.flow.at(site.start))):
                continue
            for name in spill.closes if spill else (site.name,):
                _close(stack, name)
            if spill is not None and spill.node != NO_ELEMENT:
                stack.append((spill, spill.node))
        return stack[-1] if stack else None

    def _find(self, path: str, template: Template) -> Iterator[Spill]:
        for site in template.sites:
            if site.in_tag:
                continue
            used = None
            if site.kind == "include":
                used = self._included(path, template, site)
            elif site.kind == "call":
                macro = self.project.macro(path, site.name)
                used = (macro.path, macro.template, macro.node) if macro is not None else None
            if used is None or (used[0] == path and used[2] == 0):
                continue
            spill = _spill(site, *used)
            if spill is not None:
                yield spill

    def _included(
        self, path: str, template: Template, site: Site
    ) -> tuple[str, Template, int] | None:
        link = self.project.link(path, template, site)
        if link.open or len(link.names) != 1:
            return None
        target = self.project.target(link.names[0], path)
        if target is None or not self._matters(target):
            return None
        other = self.project.template(target)
        if other is None or self.project.extends_site(target) is not None:
            return None
        return target, other, 0

    def _matters(self, target: str) -> bool:
        """A file with nothing to say is not read for what it opens, but for what it ends."""
        if target in self.project.graph.saying:
            return True
        if target not in self.project.graph.known:
            return False
        data = self.project.files.data(target)
        return 2 * data.count(b"</") > data.count(b"<")


def _spill(site: Site, path: str, template: Template, root: int) -> Spill | None:
    node = template.left_open.get(root, NO_ELEMENT)
    closes = tuple(stray.name for stray in template.strays if stray.node == root)
    if node == NO_ELEMENT and not closes:
        return None
    return Spill(site, path, template, root, node, closes)


def _close(stack: list[tuple[Spill, int]], name: str) -> None:
    """An end tag: the innermost open element of that name ends, with all inside it."""
    for index in range(len(stack) - 1, -1, -1):
        spill, node = stack[index]
        names, parents = spill.template.names, spill.template.parents
        while names[node] not in (ROOT, name):
            node = parents[node]
        if names[node] == ROOT:
            continue
        above = parents[node]
        del stack[index:]
        if names[above] != ROOT:
            stack.append((spill, above))
        return
