"""What stays of a page where a payload brings again all that its swap takes away.

By `hx-preserve`, or by a morph: elements stay that the payload has as well. What is sent here is
the very content of the place where it goes.
"""

from typing import TYPE_CHECKING

from sse_check.htmx.dom import Node
from sse_check.htmx.outcomes import Outcome, Same

if TYPE_CHECKING:
    from sse_check.htmx.play import Sent, Stage

_NOTHING = ("delete", "textContent", "none")


def could_stay(outcome: Outcome) -> bool:
    """Whether something could, so that it is worth a look."""
    if not outcome.destroys or outcome.lands is None or outcome.style in _NOTHING:
        return False
    if outcome.select or outcome.strip:
        # What is taken of the payload is not the content of the place.
        return False
    preserves = any(node.get("hx-preserve") is not None for node in outcome.lands.subtree())
    return outcome.morphs or preserves


class Again:
    """A payload, whatever its text, that is the content of one place of a page."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.content: list[Node | str] = []

    def __call__(self, _: str) -> list[Node | str]:
        return [child.copy() if isinstance(child, Node) else child for child in self.content]

    def seen(self, stage: "Stage", sent: "Sent") -> Same:
        """Send it on a page that was loaded with it for a parser."""
        outcome, page, origin = self.outcome, stage.page, stage.origin
        live = [node for node in page.root.subtree() if id(node) in origin]
        place = next(node for node in live if origin[id(node)] is outcome.lands)
        self.content = [place.copy()] if outcome.takes_whole else list(place.copy().children)
        opened, closed, asked = len(page.opened), len(page.closed), len(page.requests)
        streams = {id(s.element): s for s in page.sources if s.open}
        stage.send(outcome.connection, sent)
        kept = {
            id(origin[id(node)])
            for node in live
            if page.in_page(node) and (id(node) not in streams or streams[id(node)].open)
        }
        return Same(
            tuple(node for node in outcome.destroys if id(node) in kept),
            tuple(page.opened[opened:]),
            tuple(page.closed[closed:]),
            len(page.requests) - asked,
        )
