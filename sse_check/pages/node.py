"""A page as the browser holds it: elements with attributes, parents and children.

It is made from templates, or from a rendered page; `mark` carries whatever the maker wants to
find again. The model of htmx works on this tree.
"""

from collections.abc import Iterator

_INERT = frozenset(("template", "noscript"))


class _WithData(dict[str, str]):
    """Names with `data-` before them, put together once: they are asked for all the time."""

    def __missing__(self, name: str) -> str:
        longer = self[name] = f"data-{name}"
        return longer


_WITH_DATA = _WithData()


def spelt(*names: str) -> frozenset[str]:
    """Names of attributes with and without `data-` before them."""
    return frozenset((*names, *(_WITH_DATA[name] for name in names)))


class Node:
    """An element. Children are elements and texts, in order.

    `answered` says that what it asks for when the page loads is in the page already.
    """

    __slots__ = ("answered", "attributes", "children", "mark", "name", "parent")

    def __init__(
        self, name: str, attributes: dict[str, str] | None = None, mark: object = None
    ) -> None:
        self.name = name
        self.attributes = attributes or {}
        self.parent: Node | None = None
        self.children: list[Node | str] = []
        self.mark = mark
        self.answered = False

    def __repr__(self) -> str:
        ident = self.attributes.get("id")
        return f"<{self.name}{'#' + ident if ident else ''}>"

    def get(self, name: str) -> str | None:
        """An attribute, with or without `data-` before its name, as htmx looks it up."""
        attributes = self.attributes
        if not attributes:
            return None
        value = attributes.get(name)
        return value if value is not None else attributes.get(_WITH_DATA[name])

    def has_any(self, names: frozenset[str]) -> bool:
        """Whether it has one of these attributes; `spelt` gives the names in both spellings."""
        return not names.isdisjoint(self.attributes)

    @property
    def elements(self) -> "list[Node]":
        return [child for child in self.children if isinstance(child, Node)]

    def ancestors(self) -> "Iterator[Node]":
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def lineage(self) -> "Iterator[Node]":
        """The element itself and its ancestors, upwards."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def lies_under(self, names: frozenset[str]) -> bool:
        """Whether the element or one above it has one of these attributes."""
        node: Node | None = self
        while node is not None:
            if node.attributes and not names.isdisjoint(node.attributes):
                return True
            node = node.parent
        return False

    def descendants(self) -> "Iterator[Node]":
        """All elements below, in document order; the content of a template is not in the page."""
        if not self.children or self.name in _INERT:
            return
        # Whoever looks for the first of them pays for no more.
        stack = self.children[::-1]
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                continue
            yield node
            if node.children and node.name not in _INERT:
                stack += node.children[::-1]

    def subtree(self) -> "Iterator[Node]":
        yield self
        yield from self.descendants()

    def contains(self, other: "Node") -> bool:
        node: Node | None = other
        while node is not None and node is not self:
            node = node.parent
        return node is self

    @property
    def text(self) -> str:
        found: list[str] = []
        stack: list[Node | str] = [self]
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                found.append(node)
            else:
                stack.extend(reversed(node.children))
        return "".join(found)

    def sibling(self, step: int) -> "Node | None":
        """The next (1) or previous (-1) element beside this one."""
        if self.parent is None:
            return None
        beside = self.parent.elements
        index = next(i for i, node in enumerate(beside) if node is self) + step
        return beside[index] if 0 <= index < len(beside) else None

    # Changes

    def insert(self, index: int, new: "list[Node | str]") -> None:
        for child in new:
            if isinstance(child, Node):
                child.detach()
                child.parent = self
        self.children[index:index] = new

    def index(self) -> int:
        """Where this element stands among its parent's children."""
        assert self.parent is not None  # noqa: S101 - a caller's duty
        return next(i for i, child in enumerate(self.parent.children) if child is self)

    def detach(self) -> None:
        if self.parent is not None:
            del self.parent.children[self.index()]
            self.parent = None

    def copy(self, origin: "dict[int, Node] | None" = None) -> "Node":
        """A copy of the element with everything below it, however deep that is.

        `origin` is told which element each copy (by its identity) was made from.
        """
        top = Node(self.name, dict(self.attributes), self.mark)
        top.answered = self.answered
        origin = {} if origin is None else origin
        origin[id(top)] = self
        pending = [(self, top)]
        while pending:
            node, twin = pending.pop()
            for child in node.children:
                if isinstance(child, str):
                    twin.children.append(child)
                    continue
                new = Node(child.name, dict(child.attributes), child.mark)
                origin[id(new)] = child
                new.parent = twin
                if child.answered:
                    new.answered = True
                twin.children.append(new)
                pending.append((child, new))
        return top
