"""Ways: the chains of ancestors from an element to the root of a page, across files.

An element may have several: a partial is included here and there, a branch leaves one of two
elements open, a macro is called from many places. Each way also knows what must hold for it
(facts) and how names are bound in each file it passes (frames).
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sse_check.project.project import Macro, Project, Step, Use
from sse_check.template.conditions import combine, consistent
from sse_check.template.expressions import Arguments, arguments_of, bind, call_arguments, called
from sse_check.template.html_words import MERGE, ROOT
from sse_check.template.model import NO_ELEMENT, Block, Root, Site, Template

MOST_WAYS = 64
# A way longer or deeper than these is cut, and says so by being open.
_MOST_STEPS = 512
_MOST_FRAMES = 48
_MOST_MERGES = 64
# Places visited while looking for the ways of one element; few elements need a hundred.
_MOST_VISITS = 4_000

Top = Literal["page", "open"]


class Frame(NamedTuple):
    """A stretch of a way inside one file, and how it was entered from the one above.

    `bindings` are expressions by name; they are read in the next frame. `isolated` says that
    the names of the frame above are not visible here.
    """

    path: str
    template: Template
    bindings: dict[str, str]
    isolated: bool
    site: Site | None
    via: str


@dataclass(frozen=True, slots=True)
class Way:
    """One chain of elements, innermost first.

    `top` is "page" when the chain ends at the root of a page, and "open" when more may stand
    above it. `gaps` are the steps above which something unknown may stand.
    """

    steps: tuple[Step, ...]
    frames: tuple[Frame, ...]
    facts: dict[str, bool]
    top: Top
    page: str
    gaps: tuple[int, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether all ancestors are known."""
        return self.top == "page" and not self.gaps


class Ways(NamedTuple):
    """All ways of an element; `cut` when there were more than are listed."""

    ways: tuple[Way, ...]
    cut: bool


class _Return(NamedTuple):
    """Where a body that was passed downwards comes back up."""

    kind: str
    path: str
    node: int
    back: Use
    frame_kind: str


class _Climb(NamedTuple):
    path: str
    template: Template
    node: int
    context: int
    returns: tuple[_Return, ...]
    page: str | None


class _State(NamedTuple):
    steps: tuple[Step, ...]
    frames: tuple[Frame, ...]
    facts: dict[str, bool]
    gaps: tuple[int, ...]


def ways_of(project: Project, path: str, node: int, page: str | None = None) -> Ways:
    """The ways of one element, at most `MOST_WAYS`; only those on `page` when it is given."""
    template = project.template(path)
    if template is None:
        return Ways((), False)
    walker = _Walker(project, page)
    found: list[Way] = []
    for way in walker.start(path, template, node):
        if page is not None and way.page != page:
            continue
        if len(found) == MOST_WAYS:
            return Ways(tuple(found), True)
        found.append(way)
    return Ways(tuple(found), walker.visits > _MOST_VISITS)


class _Walker:
    def __init__(self, project: Project, page: str | None) -> None:
        self.project = project
        self.page = page
        self.visits = 0
        # Ways share their steps: deep pages have many ways with the same ancestors.
        self.known = project.steps

    def _step(self, path: str, template: Template, node: int, frame: int) -> Step:
        key = (path, node, frame)
        step = self.known.get(key)
        if step is None:
            step = self.known[key] = Step(path, template, node, frame)
        return step

    def _pages(self, path: str) -> list[str]:
        """The pages to consider for a layout: the one asked for, or all."""
        if self.page is not None and path in self.project.chain(self.page):
            return [self.page]
        return self.project.pages_under(path)

    def start(self, path: str, template: Template, node: int) -> Iterator[Way]:
        context = template.context(node)
        known: dict[str, bool] = {}
        for fact in template.flow.facts(context):
            if not consistent(known, (fact,)):
                return
            known = combine(known, (fact,))
        frame = Frame(path, template, {}, False, None, "")
        step = Step(path, template, node, 0)
        state = _State((step,), (frame,), known, ())
        climb = _Climb(path, template, template.parent(node), context, (), None)
        yield from self._climb(climb, state)

    # Inside one file

    def _climb(self, climb: _Climb, state: _State) -> Iterator[Way]:
        template, node, page = climb.template, climb.node, climb.page
        blocks = self._enclosing(climb)
        steps = list(state.steps)
        merges: set[int] = set()
        frame = len(state.frames) - 1
        while True:
            while blocks and node == blocks[0].node:
                crossing = climb._replace(
                    node=node, context=_context(climb.template, blocks[0]), page=page
                )
                state = state._replace(steps=tuple(steps))
                staying = yield from self._leave_inline_blocks(blocks, crossing, state)
                if staying is None:
                    return
                page = staying or None
                blocks.pop(0)
            name = template.names[node]
            if name == ROOT or len(steps) > _MOST_STEPS:
                break
            if name == MERGE:
                if node in merges:
                    return
                merges.add(node)
                state = state._replace(steps=tuple(steps))
                yield from self._alternatives(climb._replace(node=node, page=page), state, merges)
                return
            steps.append(self._step(climb.path, template, node, frame))
            node = template.parent(node)
        state = state._replace(steps=tuple(steps))
        if template.names[node] != ROOT:
            yield self._finish(state, "open", climb.path)
            return
        yield from self._leave_root(climb._replace(node=node, page=page), state)

    def _alternatives(self, climb: _Climb, state: _State, passed: set[int]) -> Iterator[Way]:
        if len(passed) > _MOST_MERGES:
            yield self._finish(state, "open", climb.page or climb.path)
            return
        for option in climb.template.merges[climb.node]:
            self.visits += 1
            if self.visits > _MOST_VISITS:
                return
            if option.node in passed or not consistent(state.facts, option.facts):
                continue
            facts = combine(state.facts, option.facts)
            yield from self._climb_past(
                climb._replace(node=option.node), state._replace(facts=facts), passed
            )

    def _climb_past(self, climb: _Climb, state: _State, passed: set[int]) -> Iterator[Way]:
        """Go on from an alternative; a merge that was passed before is a loop's next turn."""
        node = climb.node
        if climb.template.names[node] == MERGE:
            if node in passed:
                return
            yield from self._alternatives(climb, state, passed | {node})
            return
        steps = list(state.steps)
        frame = len(state.frames) - 1
        template = climb.template
        blocks = self._enclosing(climb)
        while template.names[node] not in (ROOT, MERGE) and len(steps) <= _MOST_STEPS:
            if blocks and node == blocks[0].node:
                break
            steps.append(self._step(climb.path, template, node, frame))
            node = template.parent(node)
        state = state._replace(steps=tuple(steps))
        if template.names[node] == MERGE:
            if node not in passed:
                yield from self._alternatives(climb._replace(node=node), state, passed | {node})
            return
        yield from self._climb(climb._replace(node=node), state)

    def _enclosing(self, climb: _Climb) -> list[Block]:
        """The inline blocks around a place, innermost first."""
        names = climb.template.flow.block_names(climb.context)
        if not names:
            return []
        by_name = {block.name: block for block in climb.template.blocks}
        blocks = [by_name[name] for name in names if name in by_name]
        return [block for block in blocks if block.root == NO_ELEMENT]

    # Blocks of layouts

    def _leave_inline_blocks(
        self, blocks: list[Block], climb: _Climb, state: _State
    ) -> Generator[Way, None, str | None]:
        """Leave the default content of a layout's block, the first of `blocks`.

        Pages that replace the block without `super()` never show it. Returns the page with
        which the way goes on in this file ("" for any), or None when it does not.
        """
        if not self.project.children(climb.path):
            return climb.page or ""
        pages = [climb.page] if climb.page else self._unlike_pages(climb.path, blocks)
        staying: list[str] = []
        for page in pages:
            overriders = self._overriders(page, climb.path, blocks[0].name)
            if not overriders:
                staying.append(page)
            elif all(site is not None for _, site in overriders):
                placed = climb._replace(page=page)
                yield from self._through_super(overriders, placed, state)
        if not staying:
            return None
        for page in staying[1:]:
            yield from self._climb(
                climb._replace(page=page, context=_context(climb.template, blocks[0])), state
            )
        return staying[0]

    def _unlike_pages(self, path: str, blocks: list[Block]) -> list[str]:
        """One page of each kind: pages of a kind replace the same blocks in the same way."""
        kinds: dict[tuple[object, ...], str] = {}
        for page in self._pages(path):
            kind = tuple(
                tuple((lower, site is None) for lower, site in self._overriders(page, path, b.name))
                for b in blocks
            )
            kinds.setdefault(kind, page)
        return list(kinds.values())

    def _overriders(self, page: str, path: str, name: str) -> list[tuple[str, Site | None]]:
        """Templates between the page and the layout that replace a block, nearest layout first.

        Each with the `super()` that shows what it replaces, if it has one.
        """
        chain = self.project.chain(page)
        if path not in chain:
            return []
        found: list[tuple[str, Site | None]] = []
        for lower in reversed(chain[: chain.index(path)]):
            template, block = self.project.template(lower), self.project.block(lower, name)
            if template is None or block is None:
                continue
            found.append((lower, _super_site(template, block)))
        return found

    def _through_super(
        self,
        overriders: list[tuple[str, Site | None]],
        climb: _Climb,
        state: _State,
    ) -> Iterator[Way]:
        """Continue at the `super()` of the nearest template that replaces the block."""
        path, site = overriders[0]
        template = self.project.template(path)
        if site is None or template is None:
            return
        context_facts = template.facts_at(site.start)
        if not consistent(state.facts, context_facts):
            return
        frame = Frame(path, template, {}, False, site, "super")
        state = state._replace(
            frames=_entered(state.frames, site, "super", frame),
            facts=combine(state.facts, context_facts),
        )
        yield from self._climb(
            climb._replace(
                path=path, template=template, node=site.node, context=template.flow.at(site.start)
            ),
            state,
        )

    def _leave_block_root(self, root: Root, climb: _Climb, state: _State) -> Iterator[Way]:
        """Leave a block that replaces a layout's: it stands where the layout has the block."""
        block = next((b for b in climb.template.blocks if b.root == climb.node), None)
        if block is not None:
            embed = self._embed_around(climb, block)
            if embed is not None:
                yield from self._into_embedded(embed, root.name, climb, state)
                return
        pages = [climb.page] if climb.page else self._pages(climb.path)
        seen: set[tuple[str, ...]] = set()
        for page in pages:
            chain = self.project.chain(page)
            lower = self._overriders(page, climb.path, root.name)
            if any(site is None for _, site in lower):
                continue
            upper = chain[chain.index(climb.path) + 1 :] if climb.path in chain else []
            route = (*(path for path, _ in lower), ">", *upper)
            if route in seen:
                continue
            seen.add(route)
            placed = climb._replace(page=page)
            if lower:
                yield from self._through_super(lower, placed, state)
                continue
            yield from self._into_layout(root.name, upper, placed, state)

    def _into_layout(
        self, name: str, layouts: list[str], climb: _Climb, state: _State
    ) -> Iterator[Way]:
        for path in reversed(layouts):
            template, block = self.project.template(path), self.project.block(path, name)
            if template is None or block is None:
                continue
            if block.root != NO_ELEMENT:
                continue
            facts = template.flow.facts(_context(template, block))
            if not consistent(state.facts, facts):
                return
            site = self.project.extends_site(climb.path)
            above = Frame(path, template, {}, False, None, "")
            state = state._replace(
                frames=_entered(state.frames, site, "extends", above),
                facts=combine(state.facts, facts),
            )
            yield from self._climb(
                climb._replace(
                    path=path, template=template, node=block.node, context=_context(template, block)
                ),
                state,
            )
            return
        if self.project.is_layout_open((layouts or [climb.path])[-1]):
            yield self._finish(state, "open", climb.page or climb.path)

    def _embed_around(self, climb: _Climb, block: Block) -> Use | None:
        template = climb.template
        for record in template.flow.chain(_context(template, block)):
            if record.kind == "embed":
                site = next(s for s in template.sites if s.start == record.start)
                link = self.project.link(climb.path, template, site)
                return Use(climb.path, template, site, link)
        return None

    def _into_embedded(self, embed: Use, name: str, climb: _Climb, state: _State) -> Iterator[Way]:
        for wanted in embed.link.names if embed.link else ():
            path = self.project.target(wanted, embed.path)
            template = self.project.template(path) if path else None
            block = self.project.block(path, name) if path else None
            if path is None or template is None or block is None:
                continue
            above = Frame(path, template, {}, False, None, "")
            back = _Return("file", path, 0, embed, "embed")
            yield from self._climb(
                _Climb(
                    path,
                    template,
                    block.node,
                    _context(template, block),
                    (*climb.returns, back),
                    None,
                ),
                state._replace(frames=_entered(state.frames, embed.site, "embed", above)),
            )
            return
        yield from self._across_gap(embed, climb, state)

    # From one file to the next

    def _leave_root(self, climb: _Climb, state: _State) -> Iterator[Way]:
        root = climb.template.roots[climb.node]
        if len(state.frames) > _MOST_FRAMES:
            yield self._finish(state, "open", climb.path)
            return
        if climb.returns and self._ends_body(climb, root):
            yield from self._come_back(climb, state)
        elif root.kind == "file":
            yield from self._leave_file(climb, state)
        elif root.kind == "block":
            yield from self._leave_block_root(root, climb, state)
        elif root.kind in ("macro", "def", "region"):
            yield from self._leave_macro(root, climb, state)
        elif root.kind in ("call", "slot"):
            yield from self._leave_call_body(root, climb, state)
        elif root.kind in ("set", "capture"):
            yield from self._leave_capture(root, climb, state)
        elif root.kind == "partialdef":
            yield from self._leave_named_partial(root, climb, state)
        else:
            yield self._finish(state, "open", climb.path)

    @staticmethod
    def _ends_body(climb: _Climb, root: Root) -> bool:
        last = climb.returns[-1]
        return last.path == climb.path and (
            last.node == climb.node or (last.kind == "file" and root.kind == "file")
        )

    def _come_back(self, climb: _Climb, state: _State) -> Iterator[Way]:
        entry = climb.returns[-1]
        use = entry.back
        bindings = {}
        if entry.kind == "macro":
            macro = Macro(climb.path, climb.template, climb.node, climb.template.roots[climb.node])
            bindings = bind(macro.parameters, call_arguments(called(use.site.name)[1]))
        yield from self._up_to(
            use, bindings, True, climb._replace(returns=climb.returns[:-1]), state, entry.frame_kind
        )

    def _up_to(
        self,
        use: Use,
        bindings: dict[str, str],
        isolated: bool,
        climb: _Climb,
        state: _State,
        via: str,
    ) -> Iterator[Way]:
        """Continue at a site in another file (or another place of the same one)."""
        if any(f.site == use.site and f.path == climb.path for f in state.frames[:-1]):
            return
        facts = use.template.facts_at(use.site.start)
        if not consistent(state.facts, facts):
            return
        above = Frame(use.path, use.template, {}, False, None, "")
        below = state.frames[-1]._replace(
            bindings=bindings, isolated=isolated, site=use.site, via=via
        )
        state = state._replace(
            frames=(*state.frames[:-1], below, above), facts=combine(state.facts, facts)
        )
        yield from self._climb(
            _Climb(
                use.path,
                use.template,
                use.site.node,
                use.template.flow.at(use.site.start),
                climb.returns,
                climb.page,
            ),
            state,
        )

    def _leave_file(self, climb: _Climb, state: _State) -> Iterator[Way]:
        project, path = self.project, climb.path
        if project.extends_site(path) is not None:
            # Content outside the blocks of a template that extends another is not rendered.
            return
        uses = [use for use in project.uses(path) if not use.site.in_tag]
        for use in uses:
            if any(f.path == use.path and f.site == use.site for f in state.frames):
                continue
            link = use.link
            yield from self._up_to(
                use,
                link.bindings if link else {},
                bool(link and link.isolated),
                climb._replace(page=None),
                state,
                "include",
            )
        layout = project.graph.wrapping_layout(path)
        if layout is not None and not uses:
            yield from self._into_folder_layout(layout, climb, state)
            return
        if project.children(path) or climb.template.is_document:
            yield self._finish(state, "page", climb.page or self._pages(path)[0])
        elif not uses:
            yield self._finish(state, "open", climb.page or path)

    def _into_folder_layout(self, layout: str, climb: _Climb, state: _State) -> Iterator[Way]:
        template, block = self.project.template(layout), self.project.block(layout, "content")
        if template is None or block is None:
            yield self._finish(state, "open", climb.path)
            return
        above = Frame(layout, template, {}, False, None, "")
        yield from self._climb(
            _Climb(layout, template, block.node, _context(template, block), climb.returns, None),
            state._replace(frames=_entered(state.frames, None, "layout", above)),
        )

    def _leave_macro(self, root: Root, climb: _Climb, state: _State) -> Iterator[Way]:
        macro = Macro(climb.path, climb.template, climb.node, root)
        calls = [use for use in self.project.calls(macro) if not use.site.in_tag]
        if not calls:
            yield self._finish(state, "open", climb.path)
        for use in calls:
            if any(f.site == use.site and f.path == climb.path for f in state.frames[:-1]):
                continue
            given = _given(use.template, use.site)
            yield from self._up_to(
                use,
                bind(macro.parameters, given) if given else {},
                True,
                climb._replace(page=None),
                state,
                "macro",
            )

    def _leave_call_body(self, root: Root, climb: _Climb, state: _State) -> Iterator[Way]:
        """The body of a `call` block stands where the macro has `caller()` or the slot."""
        template = climb.template
        call, slot = self._call_of(root, climb)
        if call is None:
            yield self._finish(state, "open", climb.path)
            return
        use = Use(climb.path, template, call, None)
        macro = self.project.macro(climb.path, called(call.name)[0])
        if macro is None:
            yield from self._across_gap(use, climb, state)
            return
        places = [site for site in macro.template.sites if _takes_body(site, slot)]
        for site in places:
            if macro.template.root_of(site.node) != macro.node:
                continue
            back = _Return("macro", macro.path, macro.node, use, "macro")
            above = Frame(macro.path, macro.template, {}, True, None, "")
            yield from self._climb(
                _Climb(
                    macro.path,
                    macro.template,
                    site.node,
                    macro.template.flow.at(site.start),
                    (*climb.returns, back),
                    None,
                ),
                state._replace(frames=_entered(state.frames, site, "call", above)),
            )

    @staticmethod
    def _call_of(root: Root, climb: _Climb) -> tuple[Site | None, str]:
        template, start, slot = climb.template, root.start, ""
        if root.kind == "slot":
            slot = root.name.split()[0] if root.name.split() else ""
            outer = template.roots.get(template.root_of(root.node))
            if outer is None or outer.kind != "call":
                return None, slot
            start = outer.start
        found = (s for s in template.sites if s.kind == "call-block" and s.start == start)
        return next(found, None), slot

    def _leave_capture(self, root: Root, climb: _Climb, state: _State) -> Iterator[Way]:
        """Captured content stands wherever the variable is output."""
        found = False
        for site in climb.template.sites:
            if site.kind == "output" and site.name == root.name and not site.in_tag:
                found = True
                use = Use(climb.path, climb.template, site, None)
                yield from self._up_to(use, {}, False, climb, state, "set")
        if not found:
            yield self._finish(state, "open", climb.path)

    def _leave_named_partial(self, root: Root, climb: _Climb, state: _State) -> Iterator[Way]:
        found = False
        for site in climb.template.sites:
            if site.kind == "partial" and site.name.strip("\"' ") == root.name:
                found = True
                use = Use(climb.path, climb.template, site, None)
                yield from self._up_to(use, {}, False, climb, state, "include")
        if not found:
            yield self._finish(state, "open", climb.path)

    def _across_gap(self, use: Use, climb: _Climb, state: _State) -> Iterator[Way]:
        """Something unknown wraps the body here; what is above it is known again."""
        state = state._replace(gaps=(*state.gaps, len(state.steps) - 1))
        yield from self._up_to(use, {}, False, climb, state, "call")

    @staticmethod
    def _finish(state: _State, top: Top, page: str) -> Way:
        return Way(state.steps, state.frames, state.facts, top, page, state.gaps)


def _entered(
    frames: tuple[Frame, ...], site: Site | None, via: str, above: Frame
) -> tuple[Frame, ...]:
    return (*frames[:-1], frames[-1]._replace(site=site, via=via), above)


def _context(template: Template, block: Block) -> int:
    """The control block around a block: what holds just before it opens."""
    # A place inside the tag itself: an empty block ends where it begins.
    return template.flow.at(block.start - 2)


def _given(template: Template, site: Site) -> Arguments | None:
    if site.kind == "call-block":
        return call_arguments(called(site.name)[1])
    return arguments_of(template.inner(site), site.name)


def _super_site(template: Template, block: Block) -> Site | None:
    for site in template.sites:
        end = template.block_ends[block.number]
        if block.start <= site.start < end and (site.kind, site.name) == ("call", "super"):
            return site
    return None


def _takes_body(site: Site, slot: str) -> bool:
    if site.kind == "slot":
        return (site.name.split() or [""])[0] == slot
    return not slot and site.kind == "call" and site.name == "caller"
