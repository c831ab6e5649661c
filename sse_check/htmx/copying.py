"""How much is done with a page while it is played: after events that leave marks all is copied."""

from sse_check.htmx.dom import Node

# Of one page, over all its renderings.
MOST_COPIED = 50_000
# So many steps from an element to those above it are as much work as one more element.
_STEPS = 8
# Opening a stream takes as long as so many elements more; so many others can be looked at for a
# selector, and so many events heard, in the time of one.
SOURCE = 3
_LOOKS = 25
_EVENTS = 2
TOO_MANY = "not all of its events are tried: too many of them change the page"


class TooMuchError(Exception):
    """An event has more consequences than are played."""


class Copies:
    """What may still be copied of a page, and done with it."""

    def __init__(self, most: float | None = None) -> None:
        self.left: float = MOST_COPIED if most is None else most

    @property
    def are_used_up(self) -> bool:
        return self.left < 0

    def look(self, elements: int) -> None:
        """So many elements are held against a selector."""
        self.left -= elements / _LOOKS

    def hear(self) -> None:
        """An element hears an event; raises `TooMuchError` when that goes too far."""
        self.left -= 1 / _EVENTS
        if self.left < 0:
            raise TooMuchError


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
