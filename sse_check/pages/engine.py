"""Pages of a project: which there are, each put together in the renderings that differ."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from sse_check.pages.allowance import TOO_DEEP
from sse_check.pages.attributes import Attributes
from sse_check.pages.decisions import Decisions
from sse_check.pages.fetched import Fetched
from sse_check.pages.interest import Asked, Interest, asked_by
from sse_check.pages.kinds import kinds
from sse_check.pages.library import Library
from sse_check.pages.marks import Mark
from sse_check.pages.node import Node
from sse_check.pages.reader import Reader
from sse_check.pages.renderings import Place, Rendering, Survey, renderings
from sse_check.pages.tree import content, dropped, is_cut_below, page_tree, piece_tree
from sse_check.pages.writer import Writer
from sse_check.pages.written import Missed
from sse_check.project.project import Project
from sse_check.source.timing import timing
from sse_check.template.model import Block, Template

_WRITTEN_APART = frozenset(("macro", "def", "region", "block", "fragment", "call", "partialdef"))


class Variant(NamedTuple):
    """One rendering of a page. `unseen` says that content from out of sight is brought in."""

    root: Node
    chosen: dict[str, bool]
    unseen: bool
    # Elements that are written and that the HTML parser drops.
    dropped: tuple[Node, ...] = ()
    # The conditions around each element, for those that have any.
    around: Mapping[Node, frozenset[str]] = MappingProxyType({})


class Cut(NamedTuple):
    """A page of which something was left out because there was too much of it."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class LivePage:
    """A page (or a piece of one, with unknown surroundings) in its variants.

    `also` are other pages that differ from it in nothing that matters.
    """

    path: str
    closed: bool
    variants: tuple[Variant, ...]
    places: frozenset[Place]
    files: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()
    # What tells it from other pages, and what was left out of it because there was too much.
    signature: object = None
    cut: str = ""


class Engine:
    """Puts pages of one project together; what it learns of a template serves every page.

    With `everything` no element is left out, whether it matters or not.
    """

    def __init__(self, project: Project, *, everything: bool = False) -> None:
        self.project = project
        self.everything = everything
        self._pages: dict[object, LivePage] = {}
        # Those that were asked for since somebody began, in that order.
        self._wanted: dict[object, None] = {}
        # What each template asks for.
        self._asked: dict[str, Asked] = {}
        self._begin(self._interest())

    def _interest(self) -> Interest:
        if self.everything:
            return Interest((), everything=True)
        files, asked = self.project.files, self._asked
        for path in files.found.templates:
            if path not in asked:
                asked[path] = asked_by(files.data(path))
        return Interest(asked.values())

    def _begin(self, interest: Interest) -> None:
        self.interest = interest
        self.reader = Reader(self.project)
        self.library = Library(self.project, interest, self.reader)
        self._pages.clear()
        self._tops, self._is_top = dict[str, tuple[str, ...]](), dict[str, bool]()

    @property
    def cuts(self) -> list[Cut]:
        """The pages of which something was left out, of those that are asked for now."""
        pages = (self._pages[key] for key in self._wanted if key in self._pages)
        return [Cut(page.path, page.cut) for page in pages if page.cut]

    def begin(self) -> None:
        """A run begins: of what earlier ones asked for, only pages are kept."""
        self._wanted.clear()

    # Changes

    def changed(self, path: str, data: bytes) -> None:
        """A file has other content now: forget what depends on it, and nothing else."""
        affected = self._users_of(path)
        graph = self.project.graph
        self.project.changed(path, data)
        if self.project.graph is not graph:
            # What leads where is no longer what it was.
            self._begin(self._interest())
            return
        affected |= self._users_of(path)
        self._tops, self._is_top = dict[str, tuple[str, ...]](), dict[str, bool]()
        self._asked.pop(path, None)
        interest = self._interest()
        if interest.key != self.interest.key:
            self._begin(interest)
            return
        self.reader.forget(path)
        self.library.forget(affected, path)
        for key, page in list(self._pages.items()):
            if page.path in affected or not affected.isdisjoint(page.files):
                del self._pages[key]

    def _users_of(self, path: str) -> set[str]:
        """A file and all that lead to it."""
        found, pending = {path}, [path]
        while pending:
            for user in self.project.graph.users.get(pending.pop(), ()):
                if user not in found:
                    found.add(user)
                    pending.append(user)
        return found

    # One page

    def page(
        self,
        path: str,
        *,
        closed: bool | None = None,
        part: int | Block | None = None,
        given: Mapping[str, str] | None = None,
        fetched: tuple[Fetched, ...] = (),
    ) -> LivePage:
        """Put a page together.

        `closed` says that nothing stands around it, `part` that only one root or block of the
        file is wanted. `given` are texts that the names of its context are known to have,
        `fetched` the templates that requests of the page put into its elements.
        """
        closed = self.is_whole(path) if closed is None else closed
        key = (path, closed, part, tuple(sorted((given or {}).items())), fetched)
        self._wanted[key] = None
        if key not in self._pages:
            with timing.part("pages"):
                self._pages[key] = self._put_together(
                    path, part, given or {}, fetched, closed=closed
                )
        return self._pages[key]

    def _put_together(
        self,
        path: str,
        part: int | Block | None,
        given: Mapping[str, str],
        fetched: tuple[Fetched, ...],
        *,
        closed: bool,
    ) -> LivePage:
        found, cut = renderings(
            lambda decisions: self._render(path, part, decisions, given, fetched, closed=closed)
        )
        self.library.allowance.page_had(max(one.written for one in found))
        return LivePage(
            path,
            closed,
            tuple(
                Variant(
                    one.root,
                    one.decisions.asked,
                    one.unseen or bool(one.cut),
                    one.dropped,
                    one.around,
                )
                for one in found
            ),
            frozenset().union(*(one.places for one in found)),
            frozenset().union(*(one.files for one in found)),
            signature=(closed, *((one.signature, one.unseen, len(one.dropped)) for one in found)),
            cut=cut,
        )

    def render(self, path: str, decisions: Decisions, *, closed: bool = True) -> Node:
        """One rendering of a page, with conditions as they are decided."""
        return self._render(path, None, decisions, {}, (), closed=closed).root

    def _render(
        self,
        path: str,
        part: int | Block | None,
        decisions: Decisions,
        given: Mapping[str, str],
        fetched: tuple[Fetched, ...],
        *,
        closed: bool,
    ) -> Rendering:
        writer = Writer(self.library, path, decisions, given)
        written = writer.page_with_layouts() if closed else writer.piece(part)
        attributes = Attributes(self.library, written, decisions)
        tree = page_tree(written, attributes) if closed else piece_tree(written, attributes)
        lost = tuple(dropped(written, attributes)) if closed else ()
        hanging = attributes.hanging
        for one in fetched:
            hanging.update(self._fetch(tree, one, decisions, given, written.missed))
        if is_cut_below(tree):
            written.cut = written.cut or TOO_DEEP
            written.unseen = True
        survey = Survey()
        survey.look(tree, hanging)
        return Rendering(
            tree,
            decisions,
            written.unseen,
            written.cut,
            tuple(survey.signature),
            frozenset(survey.places),
            frozenset(survey.groups),
            frozenset((*written.files, *(one.path for one in fetched))),
            survey.speaks,
            written.elements + written.places,
            lost,
            attributes.around,
            tuple(written.missed),
        )

    def _fetch(
        self,
        tree: Node,
        fetched: Fetched,
        decisions: Decisions,
        given: Mapping[str, str],
        missed: list[Missed],
    ) -> dict[Node, frozenset[str]]:
        """Put a template where a request of the page puts it."""
        hanging: dict[Node, frozenset[str]] = {}
        for node in list(tree.subtree()):
            if not isinstance(node.mark, Mark):
                continue
            node.answered = node.answered or node.mark.place in fetched.by
            if node.mark.place != fetched.into:
                continue
            written = Writer(self.library, fetched.path, decisions, given).piece()
            missed += written.missed
            attributes = Attributes(self.library, written, decisions)
            new = content("".join(written.texts), attributes)
            if fetched.style == "innerHTML":
                node.children.clear()
            node.insert(0 if fetched.style == "afterbegin" else len(node.children), list(new))
            hanging.update(attributes.hanging)
        return hanging

    # Which pages there are

    def pages_showing(self, paths: tuple[str, ...]) -> list[LivePage]:
        """Every page on which elements of these files stand, then pieces no page shows.

        Where they come to too much, all are put together again with less on each: so what is
        left out does not hang on which comes first.
        """
        while True:
            most = self.library.allowance.most
            pages = self._showing(paths, most)
            if pages is not None:
                return pages
            self._pages.clear()
            self._wanted.clear()

    def _showing(self, paths: tuple[str, ...], most: int) -> list[LivePage] | None:
        """These pages, or None as soon as they come to more than they may."""
        allowance = self.library.allowance
        put_together: list[LivePage] = []
        tops = dict.fromkeys(top for path in paths for top in self.tops(path))
        alike = kinds(self.project, self.interest, self.reader, tops)
        for top in alike:
            put_together.append(self.page(top))
            if allowance.most < most:
                return None
        pages = self._unlike(put_together, alike)
        shown = {place for page in pages for place in page.places}
        for path in paths:
            template = self.project.template(path)
            for piece in self._pieces(path, template, shown) if template is not None else ():
                pages.append(piece)
                if allowance.most < most:
                    return None
        return pages

    def _unlike(self, pages: list[LivePage], alike: dict[str, list[str]]) -> list[LivePage]:
        """Pages that differ in nothing that matters are one page."""
        found: dict[object, LivePage] = {}
        also: dict[object, list[str]] = {}
        for page in pages:
            found.setdefault(page.signature, page)
            also.setdefault(page.signature, []).extend((page.path, *alike[page.path]))
        return [replace(page, also=tuple(also[key][1:])) for key, page in found.items()]

    def tops(self, path: str) -> tuple[str, ...]:
        """The files at which pages with this file begin: nothing includes or extends them."""
        if path in self._tops:
            return self._tops[path]
        tops, pending, seen = [], [path], {path}
        while pending:
            current = pending.pop()
            if self.is_top(current):
                tops.append(current)
            for user in self.project.graph.users.get(current, ()):
                if user not in seen:
                    seen.add(user)
                    pending.append(user)
        found = self._tops[path] = tuple(sorted(tops)) or (path,)
        return found

    def is_top(self, path: str) -> bool:
        """Whether a template is rendered by itself: no other uses it, or it is a document."""
        if path not in self._is_top:
            used = any(user != path for user in self.project.graph.users.get(path, ()))
            self._is_top[path] = not used or (
                not self.project.is_extended(path) and self._is_document(path)
            )
        return self._is_top[path]

    def is_whole(self, path: str) -> bool:
        """Whether a page is all there is: nothing unknown stands around it."""
        outermost = self.project.chain(path)[-1]
        if self.project.is_layout_open(outermost):
            return False
        wrapped = self.project.graph.wrapping_layout(path) is not None
        return wrapped or self._is_document(outermost)

    def _is_document(self, path: str) -> bool:
        template = self.project.template(path)
        if template is None:
            return False
        return template.is_document or self._begins_document(path, template)

    def _begins_document(self, path: str, template: Template) -> bool:
        """Whether a piece that a file uses begins a whole page around what it holds."""
        for site in template.sites:
            if site.kind == "component":
                # `<Layout>` has the whole page around what it is given.
                other = self.project.template(site.name)
                if other is not None and other.is_document:
                    return True
            if site.kind == "include" and not site.in_tag:
                for target in self.library.targets(path, template, site):
                    other = self.project.template(target)
                    if other is not None and other.left_open.get(0) and other.is_document:
                        return True
        return False

    def _pieces(self, path: str, template: Template, shown: set[Place]) -> Iterator[LivePage]:
        """What is written in a file but stands on no page at hand: macros nobody calls."""
        in_sight = not self.project.is_layout_open(self.project.chain(path)[-1])
        outline = self.library.outline(path, template)
        missing: set[int] = set()
        for node in outline.elements:
            if (path, node) not in shown:
                missing.add(outline.root_of(node))
        for node, root in template.roots.items():
            if node not in missing or root.kind not in _WRITTEN_APART:
                continue
            if root.kind == "block" and in_sight and self.project.parent(path) is not None:
                # A block that no layout has is never rendered.
                continue
            yield self.page(path, closed=False, part=node)
