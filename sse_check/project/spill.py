"""Pieces that leave elements open, or close some of another: a header and a footer, say.

An included file (or a macro) may begin an element that the file around it, or another piece, ends.
What stands between is inside that element.
"""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from sse_check.project.project import Project
from sse_check.template.conditions import Facts
from sse_check.template.flow import OUTERMOST
from sse_check.template.html_words import MERGE, ROOT
from sse_check.template.model import NO_ELEMENT, Site, Template

_UNSURE = ("for", "while", "async", "block")
_MOST_CONDITIONS = 4


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


Opened = tuple[Spill, int]
Happening = tuple[Site, Spill | None, Facts]


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
    ) -> list[tuple[Opened | None, Facts]]:
        """The element of a piece that is open at a place whose own parent is `node`.

        One entry for each way the conditions of such pieces can be decided; none at all where
        nothing of the kind stands before the place.
        """
        if template.names[node] == MERGE or not self.of(path, template):
            # Each element that a merge stands for is asked about when it is reached.
            return []
        happenings = self._before(path, template, node, at, context)
        if not any(spill is not None for _, spill, _ in happenings):
            return []
        keys = list(dict.fromkeys(key for _, _, facts in happenings for key, _ in facts))
        found: list[tuple[Opened | None, Facts]] = []
        for truths in product((True, False), repeat=min(len(keys), _MOST_CONDITIONS)):
            known = dict(zip(keys, truths, strict=False))
            held = [h for h in happenings if all(known.get(k) == t for k, t in h[2])]
            found.append((_innermost(held), tuple(known.items())))
        return found

    def _before(
        self, path: str, template: Template, node: int, at: int, context: int
    ) -> list[Happening]:
        """What opens or ends elements in `node` before a place, in the order of the text."""
        flow = template.flow
        around, outer = set(flow.chain(context)), set(flow.facts(context))
        happenings: list[Happening] = []
        for site, spill in (
            *((spill.site, spill) for spill in self.of(path, template)),
            *((stray, None) for stray in template.strays),
        ):
            if site.start >= at or not _stands_in(template, site.node, node):
                continue
            its_own = flow.at(site.start)
            if any(one.kind in _UNSURE for one in flow.chain(its_own) if one not in around):
                # How often it happens, or whether something replaces it, is not known.
                continue
            facts = tuple(fact for fact in flow.facts(its_own) if fact not in outer)
            happenings.append((site, spill, facts))
        return sorted(happenings, key=lambda one: one[0].start)

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
            spill = self._effect(site, *used)
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

    def _effect(self, site: Site, path: str, template: Template, root: int) -> Spill | None:
        """What a piece opens and ends all in all: its own pieces may end each other's elements."""
        stack: list[Opened] = []
        closes: list[str] = []
        inside = self._before(path, template, root, len(template.text) + 1, OUTERMOST)
        for written, spill, facts in inside:
            if facts:
                continue
            ended = spill.closes if spill else (written.name,)
            closes.extend(name for name in ended if not _close(stack, name))
            if spill is not None and spill.node != NO_ELEMENT:
                stack.append((spill, spill.node))
        node = template.left_open.get(root, NO_ELEMENT)
        if node == NO_ELEMENT and stack:
            inner, left = stack[-1]
            return Spill(site, inner.path, inner.template, inner.root, left, tuple(closes))
        if node == NO_ELEMENT and not closes:
            return None
        return Spill(site, path, template, root, node, tuple(closes))

    def _matters(self, target: str) -> bool:
        """A file with nothing to say is not read for what it opens, but for what it ends."""
        if target in self.project.graph.saying:
            return True
        if target not in self.project.graph.known:
            return False
        data = self.project.files.data(target)
        return 2 * data.count(b"</") > data.count(b"<")


def _stands_in(template: Template, written: int, node: int) -> bool:
    """Whether what is written in one place may stand in `node`, which a merge may stand for."""
    pending, passed = [written], set[int]()
    while pending:
        current = pending.pop()
        if current == node:
            return True
        if current not in passed:
            passed.add(current)
            pending.extend(option.node for option in template.merges.get(current, ()))
    return False


def _innermost(happenings: list[Happening]) -> Opened | None:
    """The element that is open after all of these."""
    stack: list[Opened] = []
    for site, spill, _ in happenings:
        for name in spill.closes if spill else (site.name,):
            _close(stack, name)
        if spill is not None and spill.node != NO_ELEMENT:
            stack.append((spill, spill.node))
    return stack[-1] if stack else None


def _close(stack: list[Opened], name: str) -> bool:
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
        return True
    return False
