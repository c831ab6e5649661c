"""What an event brings, as markup: its text, or the template that is rendered into it."""

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sse_check.apps.escaped import Escaped
from sse_check.apps.model import App, Emission, Render, StreamRoute
from sse_check.pages.marks import OUT_OF_SIGHT, Mark
from sse_check.pages.node import Node
from sse_check.python.values import Frame, Text
from sse_check.python.written import put_together
from sse_check.source import Span
from sse_check.template.lines import ends_lines_inside
from sse_check.template.model import NO_ELEMENT, Block, Template

if TYPE_CHECKING:
    from sse_check.findings.context import Context

_OUT_OF_BAND = re.compile(r"hx[-_]swap[-_]oob")
_DEEPEST = 3
Part = int | Block | None
"""A root or a block of a template; None for the whole."""

# What brings content from elsewhere, or leaves some of what is written out.
_OPEN = re.compile(
    r"\{%-?\s*(?:include|extends|block|call|macro|def|slot|partialdef|partial|set|with|import|from)\b"
)
_SAID = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_STATEMENT = re.compile(r"\{%.*?%\}|\{#.*?#\}|<!--.*?-->", re.DOTALL)


def carried_markup(context: "Context", emission: Emission) -> list[str]:
    """The texts that an event may carry whole, what is not known in them as a star; none where
    some of what it carries is not known."""
    texts = [str(text) for text in dict.fromkeys(context.payload_texts(emission))]
    return texts or list(dict.fromkeys(_rendered(context, emission)))


def carried_templates(
    context: "Context", emission: Emission, app: App
) -> Iterator[tuple[str, Part]]:
    """What an application renders into an event: a template, with the part of it that is."""
    for render in context.wiring.applications.rendered_in(emission, app):
        for name in render.names:
            path = context.template_of(app, name.literal) if name.literal else None
            template = context.project.template(path) if path is not None else None
            if path is not None and template is not None:
                yield path, _part_of(template, render, emission)


def _part_of(template: Template, render: Render, emission: Emission) -> Part:
    """A generator of Chirp renders several blocks, each for the event with its name."""
    names = [block.literal for block in render.block]
    name = names[0] if len(names) == 1 else emission.name.literal
    if name is None or name not in names:
        return None
    for block in template.blocks:
        if block.name == name:
            return block
    roots = template.roots.items()
    return next((node for node, root in roots if root.name == name and root.kind != "call"), None)


class Unsplit(NamedTuple):
    """A template that is put whole into one line of a frame: where, and where it is rendered."""

    template: str
    span: Span
    rendered: Span


def unsplit_templates(context: "Context", one: StreamRoute) -> Iterator[Unsplit]:
    """The templates with several lines that a stream puts whole into one line of a frame; of those
    among which a condition chooses all have several."""
    for app, other in context.wiring.streams:
        if other is not one and other.stream is not one.stream:
            continue
        for put in context.wiring.applications.unsplit(app, one.stream):
            names = (name.literal for name in put.render.names)
            paths = [context.template_of(app, name) if name else None for name in names]
            if paths and all(path is not None and _has_lines(context, path) for path in paths):
                yield Unsplit(paths[0] or "", put.span, put.render.span)


def _has_lines(context: "Context", path: str) -> bool:
    template = context.project.template(path)
    return template is not None and ends_lines_inside(template)


def is_carried(context: "Context", emission: Emission, mark: Mark) -> bool:
    """Whether an element is in what is rendered into an event, as far as that is known."""
    parts = [part for path, part in _parts(context, emission) if path == mark.path]
    return any(part is None or _is_in(part, mark) for part in parts)


def _is_in(part: int | Block, mark: Mark) -> bool:
    template, node = mark.template, mark.node
    if isinstance(part, Block) and part.root == NO_ELEMENT:
        return part.start <= template.starts[node] < template.block_ends[part.number]
    wanted = part.root if isinstance(part, Block) else part
    while node > 0:
        root = template.root_of(node)
        if root == wanted:
            return True
        node = template.roots[root].node
    return False


def _parts(context: "Context", emission: Emission) -> set[tuple[str, Part]]:
    apps = _sending(context, emission)
    return {carried for app in apps for carried in carried_templates(context, emission, app)}


def _sending(context: "Context", emission: Emission) -> Iterator[App]:
    """The applications whose streams have an event, once for each of these streams."""
    return (app for app, one in context.wiring.streams if emission in one.stream.emissions)


def carried_elements(context: "Context", emission: Emission) -> list[list[Node]]:
    """The outermost elements of what is rendered into an event, in each rendering of it; none where
    several things are, or where it is not known what."""
    found = _parts(context, emission)
    if len(found) != 1 or _is_put_elsewhere(context, emission):
        return []
    ((path, part),) = found
    if part is None and context.engine.is_whole(path):
        return []
    page = context.engine.page(path, closed=False, part=part)
    return [_outermost(variant.root) for variant in page.variants]


def _is_put_elsewhere(context: "Context", emission: Emission) -> bool:
    """Whether what is rendered may come in something that is swapped out of band."""
    payload, frame = emission.payload, emission.frame
    if emission.wrapped or payload is None or frame is None:
        return True
    span = frame.module.span(payload)
    for app in _sending(context, emission):
        renders = context.wiring.applications.rendered_in(emission, app)
        if any(render.span == span for render in renders):
            # It comes as it is.
            return False
    return any(_OUT_OF_BAND.search(text) for text in context.written_of(emission))


def _outermost(root: Node) -> list[Node]:
    for node in root.subtree():
        if node.name == OUT_OF_SIGHT:
            return [child for child in node.elements if isinstance(child.mark, Mark)]
    return []


def _rendered(context: "Context", emission: Emission) -> list[str]:
    found: list[str] = []
    for app in _sending(context, emission):
        for render in context.wiring.applications.carried_whole(emission, app):
            name = render.names[0].literal
            path = context.template_of(app, name) if name else None
            template = context.project.template(path) if path is not None else None
            if template is None or _OPEN.search(template.source.text):
                return []
            found.append(_STATEMENT.sub("", _SAID.sub("*", template.source.text)))
    return found


def pieces_of_models(context: "Context", one: StreamRoute) -> Iterator[tuple[Span, str]]:
    """The frames by hand of a stream that have a piece of a model's answer in one line, with how
    that piece is written."""
    return context.wiring.applications.pieces_of_models(one.stream)


def escaped_in(context: "Context", emission: Emission) -> Iterator[Escaped]:
    """The calls that escape what is HTML already, on its way into an event."""
    return context.wiring.applications.escaped_in(emission)


def texts_behind(
    context: "Context", node: ast.expr, frame: Frame, depth: int = 0
) -> Iterator[tuple[ast.expr, Frame]]:
    """The texts that are put together for what an expression puts together, such as those that
    come through a queue, each with its frame."""
    parts = [one for one in put_together(node) or [node] if not isinstance(one, ast.Constant)]
    for part in parts if depth < _DEEPEST else ():
        for value in context.wiring.applications.values(part, frame):
            if isinstance(value, Text) and value.node is not node and put_together(value.node):
                yield value.node, value.frame
                yield from texts_behind(context, value.node, value.frame, depth + 1)
