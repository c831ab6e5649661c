"""What is waited for on a page of htmx 4, and by whom: what a map asks of it."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from sse_check.htmx.dom import Node
from sse_check.htmx.effects import Kind
from sse_check.htmx.events4 import default_trigger, is_of_the_page
from sse_check.htmx.swaps4 import Swaps4
from sse_check.htmx.triggers import Trigger, trigger_specs


class Wired(NamedTuple):
    """What an element does when it hears an event."""

    node: Node
    trigger: Trigger
    does: Literal["send", "connect", "script"]


class Heard4(Swaps4):
    """The part of a page of htmx 4 that knows who waits for what."""

    # Who hears what passes by an element, the document or the window.
    heard: dict[int | str, list[Wired]]
    # Elements that open their stream when an event comes, and when.
    awaiting: dict[int, Node]
    action: Callable[[Node], tuple[str, str] | None]

    def request_of(self, element: Node) -> tuple[str, str] | None:
        return self.action(element)

    def opens_on(self, node: Node) -> str:
        """The trigger at which an element opens its stream."""
        if self.value(node, "hx-sse:connect"):
            return self.value(node, "hx-trigger") or "load"
        return self.value(node, "hx-trigger", inherit=False) or default_trigger(node)

    def opens_late(self, node: Node) -> str:
        """The trigger of a stream that opens by itself, a while after the page is there."""
        on = self.opens_on(node)
        first, *others = trigger_specs(on, "4")
        return on if first.word == "load" and first.given("delay") and not others else ""

    def names_heard(self, start: Node) -> list[str]:
        """The names for which something waits where an event of a stream passes."""
        names = [one.trigger.word for place in around(start) for one in self.heard.get(place, ())]
        closing = self.value(start, "hx-sse:close")
        names += [closing] if closing else []
        return [name for name in dict.fromkeys(names) if not is_of_the_page(name)]

    def waiting_for(self, start: Node, name: str | None) -> list[tuple[Kind, Node]]:
        """What waits for an event of a stream, by kind."""
        if name is None:
            return [("swap", start)]
        found: list[tuple[Kind, Node]] = [
            ("script" if one.does == "script" else "trigger", one.node)
            for place in around(start)
            for one in self.heard.get(place, ())
            if one.trigger.word == name
        ]
        if self.value(start, "hx-sse:close") == name:
            found.append(("close", start))
        return found

    def has_to_do_with(self, node: Node) -> bool:
        wired = any(one.node is node for some in self.heard.values() for one in some)
        return wired or id(node) in self.awaiting or super().has_to_do_with(node)

    def waiting(self) -> list[tuple[Node, str]]:
        return [
            (node, name)
            for source in self.sources
            if source.open
            for name in self.names_heard(source.element)
            for kind, node in self.waiting_for(source.element, name)
            if kind != "close"
        ]

    def opening_later(self) -> list[tuple[Node, str]]:
        return [(n, self.value(n, "hx-sse:connect") or "") for n in self.awaiting.values()]


def around(start: Node) -> list[int | str]:
    """Where an event passes on its way up."""
    return [*map(id, start.lineage()), "document", "window"]
