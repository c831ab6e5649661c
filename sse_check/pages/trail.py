"""How an element came onto a page, as places a person can look at."""

from collections.abc import Iterator

from sse_check.pages.marks import Mark
from sse_check.pages.node import Node
from sse_check.project.project import Project
from sse_check.source import Span

_WORDS = {
    "include": "included here",
    "macro": "the macro is called here",
    "extends": "placed in a layout here",
}


def trail(project: Project, node: Node, page: str, *, whole: bool) -> list[tuple[str, Span]]:
    """The sites by which an element was brought in, then the page and its outermost element."""
    mark = node.mark
    if not isinstance(mark, Mark):
        return []
    places = list(_sites(mark))
    seen = {(span.source.path, span.start) for _, span in places}
    top = next(n.mark for n in reversed(list(node.lineage())) if isinstance(n.mark, Mark))
    if page != top.path:
        template, site = project.template(page), project.extends_site(page)
        if template and site and (template.path, site.start) not in seen:
            places.append(("a page with this layout", Span(template.source, site.start, site.end)))
    if whole:
        places.append(("the page begins here", top.span))
    return places


def _sites(mark: Mark) -> Iterator[tuple[str, Span]]:
    for number, frame in enumerate(mark.frames):
        if frame.site is None:
            continue
        template = frame.template
        if frame.via != "extends":
            template = mark.frames[number + 1].template
        yield _WORDS[frame.via], Span(template.source, frame.site.start, frame.site.end)
