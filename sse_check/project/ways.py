"""Ways: the chains of ancestors from an element to the root of a page, across files.

An element may have several: a partial is included here and there, a branch leaves one of two
elements open, a macro is called from many places. Each way also knows what must hold for it
(facts) and how names are bound in each file it passes (frames).
"""

from sse_check.project.project import Project
from sse_check.project.walk_files import WalkAcrossFiles
from sse_check.project.way import MOST_VISITS, MOST_WAYS, Frame, Way, Ways

__all__ = ["MOST_WAYS", "Frame", "Way", "Ways", "ways_of"]


def ways_of(project: Project, path: str, node: int, page: str | None = None) -> Ways:
    """The ways of one element, at most `MOST_WAYS`; only those on `page` when it is given."""
    template = project.template(path)
    if template is None:
        return Ways((), False)
    walker = WalkAcrossFiles(project, page)
    found: list[Way] = []
    for way in walker.start(path, template, node):
        if page is not None and way.page != page:
            continue
        if len(found) == MOST_WAYS:
            return Ways(tuple(found), True)
        found.append(way)
    return Ways(tuple(found), walker.visits > MOST_VISITS)
