"""What stands in the places of a layout: blocks of pages, and pages by their folders."""

from collections.abc import Iterator

from sse_check.pages.scene import Frame, Scene
from sse_check.project.project import Project
from sse_check.template.model import NO_ELEMENT, Block, Site


def wrapping(project: Project, path: str) -> tuple[str, ...]:
    """The layouts that wrap a page by their folders, the outermost first."""
    found: list[str] = []
    layout = project.graph.wrapping_layout(path)
    while layout is not None and layout not in found:
        found.append(layout)
        layout = project.graph.wrapping_layout(layout)
    return tuple(reversed(found))


def overriding(project: Project, scene: Scene, name: str) -> Iterator[tuple[Scene, Block]]:
    """What replaces a block, the page's own first."""
    if name in scene.embedded:
        yield scene.embedded[name]
    if scene.wrapped and name == "content":
        yield _wrapped_content(project, scene)
    for below in _extending(project, scene):
        block = project.block(below.path, name)
        if block is not None:
            yield below, block


def replacing(project: Project, scene: Scene, name: str) -> Iterator[tuple[Scene, int, int]]:
    """What replaces a block inside a start tag, the page's own first: where its text is."""
    if name in scene.embedded:
        outer, block = scene.embedded[name]
        yield outer, block.start, outer.template.block_ends[block.number]
    for below in _extending(project, scene):
        found = project.block_text(below.path, name)
        if found is not None:
            yield below, *found


def shown_again(project: Project, scene: Scene, name: str) -> Iterator[tuple[Scene, Block]]:
    """What `self.name()` puts out: the block of that name, the page's own first."""
    for path in scene.chain or (scene.path,):
        template, block = project.template(path), project.block(path, name)
        if template is not None and block is not None:
            frame = Frame(path, template, {}, False, None, "extends")
            around = scene.frames if path == scene.path else (frame, *scene.frames)
            # It is no matter what stands around the place where the block is written.
            apart = template.facts_at(block.start - 2)
            yield Scene(path, template, around, chain=scene.chain, apart=apart), block


def _extending(project: Project, scene: Scene) -> Iterator[Scene]:
    """The files that extend a layout on this page, the page itself first."""
    paths = scene.chain[: scene.chain.index(scene.path)] if scene.path in scene.chain else ()
    for path in paths:
        template = project.template(path)
        if template is not None:
            frame = Frame(path, template, {}, False, project.extends_site(path), "extends")
            yield Scene(path, template, (frame, *scene.frames), chain=scene.chain)


def _wrapped_content(project: Project, scene: Scene) -> tuple[Scene, Block]:
    """A page stands where the layout of its folder has the block `content`."""
    path = scene.wrapped[0]
    template = project.template(path) or scene.template
    frame = Frame(path, template, {}, False, None, "layout")
    frames = (frame, *scene.frames)
    inner = Scene(path, template, frames, chain=(path,), wrapped=scene.wrapped[1:])
    return inner, Block("", 0, -1, NO_ELEMENT, 0)


def embedded_blocks(scene: Scene, site: Site) -> dict[str, tuple[Scene, Block]]:
    """The blocks that stand in an `embed`, by name."""
    found = {}
    for block in scene.template.blocks:
        outer = scene.template.roots.get(scene.template.root_of(block.node))
        if outer is not None and outer.kind == "embed" and outer.start == site.start:
            found[block.name] = (scene, block)
    return found
