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
    below = scene.chain[: scene.chain.index(scene.path)] if scene.path in scene.chain else ()
    for path in below:
        template, block = project.template(path), project.block(path, name)
        if template is None or block is None:
            continue
        site = project.extends_site(path)
        frame = Frame(path, template, {}, False, site, "extends")
        yield Scene(path, template, (frame, *scene.frames), chain=scene.chain), block


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
