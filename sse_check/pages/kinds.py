"""Which pages need a look of their own: many differ by nothing that matters."""

import re
from collections.abc import Iterable

from sse_check.pages.interest import Interest
from sse_check.pages.reader import Reader
from sse_check.project.project import Project
from sse_check.template.model import Block, TagBlock, Template

# A block and its text, up to its end or another block in it.
_BLOCK = re.compile(
    rb"\{%[-+~]?\s*block\s+([\w.-]+)[^%]*%\}(.*?)(?=\{%[-+~]?\s*(end|block))", re.DOTALL
)


def kinds(
    project: Project, interest: Interest, reader: Reader, tops: Iterable[str]
) -> dict[str, list[str]]:
    """One page of each kind, with the others that are like it.

    Pages that say nothing to htmx differ by their blocks, and by the elements for which a selector
    asks elsewhere.
    """
    firsts: dict[object, str] = {}
    found: dict[str, list[str]] = {}
    of_tags = _BlocksOfTags(project, interest, reader)
    for top in tops:
        key = (_kind(project, interest, reader, top), of_tags.said(top))
        first = firsts.setdefault(key, top)
        others = found.setdefault(first, [])
        if first != top:
            others.append(top)
    return found


class _BlocksOfTags:
    """What pages say in blocks that stand inside the start tags of their layouts."""

    def __init__(self, project: Project, interest: Interest, reader: Reader) -> None:
        self.project = project
        self.interest = interest
        self.reader = reader
        self._names: dict[str, dict[str, bool]] = {}

    def said(self, top: str) -> tuple[tuple[str, bytes], ...]:
        """The texts of the blocks that may make a difference, each with its name."""
        layout = self.project.graph.layout_of(top)
        names = self._of_chain(layout) if layout is not None else {}
        if not names:
            return ()
        data = self.project.files.data(top)
        found = []
        for match in _BLOCK.finditer(data):
            name = match[1].decode("utf-8", "replace")
            text = match[2] if match[3] == b"end" else data[match.start(2) :]
            if name in names and (names[name] or _may_matter(text, self.interest)):
                found.append((name, text))
        return tuple(sorted(found))

    def _of_chain(self, layout: str) -> dict[str, bool]:
        """The blocks in the tags of a layout and those above it, each with whether any text in it
        makes a difference: one in the value of an attribute that matters."""
        found = self._names.get(layout)
        if found is None:
            found = self._names[layout] = {}
            for path in self.project.chain(layout):
                template = self.project.template(path)
                for block in template.tag_blocks if template is not None else ():
                    found[block.name] = found.get(block.name, False) or self._in_value(path, block)
        return found

    def _in_value(self, path: str, block: TagBlock) -> bool:
        template = self.project.template(path)
        if template is None:
            return False
        tag = self.reader.start_tag(path, template, block.node)
        return any(
            one.value_start <= block.start <= one.value_end and self.interest.matters(one.name)
            for one in tag.attributes
            if one.value
        )


def _may_matter(text: bytes, interest: Interest) -> bool:
    """Whether attributes with this text in them may make a difference."""
    small = text.lower()
    if b"{" in small or b"hx-" in small or b"sse-" in small or b"id" in small:
        return True
    return bool(interest.attributes or (interest.classes and b"class" in small))


def _kind(project: Project, interest: Interest, reader: Reader, top: str) -> object:
    graph = project.graph
    blocks = graph.replaced_blocks(top) if top not in graph.relevant_set else None
    if blocks is not None and not graph.leads_to_relevant(top, graph.links[top][0]):
        layout = graph.links[top][0]
        return layout, blocks, _asked_for(project, interest, top, layout)
    parent = project.parent(top)
    template = project.template(top)
    if parent is None or template is None or graph.leads_to_relevant(top, parent):
        return top
    replaced = frozenset((b.name, _shows_default(template, b)) for b in template.blocks)
    names = reader.constants(top, template)
    said = frozenset((name, tuple(texts)) for name, texts in names.items())
    return parent, replaced, said, _asked_for(project, interest, top, parent)


def _asked_for(project: Project, interest: Interest, top: str, layout: str) -> frozenset[str]:
    """The ids and classes in a page, its layout apart, for which some selector asks."""
    if not interest.ids and not interest.classes:
        return frozenset()
    found: set[str] = set()
    seen, pending = {layout, top}, [top]
    while pending:
        path = pending.pop()
        found |= interest.named_in(project.files.data(path))
        for target in project.graph.links.get(path, ()):
            if target not in seen:
                seen.add(target)
                pending.append(target)
    return frozenset(found)


def _shows_default(template: Template, block: Block) -> bool:
    end = template.block_ends[block.number]
    return any(s.name == "super" and block.start <= s.start < end for s in template.sites)
