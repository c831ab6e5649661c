"""Walking up from one file to the next: to those that include, call, capture or wrap it."""

from collections.abc import Iterator

from sse_check.project.project import Macro, Use
from sse_check.project.spill import Opened
from sse_check.project.walk_blocks import WalkThroughBlocks
from sse_check.project.way import (
    MOST_FRAMES,
    Climb,
    Frame,
    Return,
    State,
    Way,
    context_of,
    entered,
)
from sse_check.template.expressions import Arguments, arguments_of, bind, call_arguments, called
from sse_check.template.model import Root, Site, Template


class WalkAcrossFiles(WalkThroughBlocks):
    """Knows where the content of a file, a macro, a call or a capture goes."""

    def _leave_root(self, climb: Climb, state: State) -> Iterator[Way]:
        root = climb.template.roots[climb.node]
        if len(state.frames) > MOST_FRAMES:
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
    def _ends_body(climb: Climb, root: Root) -> bool:
        last = climb.returns[-1]
        return last.path == climb.path and (
            last.node == climb.node or (last.kind == "file" and root.kind == "file")
        )

    def _into_spill(self, opened: Opened, climb: Climb, state: State) -> Iterator[Way]:
        spill, node = opened
        site, template = spill.site, spill.template
        use = Use(climb.path, climb.template, site, None)
        if site.kind == "include":
            link = self.project.link(climb.path, climb.template, site)
            bindings, isolated, via = link.bindings, link.isolated, "include"
        else:
            macro = Macro(spill.path, template, spill.root, template.roots[spill.root])
            given = _given(climb.template, site)
            bindings = bind(macro.parameters, given) if given else {}
            isolated, via = True, "macro"
        back = Return("spill", spill.path, spill.root, use, via, bindings, isolated)
        above = Frame(spill.path, template, {}, False, None, "")
        inner = Climb(
            spill.path,
            template,
            node,
            template.flow.at(len(template.text)) if spill.root == 0 else template.context(node),
            (*climb.returns, back),
            climb.page,
        )
        state = state._replace(frames=entered(state.frames, site, "spill", above))
        yield from self._climb(inner, state)

    def _come_back(self, climb: Climb, state: State) -> Iterator[Way]:
        entry = climb.returns[-1]
        use = entry.back
        if entry.kind == "spill":
            yield from self._up_to(
                use,
                entry.bindings or {},
                entry.isolated,
                climb._replace(returns=climb.returns[:-1]),
                state,
                entry.frame_kind,
            )
            return
        bindings = {}
        if entry.kind == "macro":
            macro = Macro(climb.path, climb.template, climb.node, climb.template.roots[climb.node])
            bindings = bind(macro.parameters, call_arguments(called(use.site.name)[1]))
        yield from self._up_to(
            use, bindings, True, climb._replace(returns=climb.returns[:-1]), state, entry.frame_kind
        )

    def _leave_file(self, climb: Climb, state: State) -> Iterator[Way]:
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
        if project.children(path) or climb.template.is_document or _in_document(state):
            yield self._finish(state, "page", climb.page or self._pages(path)[0])
        elif not uses:
            yield self._finish(state, "open", climb.page or path)

    def _into_folder_layout(self, layout: str, climb: Climb, state: State) -> Iterator[Way]:
        template, block = self.project.template(layout), self.project.block(layout, "content")
        if template is None or block is None:
            yield self._finish(state, "open", climb.path)
            return
        above = Frame(layout, template, {}, False, None, "")
        yield from self._climb(
            Climb(
                layout,
                template,
                block.node,
                context_of(template, block),
                climb.returns,
                None,
                block.start,
            ),
            state._replace(frames=entered(state.frames, None, "layout", above)),
        )

    def _leave_macro(self, root: Root, climb: Climb, state: State) -> Iterator[Way]:
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

    def _leave_call_body(self, root: Root, climb: Climb, state: State) -> Iterator[Way]:
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
            back = Return("macro", macro.path, macro.node, use, "macro")
            above = Frame(macro.path, macro.template, {}, True, None, "")
            yield from self._climb(
                Climb(
                    macro.path,
                    macro.template,
                    site.node,
                    macro.template.flow.at(site.start),
                    (*climb.returns, back),
                    None,
                    site.start,
                ),
                state._replace(frames=entered(state.frames, site, "call", above)),
            )

    @staticmethod
    def _call_of(root: Root, climb: Climb) -> tuple[Site | None, str]:
        template, start, slot = climb.template, root.start, ""
        if root.kind == "slot":
            slot = root.name.split()[0] if root.name.split() else ""
            outer = template.roots.get(template.root_of(root.node))
            if outer is None or outer.kind != "call":
                return None, slot
            start = outer.start
        found = (s for s in template.sites if s.kind == "call-block" and s.start == start)
        return next(found, None), slot

    def _leave_capture(self, root: Root, climb: Climb, state: State) -> Iterator[Way]:
        """Captured content stands wherever the variable is output."""
        found = False
        for site in climb.template.sites:
            if site.kind == "output" and site.name == root.name and not site.in_tag:
                found = True
                use = Use(climb.path, climb.template, site, None)
                yield from self._up_to(use, {}, False, climb, state, "set")
        if not found:
            yield self._finish(state, "open", climb.path)

    def _leave_named_partial(self, root: Root, climb: Climb, state: State) -> Iterator[Way]:
        found = False
        for site in climb.template.sites:
            if site.kind == "partial" and site.name.strip("\"' ") == root.name:
                found = True
                use = Use(climb.path, climb.template, site, None)
                yield from self._up_to(use, {}, False, climb, state, "include")
        if not found:
            yield self._finish(state, "open", climb.path)


def _in_document(state: State) -> bool:
    """Whether a piece that a file uses begins a whole page around what it holds."""
    spilled = [frame for frame in state.frames if frame.via == "spill"]
    return bool(spilled) and any(frame.template.is_document for frame in state.frames)


def _given(template: Template, site: Site) -> Arguments | None:
    if site.kind == "call-block":
        return call_arguments(called(site.name)[1])
    return arguments_of(template.inner(site), site.name)


def _takes_body(site: Site, slot: str) -> bool:
    if site.kind == "slot":
        return (site.name.split() or [""])[0] == slot
    return not slot and site.kind == "call" and site.name == "caller"
