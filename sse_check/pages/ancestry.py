"""What stands above an element, on each of the pages that show it."""

from dataclasses import dataclass

from sse_check.pages.engine import Engine, LivePage
from sse_check.pages.marks import OUT_OF_SIGHT, Mark
from sse_check.pages.node import Node


@dataclass(slots=True)
class Chain:
    """One chain of ancestors of an element, the element first.

    `conditions` are those under which it has them, of the ones that make a difference.
    """

    nodes: tuple[Node, ...]
    page: LivePage
    conditions: dict[str, bool]

    @property
    def whole(self) -> bool:
        """Whether nothing unknown stands among them."""
        return self.page.closed and all(node.name != OUT_OF_SIGHT for node in self.nodes)


def chains(engine: Engine, path: str, node: int) -> list[Chain]:
    """The chains that an element of a template has, on all pages, each once."""
    found: dict[object, Chain] = {}
    for page in engine.pages_showing((path,)):
        shown: list[tuple[object, dict[str, bool]]] = []
        others: list[dict[str, bool]] = []
        deciding: set[str] = set()
        for variant in page.variants:
            same = [n for n in variant.root.subtree() if is_at(n, path, node)]
            if not same:
                others.append(variant.chosen)
            for one in same:
                nodes = tuple(one.lineage())
                deciding.update(*(variant.around.get(above, ()) for above in nodes))
                key: object = tuple(
                    n.mark.place if isinstance(n.mark, Mark) else n.name for n in nodes
                )
                found.setdefault(key, Chain(nodes, page, {}))
                shown.append((key, variant.chosen))
        for key in dict.fromkeys(key for key, _ in shown):
            mine = [chosen for other, chosen in shown if other == key]
            rest = [*others, *(chosen for other, chosen in shown if other != key)]
            found[key].conditions = _common(mine, rest, deciding)
    return list(found.values())


def is_at(node: Node, path: str, number: int) -> bool:
    """Whether an element of a page is written at a place."""
    return isinstance(node.mark, Mark) and node.mark.place == (path, number)


def _common(
    mine: list[dict[str, bool]], others: list[dict[str, bool]], deciding: set[str]
) -> dict[str, bool]:
    """What is decided one way in all of these, and another way in some of the others.

    Of the conditions only those count that stand around one of the elements.
    """
    first, *more = mine
    return {
        key: value
        for key, value in first.items()
        if key in deciding
        and all(chosen.get(key) == value for chosen in more)
        and any(chosen.get(key, value) != value for chosen in others)
    }
