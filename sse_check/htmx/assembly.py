"""Pages put together from their templates, top down, as an engine renders them.

Every condition is decided one way while a page is assembled, so the result is one rendering:
a tree that the model of htmx can play. `rendering.py` says which decisions are worth trying.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from sse_check.htmx.dom import Node
from sse_check.htmx.outline import HOLE, OUT_OF_SIGHT, SIGN, SPEAKING, Mark, Outline
from sse_check.htmx.scene import Body, OpenPlaces, Scene
from sse_check.project.elements import Given, Reader, Value
from sse_check.project.project import Macro, Project, Step
from sse_check.project.ways import Frame, Way
from sse_check.template.conditions import Facts
from sse_check.template.expressions import (
    arguments_of,
    bind,
    call_arguments,
    called,
)
from sse_check.template.html_words import MERGE, ROOT
from sse_check.template.model import NO_ELEMENT, Alternative, Block, Site
from sse_check.template.values import Pattern

_DEEPEST = 40
_MOST_ELEMENTS = 20_000
_LOADING = frozenset(("include", "embed", "partial"))


class Assembly:
    """One rendering of a page. `chosen` decides conditions, `default` those that are not in it."""

    def __init__(
        self,
        project: Project,
        reader: Reader,
        outline: Outline,
        page: str,
        chosen: dict[str, bool],
        default: bool = True,
    ) -> None:
        self.project = project
        self.reader = reader
        self.outline = outline
        self.page = page
        self.chosen = dict(chosen)
        self.default = default
        # Conditions that were met, and how much hangs on each.
        self.asked: dict[str, int] = {}
        # Content that cannot be seen is brought in somewhere on this page.
        self.unseen = False
        self.placed: set[tuple[str, int]] = set()
        # Elements that a piece of the page left open for what follows it.
        self.spilled: set[int] = set()
        self.elements = 0
        self.root = Node("html")

    # Conditions

    def truth(self, key: str, weight: int = 1) -> bool:
        value = self.chosen.get(key)
        if value is None:
            value = self.chosen[key] = self.default
        self.asked[key] = self.asked.get(key, 0) + weight
        return value

    def _holds(self, facts: Facts, scene: Scene, weight: int = 1) -> bool:
        if not facts:
            return True
        left = self.reader.settle(self._way(scene), facts)
        return left is not None and all(self.truth(key, weight) == wanted for key, wanted in left)

    def _way(self, scene: Scene) -> Way:
        return Way((), scene.frames, {}, "page", self.page)

    # Whole files

    def page_tree(self) -> Node:
        """The page with its layouts; elements outside `<html>` and `<body>` go into them."""
        holder = Node(OUT_OF_SIGHT)
        chain = self.project.chain(self.page)
        self._file(chain[-1], (), holder, chain=tuple(chain))
        return self._finished(holder, closed=True)

    def piece_tree(self, root: int | None = None) -> Node:
        """A piece of a page (a file, or one root in it) with unknown surroundings."""
        holder = Node(OUT_OF_SIGHT)
        template = self.project.template(self.page)
        if root is None or template is None:
            self._file(self.page, (), holder)
        else:
            scene = Scene(self.page, template, (Frame(self.page, template, {}, True, None, ""),))
            self._expand(scene, root, holder, 0)
        return self._finished(holder, closed=False)

    def _finished(self, holder: Node, *, closed: bool) -> Node:
        found = next((node for node in holder.elements if node.name == "html"), None)
        root = found or Node("html")
        if found is not None:
            found.detach()
        body = next((node for node in root.elements if node.name == "body"), None)
        body = body or next((node for node in holder.elements if node.name == "body"), None)
        if body is None:
            body = Node("body")
        body.detach()
        rest = [*(n for n in root.elements if n.name != "head"), *holder.elements]
        if not closed:
            unknown = Node(OUT_OF_SIGHT)
            unknown.insert(0, list(rest))
            rest = [unknown]
        body.insert(0, list(rest))
        root.insert(len(root.children), [body])
        return root

    def _file(
        self,
        path: str,
        frames: tuple[Frame, ...],
        place: Node,
        *,
        chain: tuple[str, ...] = (),
        embedded: dict[str, tuple[Scene, Block]] | None = None,
        depth: int = 0,
    ) -> Node:
        template = self.project.template(path)
        if template is None or depth > _DEEPEST:
            self.unseen = True
            return place
        wraps = () if frames or len(chain) > 1 else self._wrapping(path)
        if wraps:
            self._wrapped_page((*wraps, path), place, depth)
            return place
        frames = frames or (Frame(path, template, {}, False, None, ""),)
        scene = Scene(path, template, frames, chain=chain or (path,), embedded=embedded or {})
        return self._spilling(self._expand(scene, 0, place, depth), place)

    def _spilling(self, goes_on: Node, home: Node) -> Node:
        """Remember the elements that a piece leaves open: an end tag elsewhere may end them."""
        if goes_on is not home and home.contains(goes_on):
            for node in goes_on.lineage():
                if node is home:
                    break
                self.spilled.add(id(node))
        return goes_on

    def _wrapped_page(self, wraps: tuple[str, ...], place: Node, depth: int) -> None:
        top = self.project.template(wraps[0])
        if top is not None:
            frame = Frame(wraps[0], top, {}, False, None, "")
            scene = Scene(wraps[0], top, (frame,), chain=wraps[:1], wrapped=wraps[1:])
            self._expand(scene, 0, place, depth + 1)

    def _wrapping(self, path: str) -> tuple[str, ...]:
        """The layouts that wrap a page by their folders, the outermost first."""
        found: list[str] = []
        layout = self.project.graph.wrapping_layout(path)
        while layout is not None and layout not in found:
            found.append(layout)
            layout = self.project.graph.wrapping_layout(layout)
        return tuple(reversed(found))

    # Stretches of a template

    def _expand(
        self,
        scene: Scene,
        root: int,
        place: Node,
        depth: int,
        *,
        within: tuple[int, int] | None = None,
    ) -> Node:
        """Put the content of a root (or of a stretch of it) into `place`.

        Returns where what follows goes: `place`, unless the content leaves elements open in it or
        ends some that were open.
        """
        if depth > _DEEPEST:
            self.unseen = True
            return place
        self.unseen = self.unseen or self.outline.brings_markup(scene.path, scene.template)
        items = self.outline.items(scene.path, scene.template, root)
        number, last = 0, len(items)
        if within is not None:
            number = bisect_left(items, (within[0],))
            last = bisect_left(items, (within[1],))
        open_ = OpenPlaces(place)
        while number < last:
            item = items[number]
            number += 1
            if self.elements > _MOST_ELEMENTS:
                self.unseen = True
                return place
            if item.kind == "element":
                self._element(scene, item.node, open_)
            elif item.block is not None:
                if self._replaced_block(scene, item.block, open_, depth):
                    end = scene.template.block_ends[item.block.number]
                    while number < last and items[number].start < end:
                        number += 1
            elif item.site is not None and self._holds(
                scene.template.facts_at(item.site.start), scene
            ):
                written = self._written_home(scene, item.node, open_)
                home = open_.after(written)
                open_.turn(written, self._site(scene, item.site, root, home, depth))
        left = scene.template.left_open.get(root) if within is None else None
        return open_.after(place if left is None else self._home(scene, left, open_))

    def _home(self, scene: Scene, node: int, open_: OpenPlaces) -> Node:
        """The element that is open at a place, also when another piece opened it."""
        return open_.after(self._written_home(scene, node, open_))

    def _written_home(self, scene: Scene, node: int, open_: OpenPlaces) -> Node:
        """The element of this text that is open at a place, given what was decided.

        Where a page left out what the text opens (it replaced a block), the next one up is.
        """
        names, template = scene.template.names, scene.template
        steps = 0
        while node not in open_.nodes and steps < _MOST_ELEMENTS:
            steps += 1
            if names[node] == ROOT:
                return open_.place
            if names[node] == MERGE:
                node = self._alternative(scene, template.merges[node], open_.nodes)
            else:
                node = template.parent(node)
        return open_.nodes.get(node, open_.place)

    def _alternative(
        self, scene: Scene, options: tuple[Alternative, ...], open_: dict[int, Node]
    ) -> int:
        names = scene.template.names
        fitting = [option.node for option in options if self._holds(option.facts, scene)]
        # The second turn of a loop starts in an element that is not there in the first.
        met = (node for node in fitting if node in open_ or names[node] in (MERGE, ROOT))
        return next(met, fitting[0] if fitting else options[-1].node)

    def _element(self, scene: Scene, node: int, open_: OpenPlaces) -> None:
        template = scene.template
        context = template.context(node)
        if context:
            facts = self.outline.facts(scene.path, template, context)
            speaks = SIGN.search(template.text, template.starts[node], template.ends[node])
            weight = SPEAKING if speaks else 1
            if not self._holds(facts, scene, weight):
                return
        parent = self._home(scene, template.parent(node), open_)
        made = self._made(scene, node)
        parent.children.append(made)
        made.parent = parent
        open_.nodes[node] = made
        self.elements += 1
        self.placed.add((scene.path, node))

    def _made(self, scene: Scene, node: int) -> Node:
        template = scene.template
        plain = self.outline.plain(self.reader, scene.path, template, node)
        if plain is not None:
            return Node(template.names[node], plain[0], plain[1])
        tag = self.reader.tag(self._way(scene), Step(scene.path, template, node, 0))
        given: dict[str, Given] = {}
        attributes: dict[str, str] = {}
        for attribute in tag.attributes:
            name = attribute.name
            if name in given:
                continue
            weight = SPEAKING if SIGN.match(name) else 1
            if not all(self.truth(key, weight) == wanted for key, wanted in attribute.facts):
                continue
            where = f"{scene.path}@{attribute.written.start}"
            if not attribute.fixed and not self.truth(f"#{where}", weight):
                continue
            if attribute.values is None:
                given[name] = Given(None, attribute)
                attributes[name] = ""
                continue
            pattern = self._chosen_value(attribute.values, where)
            if pattern is not None:
                given[name] = Given(pattern, attribute)
                attributes[name] = "".join(HOLE if part is None else part for part in pattern.parts)
        mark = Mark(scene.path, scene.template, node, tag, given)
        return Node(scene.template.names[node], attributes, mark)

    def _chosen_value(self, values: tuple[Value, ...], where: str) -> Pattern | None:
        fitting = [
            value.pattern
            for value in values
            if all(self.truth(key) == wanted for key, wanted in value.facts)
        ]
        if not fitting:
            return None
        if len(fitting) == 1 or self.truth(f"={where}"):
            return fitting[0]
        return fitting[-1]

    # Blocks

    def _replaced_block(self, scene: Scene, block: Block, open_: OpenPlaces, depth: int) -> bool:
        """Put in what replaces a layout's block, if anything does."""
        bodies = [*self._overriding(scene, block.name), (scene, block)]
        if len(bodies) == 1:
            return False
        if self._holds(_facts_before(scene, block), scene):
            home = self._home(scene, block.node, open_)
            self._block_body(tuple(bodies), home, depth)
        return True

    def _overriding(self, scene: Scene, name: str) -> Iterator[tuple[Scene, Block]]:
        """What replaces a block, the page's own first."""
        if name in scene.embedded:
            yield scene.embedded[name]
        if scene.wrapped and name == "content":
            yield self._wrapped_content(scene)
        below = scene.chain[: scene.chain.index(scene.path)] if scene.path in scene.chain else ()
        for path in below:
            template, block = self.project.template(path), self.project.block(path, name)
            if template is None or block is None:
                continue
            site = self.project.extends_site(path)
            frame = Frame(path, template, {}, False, site, "extends")
            yield Scene(path, template, (frame, *scene.frames), chain=scene.chain), block

    def _wrapped_content(self, scene: Scene) -> tuple[Scene, Block]:
        """A page stands where the layout of its folder has the block `content`."""
        path = scene.wrapped[0]
        template = self.project.template(path) or scene.template
        frame = Frame(path, template, {}, False, None, "layout")
        frames = (frame, *scene.frames)
        inner = Scene(path, template, frames, chain=(path,), wrapped=scene.wrapped[1:])
        return inner, Block("", 0, -1, NO_ELEMENT, 0)

    def _block_body(self, bodies: tuple[tuple[Scene, Block], ...], home: Node, depth: int) -> None:
        """Put in the first of several bodies; the others are there for `super()`."""
        (scene, block), *rest = bodies
        scene = replace(scene, supers=tuple(rest))
        if block.root != NO_ELEMENT:
            self._expand(scene, block.root, home, depth + 1)
            return
        stretch = (block.start, scene.template.block_ends[block.number])
        self._expand(scene, scene.template.root_of(block.node), home, depth + 1, within=stretch)

    # Sites

    def _site(self, scene: Scene, site: Site, root: int, home: Node, depth: int) -> Node:
        """Put in what a site brings; returns where what follows it goes."""
        kind = site.kind
        if kind in _LOADING:
            return self._load(scene, site, home, depth)
        if kind == "call":
            return self._call(scene, site, home, depth)
        if kind == "stray":
            return self._ended(site.name, home)
        if kind == "call-block":
            self._call_block(scene, site, home, depth)
        elif kind == "slot":
            self._slot(scene, site, home, depth)
        elif kind == "output":
            self._output(scene, site, root, home, depth)
        return home

    def _ended(self, name: str, home: Node) -> Node:
        """An end tag that finds nothing open in its own text ends what another piece opened."""
        node: Node | None = home
        while node is not None and id(node) in self.spilled:
            if node.name == name:
                return node.parent or home
            node = node.parent
        return home

    def _load(self, scene: Scene, site: Site, home: Node, depth: int) -> Node:
        if site.kind == "partial" and self._named_partial(scene, site, home, depth):
            return home
        link = self.project.link(scene.path, scene.template, site)
        found = []
        for name in link.names:
            path = self.project.target(name, scene.path)
            if path is not None:
                found.append(path)
        if link.open or not found:
            self.unseen = self.unseen or link.open or not link.optional
        if not found:
            return home
        path = found[0]
        if len(found) > 1 and " if " in site.name and not self.truth(f"?{scene.path}@{site.start}"):
            path = found[-1]
        template = self.project.template(path)
        if template is None or any(frame.path == path for frame in scene.frames):
            self.unseen = True
            return home
        frame = Frame(path, template, link.bindings, link.isolated, site, "include")
        embedded: dict[str, tuple[Scene, Block]] = {}
        if site.kind == "embed":
            embedded = self._embedded(scene, site)
        chain = self.project.chain(path)
        top = self.project.template(chain[-1])
        if len(chain) > 1 and top is not None:
            # An included template may extend one of its own.
            frame = Frame(chain[-1], top, link.bindings, link.isolated, site, "include")
            frames = (frame, *scene.frames)
            return self._file(chain[-1], frames, home, chain=tuple(chain), depth=depth + 1)
        return self._file(path, (frame, *scene.frames), home, embedded=embedded, depth=depth + 1)

    @staticmethod
    def _embedded(scene: Scene, site: Site) -> dict[str, tuple[Scene, Block]]:
        found = {}
        for block in scene.template.blocks:
            outer = scene.template.roots.get(scene.template.root_of(block.node))
            if outer is not None and outer.kind == "embed" and outer.start == site.start:
                found[block.name] = (scene, block)
        return found

    def _named_partial(self, scene: Scene, site: Site, home: Node, depth: int) -> bool:
        wanted = site.name.strip("\"' ")
        for node, root in scene.template.roots.items():
            if root.kind == "partialdef" and root.name == wanted:
                self._expand(scene, node, home, depth + 1)
                return True
        return False

    def _call(self, scene: Scene, site: Site, home: Node, depth: int) -> Node:
        if site.name == "super":
            self._super(scene, home, depth)
            return home
        if site.name == "caller":
            self._body(scene, "", home, depth)
            return home
        macro = self.project.macro(scene.path, site.name)
        if macro is None:
            self.unseen = True
            return home
        given = arguments_of(scene.template.inner(site), site.name)
        bindings = bind(macro.parameters, given) if given else {}
        return self._macro(scene, macro, site, bindings, home, None, depth)

    def _macro(
        self,
        scene: Scene,
        macro: Macro,
        site: Site,
        bindings: dict[str, str],
        home: Node,
        body: Body | None,
        depth: int,
    ) -> Node:
        if sum(frame.path == macro.path and frame.site == site for frame in scene.frames) > 1:
            return home
        frame = Frame(macro.path, macro.template, bindings, True, site, "macro")
        inner = Scene(macro.path, macro.template, (frame, *scene.frames), body=body)
        return self._spilling(self._expand(inner, macro.node, home, depth + 1), home)

    def _call_block(self, scene: Scene, site: Site, home: Node, depth: int) -> None:
        root = next(
            (
                n
                for n, r in scene.template.roots.items()
                if r.kind == "call" and r.start == site.start
            ),
            None,
        )
        if root is None:
            return
        name, arguments = called(site.name)
        macro = self.project.macro(scene.path, name)
        if macro is None:
            # Something unknown wraps the body here.
            self.unseen = True
            wrapper = Node(OUT_OF_SIGHT)
            home.children.append(wrapper)
            wrapper.parent = home
            self._expand(scene, root, wrapper, depth + 1)
            return
        bindings = bind(macro.parameters, call_arguments(arguments))
        body = Body(root, scene)
        self._macro(scene, macro, site, bindings, home, body, depth)

    def _slot(self, scene: Scene, site: Site, home: Node, depth: int) -> None:
        self._body(scene, (site.name.split() or [""])[0], home, depth)

    def _body(self, scene: Scene, slot: str, home: Node, depth: int) -> None:
        body = scene.body
        if body is None:
            self.unseen = True
            return
        root = body.root
        if slot:
            named = (
                node
                for node, r in body.outer.template.roots.items()
                if r.kind == "slot"
                and (r.name.split() or [""])[0] == slot
                and body.outer.template.root_of(r.node) == body.root
            )
            root = next(named, NO_ELEMENT)
            if root == NO_ELEMENT:
                return
        self._expand(body.outer, root, home, depth + 1)

    def _super(self, scene: Scene, home: Node, depth: int) -> None:
        if scene.supers:
            self._block_body(scene.supers, home, depth)

    def _output(self, scene: Scene, site: Site, root: int, home: Node, depth: int) -> None:
        """Captured content stands where its variable is output: the capture nearest before it."""
        captures = [
            # One inside another capture is that one's own affair.
            (scene.template.root_of(captured.node) == root, captured.start, node)
            for node, captured in scene.template.roots.items()
            if captured.kind in ("set", "capture")
            and captured.name == site.name
            and node != root
            and captured.start < site.start
        ]
        if captures:
            self._expand(scene, max(captures)[2], home, depth + 1)
            return
        inner = scene.template.inner(site)
        if "safe" in inner or site.name in ("content", "body", "children", "html"):
            self.unseen = True


def _facts_before(scene: Scene, block: Block) -> Facts:
    """What holds just before a block opens."""
    # A place inside the tag itself: an empty block ends where it begins.
    return scene.template.facts_at(block.start - 2)
