"""Which macro a name means at a place of a page, where other files may have given it one.

All that is rendered together shares its names: a page and its layouts, and what they include. Of
two that give one the same, the layout comes last, and counts. An imported macro sees the names of
its own file alone, unless it is imported `with context`.
"""

from collections.abc import Iterator

from sse_check.pages.scene import Frame
from sse_check.project.project import Macro, Project


def macro_at(project: Project, frames: tuple[Frame, ...], page: str, name: str) -> Macro | None:
    """The macro of a name in the innermost of these frames."""
    frame = frames[0]
    if name.partition(".")[0] in frame.bindings:
        return None
    own = project.macro(frame.path, name)
    if not project.graph.lending.lenders(frame.path) and not any(f.shares for f in frames):
        return own
    if own is not None and (
        frame.via == "macro" or own != project.macro(frame.path, name, lent=True)
    ):
        return own
    for path in _in_sight(project, frames, page):
        macro = project.macro(path, name, lent=True)
        if macro is not None:
            return macro
    # What a block imports is seen by what it includes.
    above = frames[1] if len(frames) > 1 and frame.via == "include" else None
    if own is None and above is not None and not frame.isolated:
        return project.macro(above.path, name)
    return own


def _in_sight(project: Project, frames: tuple[Frame, ...], page: str) -> Iterator[str]:
    """The files whose names are seen, those first that count if several have one."""
    for number, frame in enumerate(frames):
        yield from reversed(project.chain(frame.path))
        if frame.via == "macro":
            if not frame.shares and not _is_of_page(project, frames[number:], page):
                return
        elif frame.isolated or frame.via == "layout":
            return
    yield from reversed(project.chain(page))


def _is_of_page(project: Project, frames: tuple[Frame, ...], page: str) -> bool:
    """Whether a macro stands in a file that is rendered here, and was not imported."""
    path = frames[0].path
    around = (page, *(frame.path for frame in frames[1:] if frame.via != "macro"))
    return any(path in project.chain(one) for one in around)


def macros_that_may_be(project: Project, path: str, name: str) -> Iterator[Macro]:
    """All macros that a name in a file may mean, on whatever page that is shown."""
    own = project.macro(path, name)
    if own is not None:
        yield own
    for lender in project.graph.lending.lenders(path):
        macro = project.macro(lender, name)
        if macro is not None:
            yield macro
