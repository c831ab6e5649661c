"""Which pages need a look of their own: many differ by nothing that matters."""

from collections.abc import Iterable

from sse_check.pages.interest import Interest
from sse_check.pages.reader import Reader
from sse_check.project.project import Project
from sse_check.template.model import Block, Template


def kinds(
    project: Project, interest: Interest, reader: Reader, tops: Iterable[str]
) -> dict[str, list[str]]:
    """One page of each kind, with the others that are like it.

    Pages that say nothing to htmx differ by their blocks, and by the elements for which a selector
    asks elsewhere.
    """
    firsts: dict[object, str] = {}
    found: dict[str, list[str]] = {}
    for top in tops:
        key = _kind(project, interest, reader, top)
        first = firsts.setdefault(key, top)
        others = found.setdefault(first, [])
        if first != top:
            others.append(top)
    return found


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
