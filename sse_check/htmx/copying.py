"""How much of a page is copied while it is played: all of it after events that leave marks."""

from sse_check.htmx.dom import Node

# Of one page, over all its renderings.
MOST_COPIED = 50_000
# So many steps from an element to those above it are as much work as one more element.
_STEPS = 8
TOO_MANY = "more of its events change the page than are tried"


class Copies:
    """What may still be copied of a page."""

    def __init__(self) -> None:
        self.left = MOST_COPIED

    @property
    def are_used_up(self) -> bool:
        return self.left < 0


def copied(root: Node) -> tuple[Node, dict[int, Node]]:
    """A copy of a page, and the element that each of its elements is a copy of."""
    origin: dict[int, Node] = {}
    return root.copy(origin), origin


def size_of(root: Node) -> int:
    """What a copy of a page costs: its elements, and how deep they are."""
    level, depth, elements, steps = [root], 0, 0, 0
    while level:
        elements += len(level)
        steps += depth * len(level)
        level, depth = [child for node in level for child in node.elements], depth + 1
    return elements + steps // _STEPS
