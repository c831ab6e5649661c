"""Walking up: from an element to the root of its file, through merges and blocks.

What happens at a block of a layout and at the root of a file is left to `walk_blocks.py` and
`walk_files.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator

from sse_check.project.project import Project, Step, Use
from sse_check.project.spill import Opened
from sse_check.project.way import (
    MOST_MERGES,
    MOST_STEPS,
    MOST_VISITS,
    Climb,
    Frame,
    State,
    Top,
    Way,
    context_of,
)
from sse_check.template.conditions import Facts, combine, consistent
from sse_check.template.html_words import MERGE, ROOT
from sse_check.template.model import NO_ELEMENT, Block, Template


class Walk(ABC):
    """Finds the ways of one element."""

    def __init__(self, project: Project, page: str | None) -> None:
        self.project = project
        self.page = page
        self.visits = 0
        self.spills = project.spills
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
        state = State((step,), (frame,), known, ())
        at = template.starts[node]
        climb = Climb(path, template, template.parent(node), context, (), None, at)
        yield from self._climb(climb, state)

    @abstractmethod
    def _leave_inline_blocks(
        self, blocks: list[Block], climb: Climb, state: State
    ) -> Generator[Way, None, str | None]:
        """Leave the default content of a layout's block, the first of `blocks`."""

    @abstractmethod
    def _into_spill(self, opened: Opened, climb: Climb, state: State) -> Iterator[Way]:
        """Go on in the element that a piece before this place leaves open."""

    @abstractmethod
    def _leave_root(self, climb: Climb, state: State) -> Iterator[Way]:
        """Leave a file, or a body that does not stand where it is written."""

    # Inside one file

    def _climb(self, climb: Climb, state: State) -> Iterator[Way]:
        template, node, page, at = climb.template, climb.node, climb.page, climb.at
        context = climb.context
        blocks = self._enclosing(climb)
        steps = list(state.steps)
        merges: set[int] = set()
        frame = len(state.frames) - 1
        while True:
            choices = self.spills.open_at(climb.path, template, node, at, context)
            if choices:
                state = state._replace(steps=tuple(steps))
                here = climb._replace(node=node, page=page, context=context, at=-1)
                yield from self._through_spills(choices, here, state)
                return
            if blocks and node == blocks[0].node:
                crossing = climb._replace(
                    node=node, context=context_of(climb.template, blocks[0]), page=page
                )
                state = state._replace(steps=tuple(steps))
                staying = yield from self._leave_inline_blocks(blocks, crossing, state)
                if staying is None:
                    return
                page = staying or None
                at, context = blocks.pop(0).start, crossing.context
                continue
            name = template.names[node]
            if name == ROOT or len(steps) > MOST_STEPS:
                break
            if name == MERGE:
                if node in merges:
                    return
                merges.add(node)
                state = state._replace(steps=tuple(steps))
                here = climb._replace(node=node, page=page, context=context, at=at)
                yield from self._alternatives(here, state, merges)
                return
            steps.append(self._step(climb.path, template, node, frame))
            at = template.starts[node]
            node = template.parent(node)
        state = state._replace(steps=tuple(steps))
        if template.names[node] != ROOT:
            yield self._finish(state, "open", climb.path)
            return
        yield from self._leave_root(climb._replace(node=node, page=page), state)

    def _through_spills(
        self, choices: list[tuple[Opened | None, Facts]], climb: Climb, state: State
    ) -> Iterator[Way]:
        """Pieces before this place may have opened elements around it, or not."""
        seen: set[tuple[object, Facts]] = set()
        for opened, facts in choices:
            key = (opened and (opened[0].site, opened[1]), facts)
            if key in seen or not consistent(state.facts, facts):
                continue
            seen.add(key)
            decided = state._replace(facts=combine(state.facts, facts))
            if opened is None:
                yield from self._climb(climb, decided)
            else:
                yield from self._into_spill(opened, climb, decided)

    def _alternatives(self, climb: Climb, state: State, passed: set[int]) -> Iterator[Way]:
        if len(passed) > MOST_MERGES:
            yield self._finish(state, "open", climb.page or climb.path)
            return
        for option in climb.template.merges[climb.node]:
            self.visits += 1
            if self.visits > MOST_VISITS:
                return
            if option.node in passed or not consistent(state.facts, option.facts):
                continue
            facts = combine(state.facts, option.facts)
            yield from self._climb_past(
                climb._replace(node=option.node), state._replace(facts=facts), passed
            )

    def _climb_past(self, climb: Climb, state: State, passed: set[int]) -> Iterator[Way]:
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
        blocks, at = self._enclosing(climb), climb.at
        while template.names[node] not in (ROOT, MERGE) and len(steps) <= MOST_STEPS:
            if blocks and node == blocks[0].node:
                break
            choices = self.spills.open_at(climb.path, template, node, at, climb.context)
            if choices:
                state = state._replace(steps=tuple(steps))
                yield from self._through_spills(choices, climb._replace(node=node, at=-1), state)
                return
            steps.append(self._step(climb.path, template, node, frame))
            at = template.starts[node]
            node = template.parent(node)
        climb = climb._replace(at=at)
        state = state._replace(steps=tuple(steps))
        if template.names[node] == MERGE:
            if node not in passed:
                yield from self._alternatives(climb._replace(node=node), state, passed | {node})
            return
        yield from self._climb(climb._replace(node=node), state)

    def _enclosing(self, climb: Climb) -> list[Block]:
        """The inline blocks around a place, innermost first."""
        names = climb.template.flow.block_names(climb.context)
        if not names:
            return []
        by_name = {block.name: block for block in climb.template.blocks}
        blocks = [by_name[name] for name in names if name in by_name]
        return [block for block in blocks if block.root == NO_ELEMENT]

    # Going on elsewhere

    def _up_to(
        self,
        use: Use,
        bindings: dict[str, str],
        isolated: bool,
        climb: Climb,
        state: State,
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
            Climb(
                use.path,
                use.template,
                use.site.node,
                use.template.flow.at(use.site.start),
                climb.returns,
                climb.page,
                use.site.start,
            ),
            state,
        )

    def _across_gap(self, use: Use, climb: Climb, state: State) -> Iterator[Way]:
        """Something unknown wraps the body here; what is above it is known again."""
        state = state._replace(gaps=(*state.gaps, len(state.steps) - 1))
        yield from self._up_to(use, {}, False, climb, state, "call")

    @staticmethod
    def _finish(state: State, top: Top, page: str) -> Way:
        return Way(state.steps, state.frames, state.facts, top, page, state.gaps)
