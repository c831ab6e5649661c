"""How a way came about, as places a person can look at."""

from sse_check.project.project import Project
from sse_check.project.ways import Way
from sse_check.source import Span

_WORDS = {
    "include": "included here",
    "macro": "the macro is called here",
    "call": "the macro's body takes it in here",
    "set": "the captured content is output here",
    "embed": "embedded here",
    "super": "shown by `super()` here",
    "extends": "placed in a layout here",
}


def trail(project: Project, way: Way) -> list[tuple[str, Span]]:
    """The sites that a way passes from the element to the top, then the page and its root."""
    places = []
    seen: set[tuple[str, int]] = set()
    for number, frame in enumerate(way.frames):
        if frame.site is None or frame.via == "spill":
            continue
        template = frame.template if frame.via in ("extends", "call") else None
        if template is None and number + 1 < len(way.frames):
            template = way.frames[number + 1].template
        if frame.via == "call" and number + 1 < len(way.frames):
            template = way.frames[number + 1].template
        if template is None:
            continue
        places.append((_WORDS[frame.via], Span(template.source, frame.site.start, frame.site.end)))
        seen.add((template.path, frame.site.start))
    last = way.steps[-1]
    if way.page != last.path:
        template, site = project.template(way.page), project.extends_site(way.page)
        if template and site and (template.path, site.start) not in seen:
            places.append(("a page with this layout", Span(template.source, site.start, site.end)))
    if way.top == "page":
        start, end = last.template.starts[last.node], last.template.ends[last.node]
        places.append(("the page begins here", Span(last.template.source, start, end)))
    return places
