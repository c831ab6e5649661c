"""One rendering of a page, written down as an engine writes it: markup, from the top down.

Every condition is decided one way. Only the tags that matter are written; each start tag says
where it stands in which scene.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import replace

from sse_check.pages.allowance import TOO_MANY
from sse_check.pages.bound import Names
from sse_check.pages.chosen import chosen
from sse_check.pages.components import component_scene
from sse_check.pages.decisions import Decisions
from sse_check.pages.layouts import embedded_blocks, overriding, shown_again, wrapping
from sse_check.pages.lent import macro_at
from sse_check.pages.library import LOADING, Library, body_of, named_partial, part_named
from sse_check.pages.outline import SCENE, Item, Outline
from sse_check.pages.scene import Body, Frame, Scene
from sse_check.pages.written import UNKNOWN_TAG, Missed, Written
from sse_check.project.project import Macro, Project
from sse_check.template.conditions import Facts
from sse_check.template.expressions import arguments_of, bind, call_arguments, called
from sse_check.template.model import NO_ELEMENT, Block, Site

DEEPEST = 40
MOST_SCENES = 6_000


class Writer:
    """Writes one rendering. `decisions` say how conditions go."""

    def __init__(
        self, library: Library, page: str, decisions: Decisions, given: Mapping[str, str]
    ) -> None:
        self.library = library
        self.project: Project = library.project
        self.page = page
        self.attributes = given
        self.decisions = decisions
        self.written = Written()
        self.full = False
        # The conditions under which what is written now stands.
        self.guard: frozenset[str] = frozenset()
        self._guards: dict[frozenset[str], str] = {}
        # Buffers of the templates that are open, the outermost first.
        self.open_templates: list[list[str]] = []

    # Whole files

    def page_with_layouts(self) -> Written:
        chain = self.project.chain(self.page)
        self._file(chain[-1], (), chain=tuple(chain))
        return self._finished()

    def piece(self, part: int | Block | None = None) -> Written:
        """A piece of a page: a file, or one root or block in it."""
        template = self.project.template(self.page)
        if part is None or template is None:
            self._file(self.page, ())
            return self._finished()
        frame = Frame(self.page, template, {}, True, None, "")
        scene = Scene(self.page, template, (frame,))
        if isinstance(part, int):
            self._expand(scene, part, 0)
        else:
            self._block_body(((scene, part),), 0)
        return self._finished()

    def _finished(self) -> Written:
        while self.open_templates:
            self._end_template("")
        return self.written

    def _file(
        self,
        path: str,
        frames: tuple[Frame, ...],
        *,
        chain: tuple[str, ...] = (),
        embedded: dict[str, tuple[Scene, Block]] | None = None,
        depth: int = 0,
    ) -> None:
        template = self.project.template(path)
        if template is None or depth > DEEPEST:
            self.written.unseen = True
            return
        wraps = () if frames or len(chain) > 1 else wrapping(self.project, path)
        if wraps:
            self._wrapped_page((*wraps, path), depth)
            return
        frames = frames or (Frame(path, template, {}, False, None, ""),)
        scene = Scene(path, template, frames, chain=chain or (path,), embedded=embedded or {})
        self._expand(scene, 0, depth)

    def _wrapped_page(self, wraps: tuple[str, ...], depth: int) -> None:
        top = self.project.template(wraps[0])
        if top is not None:
            frame = Frame(wraps[0], top, {}, False, None, "")
            scene = Scene(wraps[0], top, (frame,), chain=wraps[:1], wrapped=wraps[1:])
            self._expand(scene, 0, depth + 1)

    # Stretches of a template

    def _expand(
        self, scene: Scene, root: int, depth: int, *, within: tuple[int, int] | None = None
    ) -> None:
        """Write the content of a root, or of a stretch of it."""
        written = self.written
        if depth > DEEPEST or len(written.scenes) > MOST_SCENES:
            written.unseen = True
            written.cut = written.cut or "it is put together from more templates than are followed"
            return
        outline = self.library.outline(scene.path, scene.template)
        written.files.add(scene.path)
        written.unseen = written.unseen or outline.has_raw_output
        if outline.cut:
            written.cut = written.cut or outline.cut
        items = outline.root(root).items
        number, last = 0, len(items)
        if within is not None:
            number = bisect_left(items, within[0], key=_start_of)
            last = bisect_left(items, within[1], key=_start_of)
        names = Names(self.library.reader, scene.frames, self.page, self.attributes, scene)
        scene_number = str(len(written.scenes))
        written.scenes.append((scene, names, outline))
        turned: set[int] = set()
        while number < last and not self.full:
            item = items[number]
            number += 1
            around = self.guard
            holds = not item.context or self._holds(outline, item, names)
            if item.block is not None:
                if not holds or self._replaced_block(scene, item.block, depth):
                    number = self._after(outline, items, number, item.block)
            elif item.back >= 0:
                # Once more: the second turn of a loop may start in another element.
                if holds and item.start not in turned:
                    turned.add(item.start)
                    number = bisect_left(items, item.back, key=_start_of)
            elif holds:
                self._item(scene, item, scene_number, root, depth)
            self.guard = around

    def _item(self, scene: Scene, item: Item, number: str, root: int, depth: int) -> None:
        if item.site is not None:
            self._place(scene, item.site, root, depth)
        elif item.kind == "foreign":
            self.written.unseen = True
        else:
            self._text(item, number + self._guard_mark())

    @staticmethod
    def _after(outline: Outline, items: list[Item], number: int, block: Block) -> int:
        end = outline.template.block_ends[block.number]
        while number < len(items) and items[number].start < end:
            number += 1
        return number

    def _holds(self, outline: Outline, item: Item, names: Names) -> bool:
        """Whether the conditions around a place hold; they then guard what is written there."""
        facts = names.decide(outline.facts(item.context))
        self.written.cut = self.written.cut or outline.cut
        if facts is None:
            return False
        if not self.decisions.hold(facts):
            if item.elements or item.site is not None or item.block is not None:
                self.written.missed.append(Missed(self._decided(), facts, outline.speaks))
            return False
        if facts:
            self.guard = self.guard.union(dict(facts))
        return True

    def _decided(self) -> Facts:
        """How the conditions go that guard this place."""
        return tuple((key, self.decisions.asked[key]) for key in sorted(self.guard))

    def _guard_mark(self) -> str:
        """What marks carry that tell under which conditions they stand."""
        if not self.guard:
            return ""
        mark = self._guards.get(self.guard)
        if mark is None:
            mark = self._guards[self.guard] = f"g{len(self.written.guards)}"
            self.written.guards.append(self.guard)
        return mark

    def _text(self, item: Item, scene: str) -> None:
        """Write markup, as long as there is not too much of it."""
        if self._is_too_much(item.elements):
            return
        text = item.text.replace(SCENE, scene)
        if item.kind == "template":
            self.written.texts.append(text)
            self.written.texts.append("</template>")
            self.open_templates.append(self.written.texts)
            self.written.texts = [f"<template {text[len('<template ') : -1]}>"]
        elif item.kind == "end of template":
            self._end_template("")
        else:
            self.written.texts.append(text)

    def _is_too_much(self, elements: int) -> bool:
        """Count what is to be written next; whether the page is full."""
        self.written.elements += elements
        if self.written.elements + self.written.places > self.library.allowance.most:
            self.written.cut = self.written.cut or TOO_MANY
            self.written.unseen = self.full = True
        return self.full

    def _end_template(self, text: str) -> None:
        """What stands in a template is no part of the page, and is parsed by itself."""
        if self.open_templates:
            self.written.inert.append("".join(self.written.texts) + text)
            self.written.texts = self.open_templates.pop()

    # Blocks

    def _replaced_block(self, scene: Scene, block: Block, depth: int) -> bool:
        """Write what replaces a layout's block, if anything does."""
        bodies = [*overriding(self.project, scene, block.name)]
        if bodies:
            self._block_body((*bodies, (scene, block)), depth)
        return bool(bodies)

    def _block_body(self, bodies: tuple[tuple[Scene, Block], ...], depth: int) -> None:
        """Write the first of several bodies; the others are there for `super()`."""
        (scene, block), *rest = bodies
        scene = replace(scene, supers=tuple(rest))
        if block.root != NO_ELEMENT:
            self._expand(scene, block.root, depth + 1)
            return
        stretch = (block.start, scene.template.block_ends[block.number])
        root = self.library.outline(scene.path, scene.template).root_of(block.node)
        self._expand(scene, root, depth + 1, within=stretch)

    # Sites

    def _place(self, scene: Scene, site: Site, root: int, depth: int) -> None:
        """Write what a site brings, unless nothing of it matters."""
        if self._is_passed(scene, site, depth):
            return
        effect = self.library.brings(scene.path, scene.template, site)
        self.written.places += effect.live
        if not effect.live:
            self.written.unseen = self.written.unseen or effect.unseen
            if effect.ends_p:
                self.written.texts.append("<hr>")
        elif self._is_too_much(0):
            return
        elif site.kind in LOADING:
            self._load(scene, site, depth)
        elif site.kind == "call":
            self._call(scene, site, depth)
        elif site.kind == "call-block":
            self._call_block(scene, site, depth)
        elif site.kind == "component":
            self._component(scene, site, depth)
        else:
            self._output(scene, site, root, depth)

    def _is_passed(self, scene: Scene, site: Site, depth: int) -> bool:
        """Write what is passed to this scene from outside, where a site asks for that."""
        if site.kind == "slot":
            self._slot(scene, (site.name.split() or [""])[0], depth)
        elif site.kind == "call" and site.name == "caller":
            self._slot(scene, "", depth)
        elif site.kind == "call" and (site.name == "super" or site.name.startswith("self.")):
            name = site.name.partition(".")[2]
            bodies = tuple(shown_again(self.project, scene, name)) if name else scene.supers
            if bodies:
                self._block_body(bodies, depth)
        else:
            return False
        return True

    def _load(self, scene: Scene, site: Site, depth: int) -> None:
        written = self.written
        if site.kind == "partial":
            named = named_partial(scene.template, site.name)
            if named is not None:
                self._expand(scene, named, depth + 1)
                return
        link = self.project.link(scene.path, scene.template, site)
        found = self.library.targets(scene.path, scene.template, site)
        written.unseen |= link.open or not (found or link.optional)
        if not found:
            return
        path, conditions, missed = chosen(self.decisions, scene, site, found, self._decided)
        written.missed += missed
        self.guard |= conditions
        template = self.project.template(path)
        if template is None or any(frame.path == path for frame in scene.frames):
            written.unseen = True
            return
        frame = Frame(path, template, link.bindings, link.isolated, site, "include")
        part = part_named(link)
        named = named_partial(template, part) if part else None
        if named is not None:
            self._expand(Scene(path, template, (frame, *scene.frames)), named, depth + 1)
            return
        embedded = embedded_blocks(scene, site) if site.kind == "embed" else {}
        chain = self.project.chain(path)
        top = self.project.template(chain[-1])
        if len(chain) > 1 and top is not None:
            # An included template may extend one of its own.
            frame = Frame(chain[-1], top, link.bindings, link.isolated, site, "include")
        else:
            chain = [path]
        frames = (frame, *scene.frames)
        self._file(chain[-1], frames, chain=tuple(chain), embedded=embedded, depth=depth + 1)

    def _call(self, scene: Scene, site: Site, depth: int) -> None:
        macro = macro_at(self.project, scene.frames, self.page, site.name)
        if macro is None:
            self.written.unseen = True
            return
        given = arguments_of(scene.template.inner(site), site.name)
        self._macro(scene, macro, site, bind(macro.parameters, given) if given else {}, None, depth)

    def _macro(
        self,
        scene: Scene,
        macro: Macro,
        site: Site,
        bindings: dict[str, str],
        body: Body | None,
        depth: int,
    ) -> None:
        again = sum(frame.path == macro.path and frame.site == site for frame in scene.frames)
        if again > 1:
            return
        if macro.template.dialect.name != "kida":
            # What a call leaves out is undefined there: false, and nothing when put out.
            bindings = {**{one.name: '""' for one in macro.parameters}, **bindings}
        frame = Frame(macro.path, macro.template, bindings, True, site, "macro", macro.shares)
        inner = Scene(macro.path, macro.template, (frame, *scene.frames), body=body)
        self._expand(inner, macro.node, depth + 1)

    def _component(self, scene: Scene, site: Site, depth: int) -> None:
        inner = component_scene(self.project, scene, site)
        if inner is None:
            self.written.unseen = True
        else:
            self._expand(inner, 0, depth + 1)

    def _call_block(self, scene: Scene, site: Site, depth: int) -> None:
        root = body_of(scene.template, site)
        if root == NO_ELEMENT:
            return
        name, arguments = called(site.name)
        macro = macro_at(self.project, scene.frames, self.page, name)
        if macro is None:
            self.written.unseen = True
            self.written.texts.append(f"<{UNKNOWN_TAG}>")
            self._expand(scene, root, depth + 1)
            self.written.texts.append(f"</{UNKNOWN_TAG}>")
            return
        bindings = bind(macro.parameters, call_arguments(arguments))
        self._macro(scene, macro, site, bindings, Body(root, scene), depth)

    def _slot(self, scene: Scene, slot: str, depth: int) -> None:
        """Write what a call passes: its body, or the slot of a name in it."""
        body = scene.body
        if body is None:
            self.written.unseen = True
            return
        root, template = body.root, body.outer.template
        if slot:
            named = (
                node
                for node, one in template.roots.items()
                if one.kind == "slot"
                and (one.name.split() or [""])[0] == slot
                and template.root_of(one.node) == body.root
            )
            root = next(named, NO_ELEMENT)
            if root == NO_ELEMENT:
                return
        self._expand(body.outer, root, depth + 1)

    def _output(self, scene: Scene, site: Site, root: int, depth: int) -> None:
        """Captured content stands where its variable is output: the capture nearest before it."""
        template = scene.template
        captures = [
            # One inside another capture is that one's own affair.
            (template.root_of(captured.node) == root, captured.start, node)
            for node, captured in template.roots.items()
            if captured.kind in ("set", "capture")
            and captured.name == site.name
            and node != root
            and captured.start < site.start
        ]
        if captures:
            self._expand(scene, max(captures)[2], depth + 1)


def _start_of(item: Item) -> int:
    return item.start
