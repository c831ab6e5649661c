"""How htmx 4 morphs: what the payload has as well is kept, and changed where it stands."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sse_check.htmx.dom import Node, held
from sse_check.htmx.selectors import matches

# How far htmx looks along the siblings for what is alike.
_FAR = 10
_IGNORED = "data-htmx-powered"

Child = Node | str


class IntoItselfError(Exception):
    """A payload has the target itself inside: the browser refuses to move it there."""


@dataclass(eq=False)
class Morph:
    """One morph of a target. `cleanup` sees what is removed, `forget` what is to start anew."""

    target: Node
    cleanup: Callable[[Node], None]
    forget: Callable[[Node], None]
    process: Callable[[Node], None]
    # Whether htmx has marked an element as its own: it is never the same as one that is new.
    marked: Callable[[Node], bool]
    skip: str = "[hx-morph-skip]"
    skip_children: str = "[hx-morph-skip-children]"
    far: int = _FAR
    removed: list[Node] = field(default_factory=list)

    def inner(self, content: list[Child]) -> None:
        new = self._begin(content)
        self._children(self.target, new, 0, 0)
        self._end()

    def outer(self, content: list[Child]) -> None:
        new = self._begin(content)
        parent = self.target.parent
        assert parent is not None  # noqa: S101 - the caller looks
        at = self.target.index()
        self._children(parent, new, at, len(parent.children) - at - 1)
        self._end()

    # Which elements are on both sides, by their ids

    def _begin(self, content: list[Child]) -> Node:
        new = held(content)
        old_ids = [node for node in self.target.subtree() if "id" in node.attributes]
        new_ids = [node for node in new.descendants() if "id" in node.attributes]
        self.kept = _on_both_sides(old_ids, new_ids)
        self.ids: dict[int, set[str]] = {}
        self._note(old_ids, self.target.parent)
        self._note(new_ids, new)
        self.coming: set[int] = set()
        self.pantry = Node("div")
        return new

    def _note(self, nodes: list[Node], root: Node | None) -> None:
        for node in nodes:
            ident = node.attributes["id"]
            current: Node | None = node if ident in self.kept else None
            while current is not None and current is not root:
                self.ids.setdefault(id(current), set()).add(ident)
                current = current.parent

    def _end(self) -> None:
        for node in self.pantry.elements:
            self._drop(node)

    # Children

    def _children(self, parent: Node, new_parent: Node, at: int, after: int) -> None:
        """Change the children of a parent from `at` on; the last `after` of them stay."""
        siblings = list(new_parent.children)
        for number, new in enumerate(siblings):
            rest = siblings[number + 1 :]
            found = self._best(new, parent, at, len(parent.children) - after, rest)
            if found is not None:
                # What stands before the element that was found makes room.
                for old in parent.children[at:found]:
                    self._skip(parent, at, old, after, [new, *rest])
            elif isinstance(new, Node) and new.attributes.get("id") in self.kept:
                self._fetch(new.attributes["id"], parent, at)
                found = at
            if found is not None:
                self._change(parent, at, new)
            elif isinstance(new, Node) and id(new) in self.ids:
                placeholder = Node(new.name)
                parent.insert(at, [placeholder])
                self._node(placeholder, new)
                self.process(placeholder)
            else:
                parent.insert(at, [new])
            at += 1
        for old in list(parent.children[at : len(parent.children) - after]):
            self._remove(parent, at, old)

    def _skip(self, parent: Node, at: int, old: Child, after: int, coming: list[Child]) -> None:
        """It goes, or waits behind for its turn."""
        if isinstance(old, Node) and (id(old) in self.ids or self._comes(old, coming)):
            del parent.children[at]
            parent.children.insert(len(parent.children) - after, old)
        else:
            self._remove(parent, at, old)

    def _fetch(self, ident: str, parent: Node, at: int) -> None:
        """Bring an element that is kept from where it stands, which is no place before."""
        places = (self.target, self.pantry)
        node = next(n for top in places for n in top.subtree() if n.attributes.get("id") == ident)
        if node.contains(parent):
            raise IntoItselfError
        for above in node.ancestors():
            names = self.ids.get(id(above))
            if names is not None:
                names.discard(ident)
                if not names:
                    del self.ids[id(above)]
        parent.insert(at, [node])

    def _remove(self, parent: Node, at: int, old: Child) -> None:
        del parent.children[at]
        if isinstance(old, Node):
            if id(old) in self.ids:
                old.parent = self.pantry
                self.pantry.children.append(old)
            else:
                # Htmx looks at what it removes while it still stands in the page.
                parent.children.insert(at, old)
                self._drop(old)

    def _drop(self, node: Node) -> None:
        self.cleanup(node)
        node.detach()
        self.removed.append(node)

    # What is alike

    def _best(self, new: Child, parent: Node, at: int, end: int, rest: list[Child]) -> int | None:
        """Where the child stands that becomes one of the payload's, if any does."""
        if at >= end:
            return None
        if isinstance(new, str):
            return at if isinstance(parent.children[at], str) else None
        if new.attributes.get("id") and id(new) not in self.ids:
            return None
        soft: int | None = None
        for index, is_sure in self._like(new, parent.children[at:end]):
            if is_sure:
                return at + index
            soft = at + index if soft is None else soft
        if soft is not None and self._comes(parent.children[soft], [new, *rest]):
            return None
        return soft

    def _like(self, new: Node, old: list[Child]) -> Iterator[tuple[int, bool]]:
        """Where the elements are that are like a new one, and whether that settles it."""
        wanted = self.ids.get(id(new), set())
        displaced, far = 0, self.far
        for index, one in enumerate(old):
            names = self.ids.get(id(one), set()) if isinstance(one, Node) else set()
            if isinstance(one, Node) and self._is_like(one, new):
                if names & wanted:
                    yield index, True
                elif not names:
                    yield index, far > 0 and self._is_same(one, new)
            displaced += len(names)
            far -= 1
            if displaced > len(wanted) or (far < 1 and not wanted):
                return

    def _comes(self, old: Child, new: list[Child]) -> bool:
        """Whether one of the next siblings of the payload is the same as an element."""
        if id(old) in self.coming:
            return True
        if any(isinstance(one, Node) and self._is_same(old, one) for one in new[1 : self.far + 1]):
            self.coming.add(id(old))
            return True
        return False

    def _is_like(self, old: Node, new: Node) -> bool:
        if old.name != new.name or (old.name == "script" and not self._is_same(old, new)):
            return False
        ident = old.attributes.get("id")
        return not ident or ident == new.attributes.get("id")

    def _is_same(self, old: Child, new: Node) -> bool:
        """Whether an element of the page is, to the last of its texts, one of the payload."""
        pairs: list[tuple[Child, Child]] = [(old, new)]
        while pairs:
            one, other = pairs.pop()
            if isinstance(one, str) or isinstance(other, str):
                if one != other:
                    return False
                continue
            if one.name != other.name or one.attributes != other.attributes or self.marked(one):
                return False
            if len(one.children) != len(other.children):
                return False
            pairs += zip(one.children, other.children, strict=True)
        return True

    # One element

    def _change(self, parent: Node, at: int, new: Child) -> None:
        old = parent.children[at]
        if isinstance(new, str):
            parent.children[at] = new
        elif isinstance(old, Node):
            self._node(old, new)

    def _node(self, old: Node, new: Node) -> None:
        if self.skip and matches(old, self.skip):
            return
        self._attributes(old, new)
        skips = self.skip_children and matches(old, self.skip_children)
        if not skips and not self._is_same(old, new):
            self._children(old, new, 0, 0)

    def _attributes(self, old: Node, new: Node) -> None:
        before = {k: v for k, v in old.attributes.items() if not k.startswith(_IGNORED)}
        if before == new.attributes:
            return
        changed = {
            name
            for name in (*before, *new.attributes)
            if before.get(name) != new.attributes.get(name)
        }
        old.attributes.clear()
        old.attributes.update(new.attributes)
        if any(name.startswith(("hx-", "data-hx-")) for name in changed):
            self.forget(old)


def _on_both_sides(old: list[Node], new: list[Node]) -> set[str]:
    twice: set[str] = set()
    names: dict[str, str] = {}
    for node in old:
        ident = node.attributes["id"]
        if ident in names:
            twice.add(ident)
        elif ident:
            names[ident] = node.name
    kept: set[str] = set()
    for node in new:
        ident = node.attributes["id"]
        if ident in kept:
            twice.add(ident)
        elif names.get(ident) == node.name:
            kept.add(ident)
    return kept - twice
