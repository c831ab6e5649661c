"""What is said anywhere on a page: where a name stands nowhere, nobody need look for it."""

from collections.abc import Iterable

from sse_check.htmx.dom import Node
from sse_check.pages.marks import HOLE, Mark


class Spoken:
    """The names of a page's attributes, and those whose values are known only when rendered."""

    __slots__ = ("_dynamic", "_has", "_holes", "_names", "_open")

    def __init__(self, root: Node, others: Iterable[Node]) -> None:
        names: set[str] = set()
        holes: set[str] = set()
        self._open = False
        nodes = [root, *others]
        for node in nodes:
            nodes.extend(node.elements)
            attributes = node.attributes
            if attributes:
                names.update(attributes)
                for name, value in attributes.items():
                    if HOLE in value:
                        holes.add(name)
            mark = node.mark
            if isinstance(mark, Mark) and mark.tag.open_for:
                self._open = True
        self._names = names
        self._holes = holes
        self._has: dict[str, bool] = {}
        self._dynamic: dict[str, bool] = {}

    def has(self, name: str) -> bool:
        """Whether some element may have the attribute, in any spelling."""
        known = self._has.get(name)
        if known is None:
            known = self._has[name] = any(name in other for other in self._names)
        return known

    def may_be_dynamic(self, name: str) -> bool:
        """Whether some element may have a value of it, in any spelling, that is not known."""
        known = self._dynamic.get(name)
        if known is None:
            known = self._open or any(name in other for other in self._holes)
            self._dynamic[name] = known
        return known
