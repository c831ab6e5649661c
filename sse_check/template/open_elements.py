"""The stack of open elements: what start and end tags close, as the HTML parser does it."""

from collections.abc import Callable

from sse_check.template import html_words as html
from sse_check.template.conditions import Facts
from sse_check.template.html_words import MERGE, ROOT
from sse_check.template.model import NO_ELEMENT, NOWHERE, Alternative, Root, Site, Template

# How far up and how deep a closing tag is followed. Deeper markup does not occur, and browsers
# stop at 512 themselves.
_CLIMB = 512
_MERGE_DEPTH = 4
_MERGE_WIDTH = 8


class OpenElements:
    """The open element of a template under construction; its ancestors are the stack."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.current = 0
        self.p_seen = False
        self._paragraphs: dict[int, tuple[int, bool]] = {}

    # Nodes

    def add_root(self, root: Root) -> int:
        node = self._add_node(ROOT, root.end if root.kind != "file" else 0, NO_ELEMENT)
        self.template.roots[node] = root
        return node

    def _add_node(self, name: str, at: int, parent: int) -> int:
        template = self.template
        node = len(template.names)
        template.names.append(name)
        template.starts.append(at)
        template.ends.append(at)
        template.parents.append(parent)
        template.content_ends.append(NOWHERE)
        return node

    def merge(self, alternatives: list[Alternative], at: int) -> int:
        """One node for "one of these is open"; the node itself when all are the same."""
        by_node: dict[int, Facts] = {}
        for node, facts in alternatives:
            by_node[node] = facts if node not in by_node or by_node[node] == facts else ()
        if len(by_node) == 1:
            return next(iter(by_node))
        chosen = tuple(Alternative(*item) for item in list(by_node.items())[:_MERGE_WIDTH])
        node = self._add_node(MERGE, at, chosen[0].node)
        self.template.merges[node] = chosen
        return node

    def _each_alternative(self, node: int, change: Callable[[int], int]) -> int:
        """Apply `change` to every element that a merge node stands for."""
        changed = [
            Alternative(change(alternative.node), alternative.facts)
            for alternative in self.template.merges[node]
        ]
        if all(
            new.node == old.node
            for new, old in zip(changed, self.template.merges[node], strict=True)
        ):
            return node
        return self.merge(changed, self.template.starts[node])

    # HTML

    def close(self, name: str, at: int) -> None:
        """An end tag that does not match the open element."""
        if name in ("body", "html"):
            self._note_end_of_document(name, at)
            return
        before = self.current
        self.current = self._close(before, name, at, 0)
        if self.current == before:
            # It may end what another file opens, or what the parser opens again.
            self.template.strays.append(Site("stray", name, at, at, before, False))
            if name in html.FORMATTING:
                self.template.misnested = True

    def _note_end_of_document(self, name: str, at: int) -> None:
        # What follows `</body>` still goes into the body, so nothing is closed.
        node = self.current
        for _ in range(_CLIMB):
            if self.template.names[node] == name:
                self.template.content_ends[node] = at
                return
            if node < 0 or self.template.names[node] in (ROOT, MERGE):
                return
            node = self.template.parents[node]

    def _close(self, current: int, name: str, at: int, depth: int) -> int:
        names, parents = self.template.names, self.template.parents
        table = name in html.TABLE_PARTS
        boundary = html.TABLE_STOP if table else html.SCOPE
        if name not in html.CLOSES_CONTENT and name[:1] != "{":
            boundary = html.SPECIAL | html.SCOPE
        elif name in html.OWN_SCOPE:
            boundary = html.OWN_SCOPE[name]
        node = current
        for _ in range(_CLIMB):
            open_name = names[node]
            if open_name == name:
                self._note_end(node, at)
                return parents[node]
            if open_name == MERGE:
                if depth >= _MERGE_DEPTH:
                    return current
                closed = self._each_alternative(
                    node, lambda option: self._close(option, name, at, depth + 1)
                )
                return current if closed == node else closed
            if open_name in html.FORMATTING:
                self.template.misnested = True
            if open_name == ROOT or open_name in boundary:
                return current
            node = parents[node]
        return current

    def _note_end(self, node: int, at: int) -> None:
        template = self.template
        if template.content_ends[node] != NOWHERE:
            template.other_ends.append((node, template.content_ends[node]))
        template.content_ends[node] = at

    def note_left_open(self) -> None:
        """The content of a root ends here: what is open stays so where the root is used."""
        names = self.template.names
        if names[self.stays_open(self.current)] != ROOT:
            self.template.left_open[self.template.root_of(self.current)] = self.current

    def stays_open(self, node: int) -> int:
        """The innermost open element that nothing but an end tag ends."""
        names, parents = self.template.names, self.template.parents
        while names[node] in html.ENDS_BY_ITSELF:
            node = parents[node]
        return node

    def make_room(self, current: int, name: str, flags: int) -> int:
        """What a start tag ends before it is opened itself."""
        if flags & html.ENDS_P and self.p_seen:
            current = self.close_p(current)
        if flags & html.IS_P:
            self.p_seen = True
        if flags & html.ENDS_OPEN:
            current = self.close_implied(current, name)
        if flags & html.IN_TABLE:
            current = self.close_to_table(current, name)
        if flags & html.IS_HEADING and self.template.names[current] in html.HEADINGS:
            current = self.template.parents[current]
        return current

    def close_p(self, current: int) -> int:
        p, reopened = self._open_p(current)
        if p == NO_ELEMENT:
            return current
        self.template.misnested |= reopened
        return self.template.parents[p]

    def _open_p(self, current: int) -> tuple[int, bool]:
        """The paragraph that is open here, and whether formatting inside it is opened again."""
        names, parents, known = self.template.names, self.template.parents, self._paragraphs
        path = []
        node = current
        while node not in known:
            name = names[node]
            if name == "p":
                known[node] = node, False
            elif name == MERGE or name in html.BUTTON_SCOPE:
                known[node] = NO_ELEMENT, False
            else:
                path.append(node)
                node = parents[node]
        p, reopened = known[node]
        for node in reversed(path):
            reopened = reopened or names[node] in html.FORMATTING
            known[node] = p, reopened
        return known[current]

    def forget_paragraphs(self, first: int, last: int) -> None:
        """Some elements stand somewhere else now."""
        for node in range(first, last):
            self._paragraphs.pop(node, None)

    def close_implied(self, current: int, name: str, depth: int = 0) -> int:
        """A start tag that ends an open one: `<li>` after `<li>`."""
        names, parents = self.template.names, self.template.parents
        closed, stop = html.CLOSES[name]
        node, reopened = current, False
        for _ in range(_CLIMB):
            open_name = names[node]
            if open_name in closed:
                self.template.misnested |= reopened or name == "a"
                current = node = parents[node]
                if name == "optgroup":
                    continue
                return current
            if open_name == MERGE and depth < _MERGE_DEPTH:
                return self._each_or_stay(node, current, name, depth, self.close_implied)
            if open_name in stop or open_name == MERGE:
                return current
            reopened = reopened or open_name in html.FORMATTING
            node = parents[node]
        return current

    def close_to_table(self, current: int, name: str, depth: int = 0) -> int:
        """A start tag of a table part: everything up to its place in the table ends."""
        names, parents = self.template.names, self.template.parents
        home, siblings = html.TABLE_HOME[name], html.TABLE_SIBLINGS[name]
        place, node = NO_ELEMENT, current
        for _ in range(_CLIMB):
            open_name = names[node]
            if place == NO_ELEMENT and open_name in home:
                place = node
            if open_name in siblings and place == NO_ELEMENT:
                current = parents[node]
            if open_name == MERGE and depth < _MERGE_DEPTH:
                if place != NO_ELEMENT:
                    return place
                return self._each_or_stay(node, current, name, depth, self.close_to_table)
            if open_name in html.TABLE_STOP or open_name == MERGE:
                break
            node = parents[node]
        if place != NO_ELEMENT:
            return place
        return node if names[node] == "table" else current

    def _each_or_stay(
        self,
        node: int,
        current: int,
        name: str,
        depth: int,
        close: Callable[[int, str, int], int],
    ) -> int:
        closed = self._each_alternative(node, lambda option: close(option, name, depth + 1))
        return current if closed == node else closed

    def foster(self, node: int) -> None:
        """The parser moves this element to before the table it stands in."""
        names, parents = self.template.names, self.template.parents
        above = parents[node]
        for _ in range(_CLIMB):
            if names[above] == "table":
                self.template.moved[node] = self.template.parent(above)
                return
            if names[above] not in html.TABLE_STRICT:
                return
            above = parents[above]
