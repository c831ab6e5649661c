"""Walking up through the blocks of layouts: who replaces them, and who shows what is replaced."""

from collections.abc import Generator, Iterator

from sse_check.project.project import Use
from sse_check.project.walk import Walk
from sse_check.project.way import Climb, Frame, Return, State, Way, context_of, entered
from sse_check.template.conditions import combine, consistent
from sse_check.template.model import NO_ELEMENT, Block, Root, Site, Template


class WalkThroughBlocks(Walk):
    """Knows where a block of a layout stands, and where one that replaces it does."""

    def _leave_inline_blocks(
        self, blocks: list[Block], climb: Climb, state: State
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
                climb._replace(
                    page=page, context=context_of(climb.template, blocks[0]), at=blocks[0].start
                ),
                state,
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
        climb: Climb,
        state: State,
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
            frames=entered(state.frames, site, "super", frame),
            facts=combine(state.facts, context_facts),
        )
        yield from self._climb(
            climb._replace(
                path=path,
                template=template,
                node=site.node,
                context=template.flow.at(site.start),
                at=site.start,
            ),
            state,
        )

    def _leave_block_root(self, root: Root, climb: Climb, state: State) -> Iterator[Way]:
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
        self, name: str, layouts: list[str], climb: Climb, state: State
    ) -> Iterator[Way]:
        for path in reversed(layouts):
            template, block = self.project.template(path), self.project.block(path, name)
            if template is None or block is None:
                continue
            if block.root != NO_ELEMENT:
                continue
            facts = template.flow.facts(context_of(template, block))
            if not consistent(state.facts, facts):
                return
            site = self.project.extends_site(climb.path)
            above = Frame(path, template, {}, False, None, "")
            state = state._replace(
                frames=entered(state.frames, site, "extends", above),
                facts=combine(state.facts, facts),
            )
            yield from self._climb(
                climb._replace(
                    path=path,
                    template=template,
                    node=block.node,
                    context=context_of(template, block),
                    at=block.start,
                ),
                state,
            )
            return
        if self.project.is_layout_open((layouts or [climb.path])[-1]):
            yield self._finish(state, "open", climb.page or climb.path)

    def _embed_around(self, climb: Climb, block: Block) -> Use | None:
        template = climb.template
        for record in template.flow.chain(context_of(template, block)):
            if record.kind == "embed":
                site = next(s for s in template.sites if s.start == record.start)
                link = self.project.link(climb.path, template, site)
                return Use(climb.path, template, site, link)
        return None

    def _into_embedded(self, embed: Use, name: str, climb: Climb, state: State) -> Iterator[Way]:
        for wanted in embed.link.names if embed.link else ():
            path = self.project.target(wanted, embed.path)
            template = self.project.template(path) if path else None
            block = self.project.block(path, name) if path else None
            if path is None or template is None or block is None:
                continue
            above = Frame(path, template, {}, False, None, "")
            back = Return("file", path, 0, embed, "embed")
            yield from self._climb(
                Climb(
                    path,
                    template,
                    block.node,
                    context_of(template, block),
                    (*climb.returns, back),
                    None,
                    block.start,
                ),
                state._replace(frames=entered(state.frames, embed.site, "embed", above)),
            )
            return
        yield from self._across_gap(embed, climb, state)


def _super_site(template: Template, block: Block) -> Site | None:
    for site in template.sites:
        end = template.block_ends[block.number]
        if block.start <= site.start < end and (site.kind, site.name) == ("call", "super"):
            return site
    return None
